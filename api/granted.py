"""What was made of a wish, in words: what it is, where it counts, and what it does not do."""

from enum import Enum, auto

from api.times import local
from blocklist.entries import EntryKind, ExemptCaller, Override
from blocklist.models import Exemption, ListEntry
from screener.wishes import Wish
from screener.words import Words


class State(Enum):
    """How what was asked for came to be there."""

    NEW = auto()
    RENEWED = auto()
    """It had expired; now it stays."""
    THERE = auto()


def proposed(wish: Wish) -> Words:
    """Say what a wish would make."""
    if isinstance(wish, ExemptCaller):
        return Words(
            f"miễn xét số {wish.number} khi gọi qua trung kế {wish.trunk} của tổng đài {wish.pbx}: cuộc gọi "
            "như vậy được cho qua. Cũng số đó qua trung kế khác, và mọi số khác, vẫn bị xét như trước.",
            f"exempt number {wish.number} on trunk {wish.trunk} of PBX {wish.pbx}: such calls are let "
            "through. The same number over any other trunk, and any other number, are judged as before.",
        )
    which, does = _LISTS[wish.kind], _DOES[wish.kind]
    return Words(
        f"thêm số {wish.pattern} vào {which.vi}: cuộc gọi hiện số đó {does.vi}.",
        f"add number {wish.pattern} to {which.en}: calls that show it {does.en}.",
    )


def exempted(exemption: Exemption, state: State) -> Words:
    """Say what an exemption means."""
    number, where = exemption.number, exemption.trunk
    if state is State.NEW:
        made = Words(
            f"Đã miễn số {number} khi gọi qua trung kế {where} của tổng đài {exemption.pbx} "
            f"(mục miễn trừ {exemption.id})",
            f"Number {number} is exempt on trunk {where} of PBX {exemption.pbx} (exemption {exemption.id})",
        )
    else:
        made = Words(
            f"Số {number} đã được miễn từ trước khi gọi qua trung kế {where} của tổng đài {exemption.pbx} "
            f"(mục miễn trừ {exemption.id})",
            f"Number {number} was exempt already on trunk {where} of PBX {exemption.pbx} "
            f"(exemption {exemption.id})",
        )
    return Words(
        f"{made.vi}: cuộc gọi như vậy được cho qua. Cũng số đó qua trung kế khác, và mọi số khác, vẫn bị xét "
        "như trước.",
        f"{made.en}: such calls are let through. The same number over any other trunk, and any other number, "
        "are judged as before.",
    )


def listed(entry: ListEntry, state: State) -> Words:
    """Say what an entry for exactly one number means."""
    which = _LISTS[EntryKind(entry.kind)]
    vi, en = {
        State.NEW: (
            f"Đã thêm số {entry.pattern} vào {which.vi} (mục {entry.id})",
            f"Number {entry.pattern} was added to {which.en} (entry {entry.id})",
        ),
        State.RENEWED: (
            f"Số {entry.pattern} có trong {which.vi} (mục {entry.id}) nhưng mục đó đã hết hạn, nay có hiệu "
            "lực trở lại",
            f"Number {entry.pattern} was on {which.en} (entry {entry.id}), which had ended; it counts again",
        ),
        State.THERE: (
            f"Số {entry.pattern} đã có trong {which.vi} từ trước (mục {entry.id})",
            f"Number {entry.pattern} was on {which.en} already (entry {entry.id})",
        ),
    }[state]
    does = _DOES[Override(entry.action) if entry.action else entry.kind]
    until = local(entry.expires_at) if entry.expires_at else ""
    return Words(
        f"{vi}: cuộc gọi hiện số đó, viết dưới dạng nào và qua trung kế nào, {does.vi}"
        + (f", đến {until}." if until else "."),
        f"{en}: calls that show it, in any written form and over any trunk, {does.en}"
        + (f", until {until}." if until else "."),
    )


_LISTS = {
    EntryKind.ALLOW: Words("danh sách tin cậy", "the allow list"),
    EntryKind.BLOCK: Words("danh sách chặn", "the block list"),
}
_DOES = {
    EntryKind.ALLOW.value: Words("được cho qua", "are let through"),
    EntryKind.BLOCK.value: Words("bị chặn", "are blocked"),
    Override.WARN.value: Words("được cảnh báo", "are warned of"),
    Override.TAG.value: Words("được gắn nhãn", "are tagged"),
}
"""What an entry does, by its action where it has one of its own."""
