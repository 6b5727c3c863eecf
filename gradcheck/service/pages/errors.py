"""Errors as pages: problem documents turned into HTML for browsers that ask for a page.

The problems themselves are made in one place, :mod:`gradcheck.service.problems`; scripts get
them as they are.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from gradcheck.service.middleware import HEADERS, App, Message, Receive, Scope, Send
from gradcheck.service.pages.rendering import page
from gradcheck.service.problems import PROBLEM_TYPE, problem_response

__all__ = ["ErrorPages", "install_faults"]

API = "/v1/"
LOGIN = "/login"
ADVICE = {
    400: ("This request can't be read", "Go back and send the form once more."),
    401: ("You are not logged in", "Log in with your token."),
    403: ("This isn't yours to see or do",
          "If it should be, log in with another token, or ask your instructor for one."),
    404: ("There is nothing here for you",
          "Check the address; what belongs to others is not shown. Your own work is on the "
          "start page."),
    405: ("This page is asked for in another way", "Start from the start page."),
    408: ("The upload took too long", "Check your connection and send it again."),
    409: ("This contradicts what is there already", "Send something else, or leave it as it is."),
    413: ("The file is too large",
          "A submission is source text: leave data and outputs out, and send it again."),
    422: ("Something is wrong with what you sent", "Change that, then send it again."),
    429: ("Too many uploads in a short time", "Wait, then send it again."),
    500: ("This is our fault", "It is in the service's log. Tell your instructor, and try again."),
    503: ("The service is busy", "Nothing was changed. Try again in a moment."),
}  # fmt: skip
"""By status: what happened, and what to do."""
TELLING = frozenset({400, 403, 408, 409, 413, 422, 429})
"""Where the problem's own words say more; the others speak to those who write scripts."""


def _is_for_browser(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return not scope["path"].startswith(API) and b"text/html" in headers.get(b"accept", b"")


class ErrorPages:
    """Shows problem documents to browsers as pages."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its answer on or as a page."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        start: Message | None = None
        parts: list[bytes] = []

        async def sending(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                message = _to_login(request, message)
                if _is_for_browser(scope) and _is_problem(message):
                    start = message
                    return
            if start is None:
                await send(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                shown = _error_page(request, start, b"".join(parts))
                await shown(scope, receive, send)

        await self._app(scope, receive, sending)


def _is_problem(message: Message) -> bool:
    kind = dict(message["headers"]).get(b"content-type", b"")
    return bool(kind.startswith(PROBLEM_TYPE.encode()))


def _to_login(request: Request, message: Message) -> Message:
    """Let htmx go where a browser would be sent, once a session has ended."""
    if message["status"] == HTTPStatus.UNAUTHORIZED and "hx-request" in request.headers:
        message["headers"] = [*message["headers"], (b"hx-redirect", LOGIN.encode())]
    return message


def _error_page(request: Request, start: Message, body: bytes) -> Response:
    status: int = start["status"]
    document = json.loads(body)
    response = _page(request, status, document["detail"] if status in TELLING else "")
    kept = [
        (name, value) for name, value in start["headers"]
        if name not in {b"content-type", b"content-length", b"cache-control"}
    ]  # fmt: skip
    response.raw_headers += kept
    return response


def _page(request: Request, status: int, detail: str) -> HTMLResponse:
    phrase = HTTPStatus(status).phrase
    title, advice = ADVICE.get(status, (phrase, "Start from the start page."))
    return page(
        request, "error.html.j2", status=status, title=title, advice=advice, detail=detail,
        back=_came_from(request), code=f"{status} {phrase}",
    )  # fmt: skip


def _came_from(request: Request) -> str:
    """Return the page of ours that the request was sent from, else the start page."""
    parts = urlsplit(request.headers.get("referer", ""))
    is_ours = parts.netloc == request.headers.get("host") and parts.path.startswith("/")
    return parts.path if is_ours and not parts.path.startswith("//") else "/"


def install_faults(app: FastAPI) -> None:
    """Show browsers a page for faults of ours; they pass by all middleware."""

    async def ours(request: Request, error: Exception) -> Response:
        if _is_for_browser(request.scope):
            response: Response = _page(request, 500, "")
        else:
            response = problem_response(
                500, "this is a fault of the service's own; it is in its log. Please report it"
            )
        response.headers.update(HEADERS)
        return response

    app.add_exception_handler(Exception, ours)
