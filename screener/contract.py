"""The call contract: every word that the listener and the dialplan share, spelled here and nowhere else.

``dialplan/README.md`` tells what each means; a test holds the dialplan's files to these names.
"""

from base64 import b64decode
from collections.abc import Iterable, Sequence
from typing import Final

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
ASSERTED: Final = "CALL_SCREENER_ASSERTED"
DIVERSION: Final = "CALL_SCREENER_DIVERSION"
ATTESTATION: Final = "CALL_SCREENER_ATTESTATION"
KEPT: Final = {
    "Called": CALLED,
    "Number": NUMBER,
    "Name": NAME,
    "Asserted": ASSERTED,
    "Diversion": DIVERSION,
    "Attestation": ATTESTATION,
}
"""Header of a request -> the channel variable that holds the same."""
LISTENER: Final = "CALL_SCREENER_LISTENER"
"""The listener whose verdict a channel is under."""

# UserEvents.
ASK: Final = "CallScreenerAsk"
DID: Final = "CallScreenerDid"
WARNED: Final = "CallScreenerWarned"
END: Final = "CallScreenerEnd"
BEAT: Final = "CallScreenerBeat"
STATE: Final = "CallScreenerState"

NO_TOKEN: Final = "no_token"  # noqa: S105 - a word for what was done, no secret
"""What the dialplan says it did with a call that it could not ask about for want of a token."""

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


def decode(encoded: str, tokens: Iterable[str]) -> str:
    """Decode what the dialplan encoded: base64, with a token in place of each colon.

    Bytes that are no UTF-8 become lone surrogates (PEP 383), so that nothing is lost. Raises ValueError for
    what is no base64.
    """
    data = b64decode(encoded, validate=True)
    for token in tokens:
        data = data.replace(token.encode(), b":")
    return data.decode("utf-8", "surrogateescape")
