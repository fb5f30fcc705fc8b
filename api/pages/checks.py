"""The page "Check a number": what would happen to callers who rang now, and why."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from api.asking import page_needs
from api.checking import LONGEST, MOST, caller, checked
from api.deps import Shared
from api.pages.call_row import compared, imitates
from api.pages.digits import Differing
from api.pages.frame import Frame, Framed
from api.pages.navigation import N_
from screener import words
from screener.access.roles import Permission
from screener.calls import Action
from screener.prospect import Prospect
from screener.words import Words

# A semicolon may belong to a number (``tel:+84912345678;ext=1``); with a blank behind it stands between two.
_BETWEEN: Final = re.compile(r"[\r\n\t,]|;\s")
_NONE: Final = N_("Write a number first, or several, one a line.")
_TOO_MANY: Final = N_("These are too many at once; nothing was checked. Take fewer, and the rest after them.")
_TOO_LONG: Final = N_(
    "A line is longer than any number; nothing was checked. Write one number a line, nothing else."
)

router = APIRouter(prefix="/check", dependencies=[page_needs(Permission.SEE)], include_in_schema=False)

_Text = Annotated[str, Form(max_length=LONGEST)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, to be shown again."""

    numbers: str = ""
    name: str = ""
    called: str = ""
    trunk: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What would happen to one caller. ``number``, ``name`` and ``reason`` may hold anybody's text.

    ``also`` has the rules that fit beside the deciding one, each with its reason.
    """

    number: str
    name: str
    read: Words
    action: Action
    verdict: Words
    rule: Words
    reason: str
    imitates: Words | None
    digits: Differing | None
    also: tuple[tuple[Words, str], ...]
    effect: Words
    national: str = ""
    """Told by ``read``."""


@router.get("")
def show(frame: Framed) -> HTMLResponse:
    """Ask for numbers."""
    return _page(frame, Asked())


@router.post("")
def judge(
    shared: Shared,
    frame: Framed,
    numbers: Annotated[str, Form(max_length=MOST * LONGEST)] = "",
    name: _Text = "",
    called: _Text = "",
    trunk: _Text = "",
) -> HTMLResponse:
    """Tell of each number what would happen. A POST, so that no log of addresses keeps the numbers."""
    asked = Asked(numbers, name, called.strip(), trunk.strip())
    written = [one.strip() for one in _BETWEEN.split(numbers) if one.strip()]
    if refused := _refused(written):
        return _page(frame, asked, HTTPStatus.UNPROCESSABLE_ENTITY, refused=refused)
    found = checked(shared, (caller(one, name, asked.called, asked.trunk) for one in written))
    answers = tuple(_answer(one, name, of) for one, of in zip(written, found.prospects, strict=True))
    return _page(frame, asked, answers=answers)


def _refused(written: list[str]) -> str:
    if not written:
        return _NONE
    if len(written) > MOST:
        return _TOO_MANY
    return _TOO_LONG if any(len(one) > LONGEST for one in written) else ""


def _answer(number: str, name: str, found: Prospect) -> Answer:
    verdict, official = found.verdict, found.verdict.imitates
    shown = official.number if official else None
    return Answer(
        number=number,
        name=name,
        read=found.read,
        action=verdict.action,
        verdict=words.ACTIONS[verdict.action],
        rule=words.RULES[verdict.rule],
        reason=verdict.reason,
        imitates=imitates(verdict.rule, shown, official.organisation if official else None),
        digits=compared(verdict.rule, verdict.kind, found.number.national, shown),
        also=tuple((words.RULES[hit.rule], hit.reason) for hit in verdict.hits[1:]),
        effect=found.effect,
    )


def _counts(answers: tuple[Answer, ...]) -> Mapping[Words, int]:
    """Count by verdict, the gravest first."""
    counts = Counter(answer.action for answer in answers)
    return {words.ACTIONS[action]: counts[action] for action in reversed(Action) if counts[action]}


def _page(
    frame: Frame,
    asked: Asked,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    refused: str = "",
    answers: tuple[Answer, ...] = (),
) -> HTMLResponse:
    return frame.page(
        "check.html",
        status,
        asked=asked,
        refused=refused,
        answers=answers,
        counts=_counts(answers),
        longest=LONGEST,
    )
