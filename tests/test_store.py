"""The lists: what may be written, how it is found again, and that every change is noticed."""

import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from blocklist import seed as seeds
from blocklist.drafts import EntryDraft, OfficialDraft, written
from blocklist.entries import Category, EntryKind, Match, Override
from blocklist.errors import (
    AlreadyListed,
    ChangedMeanwhile,
    InvalidAction,
    InvalidExpiry,
    InvalidPattern,
    InvalidScope,
    InvalidText,
    NotListed,
)
from blocklist.models import ListEntry, Official, Revision
from blocklist.seed import seed
from blocklist.store import ListStore
from screener.database import Database
from screener.models import PolicyRevision, Switch

BLOCK, ALLOW, WATCH = EntryKind.BLOCK, EntryKind.ALLOW, EntryKind.WATCH


@pytest.fixture
def store(database: Database) -> ListStore:
    return ListStore(database.sessions)


def revision_of(database: Database) -> int:
    with database.sessions() as session:
        return session.scalars(select(Revision.number)).one()


@pytest.mark.parametrize(
    ("written_as", "match", "pattern"),
    [
        ("0912 345 678", Match.EXACT, "0912345678"),
        ("+84 912.345.678", Match.EXACT, "0912345678"),
        ("0084912345678", Match.EXACT, "0912345678"),
        ("\u202a+84 912 345 678\u202c", Match.EXACT, "0912345678"),
        ("02373.725.725", Match.EXACT, "02373725725"),
        ("+375291234567", Match.EXACT, "+375291234567"),
        ("01201234567", Match.EXACT, "01201234567"),
        ("101", Match.EXACT, "101"),
        ("0162*", Match.PREFIX, "0162"),
        ("+84 162*", Match.PREFIX, "0162"),
        ("84162 *", Match.PREFIX, "0162"),
        ("0084912*", Match.PREFIX, "0912"),
        ("00375*", Match.PREFIX, "+375"),
        ("+84069*", Match.PREFIX, "069"),
        ("1900*", Match.PREFIX, "1900"),
        ("０１６２＊", Match.PREFIX, "0162"),
        ("\u202a٠١٦٢*\u202c", Match.PREFIX, "0162"),
        ("＋３７５＊", Match.PREFIX, "+375"),
        ("+3752", Match.EXACT, "+3752"),
        ("0000000000", Match.EXACT, "0"),
        ("0162**", Match.PREFIX, "0162"),
        ("0162…", Match.PREFIX, "0162"),
        ("０１６２＊", Match.PREFIX, "0162"),
        ("0912345000 - 0912345999", Match.RANGE, "0912345000-0912345999"),
        ("0912345000-0912345999", Match.RANGE, "0912345000-0912345999"),
        ("+84 912 345 000 – 0912 345 999", Match.RANGE, "0912345000-0912345999"),
        ("+37529000..+37529999", Match.RANGE, "+37529000-+37529999"),
        ("0912-345-678", Match.EXACT, "0912345678"),
        ("0237/3725725", Match.EXACT, "02373725725"),
        ("tel:+84-912-345-678;ext=12", Match.EXACT, "0912345678"),
        ("sip:0912345678@10.0.0.1;tag=1234567890", Match.EXACT, "0912345678"),
        ("00375291-2345678", Match.EXACT, "+3752912345678"),
        ("19001000 - 19001999", Match.RANGE, "19001000-19001999"),
        ("1000-1099", Match.EXACT, "10001099"),
        ("02373-725725", Match.EXACT, "02373725725"),
        ("09*12", Match.PATTERN, "09*12"),
        ("+84 9?? *567", Match.PATTERN, "09??*567"),
        ("0084912?", Match.PATTERN, "0912?"),
        ("84912?", Match.PATTERN, "0912?"),
        ("+3?5…", Match.PATTERN, "+3?5*"),
        ("*725.725", Match.PATTERN, "*725725"),
        ("raw:+840*", Match.PATTERN, "raw:+840*"),
        ("RAW: 0084 912", Match.PATTERN, "raw:0084912"),
        ("name:*Công  an*", Match.NAME, "*Công an*"),
        ("Name: Co\u0302ng an", Match.NAME, "Công an"),
    ],
)
def test_pattern_in_any_written_form_is_kept_in_national_form(
    store: ListStore, written_as: str, match: Match, pattern: str
) -> None:
    entry = store.add_entry(EntryDraft(BLOCK, written_as), "lan")
    assert (entry.match, entry.pattern) == (match, pattern)
    assert store.edit_entry(entry.id, EntryDraft.of(entry), "lan").pattern == pattern


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", "is no telephone number; write digits"),
        ("anonymous", "is no telephone number; write digits"),
        ("công an", "is no telephone number; write digits"),
        ("0912abc678", "is no telephone number; write digits"),
        ("9" * 33, "is longer than 32 digits; check"),
        ("*", "is no prefix; write its digits before"),
        ("0?*", "fits too many numbers; a pattern needs 3 digits"),
        ("+3*", "is too short; a prefix needs 3 digits"),
        ("+?3*", "fits too many numbers"),
        ("9?12*", "begins with neither 0 nor \\+"),
        ("0912a?", "is no pattern; write digits"),
        ("0912?+1", "is no pattern; write digits"),
        ("0" * 41 + "?", "is longer than 40 characters; shorten it"),
        ("raw:", "is no pattern; write digits"),
        ("raw:84", "fits too many numbers"),
        ("name:*", "fits too many names; write 3 letters"),
        ("name: *a?b*", "fits too many names; write 3 letters"),
        ("name:" + "x" * 101, "is longer than 100 characters; shorten it"),
        ("0912345678; 0912345679", "holds several numbers; write each for itself"),
        ("0912345678 0912345679", "holds several numbers"),
        ("0912 345 678\n0912 345 679", "holds several numbers"),
        ("0912345678 và +84912345679", "holds several numbers"),
        ("0912*/0913*", "holds several numbers"),
        ("0912345999 - 0912345000", "ends before it begins; write 0912345000 - 0912345999"),
        ("0912345000 - 091234599", "goes from 0912345000 to 091234599; write both ends with the same"),
        ("0912345000 - công an", "is no telephone number"),
        ("0" + "9" * 18 + " - 0" + "9" * 18, "has ends longer than 18 digits"),
        ("09*", "is too short; a prefix needs 3 digits"),
        ("+81*", "is too short; a prefix needs 3 digits"),
        ("+84*", "is too short; a prefix needs 3 digits"),
        ("+9", "can be no telephone number: it is a country code at most"),
        ("００９", "can be no telephone number: it is a country code at most"),
        ("+84", "can be no telephone number: it is a country code at most"),
        ("912*", "begins with neither 0 nor \\+; write 0912"),
    ],
)
def test_what_is_no_number_is_refused_with_value_and_remedy(
    sqlite_store: ListStore, value: str, why: str
) -> None:
    with pytest.raises(InvalidPattern, match=why) as caught:
        sqlite_store.add_entry(EntryDraft(BLOCK, value), "lan")
    assert caught.value.value == value
    assert str(caught.value).startswith(repr(value))


@pytest.fixture
def sqlite_store(sqlite_database: Database) -> ListStore:
    return ListStore(sqlite_database.sessions)


def test_same_number_in_another_form_is_listed_already(store: ListStore, database: Database) -> None:
    first = store.add_entry(EntryDraft(BLOCK, "0912345678", note="quấy rối"), "lan")
    before = revision_of(database)
    with pytest.raises(AlreadyListed, match="0912345678 is listed already") as caught:
        store.add_entry(EntryDraft(BLOCK, "+84 912 345 678"), "minh")
    assert isinstance(caught.value.existing, ListEntry)
    assert (caught.value.existing.id, caught.value.existing.note) == (first.id, "quấy rối")
    assert revision_of(database) == before
    store.add_entry(EntryDraft(ALLOW, "0912345678"), "minh")
    store.add_entry(EntryDraft(BLOCK, "0912345678*"), "minh")


def test_what_is_listed_already_is_named_as_it_is_written_and_said_to_have_ended(store: ListStore) -> None:
    for first, again in (("0162*", "+84162*"), ("name:*công an*", "Name: *công an*")):
        store.add_entry(EntryDraft(BLOCK, first), "lan")
        with pytest.raises(AlreadyListed, match=rf"^{re.escape(first)} is listed already, .*; change that"):
            store.add_entry(EntryDraft(BLOCK, again), "minh")


def test_an_entry_that_has_ended_is_said_to_have_ended(sqlite_database: Database) -> None:
    start = datetime(2026, 11, 23, 8, tzinfo=UTC)
    now = [start]
    store = ListStore(sqlite_database.sessions, lambda: now[0])
    store.add_entry(EntryDraft(BLOCK, "0912345678", expires_at=start + timedelta(hours=1)), "lan")
    with pytest.raises(AlreadyListed, match="change that one or remove it first"):
        store.add_entry(EntryDraft(BLOCK, "0912345678"), "lan")
    now[0] = start + timedelta(hours=1)
    with pytest.raises(AlreadyListed, match=r"it ended at .*: give that one a later end, or remove it first"):
        store.add_entry(EntryDraft(BLOCK, "0912345678"), "lan")


def test_edit_replaces_the_fields_and_tells_of_collisions(store: ListStore) -> None:
    first = store.add_entry(EntryDraft(BLOCK, "0912345678", note="a"), "lan")
    second = store.add_entry(EntryDraft(BLOCK, "0912345679"), "lan")
    edited = store.edit_entry(first.id, replace(EntryDraft.of(first), note="b"), "minh")
    assert (edited.note, edited.author, edited.pattern) == ("b", "minh", "0912345678")
    assert store.entry(first.id).note == "b"
    with pytest.raises(AlreadyListed):
        store.edit_entry(second.id, EntryDraft.of(first), "minh")
    assert store.entry(second.id).pattern == "0912345679"


def test_unknown_id_is_not_listed(store: ListStore) -> None:
    with pytest.raises(NotListed, match="nothing is listed as number 7"):
        store.entry(7)
    with pytest.raises(NotListed):
        store.edit_entry(7, EntryDraft(BLOCK, "0912345678"), "lan")
    with pytest.raises(NotListed):
        store.remove_entry(7)
    for use in (store.official, store.remove_official):
        with pytest.raises(NotListed):
            use(7)


def test_entry_removed_since_it_was_shown_is_not_listed(store: ListStore) -> None:
    entry = store.add_entry(EntryDraft(BLOCK, "0912345678"), "lan")
    store.remove_entry(entry.id)
    with pytest.raises(NotListed, match=f"number {entry.id};"):
        store.edit_entry(entry.id, EntryDraft(BLOCK, "0912345679"), "lan", shown=[entry.version])


def test_entry_changed_since_it_was_shown_is_refused_and_one_of_the_shown_version_is_not(
    store: ListStore,
) -> None:
    entry = store.add_entry(EntryDraft(BLOCK, "0912345678"), "lan")
    assert store.entry(entry.id).version == entry.version
    shown = [entry.version]
    changed = store.edit_entry(entry.id, EntryDraft(BLOCK, "0912345678", "một"), "mai", shown=shown)
    with pytest.raises(ChangedMeanwhile, match=f"number {entry.id} was changed meanwhile by mai") as refused:
        store.edit_entry(entry.id, EntryDraft(BLOCK, "0912345678", "hai"), "lan", shown=shown)
    assert refused.value.existing.version == changed.version
    with pytest.raises(ChangedMeanwhile):
        store.remove_entry(entry.id, shown=shown)
    assert store.entry(entry.id).note == "một"


def test_removed_entry_is_gone(store: ListStore) -> None:
    entry = store.add_entry(EntryDraft(BLOCK, "0912345678"), "lan")
    store.remove_entry(entry.id)
    with pytest.raises(NotListed):
        store.remove_entry(entry.id)
    assert store.entries().items == ()


def test_the_same_number_may_be_listed_again_for_elsewhere_and_by_an_import(store: ListStore) -> None:
    plain = EntryDraft(BLOCK, "0912345678")
    drafts = [
        plain,
        replace(plain, pbx="main"),
        replace(plain, called=("1001", "10*")),
        replace(plain, imported="doNotCall"),
        replace(plain, imported="another"),
        replace(plain, kind=EntryKind.WATCH),
    ]
    entries = [store.add_entry(draft, "lan") for draft in drafts]
    assert [EntryDraft.of(entry) for entry in entries] == [
        replace(draft, called=tuple(sorted(draft.called))) for draft in drafts
    ]
    assert [entry.id for entry in store.listed("0912345678")] == [entry.id for entry in entries]
    assert store.listed("0912345679") == store.listed("091234567") == ()
    for draft in (plain, drafts[2], replace(drafts[3], category=Category.SCAM, action=Override.TAG)):
        with pytest.raises(AlreadyListed):
            store.add_entry(draft, "lan")


@pytest.mark.parametrize(
    ("draft", "error", "message"),
    [
        (EntryDraft(ALLOW, "name:*công an*"), InvalidPattern, "anybody can write a name; allow the caller's"),
        (
            EntryDraft(ALLOW, "0912345678", action=Override.TAG),
            InvalidAction,
            "one that says allow",
        ),
        (
            EntryDraft(WATCH, "0912345678", action=Override.TAG),
            InvalidAction,
            "one that says watch",
        ),
        (
            EntryDraft(BLOCK, "0912345678", pbx="Main building"),
            InvalidScope,
            "pbx: is no PBX; write",
        ),
        (
            EntryDraft(BLOCK, "0912345678", called=("10?",)),
            InvalidScope,
            "called: is no called number",
        ),
        (EntryDraft(BLOCK, "0912345678", called=("",)), InvalidScope, "called: is no called number"),
        (
            EntryDraft(BLOCK, "0912345678", called=tuple(str(n) for n in range(1000, 1090))),
            InvalidScope,
            "called: is longer than 400 characters; write first digits",
        ),
    ],
)
def test_entry_that_makes_no_sense_is_refused_with_the_remedy(
    sqlite_store: ListStore, draft: EntryDraft, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        sqlite_store.add_entry(draft, "lan")
    assert sqlite_store.entries().items == ()


def test_block_entry_may_ask_for_its_own_action_and_a_name_may_be_watched(sqlite_store: ListStore) -> None:
    draft = EntryDraft(BLOCK, "0912345678", action=Override.TAG, category=Category.ADVERTISING)
    assert EntryDraft.of(sqlite_store.add_entry(draft, "lan")) == draft
    for kind in (BLOCK, WATCH):
        sqlite_store.add_entry(EntryDraft(kind, "name:*công an*"), "lan")


def test_expiry_must_lie_ahead_but_a_past_one_may_stay(database: Database) -> None:
    clock = datetime(2026, 11, 23, 8, tzinfo=UTC)
    later = clock + timedelta(hours=1)
    entry = ListStore(database.sessions, lambda: clock).add_entry(
        EntryDraft(BLOCK, "0912345678", expires_at=later), "lan"
    )
    assert entry.expires_at == later
    afterwards = ListStore(database.sessions, lambda: clock + timedelta(hours=2))
    draft = EntryDraft.of(afterwards.entry(entry.id))
    assert afterwards.edit_entry(entry.id, replace(draft, note="đã hết hạn"), "lan").expires_at == later
    for wrong in (clock, clock.replace(tzinfo=None)):
        with pytest.raises(InvalidExpiry, match="give a later time, or none"):
            afterwards.add_entry(EntryDraft(BLOCK, "0912345679", expires_at=wrong), "lan")
        with pytest.raises(InvalidExpiry):
            afterwards.edit_entry(entry.id, replace(draft, expires_at=wrong), "lan")


@pytest.mark.parametrize("text", ["\0", "a\ud800", "x" * 201])
def test_text_that_cannot_be_stored_is_refused(store: ListStore, text: str) -> None:
    with pytest.raises(InvalidText, match="source"):
        store.add_entry(EntryDraft(BLOCK, "0912345678", source=text), "lan")
    with pytest.raises(InvalidText, match="author"):
        store.add_entry(EntryDraft(BLOCK, "0912345678"), text)
    with pytest.raises(InvalidText, match="imported"):
        store.add_entry(EntryDraft(BLOCK, "0912345678", imported=text), "lan")


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", {"0912345678", "0987654321", "0162", "+375291234567"}),
        ("0912345678", {"0912345678"}),
        ("+84 912 345 678", {"0912345678"}),
        ("84912345678", {"0912345678"}),
        ("5678", {"0912345678"}),
        ("345 678", {"0912345678"}),
        ("567", set()),
        ("0162", {"0162"}),
        ("0162*", {"0162"}),
        ("0162345678 9", {"0162"}),
        ("00375 29 1234567", {"+375291234567"}),
        ("ĐỘI", {"0987654321"}),
        ("đo\u0323\u0302i", {"0987654321"}),  # decomposed
        ("đòi", {"0912345678"}),
        ("100%", {"0912345678"}),
        ("1_0%", set()),
        ("lan", {"0912345678", "0987654321", "0162", "+375291234567"}),
        ("140/CAT", {"0162"}),
        ("không có", set()),
    ],
)
def test_search_finds_numbers_in_any_form_and_words(store: ListStore, search: str, found: set[str]) -> None:
    store.add_entry(EntryDraft(BLOCK, "0912345678", note="Đòi nợ, 100% lừa đảo"), "Lan")
    store.add_entry(EntryDraft(ALLOW, "0987654321", note="Đội thuế"), "Lan")
    store.add_entry(EntryDraft(BLOCK, "0162*", source="140/CAT-PV01"), "Lan")
    store.add_entry(EntryDraft(BLOCK, "+375291234567"), "Lan")
    assert {entry.pattern for entry in store.entries(search=search).items} == found


def test_pages_go_from_the_newest_to_the_oldest_without_gap(store: ListStore) -> None:
    ids = [store.add_entry(EntryDraft(BLOCK, f"091234567{n}"), "lan").id for n in range(5)]
    seen: list[int] = []
    page = store.entries(limit=2)
    while page.more:
        seen += [entry.id for entry in page.items]
        page = store.entries(limit=2, after=seen[-1])
    seen += [entry.id for entry in page.items]
    assert seen == ids[::-1]
    assert [entry.kind for entry in store.entries(kind=ALLOW).items] == []


def test_official_numbers_are_added_found_changed_and_removed(store: ListStore) -> None:
    draft = OfficialDraft("02373.725.725", "Công an tỉnh Thanh Hóa", source="140/CAT-PV01")
    official = store.add_official(draft)
    assert (official.number, official.confirmed, official.receives_only) == ("02373725725", False, False)
    with pytest.raises(AlreadyListed) as caught:
        store.add_official(replace(draft, number="+842373725725"))
    assert caught.value.existing.id == official.id
    for search in ("CÔNG AN", "+84 2373 725 725", "725725", "cat-pv01"):
        assert [found.id for found in store.officials(search=search).items] == [official.id]
    assert store.officials(search="công tố").items == ()
    edited = store.edit_official(official.id, replace(OfficialDraft.of(official), confirmed=True))
    assert edited.confirmed
    for number in ("069*", "công an"):
        with pytest.raises(InvalidPattern):
            store.add_official(OfficialDraft(number, "C02"))
    with pytest.raises(InvalidText, match="organisation: is empty"):
        store.add_official(OfficialDraft("0692348560", " "))
    store.remove_official(official.id)
    assert store.officials().items == ()


def test_every_way_to_change_what_calls_are_judged_by_raises_the_revision(database: Database) -> None:
    store = ListStore(database.sessions)
    now = datetime.now(UTC)
    before = revision_of(database)

    def raised() -> bool:
        nonlocal before
        after = revision_of(database)
        before, grew = after, after > before
        return grew

    entry = store.add_entry(EntryDraft(BLOCK, "0912345678"), "lan")
    assert raised()
    store.edit_entry(entry.id, EntryDraft(BLOCK, "0912345679"), "lan")
    assert raised()
    store.remove_entry(entry.id)
    assert raised()
    official = store.add_official(OfficialDraft("113", "Công an"))
    assert raised()
    store.remove_official(official.id)
    assert raised()
    with database.sessions.begin() as session:
        session.add(PolicyRevision(id=1, at=now, author="lan", changes="", policy=""))
    assert raised()
    with database.sessions.begin() as session:
        session.scalars(select(Switch)).one().on = False
    assert raised()
    with database.sessions.begin() as session:
        session.execute(update(Switch).values(on=True))
    assert raised()
    with database.sessions.begin() as session:
        row = {"number": "114", "organisation": "PCCC", "created_at": now, "updated_at": now}
        session.execute(insert(Official), [row])
    assert raised()
    with database.sessions.begin() as session:
        session.execute(delete(Official.__table__))  # type: ignore[arg-type]  # a Table, typed as FromClause
    assert raised()
    store.entries(search="0912")
    with database.sessions() as session:
        session.scalars(select(Switch)).one().on = True
        session.commit()
    assert not raised()


def test_change_that_is_rolled_back_leaves_the_revision(database: Database) -> None:
    before = revision_of(database)
    with database.sessions() as session:
        session.execute(update(Switch).values(on=False))
        session.rollback()
    assert revision_of(database) == before


def test_writers_at_the_same_time_are_each_counted(database: Database) -> None:
    store = ListStore(database.sessions)
    before = revision_of(database)
    failed: list[BaseException] = []

    def write(first: int) -> None:
        try:
            for n in range(10):
                store.add_entry(EntryDraft(BLOCK, f"09123{first}56{n:02}"), "lan")
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert revision_of(database) == before + 40


def test_seed_fills_the_registry_once_and_removed_numbers_stay_removed(database: Database) -> None:
    store = ListStore(database.sessions)
    store.add_official(OfficialDraft("113", "của người dùng"))
    packaged = list(seeds.packaged())
    assert seed(database.sessions) == len(packaged) - 1
    officials = {official.number: official for official in store.officials(limit=100).items}
    assert officials.keys() == {draft.number for draft in packaged}
    assert officials["113"].organisation == "của người dùng"
    store.remove_official(officials["115"].id)
    before = revision_of(database)
    assert seed(database.sessions) == 0
    assert "115" not in {official.number for official in store.officials(limit=100).items}
    assert revision_of(database) == before


def test_processes_that_seed_at_the_same_time_seed_once(database: Database) -> None:
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(seed(database.sessions))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 0, len(list(seeds.packaged()))]


def test_packaged_numbers_claim_no_more_than_is_known() -> None:
    drafts = {draft.number: draft for draft in seeds.packaged()}
    assert drafts.keys() == {
        *("0967291212", "02373725725", "0692348560"),
        *("111", "113", "114", "115", "156", "1022", "5656"),
    }
    assert not drafts["0967291212"].confirmed
    short = {number for number in drafts if len(number) < 5}
    assert {n for n, draft in drafts.items() if draft.receives_only} == short - {"111"}  # it calls back
    assert all(draft.organisation and draft.source for draft in drafts.values())


def test_prefix_is_written_with_its_star(sqlite_store: ListStore) -> None:
    entry = sqlite_store.add_entry(EntryDraft(BLOCK, "+84162*"), "lan")
    assert written(entry) == "0162*"
