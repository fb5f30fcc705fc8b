"""Which call detail records are calls from outside, by the line that they came over."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from blocklist.site import NOWHERE, Site
from screener import events

_CARD: Final = re.compile(r"(?P<line>(?:DAHDI|Zap)/[^-/]+)", re.IGNORECASE)
"""A channel of a line card, ``DAHDI/1-1``, or of a PRI, ``DAHDI/i1/0912345678-3``."""
_IAX: Final = re.compile(r"IAX2/(?P<line>.+?)(-\d+)?", re.IGNORECASE)
_NEW_NAME: Final = re.compile(r".*-[0-9a-f]{8}(;[12])?")
_INNER: Final = "Local/"
_FROM_OUTSIDE: Final = re.compile(
    r"(from-(trunk|pstn|did|sip-external|external|outside|zaptel|dahdi|analog|digital|carrier)|ext-did"
    r"|incoming|inbound).*",
    re.IGNORECASE,
)
"""Contexts for calls from outside: FreePBX's and Issabel's, and what others like to call theirs."""
_FROM_INSIDE: Final = re.compile(
    r"(from-(internal|phones?|extensions?|inside|users?)|internal|outgoing|outbound|outrt|macro-dialout).*",
    re.IGNORECASE,
)
_EXTENSION: Final = re.compile(r"[0-9]{2,6}")
"""A line with such a name is a phone: trunks are named by letters as a rule."""


class Skipped(StrEnum):
    """Why a record is no call from outside."""

    INNER = "inner"
    """A channel between two others within the exchange: of a ring group, a queue, a forwarding."""
    INSIDE = "inside"
    """A call of a phone, or in a context of calls from inside."""
    OTHER_TRUNK = "other_trunk"
    OTHER_CONTEXT = "other_context"


def line(channel: str) -> str:
    """Return the trunk or phone in a channel's name: ``viettel``, ``1001``, ``DAHDI/1``."""
    if card := _CARD.match(channel):
        return card["line"]
    if iax := _IAX.fullmatch(channel):
        return iax["line"]
    return events.trunk(channel)


def is_of_one_call(channel: str) -> bool:
    """Tell whether a channel's name ends in a count, so that no other call has it before a restart."""
    return _NEW_NAME.fullmatch(channel) is not None


@dataclass(frozen=True, slots=True)
class Lines:
    """What is taken for the lines to the outside.

    Where ``trunks`` or ``contexts`` are given, they alone count. Else a record is taken that has a called
    number of the carrier's (``did``) or a context of ``_FROM_OUTSIDE`` or ``known_contexts``, and so is
    whatever does not look like a phone of the house.
    """

    trunks: Collection[str] = ()
    contexts: Collection[str] = ()
    known_trunks: Collection[str] = ()
    known_contexts: Collection[str] = ()
    site: Site = NOWHERE

    def skipped(self, channel: str, context: str, did: str) -> Skipped | None:
        """Return why a record is no call from outside; None where it is one."""
        if channel.startswith(_INNER):
            return Skipped.INNER
        over = line(channel)
        if self.trunks and over not in self.trunks:
            return Skipped.OTHER_TRUNK
        if self.contexts and context not in self.contexts:
            return Skipped.OTHER_CONTEXT
        if self.trunks or self.contexts:
            return None
        if did or over in self.known_trunks or context in self.known_contexts:
            return None
        if _FROM_OUTSIDE.fullmatch(context):
            return None
        inside = (
            _FROM_INSIDE.fullmatch(context) or _EXTENSION.fullmatch(over) or self.site.has_extension(over)
        )
        return Skipped.INSIDE if inside else None
