"""The words that a table of entries may use for list, category, action and end, Vietnamese or English."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeVar

from blocklist.entries import Category, EntryKind, Override
from blocklist.errors import InvalidText
from blocklist.headings import folded

VIETNAM: Final = timezone(timedelta(hours=7))
"""Asia/Ho_Chi_Minh: no summer time since 1975. Times without a zone are of it."""
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_DAY_ALONE: Final = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")

_KINDS: Final = {
    EntryKind.BLOCK: "block, blocked, blacklist, blocklist, chặn, cấm, danh sách chặn, danh sách đen, đen",
    EntryKind.ALLOW: """allow, allowed, whitelist, allowlist, tin cậy, cho phép, cho qua, danh sách tin cậy,
        danh sách trắng, trắng""",
    EntryKind.WATCH: "watch, watchlist, theo dõi, danh sách theo dõi",
}
_CATEGORIES: Final = {
    Category.IMPERSONATION: "impersonation, giả danh, mạo danh, giả mạo",
    Category.SCAM: "scam, fraud, lừa đảo",
    Category.HARASSMENT: "harassment, quấy rối, quấy nhiễu",
    Category.ADVERTISING: "advertising, advertisement, ads, spam, quảng cáo, rác, cuộc gọi rác, tiếp thị",
    Category.OTHER: "other, khác",
}
_ACTIONS: Final = {
    Override.TAG: "tag, gắn nhãn",
    Override.WARN: "warn, warning, cảnh báo",
    Override.BLOCK: "block, chặn",
}
TRUTHS: Final = {
    **dict.fromkeys(("1", "true", "yes", "y", "x", "có", "đúng"), True),
    **dict.fromkeys(("", "0", "false", "no", "n", "không", "sai"), False),
}
Choice = TypeVar("Choice", bound=StrEnum)


def _by_word(words: Mapping[Choice, str]) -> dict[str, Choice]:
    return {folded(word): choice for choice, text in words.items() for word in text.split(",")}


_KIND_OF: Final = _by_word(_KINDS)
_CATEGORY_OF: Final = _by_word(_CATEGORIES)
_ACTION_OF: Final = _by_word(_ACTIONS)


@lru_cache
def kind(text: str) -> EntryKind:
    """Read which list is meant. Raises InvalidText."""
    return _choice(
        "kind", text, _KIND_OF, "is no list; write block, allow or watch (chặn, tin cậy, theo dõi)"
    )


@lru_cache
def category(text: str) -> Category:
    """Read a category; empty is other. Raises InvalidText."""
    if not text.strip():
        return Category.OTHER
    why = (
        "is no category; write impersonation, scam, harassment, advertising or other "
        "(giả danh, lừa đảo, quấy rối, quảng cáo, khác)"
    )
    return _choice("category", text, _CATEGORY_OF, why)


@lru_cache
def action(text: str) -> Override | None:
    """Read an action of an entry's own; empty is none. Raises InvalidText."""
    if not text.strip():
        return None
    return _choice("action", text, _ACTION_OF, "is no action; write tag, warn or block")


@lru_cache
def end(text: str) -> datetime | None:
    """Read when an entry ends; empty is never. A day alone counts to its end. Raises InvalidText."""
    written = text.strip()
    if not written:
        return None
    try:
        at = _day_first(written) or datetime.fromisoformat(written)
        if _DAY_ALONE.fullmatch(written) or (at.time() == time() and at.tzinfo is None):
            at += timedelta(days=1)
        return at.replace(tzinfo=VIETNAM) if at.tzinfo is None else at
    except OverflowError:
        raise InvalidText(
            "expires_at", text, "is too far away; leave it empty for an entry that stays"
        ) from None
    except ValueError:
        raise InvalidText("expires_at", text, "is no date; write 31/12/2027 or 2027-12-31") from None


@lru_cache
def truth(field: str, text: str) -> bool:
    """Read yes or no; empty is no. Raises InvalidText."""
    found = TRUTHS.get(text.strip().lower())
    if found is None:
        raise InvalidText(field, text, f"{text.strip()[:40]!r} is neither yes nor no; write 1 or 0")
    return found


@lru_cache
def day(field: str, text: str) -> date | None:
    """Read a day; empty is none. Raises InvalidText."""
    written = text.strip()
    if not written:
        return None
    try:
        return (_day_first(written) or datetime.fromisoformat(written)).date()
    except ValueError:
        raise InvalidText(field, text, "is no date; write 31/12/2027 or 2027-12-31") from None


def _day_first(written: str) -> datetime | None:
    found = _DAY_FIRST.fullmatch(written)
    if found is None:
        return None
    day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
    return datetime(year, month, day, hour, minute, second)


def _choice(field: str, text: str, words: Mapping[str, Choice], why: str) -> Choice:
    found = words.get(folded(text))
    if found is None:
        raise InvalidText(field, text, f"{text.strip()[:40]!r} {why}")
    return found
