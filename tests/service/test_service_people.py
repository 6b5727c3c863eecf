"""Assignments never change, rosters enrol, the class is counted, regrades are new grades."""

from __future__ import annotations

import pytest
from service_helpers import SOURCE, World, spec
from sqlalchemy import select

from gradcheck.records.assignment import MOST_BYTES as MOST_SPEC
from gradcheck.records.report import Report
from gradcheck.service import overview, tables
from gradcheck.service.engines.base import TryAgain

VERSION = "/v1/assignments/week-1/versions/1"
ROSTER = "/v1/courses/course/roster"


def test_versions_are_immutable(any_world: World) -> None:
    world = any_world
    made = world.ask("teacher", "PUT", VERSION, content=spec())
    assert made.status_code == 201
    assert made.json()["versions"] == ["1"]
    again = world.ask("teacher", "PUT", VERSION, content=b"# a comment\n" + spec())
    assert (again.status_code, again.json()) == (200, made.json())
    other = world.ask("teacher", "PUT", VERSION, content=spec(points=3))
    assert other.status_code == 409
    assert "raise the version" in other.json()["detail"]
    path = "/v1/assignments/week-1/versions/2"
    newer = world.ask("teacher", "PUT", path, content=spec(version="2", points=3))
    assert newer.status_code == 201
    shown = world.ask("ann", "GET", "/v1/assignments/week-1").json()
    assert (shown["version"], shown["max_points"]) == ("2", 3)
    assert shown["versions"] == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (spec("other-id"), 409, "the file's id is 'other-id' and the path's 'week-1'"),
        (spec(version="9"), 409, "the file's version"),
        (spec().replace(b"relu", b"rleu"), 422, "components.0.id: no component 'rleu'"),
        (spec() + b"colour = 1\n", 422, "no such key"),
        (b"id = ", 422, "no valid TOML"),
        (b"title = '\xff'", 422, "no UTF-8 text"),
        (b"# " + b"x" * MOST_SPEC, 413, "bytes"),
    ],
)
def test_assignments_that_are_wrong(
    world: World, content: bytes, status: int, says: str
) -> None:
    found = world.ask("teacher", "PUT", VERSION, content=content)
    assert found.status_code == status
    assert says in found.json()["detail"]
    assert world.ask("teacher", "GET", "/v1/assignments/week-1").status_code == 404


def test_an_admin_says_which_course(world: World) -> None:
    unsaid = world.ask("admin", "PUT", VERSION, content=spec())
    assert unsaid.status_code == 409
    assert "several courses" in unsaid.json()["detail"]
    assert world.ask("admin", "PUT", f"{VERSION}?course=none", content=spec()).status_code == 404
    made = world.ask("admin", "PUT", f"{VERSION}?course=other", content=spec())
    assert (made.status_code, made.json()["course"]) == (201, "other")
    assert world.ask("admin", "PUT", VERSION, content=spec()).status_code == 200
    assert world.ask("ann-other", "GET", "/v1/assignments/week-1").status_code == 200
    assert world.ask("ann", "GET", "/v1/assignments/week-1").status_code == 404
    elsewhere = world.ask("teacher", "PUT", f"{VERSION}?course=other", content=spec())
    assert elsewhere.status_code == 403


def test_a_roster_enrols(any_world: World) -> None:
    world = any_world
    raw = b"Student ID;Name;Email\nann;Ann M. Lee;ann@uni.org\neve;Eve;\n"
    made = world.ask("teacher", "PUT", ROSTER, content=raw).json()["students"]
    assert [(s["id"], s["token"]) for s in made] == [("ann", None), ("eve", None)]
    listed = world.ask("teacher", "GET", ROSTER).json()["students"]
    assert [(s["id"], s["name"], s["email"]) for s in listed] == [
        ("ann", "Ann M. Lee", "ann@uni.org"), ("bob", "Bob Ray", None), ("eve", "Eve", None),
    ]  # fmt: skip
    elsewhere = world.ask("teacher-other", "GET", "/v1/courses/other/roster").json()["students"]
    assert [s["name"] for s in elsewhere] == ["Another Ann"], "the other course's ann is another"
    assert world.put("teacher", student="eve").status_code == 202


def test_tokens_of_a_roster_are_shown_once(world: World) -> None:
    made = world.ask("teacher", "PUT", f"{ROSTER}?tokens=true", content=b"id,name\neve,Eve\n")
    world.tokens["eve"] = made.json()["students"][0]["token"]
    assert world.put("eve", student="eve").status_code == 202
    assert world.tokens["eve"] not in world.ask("teacher", "GET", ROSTER).text


def test_a_roster_with_a_mistake_changes_nothing(world: World) -> None:
    found = world.ask("teacher", "PUT", ROSTER, content=b"id,name\neve,Eve\neve,Eva\n")
    assert found.status_code == 422
    assert "roster.csv: line 3: student 'eve' is on line 2 already" in found.json()["detail"]
    assert len(world.ask("teacher", "GET", ROSTER).json()["students"]) == 2


def test_a_course_is_made_and_renamed(world: World) -> None:
    for title in ("Spring", "Autumn"):
        found = world.ask("admin", "PUT", "/v1/courses/new", json={"title": title})
        assert found.status_code == 200
    assert {"id": "new", "title": "Autumn"} in world.ask("admin", "GET", "/v1/courses").json()


def test_the_class_is_counted(any_world: World) -> None:
    world = any_world
    world.put("ann")
    world.put("bob", student="bob")
    world.grade(1)
    found = world.ask("teacher", "GET", "/v1/assignments/neuron/stats").json()
    assert (found["students"], found["submitted"]) == (2, 2)
    assert found["states"] == [{"name": "graded", "count": 1}, {"name": "waiting", "count": 1}]
    assert (found["points"], found["best_points"], found["max_points"]) == ([4], [4], 10)
    assert found["outcomes"] == [{"name": "failed", "count": 1}]
    assert found["diagnoses"] == [{"name": "label-for-activation", "count": 1}]
    assert {"name": "logistic-regression::gradient-value[w]", "count": 1} in found["failed_checks"]
    with world.service.database.read() as connection:
        rows = overview.class_rows(connection, "network", course="course")
    assert [(row.student, row.id, row.best_points) for row in rows] == [
        ("ann", None, None), ("bob", None, None)]  # fmt: skip


def test_best_and_latest(world: World, report: Report) -> None:
    for source, points in ((b"x = 1\n", 7.0), (b"x = 2\n", 3.0), (b"x = 3\n", None)):
        score = report.score.model_copy(update={"points": points})
        world.graders.report = report.model_copy(update={"score": score})
        world.grade(world.put("ann", source).json()["id"])
    with world.service.database.read() as connection:
        (row, _) = overview.class_rows(connection, "neuron", course="course")
    assert (row.best_points, row.latest_points, row.graded, row.id) == (7, None, 3, 3)
    world.put("ann", b"x = 2\n")  # what was sent last counts as the latest
    with world.service.database.read() as connection:
        (row, _) = overview.class_rows(connection, "neuron", course="course")
    assert (row.best_points, row.latest_points, row.id) == (7, 3, 2)


def test_pages_of_submissions(world: World) -> None:
    for k in range(5):
        world.put("teacher", f"x = {k}\n".encode(), student="ann")
    path = "/v1/assignments/neuron/submissions?limit=2"
    first = world.ask("teacher", "GET", path).json()
    assert ([s["id"] for s in first["items"]], first["next"]) == ([5, 4], 4)
    second = world.ask("teacher", "GET", f"{path}&before=4").json()
    assert ([s["id"] for s in second["items"]], second["next"]) == ([3, 2], 2)
    last = world.ask("teacher", "GET", f"{path}&before=2").json()
    assert ([s["id"] for s in last["items"]], last["next"]) == ([1], None)


def runs(world: World) -> list[tuple[int, int, str]]:
    """Return submission, run and version of every grade, in their order."""
    grade, version = tables.grade, tables.spec
    query = select(grade.c.submission_id, grade.c.run, version.c.version)
    with world.service.database.read() as connection:
        rows = connection.execute(
            query.join(version, version.c.id == grade.c.spec_id).order_by(grade.c.id)
        )
        return [(row[0], row[1], row[2]) for row in rows]


def test_a_regrade_is_a_new_grade(any_world: World, report: Report) -> None:
    world = any_world
    world.ask("teacher", "PUT", VERSION, content=spec())
    world.put("ann", assignment="week-1")
    world.put("bob", student="bob", assignment="week-1")
    world.grade(1)
    path = "/v1/assignments/week-1/versions/2"
    world.ask("teacher", "PUT", path, content=spec(version="2"))
    found = world.ask("teacher", "POST", "/v1/assignments/week-1/regrade")
    assert (found.status_code, found.json()) == (202, {"queued": 1}), "bob's waits anyway"
    shown = world.ask("ann", "GET", "/v1/submissions/1").json()
    assert shown["state"] == "waiting"
    assert shown["grade"]["points"] == 4, "the old grade counts until there is a new one"
    score = report.score.model_copy(update={"points": 9.0})
    world.graders.report = report.model_copy(update={"score": score})
    world.grade(1)
    world.grade(2)
    assert runs(world) == [(1, 1, "1"), (1, 2, "2"), (2, 1, "2")]
    shown = world.ask("ann", "GET", "/v1/submissions/1").json()
    assert (shown["grade"]["points"], shown["grade"]["assignment_version"]) == (9, "2")
    assert world.graders.tasks[-1].spec is not None
    assert world.graders.tasks[-1].spec.version == "2"


def test_an_upload_takes_no_regrade_away(any_world: World, report: Report) -> None:
    """An old grade by an old version would stand for good: students could arrange it."""
    world = any_world
    world.ask("teacher", "PUT", VERSION, content=spec())
    world.put("ann", assignment="week-1")
    world.grade(1)
    path = "/v1/assignments/week-1/versions/2"
    world.ask("teacher", "PUT", path, content=spec(version="2"))
    world.ask("teacher", "POST", "/v1/assignments/week-1/regrade")
    world.put("ann", SOURCE + b"# another", assignment="week-1")
    world.put("ann", SOURCE + b"# a third", assignment="week-1")
    states = [world.state(number) for number in (1, 2, 3)]
    assert states == ["waiting", "superseded", "waiting"]
    score = report.score.model_copy(update={"points": 1.0})
    world.graders.report = report.model_copy(update={"score": score})
    for number in (1, 3):
        world.grade(number)
    (standing,) = world.ask("teacher", "GET", "/v1/assignments/week-1/stats").json()["best_points"]
    assert standing == 1


def test_a_run_that_ends_late_is_history(any_world: World, report: Report) -> None:
    world = any_world
    world.ask("teacher", "PUT", VERSION, content=spec())
    world.put("ann", assignment="week-1")
    old = world.grading()
    begun = old._begin(1)
    assert begun is not None
    world.ask("teacher", "POST", "/v1/assignments/week-1/regrade")
    score = report.score.model_copy(update={"points": 9.0})
    world.graders.report = report.model_copy(update={"score": score})
    world.grade(1)
    with pytest.raises(TryAgain):
        old._record(begun[0], report, 1.0)
    shown = world.ask("ann", "GET", "/v1/submissions/1").json()
    assert (shown["state"], shown["grade"]["points"]) == ("graded", 9)
    assert world.ask("teacher", "GET", "/v1/assignments/week-1/stats").json()["points"] == [9]


def test_the_same_bytes_after_a_new_version_are_graded_by_it(world: World) -> None:
    world.ask("teacher", "PUT", VERSION, content=spec())
    world.put("ann", assignment="week-1")
    world.grade(1)
    path = "/v1/assignments/week-1/versions/2"
    world.ask("teacher", "PUT", path, content=spec(version="2"))
    assert world.put("ann", assignment="week-1").json()["state"] == "waiting"
    world.grade(1)
    assert runs(world) == [(1, 1, "1"), (1, 1, "2")]


def test_what_was_done_is_written_down(world: World) -> None:
    world.put("ann")
    world.ask("teacher", "PUT", VERSION, content=spec())
    world.ask("teacher", "POST", "/v1/assignments/week-1/regrade")
    world.ask("teacher", "DELETE", "/v1/tokens/3")
    audit = tables.audit
    with world.service.database.read() as connection:
        rows = connection.execute(select(audit.c.actor, audit.c.action, audit.c.object)).all()
    assert rows[-4:] == [
        ("student:ann#2", "put", "submission 1"),
        ("instructor:#5", "add-version", "week-1 1"),
        ("instructor:#5", "regrade", "week-1"),
        ("instructor:#5", "revoke-token", "token 3"),
    ]
