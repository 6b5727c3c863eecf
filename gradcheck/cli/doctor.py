"""what isolation this machine gives, observed by a worker, and what is missing"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import textwrap
from collections.abc import Mapping

import hypothesis
import numpy as np
import pydantic
import pytest

from gradcheck.cli._options import add_interpreter, width
from gradcheck.records.budgets import Budgets
from gradcheck.records.levels import LEVEL_NAMES
from gradcheck.records.program import Fault
from gradcheck.records.report import Isolation
from gradcheck.sandbox.default import (
    INTERPRETER,
    NEEDS_GUEST,
    NEEDS_NAMESPACES,
    default_executor,
)
from gradcheck.sandbox.levels import observed_isolation
from gradcheck.sandbox.session import BLOCKED_IMPORTS, Session
from gradcheck.version import VERSION

BROKEN = 4
SECONDS = 60.0
FIND = """
import importlib.util, sys
print(*[name for name in sys.argv[1:] if importlib.util.find_spec(name)])
"""
HOW = {
    "landlock": "Linux 5.13 or later with Landlock among its security modules (lsm=landlock,…)",
    "seccomp": "Linux on x86_64 (aarch64: there is a filter, untested)",
    "namespaces": "apt-get install bubblewrap, on a host that allows user namespaces or as root",
    "limits": "Linux or macOS",
    "guest-kernel": "gVisor's runsc (untested), or the whole in a virtual machine (not observed)",
}
"""How to get a layer that is missing."""
LAST = {NEEDS_NAMESPACES: "namespaces", NEEDS_GUEST: "guest-kernel"}
"""What is looked at only where its level is asked for."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add_interpreter(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Start workers, print what they observed of themselves."""
    print(f"gradcheck {VERSION} · Python {platform.python_version()} · NumPy {np.__version__} · "
          f"pytest {pytest.__version__}")  # fmt: skip
    print(f"Hypothesis {hypothesis.__version__} · pydantic {pydantic.__version__} · "
          f"{platform.system()} {platform.machine()}")  # fmt: skip
    python = arguments.interpreter or os.environ.get(INTERPRETER) or sys.executable
    for required in (0, *LAST):
        found = _observed(required, python)
        if isinstance(found, Fault):
            print(f"the worker doesn't answer: {found.message}")
            return BROKEN
        if required == 0:
            _show(found, "isolation without asking")
            best = found.level
        elif found.level > best:
            _show(found, f"with --isolation {LEVEL_NAMES[required]}")
        _show_missing(found, required)
    _show_interpreter(python)
    return 0


def _observed(required: int, interpreter: str) -> Isolation | Fault:
    executor = default_executor(required, interpreter=interpreter)
    try:
        with Session([("probe.py", "")], executor=executor, budgets=Budgets()) as session:
            loaded = session.load()
            return loaded if isinstance(loaded, Fault) else observed_isolation(session.hello, 0)
    finally:
        executor.close()


def _show(isolation: Isolation, title: str) -> None:
    print(f"{title}: level {isolation.level}, {isolation.name} (observed in a worker)")
    for name, value in isolation.mechanisms.items():
        if isinstance(value, Mapping):
            _line(name, ", ".join(f"{k} {v}" for k, v in value.items()))
        else:
            _line(name, {True: "yes", False: "no"}.get(value, str(value)))
    for word in ("denied", "allowed"):
        names = [name for name, found in isolation.probes.items() if found == word]
        if names:
            _line(word, ", ".join(names))


def _show_missing(isolation: Isolation, required: int) -> None:
    """Print what would give more, and how to get it."""
    due = {LAST[required]} if required else {*HOW} - {*LAST.values()}
    for reason in isolation.missing:
        name = reason.partition(":")[0]
        if name in due:
            _line("missing", f"{reason}; needs {HOW[name]}")


def _show_interpreter(python: str) -> None:
    """Print which Python runs students' code, and what of ours it could import."""
    print(f"students' code runs in {python}")
    done = subprocess.run(
        [python, "-I", "-c", FIND, *BLOCKED_IMPORTS], capture_output=True, text=True,
        check=False, timeout=SECONDS, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    found = done.stdout.split()
    if done.returncode:
        _line("ours there", "it doesn't answer")
    elif found:
        _line("ours there", f"{', '.join(found)} (kept from submissions; a service is better "
              "off with an environment that has NumPy only: --interpreter)")  # fmt: skip
    else:
        _line("ours there", "nothing: neither gradcheck nor the reference")


def _line(name: str, text: str) -> None:
    lead = f"  {name}: "
    print(textwrap.fill(lead + text, width(), subsequent_indent="    ", break_on_hyphens=False))
