"""gVisor's executor, as far as a machine without it can tell.

A stand-in for ``runsc`` starts what the bundle says, without another kernel.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Fault, Program
from gradcheck.sandbox.default import default_executor, strengthened
from gradcheck.sandbox.executors import gvisor
from gradcheck.sandbox.executors._shared import WORKER
from gradcheck.sandbox.executors.fork import Fork
from gradcheck.sandbox.executors.gvisor import Gvisor, bundle
from gradcheck.sandbox.levels import PROBES, level_of, observed_isolation
from gradcheck.sandbox.session import Session

SOURCE = """
import os, sys

def twice(x):
    print("out")
    print("err", file=sys.stderr)
    return 2 * x

def streams():
    os.write(1, b"{}" * 10)
    return len(os.read(0, 10))
"""
STAND_IN = """#!{python}
import json, os, sys
folder = sys.argv[sys.argv.index("--bundle") + 1]
assert sys.argv[-1] == os.path.basename(folder) and "--network=none" in sys.argv
process = json.load(open(os.path.join(folder, "config.json")))["process"]
os.chdir(folder)
os.execve(process["args"][0], process["args"], dict(e.split("=", 1) for e in process["env"]))
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "runsc"
    path.write_text(STAND_IN.format(python=sys.executable))
    path.chmod(0o755)
    monkeypatch.setattr(gvisor, "PROGRAM", str(path))
    gvisor._program.cache_clear()
    yield path
    gvisor._program.cache_clear()


def call(name: str, *values: Any) -> Program:
    puts = [("put", f"v{k}", k) for k in range(len(values))]
    given = [f"v{k}" for k in range(len(values))]
    steps = (*puts, ("name", "f", name), ("call", "r", "f", given, {}))
    return Program(steps, tuple(map(np.asarray, values)), ("r",))


def test_a_worker_speaks_on_its_standard_streams_and_prints_to_its_errors(stand_in: Path) -> None:
    executor = Gvisor()
    with Session([("a.py", SOURCE)], executor=executor, budgets=Budgets()) as session:
        found = session.execute([call("twice", 3.0), call("streams"), call("twice", 4.0)])
        assert [r.fault for r in found] == [None] * 3
        assert [r.values[0] for r in found] == [6.0, 0, 8.0]
        assert session.stdout == "" and session.stderr.splitlines()[:2] == ["out", "err"]
        assert not executor.absent
        assert observed_isolation(session.hello, 4).level == 2, "it has seen no other kernel"
        assert session.cpu_seconds == 0.0


def test_it_ends_what_never_ends_by_the_wall_clock(stand_in: Path) -> None:
    source = "def spin():\n    while True:\n        pass\n"
    budgets = Budgets(call_cpu=0.05, wall_factor=4.0, time_outs=1)
    with Session([("a.py", source)], executor=Gvisor(), budgets=budgets) as session:
        (reply,) = session.execute([call("spin")])
        assert reply.fault is not None and reply.fault.kind == "time-out"


def test_the_bundle_shows_libraries_and_nothing_to_write_to(tmp_path: Path) -> None:
    bundle(str(tmp_path), sys.executable, ["python", "-c", ""])
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["root"] == {"path": "root", "readonly": True}
    assert config["process"]["capabilities"] == {} and config["process"]["noNewPrivileges"]
    assert "network" in {n["type"] for n in config["linux"]["namespaces"]}
    mounts = {m["destination"]: m for m in config["mounts"]}
    assert all("ro" in m["options"] for name, m in mounts.items() if name != "/proc")
    assert {"/tmp", "/var/tmp", "/dev/shm", WORKER} <= set(mounts)
    seen = [m["source"] for m in mounts.values() if m["type"] == "bind"]
    judge = str(Path(gvisor.__file__).parents[2] / "engine.py")
    assert not any(os.path.commonpath([judge, path]) == path for path in seen)
    for name in mounts:
        if name != "/proc":
            assert (tmp_path / "root" / name.lstrip("/")).exists()


@pytest.mark.parametrize(
    ("text", "why"), [(None, "isn't there"), ("#!/bin/sh\necho no KVM >&2\nexit 1\n", "no KVM")]
)
def test_where_it_does_not_work_workers_are_spawned(
    stand_in: Path, text: str | None, why: str
) -> None:
    if text is None:
        stand_in.unlink()
    else:
        stand_in.write_text(text)
    executor = Gvisor()
    with Session([("a.py", SOURCE)], executor=executor, budgets=Budgets(), required=4) as session:
        loaded = session.load()
        assert isinstance(loaded, Fault) and loaded.type_name == "isolation"
        missing = observed_isolation(session.hello, 4).missing
        assert any(m.startswith("guest-kernel: ") and why in m for m in missing)


def facts(*, guest: str = "gVisor", release: str = "4.4.0", **probes: str) -> Mapping[str, Any]:
    return {
        "rlimits": {"AS": 1},
        "lockdown": {
            "probes": dict.fromkeys(PROBES, "denied") | probes,
            "kernel": {"guest": guest, "release": release, "version": "#1 of a guest"},
        },
    }


def test_level_4_is_a_kernel_that_is_not_the_judges_and_no_probe_allowed() -> None:
    assert level_of(facts()) == 4
    assert observed_isolation(facts(), 4).mechanisms["guest-kernel"] == "gVisor"
    assert level_of(facts(guest="")) == 2
    assert level_of(facts(write="allowed")) == 1
    own = os.uname()
    shared = facts(release=own.release)
    shared["lockdown"]["kernel"]["version"] = own.version
    assert level_of(shared) == 2


def test_it_is_chosen_where_level_4_is_required() -> None:
    executor = strengthened(Fork(), 4)
    assert isinstance(executor, Gvisor) and isinstance(default_executor(4), Gvisor)
    assert strengthened(executor, 4) is executor
