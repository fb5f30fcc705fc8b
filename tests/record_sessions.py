"""Records AMI sessions for tests/test_events.py: what Asterisk sends the service during one real call.

Run ``python tests/record_sessions.py`` after a change of the dialplan or of manager.conf; it starts the lab's
Asterisk releases, places each call of ``SESSIONS`` and writes ``tests/recordings/<release>-<name>.txt``. A
recording is the stream from the last frame of the link's start to the end of the call, byte for byte. The
exchange's token is ``TOKEN``, so that a replay knows it.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from listener_rig import BLOCKED, CLEAN, LOOKALIKE, listening, passive, place, settings

from screener import contract
from screener.ami import AmiProtocol
from screener.calls import Mode
from screener.lab.caller import Caller
from screener.lab.exchange import Exchange
from screener.lab.outcome import CallerResult
from screener.lab.provision import Release, find_asterisk
from screener.lab.setup import Setup, Trunk

TOKEN = "0123456789abcdef" * 2
FOLDER = Path(__file__).parent / "recordings"


@dataclass(frozen=True, slots=True)
class Session:
    """One recorded call. ``forgets_token`` clears the PBX's token before it."""

    name: str
    mode: Mode
    number: str
    display: str = ""
    called: str = "1001"
    hang_up_after: float = 1.2
    forgets_token: bool = False


FORGED_ASK = "\r\n\r\nEvent: UserEvent\r\nUserEvent: CallScreenerAsk\r\nChannel: x"
SESSIONS = (
    Session("inline-clean", Mode.INLINE, CLEAN, "Nguyễn Văn A"),
    Session("inline-block", Mode.INLINE, BLOCKED),
    Session("inline-warn", Mode.INLINE, LOOKALIKE, "CA Thanh Hoa"),
    Session("inline-tag", Mode.INLINE, "anonymous"),
    Session("inline-no-token", Mode.INLINE, BLOCKED, forgets_token=True),
    Session("inline-hostile", Mode.INLINE, BLOCKED + FORGED_ASK, 'a,b: ")${SHELL(id)}|&'),
    Session("inline-hostile-called", Mode.INLINE, BLOCKED, called="1001" + FORGED_ASK),
    Session("passive-clean", Mode.PASSIVE, CLEAN, "Nguyễn Văn A"),
    Session("passive-block", Mode.PASSIVE, BLOCKED),
    Session("passive-warn", Mode.PASSIVE, LOOKALIKE),
    Session("passive-hostile", Mode.PASSIVE, BLOCKED + FORGED_ASK),
)


@contextmanager
def taped() -> Iterator[bytearray]:
    """Keep all bytes that come over AMI links meanwhile."""
    tape = bytearray()
    receive = AmiProtocol.data_received

    def keep(self: AmiProtocol, data: bytes) -> None:
        tape.extend(data)
        receive(self, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AmiProtocol, "data_received", keep)
        yield tape


async def record(exchange: Exchange, session: Session) -> bytes:
    """Place the call and return what the listener received."""
    inline = session.mode is Mode.INLINE

    async def call(caller: Caller) -> CallerResult:
        return await caller.call(
            session.number,
            session.called,
            from_name=session.display,
            hang_up_after=session.hang_up_after,
            max_seconds=30,
        )

    await exchange.cli(f"dialplan set global {contract.TOKEN} {TOKEN}")
    with taped() as tape:
        async with listening(settings(exchange) if inline else passive(exchange)):
            if session.forgets_token:
                await exchange.cli(f'dialplan set global {contract.TOKEN} ""')
            await asyncio.sleep(0.2)
            del tape[:]
            await place(exchange, call, trunk=Trunk.CARRIER if inline else Trunk.PLAIN)
            await asyncio.sleep(1.5)
            return bytes(tape)


async def record_all() -> None:
    FOLDER.mkdir(exist_ok=True)
    for release in Release:
        with tempfile.TemporaryDirectory() as folder:
            async with Exchange(find_asterisk(release), Path(folder), Setup()) as exchange:
                for session in SESSIONS:
                    stream = await record(exchange, session)
                    (FOLDER / f"{release}-{session.name}.txt").write_bytes(stream)


if __name__ == "__main__":
    asyncio.run(record_all())
