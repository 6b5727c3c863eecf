"""The database: SQLite or PostgreSQL behind one door, migrated when it is opened."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep, StampStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DatabaseError

from gradcheck.errors import UsageError
from gradcheck.service.tables import metadata

__all__ = ["Database", "Insert"]

BUSY_SECONDS = 30
"""How long one of several writers waits for its turn."""
POOL = 20
MIGRATION_LOCK = 20260101
"""Any number that nobody else locks in the same database."""
Insert = postgresql.Insert | sqlite.Insert


class Database:
    """An open, migrated database.

    Parameters
    ----------
    place : str
        A path of an SQLite file, or ``postgresql://…``.

    Raises
    ------
    UsageError
        If it can't be opened.
    """

    def __init__(self, place: str) -> None:
        self.url = _url(place)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writing = threading.Lock()
        self._lock: IO[bytes] | None = None
        self.engine = _engine(self.url)
        self.migrate()

    @property
    def name(self) -> str:
        """What to call it in messages; a password is left out."""
        return str(self.url.database) if self.is_sqlite else str(self.url).replace("+psycopg", "")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in a transaction that is committed at the end."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        # SQLite's own waiting is by lot: threads of one process take their turns instead
        with self._writing, self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection in a transaction that writes nothing."""
        with self.engine.connect().execution_options(is_reading=True) as connection:
            yield connection

    def insert(self, table: Table) -> Any:
        """Return an insert that knows ``on_conflict_do_nothing`` and its like."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def migrate(self, revision: str = "heads") -> None:
        """Bring the tables to a revision.

        Raises
        ------
        UsageError
            If the database can't be opened, or is of a later version of gradcheck.
        """
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        script = ScriptDirectory.from_config(config)

        def steps(at: Any, context: MigrationContext) -> list[StampStep | RevisionStep]:
            return list(script._upgrade_revs(revision, at))

        try:
            with self.write() as connection:
                self.exclude_others(connection)
                with EnvironmentContext(config, script, fn=steps) as environment:
                    environment.configure(
                        connection=connection, target_metadata=metadata, transactional_ddl=True
                    )
                    environment.run_migrations()
        except CommandError as error:
            raise UsageError(
                f"{self.name}: the database was made by a later version of gradcheck; install that "
                f"one ({error})"
            ) from error
        except DatabaseError as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise UsageError(f"{self.name}: the database can't be opened: {reason}") from error

    def exclude_others(self, connection: Connection) -> None:
        """Let no other process change the tables' form until the transaction ends."""
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})

    def lock(self) -> None:
        """Make this process the only server of an SQLite file, until it ends.

        Raises
        ------
        UsageError
            If another process is.
        """
        if not self.is_sqlite:
            return
        path = f"{self.url.database}.lock"
        self._lock = open(path, "ab")  # noqa: SIM115 - held until close()
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise UsageError(
                f"{self.name}: another gradcheck serve has this database; stop it, or give this "
                "one another with --database"
            ) from error

    def close(self) -> None:
        """Close all connections and give up the lock."""
        self.engine.dispose()
        if self._lock is not None:
            self._lock.close()


def _url(place: str) -> URL:
    if "://" not in place:
        return URL.create("sqlite", database=os.path.abspath(place))
    try:
        url = make_url(place)
    except ArgumentError as error:
        raise UsageError(f"{place!r} is no database; give a path or postgresql://…") from error
    if url.drivername in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise UsageError(f"{url.drivername}: the database is a path (SQLite) or postgresql://…")
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        folder = Path(str(url.database)).parent
        if not folder.is_dir():
            raise UsageError(f"{folder}: no such folder; make it, or change --database")
        engine = create_engine(
            url, pool_size=POOL, max_overflow=POOL, connect_args={"timeout": BUSY_SECONDS}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_size=POOL, max_overflow=POOL, pool_pre_ping=True)


def _prepare_sqlite(raw: Any, record: object) -> None:
    raw.isolation_level = None  # transactions begin where _begin_sqlite says
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads first and writes later would fail, not wait
    is_reading = connection.get_execution_options().get("is_reading")
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")
