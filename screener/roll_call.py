"""Asks the exchange for the calls of whose end nothing is known: the service may have been away then."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from screener.ami import LinkLost, UnsafeValue
from screener.happenings import Happening, Missed
from screener.health import LinkState
from screener.pbx import Pbx
from screener.records import Records

log = logging.getLogger(__name__)

EVERY_S: Final = 10.0
YOUNG: Final = timedelta(seconds=10)
"""Age below which a call isn't asked for: what ends so soon is mostly told of on its own."""
SETTLED_AFTER_S: Final = 2.0
"""How long an end that is told of may take into the database: passive screening takes a second of it."""
AT_ONCE: Final = 50
"""Questions that are under way together."""


class RollCall:
    """Notes which calls of one PBX ended unseen. An end that is told of later counts all the same."""

    def __init__(self, pbx: Pbx, records: Records, note: Callable[[Happening], bool]) -> None:
        self._pbx = pbx
        self._records = records
        self._note = note
        self._noted: set[str] = set()
        """Calls noted as missed that the database doesn't know as such yet."""

    async def run(self) -> None:
        """Ask again and again while the link is up, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            if self._pbx.health.state is not LinkState.UP:
                continue
            try:
                missed = await self.once(datetime.now(UTC))
            except (LinkLost, TimeoutError, SQLAlchemyError):
                continue  # link and database are looked after elsewhere, and told of there
            if missed:
                log.warning(
                    "pbx %s: the end of %d calls was missed: not running or not linked then?",
                    self._pbx.name,
                    missed,
                )

    async def once(self, now: datetime) -> int:
        """Ask for every call that may be under way; return how many the exchange no longer has.

        Raises LinkLost, TimeoutError and SQLAlchemyError.
        """
        missed = 0
        found_open = await asyncio.to_thread(self._records.under_way, self._pbx.name, now - YOUNG)
        self._noted.intersection_update(found_open)
        open_calls = [uniqueid for uniqueid in found_open if uniqueid not in self._noted]
        for start in range(0, len(open_calls), AT_ONCE):
            some = open_calls[start : start + AT_ONCE]
            there = await asyncio.gather(*(self._may_go_on(uniqueid) for uniqueid in some))
            gone = [uniqueid for uniqueid, found in zip(some, there, strict=True) if not found]
            if gone:  # or just ended, which is on its way
                await asyncio.sleep(SETTLED_AFTER_S)
                still = await asyncio.to_thread(self._records.under_way, self._pbx.name, now - YOUNG)
                gone = [uniqueid for uniqueid in gone if uniqueid in still]
            for uniqueid in gone:
                self._note(Missed(now, self._pbx.name, uniqueid))
            self._noted.update(gone)
            missed += len(gone)
        return missed

    async def _may_go_on(self, uniqueid: str) -> bool:
        try:
            return await self._pbx.has(uniqueid)
        except UnsafeValue:  # no exchange gives such an id: it can't be asked for, and nothing is known
            return True
