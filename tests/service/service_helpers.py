"""What the service's tests share: a service with a class in it, and a grader that is quick."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from gradcheck.grading.graders import Task
from gradcheck.records.report import Report
from gradcheck.records.roster import parse_roster
from gradcheck.service import access, admin, people
from gradcheck.service.app import create_app
from gradcheck.service.core import Service
from gradcheck.service.grading import Grading
from gradcheck.service.settings import Settings

ROSTER = b"id,name\nann,Ann Lee\nbob,Bob Ray\n"
OTHER = "other"
"""A second course, with a student and an instructor of its own."""
SOURCE = b"def relu(z):\n    return z * (z > 0)\n"
SPEC = """
schema = "gradcheck/assignment/v1"
id = "{id}"
version = "{version}"
[[components]]
id = "relu"
points = {points}
"""


def spec(identifier: str = "week-1", version: str = "1", points: int = 2) -> bytes:
    return SPEC.format(id=identifier, version=version, points=points).encode()


class QuickGraders:
    """Graders that hand out one report, or fail as often as they are told to."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.failures: list[Exception] = []
        self.tasks: list[Task] = []
        self.gate = threading.Event()
        self.gate.set()

    def submit(self, task: Task) -> Future[Report]:
        self.tasks.append(task)
        self.gate.wait()
        future: Future[Report] = Future()
        if self.failures:
            future.set_exception(self.failures.pop(0))
        else:
            future.set_result(self.report)
        return future


class Client:
    """Asks an application in this process, from its start-up to its shutdown."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._stack = ExitStack()

    def __enter__(self) -> Client:
        self._portal: BlockingPortal = self._stack.enter_context(start_blocking_portal())
        lifespan = self._app.router.lifespan_context(self._app)
        self._stack.enter_context(self._portal.wrap_async_context_manager(lifespan))
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://gradcheck")
        self._client = self._stack.enter_context(self._portal.wrap_async_context_manager(client))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        if isinstance(more.get("content"), Iterator):
            more["content"] = _asynchronous(more["content"])

        async def ask() -> httpx.Response:
            return await self._client.request(method, path, **more)

        return self._portal.call(ask)


async def _asynchronous(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@dataclass
class World:
    """A running application, tokens of everybody, and a grader at hand."""

    client: Client
    service: Service
    graders: QuickGraders
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, who: str | None, method: str, path: str, **more: Any) -> Any:
        headers = dict(more.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return self.client.request(method, path, headers=headers, **more)

    def put(self, who: str, source: bytes = SOURCE, *, student: str = "ann",
            assignment: str = "neuron", **more: Any) -> Any:  # fmt: skip
        path = f"/v1/assignments/{assignment}/submissions/{student}"
        return self.ask(who, "PUT", path, content=source, **more)

    def grading(self) -> Grading:
        graders: Any = self.graders
        return Grading(self.service.database, graders, self.service.settings)

    def grade(self, identifier: int) -> None:
        """Grade a submission here and now, and take its job away."""
        self.grading()(identifier)
        with self.service.database.write() as connection:
            self.service.engine.cancel(connection, [identifier])

    def state(self, identifier: int) -> str:
        return str(self.ask("teacher", "GET", f"/v1/submissions/{identifier}").json()["state"])


def empty(settings: Settings, report: Report) -> World:
    """Return a world as a service finds or makes it."""
    app = create_app(settings)
    return World(Client(app), app.state.service, QuickGraders(report))


def furnished(settings: Settings, report: Report) -> World:
    """Return a world: two courses, two students in the first, one in the second."""
    world = empty(settings, report)
    service = world.service
    first = service.first_token()
    assert first is not None
    world.tokens["admin"] = first
    with service.database.write() as connection:
        people.add_course(connection, service.database, identifier=OTHER, title="Other")
    for course, raw in (("course", ROSTER), (OTHER, b"id,name\nann,Another Ann\n")):
        enrolled = admin.enrol(
            service, parse_roster(raw, "roster.csv"), course=course, with_tokens=True
        )
        for one in enrolled:
            assert one.token is not None
            name = one.student.id if course == "course" else f"{one.student.id}-{course}"
            world.tokens[name] = one.token
    for name, course in (("teacher", "course"), ("teacher-other", OTHER)):
        with service.database.write() as connection:
            _, world.tokens[name] = access.issue(
                connection, "instructor", actor="test", course=course
            )
    return world
