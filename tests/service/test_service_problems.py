"""Every error is a problem document that says what to do; every answer has strict headers."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from service_helpers import Client, World
from sqlalchemy.exc import OperationalError

from gradcheck.service import catalogue
from gradcheck.service.app import create_app
from gradcheck.service.middleware import HEADERS, Limits
from gradcheck.service.settings import Settings


def check(found: Any, status: int) -> str:
    """Return the detail of a problem document that is whole."""
    assert found.status_code == status
    assert found.headers["content-type"] == "application/problem+json"
    document = found.json()
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["title"] and len(document["detail"]) > 20
    return str(document["detail"])


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", "/v1/nothing", 404, "/openapi.json lists"),
        ("GET", "/v1/assignments/", 404, "/openapi.json lists"),
        ("PATCH", "/v1/tokens", 405, "use GET, POST"),
        ("DELETE", "/v1/courses/course/roster", 405, "use GET, PUT"),
        ("GET", "/v1/assignments/nothing", 404, "GET /v1/assignments lists yours"),
        ("GET", "/v1/assignments/No Thing", 422, "path.assignment"),
        ("GET", "/v1/assignments/neuron%0A", 422, "path.assignment"),
        ("GET", "/v1/submissions/7", 404, "check its number"),
        ("GET", "/v1/submissions/x", 422, "path.identifier"),
        ("GET", "/v1/submissions/99999999999999999999", 422, "path.identifier"),
        ("PUT", "/v1/assignments/neuron/submissions/a'--", 422, "path.student"),
        ("PUT", "/v1/assignments/neuron/submissions/..%2Fann", 404, "/openapi.json lists"),
        ("GET", "/v1/assignments/neuron/submissions?limit=0", 422, "query.limit"),
        ("GET", "/v1/courses/nothing/roster", 404, "GET /v1/courses lists yours"),
        ("DELETE", "/v1/tokens/77", 404, "GET /v1/tokens lists them"),
    ],
)
def test_problems(world: World, method: str, path: str, status: int, says: str) -> None:
    found = world.ask("admin", method, path, content=b"x" if method == "PUT" else None)
    assert says in check(found, status)
    if status == 405:
        assert found.headers["allow"] == says.removeprefix("use ")


def test_no_json(world: World) -> None:
    for content in (b"{", b"\xff"):
        headers = {"Content-Type": "application/json"}
        found = world.ask("admin", "POST", "/v1/tokens", content=content, headers=headers)
        check(found, 400 if content == b"\xff" else 422)


def test_no_token(world: World) -> None:
    assert "Authorization: Bearer" in check(world.ask(None, "GET", "/v1/assignments"), 401)


def test_browsers_are_sent_to_log_in(settings: Settings) -> None:
    app = create_app(settings)

    @app.get("/class")
    def page() -> str:
        return "page"

    with Client(app) as client:
        browser = {"Accept": "text/html,*/*"}
        found = client.request("GET", "/class", headers=browser)
        assert (found.status_code, found.headers["location"]) == (303, "/login")
        assert client.request("GET", "/v1/courses", headers=browser).status_code == 401


def test_a_fault_of_ours_is_no_trace(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("canary")

    monkeypatch.setattr(catalogue, "listed", broken)
    found = world.ask("ann", "GET", "/v1/assignments")
    assert "report it" in check(found, 500)
    assert "canary" not in found.text


def test_a_database_that_does_not_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*arguments: object) -> None:
        raise OperationalError("SELECT canary", {}, Exception("database is locked"))

    monkeypatch.setattr(catalogue, "listed", locked)
    found = world.ask("ann", "GET", "/v1/assignments")
    assert "send the request again" in check(found, 503)
    assert found.headers["retry-after"] == "5"
    assert "canary" not in found.text


@pytest.mark.parametrize("path", ["/healthz", "/v1/nothing", "/v1/assignments", "/openapi.json"])
def test_security_headers(world: World, path: str) -> None:
    found = world.ask("ann", "GET", path)
    assert {k: found.headers.get(k) for k in HEADERS} == HEADERS
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_health(world: World) -> None:
    for path in ("/healthz", "/readyz"):
        assert world.ask(None, "GET", path).json() == {"status": "ok"}
    ended = threading.Thread(target=int)
    world.service._threads.append(ended)
    assert "start the service again" in check(world.ask(None, "GET", "/readyz"), 503)
    world.service._threads.remove(ended)


def test_a_request_that_never_ends() -> None:
    """The body trickles in for ever: the time is for the whole, not for each part."""
    sent: list[Any] = []
    asked = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("was let through")

    async def receive() -> Any:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/v1/x", "headers": [], "method": "PUT"}
    asyncio.run(Limits(app, seconds=0.1)(scope, receive, send))
    assert sent[0]["status"] == 408
    assert asked > 1
    assert b"send it again" in sent[1]["body"]


def test_a_lie_about_the_length() -> None:
    scope = {"type": "http", "path": "/v1/x", "method": "PUT",
             "headers": [(b"content-length", b"9" * 5000)]}  # fmt: skip
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        assert len(sent) == 2, "the answer comes before anything is read"
        return {"type": "http.request", "body": b"x" * 2**20, "more_body": True}

    async def app(*arguments: Any) -> None:
        raise AssertionError("was let through")

    asyncio.run(Limits(app, seconds=1)(scope, receive, send))
    assert sent[0]["status"] == 413
    assert sent[-1] == {"type": "http.response.body", "body": b""}


def test_the_document_is_whole(world: World) -> None:
    document = world.ask(None, "GET", "/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    schemas = document["components"]["schemas"]
    assert "HTTPValidationError" not in schemas
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"], path
            if path.startswith("/v1/"):
                assert operation["security"] == [{"HTTPBearer": []}]
                assert {"401", "422", "503"} <= set(operation["responses"])


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("PUT", "/v1/courses/new", {"title": "a\x00"}),
        ("POST", "/v1/tokens", {"role": "instructor", "course": "course", "label": "a\x00b"}),
        ("GET", "/teach/assignments/neuron/submissions?who=%00", None),
    ],
)
def test_control_characters_are_refused_before_a_database_does(
    any_world: World, method: str, path: str, sent: dict[str, str] | None
) -> None:
    """PostgreSQL doesn't take NUL at all."""
    found = any_world.ask("admin", method, path, **({"json": sent} if sent else {}))
    assert found.status_code == 422


def test_a_page_that_stands_alone_may_have_its_own_style(any_world: World) -> None:
    any_world.put("ann")
    any_world.grade(1)
    found = any_world.ask("ann", "GET", "/v1/submissions/1/report?format=html")
    assert found.status_code == 200
    policy = found.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "style-src 'sha256-" in policy
    assert "unsafe" not in policy
