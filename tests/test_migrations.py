"""The schema: models and migrations agree, upgrades take turns, and what can't be used is explained."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from call_samples import START, decided
from database_fixtures import recording
from sqlalchemy import select, text

import screener.access.tables  # noqa: F401 - its tables are compared
from blocklist import text_index
from blocklist.models import Base, ListEntry, Revision
from screener.access.roles import Role
from screener.api_tokens import ApiTokens
from screener.database import (
    Database,
    SchemaTooNew,
    open_database,
    schema_state,
    upgrade,
)
from screener.database_url import InvalidDatabaseUrl
from screener.models import Switch
from screener.outage import DatabaseUnreachable
from screener.records import Records

HEAD = "0011"


def _migrate(database: Database, way: Callable[[Config, str], None], version: str) -> None:
    config = Config()
    config.set_main_option("script_location", "screener:migrations")
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        way(config, version)
        connection.commit()


def test_migrations_build_exactly_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, parents: not text_index.owns(name or ""),
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_new_database_has_its_single_rows(database: Database) -> None:
    with database.sessions() as session:
        assert session.scalars(select(Revision.number)).all() == [1]
        switch = session.scalars(select(Switch)).one()
    assert (switch.id, switch.on) == (1, True)


def test_calls_stored_by_an_older_version_are_kept_and_count_as_under_way(empty_url: str) -> None:
    database = open_database(empty_url)
    upgrade(database.engine)
    Records(database.sessions).apply([decided()])
    _migrate(database, command.downgrade, "0001")
    assert schema_state(database.engine) == ("0001", HEAD)
    upgrade(database.engine)
    assert Records(database.sessions).under_way("default", START + timedelta(days=1)) == [
        decided().call.uniqueid
    ]
    database.close()


def test_schema_state_tells_none_before_and_head_after_the_upgrade(empty_url: str) -> None:
    database = open_database(empty_url)
    for _ in range(2):  # looking makes no file
        assert schema_state(database.engine) == (None, HEAD)
    upgrade(database.engine)
    assert schema_state(database.engine) == (HEAD, HEAD)
    upgrade(database.engine)
    assert schema_state(database.engine) == (HEAD, HEAD)
    database.close()


def test_entries_of_the_first_version_are_kept_and_found_by_their_keys(empty_url: str) -> None:
    database = open_database(empty_url)
    upgrade(database.engine)
    _migrate(database, command.downgrade, "0002")
    rows = [
        ("block", "exact", "0912345678", None),
        ("allow", "exact", "0912345678", None),
        ("block", "exact", "+375291234567", None),
        ("block", "exact", "0912345679", "2100-01-01 00:00:00.000000+00:00"),
        ("block", "exact", "9" * 32, None),
        ("block", "prefix", "0162", None),
    ]
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO list_entries"
                " (kind, match, pattern, note, author, source, expires_at, created_at, updated_at)"
                " VALUES (:kind, :match, :pattern, '', '', '', :ends, '2026-11-23', '2026-11-23')"
            ),
            [dict(zip(("kind", "match", "pattern", "ends"), row, strict=True)) for row in rows],
        )
    upgrade(database.engine)
    with database.sessions() as session:
        kept = session.execute(
            select(ListEntry.kind, ListEntry.pattern, ListEntry.key, ListEntry.plain, ListEntry.category)
        ).all()
    assert sorted(tuple(row) for row in kept) == sorted(
        [
            ("block", "0912345678", 10912345678, 250, "other"),
            ("allow", "0912345678", 10912345678, 150, "other"),
            ("block", "+375291234567", 2375291234567, 250, "other"),
            ("block", "0912345679", 10912345679, None, "other"),
            ("block", "9" * 32, None, None, "other"),
            ("block", "0162", None, None, "other"),
        ]
    )
    _migrate(database, command.downgrade, "0002")
    upgrade(database.engine)
    with database.sessions() as session:
        assert len(session.execute(select(ListEntry.id)).all()) == len(rows)
    database.close()


def test_processes_that_start_together_take_turns(empty_url: str) -> None:
    program = (
        "import sys; from screener.database import open_database, upgrade\n"
        "database = open_database(sys.argv[1]); upgrade(database.engine); database.close()"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, empty_url], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    errors = [process.communicate(timeout=60)[1] for process in started]
    assert errors == [""] * 4
    assert [process.returncode for process in started] == [0] * 4
    database = open_database(empty_url)
    assert schema_state(database.engine) == (HEAD, HEAD)
    with database.sessions() as session:
        assert session.scalars(select(Revision.number)).all() == [1]
    database.close()


def test_tables_of_a_later_version_are_refused(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew, match=r"9999.*install the version"):
        upgrade(database.engine)
    assert schema_state(database.engine) == ("9999", HEAD)


def test_sqlite_is_set_up_for_two_writers_and_its_folder_made(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/new/folder/test.db")
    upgrade(database.engine)
    with database.engine.connect() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "busy_timeout", "synchronous", "foreign_keys")
        }
    database.close()
    assert values == {"journal_mode": "wal", "busy_timeout": 5000, "synchronous": 1, "foreign_keys": 1}


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://user:geheim@host/name", "'mysql' is not supported; use sqlite:// or postgresql"),
        ("postgresql+asyncpg://user:geheim@host/name", "'postgresql\\+asyncpg' is not supported"),
        ("sqlite://", "in memory forgets its lists; name a file"),
        ("sqlite:///:memory:", "in memory forgets its lists; name a file"),
        ("user:geheim@host", "is no database URL; write sqlite:"),
        ("", "is no database URL; write sqlite:"),
        ("postgresql://user:geheim@host:port/name", "is no database URL; write sqlite:"),
    ],
)
def test_unusable_url_is_refused_with_the_remedy_and_without_its_password(url: str, message: str) -> None:
    with pytest.raises(InvalidDatabaseUrl, match=message) as caught:
        open_database(url)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_silent_postgresql_is_explained_without_the_password(scheme: str) -> None:
    database = open_database(f"{scheme}://user:geheim@127.0.0.1:1/name")
    for use in (upgrade, schema_state):
        with pytest.raises(
            DatabaseUnreachable, match=r"user:\*\*\*@127.0.0.1:1.*check that the server"
        ) as caught:
            use(database.engine)
        assert "geheim" not in str(caught.value)
    assert "geheim" not in database.url
    database.close()


def test_sqlite_file_that_is_none_is_explained(tmp_path: Path) -> None:
    (tmp_path / "test.db").write_text("this is a text" * 100)
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    with pytest.raises(DatabaseUnreachable, match=r"not a database; restore .* from a backup"):
        upgrade(database.engine)
    database.close()


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    database = open_database(f"sqlite:///{tmp_path}/file/folder/test.db")
    with pytest.raises(DatabaseUnreachable, match=r"file/folder/test.db: Not a directory; check that"):
        upgrade(database.engine)
    database.close()


def test_tokens_of_an_older_version_become_supervisors_and_narrower_ones_do_not_outlive_a_step_back(
    empty_url: str, tmp_path: Path
) -> None:
    database = open_database(empty_url, recording(tmp_path))
    upgrade(database.engine)
    _migrate(database, command.downgrade, "0006")
    with database.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO api_tokens (name, hash, created_at) VALUES ('desk', 'x', '2026-11-23')")
        )
    upgrade(database.engine)
    tokens = ApiTokens(database.sessions)
    tokens.create("screen", Role.VIEWER)
    tokens.create("visitor", Role.SUPERVISOR, START + timedelta(days=40_000))
    assert (tokens.list()[0].name, tokens.list()[0].role) == ("desk", Role.SUPERVISOR)
    _migrate(database, command.downgrade, "0006")
    upgrade(database.engine)
    assert [token.name for token in tokens.list()] == ["desk"]
    database.close()
