"""Answers requests: the limits, the source, call programs.

The judge sends ``begin`` with the limits and the layers of the lock-down; the worker puts them
in force on itself and answers with a hello that says what it observes then. Only then the judge
sends ``load`` with the source text, and after it any number of ``run`` with call programs, which
are answered one by one.
"""

from __future__ import annotations

import os
import platform
import sys
import types
import warnings
from typing import Any

import numpy as np

from . import interpreter, limits, notebook, systems
from .absent import Absentees
from .chance import Chance
from .copies import Copier
from .describe import describe
from .edits import edits
from .encode import type_name
from .faults import describe_exception
from .folder import OwnModules
from .frames import MAX_HEADER_BYTES, Channel, to_json
from .habits import habits
from .loader import Refused, Submission, forget_packages, load
from .lockdown import lock_down
from .standing import Standing

_set_error_handling, _ignore_warnings = np.seterr, warnings.simplefilter
_ERROR_HANDLING = np.geterr()
MOST_SKIPPED = 100
MAX_SOURCE_BYTES = 2**20


def _hide_own_modules() -> None:
    """Make the worker's modules unreachable by ``import``: they are none of the student's."""
    package = __name__.partition(".")[0]
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.argv[:] = [""]
    sys.dont_write_bytecode = True


class Worker:
    """What the worker remembers between two requests."""

    def __init__(self, channel: Channel, ruleset: int | None = None) -> None:
        self._channel = channel
        self._ruleset = ruleset
        self._streams = (sys.stdout, sys.stderr)
        self._submission = Submission()
        self._chance = Chance()
        self._standing = Standing()
        self._is_carried = False
        self._copier: tuple[int, Copier] | None = None

    def serve(self) -> None:
        """Answer requests until the judge closes the pipe."""
        operations = {"begin": self._begin, "convert": self._convert, "copy": self._copy,
                      "edit": self._edit, "load": self._load, "run": self._run}  # fmt: skip
        while (request := self._channel.receive()) is not None:
            header, payload = request
            operations[header["op"]](header, payload)

    def _begin(self, header: dict[str, Any], _: bytearray) -> None:
        facts = {
            "pid": os.getpid(),
            "python": platform.python_version(),
            "numpy": np.__version__,
            "rlimits": limits.apply(header["limits"]),
            "lockdown": lock_down(header["layers"], header["canary"], self._ruleset),
        }
        forget_packages()
        self._answer(header, {"hello": facts})

    def _convert(self, header: dict[str, Any], payload: bytearray) -> None:
        """Answer with a notebook's code."""
        try:
            source = notebook.source_of(payload.decode("utf-8", "replace"))
        except notebook.NotANotebook as error:
            self._answer(header, {"problem": str(error)})
            return
        raw = source.encode("utf-8", "replace")[:MAX_SOURCE_BYTES]
        self._answer(header, {"source": len(raw)}, [raw])

    def _edit(self, header: dict[str, Any], payload: bytearray) -> None:
        """Answer with edits of a text."""
        is_habit = "kind" in header
        keys = ("at", "kind", "most") if is_habit else ("at", "apart", "wrong", "right", "most")
        wanted = {key: header[key] for key in keys}
        proposed = habits if is_habit else edits
        found = proposed(payload.decode("utf-8", "replace"), **wanted)
        self._answer(header, {"edits": found})

    def _load(self, header: dict[str, Any], _: bytearray) -> None:
        sys.meta_path.insert(0, Refused(header["blocked"]))
        mode = header["mode"]
        self._submission = Submission(header["files"])
        sources = self._submission.sources
        texts = {source.file: source.source for source in sources}
        absent = Absentees(texts, has_helpers=header["helpers"], beside=header["beside"])
        sys.meta_path.append(absent)
        sys.meta_path.insert(1, OwnModules(sources, mode=mode, folder=header["folder"]))
        if header["system"] != "float64":
            self._is_carried = True
            own_builtins = systems.swap(header["system"])
            for source in sources:
                source.module.__dict__["__builtins__"] = own_builtins
        self._reset()
        self._chance.begin(header["seed"], [source.source for source in sources])
        try:
            load(self._submission, mode)
            described = describe(self._submission)
            skipped = [[k, *entry] for k, source in enumerate(sources) for entry in source.skipped]
            absent.foresee()
            left_out = {"absent": absent.names, "helpers": absent.helpers,
                        "skipped": skipped[:MOST_SKIPPED]}  # fmt: skip
            answer: dict[str, Any] = {"description": {**described, **left_out}}
        except BaseException as error:
            answer = {"fault": describe_exception(error, self._submission.files)}
        finally:
            self._chance.loaded()
            self._standing.loaded([(s.module, s.source) for s in self._submission.sources])
        self._answer(header, answer)

    def _copy(self, header: dict[str, Any], _: bytearray) -> None:
        """Execute copies of a file, each with a line of its own, in the place of earlier ones.

        What raises in one isn't told: the names that it lacks are.
        """
        sources = self._submission.sources
        del sources[header["count"] :]
        if self._copier is None or self._copier[0] != header["file"]:
            self._copier = header["file"], Copier(sources[header["file"]])
        self._reset()
        sources += [self._copier[1].copy(line, after) for line, after in header["edits"]]
        self._answer(header, {"copies": len(header["edits"])})

    def _run(self, header: dict[str, Any], payload: bytearray) -> None:
        arrays = interpreter.Arrays(header["arrays"], payload)
        if self._is_carried:
            arrays.convert = systems.carry
        modules = [source.module for source in self._submission.sources]
        files = self._submission.files
        for index, program in enumerate(header["programs"]):
            self._reset()
            body, parts = interpreter.run(program, modules, arrays, files)
            self._answer(header, body, parts, program=index)

    def _reset(self) -> None:
        """Put global state back, so that a program's values don't depend on earlier ones."""
        _set_error_handling(**_ERROR_HANDLING)
        _ignore_warnings("ignore")
        if self._is_carried:
            systems.refuse_losses()
        self._chance.reset()
        self._standing.reset()

    def _answer(
        self,
        request: dict[str, Any],
        body: dict[str, Any],
        parts: list[bytes] | tuple[()] = (),
        program: int = 0,
    ) -> None:
        self._flush()
        header = {"id": request["id"], "program": program, "bytes": sum(map(len, parts)), **body}
        text = to_json(header)
        while len(text) > MAX_HEADER_BYTES:
            header, parts = {**header, **_smaller(header), "bytes": 0}, ()
            text = to_json(header)
        self._channel.send(text, parts)

    def _flush(self) -> None:
        for stream in (*self._streams, sys.stdout, sys.stderr):
            try:
                stream.flush()
            except BaseException:  # closed, or replaced by something that fails
                continue


def _smaller(header: dict[str, Any]) -> dict[str, Any]:
    """Return less to say in a header that is too long to be accepted."""
    if "values" in header:
        note = "too many values for one reply"
        return {"values": [["o", "values", note] for _ in header["values"]]}
    functions, classes = header["description"]["functions"], header["description"]["classes"]
    methods = [method for entry in classes for method in entry["methods"]]
    detailed = [entry for entry in functions + methods if entry["assignments"] or entry["returns"]]
    for entry in detailed:
        entry["assignments"] = entry["returns"] = []
    if not detailed:
        functions, classes = functions[: len(functions) // 2], classes[: len(classes) // 2]
    smaller = {"functions": functions, "classes": classes}
    return {"description": {**header["description"], **smaller}}


def main(request_fd: int, reply_fd: int, ruleset: int | None = None) -> None:
    """Move the pipes out of reach, hide the worker's modules and serve.

    Parameters
    ----------
    request_fd, reply_fd : int
        The pipes from and to the judge.
    ruleset : int or None
        What the nursery has prepared for the lock-down.
    """
    limits.end_with_parent()
    limits.ignore_stops()
    channel = Channel(request_fd, reply_fd)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(  # type: ignore[union-attr]
            encoding="utf-8", errors="backslashreplace", line_buffering=True
        )
    _hide_own_modules()
    try:
        Worker(channel, ruleset).serve()
    except BaseException as error:
        # A submission broke what the worker stands on (or we did): say so in one line.
        os.write(2, f"worker: {type_name(error)}\n".encode())
        os._exit(1)
    # No clean-up: a submission's atexit functions have no say in how this ends.
    os._exit(0)
