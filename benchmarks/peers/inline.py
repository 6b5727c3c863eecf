"""A session without a process: the same loader, interpreter and number systems, called here.

It stands for :class:`gradcheck.sandbox.session.Session` in the pipeline, so that what a verdict
owes to the sandbox alone can be seen. Only for functions that one trusts.
"""

from __future__ import annotations

import json
import random
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Self
from unittest import mock

import numpy as np

from gradcheck import judging, pipeline
from gradcheck.mends import line_search
from gradcheck.options import Options
from gradcheck.records.description import ModuleDescription
from gradcheck.records.program import Fault, Program, Reply
from gradcheck.records.report import Report
from gradcheck.records.submission import Submission
from gradcheck.sandbox.claims import decode_description
from gradcheck.sandbox.replies import decode_fault, decode_reply
from gradcheck.sandbox.requests import encode_programs
from gradcheck.sandbox.worker import interpreter, loader, systems
from gradcheck.sandbox.worker.describe import describe
from gradcheck.sandbox.worker.faults import describe_exception
from gradcheck.sandbox.worker.standing import Standing

__all__ = ["Inline", "grade", "numbers"]

PREFIX = 4
"""Bytes that say how long a frame's header is."""


class _Current:
    """The number system that this process is set to, as a worker is from its start."""

    system = ""
    swapped: ClassVar[dict[str, Any]] = {}


@contextmanager
def numbers(system: str, seed: int = 0) -> Iterator[dict[str, Any] | None]:
    """Compute in a number system; gives the built-ins that its copy of a source needs."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if system != "float64":
            if system != _Current.system:
                _Current.system, _Current.swapped = system, systems.swap(system)
            systems.refuse_losses()
        np.random.seed(seed)
        random.seed(seed)
        yield None if system == "float64" else dict(_Current.swapped)


class Inline:
    """Loads a submission in this process, a copy for each number system."""

    stdout = stderr = ""
    output_truncated = False
    time_outs = crashes = 0

    def __init__(self, files: Sequence[tuple[str, str]], **_: Any) -> None:
        self.file, self.source = files[0]
        self.lines = {self.file: self.source.count("\n") + 1}
        self.hello: dict[str, Any] = {}
        self._copies: dict[str, loader.Submission] = {}
        self._standing: dict[str, Standing] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget the copies, as a closed session's worker does."""
        self._copies.clear()

    def load(self) -> ModuleDescription | Fault:
        try:
            said = {**describe(self._copy("float64")), "absent": [], "helpers": [], "skipped": []}
            claim = json.loads(json.dumps(said))
            return decode_description(claim, lines=list(self.lines.values()))
        except Exception as error:
            return decode_fault(describe_exception(error, self.lines), self.lines)

    def _copy(self, system: str) -> loader.Submission:
        if system not in self._copies:
            copy = loader.Submission([(self.file, self.source)])
            with numbers(system) as swapped:
                if swapped is not None:
                    copy.sources[0].module.__dict__["__builtins__"] = swapped
                loader.load(copy)
            self._copies[system] = copy
            self._standing[system] = Standing()
            self._standing[system].loaded([(s.module, s.source) for s in copy.sources])
        return self._copies[system]

    def module(self, system: str) -> types.ModuleType:
        """Return the copy's module of a number system."""
        return self._copy(system).sources[0].module

    def within(self, modules: tuple[int, ...]) -> Callable[[Sequence[Program]], list[Reply]]:
        """Return what executes programs: there is one file."""
        return self.execute

    def execute(self, programs: Sequence[Program]) -> list[Reply]:
        return [self._executed(program) for program in programs]

    def _executed(self, program: Program) -> Reply:
        frame = encode_programs([program], request_id="")
        end = PREFIX + int.from_bytes(frame[:PREFIX], "little")
        header, payload = json.loads(frame[PREFIX:end]), bytearray(frame[end:])
        arrays = interpreter.Arrays(header["arrays"], payload)
        modules = [self.module(program.system)]
        self._standing[program.system].reset()
        with numbers(program.system):
            if program.system != "float64":
                arrays.convert = systems.carry
            body, parts = interpreter.run(header["programs"][0], modules, arrays, self.lines)
        reply = {"id": "", "program": 0, "bytes": sum(map(len, parts)), **body}
        return decode_reply(json.loads(json.dumps(reply)), b"".join(parts), program=program,
                            files=self.lines)  # fmt: skip


class _Nobody:
    """An executor that starts nothing."""

    def prestart(self, count: int) -> None:
        """Nothing to start."""

    def close(self) -> None:
        """Nothing to end."""


def grade(submission: Submission, options: Options) -> Report:
    """Run the pipeline as it is, with its sessions in this process; no line is looked for."""
    with mock.patch.object(pipeline, "Session", Inline), \
            mock.patch.object(judging, "Session", Inline), \
            mock.patch.object(line_search, "suspicion", lambda checks: None), \
            mock.patch.object(line_search, "HABITS", frozenset()):  # fmt: skip
        prepared = pipeline.Prepared(submission, None, executor=_Nobody())  # type: ignore[arg-type]
        *_, last = pipeline.run(prepared, options)
    assert isinstance(last, pipeline.Finished)
    return last.report
