"""A process that has imported everything and forks the workers, one a request.

The judge asks on a socket: fork (with the worker's four pipes), look whether a worker has
ended, collect it. Every request has one answer; that to a fork comes from the
new worker. Nothing of a submission ever comes near this
process: its source goes to the forked worker, by pipes that this process closes at once. When
the judge goes away, however it ends, the socket closes and all workers and folders go too.
"""

from __future__ import annotations

import array
import os
import shutil
import signal
import socket
import stat
import struct
import sys
from typing import Any

import numpy as np

from . import limits, serve
from .lockdown import prepared_ruleset

__all__ = ["ANSWER", "REQUEST", "main"]

REQUEST = struct.Struct("<ci")
"""One of the operations below, and the process id that it is about."""
ANSWER = struct.Struct("<i")
FORK, LOOK, COLLECT = b"F", b"L", b"C"
RUNS = -(2**31)
"""The answer to LOOK while a worker runs; else its exit status, negative for a signal."""
PIPES = 4
REQUEST_FD, REPLY_FD, RULESET_FD = 3, 4, 5
LAYERS = ("landlock",)
"""What is prepared once; each worker puts it in force on itself."""
MOST_FDS = 4096
"""No descriptor above this is open: the judge passes only a handful."""


def main(control_fd: int) -> None:
    """Serve until the judge closes its end of the socket."""
    limits.outlive_parent()
    root = os.getcwd()
    children: dict[int, str] = {}
    _warm_up()
    ruleset = prepared_ruleset(LAYERS)
    try:
        _serve(socket.socket(fileno=control_fd), root, children, ruleset)
    except OSError:  # a judge that was killed in the middle of an answer
        pass
    finally:
        for pid, folder in children.items():
            _collect(pid, folder)
        _remove(root)
        os._exit(0)


def _serve(
    control: socket.socket, root: str, children: dict[int, str], ruleset: int | None
) -> None:
    while (request := _receive(control)) is not None:
        operation, pid, fds = request
        if operation == FORK:
            _fork(root, children, fds, control, ruleset)
            continue
        if pid not in children:
            answer = -signal.SIGKILL
        elif operation == LOOK:
            answer = _look(pid)
        else:
            answer = _collect(pid, children.pop(pid))
        control.sendall(ANSWER.pack(answer))


def _warm_up() -> None:
    """Pay once for what NumPy does at its first use."""
    np.random.seed(0)
    square = np.ones((2, 2))
    np.exp(square @ square).sum()
    np.frombuffer(square.tobytes())


def _receive(control: socket.socket) -> tuple[bytes, int, list[int]] | None:
    fds = array.array("i")
    room = socket.CMSG_LEN(PIPES * fds.itemsize)
    data, ancillary, _, _ = control.recvmsg(REQUEST.size, room)
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(content[: len(content) - len(content) % fds.itemsize])
    if len(data) < REQUEST.size:
        return None
    operation, pid = REQUEST.unpack(data)
    return operation, pid, list(fds)


def _fork(
    root: str, children: dict[int, str], fds: list[int], control: socket.socket,
    ruleset: int | None,
) -> None:  # fmt: skip
    """Start a new worker; it never returns from here."""
    folder = os.path.join(root, f"{len(os.listdir(root))}-{os.urandom(8).hex()}")
    os.mkdir(folder, stat.S_IRWXU)
    nursery = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            _become_worker(folder, fds, control, nursery, ruleset)
        except BaseException as error:  # ours: no submission is there yet
            os.write(2, f"worker: {type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(1)
    for fd in fds:
        os.close(fd)
    children[pid] = folder


def _become_worker(
    folder: str, fds: list[int], control: socket.socket, nursery: int, ruleset: int | None
) -> None:
    """Leave everything of the nursery behind, and serve one submission."""
    os.setsid()
    limits.end_with_parent()
    if os.getppid() != nursery:
        return  # it died before we asked to die with it
    control.sendall(ANSWER.pack(os.getpid()))
    control.close()
    nothing = os.open(os.devnull, os.O_RDONLY)
    prepared = nothing if ruleset is None else ruleset
    highest = max((*fds, nothing, prepared, RULESET_FD))
    kept = [os.dup2(fd, highest + 1 + k) for k, fd in enumerate((nothing, *fds, prepared))]
    for target, fd in zip((0, REQUEST_FD, REPLY_FD, 1, 2, RULESET_FD), kept, strict=True):
        os.dup2(fd, target)
    os.closerange(REPLY_FD + 1 if ruleset is None else RULESET_FD + 1, MOST_FDS)
    # the nursery's own streams remember what they were opened on, which could be sought in
    for fd, name in ((1, "stdout"), (2, "stderr")):
        stream = open(fd, "w", closefd=False)  # noqa: SIM115 (for as long as the process lives)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    os.chdir(folder)
    os.environ.update(HOME=folder, TMPDIR=folder)
    serve.main(REQUEST_FD, REPLY_FD, None if ruleset is None else RULESET_FD)


def _look(pid: int) -> int:
    """Return how a worker ended, without collecting it: its number stays its own."""
    found: Any = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if found is None:
        return RUNS
    status: int = found.si_status
    return status if found.si_code == os.CLD_EXITED else -status


def _collect(pid: int, folder: str) -> int:
    """End a worker and what it started; remove its folder."""
    for end in (os.killpg, os.kill):
        try:
            end(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    _remove(folder)
    return status


def _remove(folder: str) -> None:
    """Remove a folder in which a submission may have done anything."""
    shutil.rmtree(folder, ignore_errors=True)
    if not os.path.lexists(folder):
        return
    for path, folders, _ in os.walk(folder):
        for name in [path, *(os.path.join(path, name) for name in folders)]:
            if not os.path.islink(name):
                try:
                    os.chmod(name, stat.S_IRWXU)
                except OSError:
                    continue
    shutil.rmtree(folder, ignore_errors=True)
