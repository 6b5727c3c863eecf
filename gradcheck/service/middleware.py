"""What stands before every request: limits on what comes in, headers and a log line.

Plain ASGI, so that nothing of a body is read before its length is known to be in bounds.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

from gradcheck.intake.submissions import MOST_BYTES as MOST_SOURCE
from gradcheck.records.roster import MOST_BYTES as MOST_ROSTER
from gradcheck.service.access import SECRET
from gradcheck.service.problems import BUSY_SECONDS, ProblemResponse, problem_response

__all__ = ["HEADERS", "Headers", "Limits", "Log", "Scrub"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
ACCESS = logging.getLogger("gradcheck.service.access")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ROSTER_PATH = re.compile(r"^/(v1|teach)/courses/[^/]+/roster$")
API = "/v1/"
FORM_BYTES = 2**12
"""What a form sends beside its file: boundaries, the file's name, another field."""
MOST_REQUESTS = 500
"""That are being read or answered at once; each may hold a body in memory."""
MOST_PASSED_OVER = 32 * 2**20
PASS_OVER_SECONDS = 5.0
"""How much of a body that is too large is taken, so that its sender hears the answer."""
MOST_DIGITS = 19
"""A Content-Length with more digits is no length of anything."""


class Limits:
    """Reads a request's body up to its limit, within a time for the whole of it.

    Parameters
    ----------
    seconds : float
        The time.
    """

    def __init__(self, app: App, *, seconds: float) -> None:
        self._app = app
        self._seconds = seconds
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its whole body, or answer 408, 413 or 503."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif self._running >= MOST_REQUESTS:
            await _refuse(503, "too many requests at once; send it again in a while",
                          scope, receive, send)  # fmt: skip
        else:
            self._running += 1
            try:
                await self._limited(scope, receive, send)
            finally:
                self._running -= 1

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        most = MOST_ROSTER if ROSTER_PATH.match(scope["path"]) else MOST_SOURCE
        most += 0 if scope["path"].startswith(API) else FORM_BYTES
        try:
            _check_length(scope, most)
            body = await asyncio.wait_for(_whole(receive, most), self._seconds)
        except _TooLarge:
            await _refuse(413, f"the body has more than {most} bytes; leave data and outputs out",
                          scope, receive, send)  # fmt: skip
        except TimeoutError:
            await _refuse(408, f"the request wasn't there after {self._seconds:g} s; send it again",
                          scope, receive, send)  # fmt: skip
        except _Gone:
            return
        else:
            await self._app(scope, _replay(body, receive), send)


class _TooLarge(Exception):
    pass


class _Gone(Exception):
    pass


def _check_length(scope: Scope, most: int) -> None:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and (
            len(value) > MOST_DIGITS or int(value) > most
        ):
            raise _TooLarge


async def _whole(receive: Receive, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise _TooLarge
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    is_told = False

    async def replay() -> Message:
        nonlocal is_told
        if is_told:
            return await receive()
        is_told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _refuse(status: int, detail: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, and only then listen to the rest: many clients read when all is sent."""
    headers = {"Connection": "close"}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(BUSY_SECONDS)
    response: ProblemResponse = problem_response(status, detail, headers=headers)
    start = {"type": "http.response.start", "status": status, "headers": response.raw_headers}
    await send(start)
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        with contextlib.suppress(TimeoutError, _TooLarge, _Gone):
            await asyncio.wait_for(_passed_over(receive), PASS_OVER_SECONDS)
    await send({"type": "http.response.body", "body": b""})


async def _passed_over(receive: Receive) -> None:
    """Take the rest of a body and keep nothing of it."""
    size = 0
    while size <= MOST_PASSED_OVER:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body", False):
            return


class Headers:
    """Puts the security headers on every answer that doesn't set its own."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._headers = [(k.lower().encode(), v.encode()) for k, v in HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                more = [pair for pair in self._headers if pair[0] not in own]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, with_headers)


class Log:
    """Writes a line for each request: method, path without its query, status, time."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            milliseconds = 1000 * (time.perf_counter() - started)
            path = scope["path"].encode("unicode_escape").decode()
            ACCESS.info("%s %s %s %.0f ms", scope["method"], path, status, milliseconds)


class Scrub(logging.Filter):
    """Takes secrets out of log lines, wherever they came from."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace each token; let every line through."""
        message = record.getMessage()
        if SECRET.search(message):
            record.msg, record.args = SECRET.sub("gradcheck_(secret)", message), None
        return True
