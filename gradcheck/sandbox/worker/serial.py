"""Threads and pools that do their work at once: a locked-in worker may start neither.

What code computes is the same, as long as its threads don't wait for each other.
"""

from __future__ import annotations

import contextlib
import importlib
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import starmap
from typing import Any

__all__ = ["in_one_thread"]

_STAND_INS = {
    "concurrent.futures": ("ThreadPoolExecutor", "ProcessPoolExecutor"),
    "multiprocessing": ("Pool",), "multiprocessing.pool": ("ThreadPool", "Pool"),
    "multiprocessing.dummy": ("Pool",),
}
"""By a module's name: what in it would start threads or processes."""
_PARALLEL = re.compile(r"\b(?:concurrent\.futures|threading|multiprocessing)\b")


def in_one_thread(source: str) -> None:
    """Put what does its work at once in the place of threads and pools, if a source names them."""
    if not _PARALLEL.search(source):
        return
    thread: Any = threading.Thread
    thread.start, thread.join, thread.is_alive = _run, _joined, _is_alive
    for name, names in _STAND_INS.items():
        if name.partition(".")[0] in source:
            module = importlib.import_module(name)  # the source does the same
            for own in names:
                setattr(module, own, _Pool if own.endswith("Pool") else _executor(module))


def _run(thread: threading.Thread) -> None:
    """Do a thread's work; what it raises stays in it."""
    with contextlib.suppress(Exception):
        thread.run()


def _joined(thread: threading.Thread, timeout: float | None = None) -> None:
    """Wait for nothing."""


def _is_alive(thread: threading.Thread) -> bool:
    return False


def _executor(futures: Any) -> type:
    """Return the class of executors whose futures are done when they are handed out."""

    class Executor(futures.Executor):  # type: ignore[misc]
        def __init__(self, *given: Any, **named: Any) -> None:
            pass

        def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Any:
            done = futures.Future()
            try:
                done.set_result(function(*given, **named))
            except Exception as error:
                done.set_exception(error)
            return done

    return Executor


class _Result:
    """What an asynchronous call of a pool gave."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._value = call()

    def get(self, timeout: float | None = None) -> Any:
        return self._value

    def wait(self, timeout: float | None = None) -> None:
        pass

    def ready(self) -> bool:
        return True

    successful = ready


class _Pool:
    """A pool of the one process that there is."""

    def __init__(self, *given: Any, **named: Any) -> None:
        pass

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *given: object) -> None:
        pass

    def map(self, function: Callable[[Any], Any], values: Iterable[Any], *_: Any) -> list[Any]:
        return [function(value) for value in values]

    def imap(self, function: Callable[[Any], Any], values: Iterable[Any], *_: Any) -> Iterator[Any]:
        return iter(self.map(function, values))

    imap_unordered = imap

    def starmap(
        self, function: Callable[..., Any], values: Iterable[Sequence[Any]], *_: Any
    ) -> list[Any]:
        return list(starmap(function, values))

    def apply(
        self, function: Callable[..., Any], given: Sequence[Any] = (),
        named: dict[str, Any] | None = None,
    ) -> Any:  # fmt: skip
        return function(*given, **(named or {}))

    def apply_async(self, *given: Any, **_: Any) -> _Result:
        return _Result(lambda: self.apply(*given[:3]))

    def map_async(self, *given: Any, **_: Any) -> _Result:
        return _Result(lambda: self.map(*given[:2]))

    def starmap_async(self, *given: Any, **_: Any) -> _Result:
        return _Result(lambda: self.starmap(*given[:2]))

    def close(self) -> None:
        pass

    terminate = join = close
