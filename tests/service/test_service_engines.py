"""One suite for every engine: jobs are there exactly if the submission is, and none is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from service_helpers import World
from sqlalchemy import func, select, text, update

from gradcheck.grading.graders import GraderDied
from gradcheck.service import tables
from gradcheck.service.engines import cluster, local
from gradcheck.service.engines.base import Engine, TryAgain
from gradcheck.service.grading import Grading

WITHIN = 30.0
STUDENTS = 6


@pytest.fixture
def crowd(any_world: World) -> World:
    """Return a world with a few more students, each with an upload that waits: 1, 2, …"""
    lines = "".join(f"s{k},Student\n" for k in range(1, STUDENTS + 1))
    path = "/v1/courses/course/roster"
    any_world.ask("teacher", "PUT", path, content=f"id,name\n{lines}".encode())
    for k in range(1, STUDENTS + 1):
        any_world.put("teacher", f"x = {k}\n".encode(), student=f"s{k}")
    return any_world


def depth(world: World) -> int:
    with world.service.database.read() as connection:
        return world.service.engine.depth(connection)


def grades(world: World) -> int:
    with world.service.database.read() as connection:
        return connection.execute(select(func.count()).select_from(tables.grade)).scalar_one()


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < until, "it never came about"
        time.sleep(0.02)


class Working:
    """A worker in a thread that notes what it was handed."""

    def __init__(self, world: World, slots: int = 1) -> None:
        self.begun: list[int] = []
        self.done: list[int] = []
        self._world, self._grade = world, world.grading()
        self.stop = threading.Event()
        engine: Engine = world.service.engine
        self.thread = threading.Thread(
            target=lambda: engine.run_worker(self.handle, slots=slots, stop=self.stop)
        )
        self.thread.start()

    def handle(self, identifier: int) -> None:
        self.begun.append(identifier)
        self._grade(identifier)
        self.done.append(identifier)

    def end(self) -> None:
        self.stop.set()
        self._world.service.engine.wake()
        self.thread.join(WITHIN)
        assert not self.thread.is_alive()


@contextmanager
def working(world: World, slots: int = 1) -> Iterator[Working]:
    worker = Working(world, slots)
    try:
        yield worker
    finally:
        world.graders.gate.set()
        worker.end()


class Undone(Exception):
    pass


def test_jobs_go_with_the_transaction(crowd: World) -> None:
    engine, database = crowd.service.engine, crowd.service.database
    everything = list(range(1, STUDENTS + 1))
    with pytest.raises(Undone), database.write() as connection:
        engine.cancel(connection, everything)
        assert engine.depth(connection) == 0
        raise Undone
    assert depth(crowd) == STUDENTS
    with database.write() as connection:
        engine.cancel(connection, everything)
    assert depth(crowd) == 0
    with pytest.raises(Undone), database.write() as connection:
        engine.submit(connection, everything, priority=0)
        raise Undone
    assert depth(crowd) == 0
    with database.read() as connection:
        assert engine.without_job(connection) == everything


def test_a_second_job_is_none(crowd: World) -> None:
    with crowd.service.database.write() as connection:
        crowd.service.engine.submit(connection, [1, 2], priority=5)
        crowd.service.engine.submit(connection, [2, 3], priority=5)
    assert depth(crowd) == STUDENTS


@pytest.mark.parametrize("slots", [1, 3])
def test_every_job_is_run_once(crowd: World, slots: int) -> None:
    with working(crowd, slots) as worker:
        wait_for(lambda: len(worker.done) == STUDENTS and depth(crowd) == 0)
    assert sorted(worker.begun) == list(range(1, STUDENTS + 1))
    assert grades(crowd) == STUDENTS
    assert {crowd.state(k) for k in range(1, STUDENTS + 1)} == {"graded"}


def test_the_highest_priority_first_then_the_oldest(crowd: World) -> None:
    engine = crowd.service.engine
    with crowd.service.database.write() as connection:
        engine.cancel(connection, list(range(1, STUDENTS + 1)))
        for identifier, priority in ((1, -7), (2, -7), (3, 0), (4, 4), (5, -9), (6, 0)):
            engine.submit(connection, [identifier], priority=priority)
    with working(crowd) as worker:
        wait_for(lambda: len(worker.done) == STUDENTS)
    assert worker.done == [4, 3, 6, 1, 2, 5]


def test_uploads_are_graded_in_their_turn(crowd: World) -> None:
    with working(crowd) as worker:
        wait_for(lambda: len(worker.done) == STUDENTS)
    assert worker.done == list(range(1, STUDENTS + 1))


def test_jobs_that_come_while_it_works(crowd: World) -> None:
    with working(crowd) as worker:
        wait_for(lambda: len(worker.done) == STUDENTS)
        new = crowd.put("ann").json()["id"]
        wait_for(lambda: crowd.state(new) == "graded")


def test_what_failed_is_run_again(crowd: World) -> None:
    crowd.graders.failures = [GraderDied("no memory"), GraderDied("no memory")]
    with working(crowd) as worker:
        wait_for(lambda: grades(crowd) == STUDENTS and depth(crowd) == 0)
    assert len(worker.begun) == STUDENTS + 2


@pytest.mark.parametrize("error", [TryAgain(), ValueError("not of ours")])
def test_any_exception_is_a_reason_to_run_again(
    crowd: World, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [error]
    begin = type(crowd.grading())._begin

    def failing(self: object, identifier: int) -> object:
        if failures:
            raise failures.pop()
        return begin(self, identifier)  # type: ignore[arg-type]

    monkeypatch.setattr(Grading, "_begin", failing)
    with working(crowd) as worker:
        wait_for(lambda: grades(crowd) == STUDENTS and depth(crowd) == 0)
    assert len(worker.begun) == STUDENTS + 1


def test_it_finishes_what_runs_when_it_is_stopped(
    crowd: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "LOOK_SECONDS", 0.01)
    crowd.graders.gate.clear()
    with working(crowd, 2) as worker:
        wait_for(lambda: len(crowd.graders.tasks) == 2)
        worker.stop.set()
        crowd.service.engine.wake()
        time.sleep(0.3)  # it has noticed by now, and waits for what runs
        assert worker.thread.is_alive()
        crowd.graders.gate.set()
        worker.thread.join(WITHIN)
        assert sorted(worker.done) == sorted(worker.begun)
    assert len(worker.begun) == 2
    assert depth(crowd) == STUDENTS - 2


def test_a_regrade_of_what_is_being_graded(crowd: World) -> None:
    """Its job is running, so it can't be put a second time: it must not get lost."""
    crowd.graders.gate.clear()
    with working(crowd) as worker:
        wait_for(lambda: len(crowd.graders.tasks) == 1)
        found = crowd.ask("teacher", "POST", "/v1/assignments/neuron/regrade")
        assert found.json() == {"queued": 1}
        crowd.graders.gate.set()
        wait_for(lambda: depth(crowd) == 0 and crowd.state(1) == "graded")
        wait_for(lambda: len(worker.done) == STUDENTS)
    with crowd.service.database.read() as connection:
        runs = select(tables.grade.c.run).where(tables.grade.c.submission_id == 1)
        assert sorted(connection.execute(runs).scalars()) == [1, 2]
        wanted = select(tables.submission.c.run).where(tables.submission.c.id == 1)
        assert connection.execute(wanted).scalar_one() == 2


def test_a_regrade_between_the_grade_and_the_end_of_its_job(crowd: World) -> None:
    wanted = ["/v1/assignments/neuron/regrade"]

    class Asked(Working):
        def handle(self, identifier: int) -> None:
            super().handle(identifier)
            if wanted:
                crowd.ask("teacher", "POST", wanted.pop())

    worker = Asked(crowd)
    try:
        wait_for(lambda: grades(crowd) == STUDENTS + 1 and depth(crowd) == 0)
    finally:
        worker.end()
    assert sorted(worker.begun) == [1, 1, *range(2, STUDENTS + 1)]


def test_what_lost_its_job_gets_another(crowd: World) -> None:
    everything = list(range(1, STUDENTS + 1))
    with crowd.service.database.write() as connection:
        crowd.service.engine.cancel(connection, everything)
        connection.execute(
            update(tables.submission).where(tables.submission.c.id == 2).values(state="grading")
        )
        connection.execute(
            update(tables.submission).where(tables.submission.c.id == 3).values(state="superseded")
        )
    assert crowd.service.reconcile() == STUDENTS - 1
    assert crowd.service.reconcile() == 0
    with working(crowd) as worker:
        wait_for(lambda: len(worker.done) == STUDENTS - 1)
    assert crowd.state(3) == "superseded"


def test_the_jobs_of_a_dead_worker_are_run_by_another(
    crowd: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "REAP_SECONDS", 0.1)
    if isinstance(crowd.service.engine, local.LocalEngine):
        claim = "UPDATE job SET owner = 'dead' WHERE submission_id IN (1, 2)"
    else:
        claim = """
            WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)
                          VALUES (now() - interval '1 hour') RETURNING id)
            UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)
            WHERE queueing_lock IN ('gradcheck-1', 'gradcheck-2')
        """
    with crowd.service.database.write() as connection:
        assert connection.execute(text(claim)).rowcount == 2
    assert depth(crowd) == STUDENTS - 2
    with crowd.service.database.read() as connection:
        assert crowd.service.engine.without_job(connection) == []
    with working(crowd) as worker:
        wait_for(lambda: grades(crowd) == STUDENTS and depth(crowd) == 0)
    assert sorted(worker.done) == list(range(1, STUDENTS + 1))


def test_twenty_of_one_course_do_not_wait_behind_another(crowd: World) -> None:
    """Six of the first course wait; the second course's upload is next but one."""
    crowd.ask("admin", "PUT", "/v1/assignments/elsewhere/versions/1?course=other",
              content=SPEC_ELSEWHERE)  # fmt: skip
    new = crowd.put("ann-other", assignment="elsewhere").json()
    assert new["position"] == 1
    with working(crowd) as worker:
        wait_for(lambda: len(worker.done) == STUDENTS + 1)
    assert worker.done.index(new["id"]) == 1


SPEC_ELSEWHERE = b"""
schema = "gradcheck/assignment/v1"
id = "elsewhere"
[[components]]
id = "relu"
"""


def test_who_has_much_waiting_waits_behind_who_has_not(crowd: World) -> None:
    much = [
        crowd.put("teacher", f"y = {k}\n".encode(), student="s1", assignment=name).json()["id"]
        for k, name in enumerate(("logistic", "network"))
    ]
    new = crowd.put("ann").json()["id"]
    with working(crowd) as worker:
        wait_for(lambda: len(worker.done) == STUDENTS + 3)
    assert worker.done.index(new) < min(worker.done.index(k) for k in much)
