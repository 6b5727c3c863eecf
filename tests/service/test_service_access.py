"""Nobody gets what isn't theirs: the route table, roles, tokens, sessions, the log."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from service_helpers import Client, World, spec
from sqlalchemy import update

from gradcheck.records.report import Report
from gradcheck.service import tables
from gradcheck.service.app import create_app
from gradcheck.service.clock import now
from gradcheck.service.middleware import Scrub
from gradcheck.service.settings import Settings
from gradcheck.service.web import COOKIE, PUBLIC, PUBLIC_FOLDER

EXAMPLES = {
    "assignment": "neuron", "student": "ann", "identifier": "1", "version": "1",
    "course": "course",
}  # fmt: skip
"""What stands for each parameter of a path: things of the first course and of ann."""
FOR_EVERYBODY = {"/v1/formats"}
"""Routes that say the same to whoever has a token."""
OWN_ONLY = {"/v1/assignments": [], "/v1/courses": [{"id": "other", "title": "Other"}]}
"""Routes that answer another's student with what is theirs."""


def routes(world: World) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route of the API, parameters filled in."""
    app = world.client._app
    for context in iter_route_contexts(app.routes):
        if not isinstance(context.original_route, APIRoute):
            continue
        path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: EXAMPLES.get(m[1], "1"), context.path)
        for method in sorted(context.methods or ()):
            yield method, path


@pytest.fixture
def table(world: World) -> list[tuple[str, str]]:
    world.put("ann")
    world.grade(1)
    found = list(routes(world))
    assert len(found) >= 20
    assert ("PUT", "/v1/assignments/neuron/submissions/ann") in found
    return found


def is_public(path: str) -> bool:
    return path in PUBLIC or path.startswith(PUBLIC_FOLDER)


def test_every_route_refuses_those_without_a_token(
    world: World, table: list[tuple[str, str]]
) -> None:
    for method, path in table:
        if is_public(path):
            continue
        for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer gradcheck_x"},
                        {"Authorization": "Basic YTpi"}, {"Cookie": f"{COOKIE}=x"}):  # fmt: skip
            found = world.ask(None, method, path, headers=headers, content=b"{}")
            assert found.status_code == 401, (method, path, headers)
            assert found.headers["www-authenticate"] == "Bearer"


def test_what_is_public_is_written_down(world: World, table: list[tuple[str, str]]) -> None:
    api = {path for _, path in table if path.startswith("/v1/")}
    assert not any(is_public(path) for path in api)
    assert {"/healthz", "/readyz", "/login", "/openapi.json"} == PUBLIC


def test_every_route_refuses_another_student(world: World, table: list[tuple[str, str]]) -> None:
    """Of another course; and bob, who is in the same, isn't ann either."""
    for method, path in table:
        if is_public(path) or not path.startswith("/v1/"):
            continue
        for who in ("ann-other", "bob"):
            found = world.ask(who, method, path, content=b"{}")
            if path in FOR_EVERYBODY:
                assert found.status_code == 200
            elif path in OWN_ONLY and method == "GET":
                assert found.status_code == 200
                assert who == "bob" or found.json() == OWN_ONLY[path]
            elif (who, method, path) == ("bob", "GET", "/v1/assignments/neuron"):
                assert found.status_code == 200, "it is bob's assignment too"
            else:
                assert found.status_code in {403, 404}, (who, method, path)


def test_every_route_refuses_another_courses_instructor(
    world: World, table: list[tuple[str, str]]
) -> None:
    bodies = {"/v1/assignments/neuron/versions/1": spec("neuron")}
    for method, path in table:
        if is_public(path) or not path.startswith("/v1/") or path in FOR_EVERYBODY | set(OWN_ONLY):
            continue
        found = world.ask("teacher-other", method, path, content=bodies.get(path, b"{}"))
        if path == "/v1/tokens":
            assert found.status_code in {200, 422}
        elif path in bodies:
            assert found.status_code == 409, "another course has an assignment of that id"
        else:
            assert found.status_code in {403, 404}, (method, path)
    assert world.state(1) == "graded"


MATRIX: list[tuple[str, str, Any, int]] = [
    ("GET", "/v1/assignments", None, 200),
    ("GET", "/v1/assignments/neuron", None, 200),
    ("GET", "/v1/assignments/neuron/stats", None, 403),
    ("GET", "/v1/assignments/neuron/submissions", None, 403),
    ("POST", "/v1/assignments/neuron/regrade", None, 403),
    ("PUT", "/v1/assignments/week-1/versions/1", spec(), 403),
    ("PUT", "/v1/assignments/neuron/submissions/ann", b"x = 1", 202),
    ("GET", "/v1/submissions/1", None, 200),
    ("GET", "/v1/submissions/1/report", None, 200),
    ("GET", "/v1/courses", None, 200),
    ("GET", "/v1/courses/course/roster", None, 403),
    ("PUT", "/v1/courses/course/roster", b"id,name\neve,Eve\n", 403),
    ("PUT", "/v1/courses/new", b'{"title": "New"}', 403),
    ("GET", "/v1/tokens", None, 403),
    ("POST", "/v1/tokens", b'{"role": "student", "student": "bob", "course": "course"}', 403),
    ("DELETE", "/v1/tokens/3", None, 403),
]
"""Method, path, body, and what a student's own token gets."""


@pytest.mark.parametrize(("method", "path", "content", "own"), MATRIX)
def test_roles(world: World, method: str, path: str, content: bytes | None, own: int) -> None:
    world.put("ann")
    world.grade(1)
    headers = {"Content-Type": "application/json"} if (content or b"").startswith(b"{") else {}

    def status(who: str, path: str = path) -> int:
        found: int = world.ask(who, method, path, content=content, headers=headers).status_code
        return found

    assert status("ann") == own
    if path == "/v1/courses/new":
        assert status("teacher") == 403
    else:
        assert 200 <= status("teacher") < 300
    assert 200 <= status("admin", "/v1/tokens/4" if method == "DELETE" else path) < 300


def test_an_instructor_makes_no_admin_and_nothing_elsewhere(world: World) -> None:
    for new in ({"role": "admin"}, {"role": "instructor", "course": "other"}):
        assert world.ask("teacher", "POST", "/v1/tokens", json=new).status_code == 403
    made = world.ask("teacher", "POST", "/v1/tokens", json={"role": "instructor"})
    assert made.status_code == 201
    world.tokens["new"] = made.json()["token"]
    assert world.ask("new", "GET", "/v1/assignments/neuron/stats").status_code == 200
    assert world.ask("teacher", "DELETE", "/v1/tokens/1").status_code == 404, "an admin's"


@pytest.mark.parametrize(
    ("new", "status"),
    [
        ({"role": "student"}, 422),
        ({"role": "instructor", "student": "ann"}, 422),
        ({"role": "student", "student": "nobody"}, 404),
        ({"role": "owner"}, 422),
        ({"role": "instructor", "days": 0}, 422),
        ({"role": "instructor", "colour": 1}, 422),
    ],
)
def test_tokens_that_can_not_be_made(world: World, new: dict[str, Any], status: int) -> None:
    assert world.ask("teacher", "POST", "/v1/tokens", json=new).status_code == status


def test_tokens_end(world: World) -> None:
    listed = world.ask("admin", "GET", "/v1/tokens").json()
    (ann,) = [t for t in listed if t["student"] == "ann" and t["course"] == "course"]
    assert "token" not in ann and "sha256" not in ann
    assert world.ask("ann", "GET", "/v1/assignments").status_code == 200
    assert world.ask("teacher", "DELETE", f"/v1/tokens/{ann['id']}").status_code == 204
    assert world.ask("ann", "GET", "/v1/assignments").status_code == 401
    assert world.ask("teacher", "DELETE", f"/v1/tokens/{ann['id']}").status_code == 404


def test_tokens_expire(world: World) -> None:
    token = tables.token
    with world.service.database.write() as connection:
        connection.execute(
            update(token).where(token.c.label == "ann").values(expires_at=now(plus=-1))
        )
    assert world.ask("ann", "GET", "/v1/assignments").status_code == 401
    assert world.ask("bob", "GET", "/v1/assignments").status_code == 200


def test_secrets_are_not_kept(world: World) -> None:
    path = world.service.database.url.database
    assert path is not None
    world.client.request("POST", "/login", content=f"token={world.tokens['ann']}")
    kept = b"".join(Path(f"{path}{end}").read_bytes() for end in ("", "-wal"))
    assert b"ann" in kept
    assert [name for name, secret in world.tokens.items() if secret.encode() in kept] == []


def logged_in(world: World, who: str) -> str:
    """Return the cookie of a new session."""
    found = world.client.request("POST", "/login", content=f"token={world.tokens[who]}")
    assert (found.status_code, found.headers["location"]) == (303, "/")
    cookie = found.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    return str(cookie.partition(";")[0])


def test_a_browser_s_session(world: World) -> None:
    cookie = {"Cookie": logged_in(world, "ann")}
    assert world.ask(None, "GET", "/v1/assignments", headers=cookie).status_code == 200
    assert world.ask(None, "GET", "/v1/tokens", headers=cookie).status_code == 403
    here = {**cookie, "Origin": "http://gradcheck"}
    assert world.ask(None, "POST", "/logout", headers=here).status_code == 303
    assert world.ask(None, "GET", "/v1/assignments", headers=cookie).status_code == 401


def test_a_session_ends_with_its_token(world: World) -> None:
    cookie = {"Cookie": logged_in(world, "ann")}
    (ann,) = [t for t in world.ask("teacher", "GET", "/v1/tokens").json() if t["student"] == "ann"]
    world.ask("teacher", "DELETE", f"/v1/tokens/{ann['id']}")
    assert world.ask(None, "GET", "/v1/assignments", headers=cookie).status_code == 401


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://gradcheck.evil"])
def test_other_sites_change_nothing(world: World, origin: str | None) -> None:
    headers = {"Cookie": logged_in(world, "ann")} | ({"Origin": origin} if origin else {})
    path = "/v1/assignments/neuron/submissions/ann"
    assert world.ask(None, "PUT", path, headers=headers, content=b"x").status_code == 403
    headers["Origin"] = "http://gradcheck"
    assert world.ask(None, "PUT", path, headers=headers, content=b"x").status_code == 202


def test_logging_in_from_another_site(world: World) -> None:
    found = world.client.request(
        "POST", "/login", content=f"token={world.tokens['ann']}",
        headers={"Origin": "http://evil.example"},
    )  # fmt: skip
    assert found.status_code == 403
    assert "set-cookie" not in found.headers


def test_a_wrong_token_opens_no_session(world: World) -> None:
    found = world.client.request("POST", "/login", content="token=gradcheck_wrong")
    assert found.status_code == 401
    assert "set-cookie" not in found.headers


def test_hidden_parts_stay_hidden(world: World, report: Report) -> None:
    (component,) = report.components
    hidden = component.model_copy(update={"is_hidden": True})
    world.graders.report = report.model_copy(update={"components": (hidden,)})
    world.put("ann")
    world.grade(1)
    teacher, ann = (
        world.ask(who, "GET", "/v1/submissions/1").json()["grade"] for who in ("teacher", "ann")
    )
    assert (teacher["points"], teacher["max_points"]) == (4, 10)
    assert (ann["points"], ann["max_points"]) == (None, 0)
    whole = world.ask("teacher", "GET", "/v1/submissions/1/report").json()
    shown = world.ask("ann", "GET", "/v1/submissions/1/report").json()
    assert len(whole["components"]) == 1
    assert (shown["components"], shown["withheld_points"]) == ([], 10)


def test_no_token_in_the_log(caplog: pytest.LogCaptureFixture, world: World) -> None:
    canary = world.tokens["ann"]
    caplog.set_level(logging.DEBUG)
    caplog.handler.addFilter(Scrub())
    world.ask("ann", "GET", f"/v1/assignments?token={canary}")
    world.ask("ann", "GET", f"/v1/{canary}")
    world.ask("ann", "PUT", f"/v1/courses/{canary}", json={"title": canary, "extra": canary})
    world.ask("ann", "POST", f"/login?{canary}", content=f"token={canary}x")
    logging.getLogger("some.library").warning("header %s", f"Bearer {canary}")
    assert "GET /v1/assignments 200" in caplog.text
    assert canary not in caplog.text
    assert "gradcheck_(secret)" in caplog.text


def test_no_secret_in_an_answer(world: World) -> None:
    canary = world.tokens["ann"]
    for found in (
        world.ask("admin", "PUT", "/v1/courses/x", json={"title": "", "extra": canary}),
        world.ask("admin", "POST", "/v1/tokens", json={"role": canary}),
    ):
        assert found.status_code == 422
        assert canary not in found.text


def test_a_route_that_forgot_to_ask_is_guarded(settings: Settings) -> None:
    app = create_app(settings)

    @app.get("/forgotten")
    def forgotten() -> str:
        return "secret"

    with Client(app) as client:
        assert client.request("GET", "/forgotten").status_code == 401
