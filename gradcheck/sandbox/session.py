"""A submission in conversation: loaded, described, executed, replaced when it dies."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Self

from gradcheck.errors import InternalError, WorkerStartError
from gradcheck.records.budgets import Budgets
from gradcheck.records.description import ModuleDescription
from gradcheck.records.program import Fault, Program, Reply, System
from gradcheck.records.submission import NOWHERE, Surroundings
from gradcheck.records.text import line_count
from gradcheck.sandbox.claims import decode_description
from gradcheck.sandbox.connection import Capture, Connection, Lost, broken
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.greeting import Mode, check_ids, greeted, milder
from gradcheck.sandbox.levels import level_of
from gradcheck.sandbox.limits import Deadlines
from gradcheck.sandbox.plain_lists import in_arrays
from gradcheck.sandbox.protocol import Header, ProtocolError, pack
from gradcheck.sandbox.replies import decode_fault, decode_reply
from gradcheck.sandbox.requests import encode_programs

__all__ = ["Session"]

BLOCKED_IMPORTS = ("gradcheck", "gradcheck_reference")
MAX_CRASHES = 3
"""Crashes and broken protocols; each costs the start of a worker, and a submission that
does it three times does it on purpose or at every call."""
START_ATTEMPTS = 2
MAX_BATCH_BYTES = 256 * 2**20
"""What the replies to one request may weigh: a bound on the judge's own memory."""
HEADER_WEIGHT = 8
"""A byte of header becomes about so many of Python objects."""


class Session:
    """A submission living in another process.

    Not for several threads at once.

    Parameters
    ----------
    files : sequence of (str, str)
        File name and source text, of different names.
    executor : Executor
        How a child is started.
    budgets : Budgets
        What the submission may use.
    seed : int
        Of the global random states, set before each program.
    system : {"float64", "complex", "longdouble"}
        The numbers that this copy of the submission computes with. Programs of another
        system are executed by a twin, a session of its own that is started when it is first
        asked for; what it prints is nobody's concern, and what it costs is its own.
    required : int
        The isolation level that a worker must show before it is sent the source.
    around : Surroundings
        Where the files come from.

    Attributes
    ----------
    files : list of (str, str)
        As given.
    hello : mapping
        What a worker observed before it received the source: the latest of those that were
        locked in the least.
    restarts, time_outs, crashes : int
        Workers started after the first; time-outs; crashes and broken protocols.
    frames : int
        Request frames sent by :meth:`execute`.
    """

    def __init__(
        self,
        files: Sequence[tuple[str, str]],
        *,
        executor: Executor,
        budgets: Budgets,
        seed: int = 0,
        system: System = "float64",
        required: int = 0,
        around: Surroundings = NOWHERE,
    ) -> None:
        self.files = list(files)
        self._lines = {name: line_count(source) for name, source in files}
        if not files or len(self._lines) != len(files):
            raise InternalError("a session takes source texts of different names")
        self._executor = executor
        self._budgets = budgets
        self._seed = seed
        self._system = system
        self._mode: Mode = "whole"
        self._around = around
        self._has_lists_only = not any("numpy" in source for _, source in files)
        self._required = required
        self._twins: dict[System, Session] = {}
        self._stdout = Capture(budgets.output_bytes)
        self._stderr = Capture(budgets.output_bytes)
        self._connection: Connection | None = None
        self._loaded: ModuleDescription | Fault | None = None
        self._halt: Fault | None = None
        self._cpu_before = 0.0
        self._workers = 0
        self._weight = 0
        self.hello: Mapping[str, Any] = MappingProxyType({})
        self.time_outs = 0
        self.crashes = 0
        self.frames = 0

    def __enter__(self) -> Self:
        """Return the session; nothing is started yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the session."""
        self.close()

    @property
    def stdout(self) -> str:
        """What the submission printed so far, capped."""
        self._take_in()
        return self._stdout.text

    @property
    def stderr(self) -> str:
        """What the submission wrote to its standard error so far, capped."""
        self._take_in()
        return self._stderr.text

    @property
    def output_truncated(self) -> bool:
        """Whether more was printed than is kept."""
        self._take_in()
        return self._stdout.is_truncated or self._stderr.is_truncated

    @property
    def restarts(self) -> int:
        """How many workers were started after the first."""
        return max(0, self._workers - 1)

    @property
    def cpu_seconds(self) -> float:
        """CPU time that the submission has used, imports included."""
        if self._connection is None:
            return self._cpu_before
        self._connection.read_clock()
        return self._cpu_before + self._connection.cpu

    def load(self) -> ModuleDescription | Fault:
        """Load the submission in a worker, once, and return what it describes.

        Raises
        ------
        WorkerStartError
            If no worker could be started; never for what the submission does.
        """
        if self._loaded is None:
            found = self._loaded = self._load()
            while isinstance(found, Fault) and (
                mode := milder(found, self._mode, dict(self.files))
            ):
                self._discard()
                self._halt, self._mode = None, mode
                found = self._load()
                if isinstance(found, ModuleDescription) and found.has_names:
                    self._loaded = found
            if isinstance(self._loaded, Fault):
                self._discard()
                self._stop("not-loaded", "the submission could not be loaded")
        return self._loaded

    def execute(self, programs: Sequence[Program]) -> list[Reply]:
        """Execute programs in order and return as many replies.

        A program that ends its worker gets the fault; those after it continue in a new
        worker, until too many time-outs or crashes skip the rest.

        Raises
        ------
        InternalError
            If a program is malformed or no worker could be started; never for what the
            submission does.
        """
        self.load()
        if any(p.system != self._system for p in programs):
            return self._shared_out(programs)
        replies: list[Reply] = []
        self._weight = 0
        has_been_retried = False
        while len(replies) < len(programs):
            if self._halt is not None:
                replies += [Reply(fault=self._halt)] * (len(programs) - len(replies))
                break
            rest = programs[len(replies) :]
            try:
                self._run(rest[:1] if has_been_retried else rest, replies)
            except Lost as lost:
                self._discard()
                if lost.is_retryable and not has_been_retried and len(replies) < len(programs):
                    has_been_retried = True
                    continue
                self._count(lost.fault)
                replies.append(Reply(fault=lost.fault))
            has_been_retried = False
        return [in_arrays(r) for r in replies] if self._has_lists_only else replies

    def within(self, modules: tuple[int, ...]) -> Callable[[Sequence[Program]], list[Reply]]:
        """Return what executes programs whose names are looked up in some of the files."""
        if modules == (0,):
            return self.execute

        def execute(programs: Sequence[Program]) -> list[Reply]:
            return self.execute([replace(p, modules=modules) for p in programs])

        return execute

    def copy(self, file: int, edits: Sequence[tuple[int, str]]) -> bool:
        """Execute the definitions of copies of a file, each with another text in one line.

        They are looked up behind the submission's own files, the first as ``modules=(number of
        files,)``, in the place of earlier ones. Return whether they are there: not if the worker
        was lost.
        """
        if isinstance(self.load(), Fault) or self._connection is None:
            return False
        request = {"op": "copy", "file": file, "count": len(self.files), "edits": edits}
        try:
            header = self._asked(request)
            self._connection.expect_silence()
        except (Lost, ProtocolError):
            self._discard()
            return False
        return header.get("copies") == len(edits)

    def _shared_out(self, programs: Sequence[Program]) -> list[Reply]:
        """Execute programs of several systems, each in the copy of its own."""
        replies: dict[int, Reply] = {}
        for system in dict.fromkeys(p.system for p in programs):
            places = [k for k, p in enumerate(programs) if p.system == system]
            session = self if system == self._system else self._twin(system)
            found = session.execute([programs[k] for k in places])
            replies |= dict(zip(places, found, strict=True))
        return [replies[k] for k in range(len(programs))]

    def _twin(self, system: System) -> Session:
        if system not in self._twins:
            self._twins[system] = Session(
                self.files, executor=self._executor, budgets=self._budgets,
                seed=self._seed, system=system, required=self._required,
                around=self._around,
            )  # fmt: skip
            self._twins[system]._mode = self._mode
        return self._twins[system]

    def close(self) -> None:
        """End the worker and its twins and remove their folders."""
        for twin in self._twins.values():
            twin.close()
        self._discard()
        self._stop("closed", "the session was closed")

    def _run(self, programs: Sequence[Program], replies: list[Reply]) -> None:
        """Send the programs and append their replies, in the current or a new worker."""
        if self._connection is None and not self._reload():
            return
        connection = self._connection
        assert connection is not None
        request_id = secrets.token_hex(8)
        frame = encode_programs(programs, request_id=request_id)
        connection.send(frame)
        self.frames += 1
        for index, program in enumerate(programs):
            header, payload, size = self._receive(self._budgets.call_cpu)
            try:
                check_ids(header, request_id, index)
                reply = decode_reply(header, payload, program=program, files=self._lines)
                self._weigh(len(payload) + HEADER_WEIGHT * (size - len(payload)))
            except ProtocolError as error:
                raise broken(str(error)) from None
            if index == len(programs) - 1:
                connection.expect_silence()
            replies.append(reply)

    def _receive(self, cpu: float) -> tuple[Header, bytes, int]:
        assert self._connection is not None
        deadlines = Deadlines(cpu, budgets=self._budgets, now=time.monotonic())
        left = self._budgets.submission_cpu - self._cpu_before
        return self._connection.receive(deadlines, cpu_left=left)

    def _weigh(self, weight: int) -> None:
        self._weight += weight
        if self._weight > MAX_BATCH_BYTES:
            raise ProtocolError("more values than one request may bring")

    def _reload(self) -> bool:
        """Load again in a new worker; if that fails, the rest is skipped."""
        again = self._load()
        if isinstance(again, Fault):
            self._stop("not-reloaded", f"the submission could not be loaded again: {again.message}")
        return not isinstance(again, Fault)

    def _load(self) -> ModuleDescription | Fault:
        """Start a worker and load the submission there; a slow machine is excused once."""
        for is_last in (False, True):
            self._start()
            if level_of(self.hello) < self._required:
                return Fault("skipped", "isolation", f"not executed below isolation level "
                             f"{self._required}")  # fmt: skip
            try:
                return self._load_there()
            except Lost as lost:
                self._discard()
                if is_last or not lost.is_retryable:
                    self._count(lost.fault)
                    return lost.fault
        raise AssertionError("unreachable")

    def _load_there(self) -> ModuleDescription | Fault:
        assert self._connection is not None
        request = {
            "op": "load",
            "files": self.files,
            "blocked": BLOCKED_IMPORTS,
            "seed": self._seed,
            "system": self._system,
            "mode": self._mode,
            **self._around.header,
        }
        try:
            header = self._asked(request)
            if "fault" in header:
                return decode_fault(header["fault"], self._lines)
            description = decode_description(
                header.get("description"), lines=list(self._lines.values())
            )
        except ProtocolError as error:
            raise broken(str(error)) from None
        self._connection.expect_silence()
        return description

    def _asked(self, request: Header) -> Header:
        """Return the answer to a request that brings no raw bytes."""
        assert self._connection is not None
        request_id = secrets.token_hex(8)
        self._connection.send(pack({**request, "id": request_id, "bytes": 0}))
        header, _, _ = self._receive(self._budgets.import_cpu)
        check_ids(header, request_id, 0)
        return header

    def _start(self) -> None:
        """Start a worker and wait for its hello; what goes wrong here is our fault."""
        for attempt in range(START_ATTEMPTS):
            connection = Connection(self._executor.start(), self._stdout, self._stderr)
            try:
                hello = greeted(connection, self._budgets, self._executor)
            except (Lost, ProtocolError) as error:
                connection.close()
                if attempt == START_ATTEMPTS - 1:
                    said = self.stderr[-2000:]
                    raise WorkerStartError(
                        f"the worker process did not start: {error} {said}"
                    ) from error
                continue
            self._workers += 1
            self._connection = connection
            if not self.hello or level_of(hello) <= level_of(self.hello):
                self.hello = hello
            return

    def _take_in(self) -> None:
        if self._connection is not None:
            self._connection.take_in()

    def _discard(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._cpu_before += self._connection.cpu
            self._connection = None

    def _count(self, fault: Fault) -> None:
        if fault.kind == "time-out":
            self.time_outs += 1
        else:
            self.crashes += 1
        if self._cpu_before >= self._budgets.submission_cpu:
            self._stop("submission-cpu-time", "the submission's CPU time is used up")
        elif self.time_outs >= self._budgets.time_outs:
            self._stop("time-outs", f"skipped after {self.time_outs} time-outs")
        elif self.crashes >= MAX_CRASHES:
            self._stop("crashes", f"skipped after {self.crashes} crashes of its process")

    def _stop(self, type_name: str, message: str) -> None:
        if self._halt is None:
            self._halt = Fault("skipped", type_name, message)
