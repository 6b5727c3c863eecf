"""What the service's tests share: worlds on SQLite, and on PostgreSQL where that is asked for."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcheck.api import grade, read_assignment
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import Report
from gradcheck.sandbox.executors.spawn import Spawn
from gradcheck.service.settings import Settings

# So that the tests find their helpers under any of pytest's import modes.
sys.path.insert(0, str(Path(__file__).parent))

from service_helpers import World, empty, furnished
from service_postgres import Cluster
from service_processes import end_all

ZOO = Path(__file__).resolve().parents[2] / "submissions"


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left() -> Iterator[None]:
    """End the processes of tests that failed."""
    yield
    end_all()


@pytest.fixture(scope="session")
def report(executor: Spawn) -> Report:
    """Return the report of a wrong submission: 4 of 10 points, a diagnosis."""
    (path,) = (ZOO / "logistic" / "label-for-activation").glob("*.py")
    return grade(
        read_submission(path), read_assignment("logistic"), executor=executor,
        options=Options(profile="quick"),
    )  # fmt: skip


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a PostgreSQL server that lives as long as the tests."""
    server = Cluster()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return a new, empty database: on SQLite, and on PostgreSQL."""
    if request.param == "sqlite":
        return str(tmp_path / "service.sqlite")
    server: Cluster = request.getfixturevalue("cluster")
    return server.new_database()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of a service that grades nothing by itself."""
    return Settings(database=str(tmp_path / "service.sqlite"), jobs=0)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory, report: Report) -> tuple[Path, dict[str, str]]:
    """Return a furnished database to copy, and its tokens."""
    path = tmp_path_factory.mktemp("model") / "service.sqlite"
    found = furnished(Settings(database=str(path), jobs=0), report)
    found.service.close()
    return path, found.tokens


@pytest.fixture
def world(
    settings: Settings, model: tuple[Path, dict[str, str]], report: Report
) -> Iterator[World]:
    """Return a running application on SQLite."""
    path, tokens = model
    shutil.copy(path, settings.database)
    found = empty(settings, report)
    found.tokens.update(tokens)
    with found.client:
        yield found


@pytest.fixture
def any_world(place: str, report: Report) -> Iterator[World]:
    """Return a running application on either database."""
    found = furnished(Settings(database=place, jobs=0), report)
    with found.client:
        yield found


@pytest.fixture
def graded(world: World) -> World:
    """Return a running application with a graded upload of ann's."""
    world.put("ann")
    world.grade(1)
    return world
