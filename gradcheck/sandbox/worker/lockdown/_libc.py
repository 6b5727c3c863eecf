"""System calls that Python doesn't offer."""

from __future__ import annotations

import ctypes
import os
from typing import Any

__all__ = ["kernel_log", "prctl", "syscall"]

_READ_ALL = 3
_library: Any = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None  # Windows


def prctl(operation: int, *arguments: int) -> int:
    """Return what ``prctl`` answers; raises OSError where it refuses."""
    padded = [*arguments, 0, 0, 0, 0][:4]
    return _checked(_library.prctl(operation, *map(ctypes.c_ulong, padded)))


def kernel_log(most: int) -> bytes:
    """Return the last bytes of the kernel's log; raises OSError where it is kept from us."""
    room = ctypes.create_string_buffer(most)
    return room.raw[: _checked(_library.klogctl(_READ_ALL, room, most))]


def syscall(number: int, *arguments: int | ctypes.Array[ctypes.c_char] | None) -> int:
    """Return what a system call answers; raises OSError where it refuses."""
    given = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(_library.syscall(ctypes.c_long(number), *given))


def _checked(answer: int) -> int:
    if answer == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return answer
