"""Work on a submission's text for which nothing of it is executed: a worker parses it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

from gradcheck.records.budgets import Budgets
from gradcheck.sandbox.connection import Capture, Connection
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.greeting import check_ids, greeted
from gradcheck.sandbox.limits import Deadlines
from gradcheck.sandbox.protocol import Header, pack

__all__ = ["errand"]


def errand(
    executor: Executor, operation: str, text: str, details: Mapping[str, Any] | None = None
) -> tuple[Header, bytes]:
    """Return a fresh worker's answer to a request about a text.

    Parameters
    ----------
    executor : Executor
        How the worker is started.
    operation : str
        What is asked.
    text : str
        What it is about.
    details : mapping or None
        What else the request says.

    Raises
    ------
    Lost
        If the worker ends or is too slow.
    ProtocolError
        If it answers something else.
    """
    budgets = Budgets()
    connection = Connection(
        executor.start(), Capture(budgets.output_bytes), Capture(budgets.output_bytes)
    )
    try:
        greeted(connection, budgets, executor)
        raw = text.encode("utf-8", "surrogatepass")
        request_id = secrets.token_hex(8)
        request = {"op": operation, "id": request_id, "bytes": len(raw), **(details or {})}
        connection.send(pack(request) + raw)
        deadlines = Deadlines(budgets.import_cpu, budgets=budgets, now=time.monotonic())
        header, payload, _ = connection.receive(deadlines)
        check_ids(header, request_id, 0)
    finally:
        connection.close()
    return header, payload
