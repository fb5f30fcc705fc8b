"""The rules. Each says whether it fits a call and why; never what happens then.

A rule is a function from a ``Candidate`` to the hits it finds, the strongest first. ``ORDER`` is the order of
judgement: the first hit decides, all hits are recorded.
"""

from collections.abc import Callable, Iterator
from typing import Final

from blocklist.entries import Entry, EntryKind, Match
from blocklist.numbers import DRESSING, Number, NumberKind, Oddity, Site, normalise
from screener import behaviour, imitations
from screener.calls import Hit, Rule
from screener.candidate import Candidate


def exempt(candidate: Candidate) -> Iterator[Hit]:
    """Fit calls to a line that is never screened: fax, lift, alarm."""
    if candidate.call.called in candidate.snapshot.exempt:
        yield Hit(Rule.EXEMPT, f"Máy lẻ {candidate.call.called} được miễn sàng lọc.")


def own_number(candidate: Candidate) -> Iterator[Hit]:
    """Fit a number or extension of the agency's own that arrives from outside.

    A forwarded call brings an own number back rightly, but Diversion headers are believed from anyone:
    only a diverting number on the site's list excuses it.
    """
    site = candidate.snapshot.site
    own = next((face for face in candidate.faces if _is_own(face, site)), None)
    if own is None:
        return
    diverting = (normalise(text, site).national for text in candidate.call.diversions)
    if any(number in candidate.snapshot.own_forwards for number in diverting):
        return
    what = "máy lẻ" if own.kind is NumberKind.EXTENSION else "số"
    yield Hit(
        Rule.OWN_NUMBER,
        f"Số gọi đến {own.national} là {what} của chính cơ quan nhưng cuộc gọi đến từ bên ngoài: "
        "có thể giả mạo.",
    )


def exact_entry(candidate: Candidate) -> Iterator[Hit]:
    """Fit entries for exactly this number, allow before block."""
    lists, now = candidate.snapshot.lists, candidate.now
    allowed = _claimed(candidate)
    if entry := lists.exact(EntryKind.ALLOW, allowed.national, now):
        yield _entry_hit(Rule.ALLOW_EXACT, entry, allowed)
    for number in _identities(candidate):
        if entry := lists.exact(EntryKind.BLOCK, number.national, now):
            yield _entry_hit(Rule.BLOCK_EXACT, entry, number)
            return


def prefix_entry(candidate: Candidate) -> Iterator[Hit]:
    """Fit entries for the first digits of this number, the longer first, then allow before block."""
    lists, now = candidate.snapshot.lists, candidate.now
    allowed = _claimed(candidate)
    found: list[tuple[int, int, Hit]] = []
    if entry := lists.prefix(EntryKind.ALLOW, allowed.national, now):
        found.append((-len(entry.pattern), 0, _entry_hit(Rule.ALLOW_PREFIX, entry, allowed)))
    for number in _identities(candidate):
        if entry := lists.prefix(EntryKind.BLOCK, number.national, now):
            found.append((-len(entry.pattern), 1, _entry_hit(Rule.BLOCK_PREFIX, entry, number)))
    found.sort(key=lambda item: item[:2])
    yield from (hit for _, _, hit in found)


def malformed(candidate: Candidate) -> Iterator[Hit]:
    """Fit an identity with control characters, or one that can't be read as a number: honest ones never do.

    A number in digits that no phone shows is read all the same, and is as suspicious.
    """
    if candidate.call.malformed:
        yield Hit(Rule.MALFORMED, "Số hoặc tên người gọi chứa ký tự không hợp lệ: dấu hiệu giả mạo.")
    elif candidate.sent.kind is NumberKind.UNREADABLE:
        yield Hit(
            Rule.MALFORMED, "Bên gọi gửi chữ hoặc ký hiệu thay cho số điện thoại: không đọc được thành số."
        )
    elif candidate.sent.national and not candidate.shown.national:
        yield Hit(
            Rule.MALFORMED,
            f"Số {candidate.sent.national} được viết bằng chữ số mà máy điện thoại không hiện được: "
            "dấu hiệu giả mạo.",
        )


_IMPOSSIBLE: Final = DRESSING | {Oddity.RETIRED_MOBILE, Oddity.WRONG_LENGTH}
MAX_INTERNAL: Final = 5
"""Digits of a number that may be a service or an extension that nobody told us of."""


def implausible(candidate: Candidate) -> Iterator[Hit]:
    """Fit a number that no subscriber has: of a wrong length, of before 2018, with wrong prefixes."""
    sent = candidate.sent
    if not sent.oddities or sent.oddities.isdisjoint(_IMPOSSIBLE) or len(sent.digits) <= MAX_INTERNAL:
        return
    if Oddity.RETIRED_MOBILE in sent.oddities:
        why = "là số di động 11 chữ số, không còn dùng từ năm 2018"
    elif sent.dressed:
        why = "có đầu số mà mạng điện thoại không bao giờ viết như vậy"
    else:
        why = "có độ dài mà số thật không có"
    yield Hit(Rule.IMPLAUSIBLE, f"Số {sent.digits} {why}: không phải số thật.")


def withheld(candidate: Candidate) -> Iterator[Hit]:
    """Fit a caller who hides the number."""
    if candidate.sent.kind is NumberKind.WITHHELD or candidate.call.presentation.startswith("prohib"):
        yield Hit(Rule.WITHHELD, "Cuộc gọi không hiện số.")


ORDER: tuple[Callable[[Candidate], Iterator[Hit]], ...] = (
    exempt,
    own_number,
    imitations.receives_only,
    exact_entry,
    prefix_entry,
    imitations.lookalike,
    imitations.name,
    behaviour.campaign,
    malformed,
    implausible,
    withheld,
)
"""The order of judgement. The first hit decides."""


def _claimed(candidate: Candidate) -> Number:
    """Return the identity that an allow entry may trust."""
    if candidate.call.network_trusted and candidate.network is not None:
        return candidate.network
    return candidate.sent


def _identities(candidate: Candidate) -> tuple[Number, ...]:
    """Return every number that a block entry may fit, each once."""
    found = candidate.faces if candidate.network is None else (*candidate.faces, candidate.network)
    return tuple({number.national: number for number in found}.values())


def _is_own(number: Number, site: Site) -> bool:
    return number.kind is NumberKind.EXTENSION or site.owns(number.national)


def _entry_hit(rule: Rule, entry: Entry, number: Number) -> Hit:
    listed = "danh sách chặn" if entry.kind is EntryKind.BLOCK else "danh sách tin cậy"
    if entry.match is Match.PREFIX:
        reason = f"Số {number.national} thuộc đầu số {entry.pattern} trong {listed}."
    else:
        reason = f"Số {number.national} có trong {listed}."
    return Hit(rule, reason, entry_id=entry.id)
