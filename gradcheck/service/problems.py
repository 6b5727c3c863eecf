"""What goes wrong, as RFC 9457 problem documents; each says what to do."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from gradcheck.errors import SpecError, SubmissionError
from gradcheck.service.access import SECRET

__all__ = [
    "BUSY_SECONDS",
    "PROBLEM_TYPE",
    "Problem",
    "ProblemDocument",
    "ProblemResponse",
    "install",
    "problem_response",
    "responses",
]

PROBLEM_TYPE = "application/problem+json"
BUSY_SECONDS = 5
"""When to ask again, where the database doesn't answer."""
LONGEST_MESSAGE = 300
MOST_MESSAGES = 20
METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
LOG = logging.getLogger("gradcheck.service")


class ProblemDocument(BaseModel):
    """What every error looks like (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    errors: list[str] | None = Field(default=None, description="each thing that is wrong")


class Problem(Exception):
    """A request that can't be answered.

    Parameters
    ----------
    status : int
        The HTTP status.
    detail : str
        What is wrong and what to do about it.
    """

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


class ProblemResponse(JSONResponse):
    """A problem document."""

    media_type = PROBLEM_TYPE


def problem_response(
    status: int, detail: str, *, headers: Mapping[str, str] | None = None,
    errors: list[str] | None = None,
) -> ProblemResponse:  # fmt: skip
    """Return a problem document as a response."""
    document = ProblemDocument(
        title=HTTPStatus(status).phrase, status=status, detail=detail, errors=errors
    )
    content = document.model_dump(exclude_none=True)
    return ProblemResponse(content, status, headers=dict(headers or {}))


MEANINGS = {
    400: "the body can't be read",
    401: "no token, or none that is valid",
    403: "the token's role may not do this",
    404: "there is none that the token may see",
    408: "the request took too long to arrive",
    409: "it contradicts what is there",
    411: "the length of the body is needed",
    413: "the body is too large",
    415: "the body is of another kind than the route takes",
    422: "a parameter or the body is wrong",
    429: "too many uploads: wait for the seconds that Retry-After says",
    503: "the database doesn't answer",
}


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problems that a route may answer with, for its OpenAPI description."""
    return {
        status: {
            "description": MEANINGS[status],
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*statuses, 401, 422, 503})
    }


def install(app: FastAPI) -> None:
    """Make every error of an application a problem document."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(SpecError, _unusable)
    app.add_exception_handler(SubmissionError, _unusable)
    app.add_exception_handler(OperationalError, _busy)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(Exception, _ours)


def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    is_page = not request.url.path.startswith("/v1/")
    is_browser = "text/html" in request.headers.get("accept", "")
    if error.status == HTTPStatus.UNAUTHORIZED and is_page and is_browser:
        return RedirectResponse("/login", HTTPStatus.SEE_OTHER)
    return problem_response(error.status, error.detail, headers=error.headers)


def _http(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)
    detail, headers = str(error.detail), dict(error.headers or {})
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = "there is nothing at this path; /openapi.json lists what there is"
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _allowed(request)
        detail = f"{request.method} isn't for this path; use {headers['Allow']}"
    elif error.status_code == HTTPStatus.BAD_REQUEST:
        detail = "the body can't be read; send JSON in UTF-8"
    return problem_response(error.status_code, detail, headers=headers)


def _allowed(request: Request) -> str:
    """Return the methods of all routes of a path: the framework names those of the first."""
    scope = dict(request.scope)
    found = []
    for method in METHODS:
        scope["method"] = method
        if any(route.matches(scope)[0] == Match.FULL for route in request.app.router.routes):
            found.append(method)
    return ", ".join(found)


def _invalid(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)
    found = [
        f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()
    ]
    # some messages repeat what was sent, which may be a secret
    errors = [SECRET.sub("(secret)", one)[:LONGEST_MESSAGE] for one in found[:MOST_MESSAGES]]
    return problem_response(422, f"mend the request: {errors[0]}", errors=errors)


def _unusable(request: Request, error: Exception) -> ProblemResponse:
    return problem_response(422, str(error))


def _busy(request: Request, error: Exception) -> ProblemResponse:
    LOG.error("the database doesn't answer: %s", type(error).__name__)
    return problem_response(
        503, "the database doesn't answer; nothing was changed: send the request again",
        headers={"Retry-After": str(BUSY_SECONDS)},
    )  # fmt: skip


def _unstorable(request: Request, error: Exception) -> ProblemResponse:
    return problem_response(
        422, "the database can't store this text; take control characters out of it"
    )


def _ours(request: Request, error: Exception) -> ProblemResponse:
    return problem_response(
        500, "this is a fault of the service's own; it is in its log. Please report it"
    )
