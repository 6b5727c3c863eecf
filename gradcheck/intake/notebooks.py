"""Notebooks: their code, as one source text, is made of them in a worker."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.records.submission import SourceFile, Submission
from gradcheck.sandbox.connection import Lost
from gradcheck.sandbox.errand import errand
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.protocol import ProtocolError

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
    header, payload = errand(executor, "convert", file.text)
    if "problem" in header:
        return _raising(str(header["problem"])[:MOST_TOLD])
    return payload.decode("utf-8")


def _raising(message: str) -> str:
    return f"raise ValueError({message!r})\n"
