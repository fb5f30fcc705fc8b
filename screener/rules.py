"""The rules. Each says whether it fits a call and why; never what happens then.

A rule is a function from a ``Candidate`` to the hits it finds, the strongest first. ``ORDER`` is the order of
judgement: the first hit decides, all hits are recorded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from blocklist.entries import Entry, EntryKind, Match
from blocklist.numbers import Number, NumberKind, Site, normalise
from screener.calls import Activity, Call, Hit, Rule
from screener.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call with its numbers read, and what it is judged by.

    ``sent`` is the caller's number as it was received, ``shown`` what a phone shows of it: another one where
    it holds signs that no phone is given. ``network`` is None where the exchange got no asserted identity.
    """

    call: Call
    sent: Number
    shown: Number
    network: Number | None
    snapshot: Snapshot
    activity: Activity
    now: datetime

    @property
    def faces(self) -> tuple[Number, ...]:
        """Return whom the caller may be taken for: as shown, and as sent where that is another number."""
        if self.sent.national == self.shown.national:
            return (self.shown,)
        return (self.shown, self.sent)


def candidate(call: Call, snapshot: Snapshot, activity: Activity, now: datetime) -> Candidate:
    """Read the numbers of a call."""
    sent = normalise(call.sent_number, snapshot.site)
    shown = sent if call.shown_number == call.sent_number else normalise(call.shown_number, snapshot.site)
    network = normalise(call.network_number, snapshot.site) if call.network_number else None
    return Candidate(call, sent, shown, network, snapshot, activity, now)


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


def receives_only(candidate: Candidate) -> Iterator[Hit]:
    """Fit a number that never calls anybody."""
    for face in candidate.faces:
        official = candidate.snapshot.officials.exact(face.national)
        if official and official.receives_only:
            yield Hit(
                Rule.RECEIVES_ONLY,
                f"Số {official.number} của {official.organisation} chỉ nhận cuộc gọi, "
                "không bao giờ gọi đi: dấu hiệu giả danh.",
                imitates=official,
            )
            return


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


def lookalike(candidate: Candidate) -> Iterator[Hit]:
    """Fit a number that imitates an official one."""
    for face in candidate.faces:
        found = candidate.snapshot.officials.find(face.national)
        if found:
            yield Hit(
                Rule.LOOKALIKE,
                f"Số {face.national} gần giống số chính thức {found.official.number} "
                f"của {found.official.organisation} (khác một chữ số): có thể giả danh.",
                imitates=found.official,
                kind=found.kind,
            )
            return


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


def withheld(candidate: Candidate) -> Iterator[Hit]:
    """Fit a caller who hides the number."""
    if candidate.sent.kind is NumberKind.WITHHELD or candidate.call.presentation.startswith("prohib"):
        yield Hit(Rule.WITHHELD, "Cuộc gọi không hiện số.")


ORDER: tuple[Callable[[Candidate], Iterator[Hit]], ...] = (
    exempt,
    own_number,
    receives_only,
    exact_entry,
    prefix_entry,
    lookalike,
    malformed,
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
