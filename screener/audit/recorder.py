"""Writes changes to the audit log, in the transactions that make them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from screener.access.acting import acting
from screener.access.actor import Actor
from screener.audit import chain
from screener.audit.chain import Noted
from screener.audit.key import KeyFile


@dataclass(frozen=True, slots=True)
class Recorder:
    """What a process writes its changes with. ``otherwise`` acts where nobody was named (``act_as``)."""

    key: KeyFile
    otherwise: Actor

    def write(self, connection: Connection, noted: Sequence[Noted]) -> None:
        """Append changes in the connection's transaction. Raises AuditKeyUnusable and SQLAlchemyError."""
        chain.append(connection, self.key.signer(), acting() or self.otherwise, noted)
