"""Which isolation level was observed; never what was merely asked for.

A level is told from what a worker observed of itself before it received the source: the limits
in force, the attempts (*probes*) that the system refused, the namespaces that it isn't in with
the judge, and whether its kernel is gVisor's and another than the judge's. A virtual machine
around it all can't be observed from inside: it is never told.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from typing import Any

from gradcheck.records.levels import LEVEL_NAMES
from gradcheck.records.report import Isolation

__all__ = ["PROBES", "level_of", "observed_isolation"]

LIMITS = "rlimits"
PROBES = ("read", "write", "tcp", "udp", "unix", "netlink", "clone", "exec", "signal")
"""All of them denied is level 2."""
NAMESPACES = ("ipc", "mnt", "net", "pid", "uts")
"""None of them shared with the judge is level 3."""
APART, SHARED = "denied", "allowed"
GUEST_KERNEL, LEAST_INSIDE = 4, 2
"""A kernel of its own is level 4 where no probe was allowed: level 2 or 3 inside it."""
NO_GUEST = "no worker has seen it; run the whole service in gVisor or a virtual machine"


def level_of(hello: Mapping[str, Any]) -> int:
    """Return the highest level, 0 to 4, that a worker's facts show.

    Parameters
    ----------
    hello : Mapping
        What the worker observed of itself; empty if it never started.
    """
    probes = _probes(hello)
    rows = (
        bool(_table(hello.get(LIMITS))),
        all(probes.get(name) == APART for name in PROBES),
        probes.get("processes") == APART,
    )
    level = next((k for k, is_reached in enumerate(rows) if not is_reached), len(rows))
    return GUEST_KERNEL if level >= LEAST_INSIDE and _guest(hello) else level


def observed_isolation(hello: Mapping[str, Any], required: int) -> Isolation:
    """Return the level that the worker's facts, read before the source arrived, show.

    Parameters
    ----------
    hello : Mapping
        What the worker observed of itself; empty if it never started.
    required : int
        The level that the assignment or the caller demands.
    """
    level = level_of(hello)
    mechanisms: dict[str, Any] = {"process": bool(hello)}
    if limits := _table(hello.get(LIMITS)):
        mechanisms[LIMITS] = limits
    mechanisms |= _table(_table(hello.get("lockdown")).get("layers"))
    if guest := _guest(hello):
        mechanisms[LEVEL_NAMES[GUEST_KERNEL]] = guest
    return Isolation(
        level=level,
        name=LEVEL_NAMES[level],
        required=required,
        mechanisms=mechanisms,
        probes=_probes(hello),
        missing=_missing(hello, level, required),
    )


def _probes(hello: Mapping[str, Any]) -> dict[str, str]:
    """Return the probes, and whether the worker sees the judge's processes."""
    facts = _table(hello.get("lockdown"))
    probes = {name: str(found) for name, found in _table(facts.get("probes")).items()}
    if probes:
        theirs, ours = _table(facts.get("namespaces")), _own_namespaces()
        is_apart = all(
            name in theirs and name in ours and theirs[name] != ours[name] for name in NAMESPACES
        )
        probes["processes"] = APART if is_apart else SHARED
    return probes


def _missing(hello: Mapping[str, Any], level: int, required: int) -> tuple[str, ...]:
    """Return, in words, why no higher level was reached."""
    refused = _table(_table(hello.get("lockdown")).get("missing"))
    told = []
    for name, reason in refused.items():
        code, text = reason if isinstance(reason, list) and len(reason) == 2 else (0, reason)
        told.append(f"{name}: {text}" + (f" (errno {code})" if code else ""))
    told += [f"{name}: {reason}" for name, reason in _table(hello.get("absent")).items()]
    probes = _probes(hello)
    allowed = [name for name in PROBES if probes.get(name) == SHARED]
    if allowed:
        told.append("probes that the system allowed: " + ", ".join(allowed))
    if level < 3 and "absent" in hello and not hello["absent"]:
        told.append("namespaces: not asked for (--isolation namespaces)")
    if required > level and required == GUEST_KERNEL:
        told.append(f"{LEVEL_NAMES[GUEST_KERNEL]}: {NO_GUEST}")
    return tuple(told)


def _guest(hello: Mapping[str, Any]) -> str:
    """Return what kernel the worker has that isn't the judge's; nothing if they share one."""
    facts = _table(_table(hello.get("lockdown")).get("kernel"))
    if not hasattr(os, "uname"):
        return ""
    own = os.uname()
    is_shared = (facts.get("release"), facts.get("version")) == (own.release, own.version)
    return "" if is_shared else str(facts.get("guest") or "")


def _own_namespaces() -> dict[str, str]:
    found = {}
    for name in NAMESPACES:
        with contextlib.suppress(OSError):
            found[name] = os.readlink(f"/proc/self/ns/{name}")
    return found


def _table(facts: object) -> dict[str, Any]:
    return {str(k): v for k, v in facts.items()} if isinstance(facts, Mapping) else {}
