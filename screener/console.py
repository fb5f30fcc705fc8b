"""A login to Asterisk for short questions, such as the doctor's, by the package ``asterisk-ami``.

That package's own waiting is left alone: its reader ends after a silence and whoever waits is not told. Here
everything that arrives goes through one queue, the end of the link too, and every wait has its limit.
"""

import itertools
import queue
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from asterisk.ami import AMIClient, SimpleAction

from screener import contract

ANSWER_WITHIN: Final = 10.0
"""Seconds. A large PBX needs a few to print its whole dialplan."""
_SILENCE: Final = 15.0
_BUFFER: Final = 1 << 18


class NoAnswer(Exception):
    """Asterisk did not answer in time, or hung up."""


class Denied(Exception):
    """Asterisk answered with an error; the text is what it said."""


@dataclass(frozen=True, slots=True)
class State:
    """What the dialplan's test extension says. ``sessions`` counts the logins of the listener's account."""

    version: str
    sessions: int
    seen: int
    missing: tuple[str, ...]


class Console:
    """One login, as ``with Console(...) as console``. It asks for user events where ``events`` says so."""

    def __init__(self, host: str, port: int, username: str, secret: str, *, events: bool = True) -> None:
        self._account = {"Username": username, "Secret": secret, "Events": "user" if events else "off"}
        self._arrived: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._numbers = itertools.count(1)
        self._client = AMIClient(address=host, port=port, timeout=_SILENCE, buffer_size=_BUFFER)
        self._client.add_listener(
            on_response=lambda source, response: self._arrived.put(response),
            on_event=lambda source, event: self._arrived.put(event),
            on_disconnect=lambda source, error=None: self._arrived.put(None),
        )

    def __enter__(self) -> Self:
        """Log in. Raises OSError, NoAnswer, and Denied for an account that Asterisk does not take."""
        self._client.connect()
        try:
            self._ask(SimpleAction("Login", **self._account))
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Log off."""
        self._leave()

    def command(self, text: str) -> list[str]:
        """Return what Asterisk's command line prints. Raises NoAnswer, and Denied without ``command``."""
        answer = self._ask(SimpleAction("Command", Command=text), fails=False)
        output = answer.keys.get("Output")
        if output is None and not answer.follows:
            raise Denied(answer.keys.get("Message", answer.status))
        return [*(output or "").split("\n"), *(answer.follows or ())]

    def look(self, prompts: Sequence[str], username: str) -> State | None:
        """Run the test extension of our dialplan; None where it does not answer.

        Raises NoAnswer, and Denied without ``originate``.
        """
        nonce = secrets.token_hex(16)
        action = SimpleAction(
            "Originate",
            Channel=f"Local/look@{contract.DOCTOR}/n",
            Application="Hangup",
            Timeout=5000,
            Async="true",
        )
        action[contract.TOKEN] = nonce
        action[contract.USER] = username
        action[contract.PROMPTS] = "&".join(prompts)
        self._ask(action)
        deadline = time.monotonic() + 5.0
        while (event := self._next(deadline)) is not None:
            keys = getattr(event, "keys", {})
            if keys.get("UserEvent") == contract.STATE and keys.get("Token") == nonce:
                missing = tuple(name for name in keys.get("Missing", "").split("&") if name)
                return State(
                    keys.get("Version", ""), _whole(keys.get("Sessions")), _whole(keys.get("Seen")), missing
                )
        return None

    def _ask(self, action: Any, *, fails: bool = True) -> Any:
        # Sent without the package's own future, whose lock is never given back where warnings are errors.
        action.keys["ActionID"] = action_id = f"doctor-{next(self._numbers)}"
        try:
            self._client.send(action)
        except OSError as error:
            raise NoAnswer(f"the link fell: {error.strerror or error}") from None
        deadline = time.monotonic() + ANSWER_WITHIN
        while (answer := self._next(deadline)) is not None:
            if hasattr(answer, "status") and answer.keys.get("ActionID") == action_id:
                if fails and answer.is_error():
                    raise Denied(answer.keys.get("Message", "no reason given"))
                return answer
        raise NoAnswer(f"no answer to {action.name} within {ANSWER_WITHIN:g} s, or Asterisk hung up")

    def _next(self, deadline: float) -> Any:
        """Return what arrives next; None at the deadline and at the end of the link."""
        try:
            return self._arrived.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return None

    def _leave(self) -> None:
        """Log off and wait until Asterisk has said goodbye: closing the socket would not wake the reader."""
        try:
            self._client.send(SimpleAction("Logoff"))
        except OSError:
            self._client.finished.set()
        if self._client.finished.wait(2.0):
            self._client.disconnect()


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
