"""The least that an inline listener can do: it answers every request with `allow`, and judges nothing.

A measure for the benchmark: what the dialplan and the link cost, without our judging and recording. Run it as
`python -m screener.lab.always_allow PORT USER`, with the account's secret as the only line of its input.
"""

import asyncio
import secrets
import sys

from screener import contract
from screener.ami import AmiProtocol, Message
from screener.calls import Action
from screener.lab.setup import LOOPBACK

READY = "ready"
"""What it prints once it answers."""
_WITHIN = 5.0


async def serve(port: int, user: str, secret: str) -> None:
    """Answers until the link falls."""
    verdict = contract.verdict_value(Action.ALLOW, "empty")

    def answer(message: Message) -> None:
        if message["UserEvent"] == contract.ASK:
            protocol.send(
                "Setvar",
                ("Channel", message["Channel"]),
                ("Variable", contract.VERDICT),
                ("Value", verdict),
            )

    loop = asyncio.get_running_loop()
    _, protocol = await loop.create_connection(lambda: AmiProtocol(answer, lambda _: None), LOOPBACK, port)
    await protocol.ask(
        "Login", ("Username", user), ("Secret", secret), ("Events", "system,user"), within=_WITHIN
    )
    for name, value in ((contract.USER, user), (contract.TOKEN, secrets.token_hex(16))):
        await protocol.ask("Setvar", ("Variable", name), ("Value", value), within=_WITHIN)
    print(READY, flush=True)  # noqa: T201 - told to the benchmark
    await protocol.lost


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], sys.stdin.readline().strip()))
