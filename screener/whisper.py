"""Plays a warning into the called person's ear while the two talk; the caller does not hear it."""

from collections.abc import Sequence

from screener import contract
from screener.pbx import Pbx


async def whisper(pbx: Pbx, channel: str, prompts: Sequence[str], uniqueid: str) -> str:
    """Whisper prompts to who is on ``channel``, in the call ``uniqueid``; return why not, or an empty text.

    Raises LinkLost.
    """
    answer = await pbx.send(
        "Originate",
        ("Channel", f"Local/say@{contract.WHISPER}/n"),
        ("Context", contract.WHISPER),
        ("Exten", "spy"),
        ("Priority", "1"),
        ("Async", "true"),
        ("Variable", f"{contract.TARGET}={channel}"),
        ("Variable", f"{contract.PROMPTS}={'&'.join(prompts)}"),
        ("Variable", f"{contract.CALL}={uniqueid}"),
    )
    return "" if answer["Response"] == "Success" else answer["Message"]
