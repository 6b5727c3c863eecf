"""Notebooks: their code, as one source text, is made of them in a worker."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace

from gradcheck.records.budgets import Budgets
from gradcheck.records.submission import SourceFile, Submission
from gradcheck.sandbox.connection import Capture, Connection, Lost
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.greeting import check_ids, greeted
from gradcheck.sandbox.limits import Deadlines
from gradcheck.sandbox.protocol import ProtocolError, pack

__all__ = ["NOTEBOOK", "with_code"]

NOTEBOOK = ".ipynb"
MOST_TOLD = 200


def with_code(submission: Submission, executor: Executor) -> Submission:
    """Return the submission with the code of notebooks in their place; others as they are.

    What is no notebook becomes a source text that raises, and says so.
    """
    if not any(file.name.endswith(NOTEBOOK) for file in submission.files):
        return submission
    files = (
        replace(file, text=_code(file, executor)) if file.name.endswith(NOTEBOOK) else file
        for file in submission.files
    )
    return replace(submission, files=tuple(files))


def _code(file: SourceFile, executor: Executor) -> str:
    try:
        return _converted(file, executor)
    except (Lost, ProtocolError, UnicodeDecodeError) as error:
        return _raising(f"its code can't be taken out: {error}")


def _converted(file: SourceFile, executor: Executor) -> str:
    """Return what a worker, which alone parses the notebook, takes for its code."""
    budgets = Budgets()
    connection = Connection(
        executor.start(), Capture(budgets.output_bytes), Capture(budgets.output_bytes)
    )
    try:
        greeted(connection, budgets, executor)
        raw = file.text.encode("utf-8", "surrogatepass")
        request_id = secrets.token_hex(8)
        request = {"op": "convert", "id": request_id, "bytes": len(raw)}
        connection.send(pack(request) + raw)
        deadlines = Deadlines(budgets.import_cpu, budgets=budgets, now=time.monotonic())
        header, payload, _ = connection.receive(deadlines)
        check_ids(header, request_id, 0)
    finally:
        connection.close()
    if "problem" in header:
        return _raising(str(header["problem"])[:MOST_TOLD])
    return payload.decode("utf-8")


def _raising(message: str) -> str:
    return f"raise ValueError({message!r})\n"
