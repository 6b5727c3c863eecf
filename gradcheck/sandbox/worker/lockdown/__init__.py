"""Locks a worker in, before it is given any code of a student.

Layer after layer, each independent of the others: a layer that this machine doesn't have is
told, with the system's reason, and the rest is put in force all the same. What then holds is
not what was put in force but what :mod:`.probes` observes. The layers are Linux's; elsewhere
nothing but the limits of :mod:`..limits` holds, and what an executor locked in from outside.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection
from typing import Any

from . import probes

__all__ = ["lock_down", "prepared_ruleset"]

IS_LINUX = sys.platform == "linux"

if IS_LINUX:
    from . import capabilities, landlock, seccomp


def prepared_ruleset(layers: Collection[str]) -> int | None:
    """Return a Landlock ruleset for :func:`lock_down`; None where there can be none."""
    if not IS_LINUX or "landlock" not in layers:
        return None
    try:
        return landlock.prepare()
    except OSError:
        return None


def lock_down(layers: Collection[str], canary: str, ruleset: int | None = None) -> dict[str, Any]:
    """Put the layers in force and return what is observed afterwards.

    Parameters
    ----------
    layers : collection of str
        Of ``privileges``, ``landlock``, ``seccomp``.
    canary : str
        A file of the judge's, to try to read.
    ruleset : int or None
        Of :func:`prepared_ruleset`; without one, it is made here.

    Returns
    -------
    dict
        ``layers``: what each says of itself; ``missing``: why one isn't there, with the error
        number; ``probes``, ``namespaces`` and ``kernel``.
    """
    facts: dict[str, Any] = {"layers": {}, "missing": {}, "probes": {}, "namespaces": {}}
    if sys.platform == "win32":  # nothing but limits, and the probes are POSIX's
        return facts
    if not IS_LINUX:  # locked in from outside, if at all: what holds is observed all the same
        return facts | {"probes": probes.observe(canary)}
    threads = len(os.listdir("/proc/self/task"))
    steps: dict[str, Callable[[], object]] = {
        "privileges": _give_up_privileges,
        "landlock": lambda: landlock.enforce(landlock.prepare() if ruleset is None else ruleset),
        "seccomp": seccomp.enforce,
    }
    if ruleset is not None and "landlock" not in layers:
        os.close(ruleset)
    facts["namespaces"] = probes.namespaces()
    facts["kernel"] = probes.kernel()
    for name, step in steps.items():
        if name not in layers:
            facts["missing"][name] = [0, "not asked for"]
            continue
        try:
            facts["layers"][name] = step()
        except (OSError, KeyError) as error:
            facts["missing"][name] = [getattr(error, "errno", None) or 0, str(error)]
    if threads > 1:  # Landlock would hold for this one only
        facts["missing"]["landlock"] = [0, f"{threads} threads run already"]
    facts["probes"] = probes.observe(canary)
    return facts


def _give_up_privileges() -> str:
    user = capabilities.drop()
    capabilities.forbid_new()
    capabilities.hide_memory()
    return user
