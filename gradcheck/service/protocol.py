"""HTTP on the wire, less patient than uvicorn: a request's head has a deadline, too.

The deadline of the whole request (:mod:`gradcheck.service.middleware`) begins when its head is
there; a client that never finishes the head would hold its connection for ever.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.h11_impl import H11Protocol

from gradcheck.service.problems import PROBLEM_TYPE, problem_response

__all__ = ["HEAD_SECONDS", "Protocol"]

HEAD_SECONDS = 10.0


class Protocol(H11Protocol):
    """One connection of a client."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take data; stop waiting when a request's head is complete."""
        if not self._is_answering():
            self._await_head()
        super().data_received(data)
        if self._is_answering():
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._refuse(HTTPStatus.BAD_REQUEST, "this is no HTTP request that can be read; mend it")

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _await_head(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self._too_late)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if not self._is_answering() and not self.transport.is_closing():
            self._refuse(
                HTTPStatus.REQUEST_TIMEOUT,
                f"the request's head wasn't there after {HEAD_SECONDS:g} s; send it again",
            )

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        body = bytes(problem_response(status, detail).body)
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {PROBLEM_TYPE}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
