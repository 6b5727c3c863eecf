"""The pages: whose they are, logging in, and errors that say what to do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from service_browser import (
    BROWSER,
    ORIGIN,
    POSTS,
    SHARED,
    STAFF_PAGES,
    STUDENT_PAGES,
    Browser,
    text_of,
)
from service_helpers import World

from gradcheck.intake.submissions import MOST_BYTES
from gradcheck.service import catalogue
from gradcheck.service.middleware import HEADERS
from gradcheck.service.web import COOKIE


def test_the_lists_of_pages_are_whole(graded: World) -> None:
    found = {("GET", p) for p in ("/", "/login", *STUDENT_PAGES, *STAFF_PAGES, *SHARED)}
    found |= {("POST", p) for p in POSTS} | {("GET", "/static/x")}
    known = {"assignment": "neuron", "student": "ann", "identifier": "1", "course": "course",
             "name": "x"}  # fmt: skip
    there = set()
    for context in iter_route_contexts(graded.client._app.routes):
        if isinstance(context.original_route, APIRoute):
            path = re.sub(r"\{(\w+)\}", lambda m: known.get(m[1], m[1]), context.path)
            there |= {(method, path) for method in context.methods or ()}
    others = {("POST", "/login"), ("POST", "/logout"), ("GET", "/healthz"), ("GET", "/readyz")}
    assert {r for r in there if not r[1].startswith("/v1/")} - others == found


@pytest.mark.parametrize("path", [*STUDENT_PAGES, *STAFF_PAGES, *SHARED, "/"])
def test_nobody_is_led_to_the_log_in(graded: World, path: str) -> None:
    for cookies in ({}, {COOKIE: "x"}):
        browser = Browser(graded, None)
        browser.cookies = cookies
        found = browser.get(path)
        assert (found.status_code, found.headers["location"]) == (303, "/login")
        assert Browser(graded, None).get(path, Accept="*/*").status_code == 401


@pytest.mark.parametrize("path", STUDENT_PAGES)
def test_students_see_their_pages(graded: World, path: str) -> None:
    assert Browser(graded, "ann").get(path).status_code == 200
    assert Browser(graded, "teacher").get(path).status_code == 403
    status = Browser(graded, "ann-other").get(path).status_code
    assert status == (404 if "neuron" in path else 200)


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_students_never_see_an_instructors_page(graded: World, path: str) -> None:
    for who in ("ann", "bob", "ann-other"):
        found = Browser(graded, who).get(path)
        assert found.status_code == 403
        assert "Ann Lee" not in found.text
    assert Browser(graded, "teacher").get(path).status_code == 200
    assert Browser(graded, "admin").get(path).status_code == 200
    if path != "/teach":
        assert Browser(graded, "teacher-other").get(path).status_code == 404


@pytest.mark.parametrize("path", SHARED)
def test_a_report_is_its_students_and_their_instructors(graded: World, path: str) -> None:
    for who, status in (("ann", 200), ("bob", 404), ("ann-other", 404), ("teacher", 200),
                        ("teacher-other", 404), ("admin", 200)):  # fmt: skip
        assert Browser(graded, who).get(path).status_code == status, who


@pytest.mark.parametrize("path", list(POSTS))
def test_forms_are_refused_to_those_whose_they_are_not(graded: World, path: str) -> None:
    name, content = POSTS[path]
    is_students = path.startswith("/assignments")
    refused = ["teacher", "admin", "ann-other"] if is_students else ["ann", "bob", "teacher-other"]
    for who in refused:
        if who == "teacher-other" and path == "/teach/assignments":
            continue  # an assignment of their own course
        found = Browser(graded, who).send(path, name, content)
        assert found.status_code in {403, 404}, who
    allowed = Browser(graded, "ann" if is_students else "teacher")
    assert allowed.send(path, name, content).status_code in {200, 303}


@pytest.mark.parametrize("path", [*POSTS, "/logout"])
def test_forms_of_other_sites_are_refused(graded: World, path: str) -> None:
    name, content = POSTS.get(path, ("", b""))
    for who in ("ann", "teacher"):
        browser = Browser(graded, who)
        for headers in ({}, {"Origin": "http://evil"}, {"Origin": "null"}):
            found = browser.post(path, headers=headers, files={"file": (name or "x", content)})
            assert found.status_code == 403
            assert found.headers["content-type"].startswith("text/html")
        assert browser.get("/teach" if who == "teacher" else "/assignments").status_code == 200
    assert len(graded.ask("teacher", "GET", "/v1/assignments/neuron/submissions").json()
               ["items"]) == 1  # fmt: skip


def test_the_start_page_leads_by_role(world: World) -> None:
    for who, where in (("ann", "/assignments"), ("teacher", "/teach"), ("admin", "/teach")):
        assert Browser(world, who).get("/").headers["location"] == where


def test_logging_in_and_out(world: World) -> None:
    page = Browser(world, None).get("/login")
    assert page.status_code == 200
    assert 'name="token"' in page.text
    wrong = Browser(world, None).post("/login", content="token=gradcheck_wrong")
    assert wrong.headers["location"] == "/login?refused=1"
    assert "isn't valid" in text_of(Browser(world, None).get("/login?refused=1"))
    browser = Browser(world, None)
    right = browser.post("/login", content=f"token={world.tokens['ann']}")
    flags = {part.strip().lower() for part in right.headers["set-cookie"].split(";")}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    browser.cookies[COOKIE] = right.cookies[COOKIE]
    assert browser.get("/assignments").status_code == 200
    assert browser.post("/logout").headers["location"] == "/login"
    assert browser.get("/assignments").status_code == 303


def test_an_ended_session_leads_htmx_to_the_log_in(graded: World) -> None:
    headers = {"HX-Request": "true", "Accept": "*/*"}
    found = Browser(graded, None).get("/submissions/1/state", **headers)
    assert (found.status_code, found.headers["hx-redirect"]) == (401, "/login")


def problem(response: Any, status: int) -> str:
    """Return an error page's text."""
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert "<h1>" in response.text
    return text_of(response)


def test_errors_are_pages_that_say_what_to_do(world: World) -> None:
    ann = Browser(world, "ann")
    path = "/assignments/neuron/submissions"
    assert "own work is on the start page" in " ".join(problem(ann.get("/nope"), 404).split())
    assert "/v1/" not in problem(ann.get("/assignments/nope"), 404)
    assert "instructor" in problem(ann.get("/teach"), 403)
    assert "no file was chosen" in problem(ann.post(path), 422)
    assert "is empty" in problem(ann.send(path, "a.py", b""), 422)
    assert "UTF-8" in problem(ann.send(path, "a.py", b"\xff\xfe\x00x"), 422)
    assert "zip archive" in problem(ann.send(path, "a.zip", b"{}"), 422)
    assert "leave data" in problem(ann.send(path, "a.py", b"#" * (10 * 2**20)), 413)
    assert "can't be read" in problem(
        ann.post(path, content=b"x", headers={**ORIGIN, "Content-Type": "multipart/form-data"}), 400
    )
    two = ann.post(path, files=[("file", ("a.py", b"x")), ("file", ("b.py", b"y"))])
    problem(two, 400)
    assert "must not" not in problem(ann.get("/submissions/x"), 422)


def test_a_file_of_the_largest_size_fits(world: World) -> None:
    ann = Browser(world, "ann")
    path = "/assignments/neuron/submissions"
    assert ann.send(path, "a.py", b"#" * MOST_BYTES).status_code == 303
    assert "at most" in problem(ann.send(path, "a.py", b"#" * (MOST_BYTES + 1)), 422)


def test_too_many_uploads(world: World) -> None:
    ann = Browser(world, "ann")
    most = world.service.settings.uploads_per_minute
    path = "/assignments/neuron/submissions"
    for i in range(most):
        assert ann.send(path, "a.py", b"x = %d\n" % i).status_code == 303
    refused = ann.send(path, "a.py", b"x = -1\n")
    assert "again in" in problem(refused, 429)
    assert int(refused.headers["retry-after"]) > 0


def test_an_error_page_leads_back(world: World) -> None:
    ann = Browser(world, "ann")
    for referer, back in (
        ("http://gradcheck/assignments/neuron?x=1", "/assignments/neuron"),
        ("http://evil/x", "/"), ("javascript:alert(1)", "/"), ("http://gradcheck//evil", "/"),
    ):  # fmt: skip
        found = ann.post("/assignments/neuron/submissions", headers={**ORIGIN, "Referer": referer})
        assert f'<a class="button" href="{back}">' in problem_text(found)


def problem_text(response: Any) -> str:
    problem(response, 422)
    text: str = response.text
    return text


def test_scripts_still_get_problem_documents(world: World) -> None:
    found = world.ask("ann", "GET", "/teach")
    assert found.headers["content-type"] == "application/problem+json"
    api = world.ask("ann", "GET", "/v1/assignments/nope", headers=BROWSER)
    assert api.headers["content-type"] == "application/problem+json"


def test_a_fault_of_ours_is_a_page_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("inner secret")

    monkeypatch.setattr(catalogue, "listed", broken)
    found = Browser(world, "ann").get("/assignments")
    assert "our fault" in problem(found, 500)
    assert "inner secret" not in found.text
    assert found.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
    assert found.headers["x-content-type-options"] == "nosniff"
    script = world.ask("ann", "GET", "/assignments")
    assert (script.status_code, script.json()["status"]) == (500, 500)
