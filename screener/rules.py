"""The rules. Each says whether it fits a call and why; never what happens then.

A rule is a function from a ``Candidate`` to the hits it finds, the strongest first; nearly always there are
none. ``ORDER`` is the order of judgement: the first hit decides, all hits are recorded.
"""

from collections.abc import Callable
from typing import Final

from blocklist.number import DRESSING, Number, NumberKind, Oddity
from blocklist.numbers import normalise
from blocklist.site import Site
from screener import behaviour, imitations, listed
from screener.calls import Hit, Rule
from screener.candidate import NOTHING, Candidate, Hits

_EXTENSION: Final = NumberKind.EXTENSION
_UNREADABLE: Final = NumberKind.UNREADABLE
_WITHHELD: Final = NumberKind.WITHHELD
"""Each call is compared with these, and to look an enum's member up takes 70 ns (Python 3.11)."""


def exempt(candidate: Candidate) -> Hits:
    """Fit calls to a line that is never screened (fax, lift, alarm), and numbers exempt on their trunk."""
    called, snapshot = candidate.call.called, candidate.snapshot
    if called not in snapshot.exempt:
        return _exempt_callers(candidate) if snapshot.exemptions else NOTHING
    hit = Hit(Rule.EXEMPT, f"Máy lẻ {called} được miễn sàng lọc.")
    return (hit, *_exempt_callers(candidate))


def _exempt_callers(candidate: Candidate) -> Hits:
    """Fit where every number that the caller may be taken for is exempt: one must not hide behind another."""
    call, snapshot = candidate.call, candidate.snapshot
    found = []
    for face in candidate.faces:
        if not face.national:
            continue
        excused = snapshot.exemptions.get((call.pbx, call.trunk, face.national))
        # Wrong prefixes before a number that never calls are a disguise of their own.
        if excused is None or (face.dressed and not is_own(face, snapshot.site)):
            return NOTHING
        found.append(excused)
    if not found:
        return NOTHING
    first = found[0]
    why = first.note.rstrip(".") or "người trực tổng đài đã cho phép"
    reason = f"Số {first.number} gọi qua trung kế {first.trunk} được miễn (mục miễn trừ {first.id}): {why}."
    return (Hit(Rule.EXEMPT, reason),)


def own_number(candidate: Candidate) -> Hits:
    """Fit a number or extension of the agency's own that arrives from outside.

    A forwarded call brings an own number back rightly, but Diversion headers are believed from anyone:
    only a diverting number on the site's list excuses it.
    """
    site = candidate.snapshot.site
    call = candidate.call
    for own in candidate.faces:
        if is_own(own, site):
            break
    else:
        return NOTHING
    diverting = (normalise(text, site, call.trunk_name).national for text in call.diversions)
    if any(number in candidate.snapshot.own_forwards for number in diverting):
        return NOTHING
    what = "máy lẻ" if own.kind is _EXTENSION else "số"
    reason = (
        f"Số gọi đến {own.national} là {what} của chính cơ quan nhưng cuộc gọi đến từ bên ngoài: "
        "có thể giả mạo."
    )
    return (Hit(Rule.OWN_NUMBER, reason),)


def own_entry(candidate: Candidate) -> Hits:
    """Fit the agency's own entries for exactly this number, allow before block."""
    return listed.hits(candidate.listed, own=True) if candidate.listed else NOTHING


def other_entry(candidate: Candidate) -> Hits:
    """Fit the other entries, the more specific first; see ``blocklist.precedence``."""
    return listed.hits(candidate.listed, own=False) if candidate.listed else NOTHING


_UNWRITTEN: Final = frozenset({Oddity.LETTERS, Oddity.SYMBOLS})
"""What no number holds."""


def malformed(candidate: Candidate) -> Hits:
    """Fit an identity with control characters, or one that can't be read as a number: honest ones never do.

    A number in digits that no phone shows is read all the same, and is as suspicious.
    """
    sent = candidate.sent
    if candidate.call.malformed:
        reason = "Số hoặc tên người gọi chứa ký tự không hợp lệ: dấu hiệu giả mạo."
    elif sent.kind is _UNREADABLE:
        reason = "Bên gọi gửi chữ hoặc ký hiệu thay cho số điện thoại: không đọc được thành số."
    elif sent.oddities and not sent.oddities.isdisjoint(_UNWRITTEN):
        reason = "Số gọi đến có lẫn chữ cái hoặc ký hiệu: không phải số thật."
    elif sent.national and not candidate.shown.national:
        reason = (
            f"Số {sent.national} được viết bằng chữ số mà máy điện thoại không hiện được: dấu hiệu giả mạo."
        )
    else:
        return NOTHING
    return (Hit(Rule.MALFORMED, reason),)


_IMPOSSIBLE: Final = DRESSING | {Oddity.RETIRED_MOBILE, Oddity.WRONG_LENGTH}
MAX_INTERNAL: Final = 5
"""Digits of a number that may be a service or an extension that nobody told us of."""


def implausible(candidate: Candidate) -> Hits:
    """Fit a number that no subscriber has: of a wrong length, of before 2018, with wrong prefixes."""
    sent = candidate.sent
    if not sent.oddities or sent.oddities.isdisjoint(_IMPOSSIBLE) or len(sent.digits) <= MAX_INTERNAL:
        return NOTHING
    if Oddity.RETIRED_MOBILE in sent.oddities:
        why = "là số di động 11 chữ số, không còn dùng từ năm 2018"
    elif sent.dressed:
        why = "có đầu số mà mạng điện thoại không bao giờ viết như vậy"
    else:
        why = "có độ dài mà số thật không có"
    return (Hit(Rule.IMPLAUSIBLE, f"Số {sent.digits} {why}: không phải số thật."),)


def withheld(candidate: Candidate) -> Hits:
    """Fit a caller who hides the number."""
    if candidate.sent.kind is _WITHHELD or candidate.call.presentation.startswith("prohib"):
        return (Hit(Rule.WITHHELD, "Cuộc gọi không hiện số."),)
    return NOTHING


def watched(candidate: Candidate) -> Hits:
    """Fit entries of the watch list, which are recorded and decide nothing."""
    return listed.watched(candidate.listed) if candidate.listed else NOTHING


ORDER: tuple[Callable[[Candidate], Hits], ...] = (
    exempt,
    own_number,
    imitations.receives_only,
    own_entry,
    other_entry,
    imitations.lookalike,
    imitations.name,
    behaviour.campaign,
    malformed,
    implausible,
    withheld,
    watched,
)
"""The order of judgement. The first hit decides, unless it is ``watched``."""


def is_own(number: Number, site: Site) -> bool:
    """Tell whether a number is one of the agency's own, or one of its extensions."""
    return number.kind is _EXTENSION or site.owns(number.national)
