"""Files, TCP, abstract sockets and signals by Landlock: read what NumPy needs, write nothing.

A ruleset is made once (by the nursery, for all its workers) and then put in force. The numbers
are those of the kernel's ``linux/landlock.h``.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterator

import numpy as np

from ..libraries import standard_library
from ._libc import syscall

__all__ = ["enforce", "prepare", "readable", "version"]

_CREATE, _ADD, _RESTRICT = 444, 445, 446
"""The same numbers on every architecture."""
_ASK_VERSION = 1
_BENEATH_PATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILES = {1: 13, 2: 14, 3: 15, 5: 16}
"""From a version on, so many kinds of access to files can be handled."""
_TCP_BIND_CONNECT, _TCP_SINCE = 0b11, 4
_SOCKETS_SIGNALS, _SCOPES_SINCE = 0b11, 6
_PACKAGES = ("site-packages", "dist-packages")


def version() -> int:
    """Return the version of Landlock's interface; raises OSError where there is none."""
    return syscall(_CREATE, None, 0, _ASK_VERSION)


def prepare() -> int:
    """Return a descriptor of a ruleset under which only :func:`readable` can be read.

    Raises
    ------
    OSError
        If the kernel has no Landlock.
    """
    known = version()
    kinds = max(count for since, count in _FILES.items() if since <= known)
    files = (1 << kinds) - 1
    tcp = _TCP_BIND_CONNECT if known >= _TCP_SINCE else 0
    scopes = _SOCKETS_SIGNALS if known >= _SCOPES_SINCE else 0
    size = 24 if scopes else 16 if tcp else 8
    attributes = ctypes.create_string_buffer(struct.pack("<QQQ", files, tcp, scopes))
    ruleset = syscall(_CREATE, attributes, size, 0)
    for path in dict.fromkeys(readable()):
        _allow(ruleset, path)
    return ruleset


def enforce(ruleset: int) -> dict[str, int]:
    """Put a ruleset in force for this process, for ever, and close its descriptor."""
    try:
        syscall(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)
    return {"abi": version()}


def readable() -> Iterator[str]:
    """Yield what may be read: the standard library, NumPy, shared libraries.

    A folder that holds packages of others besides (``site-packages`` stands inside the standard
    library) is given entry by entry.
    """
    numpy = os.path.realpath(os.path.dirname(np.__file__))
    yield numpy
    yield numpy + ".libs"
    for library in dict.fromkeys(map(os.path.realpath, standard_library())):
        with contextlib.suppress(OSError):
            for entry in os.listdir(library):
                if entry not in _PACKAGES:
                    yield os.path.join(library, entry)
    yield from (p for p in sys.path if p.endswith(".zip"))
    yield from ("/dev/null", "/dev/urandom", "/etc/ld.so.cache")
    for folder in dict.fromkeys(map(os.path.realpath, _library_folders())):
        yield from _libraries(folder)


def _library_folders() -> set[str]:
    """Return where the libraries in use come from, and where the system keeps its others."""
    triplet = getattr(sys.implementation, "_multiarch", "")
    found = {os.path.join(folder, triplet) for folder in ("/lib", "/usr/lib") if triplet}
    found |= {"/lib64", "/usr/lib64"}
    with contextlib.suppress(OSError), open("/proc/self/maps", encoding="utf-8") as maps:
        for line in maps:
            path = line.rstrip("\n").partition("/")[2]
            if ".so" in path:
                found.add(os.path.dirname("/" + path))
    return found


def _libraries(folder: str) -> Iterator[str]:
    try:
        entries = os.listdir(folder)
    except OSError:
        return
    if any(e.startswith("python") or e in _PACKAGES for e in entries):
        yield from (os.path.join(folder, e) for e in entries if ".so" in e)
    elif not any(part in folder for part in _PACKAGES):
        yield folder


def _allow(ruleset: int, path: str) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        is_folder = stat.S_ISDIR(os.fstat(fd).st_mode)
        access = _READ_FILE | (_READ_DIR if is_folder else 0)
        rule = ctypes.create_string_buffer(struct.pack("<Qi", access, fd))
        with contextlib.suppress(OSError):  # a kind of file that Landlock has no rules for
            syscall(_ADD, ruleset, _BENEATH_PATH, rule, 0)
    finally:
        os.close(fd)
