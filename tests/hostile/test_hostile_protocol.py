"""A worker that says anything at all: the session gives faults, and raises nothing."""

from __future__ import annotations

import contextlib
import json
import os
import struct
import sys
import threading
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.errors import GradcheckError
from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Program
from gradcheck.sandbox.session import Session
from gradcheck.sandbox.wires import PolledPipes

FUZZ = settings(max_examples=60, deadline=None)
PROGRAM = Program((("name", "f", "f"), ("call", "r", "f", [], {})), (), ("r",))
QUICK = Budgets(call_cpu=0.05, import_cpu=0.05, blocked_wall=0.3, time_outs=1)
ID = "@" * 16
"""Stands for the request's id, which has as many characters."""


def frame(header: Mapping[str, Any], payload: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + payload


class Puppet:
    """A child without a process: a thread that answers what it is told to, then hangs up."""

    def __init__(self, answer: bytes, *, at: str) -> None:
        self._answer, self._at = answer, at
        requests, self.request = os.pipe()
        self.reply, replies = os.pipe()
        self.stdout = os.open(os.devnull, os.O_RDONLY)
        self.stderr = os.open(os.devnull, os.O_RDONLY)
        self.pid = 2**30
        for pipe in (self.request, self.reply):
            os.set_blocking(pipe, False)
        self.wires = PolledPipes(
            request=self.request, reply=self.reply, stdout=self.stdout, stderr=self.stderr
        )
        self._thread = threading.Thread(target=self._serve, args=(requests, replies))
        self._thread.start()

    def _serve(self, requests: int, replies: int) -> None:
        with (
            open(requests, "rb") as incoming,
            open(replies, "wb", buffering=0) as outgoing,
            contextlib.suppress(OSError, struct.error),
        ):
            while size := incoming.read(4):
                header = json.loads(incoming.read(struct.unpack("<I", size)[0]))
                incoming.read(header["bytes"])
                outgoing.write(self._reply(header))
                if header["op"] == self._at:
                    return

    def _reply(self, header: dict[str, Any]) -> bytes:
        common = {"id": header["id"], "program": 0, "bytes": 0}
        if header["op"] == self._at:
            return self._answer.replace(ID.encode(), header["id"].encode())
        if header["op"] == "begin":
            return frame({**common, "hello": {"pid": 1, "rlimits": {"AS": 1}}})
        nothing = dict.fromkeys(("functions", "classes", "absent", "helpers", "skipped"), ())
        return frame({**common, "description": nothing})

    def kill(self) -> None:
        pass

    def wait(self, timeout: float = 0.0) -> int | None:
        return None if self._thread.is_alive() else 0

    def close(self) -> None:
        for pipe in (self.request, self.reply, self.stdout, self.stderr):
            with contextlib.suppress(OSError):
                os.close(pipe)
        self._thread.join()


class Puppets:
    """An executor of puppets that all say the same."""

    layers = ("limits",)
    interpreter = sys.executable
    absent: Mapping[str, str] = {}

    def __init__(self, answer: bytes, *, at: str = "run") -> None:
        self._make = lambda: Puppet(answer, at=at)

    def prestart(self, count: int = 1) -> None:
        pass

    def start(self) -> Puppet:
        return self._make()

    def close(self) -> None:
        pass


def executed(answer: bytes, at: str) -> None:
    """Assert that a session with such a worker gives one reply, or our own error."""
    with Session([("a.py", "x = 1")], executor=Puppets(answer, at=at), budgets=QUICK) as session:
        try:
            replies = session.execute([PROGRAM])
        except GradcheckError:
            assert at == "begin"
            return
        assert len(replies) == 1
        assert replies[0].fault is not None or len(replies[0].values) == 1
        assert session.restarts <= 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)
KEYS = st.sampled_from(["bytes", "values", "fault", "program", "hello", "description", "id"])
STAGES = st.sampled_from(["begin", "load", "run"])


@FUZZ
@given(st.binary(max_size=300), STAGES)
def test_random_bytes(data: bytes, stage: str) -> None:
    executed(data, stage)


@FUZZ
@given(st.dictionaries(KEYS, JSON), st.binary(max_size=40), STAGES)
def test_random_headers_with_the_right_id(
    header: dict[str, Any], payload: bytes, stage: str
) -> None:
    whole = {"id": ID, "program": 0, "bytes": len(payload), **header}
    executed(frame(whole, payload), stage)


VALUES = st.lists(st.lists(JSON, max_size=5), max_size=3)


@FUZZ
@given(VALUES, st.binary(max_size=40), st.integers(0, 60))
def test_random_values_and_frames_that_are_cut(values: Any, payload: bytes, cut: int) -> None:
    header = {"id": ID, "program": 0, "bytes": len(payload), "values": values}
    executed(frame(header, payload), "run")
    executed(frame(header, payload)[:-cut or None], "run")


def test_the_puppet_is_believed_when_it_answers_rightly() -> None:
    answer = frame({"id": ID, "program": 0, "bytes": 0, "values": [["i", 5]]})
    with Session([("a.py", "x = 1")], executor=Puppets(answer), budgets=QUICK) as session:
        (reply,) = session.execute([PROGRAM])
    assert reply.fault is None and reply.values == (5,)
