"""The pages: whose they are, that text stays text, that nothing comes from elsewhere."""

from __future__ import annotations

import hashlib
import html
import re
from importlib.resources import files
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from service_helpers import SOURCE, World, spec

from gradcheck.html.environment import stylesheet
from gradcheck.intake import MOST_BYTES
from gradcheck.records.report import CheckReport, DiagnosisRef, Output, Report
from gradcheck.records.roster import parse_roster
from gradcheck.service import catalogue, people
from gradcheck.service.middleware import HEADERS
from gradcheck.service.pages import classes
from gradcheck.service.pages.static import static_files
from gradcheck.service.settings import Settings
from gradcheck.service.web import COOKIE

PAGES = files("gradcheck.service.pages")
HTMX_SHA256 = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
"""Of htmx.org 2.0.11, dist/htmx.min.js, as `npm pack htmx.org@2` gives it."""
ORIGIN = {"Origin": "http://gradcheck"}
BROWSER = {"Accept": "text/html,application/xhtml+xml"}
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
STUDENT_PAGES = ["/assignments", "/assignments/neuron", "/history"]
STAFF_PAGES = [
    "/teach", "/teach/assignments/neuron", "/teach/assignments/neuron/submissions",
    "/teach/assignments/neuron/scores", "/teach/assignments/neuron/grades.csv",
    "/teach/courses/course/roster", "/teach/courses/course/students/ann",
]  # fmt: skip
SHARED = ["/submissions/1", "/submissions/1/state"]
POSTS = {
    "/assignments/neuron/submissions": ("x.py", SOURCE),
    "/teach/assignments": ("a.toml", spec()),
    "/teach/assignments/neuron/versions": ("a.toml", spec("neuron", "2")),
    "/teach/assignments/neuron/regrade": ("", b""),
    "/teach/courses/course/roster": ("r.csv", b"id,name\nann,Ann Lee\n"),
}
"""What each form sends."""


class Browser:
    """A cookie jar, and what a browser sends by itself."""

    def __init__(self, world: World, who: str | None) -> None:
        self.world = world
        self.cookies: dict[str, str] = {}
        if who is not None:
            found = self.post("/login", content=f"token={world.tokens[who]}")
            assert found.status_code == 303
            self.cookies[COOKIE] = found.cookies[COOKIE]

    def _ask(self, method: str, path: str, headers: dict[str, str], **more: Any) -> Any:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {**BROWSER, **({"Cookie": cookie} if cookie else {}), **headers}
        return self.world.client.request(method, path, headers=sent, **more)

    def get(self, path: str, **headers: str) -> Any:
        return self._ask("GET", path, headers)

    def post(self, path: str, *, headers: dict[str, str] = ORIGIN, **more: Any) -> Any:
        return self._ask("POST", path, headers, **more)

    def send(self, path: str, name: str, content: bytes, **fields: str) -> Any:
        """Send a form with a file."""
        return self.post(path, files={"file": (name, content)}, data=fields)


@pytest.fixture
def graded(world: World) -> World:
    world.put("ann")
    world.grade(1)
    return world


def text_of(response: Any) -> str:
    """Return what is read on a page: its text without tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", response.text))


# Whose they are -----------------------------------------------------------------------------


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


# What is shown ------------------------------------------------------------------------------


def test_from_the_upload_to_the_report(world: World) -> None:
    ann = Browser(world, "ann")
    sent = ann.send("/assignments/neuron/submissions", "my file.py", SOURCE)
    assert (sent.status_code, sent.headers["location"]) == (303, "/submissions/1")
    waiting = ann.get("/submissions/1")
    assert "It is waiting" in waiting.text
    assert "graded next" in waiting.text
    assert re.search(r'<noscript><meta http-equiv="refresh" content="\d+">', waiting.text)
    assert 'hx-get="/submissions/1/state"' in waiting.text
    world.grade(1)
    report = ann.get("/submissions/1")
    assert "http-equiv" not in report.text
    assert "hx-get" not in report.text
    shown = text_of(report)
    assert "4 / 10" in shown
    assert "(1 − y) where (1 − a) belongs" in shown
    assert "my file.py" in shown
    for path in ("/assignments", "/assignments/neuron", "/history"):
        assert 'href="/submissions/1"' in ann.get(path).text, path
    assert "nothing yet" not in text_of(ann.get("/assignments/neuron"))


def test_waiting_is_told_with_a_tag(world: World) -> None:
    world.put("ann")
    world.put("bob", b"x = 1\n", student="bob")
    bob = Browser(world, "bob")
    state = bob.get("/submissions/2/state")
    assert "1 submission is graded before it" in state.text
    assert "hx-refresh" not in state.headers
    tag = state.headers["etag"]
    assert html.escape(tag.strip('"')) in state.text, "the part asks with the tag it has"
    again = bob.get("/submissions/2/state", **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    world.grade(1)
    moved = bob.get("/submissions/2/state", **{"If-None-Match": tag})
    assert moved.status_code == 200
    assert "graded next" in moved.text
    world.grade(2)
    done = bob.get("/submissions/2/state", **{"If-None-Match": moved.headers["etag"]})
    assert (done.status_code, done.headers["hx-refresh"]) == (200, "true")


def test_those_far_back_ask_less_often(world: World) -> None:
    with world.service.database.write() as connection:
        enrolled = b"id,name\n" + b"".join(b"s%d,S\n" % i for i in range(30))
        people.enrol(connection, world.service.database, course="course",
                     roster=parse_roster(enrolled, "r"), actor="test")  # fmt: skip
    for i in range(30):
        world.put("teacher", b"x = %d\n" % i, student=f"s{i}")
    teacher = Browser(world, "teacher")
    every = [re.search(r"every (\d+)s", teacher.get(f"/submissions/{i}/state").text)
             for i in (1, 30)]  # fmt: skip
    assert [int(m[1]) for m in every if m] == [1, 6]


def test_a_replaced_and_a_dead_submission_say_so(world: World) -> None:
    world.put("ann", b"x = 1\n")
    world.put("ann", b"x = 2\n")
    assert "A newer upload took its place" in text_of(Browser(world, "ann").get("/submissions/1"))
    world.graders.failures = [OSError("secret place") for _ in range(3)]
    for _ in range(3):
        try:
            world.grading()(2)
        except Exception as error:
            assert type(error).__name__ == "TryAgain"
    ann = text_of(Browser(world, "ann").get("/submissions/2"))
    assert "tell your instructor" in ann
    assert "secret place" not in ann
    assert "secret place" in text_of(Browser(world, "teacher").get("/submissions/2"))


def test_hidden_parts_stay_hidden(world: World, report: Report) -> None:
    """Neither points nor names of hidden parts are on any page of a student's."""
    (component,) = report.components
    secret = component.model_copy(
        update={"id": "tanh", "names": ("secret_name",), "is_hidden": True, "points": 3.0,
                "max_points": 3.0, "outcome": "passed"}
    )  # fmt: skip
    score = report.score.model_copy(update={"points": 7.0, "max_points": 13.0})
    world.graders.report = report.model_copy(
        update={"components": (component, secret), "score": score}
    )
    raw = spec("week-1") + b'[[components]]\nid = "tanh"\npoints = 3\nhidden = true\n'
    added = Browser(world, "teacher").send("/teach/assignments", "a.toml", raw)
    assert added.headers["location"] == "/teach/assignments/week-1?added=1"
    world.put("ann", assignment="week-1")
    world.grade(1)
    ann = Browser(world, "ann")
    for path in ("/assignments", "/assignments/week-1", "/history", "/submissions/1"):
        shown = text_of(ann.get(path))
        assert not re.search(r"secret_name|tanh|/ 13", shown), path
    assert "4 / 10" in text_of(ann.get("/history"))
    assert "worth 3 more points" in text_of(ann.get("/assignments/week-1"))
    teacher = Browser(world, "teacher")
    assert "secret_name" in text_of(teacher.get("/submissions/1"))
    assert "hidden from students" in text_of(teacher.get("/teach/assignments/week-1"))
    assert "7 / 13" in text_of(teacher.get("/teach/assignments/week-1/scores"))


def test_best_and_latest_are_the_students_own(world: World, report: Report) -> None:
    world.put("ann", b"x = 1\n")
    world.grade(1)
    better = report.score.model_copy(update={"points": 9.5})
    component = report.components[0].model_copy(update={"points": 9.5})
    world.graders.report = report.model_copy(
        update={"score": better, "components": (component,)}
    )
    world.put("ann", b"x = 2\n")
    world.grade(2)
    world.put("ann", b"x = 1\n")
    figures = re.search(r'<dl class="figures">.*?</dl>',
                        Browser(world, "ann").get("/assignments/neuron").text, re.S)  # fmt: skip
    assert figures
    shown = " ".join(re.sub(r"<[^>]*>", " ", figures[0]).split())
    assert shown == "Best 9.5 / 10 Latest 4 / 10 Uploads 2"


def test_the_list_of_submissions_is_narrowed_and_paged(any_world: World) -> None:
    world = any_world
    for i in range(7):
        world.put("teacher", b"x = %d\n" % i, student="ann")
    world.put("teacher", b"y = 1\n", student="bob")
    world.grade(8)
    teacher = Browser(world, "teacher")
    path = "/teach/assignments/neuron/submissions"

    def rows(query: str) -> int:
        found = teacher.get(f"{path}?{query}")
        assert found.status_code == 200
        return len(re.findall(r'<th scope="row">', found.text))

    states = {"": 8, "waiting": 1, "failed": 1, "passed": 0, "superseded": 6}
    assert {state: rows(f"show={state}") for state in states} == states
    names = {"ANN": 7, "bob+ray": 1, "%25": 0, "_": 0}
    assert {who: rows(f"who={who}") for who in names} == names
    assert rows("before=3") == 2
    assert rows("fact=label-for-activation") == 1
    assert rows("fact=label-for") == 0
    for other in STAFF_PAGES:
        assert teacher.get(other).status_code == 200
    assert teacher.get(f"{path}?show=nonsense").status_code == 422


def test_long_lists_have_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classes, "PAGE", 3)
    for i in range(7):
        world.put("teacher", b"x = %d\n" % i, student="ann")
    teacher = Browser(world, "teacher")
    path: str | None = "/teach/assignments/neuron/submissions?who=ann"
    seen: list[str] = []
    while path:
        text = teacher.get(path).text
        seen += re.findall(r'<th scope="row"><a href="/submissions/(\d+)"', text)
        older = re.search(r'<a href="([^"]*)">Older</a>', text)
        path = html.unescape(older[1]) if older else None
        assert path is None or "who=ann" in path
    assert seen == ["7", "6", "5", "4", "3", "2", "1"]


def test_scores_lead_to_those_who_made_a_mistake(graded: World) -> None:
    teacher = Browser(graded, "teacher")
    page = teacher.get("/teach/assignments/neuron/scores")
    shown = text_of(page)
    assert "1 of 2" in shown
    assert "(1 − y) where (1 − a) belongs" in shown
    assert "gradient with respect to w" in shown
    assert "<svg" in page.text
    links = re.findall(r'href="(/teach/assignments/neuron/submissions\?fact=[^"]*)"', page.text)
    assert len(links) >= 4
    for link in links:
        assert 'href="/submissions/1"' in teacher.get(html.unescape(link)).text, link


def test_an_empty_class_has_pages_too(world: World) -> None:
    teacher = Browser(world, "teacher-other")
    teacher.send("/teach/assignments", "a.toml", spec())
    for path in ("", "/submissions", "/scores"):
        assert teacher.get(f"/teach/assignments/week-1{path}").status_code == 200
    assert "Nothing is graded yet" in teacher.get("/teach/assignments/week-1/scores").text
    for path in STUDENT_PAGES:
        assert Browser(world, "bob").get(path).status_code == 200


def test_the_gradebook_has_no_formula(world: World) -> None:
    roster = 'id,name,section\nann,"=HYPERLINK(""http://evil"")",@A\nbob,+1,-2\n'
    Browser(world, "teacher").send("/teach/courses/course/roster", "r.csv", roster.encode())
    world.put("ann")
    world.grade(1)
    found = Browser(world, "teacher").get("/teach/assignments/neuron/grades.csv")
    lines = found.text.splitlines()
    assert lines[0].startswith("student,name,section,points,best_points,max_points")
    assert lines[1].startswith('''ann,"'=HYPERLINK(""http://evil"")",'@A,4,4,10,1,2''')
    assert lines[2] == "bob,'+1,'-2,,,,0,,not submitted"
    assert "attachment" in found.headers["content-disposition"]


# What instructors do ------------------------------------------------------------------------


def test_new_versions_and_a_regrade(graded: World) -> None:
    teacher = Browser(graded, "teacher")
    path = "/teach/assignments/neuron"
    added = teacher.send(f"{path}/versions", "a.toml", spec("neuron", "2"))
    assert added.headers["location"] == f"{path}?added=1"
    shown = teacher.get(f"{path}?added=1")
    assert "Version 2 is there" in text_of(shown)
    assert "1, 2" in text_of(shown)
    again = teacher.send(f"{path}/versions", "a.toml", spec("neuron", "2", points=3))
    assert again.status_code == 409
    assert "versions never change" in text_of(again)
    other = teacher.send(f"{path}/versions", "a.toml", spec("week-9"))
    assert other.status_code == 422
    assert "week-9" in text_of(other)
    broken = teacher.send(f"{path}/versions", "mine.toml", b'schema = "gradcheck/assignment/v1"\n')
    assert broken.status_code == 422
    assert "mine.toml" in text_of(broken)
    queued = teacher.post(f"{path}/regrade")
    assert queued.headers["location"] == f"{path}?queued=1"
    assert "1 submission waits" in text_of(teacher.get(f"{path}?queued=1"))
    assert "A new grade is being made" in text_of(Browser(graded, "ann").get("/submissions/1"))


def test_new_tokens_are_shown_once(world: World) -> None:
    teacher = Browser(world, "teacher")
    path = "/teach/courses/course/roster"
    plain = teacher.send(path, "r.csv", b"id,name\ncid,Cid <i>C</i>\n")
    assert "gradcheck_" not in plain.text
    found = teacher.send(path, "r.csv", b"id,name\ncid,Cid <i>C</i>\ndan,Dan\n", tokens="1")
    tokens = re.findall(r"gradcheck_[\w-]{43}", found.text)
    assert len(tokens) == 2
    assert found.headers["cache-control"] == "no-store"
    assert "Cid &lt;i&gt;C&lt;/i&gt;" in found.text
    assert not re.search(r"gradcheck_[\w-]{43}", teacher.get(path).text)
    world.tokens["cid"] = tokens[0]
    assert "Cid <i>C</i>" in text_of(Browser(world, "cid").get("/assignments"))
    doubled = teacher.send(path, "r.csv", b"id,name\ncid,A\ncid,B\n")
    assert doubled.status_code == 422
    assert "cid" in text_of(doubled)


def test_one_students_history(graded: World) -> None:
    graded.put("ann", b"z = 1\n", assignment="logistic")
    graded.put("bob", b"z = 2\n", student="bob")
    shown = Browser(graded, "teacher").get("/teach/courses/course/students/ann")
    assert re.findall(r'href="/submissions/(\d+)"', shown.text) == ["2", "1"]
    assert Browser(graded, "teacher").get("/teach/courses/course/students/eve").status_code == 404


# Errors -------------------------------------------------------------------------------------


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
    assert "notebook" in problem(ann.send(path, "a.ipynb", b"{}"), 422)
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


# Text stays text, and nothing comes from elsewhere -----------------------------------------------


def poisoned(report: Report) -> Report:
    """Return the report with markup wherever it can carry a student's text."""

    def check(old: CheckReport) -> CheckReport:
        findings = tuple(
            f.model_copy(update={
                "message": HOSTILE, "traceback": (HOSTILE, HOSTILE), "actual": HOSTILE,
                "location": f.location and f.location.model_copy(
                    update={"function": HOSTILE, "source": HOSTILE, "file": "x.py"}),
                "diagnosis": f.diagnosis and DiagnosisRef(
                    id="sign-flipped", title=HOSTILE, explanation=HOSTILE, confidence=1.0,
                    mend=HOSTILE),
            }) for f in old.findings
        )  # fmt: skip
        return old.model_copy(update={"findings": findings, "title": HOSTILE})

    components = tuple(
        c.model_copy(update={"names": (HOSTILE,), "reading": (HOSTILE,),
                             "checks": tuple(map(check, c.checks))})
        for c in report.components
    )  # fmt: skip
    output = Output(stdout=HOSTILE, stderr=HOSTILE)
    printed = report.submission.model_copy(update={"output": output})
    return report.model_copy(update={"components": components, "submission": printed})


def test_hostile_text_is_shown_as_text(world: World, report: Report) -> None:
    world.graders.report = poisoned(report)
    roster = f'id,name,section\nann,"{HOSTILE.replace(chr(34), chr(34) * 2)}",<b>s</b>\n'
    teacher = Browser(world, "teacher")
    teacher.send("/teach/courses/course/roster", "r.csv", roster.encode(), tokens="1")
    source = f"# {HOSTILE}\n" * 30
    sent = Browser(world, "ann").send(
        "/assignments/neuron/submissions", HOSTILE.replace("/", "") + ".py", source.encode()
    )
    assert sent.status_code == 303
    world.grade(1)
    title = spec("week-1").replace(b'version = "1"', b'version = "1"\ntitle = "<script>x</script>"')
    teacher.send("/teach/assignments", "a.toml", title)
    shown = 0
    for who, paths in (("ann", [*STUDENT_PAGES, *SHARED]), ("teacher", [*STAFF_PAGES, *SHARED])):
        browser = Browser(world, who)
        for path in [*paths, "/teach/assignments/neuron/submissions?who=%22%3E%3Cscript%3E"]:
            text = browser.get(path).text
            if path.endswith(".csv"):
                continue
            shown += text.count("&lt;script&gt;")
            assert len(re.findall(r"<script", text)) == ("/state" not in path), (who, path)
            assert not re.search(r"<(img|b|i)\b|<[^>]*\son\w+=", text), (who, path)
    assert shown > 100


def test_direction_and_control_characters_are_written_out(world: World) -> None:
    world.put("ann", "x = 1  # \u202e\x1b[31m\n".encode())
    world.grade(1)
    text = Browser(world, "ann").get("/submissions/1").text
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "\\x202e" in text


def test_every_page_has_the_policy_and_only_our_own_files(graded: World) -> None:
    pages = [("ann", p) for p in (*STUDENT_PAGES, *SHARED, "/teach", "/nope")]
    pages += [("teacher", p) for p in (*STAFF_PAGES, *SHARED)] + [(None, "/login"), (None, "/nope")]
    for who, path in pages:
        found = Browser(graded, who).get(path)
        assert found.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
        assert "no" in found.headers["cache-control"]
        text = found.text
        assert not re.search(r"\sstyle=|<style|javascript:|\son\w+=", text), path
        for link in re.findall(r'(?:href|src|action|hx-get)="([^"]*)"', text):
            assert re.match(r"(/(?!/)|#)", html.unescape(link)), (path, link)
        for script in re.findall(r"<script[^>]*>", text):
            assert 'src="/static/htmx.min.js?v=' in script


def test_pages_are_fit_for_keyboard_and_screen_readers(graded: World) -> None:
    pages = [("ann", p) for p in (*STUDENT_PAGES, "/submissions/1")]
    pages += [("teacher", p) for p in (*STAFF_PAGES, "/submissions/1")] + [(None, "/login")]
    titles = set()
    for who, path in pages:
        text = Browser(graded, who).get(path).text
        if path.endswith(".csv"):
            continue
        assert '<html lang="en">' in text
        assert len(re.findall("<h1", text)) == 1, path
        assert 'href="#main"' in text
        titles.add(re.search(r"<title>(.*?)</title>", text, re.S)[1])  # type: ignore[index]
        ids = re.findall(r'\sid="([^"]*)"', text)
        assert len(ids) == len(set(ids)), path
        for field in re.findall(r'<(?:input|select|textarea)\b[^>]*>', text):
            if 'type="hidden"' not in field:
                name = re.search(r'id="([^"]*)"', field)
                assert name, field
                assert f'<label for="{name[1]}"' in text, field
        assert "tabindex" not in text.replace('tabindex="-1"', "")
    assert len(titles) >= 9, "pages can be told apart by their titles"


def test_no_template_and_no_static_file_names_another_site() -> None:
    namespace = "http://www.w3.org/2000/svg"
    texts = {e.name: e.read_text() for folder in ("templates", "static")
             for e in PAGES.joinpath(folder).iterdir()}  # fmt: skip
    texts["style.css"] = str(stylesheet())
    assert len(texts) >= 18
    for name, text in texts.items():
        if name != "htmx.LICENSE.txt":
            assert not re.search(r"(https?:)?//[\w-]+\.\w", text.replace(namespace, "")), name
            assert "@import" not in text
            assert "url(" not in text


def test_htmx_is_the_one_that_was_published() -> None:
    folder = PAGES.joinpath("static")
    script = folder.joinpath("htmx.min.js").read_bytes()
    assert hashlib.sha256(script).hexdigest() == HTMX_SHA256
    assert b"Zero-Clause BSD" in folder.joinpath("htmx.LICENSE.txt").read_bytes()


def test_static_files_are_kept_by_browsers(world: World) -> None:
    page = Browser(world, None).get("/login").text
    links = re.findall(r'(?:href|src)="(/static/[^"]*)"', page)
    assert len(links) == 4
    for link in links:
        found = Browser(world, None).get(link)
        assert found.status_code == 200
        assert "immutable" in found.headers["cache-control"]
        assert found.headers["x-content-type-options"] == "nosniff"
        old = Browser(world, None).get(link.partition("?")[0] + "?v=0")
        assert "immutable" not in old.headers["cache-control"]
    kinds = {f.media_type.partition(";")[0] for f in static_files().values()}
    assert kinds == {"text/css", "text/javascript", "image/svg+xml", "text/plain"}
    for path in ("/static/nope", "/static/../app.py", "/static/%2e%2e/app.py", "/static/"):
        assert Browser(world, None).get(path).status_code == 404


def test_behind_tls_the_cookie_is_secure(settings: Settings, world: World) -> None:
    found = world.client.request(
        "POST", "https://gradcheck/login", content=f"token={world.tokens['ann']}",
        headers={"Origin": "https://gradcheck"},
    )  # fmt: skip
    assert "secure" in found.headers["set-cookie"].lower()
