"""Rings an office back at its official number: the operator's own phone first, then the office.

Off unless a PBX's settings name the context to dial in. Nothing here waits in a call's way: it is one action
on the link, and its answer is waited for by the request alone.
"""

import asyncio
import logging
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session, sessionmaker

from blocklist.entries import OfficialNumber
from screener.ami import LinkLost
from screener.audit.chain import Noted
from screener.audit.watching import note
from screener.health import LinkState
from screener.models import CallRecord
from screener.pbx import Pbx
from screener.snapshot import Snapshot
from screener.words import Words

log = logging.getLogger(__name__)

RING_SECONDS: Final = 30
"""How long the operator's phone rings."""
PACE_SECONDS: Final = 60.0
PER_USER: Final = 3
PER_PBX: Final = 10
"""Calls within ``PACE_SECONDS`` at most: a stolen session is not to make the exchange ring all over."""
_ANSWER_WITHIN: Final = 5.0
_EXTENSION: Final = re.compile(r"[0-9]{1,20}", re.ASCII)
# National lines with area code, mobiles, 1800 and 1900. Short numbers are people's emergencies.
_LINE: Final = re.compile(r"0[0-9]{8,10}|1[89]00[0-9]{4,6}", re.ASCII)


class Why(StrEnum):
    """Why nobody is rung."""

    OFF = "off"
    NO_OFFICE = "no_office"
    NOT_REGISTERED = "not_registered"
    UNCONFIRMED = "unconfirmed"
    NO_LINE = "no_line"
    NO_EXTENSION = "no_extension"
    TOO_OFTEN = "too_often"
    NO_LINK = "no_link"
    REFUSED = "refused"


WORDS: Final[Mapping[Why, Words]] = {
    Why.OFF: Words(
        "Chức năng gọi lại chưa được bật cho tổng đài này. Người quản trị đặt call_back_context trong "
        "cấu hình.",
        "Calling back is off for this exchange; the administrator sets call_back_context in the settings.",
    ),
    Why.NO_OFFICE: Words(
        "Cuộc gọi này không giống số của cơ quan nào, nên không có số để gọi lại.",
        "This call imitates no office, so there is no number to call back.",
    ),
    Why.NOT_REGISTERED: Words(
        "Số chính thức của cuộc gọi này không còn trong danh bạ. Hãy tra số của cơ quan rồi tự gọi.",
        "The office's number is no longer in the registry; look it up and dial it yourself.",
    ),
    Why.UNCONFIRMED: Words(
        "Số của cơ quan này chưa được xác nhận nên không gọi tự động. Hãy xác nhận số ở trang Số chính thức.",
        "The office's number is not confirmed; confirm it on the page Official numbers first.",
    ),
    Why.NO_LINE: Words(
        "Số này là số ngắn (như 113) hoặc một dải số, nên không gọi tự động. Hãy tự bấm số nếu cần.",
        "This is a short number such as 113, or a range; dial it yourself where needed.",
    ),
    Why.NO_EXTENSION: Words(
        "Chưa có máy lẻ của bạn. Hãy ghi máy lẻ ở trang tài khoản rồi thử lại.",
        "You have no extension; set it on the page of your account. A token has none.",
    ),
    Why.TOO_OFTEN: Words(
        "Gọi lại quá nhiều lần trong một phút. Hãy đợi một phút rồi thử lại.",
        "Called back too often within a minute; wait a minute and try again.",
    ),
    Why.NO_LINK: Words(
        "Tổng đài không trả lời. Nếu máy của bạn không đổ chuông, hãy tự bấm số chính thức.",
        "The exchange does not answer; if your phone does not ring, dial the official number yourself.",
    ),
    Why.REFUSED: Words(
        "Tổng đài không cho dịch vụ gọi đi. Người quản trị chạy call-screener doctor để biết vì sao.",
        "The exchange refused to place the call; 'call-screener doctor' tells what it lacks.",
    ),
}
"""What is told of it, with the remedy."""


class NotCalledBack(Exception):
    """Nobody was rung. The message is English, ``said`` has both languages."""

    def __init__(self, why: Why) -> None:
        super().__init__(WORDS[why].en)
        self.why = why
        self.said = WORDS[why]


class CallingBack:
    """The links to place calls over, and how many were placed of late. ``clock`` gives seconds."""

    def __init__(
        self,
        links: Mapping[str, Pbx],
        sessions: sessionmaker[Session],
        snapshot: Callable[[], Snapshot],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._links = links
        self._sessions = sessions
        self._snapshot = snapshot
        self._clock = clock
        self._placed: deque[tuple[float, str, str]] = deque()
        """When, for whom, on which PBX."""

    def office(self, call: CallRecord) -> OfficialNumber:
        """Return whom a call imitates, as the registry has it now. Raises NotCalledBack."""
        if self._context(call.pbx) is None:
            raise NotCalledBack(Why.OFF)
        if not call.imitates:
            raise NotCalledBack(Why.NO_OFFICE)
        office = self._snapshot().officials.exact(call.imitates)
        if office is None:
            raise NotCalledBack(Why.NOT_REGISTERED)
        if office.last or not _LINE.fullmatch(office.number):
            raise NotCalledBack(Why.NO_LINE)
        if not office.confirmed:
            raise NotCalledBack(Why.UNCONFIRMED)
        return office

    def offered(self, call: CallRecord) -> OfficialNumber | None:
        """Return whom ``place`` would ring for a call; None for nobody."""
        try:
            return self.office(call)
        except NotCalledBack:
            return None

    async def place(self, call: CallRecord, extension: str, who: str) -> OfficialNumber:
        """Ring an extension of the PBX that a call came over and connect it to the office; return the office.

        Returns as soon as the exchange has taken the order; noted in the audit log before. Raises
        NotCalledBack and SQLAlchemyError.
        """
        office = self.office(call)
        context = self._context(call.pbx)
        if not _EXTENSION.fullmatch(extension):
            raise NotCalledBack(Why.NO_EXTENSION)
        link = self._links[call.pbx]
        if link.health.state is not LinkState.UP:
            raise NotCalledBack(Why.NO_LINK)
        self._keep_pace(who, call.pbx)
        await asyncio.to_thread(self._note, call, office, extension)
        try:
            async with asyncio.timeout(_ANSWER_WITHIN):
                answer = await link.send(
                    "Originate",
                    ("Channel", f"Local/{extension}@{context}/n"),
                    ("Context", context or ""),
                    ("Exten", office.number),
                    ("Priority", "1"),
                    # The house's own line as ever: the carrier is not shown the office's number as ours.
                    ("CallerID", f"<{extension}>"),
                    ("Timeout", str(RING_SECONDS * 1000)),
                    ("Async", "true"),
                )
        except (LinkLost, TimeoutError):
            raise NotCalledBack(Why.NO_LINK) from None
        if answer["Response"] != "Success":
            log.error(
                "pbx %s: no office rung back: %s; give the account write = originate",
                call.pbx,
                answer["Message"],
            )
            raise NotCalledBack(Why.REFUSED)
        return office

    def _context(self, pbx: str) -> str | None:
        return self._links[pbx].settings.call_back_context if pbx in self._links else None

    def _keep_pace(self, who: str, pbx: str) -> None:
        now = self._clock()
        while self._placed and self._placed[0][0] <= now - PACE_SECONDS:
            self._placed.popleft()
        by_user = sum(name == who for _, name, _ in self._placed)
        by_pbx = sum(over == pbx for _, _, over in self._placed)
        if by_user >= PER_USER or by_pbx >= PER_PBX:
            raise NotCalledBack(Why.TOO_OFTEN)
        self._placed.append((now, who, pbx))

    def _note(self, call: CallRecord, office: OfficialNumber, extension: str) -> None:
        after = {"organisation": office.organisation, "extension": extension, "pbx": call.pbx}
        with self._sessions.begin() as session:
            note(session, Noted("call", "called back", str(call.id), office.number, after=after))
