"""System calls by seccomp: no sockets, processes, signals, and none that is newer than we know.

The filter of each architecture is a file beside this one, made by
``scripts/make_seccomp_filters.py`` in the repository; that script says what is denied.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import os
import struct

from ._libc import syscall

__all__ = ["enforce", "program"]

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_MODE_FILTER = 1
_ALL_THREADS, _NO_SLOW_DOWN = 1, 4
"""Flags: for every thread; without the mitigation that protects a process from itself."""
_INSTRUCTION = 8
_FIRST_UNKNOWN = 452
"""Linux 6.5 ends at 451, on every architecture."""
_LOAD_NUMBER, _JUMP_IF_AT_LEAST, _ANSWER = 0x20, 0x35, 0x06
_NO_SUCH_CALL, _ALLOW = 0x00050000 | 38, 0x7FFF0000


@functools.cache
def program(machine: str) -> bytes:
    """Return the filter of an architecture; raises OSError where there is none."""
    if machine not in _SECCOMP:
        raise OSError(f"no filter for {machine}")
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, f"seccomp-{machine}.bpf"), "rb") as file:
        return file.read()


def enforce() -> dict[str, str]:
    """Put the filters in force for this process, for ever."""
    machine = os.uname().machine
    filters = program(machine)  # read when this module was imported: no file can be, by now
    _install(_nothing_newer(), machine)
    _install(filters, machine)
    return {"sha256": hashlib.sha256(filters).hexdigest()[:16]}


def _nothing_newer() -> bytes:
    """Return a filter that answers calls of later kernels as an earlier one does."""
    steps = [
        (_LOAD_NUMBER, 0, 0, 0),
        (_JUMP_IF_AT_LEAST, 0, 1, _FIRST_UNKNOWN),
        (_ANSWER, 0, 0, _NO_SUCH_CALL),
        (_ANSWER, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("<HBBI", *step) for step in steps)


def _remember() -> None:
    with contextlib.suppress(OSError):
        program(os.uname().machine)


def _install(instructions: bytes, machine: str) -> None:
    code = ctypes.create_string_buffer(instructions, len(instructions))
    count = len(instructions) // _INSTRUCTION
    header = struct.pack("@HP", count, ctypes.addressof(code))
    argument = ctypes.create_string_buffer(header, len(header))
    syscall(_SECCOMP[machine], _SET_MODE_FILTER, _ALL_THREADS | _NO_SLOW_DOWN, argument)


_remember()
