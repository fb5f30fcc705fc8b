"""The rules on callers who show the number or the name of an office, or nearly so."""

from collections.abc import Callable, Mapping
from typing import Final

from blocklist.kinds import LookalikeKind
from blocklist.lookalike import Lookalike
from blocklist.marking import marked
from blocklist.number import Number
from screener.calls import Hit, Rule
from screener.candidate import NOTHING, Candidate, Hits

MAX_NAME: Final = 60
"""Characters of a caller's name that a reason repeats."""


def receives_only(candidate: Candidate) -> Hits:
    """Fit a number that never calls anybody."""
    official = candidate.official
    if official is None or not official.receives_only:
        return NOTHING
    reason = (
        f"Số {candidate.shown.national or candidate.sent.national} của {official.organisation} chỉ nhận "
        "cuộc gọi, không bao giờ gọi đi: dấu hiệu giả danh."
    )
    return (Hit(Rule.RECEIVES_ONLY, reason, imitates=official, kind=LookalikeKind.OFFICIAL_AS_CALLER),)


def lookalike(candidate: Candidate) -> Hits:
    """Fit a number that imitates an official one, once for each way in which it does."""
    if candidate.official is not None:
        return NOTHING
    snapshot = candidate.snapshot
    for face in candidate.faces:
        if found := snapshot.officials.likenesses(face, snapshot.site):
            return tuple(
                Hit(
                    Rule.LOOKALIKE,
                    _SENTENCES[one.kind](face, one),
                    imitates=one.official,
                    kind=one.kind,
                    by_chance=one.by_chance,
                )
                for one in found
            )
    return NOTHING


def name(candidate: Candidate) -> Hits:
    """Fit a display name that is an office's, or a title of one, with a number that is not the office's."""
    display = candidate.call.shown_name
    if not display:
        return NOTHING
    found = candidate.snapshot.names.find(display, candidate.shown.national)
    if found is None:
        return NOTHING
    shown = "".join(char for char in display if char.isprintable())[:MAX_NAME]
    if found.official is None:
        reason = (
            f"Tên hiển thị “{shown}” mang danh xưng “{found.written}” nhưng số gọi đến không phải "
            "số chính thức nào: có thể giả danh."
        )
    else:
        reason = (
            f"Tên hiển thị “{shown}” giống tên “{found.written}” nhưng số gọi đến không phải số đã "
            f"đăng ký của {found.official.organisation}: có thể giả danh."
        )
    return (Hit(Rule.NAME, reason, imitates=found.official, kind=LookalikeKind.NAME),)


def _resembles(how: str) -> Callable[[Number, Lookalike], str]:
    def say(_: Number, found: Lookalike) -> str:
        shown = found.shown
        ours, true = marked(shown, found.imitated) if found.imitated else (shown, _written(found))
        return (
            f"Số {ours} gần giống số chính thức {true} của {found.official.organisation} ({how}): "
            f"{_PERHAPS if found.by_chance else _LIKELY}"
        )

    return say


_LIKELY: Final = "có thể giả danh."
_PERHAPS: Final = "có thể giả danh, hoặc chỉ tình cờ vì quanh đó có nhiều số chính thức."


def _dressed(shown: Number, found: Lookalike) -> str:
    return (
        f"Số hiển thị {shown.digits} là số chính thức {found.imitated} của {found.official.organisation} "
        "với đầu số sai đặt phía trước: dấu hiệu giả danh."
    )


def _old_plan(shown: Number, found: Lookalike) -> str:
    return (
        f"Số {shown.national} là dạng cũ, trước khi đổi đầu số năm 2017–2018, của số chính thức "
        f"{found.imitated} ({found.official.organisation}): có thể giả danh."
    )


def _written(found: Lookalike) -> str:
    official = found.official
    return f"{official.number}–{official.last}" if official.last else official.number


_SENTENCES: Final[Mapping[LookalikeKind, Callable[[Number, Lookalike], str]]] = {
    LookalikeKind.DRESSED: _dressed,
    LookalikeKind.OLD_PLAN: _old_plan,
    LookalikeKind.OTHER_AREA: _resembles("cùng số thuê bao, khác mã vùng hoặc đầu số"),
    LookalikeKind.ONE_DIGIT: _resembles("khác một chữ số"),
    LookalikeKind.SWAPPED: _resembles("hai chữ số cạnh nhau bị đổi chỗ"),
    LookalikeKind.MISSING: _resembles("thiếu một chữ số"),
    LookalikeKind.EXTRA: _resembles("thừa một chữ số"),
    LookalikeKind.NEIGHBOUR: _resembles("chỉ khác hai chữ số cuối"),
}
