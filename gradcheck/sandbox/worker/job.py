"""Windows' limits: a Job Object that a process puts itself in. Untested on Windows so far.

``JOBOBJECT_EXTENDED_LIMIT_INFORMATION`` is written and read as its 144 bytes on 64-bit Windows
(winnt.h): the time at 0, the flags at 16, the number of processes at 40, the memory at 112.
"""

from __future__ import annotations

import ctypes
import struct
import sys
from collections.abc import Mapping
from typing import Any

__all__ = ["apply", "kernel32"]

_EXTENDED_LIMITS, _SIZE = 9, 144
_FLAGS_AT = 16
_TICKS = 10**7
"""Of 100 ns, in which times are counted, a second has so many."""
_PLACES = {"CPU": (0x2, 0, "<q", _TICKS), "NPROC": (0x8, 40, "<I", 1), "AS": (0x100, 112, "<Q", 1)}
"""By the name of a limit: its flag, its place and form, and what it is counted in."""


def kernel32() -> Any:
    """Return Windows' functions, told what they take; None elsewhere."""
    if sys.platform == "win32" and sys.maxsize > 2**32:  # else the limits stand elsewhere
        library: Any = ctypes.WinDLL("kernel32", use_last_error=True)
        handle, number = ctypes.c_void_p, ctypes.c_uint32
        library.CreateJobObjectW.restype = library.GetCurrentProcess.restype = handle
        library.CreateJobObjectW.argtypes = [handle, ctypes.c_wchar_p]
        library.SetInformationJobObject.argtypes = [handle, ctypes.c_int, ctypes.c_char_p, number]
        library.AssignProcessToJobObject.argtypes = [handle, handle]
        library.QueryInformationJobObject.argtypes = [
            handle, ctypes.c_int, ctypes.c_char_p, number, ctypes.c_void_p
        ]  # fmt: skip
        return library
    return None


def apply(limits: Mapping[str, int], library: Any) -> dict[str, int]:
    """Put this process in a job with the named limits and return what is in force then.

    Parameters
    ----------
    limits : mapping of str to int
        ``AS`` in bytes, ``CPU`` in seconds, ``NPROC`` counting this process; others are left.
    library : object
        Of :func:`kernel32`; None gives no limits.
    """
    if library is None:
        return {}
    wanted = bytearray(_SIZE)
    flags = 0
    for name, value in limits.items():
        if name in _PLACES:
            flag, place, form, unit = _PLACES[name]
            flags |= flag
            struct.pack_into(form, wanted, place, value * unit)
    struct.pack_into("<I", wanted, _FLAGS_AT, flags)
    job = library.CreateJobObjectW(None, None)  # never closed: it lasts as long as we do
    library.SetInformationJobObject(job, _EXTENDED_LIMITS, bytes(wanted), _SIZE)
    library.AssignProcessToJobObject(job, library.GetCurrentProcess())
    return _observed(library)


def _observed(library: Any) -> dict[str, int]:
    """Return the limits of the job that this process is in, as Windows tells them."""
    told = ctypes.create_string_buffer(_SIZE)
    if not library.QueryInformationJobObject(None, _EXTENDED_LIMITS, told, _SIZE, None):
        return {}
    (flags,) = struct.unpack_from("<I", told.raw, _FLAGS_AT)
    return {
        name: struct.unpack_from(form, told.raw, place)[0] // unit
        for name, (flag, place, form, unit) in sorted(_PLACES.items()) if flags & flag
    }  # fmt: skip
