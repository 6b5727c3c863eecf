"""The service's web pages: for students and instructors, without a script to depend on.

Every page is a document made on the server; forms and links do everything. htmx, which comes
with the package, only spares reloading: it asks how far a submission is and narrows lists. The
content security policy allows nothing but our own files, so templates have no inline styles
and scripts, and nobody's text is ever markup: Jinja2 escapes it.

One file a topic: ``entry`` (log in), ``student``, ``submission`` (waiting and report, for
both), ``teaching`` (assignments), ``classes`` (submissions and scores), ``rosters``.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from gradcheck.service.pages import (
    classes,
    entry,
    rosters,
    static,
    student,
    submission,
    teaching,
)
from gradcheck.service.pages.errors import ErrorPages, install_faults

__all__ = ["install"]


def install(app: FastAPI) -> None:
    """Add the pages to an application whose errors are problem documents."""
    router = APIRouter(include_in_schema=False)
    for topic in (entry, static, student, submission, teaching, classes, rosters):
        router.include_router(topic.router)
    app.include_router(router)
    app.add_middleware(ErrorPages)
    install_faults(app)
