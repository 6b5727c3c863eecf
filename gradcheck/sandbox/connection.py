"""One live worker: requests go out, replies come in, before their deadlines."""

from __future__ import annotations

import signal
import time

from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Fault
from gradcheck.sandbox.executors import Child
from gradcheck.sandbox.limits import Deadlines, cpu_seconds
from gradcheck.sandbox.protocol import FrameBuffer, Header, ProtocolError
from gradcheck.sandbox.wires import Stream

__all__ = ["Capture", "Connection", "Lost", "broken"]

TICK = 0.02
"""Seconds between two looks at the child's clock; a reply in between costs none."""
LAST_WORDS = 0.5
"""Seconds that a child whose pipe has closed is given to end, so that we can say how."""


class Lost(Exception):
    """The worker is of no more use; ``fault`` says why."""

    def __init__(self, fault: Fault, *, is_retryable: bool = False) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.is_retryable = is_retryable


def broken(what: str) -> Lost:
    """Return that a worker has broken the protocol by sending something."""
    return Lost(Fault("protocol", "protocol", f"the worker process sent {what}"))


class Capture:
    """The first bytes of a stream; the rest is counted as gone.

    Parameters
    ----------
    limit : int
        How many bytes are kept.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._data = bytearray()
        self.is_truncated = False

    def add(self, data: bytes) -> None:
        """Keep what still fits."""
        room = self._limit - len(self._data)
        self._data += data[:room]
        self.is_truncated = self.is_truncated or len(data) > room

    @property
    def text(self) -> str:
        """What was kept, invalid UTF-8 replaced."""
        return self._data.decode("utf-8", "replace")


class Connection:
    """A worker in conversation.

    Parameters
    ----------
    child : Child
        A started worker; :meth:`close` ends it.
    stdout, stderr : Capture
        Where its output goes.
    """

    def __init__(self, child: Child, stdout: Capture, stderr: Capture) -> None:
        self._child = child
        self._frames = FrameBuffer()
        self._wires = child.wires
        self._captures: dict[Stream, Capture] = {"stdout": stdout, "stderr": stderr}
        self._looked = time.monotonic()
        self._is_over = False
        self._cpu_offset = 0.0
        self.cpu = 0.0

    def start_clock(self) -> None:
        """Count CPU time from here: the start of the interpreter isn't the student's."""
        self._cpu_offset = cpu_seconds(self._child.pid) or 0.0
        self.cpu = 0.0

    def read_clock(self) -> float | None:
        """Return the CPU seconds since :meth:`start_clock`; None where unknown."""
        total = cpu_seconds(self._child.pid)
        if total is None:
            return None
        self.cpu = max(self.cpu, total - self._cpu_offset)
        return self.cpu

    def send(self, frame: bytes) -> None:
        """Begin to send a frame; :meth:`receive` goes on with it.

        Raises
        ------
        Lost
            If the worker has said something that nobody asked for.
        """
        self.take_in()
        self.expect_silence()
        self._wires.send(frame)

    def receive(
        self, deadlines: Deadlines, *, cpu_left: float = float("inf")
    ) -> tuple[Header, bytes, int]:
        """Wait for the next frame.

        Parameters
        ----------
        deadlines : Deadlines
            Of this reply.
        cpu_left : float
            What this worker may still use, of CPU seconds since :meth:`start_clock`.

        Raises
        ------
        Lost
            If the worker ends, breaks the protocol or misses a deadline.
        """
        while True:
            try:
                frame = self._frames.take()
            except ProtocolError as error:
                raise broken(str(error)) from None
            if frame is not None:
                return frame
            if self._is_over:
                raise Lost(self._obituary())
            self._serve(TICK)
            if time.monotonic() - self._looked >= TICK:
                self._look(deadlines, cpu_left)

    def take_in(self) -> None:
        """Take in what the worker has printed, without waiting."""
        if not self._is_over:
            self._serve(0.0)

    def expect_silence(self) -> None:
        """Complain of what the worker has said unasked.

        Raises
        ------
        Lost
            If there are bytes that belong to no awaited reply.
        """
        if len(self._frames):
            raise broken("bytes that nobody asked for")

    def close(self) -> None:
        """End the worker, having taken in what it printed."""
        self.read_clock()
        self._child.kill()
        for _ in range(2):  # no more: what left the group may write for ever
            self._serve(0.0)
        self._child.close()

    def _serve(self, timeout: float) -> None:
        for stream, data in self._wires.wait(timeout):
            if stream != "reply":
                self._captures[stream].add(data)
            elif data:
                self._frames.feed(data)
            else:
                self._is_over = True

    def _look(self, deadlines: Deadlines, cpu_left: float) -> None:
        """Compare the clocks with the deadlines, and see whether the child is alive."""
        cpu = self.read_clock()
        now = self._looked = time.monotonic()
        if cpu is not None and cpu > cpu_left:
            message = "used up the CPU time that the whole submission may use"
            raise Lost(Fault("time-out", "submission-cpu-time", message))
        expiry = deadlines.check(now, cpu)
        if expiry is not None:
            fault = Fault("time-out", expiry.type_name, expiry.message)
            raise Lost(fault, is_retryable=expiry.is_retryable)
        # Its own children may hold the reply pipe open after it has ended.
        if self._child.wait() is not None:
            self._serve(0.0)
            self._is_over = True

    def _obituary(self) -> Fault:
        """Return how the child ended; half a frame is no better than none."""
        self.read_clock()
        status = self._child.wait(LAST_WORDS)
        if status is None:
            return Fault("crash", "closed", "the process closed the pipe to the judge")
        if status >= 0:
            return Fault("crash", "exit", f"the process ended with exit status {status}")
        name = signal.Signals(-status).name if -status in _SIGNALS else f"signal {-status}"
        if name == "SIGXCPU":
            return Fault("time-out", "cpu-time", "used more CPU time than the system allows it")
        return Fault("crash", name, f"the process was ended by {name}")


_SIGNALS = frozenset(map(int, signal.Signals))


def start_deadlines(budgets: Budgets, seconds: float) -> Deadlines:
    """Return deadlines for the start of a worker: our time, not the submission's."""
    generous = budgets.model_copy(update={"wall_factor": 1.0, "blocked_wall": seconds})
    return Deadlines(seconds, budgets=generous, now=time.monotonic())
