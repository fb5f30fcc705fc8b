"""Who changes something: a user of the page, a token, somebody at a terminal, or the service itself.

Who acts is set once where a request, a command or a task begins (``act_as``), and asked where the change is
written to the audit log (``acting``): no store has to hand it on, so none can forget to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class How(StrEnum):
    """By what right somebody acts."""

    USER = "user"
    TOKEN = "token"  # noqa: S105 - a word, no secret
    CLI = "cli"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``role`` is empty for the terminal and the service, ``address`` where nobody is remote."""

    name: str
    how: How
    role: str = ""
    address: str = ""
    request: str = ""
    """Id of the HTTP request."""

    @property
    def where(self) -> str:
        """Return from where: an address, the terminal, or the service."""
        match self.how:
            case How.CLI:
                return f"terminal user {self.name}"
            case How.SYSTEM:
                return "the service"
            case _:
                return self.address


SERVICE: Final = Actor("call-screener", How.SYSTEM)
"""What the service does by itself."""

_ACTING: Final[ContextVar[Actor | None]] = ContextVar("acting", default=None)


def acting(otherwise: Actor = SERVICE) -> Actor:
    """Return who acts in this task or thread, ``otherwise`` where nobody was named."""
    return _ACTING.get() or otherwise


def act_for_request(actor: Actor) -> None:
    """Name who acts for the rest of this task. For a coroutine of the request itself, which is one task."""
    _ACTING.set(actor)


@contextmanager
def act_as(actor: Actor) -> Iterator[None]:
    """Name who acts in this block, and in the threads that ``asyncio.to_thread`` starts from it."""
    before = _ACTING.set(actor)
    try:
        yield
    finally:
        _ACTING.reset(before)
