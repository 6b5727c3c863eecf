"""The pages: what students and instructors read and do there."""

from __future__ import annotations

import html
import re

import pytest
from service_browser import (
    STAFF_PAGES,
    STUDENT_PAGES,
    Browser,
    text_of,
)
from service_helpers import SOURCE, World, spec

from gradcheck.records.report import Report
from gradcheck.records.roster import parse_roster
from gradcheck.service import people
from gradcheck.service.pages import classes


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
