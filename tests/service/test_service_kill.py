"""kill -9 in a loop during 40 uploads: all graded, once in effect, none lost, nothing left."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from service_postgres import Cluster
from service_processes import Process, Server, descendants, left
from sqlalchemy import func, select

from gradcheck.service import tables
from gradcheck.service.database import Database

pytestmark = pytest.mark.slow
ZOO = Path(__file__).resolve().parents[2] / "submissions"
ASSIGNMENTS = ("neuron", "logistic", "network")
UPLOADS = 40
KILLS = 6
CLIENTS = 4
LIVES = (2.5, 6.0)
"""How long a process lives before it is killed, in seconds: it starts in about two."""
WITHIN = 240.0
SECONDS_TO_END = 20.0
"""What a killed process started ends by itself, but not at once."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def sources() -> list[tuple[str, bytes]]:
    """Return assignment and source of each upload, all different."""
    files = [
        (name, path) for name in ASSIGNMENTS for path in sorted((ZOO / name).glob("*/*.py"))[:7]
    ]
    assert len(files) >= 15
    return [
        (files[k % len(files)][0],
         files[k % len(files)][1].read_bytes() + f"\n# upload {k}\n".encode())
        for k in range(UPLOADS)
    ]  # fmt: skip


class Uploader:
    """Sends uploads as a client does: again, until they are taken."""

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=10
        )
        self.retries = 0

    def put(self, number: int, assignment: str, source: bytes) -> str:
        path = f"/v1/assignments/{assignment}/submissions/s{number}"
        time.sleep(random.uniform(0, 2))
        return self._until(lambda: self._client.put(path, content=source), 202).json()["id"]

    def state(self, identifier: str) -> str:
        path = f"/v1/submissions/{identifier}"
        return str(self._until(lambda: self._client.get(path), 200).json()["state"])

    def _until(self, ask: Callable[[], httpx.Response], status: int) -> httpx.Response:
        until = time.monotonic() + WITHIN
        while time.monotonic() < until:
            try:
                found = ask()
            except httpx.TransportError:
                self.retries += 1
                time.sleep(0.2)
                continue
            assert found.status_code == status, found.text
            return found
        raise AssertionError("no answer")


class Fleet:
    """Processes that are killed and started again."""

    def __init__(self, starts: dict[str, Callable[[], Process]]) -> None:
        self._starts = starts
        self.running = {name: start() for name, start in starts.items()}
        self.orphans: set[tuple[int, str]] = set()

    def kill_one(self) -> None:
        name = random.choice(sorted(self._starts))
        victim = self.running[name]
        self.orphans |= descendants(victim.process.pid)
        victim.kill()
        self.running[name] = self._starts[name]()

    def end(self) -> None:
        for one in self.running.values():
            self.orphans |= descendants(one.process.pid)
        statuses = {name: one.interrupt() for name, one in self.running.items()}
        assert set(statuses.values()) == {0}, statuses


def check(database: str) -> None:
    """Everything was graded once in effect."""
    found = Database(database)
    with found.read() as connection:
        states = dict(
            connection.execute(
                select(tables.submission.c.state, func.count()).group_by(tables.submission.c.state)
            ).all()  # type: ignore[arg-type]
        )
        graded = list(connection.execute(select(tables.grade.c.submission_id)).scalars())
        people = connection.execute(
            select(func.count(func.distinct(tables.submission.c.person_id)))
        ).scalar_one()
        standings = connection.execute(
            select(func.count()).select_from(tables.standing)
        ).scalar_one()
    found.close()
    assert states == {"graded": UPLOADS}
    assert (len(graded), len(set(graded))) == (UPLOADS, UPLOADS)
    assert (people, standings) == (UPLOADS, UPLOADS)


def soak(fleet: Fleet, url: str, token: str, database: str) -> None:
    lines = "".join(f"s{k},Student {k}\n" for k in range(UPLOADS))
    headers = {"Authorization": f"Bearer {token}"}
    roster = f"id,name\n{lines}".encode()
    assert httpx.put(f"{url}/v1/courses/course/roster", content=roster, headers=headers).is_success
    is_over = threading.Event()

    def murder() -> None:
        for _ in range(KILLS):
            time.sleep(random.uniform(*LIVES))
            fleet.kill_one()
        is_over.set()

    killer = threading.Thread(target=murder)
    killer.start()
    uploader = Uploader(url, token)
    with ThreadPoolExecutor(CLIENTS) as pool:
        jobs = [pool.submit(uploader.put, k, *one) for k, one in enumerate(sources())]
        identifiers = [job.result() for job in jobs]
    killer.join()
    assert is_over.is_set()
    assert len(set(identifiers)) == UPLOADS
    until = time.monotonic() + WITHIN
    waiting = list(identifiers)
    while waiting and time.monotonic() < until:
        waiting = [k for k in waiting if uploader.state(k) != "graded"]
        time.sleep(0.5)
    assert waiting == []
    fleet.end()
    check(database)
    until = time.monotonic() + SECONDS_TO_END
    while left(fleet.orphans) and time.monotonic() < until:
        time.sleep(0.2)
    assert len(fleet.orphans) > KILLS
    assert left(fleet.orphans) == set()


@pytest.fixture
def seeded() -> Iterator[None]:
    random.seed(0)
    yield
    random.seed()


def test_the_server_is_killed_again_and_again(tmp_path: Path, seeded: None) -> None:
    options = ("--port", str(free_port()), "--jobs", "2", "--profile", "quick")
    server = Server(tmp_path / "server", *options)
    token = server.first_token()
    server.kill()
    fleet = Fleet({"server": lambda: Process(tmp_path / "server", "serve", *options)})
    fleet.running["server"].words(r"serves (http://\S+)")
    soak(fleet, server.url, token, str(tmp_path / "server" / "gradcheck-service.sqlite"))


@pytest.mark.postgres
def test_server_and_workers_are_killed_again_and_again(
    tmp_path: Path, cluster: Cluster, seeded: None
) -> None:
    database = cluster.new_database()
    options = ("--port", str(free_port()), "--jobs", "0", "--database", database)
    server = Server(tmp_path / "server", *options)
    token = server.first_token()
    server.kill()
    work = ("worker", "--database", database, "--slots", "1", "--profile", "quick")
    fleet = Fleet(
        {
            "server": lambda: Process(tmp_path / "server", "serve", *options),
            "first": lambda: Process(tmp_path / "first", *work),
            "second": lambda: Process(tmp_path / "second", *work),
        }
    )
    fleet.running["server"].words(r"serves (http://\S+)")
    soak(fleet, server.url, token, database)
