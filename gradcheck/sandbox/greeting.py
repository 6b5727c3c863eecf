"""The first words with a worker, and what tells a script that does too much at its top level."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Fault
from gradcheck.records.text import LINE_END
from gradcheck.sandbox.connection import Connection, start_deadlines
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.layers import LIMITS
from gradcheck.sandbox.limits import process_limits
from gradcheck.sandbox.protocol import Header, ProtocolError, pack

__all__ = ["Mode", "check_ids", "greeted", "milder"]

START_SECONDS = 60.0
"""A worker's start takes 0.2 s; a loaded machine may need a hundred times that."""
CANARY = os.path.abspath(__file__)
"""A file of the judge's, which a worker tries to read before it receives the source."""
AT_THE_TOP = frozenset({"AbsentPackage", "FileNotFoundError", "PermissionError", "OSError",
                        "URLError", "ConnectionError", "ConnectionRefusedError", "gaierror",
                        "TimeoutError", "EOFError", "ImportError", "SystemExit",
                        "BdbQuit"})  # fmt: skip
"""What a script's own run raises where its data, its packages or its user aren't there, or
where it has come to its end."""
FROM_OUTSIDE = ("argv", "environ")
"""A line with one of these asks for what whoever starts a script tells it."""
REFUSED = "can't start new thread"


Mode = Literal["whole", "each", "definitions"]
"""How files are executed: as they are; each as far as it goes; without their top level's work."""


def milder(fault: Fault, mode: Mode, files: Mapping[str, str]) -> Mode | None:
    """Return how a submission may load that doesn't; its files are given by name, with their text.

    One script or cell that raises doesn't keep the others from being read.
    """
    has_parts = len(files) > 1 or any(file.endswith(".ipynb") for file in files)
    if mode == "whole" and fault.kind == "exception" and has_parts:
        return "each"
    is_work = fault.kind == "time-out"
    if fault.kind == "exception":
        is_work = fault.type_name in AT_THE_TOP or _is_of_the_run(fault, files)
    return "definitions" if is_work and mode != "definitions" else None


def _is_of_the_run(fault: Fault, files: Mapping[str, str]) -> bool:
    """Return whether a submission raised for what its surroundings lack: arguments, threads."""
    if fault.message == REFUSED or not fault.frames:
        return fault.message == REFUSED
    last = fault.frames[-1]
    line = LINE_END.split(files[last.file])[last.line - 1]
    return any(word in line for word in FROM_OUTSIDE)


def greeted(connection: Connection, budgets: Budgets, executor: Executor) -> Mapping[str, Any]:
    """Send the limits to a new worker and return what it observed of itself."""
    request_id = secrets.token_hex(8)
    request = {
        "op": "begin",
        "id": request_id,
        "limits": process_limits(budgets) if LIMITS in executor.layers else {},
        "layers": executor.layers,
        "canary": CANARY,
        "bytes": 0,
    }
    connection.send(pack(request))
    header, _, _ = connection.receive(start_deadlines(budgets, START_SECONDS))
    check_ids(header, request_id, 0)
    facts = header.get("hello")
    if not isinstance(facts, dict):
        raise ProtocolError("no hello")
    connection.start_clock()
    return MappingProxyType({**facts, "absent": dict(executor.absent)})


def check_ids(header: Header, request_id: str, index: int) -> None:
    """Raise ProtocolError if a reply answers something else."""
    claimed = header.get("id"), header.get("program")
    if claimed != (request_id, index) or type(claimed[1]) is not int:
        raise ProtocolError("a reply to something that wasn't asked")
