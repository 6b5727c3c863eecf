"""How a worker starts and how it ends: nothing is left behind.

Most submissions here do what the kernel forbids a locked worker, so theirs have limits only.
"""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

import gradcheck
from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Program
from gradcheck.sandbox.executors import Executor, _forking
from gradcheck.sandbox.executors._forking import ForkedChild
from gradcheck.sandbox.executors._shared import WORKER
from gradcheck.sandbox.executors._spawning import SpawnedChild
from gradcheck.sandbox.executors.fork import Fork
from gradcheck.sandbox.executors.spawn import Spawn
from gradcheck.sandbox.layers import ONLY_LIMITS
from gradcheck.sandbox.session import Session

ROOT = str(Path(gradcheck.__file__).parents[1])
SOURCE = """
import os, sys

def facts():
    return dict(os.environ), os.getcwd(), os.listdir("."), sys.path, sys.argv, os.getsid(0)

def litter():
    os.makedirs("a/b")
    open("a/b/c", "w").close()
    os.chmod("a/b", 0)
    os.chmod("a", 0)
    return os.getcwd()
"""


Kind = type[Fork] | type[Spawn]


@pytest.fixture(params=[Spawn, Fork], ids=["spawn", "fork"])
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


def returned(session: Session, name: str) -> tuple[object, ...]:
    (reply,) = session.execute(
        [Program((("name", "f", name), ("call", "r", "f", [], {})), (), ("r",))]
    )
    assert reply.fault is None
    (value,) = reply.values
    return value if isinstance(value, tuple) else (value,)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def ends(pid: int, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_alive(pid)


def test_environment_folder_and_path_hold_nothing_of_the_judges(
    monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "canary")
    monkeypatch.setenv("PYTHONPATH", ROOT)
    executor = kind(ONLY_LIMITS)
    with Session([("my_impl.py", SOURCE)], executor=executor, budgets=Budgets()) as session:
        environment, folder, files, path, argv, leader = returned(session, "facts")
        pid = session.hello["pid"]

    assert isinstance(environment, dict) and "canary" not in environment.values()
    assert set(environment) <= {
        "HOME",
        "LANG",
        "TMPDIR",
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "LD_LIBRARY_PATH",
        "LC_CTYPE",
    }
    assert files == [] and folder == environment["HOME"]
    assert isinstance(path, list) and WORKER not in path and ROOT not in path and "" not in path
    assert argv == [""] and leader == pid


def test_closing_leaves_neither_process_nor_folder(kind: Kind) -> None:
    executor = kind(ONLY_LIMITS)
    session = Session([("my_impl.py", SOURCE)], executor=executor, budgets=Budgets())
    (folder,) = returned(session, "litter")
    pid = session.hello["pid"]
    assert isinstance(folder, str) and os.path.isdir(folder)
    session.close()

    assert not is_alive(pid) and not os.path.exists(folder)


def test_what_a_submission_started_ends_with_it(kind: Kind) -> None:
    source = """
import os, time
def leave():
    child = os.fork()
    if child == 0:
        time.sleep(100)
    print(child, flush=True)
    os._exit(0)
"""
    program = Program((("name", "f", "leave"), ("call", "r", "f", [], {})))
    executor = kind(ONLY_LIMITS)
    with Session([("my_impl.py", source)], executor=executor, budgets=Budgets()) as session:
        (reply,) = session.execute([program])
        if session.hello["rlimits"].get("NPROC") == 0 and os.getuid() != 0:
            assert reply.fault is not None and reply.fault.type_name == "BlockingIOError"
            return
        assert reply.fault is not None and reply.fault.kind == "crash"
        assert ends(int(session.stdout))


def test_no_descriptor_is_left(kind: Kind) -> None:
    def count() -> int:
        return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0

    before = count()
    for _ in range(3):
        kind().start().close()

    assert count() == before


def test_a_prestarted_child_is_handed_out_and_the_unused_are_ended() -> None:
    executor = Spawn()
    executor.prestart(2)
    waiting = list(executor._waiting)
    first = executor.start()
    try:
        assert first is waiting[0]
    finally:
        first.close()
    executor.close()

    assert ends(waiting[1].pid)
    assert isinstance(executor.start(), SpawnedChild)  # finalised when nobody holds it


def test_the_pytest_entry_can_prestart_without_importing_numpy() -> None:
    code = """
    import sys
    from gradcheck.sandbox.default import default_executor
    executor = default_executor()
    executor.prestart()
    executor.close()
    print(sorted({"numpy", "pydantic", "ctypes", "asyncio"} & set(sys.modules)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, "PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "[]\n"


ORPHAN = """
import sys
from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Program
from gradcheck.sandbox.executors.KIND import EXECUTOR
from gradcheck.sandbox.session import Session
source = "def spin():\\n    while True: pass\\n"
session = Session([("my_impl.py", source)], executor=EXECUTOR(), budgets=Budgets())
session.load()
print(session.hello["pid"], flush=True)
session.execute([Program((("name", "f", "spin"), ("call", "r", "f", [], {})))])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_a_busy_worker_dies_with_a_parent_that_is_killed(tmp_path: Path, kind: Kind) -> None:
    judge = subprocess.Popen(
        [sys.executable, "-c", ORPHAN.replace("KIND", kind.__name__.lower())],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": ROOT, "TMPDIR": str(tmp_path)},
    )
    assert judge.stdout is not None
    pid = int(judge.stdout.readline())
    assert is_alive(pid)
    judge.send_signal(signal.SIGKILL)
    judge.wait()
    judge.stdout.close()

    assert ends(pid)
    if kind is Fork:  # a nursery lives to clean up; a spawned worker's folder stays behind
        deadline = time.monotonic() + 5
        while list(tmp_path.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert list(tmp_path.iterdir()) == []


def test_a_worker_outlives_the_thread_that_asked_for_it(kind: Kind) -> None:
    sessions: list[Session] = []

    def work() -> None:
        session = Session([("my_impl.py", SOURCE)], executor=kind(ONLY_LIMITS), budgets=Budgets())
        session.load()
        sessions.append(session)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    time.sleep(0.05)
    (session,) = sessions
    with session:
        assert len(returned(session, "facts")) == 6
        assert session.restarts == 0


def test_a_session_that_nobody_closes_is_cleaned_up_at_exit(tmp_path: Path, kind: Kind) -> None:
    code = ORPHAN.replace("KIND", kind.__name__.lower()).replace("while True: pass", "return 1")
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": ROOT, "TMPDIR": str(tmp_path)},
    )

    assert ends(int(done.stdout)) and list(tmp_path.iterdir()) == []


def test_signals_are_the_same_whoever_starts_the_worker(kind: Kind) -> None:
    """A service blocks what stops it, a batch ignores it; neither shows in a submission."""
    source = """
import signal

def stops():
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    return tuple(signal.getsignal(s) == signal.SIG_IGN and s not in blocked
                 for s in (signal.SIGINT, signal.SIGTERM))
"""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    executor = kind()
    try:
        with Session([("a.py", source)], executor=executor, budgets=Budgets()) as session:
            assert returned(session, "stops") == (True, True)
    finally:
        executor.close()
        signal.signal(signal.SIGINT, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def test_forked_workers_share_nothing() -> None:
    executor: Executor = Fork(ONLY_LIMITS)
    source = """
import os, sys, numpy as np

def spoil():
    np.exp = None
    os.environ["LEFT"] = "behind"
    open("left", "w").close()
    return os.getcwd()

def facts():
    fds = sorted(os.listdir("/proc/self/fd"))
    return np.exp is not None, "LEFT" in os.environ, os.listdir("."), fds
"""
    with (
        Session([("a.py", source)], executor=executor, budgets=Budgets()) as first,
        Session([("b.py", source)], executor=executor, budgets=Budgets()) as second,
    ):
        (folder,) = returned(first, "spoil")
        whole, has_left, files, descriptors = returned(second, "facts")
        assert (whole, has_left, files) == (True, False, [])
        # three standard ones, two pipes (moved), and the listing itself
        assert isinstance(descriptors, list) and len(descriptors) == 6
        assert first.hello["pid"] != second.hello["pid"]
    executor.close()
    assert isinstance(folder, str) and not os.path.exists(folder)


def test_a_submission_that_kills_the_nursery_loses_its_own_grade_only() -> None:
    executor = Fork(ONLY_LIMITS)
    source = "import os, signal\ndef kill():\n    os.kill(os.getppid(), signal.SIGKILL)\n"
    program = Program((("name", "f", "kill"), ("call", "r", "f", [], {})))
    with Session([("bad.py", source)], executor=executor, budgets=Budgets()) as session:
        (reply,) = session.execute([program])
        assert reply.fault is None or reply.fault.kind == "crash"
    with Session([("good.py", SOURCE)], executor=executor, budgets=Budgets()) as session:
        assert len(returned(session, "facts")) == 6
    executor.close()


def test_a_stopped_nursery_is_replaced_and_its_late_answer_is_nobodys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_forking, "PATIENCE", 2.0)
    executor = Fork(ONLY_LIMITS)
    source = "import os, signal\ndef stop():\n    os.kill(os.getppid(), signal.SIGSTOP)\n"
    program = Program((("name", "f", "stop"), ("call", "r", "f", [], {})))
    with Session([("bad.py", source)], executor=executor, budgets=Budgets()) as session:
        session.execute([program])
        first = executor._nursery
    with Session([("good.py", SOURCE)], executor=executor, budgets=Budgets()) as session:
        assert len(returned(session, "facts")) == 6
    assert first is not None and first.is_gone and executor._nursery is not first
    assert ends(first._process.pid)
    executor.close()


def test_a_worker_that_survives_its_nursery_is_ended_all_the_same() -> None:
    executor = Fork(ONLY_LIMITS)
    source = """
import ctypes, os, signal, time
def orphan():
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(100)
"""
    program = Program((("name", "f", "orphan"), ("call", "r", "f", [], {})))
    with Session([("bad.py", source)], executor=executor, budgets=Budgets()) as session:
        (reply,) = session.execute([program])
        assert reply.fault is not None
        pid = session.hello["pid"]
    assert ends(pid)
    executor.close()


def test_a_stopped_nursery_is_no_orphan_when_its_judge_is_killed(tmp_path: Path) -> None:
    code = """
import os, signal
from gradcheck.sandbox.executors.fork import Fork
executor = Fork()
child = executor.start()
nursery = executor._nursery._process.pid
os.kill(nursery, signal.SIGSTOP)
print(nursery, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": ROOT, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert ends(int(done.stdout))
    assert list(tmp_path.iterdir()) == []


def test_a_fork_that_is_asked_for_after_closing_starts_a_new_nursery() -> None:
    executor = Fork()
    executor.start().close()
    executor.close()
    child = executor.start()
    assert isinstance(child, ForkedChild) and child.wait() is None
    executor.close()
    assert child.wait() == -signal.SIGKILL
    child.close()


def test_the_worker_imports_the_standard_library_numpy_and_itself_only() -> None:
    allowed = sys.stdlib_module_names | {"numpy"}
    imported = set()
    for path in Path(WORKER).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 1:
                found = path.parent / (node.module or node.names[0].name)
                assert found.is_dir() or found.with_suffix(".py").exists()
            elif isinstance(node, ast.ImportFrom) and node.level == 2:
                assert path.parent.parent == Path(WORKER)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0
                imported.add((node.module or "").partition(".")[0])

    assert len(imported) > 10 and imported <= allowed
