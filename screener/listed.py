"""Which entries of the lists fit a call, and how that is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from blocklist.entries import Category, Entry, EntryKind, Match
from blocklist.lists import RAW, Caller, Lists
from blocklist.number import Number
from blocklist.precedence import place
from screener.calls import Action, Call, Hit, Rule

_RULES: Final[Mapping[tuple[EntryKind, Match], Rule]] = {
    (EntryKind.ALLOW, Match.EXACT): Rule.ALLOW_EXACT,
    (EntryKind.BLOCK, Match.EXACT): Rule.BLOCK_EXACT,
    (EntryKind.ALLOW, Match.PREFIX): Rule.ALLOW_PREFIX,
    (EntryKind.BLOCK, Match.PREFIX): Rule.BLOCK_PREFIX,
}
_OTHER: Final = {
    EntryKind.ALLOW: Rule.ALLOW_ENTRY,
    EntryKind.BLOCK: Rule.BLOCK_ENTRY,
    EntryKind.WATCH: Rule.WATCHED,
}
_LISTS: Final = {
    EntryKind.ALLOW: "danh sách tin cậy",
    EntryKind.BLOCK: "danh sách chặn",
    EntryKind.WATCH: "danh sách theo dõi",
}
_CATEGORIES: Final = {
    Category.IMPERSONATION: "giả danh",
    Category.SCAM: "lừa đảo",
    Category.HARASSMENT: "quấy rối",
    Category.ADVERTISING: "quảng cáo",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry that fits, and the number by which it does."""

    entry: Entry
    number: Number

    @property
    def own(self) -> bool:
        """Tell whether it is an own entry for exactly this number."""
        return self.entry.match is Match.EXACT and not self.entry.imported


def find(
    call: Call,
    faces: tuple[Number, ...],
    sent: Number,
    network: Number | None,
    lists: Lists,
    now: datetime,
) -> tuple[Listed, ...]:
    """Return the entries that fit, in their order of precedence.

    Blocked and watched is a caller by every number that he may be taken for and by what the network asserts;
    allowed by the network's word alone where that can be trusted, else by what was sent.
    """
    claimed = network if network is not None and call.network_trusted else sent
    numbers = faces if network is None else (*faces, network)
    found: list[Listed] = []
    for number in numbers:
        caller = Caller(number.national, number.digits, call.shown_name, call.pbx, call.called)
        for entry in lists.fitting(caller, now):
            may = number is claimed or number.national == claimed.national
            if (may or entry.kind is not EntryKind.ALLOW) and all(one.entry != entry for one in found):
                found.append(Listed(entry, number))
    if len(found) > 1 and len(numbers) > 1:
        found.sort(key=lambda one: place(one.entry))
    return tuple(found)


def hits(found: tuple[Listed, ...], own: bool) -> tuple[Hit, ...]:
    """Say what the allow and block entries are: own ones for exactly the number, or the others."""
    return tuple(_hit(one) for one in found if one.own is own and one.entry.kind is not EntryKind.WATCH)


def watched(found: tuple[Listed, ...]) -> tuple[Hit, ...]:
    """Say what the watch entries are."""
    return tuple(_hit(one) for one in found if one.entry.kind is EntryKind.WATCH)


def _hit(one: Listed) -> Hit:
    entry = one.entry
    # An imported list is not the agency's own word on a number: it has the rule of the other entries.
    exact_of_import = entry.imported and entry.match is Match.EXACT
    rule = None if exact_of_import else _RULES.get((entry.kind, entry.match))
    action = Action(entry.action.value) if entry.action else None
    return Hit(rule or _OTHER[entry.kind], _reason(one), entry_id=entry.id, action=action)


def _reason(one: Listed) -> str:
    entry, number = one.entry, one.number.national
    where = _LISTS[entry.kind]
    if entry.imported:
        where += " được nhập"
    if category := _CATEGORIES.get(entry.category):
        where += f" ({category})"
    match entry.match:
        case Match.EXACT:
            return f"Số {number} có trong {where}."
        case Match.PREFIX:
            return f"Số {number} thuộc đầu số {entry.pattern} trong {where}."
        case Match.RANGE:
            return f"Số {number} thuộc dải số {entry.pattern} trong {where}."
        case Match.NAME:
            return f"Tên người gọi khớp mẫu “{entry.pattern}” trong {where}."
        case Match.PATTERN:
            shown = one.number.digits if entry.pattern.startswith(RAW) else number
            return f"Số {shown} khớp mẫu {entry.pattern.removeprefix(RAW)} trong {where}."
