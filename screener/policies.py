"""The policy in the database: a row each revision, with author, time and what changed; the last counts."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from blocklist.errors import ListsUnreadable
from blocklist.page import Page
from screener import policy_file
from screener.models import PolicyRevision
from screener.policy import DEFAULT_POLICY, Policy
from screener.policy_edits import changes
from screener.policy_problems import InvalidPolicy

log = logging.getLogger(__name__)

_TRIES: Final = 5
_LOOKED_BACK: Final = 50
"""Revisions among which one that can be read is looked for."""


class PolicyMoved(Exception):
    """Somebody else changed the policy since it was read, and would lose that change."""

    def __init__(self, base: int, present: int) -> None:
        super().__init__(
            f"the policy is at revision {present} by now, and this change was made to revision {base}; "
            "look at what changed with 'call-screener policy history', export it anew, and change that"
        )
        self.base = base
        self.present = present


class NoSuchRevision(Exception):
    """A revision that was never there."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"there is no revision {number}; 'call-screener policy history' lists those there are"
        )
        self.number = number


@dataclass(frozen=True, slots=True)
class Revised:
    """A policy as it was made: by whom, when (UTC), and what it changed, in lines.

    Revision 0 is the default, where nobody has made any.
    """

    revision: int
    at: datetime | None
    author: str
    changes: tuple[str, ...]
    policy: Policy


NEVER_CHANGED: Final = Revised(0, None, "", (), DEFAULT_POLICY)


class Policies:
    """The policies behind a session factory; listeners notice a change within about a second."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def present(self) -> Revised:
        """Return the policy that calls are judged by: the last one that can be read."""
        with self._sessions() as session:
            return _newest_readable(session)[0]

    def revision(self, number: int) -> Revised:
        """Return the policy of a revision. Raises NoSuchRevision and ListsUnreadable."""
        with self._sessions() as session:
            row = session.get(PolicyRevision, number)
        if row is None:
            raise NoSuchRevision(number)
        return _read(row)

    def latest(self) -> int:
        """Return the number of the last revision, readable or not."""
        with self._sessions() as session:
            return session.scalar(select(func.max(PolicyRevision.id))) or 0

    def history(self, limit: int = 50, after: int | None = None) -> Page[PolicyRevision]:
        """Return revisions, the newest first, from the one after revision ``after`` on."""
        query = _newest(limit + 1)
        if after is not None:
            query = query.where(PolicyRevision.id < after)
        with self._sessions() as session:
            return Page.cut(list(session.scalars(query)), limit)

    def edit(self, change: Callable[[Policy], Policy], by: str) -> Revised:
        """Change the policy, whatever others did meanwhile; where it stays the same no revision is made.

        Raises PolicyMoved where others change it all the time, and ListsUnreadable.
        """
        for tried in range(_TRIES):
            with self._sessions() as session:
                present, unreadable = _newest_readable(session)
            if unreadable is not None:
                raise unreadable
            changed = change(present.policy)
            if changed == present.policy:
                return present
            try:
                return self.add(changed, by, changes(present.policy, changed), present.revision)
            except PolicyMoved:
                if tried == _TRIES - 1:
                    raise
        raise AssertionError

    def add(self, policy: Policy, by: str, what: list[str], base: int) -> Revised:
        """Put a policy in force, made from revision ``base``. Raises PolicyMoved if that isn't the last."""
        row = PolicyRevision(
            id=base + 1,
            at=datetime.now(UTC),
            author=by[:200],
            changes="\n".join(what),
            policy=policy_file.write(policy),
        )
        if (latest := self.latest()) != base:
            raise PolicyMoved(base, latest)
        try:
            with self._sessions.begin() as session:
                session.add(row)
        except IntegrityError:
            raise PolicyMoved(base, self.latest()) from None
        log.info("policy revision %d by %s: %s", row.id, by, "; ".join(what))
        return _read(row)


def in_force(session: Session) -> tuple[Policy, ListsUnreadable | None]:
    """Return the last policy that can be read, and what is the matter where a later one can't be."""
    found, unreadable = _newest_readable(session)
    return found.policy, unreadable


def _newest_readable(session: Session) -> tuple[Revised, ListsUnreadable | None]:
    unreadable: ListsUnreadable | None = None
    for row in session.scalars(_newest(_LOOKED_BACK)):
        try:
            return _read(row), unreadable
        except ListsUnreadable as error:
            unreadable = unreadable or error
    return NEVER_CHANGED, unreadable


def _newest(limit: int) -> Select[PolicyRevision]:
    return select(PolicyRevision).order_by(PolicyRevision.id.desc()).limit(limit)


def _read(row: PolicyRevision) -> Revised:
    try:
        policy = policy_file.parse(row.policy)
    except InvalidPolicy as error:
        raise ListsUnreadable(
            PolicyRevision.__tablename__,
            row.id,
            str(error.problems[0]),
            "put an earlier revision in force: 'call-screener policy history' lists them, "
            "'call-screener policy revert N' makes one count",
        ) from error
    return Revised(row.id, row.at, row.author, tuple(row.changes.split("\n")) if row.changes else (), policy)
