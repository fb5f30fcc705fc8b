"""Who acts at this moment, for the audit log.

It is named once, where a request, a command or a task begins, and asked where a change is written to the
log: no store has to hand it on, so none can forget to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from screener.access.actor import Actor

_ACTING: Final[ContextVar[Actor | None]] = ContextVar("acting", default=None)


def acting() -> Actor | None:
    """Return who acts in this task or thread, None where nobody was named."""
    return _ACTING.get()


def act_for_request(actor: Actor) -> None:
    """Name who acts for the rest of this task: for a coroutine of a request, which is one task."""
    _ACTING.set(actor)


@contextmanager
def act_as(actor: Actor) -> Iterator[None]:
    """Name who acts in this block, and in the threads that ``asyncio.to_thread`` starts from it."""
    before = _ACTING.set(actor)
    try:
        yield
    finally:
        _ACTING.reset(before)
