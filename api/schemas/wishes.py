"""What is asked of a call, and what was made of it, on the wire."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from api.schemas.check import WordsOut
from api.schemas.entries import EntryOut
from api.schemas.exemptions import ExemptionOut
from api.schemas.fields import In, Out, Readable
from screener.calls import Action, Rule


class Asked(In):
    """Why a call's number is allowed or blocked. Without a note the call itself is named."""

    note: Annotated[str, Field(max_length=200, examples=["Chi nhánh gọi về qua trung kế này"]), Readable] = ""


class Made(StrEnum):
    """What was made."""

    EXEMPTION = "exemption"
    ALLOW_ENTRY = "allow_entry"
    BLOCK_ENTRY = "block_entry"


class NextOut(Out):
    """What a call like this one gets from now on, and what comes of that."""

    action: Action
    rule: Rule
    reason: str
    effect: WordsOut


class GrantedOut(Out):
    """What was made of a wish, and what that means. ``new`` is false where it was there already.

    ``path`` is where it can be looked at and removed, with ``version`` as the tag for ``If-Match``. ``pbx``
    and ``trunk`` say where it counts, null being everywhere. ``remarks`` are those of an entry.
    """

    made: Made
    id: int
    path: str
    version: str
    new: bool
    number: str
    pbx: str | None
    trunk: str | None
    words: WordsOut
    next: NextOut
    remarks: list[str]


class WouldOut(Out):
    """What a wish would come to: what would be made, or, where ``makes`` is null, why nothing would."""

    makes: Made | None
    words: WordsOut


class StandingOut(Out):
    """What a call like a recorded one gets now, what fits it, and what the wishes would come to.

    ``entries`` are those that fit, and all for exactly its number, expired ones too.
    """

    next: NextOut
    entries: list[EntryOut]
    exemptions: list[ExemptionOut]
    allow: WouldOut
    block: WouldOut
