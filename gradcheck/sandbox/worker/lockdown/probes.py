"""What a locked process still can do, tried out before it is given any code of a student.

Each probe does what an attack would begin with. ``denied`` means that the system refused it;
a refusal for another reason (nobody listens at that port) is ``allowed``.
"""

from __future__ import annotations

import _socket
import contextlib
import errno
import os
from collections.abc import Callable

from ._libc import kernel_log

__all__ = ["NAMESPACES", "kernel", "namespaces", "observe"]

NAMESPACES = ("ipc", "mnt", "net", "pid", "uts")
_REFUSALS = (errno.EPERM, errno.EACCES, errno.EROFS)
_DISCARD = ("127.0.0.1", 9)
_SECONDS = 0.2
"""On the way to this machine itself, an answer takes microseconds."""
_NO_PROGRAM = "/no-such-program"
"""Not found means that it was looked for: executing isn't denied."""
_WRITABLE = (".", "/tmp", "/var/tmp", "/dev/shm")
_LOG_BYTES = 4096
_GVISOR = b"Starting gVisor"
"""How the log of gVisor's kernel begins; it is never longer than what is read."""
_LEAVES_NO_TRACE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def observe(canary: str) -> dict[str, str]:
    """Return by name whether each probe was denied or allowed.

    Parameters
    ----------
    canary : str
        A file of the judge's that its user can read.
    """
    probes: dict[str, Callable[[], None]] = {
        "read": lambda: _read(canary),
        "write": _write,
        "tcp": lambda: _reach(_socket.AF_INET, _socket.SOCK_STREAM, _DISCARD),
        "udp": lambda: _reach(_socket.AF_INET, _socket.SOCK_DGRAM, _DISCARD),
        "unix": lambda: _reach(_socket.AF_UNIX, _socket.SOCK_STREAM, "\0gradcheck-probe"),
        "netlink": _reach_the_kernel,
        "clone": _clone,
        "exec": lambda: os.execv(_NO_PROGRAM, ["-"]),
        "signal": lambda: os.kill(os.getppid(), 0),
    }
    return {name: _tried(probe) for name, probe in probes.items()}


def namespaces() -> dict[str, str]:
    """Return this process's namespaces, as the kernel names them."""
    found = {}
    for name in NAMESPACES:
        with contextlib.suppress(OSError):
            found[name] = os.readlink(f"/proc/self/ns/{name}")
    return found


def kernel() -> dict[str, str]:
    """Return what this process's kernel calls itself, and whether its log is gVisor's."""
    named = os.uname()
    log = b""
    with contextlib.suppress(OSError, AttributeError):
        log = kernel_log(_LOG_BYTES)
    return {"release": named.release, "version": named.version,
            "guest": "gVisor" if _GVISOR in log else ""}  # fmt: skip


def _tried(probe: Callable[[], None]) -> str:
    try:
        probe()
    except OSError as error:
        return "denied" if error.errno in _REFUSALS else "allowed"
    return "allowed"


def _read(canary: str) -> None:
    try:
        os.close(os.open(canary, os.O_RDONLY))
    except FileNotFoundError as error:  # it is there: this process can't see it
        raise PermissionError(errno.EACCES, str(error)) from error


def _write() -> None:
    """Try every usual place; all must refuse."""
    refusal: OSError | None = None
    for folder in _WRITABLE:
        path = os.path.join(folder, f"gradcheck-probe-{os.getpid()}")
        try:
            os.close(os.open(path, _LEAVES_NO_TRACE, 0o600))
        except OSError as error:
            refusal = error if error.errno in _REFUSALS else refusal
            continue
        os.unlink(path)
        return
    if refusal is not None:
        raise refusal


def _reach(family: int, kind: int, address: tuple[str, int] | tuple[int, int] | str) -> None:
    with contextlib.closing(_socket.socket(family, kind)) as probe:
        probe.settimeout(_SECONDS)
        probe.connect(address)


def _reach_the_kernel() -> None:
    """Try Linux's own sockets; a system without them keeps them from everybody."""
    family = getattr(_socket, "AF_NETLINK", None)
    if family is None:
        raise PermissionError(errno.EPERM, "no such sockets")
    _reach(family, _socket.SOCK_RAW, (0, 0))


def _clone() -> None:
    """Fork; where a limit on processes forbids it, that is a refusal too."""
    try:
        child = os.fork()
    except BlockingIOError as error:
        raise PermissionError(errno.EPERM, str(error)) from error
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
