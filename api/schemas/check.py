"""A question what would happen to a caller, and its answer, on the wire."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.checking import LONGEST, MOST
from api.schemas.fields import In, Out
from blocklist.kinds import LookalikeKind
from blocklist.number import NumberKind, Oddity
from screener.calls import Action, Rule


class Question(BaseModel):
    """A caller who might ring. Any text is a number that may be shown."""

    number: Annotated[
        str, Field(max_length=200, description="As the phone would show it.", examples=["+84 912 345 678"])
    ]
    name: Annotated[str, Field(max_length=200, description="The caller's name.")] = ""
    called: Annotated[str, Field(max_length=80, description="The extension that is called.")] = ""
    trunk: Annotated[
        str,
        Field(
            max_length=200,
            description="The trunk, alone or with its PBX: it may write numbers in its own way.",
            examples=["viettel", "hq/viettel"],
        ),
    ] = ""
    network_number: Annotated[
        str, Field(max_length=200, description="The asserted identity (P-Asserted-Identity).")
    ] = ""
    network_trusted: Annotated[bool, Field(description="The carrier sets the asserted identity itself.")] = (
        False
    )


class Questions(In):
    """Callers who might ring, of one name, over one trunk, to one extension."""

    numbers: Annotated[list[Annotated[str, Field(max_length=LONGEST)]], Field(min_length=1, max_length=MOST)]
    name: Annotated[str, Field(max_length=LONGEST)] = ""
    called: Annotated[str, Field(max_length=80)] = ""
    trunk: Annotated[str, Field(max_length=LONGEST)] = ""


class WordsOut(Out):
    """The same thing in both languages."""

    vi: str
    en: str


class NumberOut(Out):
    """A number as it was written and as it is."""

    raw: str
    kind: NumberKind
    national: str
    e164: str | None
    oddities: list[Oddity]


class ImitatedOut(Out):
    """The official number that is shown or imitated."""

    id: int
    number: str
    organisation: str
    receives_only: bool
    confirmed: bool


class HitOut(Out):
    """A rule that fits, and why."""

    rule: Rule
    reason: str
    imitates: ImitatedOut | None
    kind: LookalikeKind | None
    entry_id: int | None


class CheckOut(Out):
    """A verdict. ``read`` says as what the number was read, ``effect`` what the verdict would come to now.

    ``enforcing`` false: the switch is off, so the call would be let through all the same, as it would be
    through a PBX in ``monitor_only``. ``hits`` holds every rule that fits, the deciding one first; none fits
    where ``rule`` is ``default``. ``revision`` is that of the lists in memory, which follow a change within
    seconds.
    """

    number: NumberOut
    read: WordsOut
    action: Action
    rule: Rule
    reason: str
    kind: LookalikeKind | None
    imitates: ImitatedOut | None
    hits: list[HitOut]
    enforcing: bool
    monitor_only: list[str]
    effect: WordsOut
    revision: int
    words: WordsOut


class ChecksOut(Out):
    """Verdicts, in the order in which was asked."""

    items: list[CheckOut]
