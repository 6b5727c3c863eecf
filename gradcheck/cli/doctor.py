"""what isolation this machine gives, observed by a worker, and what is missing"""

from __future__ import annotations

import argparse
import platform

import hypothesis
import numpy as np
import pydantic
import pytest

from gradcheck.records.budgets import Budgets
from gradcheck.records.levels import LEVEL_NAMES
from gradcheck.records.program import Fault
from gradcheck.sandbox.default import default_executor
from gradcheck.sandbox.levels import observed_isolation
from gradcheck.sandbox.session import Session
from gradcheck.version import VERSION

BROKEN = 4
OFFERED = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options: none."""


def execute(arguments: argparse.Namespace) -> int:
    """Start a worker, print what it observed of itself."""
    print(f"gradcheck {VERSION} · Python {platform.python_version()} · NumPy {np.__version__} · "
          f"pytest {pytest.__version__}")  # fmt: skip
    print(f"Hypothesis {hypothesis.__version__} · pydantic {pydantic.__version__} · "
          f"{platform.system()} {platform.machine()}")  # fmt: skip
    executor = default_executor()
    try:
        with Session([("probe.py", "")], executor=executor, budgets=Budgets()) as session:
            loaded = session.load()
            isolation = observed_isolation(session.hello, 0)
    finally:
        executor.close()
    if isinstance(loaded, Fault):
        print(f"the worker doesn't answer: {loaded.message}")
        return BROKEN
    print(f"isolation: level {isolation.level}, {isolation.name} (observed in a worker)")
    for name, value in isolation.mechanisms.items():
        if isinstance(value, dict):
            print(f"  {name}: " + ", ".join(f"{k} {v}" for k, v in value.items()))
        else:
            print(f"  {name}: {'yes' if value else 'no'}")
    missing = ", ".join(f"{k} {name}" for k, name in enumerate(LEVEL_NAMES) if k > OFFERED)
    print(f"not offered by this version: {missing}")
    return 0
