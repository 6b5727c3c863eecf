"""How a class does in an assignment: its submissions, its scores, the gradebook."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row

from gradcheck.grading.gradebook import safe_cell
from gradcheck.html.charts import Chart, histogram
from gradcheck.html.environment import number
from gradcheck.service import catalogue, overview
from gradcheck.service.overview import Stats
from gradcheck.service.pages import queries, wording
from gradcheck.service.pages.queries import Filter
from gradcheck.service.pages.rendering import CACHE, page
from gradcheck.service.web import AssignmentId, ServiceOf, Staff

__all__ = ["router"]

router = APIRouter(prefix="/teach/assignments/{assignment}")
PAGE = 50
LARGEST = 2**31 - 1
COLUMNS = ("student", "name", "section", "points", "best_points", "max_points", "graded_uploads",
           "latest_upload", "state")  # fmt: skip


@router.get("/submissions")
def submissions(
    request: Request, service: ServiceOf, viewer: Staff, assignment: AssignmentId,
    wanted: Annotated[Filter, Query()],
    before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
) -> Response:  # fmt: skip
    """List the submissions that a filter lets through, newest first."""
    with service.database.read() as connection:
        row = catalogue.current(connection, viewer, assignment)
        found = queries.filtered(
            connection, viewer, assignment, wanted=wanted, before=before, limit=PAGE + 1
        )
    shown = found[:PAGE]
    older = None
    if len(found) > PAGE:
        older = _address(request, {**wanted.model_dump(), "before": shown[-1].view.id})
    return page(
        request, "submissions.html.j2", viewer=viewer, assignment=row, entries=shown,
        wanted=wanted, fact=wording.fact(wanted.fact) if wanted.fact else "", older=older,
        newest=_address(request, wanted.model_dump()) if before else None,
    )  # fmt: skip


def _address(request: Request, query: Mapping[str, object]) -> str:
    return f"{request.url.path}?{urlencode({k: v for k, v in query.items() if v})}"


@router.get("/scores")
def scores(
    request: Request, service: ServiceOf, viewer: Staff, assignment: AssignmentId
) -> Response:
    """Show how points are distributed, what fails and which mistakes are made."""
    with service.database.read() as connection:
        row = catalogue.current(connection, viewer, assignment)
        stats = overview.stats(connection, assignment, course=row.course_id)
        rows = overview.class_rows(connection, assignment, course=row.course_id)
    given = [p for p in stats.points if p is not None]
    return page(
        request, "scores.html.j2", viewer=viewer, assignment=row, stats=stats, rows=rows,
        middle=_median(given), distribution=_distribution(given, stats),
        words=wording.fact,
    )  # fmt: skip


def _median(values: Sequence[float]) -> float | None:
    if not values:
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _distribution(given: Sequence[float], stats: Stats) -> Chart | None:
    if not given or stats.max_points is None:
        return None
    return histogram(given, title="Points of each student's latest upload", most=stats.max_points)


@router.get("/grades.csv")
def gradebook(service: ServiceOf, viewer: Staff, assignment: AssignmentId) -> Response:
    """Return a row for each student of the course; no cell is a formula."""
    with service.database.read() as connection:
        row = catalogue.current(connection, viewer, assignment)
        rows = overview.class_rows(connection, assignment, course=row.course_id)
    headers = {**CACHE, "Content-Disposition": f'attachment; filename="{assignment}-grades.csv"'}
    return Response(_gradebook(rows), media_type="text/csv; charset=utf-8", headers=headers)


def _gradebook(rows: Sequence[Row[Any]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        texts = [safe_cell(text or "") for text in (row.student, row.name, row.section)]
        numbers = ["" if value is None else number(value)
                   for value in (row.latest_points, row.best_points, row.max_points)]  # fmt: skip
        writer.writerow([*texts, *numbers, row.graded or 0, row.received_at or "",
                         row.state or "not submitted"])  # fmt: skip
    return stream.getvalue().encode("utf-8", "replace")
