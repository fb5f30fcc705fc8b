"""The call contract: every word that the listener and the dialplan share, spelled here and nowhere else.

``dialplan/README.md`` tells what each means; a test holds the dialplan's files to these names.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote_to_bytes

from screener.calls import Action

VERSION: Final = "1"
UNDERSTOOD: Final = frozenset({VERSION})
"""Versions that the service answers to: the present one and, once there is one, the one before."""

# Global variables that the listener sets.
TOKEN: Final = "CALL_SCREENER_TOKEN"  # noqa: S105 - a name, no secret
USER: Final = "CALL_SCREENER_USER"
HOLD: Final = "CALL_SCREENER_HOLD"
# A global variable that the dialplan counts in: calls that nobody could be asked about.
SKIPPED: Final = "CALL_SCREENER_SKIPPED"
# The channel variable that the listener answers in, and those it sets for a whispered warning.
VERDICT: Final = "CALL_SCREENER_VERDICT"
TARGET: Final = "CALL_SCREENER_TARGET"
PROMPTS: Final = "CALL_SCREENER_PROMPTS"
CALL: Final = "CALL_SCREENER_CALL"
# Channel variables in which the dialplan keeps the call, encoded; read when a request can't be believed.
CALLED: Final = "CALL_SCREENER_CALLED"
NUMBER: Final = "CALL_SCREENER_NUMBER"
NAME: Final = "CALL_SCREENER_NAME"
FROM: Final = "CALL_SCREENER_FROM"
ASSERTED: Final = "CALL_SCREENER_ASSERTED"
DIVERSION: Final = "CALL_SCREENER_DIVERSION"
ATTESTATION: Final = "CALL_SCREENER_ATTESTATION"
KEPT: Final = (CALLED, NUMBER, NAME, FROM, ASSERTED, DIVERSION, ATTESTATION)

# UserEvents.
ASK: Final = "CallScreenerAsk"
DID: Final = "CallScreenerDid"
WARNED: Final = "CallScreenerWarned"
END: Final = "CallScreenerEnd"
BEAT: Final = "CallScreenerBeat"
STATE: Final = "CallScreenerState"

# Contexts.
SCREEN: Final = "call-screener"
PASSIVE: Final = "call-screener-passive"
WHISPER: Final = "call-screener-whisper"
DOCTOR: Final = "call-screener-doctor"
SOUNDS: Final = "call-screener"
"""Folder of the prompts below Asterisk's sounds folder."""


def verdict_value(
    action: Action, listener: str, display: str = "", prompts: Sequence[str] = (), *, answer: bool = False
) -> str:
    """Return the text of the verdict variable: ``version|action|listener|display|prompts|answer``.

    ``display`` must hold no ``|``, quote or bracket (see ``warning.display``), ``prompts`` are file names
    without folder and ending.
    """
    fields = (VERSION, action.value, listener, display, "&".join(prompts), "answer" if answer else "")
    return "|".join(fields)


def decode(encoded: str) -> str:
    """Decode what the dialplan encoded (twice: its ``STRREPLACE`` of ``%``, then ``URIENCODE``).

    Bytes that are no UTF-8 become lone surrogates (PEP 383), so that nothing is lost.
    """
    once = unquote_to_bytes(encoded)
    return unquote_to_bytes(once).decode("utf-8", "surrogateescape")
