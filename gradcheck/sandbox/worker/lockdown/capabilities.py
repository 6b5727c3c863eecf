"""Root without its powers: no capability is left, and none can come back."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct

from ._libc import prctl, syscall

__all__ = ["drop", "forbid_new", "hide_memory"]

_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_MOST_CAPABILITIES = 64
_CAPSET = {"x86_64": 126, "aarch64": 91}
_VERSION_3 = 0x20080522


def drop() -> str:
    """Give up every capability, of the bounding set too; return what is left to tell.

    Root keeps its number: another user often can't read the interpreter in root's home.
    """
    if os.geteuid() == 0:
        for capability in range(_MOST_CAPABILITIES):
            try:
                prctl(_PR_CAPBSET_DROP, capability)
            except OSError:  # the kernel knows no more, or we mayn't: what was left will tell
                break
    with contextlib.suppress(OSError):  # before Linux 4.3 there are none
        prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = ctypes.create_string_buffer(struct.pack("<Ii", _VERSION_3, 0))
    syscall(_CAPSET[os.uname().machine], header, ctypes.create_string_buffer(24))
    return "root without capabilities" if os.geteuid() == 0 else "no capabilities"


def forbid_new() -> None:
    """Let no program that is executed have more rights than this process."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def hide_memory() -> None:
    """Let no other process of the same user read or write this one's memory."""
    prctl(_PR_SET_DUMPABLE, 0)
