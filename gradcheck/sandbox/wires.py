"""How bytes come and go between the judge and one worker. Imports the standard library only.

Two ways: pipes that are watched by ``poll``, and threads that wait at each, for systems
whose pipes can't be watched (Windows).
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections.abc import Mapping
from typing import IO, Literal, Protocol

try:
    from select import POLLIN, POLLOUT, poll
except ImportError:  # Windows
    poll = None  # type: ignore[assignment, misc]

__all__ = ["Arrived", "PolledPipes", "Stream", "ThreadedPipes", "Wires"]

CHUNK = 2**16
"""What a pipe holds. More would make each read map and unmap memory."""
MOST_WAITING = 64
"""Chunks that a thread reads ahead: four megabytes, then the worker waits."""

Stream = Literal["reply", "stdout", "stderr"]
Arrived = list[tuple[Stream, bytes]]
"""What came by which stream; nothing at all (``b""``) means that the stream has ended."""


class Wires(Protocol):
    """The request, reply, output and error pipe of one worker."""

    def send(self, frame: bytes) -> None:
        """Begin to send a frame; :meth:`wait` goes on with it."""

    def wait(self, timeout: float) -> Arrived:
        """Return what has arrived, after at most ``timeout`` seconds."""


class PolledPipes:
    """Pipes that don't block, watched by ``poll``.

    Parameters
    ----------
    request, reply, stdout, stderr : int
        This side's ends.
    """

    def __init__(self, *, request: int, reply: int, stdout: int, stderr: int) -> None:
        self._request = request
        self._streams: Mapping[int, Stream] = {reply: "reply", stdout: "stdout", stderr: "stderr"}
        self._unsent = memoryview(b"")
        self._poll = poll()
        for pipe in self._streams:
            self._poll.register(pipe, POLLIN)

    def send(self, frame: bytes) -> None:
        """Begin to send a frame; :meth:`wait` goes on with it."""
        self._unsent = memoryview(frame)
        self._write()
        if self._unsent:
            self._poll.register(self._request, POLLOUT)

    def wait(self, timeout: float) -> Arrived:
        """Return what has arrived, after at most ``timeout`` seconds."""
        arrived: Arrived = []
        for pipe, _ in self._poll.poll(timeout * 1000):
            if pipe == self._request:
                self._write()
                if not self._unsent:
                    self._poll.unregister(pipe)
                continue
            data = _read(pipe)
            if data is not None:
                arrived.append((self._streams[pipe], data))
                if not data:
                    self._poll.unregister(pipe)
        return arrived

    def _write(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self._request, self._unsent) :]
        except BlockingIOError:
            return
        except OSError:  # nobody reads any more: the reply pipe will tell
            self._unsent = memoryview(b"")


def _read(pipe: int) -> bytes | None:
    """Return what has arrived, ``b""`` at the end of the stream, None if nothing has."""
    try:
        return os.read(pipe, CHUNK)
    except BlockingIOError:
        return None
    except OSError:
        return b""


class ThreadedPipes:
    """Pipes that block, each with a thread of its own that waits at it.

    The threads end with the pipes: when the worker has been ended.

    Parameters
    ----------
    request : binary file
        To write to; unbuffered.
    streams : mapping of str to binary file
        To read from; unbuffered.
    """

    def __init__(self, request: IO[bytes], streams: Mapping[Stream, IO[bytes]]) -> None:
        self._request = request
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._arrived: queue.Queue[tuple[Stream, bytes]] = queue.Queue(MOST_WAITING)
        threading.Thread(target=self._write, name="gradcheck-send", daemon=True).start()
        for stream, file in streams.items():
            threading.Thread(
                target=self._read, args=(stream, file), name=f"gradcheck-{stream}", daemon=True
            ).start()

    def send(self, frame: bytes) -> None:
        """Begin to send a frame; its thread goes on with it."""
        self._outgoing.put(frame)

    def wait(self, timeout: float) -> Arrived:
        """Return what has arrived, after at most ``timeout`` seconds."""
        arrived: Arrived = []
        with contextlib.suppress(queue.Empty):
            arrived.append(self._arrived.get(timeout > 0, timeout or None))
            while len(arrived) < MOST_WAITING:
                arrived.append(self._arrived.get_nowait())
        return arrived

    def close(self) -> None:
        """Let the threads end, the worker having been ended."""
        self._outgoing.put(None)
        while self.wait(0.0):  # a thread may stand at a full queue
            continue

    def _write(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # nobody reads: the reply will tell
            while (frame := self._outgoing.get()) is not None:
                view = memoryview(frame)
                while view:
                    view = view[self._request.write(view) :]

    def _read(self, stream: Stream, file: IO[bytes]) -> None:
        data = b"-"
        while data:
            try:
                data = os.read(file.fileno(), CHUNK)
            except (OSError, ValueError):
                data = b""
            self._arrived.put((stream, data))
