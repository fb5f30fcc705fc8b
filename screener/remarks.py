"""What an operator should know of an entry of the lists: sentences in Vietnamese, none where all is as usual.

The sentences follow the order of the rules: what is asked before the lists makes an entry idle.
"""

from collections.abc import Iterator
from typing import Final

from blocklist.drafts import written
from blocklist.entries import EntryKind, Match
from blocklist.models import ListEntry
from blocklist.neighbours import Neighbours
from blocklist.number import NumberKind
from blocklist.numbers import normalise
from screener.readings import ODDITIES
from screener.snapshot import Snapshot

EMERGENCY: Final = ("113", "114", "115")
WIDE: Final = 1_000_000
"""Numbers from which on a prefix counts as wide."""
_LENGTHS: Final = {"02": 11, "06": 10, **{f"0{first}": 10 for first in "35789"}}
"""First digits of a national number -> how many digits it has."""


def remarks(entry: ListEntry, beside: Neighbours, snapshot: Snapshot) -> tuple[str, ...]:
    """Say what is remarkable in an entry, next to the lists, the registry and the site's own numbers."""
    parts = (
        _form(entry, snapshot),
        _opposite(entry, beside),
        _site(entry, snapshot),
        _officials(entry, beside),
        _emergency(entry, beside),
        _imitates(entry, snapshot),
    )
    return tuple(remark for part in parts for remark in part)


def _form(entry: ListEntry, snapshot: Snapshot) -> Iterator[str]:
    pattern = entry.pattern
    if entry.match == Match.EXACT:
        number = normalise(pattern, snapshot.site)
        if number.kind is NumberKind.IMPLAUSIBLE:
            why = ", ".join(ODDITIES[oddity].vi for oddity in sorted(number.oddities))
            yield (
                f"{pattern} không thể là số điện thoại có thật ({why}): mục này chỉ khớp cuộc gọi hiện "
                "đúng như vậy; hãy kiểm tra lại số."
            )
    elif entry.match != Match.PREFIX:
        return
    elif pattern.startswith("+"):
        if len(pattern) <= 4:
            yield f"Đầu số {written(entry)} rất rộng: gồm mọi số của một nước hay một vùng."
    elif length := _LENGTHS.get(pattern[:2]):
        covered = 10 ** max(0, length - len(pattern))
        if covered >= WIDE:
            yield f"Đầu số {written(entry)} rất rộng: gồm khoảng {covered:,} số.".replace(",", ".")


def _opposite(entry: ListEntry, beside: Neighbours) -> Iterator[str]:
    if beside.opposite is None:
        return
    number = beside.opposite.id
    if entry.kind == EntryKind.BLOCK:
        yield (
            f"{written(entry)} cũng có trong danh sách tin cậy (mục {number}), được xét trước: mục chặn này "
            f"không có tác dụng cho đến khi xóa mục {number}."
        )
    else:
        yield (
            f"{written(entry)} cũng có trong danh sách chặn (mục {number}): danh sách tin cậy được xét "
            "trước, nên cuộc gọi sẽ được cho qua."
        )


def _site(entry: ListEntry, snapshot: Snapshot) -> Iterator[str]:
    site, blocks = snapshot.site, entry.kind == EntryKind.BLOCK
    for patterns, what in ((site.own_numbers, "số"), (site.extensions, "máy lẻ")):
        if own := _first(entry, patterns):
            yield (
                f"{own} là {what} của chính cơ quan, được xét trước danh sách: với số đó, mục này chỉ "
                f"có tác dụng khi cuộc gọi do số trong own_forwards chuyển tiếp về{_instead(entry)}."
            )
    if blocks and (forward := _first(entry, snapshot.own_forwards)):
        yield (
            f"{forward} nằm trong own_forwards: cuộc gọi của chính số đó sẽ khớp mục chặn này, cuộc gọi do "
            "nó chuyển tiếp về thì không."
        )
    exempts = frozenset(normalise(called).national for called in snapshot.exempt)
    if blocks and (exempt := _first(entry, exempts)):
        yield (
            f"{exempt} nằm trong exempt, nhưng exempt xét số được gọi còn mục này xét số gọi đến: cuộc gọi "
            "của chính số đó sẽ khớp mục chặn này."
        )


def _officials(entry: ListEntry, beside: Neighbours) -> Iterator[str]:
    calling = [official for official in beside.officials if not official.receives_only]
    for official in beside.officials:
        if official.receives_only:
            yield (
                f"{official.number} ({official.organisation}) chỉ nhận cuộc gọi, điều này được xét trước "
                f"danh sách: mục này không có tác dụng khi cuộc gọi hiện đúng số đó{_instead(entry)}."
            )
    if not calling:
        return
    first = calling[0]
    which = f"{first.number} là số chính thức của {first.organisation}"
    if entry.match == Match.PREFIX:
        which = (
            f"Đầu số {written(entry)} gồm {len(calling)} số chính thức, "
            f"như {first.number} ({first.organisation})"
        )
    if entry.kind == EntryKind.BLOCK:
        yield f"{which}: cuộc gọi thật từ đó cũng sẽ khớp mục chặn này."
    elif entry.match == Match.PREFIX:
        yield f"{which}: số giả gần giống cũng sẽ được cho qua mà không có cảnh báo."


def _instead(entry: ListEntry) -> str:
    """Say what an idle allow entry is to be replaced by: allowing a call exempts its number on its trunk."""
    if entry.kind != EntryKind.ALLOW:
        return ""
    return (
        "; muốn cho qua số như vậy, hãy chọn “cho phép” ở chính cuộc gọi đó (POST /api/v1/calls/ID/allow): "
        "số được miễn trên trung kế của cuộc gọi ấy"
    )


def _emergency(entry: ListEntry, beside: Neighbours) -> Iterator[str]:
    registered = {official.number for official in beside.officials}
    for number in EMERGENCY:
        if number not in registered and _fits(entry, number):
            yield (
                f"{number} là số khẩn cấp, không bao giờ gọi đi: hãy thêm số này vào danh mục số chính thức "
                "(receives_only) để cuộc gọi hiện số đó được cảnh báo."
            )


def _imitates(entry: ListEntry, snapshot: Snapshot) -> Iterator[str]:
    if entry.kind == EntryKind.ALLOW and entry.match == Match.EXACT:
        for found in snapshot.officials.find(normalise(entry.pattern), snapshot.site)[:1]:
            yield (
                f"{entry.pattern} gần giống số chính thức {found.official.number} của "
                f"{found.official.organisation}: cuộc gọi sẽ được cho qua mà không có cảnh báo."
            )


def _first(entry: ListEntry, patterns: frozenset[str]) -> str | None:
    """Return the first of the numbers, prefixes and ranges of the site that share a number with the entry."""
    return next((pattern for pattern in sorted(patterns) if _meets(entry, pattern)), None)


def _meets(entry: ListEntry, pattern: str) -> bool:
    first, dash, last = pattern.partition("-")
    if dash and entry.match == Match.EXACT:
        return len(entry.pattern) == len(first) and first <= entry.pattern <= last
    if dash:
        head = len(entry.pattern)
        return entry.match == Match.PREFIX and first[:head] <= entry.pattern <= last[:head]
    if pattern.endswith("*") and entry.pattern.startswith(pattern[:-1]):
        return True
    if entry.match == Match.EXACT:
        return entry.pattern == pattern
    return pattern.rstrip("*").startswith(entry.pattern)


def _fits(entry: ListEntry, number: str) -> bool:
    return number.startswith(entry.pattern) if entry.match == Match.PREFIX else number == entry.pattern
