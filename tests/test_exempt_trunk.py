"""An exemption on a real exchange: one click lets a number through on its trunk, and on no other."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from listener_rig import Placed, place
from service_rig import operating

from screener.lab.exchange import Exchange
from screener.lab.program import serving
from screener.lab.setup import Trunk

pytestmark = pytest.mark.lab

OWN = "02373850234"


async def ring(exchange: Exchange, trunk: Trunk) -> str:
    """Place a call that shows an own number; return what the phone's display showed as its name."""
    placed: Placed = await place(
        exchange, lambda caller: caller.call(OWN, "1001", hang_up_after=0.1, cancel_after=1.5), trunk=trunk
    )
    assert placed.phone is not None
    return placed.phone.name


def test_a_click_on_a_forged_own_number_lets_it_through_within_a_second_on_its_trunk_alone(
    exchange: Exchange, tmp_path: Path
) -> None:
    service = serving(exchange, tmp_path / "service", site__own_numbers=json.dumps([OWN]))

    async def scenario() -> None:
        service.start()
        await service.up()
        async with operating(service) as operator:
            client = operator._client
            assert (await ring(exchange, Trunk.CARRIER)).startswith("CẢNH BÁO")
            (warned,) = await operator.ended(1)
            answer = await client.post(f"/api/v1/calls/{warned['id']}/allow", json={"note": "chi nhánh"})
            assert answer.status_code == httpx.codes.CREATED, answer.text
            made = answer.json()
            assert (made["made"], made["trunk"], made["pbx"]) == ("exemption", "carrier", warned["pbx"])
            await asyncio.sleep(1.0)
            assert await ring(exchange, Trunk.CARRIER) == ""
            assert (await ring(exchange, Trunk.UNTRUSTING)).startswith("CẢNH BÁO")
            elsewhere, exempt, _ = await operator.ended(3)
            assert (exempt["rule"], exempt["action"], exempt["did"]) == ("exempt", "allow", "allow")
            assert exempt["reason"].endswith(f"được miễn (mục miễn trừ {made['id']}): chi nhánh.")
            assert (elsewhere["trunk"], elsewhere["rule"]) == ("untrusting", "own_number")
            await client.delete(made["path"])
            await asyncio.sleep(1.0)
            assert (await ring(exchange, Trunk.CARRIER)).startswith("CẢNH BÁO")
        assert await service.stop() == 0
        assert f"exemption {made['id']} ('0237385****' on trunk 'carrier'" in service.output.read_text()

    try:
        asyncio.run(scenario())
    finally:
        service.kill()
