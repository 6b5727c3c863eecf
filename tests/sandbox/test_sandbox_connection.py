"""One worker in conversation: what is kept of its output, and how it is ended."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from gradcheck.sandbox.connection import Capture, Connection
from gradcheck.sandbox.wires import PolledPipes


@dataclass
class Zeros:
    """A child whose standard output never ends."""

    wires: PolledPipes
    pid: int = 2**30
    is_closed: bool = False

    def kill(self) -> None:
        pass

    def wait(self, timeout: float = 0.0) -> int | None:
        return None

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def zeros() -> Iterator[Zeros]:
    reply, unused = os.pipe()
    endless = os.open("/dev/zero", os.O_RDONLY)
    silent = os.open(os.devnull, os.O_RDONLY)
    yield Zeros(PolledPipes(request=unused, reply=reply, stdout=endless, stderr=silent))
    for pipe in (reply, unused, endless, silent):
        os.close(pipe)


def test_output_that_never_ends_does_not_keep_a_worker_from_being_ended(zeros: Zeros) -> None:
    stdout, stderr = Capture(10), Capture(10)
    connection = Connection(zeros, stdout, stderr)
    closing = threading.Thread(target=connection.close, daemon=True)
    closing.start()
    closing.join(5.0)

    assert zeros.is_closed
    assert stdout.text == "\0" * 10 and stdout.is_truncated
    assert stderr.text == "" and not stderr.is_truncated


def test_a_capture_keeps_the_first_bytes() -> None:
    capture = Capture(3)
    capture.add(b"a")
    capture.add("é".encode())
    assert capture.text == "aé" and not capture.is_truncated
    capture.add(b"b")
    assert capture.text == "aé" and capture.is_truncated


def test_half_a_character_is_replaced() -> None:
    capture = Capture(2)
    capture.add("aé".encode())

    assert capture.text == "a\N{REPLACEMENT CHARACTER}"
