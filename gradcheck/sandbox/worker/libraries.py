"""Where this interpreter's standard library lies.

The standard library's own ``sysconfig`` reads every variable of the interpreter's Makefile for
this, which takes longer than half of the locking in.
"""

from __future__ import annotations

import os
import sys

__all__ = ["standard_library"]


def standard_library() -> tuple[str, ...]:
    """Return the folders of the standard library: its sources, and what was compiled for it."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    compiled = os.path.join(sys.exec_prefix, sys.platlibdir, version)
    return os.path.dirname(os.__file__), compiled
