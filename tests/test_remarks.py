"""What an operator is told of an entry that hits too much, or nothing."""

from collections.abc import Sequence

import pytest
from api_site import Site
from sqlalchemy.exc import OperationalError

from blocklist.entries import Match, OfficialNumber
from blocklist.lookalike import Lookalikes
from blocklist.models import ListEntry, Official
from blocklist.neighbours import Neighbours
from blocklist.patterns import read
from blocklist.site import Site as OwnSite
from screener.remarks import remarks
from screener.snapshot import Snapshot

pytest_plugins = ["api_fixtures"]

ENTRIES = "/api/v1/entries"
POLICE = Official(id=1, number="02373725725", organisation="Công an tỉnh Thanh Hóa", receives_only=False)
EMERGENCY = Official(id=2, number="113", organisation="Công an", receives_only=True)
SNAPSHOT = Snapshot(
    officials=Lookalikes([OfficialNumber(1, POLICE.number, POLICE.organisation)]),
    site=OwnSite(
        own_numbers=frozenset({"02373850234", "0237386*", "02373870200-02373870299"}),
        extensions=frozenset({"10*"}),
    ),
    own_forwards=frozenset({"0903111222"}),
    exempt=frozenset({"02373850299"}),
)


def said(kind: str, pattern: str, *officials: Official, opposite: ListEntry | None = None) -> Sequence[str]:
    match, national = read(pattern)
    entry = ListEntry(id=5, kind=kind, match=match.value, pattern=national)
    return remarks(entry, Neighbours(opposite, officials), SNAPSHOT)


@pytest.mark.parametrize(
    ("kind", "pattern", "officials", "part"),
    [
        ("block", "02373725725", [POLICE], "số chính thức của Công an tỉnh Thanh Hóa: cuộc gọi thật"),
        ("block", "0237372*", [POLICE], "0237372* gồm 1 số chính thức, như 02373725725 (Công an"),
        ("allow", "0237372*", [POLICE], "số giả gần giống cũng sẽ được cho qua"),
        ("allow", "02373725726", [], "gần giống số chính thức 02373725725"),
        ("block", "113", [EMERGENCY], "113 (Công an) chỉ nhận cuộc gọi"),
        ("allow", "113", [EMERGENCY], "113 (Công an) chỉ nhận cuộc gọi"),
        ("allow", "113", [EMERGENCY], "số được miễn trên trung kế của cuộc gọi ấy"),
        ("allow", "02373850234", [], "số được miễn trên trung kế của cuộc gọi ấy"),
        ("allow", "1005", [], "số được miễn trên trung kế của cuộc gọi ấy"),
        ("block", "114", [], "114 là số khẩn cấp"),
        ("block", "115*", [], "115 là số khẩn cấp"),
        ("block", "02373850234", [], "02373850234 là số của chính cơ quan"),
        ("allow", "02373861234", [], "0237386* là số của chính cơ quan"),
        ("block", "0237386123*", [], "0237386* là số của chính cơ quan"),
        ("block", "02373850*", [], "02373850234 là số của chính cơ quan"),
        ("block", "1005", [], "10* là máy lẻ của chính cơ quan"),
        ("block", "0903111222", [], "0903111222 nằm trong own_forwards"),
        ("block", "02373850299", [], "02373850299 nằm trong exempt"),
        ("block", "091*", [], "091* rất rộng: gồm khoảng 10.000.000 số"),
        ("block", "0912*", [], "0912* rất rộng: gồm khoảng 1.000.000 số"),
        ("block", "0225*", [], "0225* rất rộng: gồm khoảng 10.000.000 số"),
        ("block", "+375*", [], "+375* rất rộng: gồm mọi số của một nước"),
        ("block", "091234567", [], "091234567 không thể là số điện thoại có thật (sai độ dài)"),
        ("block", "02373870250", [], "02373870200-02373870299 là số của chính cơ quan"),
        ("block", "0237387025*", [], "02373870200-02373870299 là số của chính cơ quan"),
        ("block", "01201234567", [], "(đầu số di động 11 số, ngừng từ 2018)"),
    ],
)
def test_what_an_entry_hits_is_remarked(
    kind: str, pattern: str, officials: list[Official], part: str
) -> None:
    found = [remark for remark in said(kind, pattern, *officials) if part in remark]
    assert len(found) == 1
    assert found[0].endswith(".")


def test_a_block_entry_is_not_told_how_to_let_calls_through() -> None:
    for remark in (*said("block", "113", EMERGENCY), *said("block", "02373850234")):
        assert "được miễn" not in remark


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("block", "0912345678"),
        ("block", "09123*"),
        ("block", "+37529*"),
        ("block", "+375291234567"),
        ("block", "02373850235"),
        ("block", "02373870199"),
        ("block", "02373870300"),
        ("block", "0237387030*"),
        ("block", "02373850235*"),
        ("block", "0162*"),
        ("block", "19001091"),
        ("block", "116"),
        ("allow", "02373725836"),
        ("allow", "0903111222"),
        ("allow", "02373850299"),
    ],
)
def test_an_ordinary_entry_is_not_remarked_on(kind: str, pattern: str) -> None:
    assert said(kind, pattern) == ()


@pytest.mark.parametrize(
    ("kind", "other", "part"),
    [
        ("block", "allow", "mục chặn này không có tác dụng cho đến khi xóa mục 9"),
        ("allow", "block", "cho qua"),
    ],
)
def test_of_two_entries_for_one_number_the_one_that_wins_is_named(kind: str, other: str, part: str) -> None:
    opposite = ListEntry(id=9, kind=other, match=Match.EXACT.value, pattern="0912345678")
    (remark,) = said(kind, "0912345678", opposite=opposite)
    assert "mục 9" in remark
    assert part in remark


def test_the_api_answers_with_remarks_on_what_was_added_or_changed(site: Site) -> None:
    with site.client() as client:
        client.post("/api/v1/officials", json={"number": "02373725725", "organisation": "Công an"})
        allowed = client.post(ENTRIES, json={"kind": "allow", "pattern": "0912345678"})
        assert allowed.json()["remarks"] == []
        blocked = client.post(ENTRIES, json={"kind": "block", "pattern": "0912345678"})
        (remark,) = blocked.json()["remarks"]
        assert f"mục {allowed.json()['id']}" in remark
        where = blocked.headers["location"]
        (remark,) = client.patch(where, json={"pattern": "02373725725"}).json()["remarks"]
        assert remark.startswith("02373725725 là số chính thức của Công an")
        assert client.get(where).json()["remarks"] == [remark]
        narrow = client.post(ENTRIES, json={"kind": "block", "pattern": "0987654*"}).json()
        assert narrow["remarks"] == []
        refused = client.post(ENTRIES, json={"kind": "block", "pattern": "００９"})
        assert refused.status_code == 422
        assert "+375* for all numbers of a country" in refused.json()["detail"]


def test_an_entry_whose_remarks_can_not_be_made_is_told_to_be_stored(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(entry: ListEntry) -> Neighbours:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(site.services.lists, "neighbours", gone)
    with site.client() as client:
        answer = client.post(ENTRIES, json={"kind": "block", "pattern": "0912345678"})
        assert (answer.status_code, answer.json()["remarks"]) == (201, [])
        assert [entry["pattern"] for entry in client.get(ENTRIES).json()["items"]] == ["0912345678"]
