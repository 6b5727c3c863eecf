"""The pytest entry point of gradcheck: inert, and importing nothing, unless asked.

It stands outside the package under a name of its own, so that a student's own
``gradcheck.py`` can't break pytest; that gives a usage error instead.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

OPTIONS = (
    ("assignment", None, "A", "assignment.toml to grade by"),
    ("report", None, "FILE", "write the JSON report to this file"),
    ("seed", None, "S", "seed, a whole number (default: the assignment's, else 0)"),
    ("isolation", None, "LEVEL", "required isolation, 0 to 4 or its name"),
    ("hints", ("none", "location", "mistake", "fix"), None, "how much is told (default: fix)"),
    ("profile", ("quick", "standard", "thorough"), None, "how many examples (default: standard)"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --gradcheck and its options, each with an ini twin."""
    group = parser.getgroup("gradcheck", "check hand-written gradients (gradcheck)")
    group.addoption(
        "--gradcheck",
        action="store_true",
        help="take the files and folders given as submissions and check their gradients",
    )
    for name, choices, metavar, text in OPTIONS:
        extra: dict[str, Any] = {"choices": choices} if choices else {"metavar": metavar}
        group.addoption(f"--gradcheck-{name}", default=None, help=text, **extra)
        parser.addini(f"gradcheck_{name}", f"ini twin of --gradcheck-{name}", default="")


@contextmanager
def _without_rewriting(config: pytest.Config) -> Iterator[None]:
    """Import without pytest's assertion rewriting.

    Hypothesis and gradcheck are plug-ins, so pytest would parse and rewrite every module of
    theirs: a second on the first run, and on every run where bytecode isn't written.
    """
    hook = getattr(config.pluginmanager, "rewrite_hook", None)
    if hook is None or hook not in sys.meta_path:
        yield
        return
    place = sys.meta_path.index(hook)
    sys.meta_path.remove(hook)
    try:
        yield
    finally:
        sys.meta_path.insert(place, hook)


def _distrust_working_folder() -> None:
    """Let nothing in the folder where pytest was started stand in for a library.

    ``python -m pytest`` and the workers of pytest-xdist put that folder first on the path, so
    that a ``numpy.py`` beside a submission would run in the judge's process.
    """
    here = os.getcwd()
    own = [p for p in sys.path if p in {"", here}]
    sys.path[:] = [p for p in sys.path if p not in {"", here}]
    os.environ["PYTHONSAFEPATH"] = "1"
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None) or ""
        if os.path.dirname(file) == here and os.path.splitext(file)[1] == ".py" and not (
            module.__name__.startswith("_gradcheck") or module.__name__ == "__main__"
        ):
            raise pytest.UsageError(
                f"{file} was imported in place of a library; rename it, or start pytest elsewhere"
            )
    if own:
        sys.path.append(here)  # last: for an installation that lives in this folder


def _plugin(config: pytest.Config) -> Any:
    """Import the plug-in proper, or say what hides it."""
    found = importlib.util.find_spec("gradcheck")
    origin = found.origin if found else None
    if found is None or found.submodule_search_locations is None:
        raise pytest.UsageError(
            f"{origin or 'gradcheck.py'} hides the gradcheck package; rename that file "
            "(and remove it from where you start pytest)"
        )
    with _without_rewriting(config):
        is_collecting = gc.isenabled()
        gc.disable()  # imports make objects to keep: looking for garbage finds none
        try:
            return importlib.import_module("gradcheck.pytest_plugin")
        finally:
            gc.freeze()  # and pytest, which collects when it ends, needn't look at them again
            if is_collecting:
                gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Keep submissions' conftests out, and start the worker before anything heavy loads."""
    if not early_config.known_args_namespace.gradcheck:
        return
    early_config.known_args_namespace.noconftest = True
    _distrust_working_folder()
    if "PYTEST_XDIST_WORKER" in os.environ or early_config.known_args_namespace.help:
        return
    found = importlib.util.find_spec("gradcheck")
    if found is not None and found.submodule_search_locations is not None:
        with _without_rewriting(early_config):
            sandbox = importlib.import_module("gradcheck.sandbox.default")
        executor = sandbox.default_executor()
        executor.prestart(1)
        early_config.stash[EXECUTOR] = executor


EXECUTOR: pytest.StashKey[Any] = pytest.StashKey()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the plug-in proper if --gradcheck was given."""
    if config.getoption("gradcheck"):
        module = _plugin(config)
        executor = config.stash.get(EXECUTOR, None)
        config.pluginmanager.register(module.Plugin(config, executor), "gradcheck-session")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Schedule by file, so that a submission keeps one session."""
    if not config.getoption("gradcheck"):
        return None
    scheduler = importlib.import_module("xdist.scheduler")
    return scheduler.LoadFileScheduling(config, log)
