"""Submissions that do their worst: always a fault or a value, never a hang or a pass.

The numbers in brackets are rows of the threat catalogue in the documentation. Here the kernel
helps with limits only, as on a machine that has nothing better; tests/hostile has every level.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from sandbox_helpers import QUICK, Open, call, kinds

from gradcheck.records.budgets import Budgets
from gradcheck.records.description import ModuleDescription
from gradcheck.records.program import Fault, Opaque, Program
from gradcheck.sandbox import session as session_module
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.executors.fork import Fork
from gradcheck.sandbox.executors.spawn import Spawn
from gradcheck.sandbox.layers import ONLY_LIMITS
from gradcheck.sandbox.session import Session

Attack = Callable[[str], tuple[list[str], list[Any]]]

HANG_CAP = 8.0
"""Seconds within which anything must have ended under the quick budgets."""

PREAMBLE = r"""
import os, sys, time, signal, struct, threading, json
import numpy as np

def ok():
    return 1

def pipes():
    found = []
    for fd in range(3, 64):
        try:
            mode = os.fstat(fd).st_mode
        except OSError:
            continue
        found.append(fd)
    return found

def write_everywhere(data):
    for fd in pipes():
        try:
            os.write(fd, data)
        except OSError:
            pass

def frame(header):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text

def perform(body):
    lines = "".join("    " + line + "\n" for line in body.strip().splitlines())
    exec(compile("def attack():\n" + lines, "my_impl.py", "exec"), globals())
    return attack()

def request():
    f = sys._getframe()
    while f is not None:
        if "header" in f.f_locals and "programs" in f.f_locals["header"]:
            return f.f_locals["header"]
        f = f.f_back
"""


def execute(session: Session, *programs: Program) -> tuple[list[str], list[Any]]:
    """Execute the programs in one batch; return the kinds of the replies, and the replies."""
    began = time.monotonic()
    replies = session.execute(programs)
    assert time.monotonic() - began < HANG_CAP
    return kinds(replies), replies


@pytest.fixture(scope="module", params=[Spawn, Fork], ids=["spawn", "fork"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    """Return each executor in turn, with workers that aren't locked in."""
    started: Executor = request.param(ONLY_LIMITS)
    yield started
    started.close()


@pytest.fixture(scope="module")
def arena(executor: Spawn) -> Iterator[Session]:
    """Return one session for all attacks, with patience for any number of them."""
    budgets = QUICK.model_copy(update={"time_outs": 1000, "submission_cpu": 1000.0})
    with (
        pytest.MonkeyPatch.context() as patch,
        Session([("my_impl.py", PREAMBLE)], executor=executor, budgets=budgets) as session,
    ):
        patch.setattr(session_module, "MAX_CRASHES", 1000)
        assert isinstance(session.load(), ModuleDescription), session.load()
        yield session


@pytest.fixture
def attack(arena: Session, executor: Spawn) -> Attack:
    """Return a function that executes statements as student code between honest calls."""
    return attacking(arena, executor)


def attacking(arena: Session, executor: Spawn) -> Attack:
    def execute_body(body: str) -> tuple[list[str], list[Any]]:
        executor.prestart()  # the next worker starts while this one hangs
        steps = (
            ("constant", "b", body),
            ("name", "f", "perform"),
            ("call", "r", "f", ["b"], {}),
        )
        found, replies = execute(arena, call("ok"), Program(steps, (), ("r",)), call("ok"))
        assert found[0] == "values"
        return found, replies

    return execute_body


HANGS_AND_EXITS = [
    pytest.param("while True: pass", "time-out", "cpu-time", id="busy loop [1]"),
    pytest.param("time.sleep(1000)", "time-out", "blocked", id="sleep [2]"),
    pytest.param("return 7 ** 10**8", "time-out", "cpu-time", id="C loop with the GIL [3]"),
    pytest.param(
        "lock = threading.Lock(); lock.acquire(); lock.acquire()",
        "time-out", "blocked", id="deadlock [4]",
    ),
    pytest.param(
        """
for number in range(1, 32):
    try: signal.signal(number, signal.SIG_IGN)
    except OSError: pass
while True: pass
""", "time-out", "cpu-time", id="every signal ignored [7]"),
    pytest.param(
        """
import atexit
atexit.register(time.sleep, 1000)
sys.exit(0)
""", "exception", "SystemExit", id="sys.exit with a hanging atexit [8, 25]"),
    pytest.param(
        """
class Sticky:
    def __del__(self):
        while True: pass
return Sticky()
""", "time-out", "cpu-time", id="endless __del__ [9]"),
    pytest.param(
        """
while True:
    try:
        while True: pass
    except BaseException: pass
""", "time-out", "cpu-time", id="swallows everything [10]"),
    pytest.param("os.kill(os.getpid(), signal.SIGSTOP)", "time-out", "blocked", id="SIGSTOP [12]"),
    pytest.param("return np.zeros(2**33).sum()", "exception", "MemoryError", id="memory [13]"),
    pytest.param("return bytearray(3 * 2**30)", "exception", "MemoryError", id="3 GiB [13]"),
    pytest.param("os._exit(0)", "crash", "exit", id="os._exit [26]"),
    pytest.param("os.abort()", "crash", "SIGABRT", id="abort [29]"),
    pytest.param("import ctypes; ctypes.string_at(0)", "crash", "SIGSEGV", id="NULL [28]"),
    pytest.param("os.kill(os.getpid(), signal.SIGKILL)", "crash", "SIGKILL", id="SIGKILL [30]"),
    pytest.param("raise KeyboardInterrupt", "exception", "KeyboardInterrupt", id="Ctrl-C [34]"),
    pytest.param("raise GeneratorExit", "exception", "GeneratorExit", id="GeneratorExit [34]"),
    pytest.param(
        "os.closerange(0, 64); time.sleep(1000)", "crash", "closed", id="closes all pipes [38]"
    ),
    pytest.param(
        """
class Quiet(Exception):
    def __str__(self): os._exit(0)
raise Quiet
""", "crash", "exit", id="__str__ exits [62]"),
    pytest.param(
        """
class Slow(Exception):
    def __str__(self):
        while True: pass
raise Slow
""", "time-out", "cpu-time", id="__str__ hangs"),
]  # fmt: skip

FORGERIES = [
    pytest.param("write_everywhere(b'x' * 100)", id="noise in every pipe [52]"),
    pytest.param("write_everywhere(struct.pack('<Q', 2**63))", id="2^63 [54]"),
    pytest.param("write_everywhere(frame(b'[' * 60000))", id="deep JSON [55]"),
    pytest.param("write_everywhere(frame(b'{\"bytes\": NaN}'))", id="NaN [56]"),
    pytest.param("write_everywhere(frame(b'{\"bytes\": 1e400}'))", id="1e400 [56]"),
    pytest.param("write_everywhere(frame({'outcome': 'passed', 'bytes': 0}))", id="pass [53]"),
    pytest.param(
        """
write_everywhere(frame({"id": "0" * 16, "program": 1, "bytes": 0, "values": [["i", 1]]}))
""", id="wrong id [53]"),
    pytest.param(
        """
write_everywhere(frame({"id": request()["id"], "program": 1.0, "bytes": 0, "values": [["n"]]}))
""", id="program 1.0"),
    pytest.param(
        """
header = {"id": request()["id"], "program": 1, "bytes": 8, "values": [["n"]]}
write_everywhere(frame(header) + b"8" * 8)
""", id="bytes that belong to no value"),
    pytest.param(
        """
write_everywhere(frame({"id": request()["id"], "program": 1, "bytes": 0,
    "fault": {"type_name": "E", "message": "", "frames": [], "step": None,
              "is_refusal": False, "kind": "skipped"}}))
""", id="a fault of another kind"),
]  # fmt: skip


@pytest.mark.sampled(4, 3)
@pytest.mark.parametrize(("body", "kind", "type_name"), HANGS_AND_EXITS)
def test_hangs_and_exits_end_in_a_fault_and_the_next_program_runs(
    attack: Attack, body: str, kind: str, type_name: str
) -> None:
    found, replies = attack(body)

    assert found == ["values", kind, "values"]
    assert replies[1].fault.type_name == type_name


@pytest.mark.parametrize("body", FORGERIES)
def test_forged_frames_are_protocol_faults(attack: Attack, body: str) -> None:
    found, _ = attack(body)

    assert found == ["values", "protocol", "values"]


def test_bottomless_recursion_ends_somehow(attack: Attack) -> None:
    """Row 23: which limit it meets first depends on Python's version."""
    found, _ = attack("sys.setrecursionlimit(10**9)\ndef f(): return f()\nf()")

    assert found[1] in ("crash", "time-out", "exception") and found[2] == "values"


def test_half_a_frame_and_then_exit_is_a_crash(attack: Attack) -> None:
    found, _ = attack("write_everywhere(b'\\x10\\0\\0\\0{'); os._exit(0)")

    assert found == ["values", "crash", "values"]


def test_a_reply_sent_twice_spoils_the_next_one(attack: Attack) -> None:
    """Row 59: the first is as good as a value; the second can't stand for another."""
    body = """
data = frame({"id": request()["id"], "program": 1, "bytes": 0, "values": [["i", 5]]})
write_everywhere(data + data)
"""
    found, replies = attack(body)

    assert replies[1].values == (5,)
    assert found == ["values", "values", "protocol"]


def test_a_reply_too_many_is_no_reply(open_session: Open) -> None:
    attack = """
def attack():
    header = {"id": request()["id"], "program": 0, "bytes": 0, "values": [["i", 5]]}
    write_everywhere(frame(header) * 2)
"""
    found, _ = execute(open_session(PREAMBLE + attack), call("attack"))

    assert found == ["protocol"]


def test_a_reply_too_many_at_the_end_is_seen_at_the_latest_by_the_next_batch(
    open_session: Open,
) -> None:
    attack = """
def attack():
    header = {"id": request()["id"], "program": 0, "bytes": 0, "values": [["i", 5]]}
    write_everywhere(frame(header))
"""
    session = open_session(PREAMBLE + attack)
    first, _ = execute(session, call("attack"))
    time.sleep(0.05)
    second, _ = execute(session, call("ok"), call("ok"))

    assert [*first, *second].count("protocol") == 1
    assert second[1] == "values"


def test_a_dribbled_reply_has_one_deadline(attack: Attack) -> None:
    body = """
write_everywhere(struct.pack("<I", 1000))
while True:
    time.sleep(0.05)
    write_everywhere(b" ")
"""
    found, replies = attack(body)

    assert found == ["values", "time-out", "values"]
    assert replies[1].fault.type_name in ("wall-clock", "blocked")


def test_a_thread_that_dribbles_into_the_request_pipe_ends_only_itself(attack: Attack) -> None:
    found, _ = attack("for fd in pipes(): os.close(fd)\nreturn 1")

    assert found[1] in ("crash", "protocol") and found[2] == "values"


def test_floods_of_output_are_drained_and_cut(open_session: Open) -> None:
    body = """
    import os
    def flood():
        for _ in range(200):
            os.write(2, b"e" * 2**20)
        print("é" * 40000)
    """
    budgets = Budgets(call_cpu=2.0, output_bytes=1000)
    session = open_session(body, budgets)
    found, _ = execute(session, call("flood"), call("flood"))

    assert found == ["values", "values"]
    assert session.stderr == "e" * 1000
    assert session.stdout == "é" * 500
    assert session.output_truncated


def test_a_process_that_escapes_and_writes_for_ever_holds_nothing_up(attack: Attack) -> None:
    body = """
try:
    child = os.fork()
except OSError:
    os._exit(0)
if child:
    os._exit(0)
os.setsid()
while True:
    os.write(1, b"x" * 1000)
"""
    found, _ = attack(body)

    assert found == ["values", "crash", "values"]


def test_endless_output_is_a_time_out(attack: Attack) -> None:
    found, _ = attack("while True: print('x' * 1000)")

    assert found == ["values", "time-out", "values"]


def test_output_before_a_crash_is_kept(open_session: Open) -> None:
    source = """
    import os, sys
    print("a")
    def die():
        print("b")
        print(chr(0xd800), file=sys.stderr)
        os._exit(1)
    """
    session = open_session(source)
    execute(session, call("die"))

    assert session.stdout == "a\nb\n" and session.stderr == "\\ud800\n"
    assert not session.output_truncated


@pytest.mark.parametrize(
    ("expression", "note"),
    [
        ("np.broadcast_to(np.zeros(1), (2**40,))", "8796093022208 bytes"),
        ("np.zeros(2**27, bool)", "134217728 bytes"),
        ("[np.zeros(2**22)] * 3", "33554432 bytes"),
        ("np.array([object()])", "dtype object"),
    ],
)
def test_what_is_too_large_is_not_even_tried(
    open_session: Open, executor: Spawn, expression: str, note: str
) -> None:
    """Rows 20, 21 and 65; copying 64 MiB isn't quick, so with the budget of a real call."""
    attack = attacking(open_session(PREAMBLE, Budgets(call_cpu=2.0)), executor)
    found, replies = attack(f"return {expression}")

    assert found == ["values"] * 3
    (value,) = replies[1].values
    last = value[-1] if isinstance(value, list) else value
    assert isinstance(last, Opaque) and last.type_name == "ndarray" and note in last.note


def test_lies_about_itself_do_not_matter(attack: Attack) -> None:
    """Row 61: what can't be taken at face value is opaque or is cast to its base."""
    body = """
class Liar:
    __class__ = np.ndarray
    dtype = np.dtype(float); shape = (1,); nbytes = 8
    def __array__(self, *a, **k): return np.zeros(1)
    def __len__(self): return -1
class Array(np.ndarray):
    shape = (5, 5)
    nbytes = 0
    def tobytes(self, *a): return b"evil"
    def __array_finalize__(self, other): raise ValueError
    def __array__(self, *a, **k): return np.zeros(99)
array = np.ndarray.__new__(Array, (2,))
np.ndarray.fill(array, 3)
return Liar(), array
"""
    body = body.replace("def __array_finalize__(self, other): raise ValueError", "pass")
    found, replies = attack(body)

    assert found[1] == "values"
    liar, array = replies[1].values[0]
    assert liar == Opaque("Liar")
    assert type(array) is np.ndarray and array.tolist() == [3.0, 3.0]


def test_patching_what_the_worker_stands_on_changes_nothing(open_session: Open) -> None:
    """Rows 39, 40 and 67: the functions that the worker uses were bound before."""
    source = """
    import json, os, random, struct, time, warnings
    import numpy as np
    def patch():
        np.allclose = lambda *a, **k: True
        json.dumps = json.loads = struct.pack = os.write = os.read = None
        np.random.seed = random.seed = np.asarray = np.seterr = None
        warnings.simplefilter = time.sleep = None
    def draw():
        return np.random.rand(2)[0], random.random()
    """
    found, replies = execute(open_session(source), call("draw"), call("patch"), call("draw"))

    assert found == ["values"] * 3
    assert replies[0].values == replies[2].values


def test_the_judge_is_not_to_be_found_in_the_process(open_session: Open) -> None:
    """Rows 43-45: neither modules nor path lead to the judge or to the worker's own."""
    source = """
    import sys
    def names():
        import __main__
        return sorted(sys.modules), sorted(vars(__main__)), len(sys.meta_path)
    def judge():
        import gradcheck
    def reference():
        from gradcheck_reference.layers import affine
    def own():
        import interpreter
        return interpreter
    """
    session = open_session(source)
    found, replies = execute(session, *map(call, ("names", "judge", "reference", "own")))

    modules, main, _ = replies[0].values[0]
    assert "numpy" in modules and "hypothesis" not in modules
    assert not [name for name in modules if "gradcheck" in name]
    assert "Worker" not in main
    assert found[1:] == ["exception"] * 2 + ["values"]
    assert {reply.fault.type_name for reply in replies[1:3]} == {"ModuleNotFoundError"}
    assert replies[3].values == (Opaque("_AbsentModule"),)  # as of any package that isn't there
    assert "not available to submissions" in replies[2].fault.message
    assert [frame.line for frame in replies[2].fault.frames] == [9]


@pytest.mark.parametrize(
    ("source", "kind", "type_name", "line"),
    [
        ("x = 1\ndef f(:\n", "exception", "SyntaxError", 2),
        ("def f():\n\treturn 1\n        return 2\n", "exception", "TabError", 3),
        ("x = (1,\n", "exception", "SyntaxError", 1),
        ("x = 1\ny = '\0'\n", "exception", "SyntaxError", 2),
        ("\n\nraise SystemExit(0)\n", "exception", "SystemExit", 3),
        ("raise KeyboardInterrupt\n", "exception", "KeyboardInterrupt", 1),
        ("import os\nos._exit(0)\n", "crash", "exit", None),
        ("while True: pass\n", "time-out", "cpu-time", None),
        ("import time\ntime.sleep(100)\n", "time-out", "blocked", None),
        ("import gradcheck\n", "exception", "ModuleNotFoundError", 1),
        ("x = " + "(" * 300 + ")" * 300, "exception", "SyntaxError", 1),
        ("x = " + "-" * 100_000 + "1", "exception", None, None),
        ("x = '\ud800'\n", "exception", "UnicodeEncodeError", None),
    ],
)
def test_what_can_go_wrong_at_import(
    open_session: Open, source: str, kind: str, type_name: str | None, line: int | None
) -> None:
    fault = open_session(source, dedent=False).load()

    assert isinstance(fault, Fault) and fault.kind == kind
    assert type_name is None or fault.type_name == type_name
    if line is not None:
        frame = fault.frames[-1]
        assert (frame.file, frame.line, frame.function) == ("my_impl.py", line, "<module>")


def test_a_hostile_exception_is_described_defensively(attack: Attack) -> None:
    body = """
class Meta(type):
    @property
    def __name__(self): raise ValueError
class Evil(Exception, metaclass=Meta):
    def __str__(self): raise Evil
raise Evil
"""
    found, replies = attack(body)

    assert found == ["values", "exception", "values"]
    fault = replies[1].fault
    assert fault.type_name == "Evil" and "no readable message" in fault.message


def test_long_messages_and_tracebacks_are_cut(attack: Attack) -> None:
    body = """
def deep(n):
    if n == 0:
        raise ValueError("m" * 10**7)
    deep(n - 1)
deep(50)
"""
    _, replies = attack(body)

    fault = replies[1].fault
    assert fault.message == "m" * 4096
    assert len(fault.frames) == 20
    assert fault.frames[-1].function == fault.frames[0].function == "deep"


def test_a_reply_of_many_values_is_cut_not_refused(attack: Attack) -> None:
    body = "return ['%04d' % n * 1000 for n in range(2000)]"
    found, replies = attack(body)

    assert found == ["values"] * 3
    assert isinstance(replies[1].values[0], Opaque)
