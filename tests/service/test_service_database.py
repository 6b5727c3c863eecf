"""Migrations from everywhere, on both databases; what is append-only stays; one server a file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from service_helpers import World
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from gradcheck.errors import UsageError
from gradcheck.service import database
from gradcheck.service.admin import opened
from gradcheck.service.core import Service
from gradcheck.service.database import Database
from gradcheck.service.migrations import _triggers
from gradcheck.service.settings import Settings
from gradcheck.service.tables import metadata
from gradcheck.shipped import shipped_assignments

FOLDER = Path(database.__file__).parent / "migrations"
REVISIONS = [r.revision for r in ScriptDirectory(str(FOLDER)).walk_revisions()][::-1]
FROZEN = ("grade", "spec", "audit")


def at_revision(place: str, revision: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Return a database that an earlier version of gradcheck made."""
    whole = Database.migrate
    with monkeypatch.context() as patch:
        patch.setattr(Database, "migrate", lambda self: whole(self, revision))
        return Database(place)


def differences(found: Database) -> list[Any]:
    options = {"compare_type": True, "include_object": is_ours}
    with found.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))


def is_ours(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    return not str(name).startswith(("procrastinate", "idx_procrastinate"))


def test_there_are_revisions() -> None:
    assert REVISIONS[:2] == ["0001", "0002"]


@pytest.mark.parametrize("revision", REVISIONS)
def test_upgrades_from_every_revision(
    place: str, revision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = at_revision(place, revision, monkeypatch)
    assert bool(differences(old)) is (revision != REVISIONS[-1])
    with old.write() as connection:
        connection.execute(text("INSERT INTO course VALUES ('c', 'Kept', '2026')"))
    old.close()
    new = Database(place)
    assert differences(new) == []
    with new.read() as connection:
        assert connection.execute(text("SELECT title FROM course")).scalar_one() == "Kept"
    new.migrate()  # again: nothing is left to do
    assert differences(new) == []
    new.close()


def test_a_migration_that_breaks_off_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = str(tmp_path / "x.sqlite")
    with monkeypatch.context() as patch:
        patch.setattr(_triggers, "SQLITE", "NO SQL")
        with pytest.raises(UsageError, match="syntax error"):
            Database(place)
    left = database._engine(database._url(place))
    assert inspect(left).get_table_names() == []
    left.dispose()
    assert differences(Database(place)) == []


def test_a_database_of_a_later_version(place: str) -> None:
    found = Database(place)
    with found.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    found.close()
    with pytest.raises(UsageError, match="later version"):
        Database(place)


@pytest.mark.parametrize("table", FROZEN)
def test_what_is_append_only_stays(any_world: World, table: str) -> None:
    world = any_world
    world.put("ann")
    world.grade(1)
    with world.service.database.read() as connection:
        before = connection.execute(text(f"SELECT * FROM {table}")).all()
    assert before
    for statement in (f"UPDATE {table} SET id = id + 1", f"DELETE FROM {table}"):
        with (
            pytest.raises(DatabaseError, match=f"the table {table} is append-only"),
            world.service.database.write() as connection,
        ):
            connection.execute(text(statement))
    with world.service.database.read() as connection:
        assert connection.execute(text(f"SELECT * FROM {table}")).all() == before


def test_the_key_of_grades(any_world: World) -> None:
    world = any_world
    world.put("ann")
    world.grade(1)
    columns = "submission_id, spec_id, engine_version, run"
    rest = ("outcome, max_points, shown_outcome, shown_max_points, facts, report, seconds, host, "
            "created_at")  # fmt: skip
    again = text(f"INSERT INTO grade ({columns}, {rest}) SELECT {columns}, {rest} FROM grade")
    with pytest.raises(IntegrityError), world.service.database.write() as connection:
        connection.execute(again)


def test_sqlite_is_set_up(world: World) -> None:
    with world.service.database.read() as connection:
        for name, value in (("journal_mode", "wal"), ("busy_timeout", 30000),
                            ("foreign_keys", 1), ("synchronous", 2)):  # fmt: skip
            assert connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() == value


def test_one_server_a_file(settings: Settings) -> None:
    first, second = Service(settings), Service(settings)
    first.database.lock()
    with pytest.raises(UsageError, match="another gradcheck serve has this database"):
        second.database.lock()
    first.close()
    third = Service(settings)
    third.database.lock()
    third.close()
    second.close()


def test_several_that_start_at_once_on_an_empty_database(place: str) -> None:
    settings = Settings(database=place, jobs=0)
    with ThreadPoolExecutor(4) as pool:
        services = list(pool.map(Service, [settings] * 4))
        tokens = list(pool.map(Service.first_token, services))
    assert sum(token is not None for token in tokens) == 1
    with services[0].database.read() as connection:
        courses = connection.execute(text("SELECT count(*) FROM course")).scalar_one()
        versions = connection.execute(text("SELECT count(*) FROM spec")).scalar_one()
    assert (courses, versions) == (1, len(shipped_assignments()))
    for service in services:
        service.close()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("mysql://x", "path .SQLite. or postgresql://"),
        ("postgresql:///a:b:c://", "."),
        ("postgresql://127.0.0.1:1/x", "can't be opened: .*[Cc]onnection"),
        ("no/such/folder/x.sqlite", "no such folder"),
    ],
)
def test_databases_that_can_not_be_opened(given: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        Database(given)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(UsageError, match="can't be opened: file is not a database"):
        Database(str(path))


def test_admins_make_no_database_by_mistake(tmp_path: Path) -> None:
    path = tmp_path / "typo.sqlite"
    with pytest.raises(UsageError, match="gradcheck serve makes one"):
        opened(Settings(database=str(path)))
    assert not path.exists()


def test_a_password_is_not_shown() -> None:
    with pytest.raises(UsageError) as caught:
        Database("postgresql://ann:canary@127.0.0.1:1/x")
    assert "canary" not in str(caught.value)
