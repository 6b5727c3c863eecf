"""macOS's profile, as far as another system can tell: its text, and what happens without it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest

from gradcheck.records.budgets import Budgets
from gradcheck.sandbox import default
from gradcheck.sandbox.executors import seatbelt
from gradcheck.sandbox.executors.seatbelt import Seatbelt, profile
from gradcheck.sandbox.session import Session


def test_the_profile_denies_all_but_reading_libraries() -> None:
    text = profile("/usr/py/bin/python", ["/usr/py/lib", 'odd "name"\\'])
    assert text.startswith("(version 1)\n(deny default)\n")
    assert text.count("(") == text.count(")")
    assert '(subpath "/usr/py/lib")' in text and '(subpath "odd \\"name\\"\\\\")' in text
    allowed = [line for line in text.splitlines() if line.startswith("(allow")]
    assert {line.split()[1].rstrip(")") for line in allowed} == {
        "sysctl-read", "file-read-metadata", "file-read*", "process-exec",
    }  # fmt: skip


def test_where_there_is_no_such_program_workers_are_spawned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(seatbelt, "PROGRAM", "no-such-program")
    seatbelt._prefix.cache_clear()
    executor = Seatbelt()
    with Session([("a.py", "x = 1")], executor=executor, budgets=Budgets()) as session:
        session.load()
        assert session.hello["absent"] == {"seatbelt": "no-such-program isn't there"}
    seatbelt._prefix.cache_clear()


def test_a_profile_under_which_nothing_starts_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        is_tried = command[0] == "/bin/sandbox-exec"
        told = b"denied" if is_tried else b""
        return subprocess.CompletedProcess(command, int(is_tried), b"/lib", told)

    monkeypatch.setattr(seatbelt.shutil, "which", lambda _: "/bin/sandbox-exec")
    monkeypatch.setattr(seatbelt, "tried", run)
    seatbelt._prefix.cache_clear()
    executor = Seatbelt()
    assert executor.prefix() == () and executor.absent == {"seatbelt": "denied"}
    seatbelt._prefix.cache_clear()


def test_it_is_chosen_on_macos_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for system, kind in (("darwin", Seatbelt), (sys.platform, type(default.default_executor()))):
        monkeypatch.setattr(default.sys, "platform", system)
        assert type(default.default_executor()) is kind
