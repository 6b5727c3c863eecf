"""Uploads: idempotent by content, superseded while they wait, limited, and conditional."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from service_helpers import SOURCE, World
from sqlalchemy import func, select

from gradcheck import families
from gradcheck.grading.graders import GraderDied
from gradcheck.intake.submissions import MOST_BYTES
from gradcheck.service import tables
from gradcheck.service.engines.base import TryAgain
from gradcheck.service.grading import MOST_BEGUN, TRIES


def count(world: World, table: Any) -> int:
    with world.service.database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def depth(world: World) -> int:
    with world.service.database.read() as connection:
        return world.service.engine.depth(connection)


def test_an_upload_waits_is_graded_and_has_a_report(any_world: World) -> None:
    world = any_world
    answer = world.put("ann")
    assert answer.status_code == 202
    assert answer.headers["location"] == "/v1/submissions/1"
    assert (answer.json()["state"], answer.json()["position"]) == ("waiting", 0)
    assert depth(world) == 1
    refused = world.ask("ann", "GET", "/v1/submissions/1/report")
    assert refused.status_code == 409
    assert "waiting" in refused.json()["detail"]
    world.grade(1)
    shown = world.ask("ann", "GET", "/v1/submissions/1").json()
    assert shown["state"] == "graded"
    assert (shown["grade"]["points"], shown["grade"]["max_points"]) == (4, 10)
    assert shown["grade"]["assignment_version"] == "1"
    report = world.ask("ann", "GET", "/v1/submissions/1/report").json()
    assert report["schema"] == "gradcheck/report/v1"
    assert report["score"]["points"] == 4


def test_the_same_bytes_are_the_same_submission(any_world: World) -> None:
    world = any_world
    first = world.put("ann")
    for _ in range(3):
        again = world.put("ann")
        assert (again.status_code, again.json()) == (202, first.json())
    assert (count(world, tables.submission), depth(world)) == (1, 1)
    world.grade(1)
    assert world.put("ann").json()["state"] == "graded"
    assert depth(world) == 0
    assert count(world, tables.grade) == 1


def test_the_same_bytes_of_another_are_another_submission(world: World) -> None:
    assert world.put("ann").json()["id"] != world.put("bob", student="bob").json()["id"]
    assert count(world, tables.blob) == 1


def test_a_fresh_upload_supersedes_the_one_that_waits(any_world: World) -> None:
    world = any_world
    old = world.put("ann", b"x = 1\n").json()["id"]
    new = world.put("ann", b"x = 2\n").json()["id"]
    other = world.put("bob", b"x = 1\n", student="bob").json()["id"]
    assert [world.state(k) for k in (old, new, other)] == ["superseded", "waiting", "waiting"]
    assert depth(world) == 2
    world.grade(old)
    assert world.state(old) == "superseded"
    assert count(world, tables.grade) == 0
    # and back: the first bytes again are wanted again
    assert world.put("ann", b"x = 1\n").json()["state"] == "waiting"
    assert [world.state(k) for k in (old, new)] == ["waiting", "superseded"]


def test_what_is_graded_is_not_superseded(world: World) -> None:
    world.put("ann", b"x = 1\n")
    world.grade(1)
    world.put("ann", b"x = 2\n")
    assert [world.state(k) for k in (1, 2)] == ["graded", "waiting"]


def test_the_position_in_the_queue(world: World) -> None:
    world.put("ann")
    world.put("bob", student="bob")
    shown = world.ask("bob", "GET", "/v1/submissions/2").json()
    assert shown["position"] == 1
    world.grade(1)
    assert world.ask("bob", "GET", "/v1/submissions/2").json()["position"] == 0


@pytest.mark.parametrize("path", ["/v1/submissions/1", "/v1/submissions/1/report?format=terminal"])
def test_etags(world: World, path: str) -> None:
    world.put("ann")
    world.grade(1)
    first = world.ask("ann", "GET", path)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    again = world.ask("ann", "GET", path, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = world.ask("ann", "GET", path, headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_the_etag_changes_with_the_state(world: World) -> None:
    world.put("ann")
    waiting = world.ask("ann", "GET", "/v1/submissions/1").headers["etag"]
    world.grade(1)
    headers = {"If-None-Match": waiting}
    assert world.ask("ann", "GET", "/v1/submissions/1", headers=headers).status_code == 200


@pytest.mark.parametrize("form", list(families.all_formats()))
def test_every_format(world: World, form: str) -> None:
    world.put("ann")
    world.grade(1)
    found = world.ask("ann", "GET", f"/v1/submissions/1/report?format={form}")
    assert found.status_code == 200
    assert found.content == families.all_formats()[form].render(world.graders.report)


def test_an_unknown_format(world: World) -> None:
    world.put("ann")
    world.grade(1)
    found = world.ask("ann", "GET", "/v1/submissions/1/report?format=docx")
    assert found.status_code == 422
    assert "json" in found.json()["detail"]


def test_too_large_by_its_length(world: World) -> None:
    found = world.put("ann", b"#" * (MOST_BYTES + 1))
    assert (found.status_code, found.headers["connection"]) == (413, "close")
    assert str(MOST_BYTES) in found.json()["detail"]
    assert world.put("ann", b"#" * MOST_BYTES).status_code == 202


def test_too_large_in_chunks(world: World) -> None:
    chunks = (b"#" * 2**16 for _ in range(5))
    assert world.put("ann", chunks).status_code == 413  # type: ignore[arg-type]
    assert count(world, tables.submission) == 0


@pytest.mark.parametrize(
    ("source", "query", "says"),
    [
        (b"", "", "the body is empty"),
        (b"x = '\xff'", "", "save the file as UTF-8"),
        (b"{}", "?filename=a.zip", "zip archive"),
        (b"x", "?filename=a%2Fb.py", "filename"),
    ],
)
def test_bodies_that_are_refused(world: World, source: bytes, query: str, says: str) -> None:
    path = f"/v1/assignments/neuron/submissions/ann{query}"
    found = world.ask("ann", "PUT", path, content=source)
    assert found.status_code == 422
    assert says in found.json()["detail"]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("attachment; filename=hw.py", "hw.py"),
        ('attachment; filename="../../etc/x.py"', "x.py"),
        ("attachment; filename*=UTF-8''%E2%80%AEx.py", "x.py"),
        ("attachment", "neuron.py"),
    ],
)
def test_file_names_are_names(world: World, disposition: str, name: str) -> None:
    found = world.put("ann", headers={"Content-Disposition": disposition})
    assert found.json()["filename"] == name


def test_a_flood_is_refused_but_no_first_upload(world: World) -> None:
    most = world.service.settings.uploads_per_minute
    for k in range(most):
        assert world.put("ann", f"x = {k}\n".encode()).status_code == 202
    found = world.put("ann", b"x = -1\n")
    assert found.status_code == 429
    assert 1 <= int(found.headers["retry-after"]) <= 60
    assert count(world, tables.submission) == most
    assert world.put("ann", b"x = 0\n").status_code == 202, "what is there already is no flood"
    assert world.put("ann", b"x = -1\n", assignment="network").status_code == 202, "a first one"
    assert world.put("bob", b"x = -1\n", student="bob").status_code == 202
    assert world.put("teacher", b"x = -1\n").status_code == 202


def test_a_fault_of_ours_is_tried_again_and_then_told(any_world: World) -> None:
    world = any_world
    world.put("ann")
    world.graders.failures = [GraderDied(f"trace {k}") for k in range(TRIES)]
    for _ in range(TRIES - 1):
        with pytest.raises(TryAgain):
            world.grading()(1)
        assert world.state(1) == "waiting"
    world.grading()(1)
    for who, says in (("ann", "tell your instructor"), ("teacher", "GraderDied: trace 2")):
        shown = world.ask(who, "GET", "/v1/submissions/1").json()
        assert (shown["state"], shown["grade"]) == ("dead", None)
        assert says in shown["problem"]
    assert count(world, tables.grade) == 0
    # neither lost nor a zero: sent again, it is graded
    assert world.put("ann").json()["state"] == "waiting"
    world.grade(1)
    assert world.state(1) == "graded"


def test_one_that_ends_the_whole_service_is_given_up(world: World) -> None:
    world.put("ann")
    for _ in range(MOST_BEGUN):
        world.grading()._begin(1)
    assert world.state(1) == "grading"
    world.grade(1)
    assert world.state(1) == "dead"
    assert world.graders.tasks == []


def test_graded_once_in_effect(any_world: World) -> None:
    world = any_world
    world.put("ann")
    begun = [world.grading()._begin(1) for _ in range(2)]
    for one in begun:
        assert one is not None
        world.grading()._record(one[0], world.graders.report, 0.1)
    assert count(world, tables.grade) == 1
    world.grade(1)
    assert count(world, tables.grade) == 1


def test_fifty_at_once_are_one_submission_and_one_grade(any_world: World) -> None:
    world = any_world
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: world.put("ann"), range(50)))
    assert {a.status_code for a in answers} <= {200, 202}
    (identifier,) = {a.json()["id"] for a in answers}
    assert (count(world, tables.submission), depth(world)) == (1, 1)
    world.grade(identifier)
    assert count(world, tables.grade) == 1


def test_what_the_grader_is_given(world: World) -> None:
    world.put("ann", SOURCE, headers={"Content-Disposition": "attachment; filename=hw.py"})
    world.grade(1)
    (task,) = world.graders.tasks
    assert task.submission.id == "ann"
    assert [(f.name, f.text) for f in task.submission.files] == [("hw.py", SOURCE.decode())]
    assert task.spec is not None and task.spec.id == "neuron"
    assert task.options.student == "ann"
    assert task.options.course_key is not None and len(task.options.course_key) >= 32
