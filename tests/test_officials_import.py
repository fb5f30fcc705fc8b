"""A registry from and to files: what goes in, what is brought up to date or refused, and what comes back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import openpyxl
import pytest
from api_site import Site
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from test_api_imports import ended
from test_cli import typed, with_database

from blocklist import exporting, registering, registry_file
from blocklist.drafts import OfficialDraft
from blocklist.errors import InvalidText, ListError
from blocklist.models import Official
from blocklist.registering import RegistryTooLong
from blocklist.staging import Counts
from blocklist.store import ListStore
from screener.audit.models import AuditRow
from screener.database import Database
from screener.entry_import import Order, Outcome, Subject, carry_out
from screener.metrics import Metrics
from screener.settings import SiteSettings
from screener.snapshots import Snapshots

pytest_plugins = ["api_fixtures"]

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
CHECKED = """organisation,number,name,aliases,inbound_only
# offices of one province
Công an tỉnh Thanh Hóa,0237 3725 725,,CA tỉnh Thanh Hóa|CATTH,0
Sở Y tế,02373850200-02373850299,SO Y TE,,
,,VIEN KIEM SAT,VKS,no
Cấp cứu,115,,,x
"""


def imported(database: Database, path: Path, at_once: bool = False, source: str = "") -> Outcome:
    order = Order(path, "reception", imported=source, at_once=at_once, subject=Subject.OFFICIALS)
    expected = carry_out(replace(order, dry_run=True), database, NOW, lambda *_: None)
    assert not expected.done
    outcome = carry_out(order, database, NOW, lambda *_: None)
    assert outcome.counts == expected.counts
    return outcome


def written(folder: Path, text: str) -> Path:
    path = folder / "registry.csv"
    path.write_text(text, "utf-8")
    return path


def registry(database: Database) -> list[OfficialDraft]:
    with database.sessions() as session:
        return [OfficialDraft.of(row) for row in session.scalars(select(Official).order_by(Official.id))]


def test_a_file_that_check_judges_by_is_imported_as_it_is(database: Database, tmp_path: Path) -> None:
    path = written(tmp_path, CHECKED)
    outcome = imported(database, path, source="Công văn 140")
    assert (outcome.counts, outcome.refused) == (Counts(new=4), 0)
    police, health, court, ambulance = registry(database)
    assert (police.number, police.aliases) == ("02373725725", ("CA tỉnh Thanh Hóa", "CATTH"))
    assert (health.number, health.name) == ("02373850200 - 02373850299", "SO Y TE")
    assert (court.number, court.organisation, court.aliases) == ("", "VIEN KIEM SAT", ("VKS",))
    assert (ambulance.number, ambulance.receives_only) == ("115", True)
    assert [found.source for found in registry(database)] == ["Công văn 140"] * 4
    judged_by = registry_file.read(path).officials
    assert [found.receives_only for found in judged_by] == [
        found.receives_only for found in registry(database)
    ]
    assert imported(database, path, source="Công văn 140").counts == Counts(same=4)


def test_numbers_that_are_there_are_brought_up_to_date_in_the_columns_that_the_file_has(
    database: Database, tmp_path: Path
) -> None:
    store = ListStore(database.sessions)
    kept = OfficialDraft("0237 3725 725", "Công an", confirmed=True, note="a", last_checked=date(2026, 11, 1))
    id = store.add_official(kept).id  # noqa: A001 - the column's name
    path = written(
        tmp_path, "cơ quan;số điện thoại;nguồn\nCông an tỉnh;2373725725;Công văn\nB;0237.3725.726;x\n"
    )
    outcome = imported(database, path)
    assert outcome.counts == Counts(new=1, changed=1)
    assert dict(outcome.reading.remarks) == {"the 0 that was lost in front was put back": 1}
    after = store.official(id)
    assert (after.organisation, after.source, after.updated_at) == ("Công an tỉnh", "Công văn", NOW)
    assert (after.confirmed, after.note, after.last_checked) == (True, "a", date(2026, 11, 1))
    # The same first number as the end of a range, and an office's names alone a second time.
    path = written(
        tmp_path, "organisation,number,name\nCông an tỉnh,02373725725-02373725729,\nC,,NAME\nC,,NAME\n"
    )
    outcome = imported(database, path)
    assert (outcome.counts, outcome.repeated) == (Counts(new=1, changed=1), 1)
    assert store.official(id).last == "02373725729"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A,9.12E+08,,,,,", "has lost digits"),
        ("A,0162*,,,,,", "is neither a number nor a range"),
        ("A,abc,,,,,", "is no telephone number"),
        (",0912345678,,,,,", "organisation: is empty"),
        (",,,x,,,", "has neither a number nor an office"),
        ("A,0912345678,,,maybe,,", "receives_only: 'maybe' is neither yes nor no"),
        ("A,0912345678,,,,maybe,", "confirmed: 'maybe' is neither yes nor no"),
        ("A,0912345678,,,,,31/02/2026", "last_checked: is no date"),
        ("#N/A,0912345678,,,,,", ""),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_and_with_all_or_nothing_the_file(
    sqlite_database: Database, tmp_path: Path, row: str, reason: str
) -> None:
    heading = "organisation,number,name,aliases,receives_only,confirmed,last_checked"
    good = "A,0912345679,,,có,1,23/11/2026"
    outcome = imported(
        sqlite_database, written(tmp_path, f"{heading}\n# a comment\n{good}\n{row}\n"), at_once=True
    )
    if not reason:  # an error in the office's place is at least no comment
        assert (outcome.good, outcome.done) == (2, True)
        return
    assert not outcome.done
    assert registry(sqlite_database) == []
    assert [(found.line, reason in found.reason) for found in outcome.first_refused] == [(4, True)]
    assert imported(sqlite_database, written(tmp_path, f"{heading}\n{good}\n{row}\n")).counts == Counts(new=1)
    (stored,) = registry(sqlite_database)
    assert (stored.receives_only, stored.confirmed, stored.last_checked) == (True, True, date(2026, 11, 23))


TEXTS = st.text(
    st.characters(
        exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"),
        exclude_characters="|",
        include_characters="\n",
    ),
    max_size=9,
)
DRAFTS = st.builds(
    OfficialDraft,
    number=st.from_regex(
        r"(0[35789][0-9]{8}|02[0-9]{9}|11[0-9]|02373850200-023738502[5-9]0)?", fullmatch=True
    ),
    organisation=TEXTS,
    receives_only=st.booleans(),
    confirmed=st.booleans(),
    note=TEXTS,
    source=TEXTS,
    last_checked=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    name=TEXTS,
    aliases=st.lists(TEXTS, max_size=3).map(tuple),
)  # fmt: skip


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drafts=st.lists(DRAFTS, min_size=1, max_size=6))
def test_what_is_exported_comes_back_the_same_by_importing(
    sqlite_database: Database, tmp_path: Path, suffix: str, drafts: Sequence[OfficialDraft]
) -> None:
    database, store, path = sqlite_database, ListStore(sqlite_database.sessions), tmp_path / f"out{suffix}"
    _empty(database)
    seen = set()
    for draft in drafts:
        if not draft.number.strip() and (same := (draft.organisation.strip(), draft.name.strip())) in seen:
            continue  # names alone have no key in the database
        if not draft.number.strip():
            seen.add(same)
        try:
            store.add_official(draft)
        except ListError:
            continue
    before = registry(database)
    assert exporting.write(path, exporting.officials(database.sessions)) == len(before)
    if not before:
        return
    assert imported(database, path).counts == Counts(same=len(before))
    _empty(database)
    outcome = imported(database, path)
    assert outcome.first_refused == []
    assert registry(database) == before


def _empty(database: Database) -> None:
    with database.sessions.begin() as session:
        session.execute(delete(Official))


def test_an_alias_that_no_file_could_hold_is_refused(sqlite_database: Database) -> None:
    store = ListStore(sqlite_database.sessions)
    store.add_official(OfficialDraft("113", "Công an", aliases=("CA/TT",)))
    with pytest.raises(InvalidText, match=r"aliases: holds a \|"):
        store.add_official(OfficialDraft("114", "Cứu hỏa", aliases=("CA|TT",)))


def test_an_import_is_in_force_at_the_next_look_and_the_same_once_more_is_no_news(
    database: Database, tmp_path: Path
) -> None:
    snapshots = Snapshots(database.sessions, SiteSettings(), Metrics())
    snapshots.load()
    imported(database, written(tmp_path, CHECKED))
    assert snapshots.refresh_if_changed()
    imported(database, written(tmp_path, CHECKED))
    assert not snapshots.refresh_if_changed()
    with database.sessions() as session:
        rows = session.scalars(select(AuditRow)).all()
    assert [(row.subject, row.change, row.label) for row in rows] == [
        ("official", "imported", "registry.csv")
    ]


def test_more_than_a_registry_is_made_for_is_refused_before_anything_is_done(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "MOST", 3)
    with pytest.raises(RegistryTooLong, match="more than 3 official numbers"):
        imported(sqlite_database, written(tmp_path, CHECKED))
    assert registry(sqlite_database) == []
    monkeypatch.setattr(registering, "MOST", 4)
    assert imported(sqlite_database, written(tmp_path, CHECKED)).done


def test_the_commands_preview_import_and_export(tmp_path: Path) -> None:
    with_database(tmp_path)
    book = openpyxl.Workbook()
    for row in (["Cơ quan", "Số điện thoại", "STT"], ["Công an", 2373725725, 1], ["Công an", "9.12E+08", 2]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")
    file = str(tmp_path / "a.xlsx")
    preview = typed(tmp_path, "officials", "import", file, "--preview")
    assert "line 2: 02373725725 Công an" in preview.stdout
    assert "left out: STT" in preview.stdout
    assert "refused: line 3: '9.12E+08' has lost digits" in preview.stdout
    assert "2 rows: would be 1 new, 0 changed" in preview.stdout
    nothing = typed(tmp_path, "officials", "import", file, "--all-or-nothing")
    assert (nothing.returncode, "nothing was put in" in nothing.stderr) == (1, True)
    done = typed(tmp_path, "officials", "import", file, "--refused", str(tmp_path / "refused.csv"))
    assert (done.returncode, "2 rows: 1 new, 0 changed" in done.stdout) == (0, True)
    assert "lost digits" in (tmp_path / "refused.csv").read_text("utf-8-sig")
    out = str(tmp_path / "out.csv")
    count = typed(tmp_path, "officials", "export", out).stdout.split()[0]
    back = typed(tmp_path, "officials", "import", out)
    assert f"0 new, 0 changed, {count} there already" in back.stdout
    (tmp_path / "bad.csv").write_text("number\n113\n", "utf-8")
    bad = typed(tmp_path, "officials", "import", str(tmp_path / "bad.csv"))
    assert (bad.returncode, "no column for the offices; name it" in bad.stderr) == (2, True)


def test_a_registry_is_uploaded_and_its_refused_rows_are_given(site: Site) -> None:
    with site.client() as client:
        told = _upload(client, CHECKED + "X,abc,,,\n", dry_run=True)
        assert (told["put_in"], told["new"], told["refused"]) == (False, 4, 1)
        told = _upload(client, CHECKED + "X,abc,,,\n")
        assert (told["state"], told["put_in"], told["new"], told["refused"]) == ("done", True, 4, 1)
        assert isinstance(told["first"], list)
        assert told["first"][1] == {
            "line": 4,
            "number": "02373850200",
            "last": "02373850299",
            "organisation": "Sở Y tế",
            "name": "SO Y TE",
        }
        (found,) = client.get("/api/v1/officials", params={"search": "0237 3725 725"}).json()["items"]
        assert found["organisation"] == "Công an tỉnh Thanh Hóa"
        refused = client.post("/api/v1/officials/import", content=b"", headers={"Content-Type": "text/html"})
        assert refused.status_code == 415
        unknown = client.post("/api/v1/officials/import", content=b"", params={"kind": "block"})
        assert unknown.status_code == 422


def _upload(client: httpx.Client, text: str, **parameters: bool) -> dict[str, object]:
    started = client.post(
        "/api/v1/officials/import",
        content=text.encode(),
        headers={"Content-Type": "text/csv"},
        params=parameters,
    )
    return ended(client, started)
