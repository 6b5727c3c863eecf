"""One line, five faces: pytest, ``pytest -n 2``, check, grade and the service say the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gradcheck.cli import main

ROOT = Path(__file__).resolve().parents[1]
ZOO = ROOT / "submissions" / "logistic"
NAMES = ("right-class", "label-for-activation", "cost-and-gradient-minus", "returns-none",
         "wobbling")  # fmt: skip
ASSIGNMENT = "logistic"
OWN = ("created_at", "timing", "isolation", "submission")
"""What may differ between faces: the clock, the machine, what a submission is called."""
PATIENCE = 60


def said(report: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in report.items() if k not in OWN}


def by_digest(reports: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {r["submission"]["files"][0]["sha256"]: said(r) for r in reports}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("faces")
    for name in NAMES:
        (source,) = (ZOO / name).glob("*.py")
        (home / f"{name.replace('-', '_')}.py").write_bytes(source.read_bytes())
    (home / "loop.py").write_text("while True: pass\n")
    (home / "broken.py").write_text("def f(:\n")
    return home


@pytest.fixture(scope="module")
def checked(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    target = tmp_path_factory.mktemp("check") / "report.json"
    main(["check", str(folder), "--assignment", ASSIGNMENT, "--profile", "quick", "--report",
          str(target)])  # fmt: skip
    found = by_digest(json.loads(target.read_text()))
    assert len(found) == len(NAMES) + 2
    assert {r["outcome"] for r in found.values()} == {"passed", "failed"}
    return found


@pytest.mark.slow
def test_grade(folder: Path, checked: dict[str, Any], tmp_path: Path) -> None:
    assert main(["grade", str(folder), "--assignment", ASSIGNMENT, "--out", str(tmp_path)]) == 0
    reports = [json.loads(p.read_text()) for p in (tmp_path / "reports").iterdir()]
    assert by_digest(reports) == checked


@pytest.mark.slow
@pytest.mark.parametrize("extra", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_pytest(extra: list[str], folder: Path, checked: dict[str, Any], tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis",
         "--gradcheck", str(folder), "--gradcheck-assignment", ASSIGNMENT,
         "--gradcheck-profile", "quick", "--gradcheck-report", str(target), *extra],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert by_digest(json.loads(target.read_text())) == checked


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Start the service as an operator would, and log in with the token that it prints."""
    home = tmp_path_factory.mktemp("service")
    process = subprocess.Popen(
        [sys.executable, "-m", "gradcheck", "serve", "--port", "0", "--profile", "quick"],
        cwd=home, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        greeting = process.stdout.readline() + process.stdout.readline()
        address = re.search(r"http://[\d.]+:\d+", greeting)
        token = re.search(r"once: (\S+)", greeting)
        assert address is not None and token is not None, greeting
        headers = {"Authorization": f"Bearer {token[1]}"}
        with httpx.Client(base_url=address[0], headers=headers, timeout=PATIENCE) as client:
            roster = "id,name\n" + "".join(f"s{k},Student {k}\n" for k in range(len(NAMES) + 2))
            assert client.put("/v1/courses/course/roster", content=roster).is_success
            yield client
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.mark.slow
def test_service(folder: Path, checked: dict[str, Any], service: httpx.Client) -> None:
    places = []
    for number, path in enumerate(sorted(folder.glob("*.py"))):
        sent = service.put(
            f"/v1/assignments/{ASSIGNMENT}/submissions/s{number}",
            params={"filename": path.name}, content=path.read_bytes(),
        )  # fmt: skip
        assert sent.status_code == 202, sent.text
        places.append(sent.headers["Location"])
    deadline = time.monotonic() + PATIENCE
    for place in places:
        while service.get(place).json()["state"] != "graded" and time.monotonic() < deadline:
            time.sleep(0.1)
    reports = [service.get(f"{place}/report", params={"format": "json"}).json() for place in places]
    assert by_digest(reports) == checked
