"""From a template to a page: what all templates can use, and how things are said in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from gradcheck.html.environment import environment
from gradcheck.service.access import Principal
from gradcheck.service.pages.static import address
from gradcheck.version import VERSION

__all__ = ["CACHE", "KEPT_NOWHERE", "STATES", "page", "rendered", "when"]

CACHE = {"Cache-Control": "private, no-cache"}
KEPT_NOWHERE = {"Cache-Control": "no-store"}
"""For pages with secrets: not even the browser's way back shows them again."""
STATES = {
    "waiting": "waiting",
    "grading": "being graded",
    "graded": "graded",
    "superseded": "replaced",
    "dead": "not graded",
    "passed": "passed",
    "failed": "failed",
    "errored": "not judged",
}
"""What states and outcomes are called on pages."""


def when(text: str) -> str:
    """Return a time as a page shows it: to the minute, in UTC.

    >>> when("2026-03-01T12:30:45.000001+00:00")
    '2026-03-01 12:30 UTC'
    """
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M UTC")


def state_word(state: str) -> str:
    """Return what a state or an outcome is called.

    >>> state_word("superseded")
    'replaced'
    """
    return STATES[state]


@cache
def _environment() -> Environment:
    made = environment("gradcheck.service.pages").overlay()
    made.filters = made.filters | {"when": when, "state_word": state_word}
    made.globals = made.globals | {"static": address, "version": VERSION}
    return made


def rendered(template: str, *, viewer: Principal | None, **context: Any) -> str:
    """Return a template's text.

    Parameters
    ----------
    viewer : Principal or None
        Who sees it; None: nobody is logged in.
    """
    return _environment().get_template(template).render(viewer=viewer, **context)


def page(
    request: Request, template: str, *, viewer: Principal | None = None, status: int = 200,
    headers: Mapping[str, str] = CACHE, **context: Any,
) -> HTMLResponse:  # fmt: skip
    """Return a page as a response."""
    text = rendered(template, viewer=viewer, path=request.url.path, **context)
    # a lone surrogate in somebody's text can't be sent; a question mark can
    return HTMLResponse(text.encode("utf-8", "replace"), status, dict(headers))
