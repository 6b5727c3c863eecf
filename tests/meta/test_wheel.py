"""What is installed is whole: the wheel in a fresh environment, without any extra."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from meta_sources import ROOT

pytestmark = pytest.mark.slow

HEAVY = ("fastapi", "sqlalchemy", "uvicorn", "alembic", "psycopg", "procrastinate", "sphinx")
"""What only extras bring: a student's laptop stays light."""


def run(*command: str | Path, cwd: Path, status: int = 0) -> str:
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"}, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", home, ROOT, cwd=home)
    (found,) = home.glob("gradcheck-*.whl")
    return found


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", home, cwd=home)
    run(home / "bin" / "python", "-m", "pip", "install", "-q", wheel, cwd=home)
    return home / "bin"


def test_every_file_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    there = set(zipfile.ZipFile(wheel).namelist())
    tracked = run("git", "ls-files", "gradcheck", "reference/gradcheck_reference", cwd=ROOT)
    wanted = {name.removeprefix("reference/") for name in tracked.split()}
    assert wanted - there == set()


def test_the_core_does_its_work_without_extras(programs: Path, tmp_path: Path) -> None:
    names = run(programs / "python", "-m", "pip", "list", "--format=freeze", cwd=tmp_path).lower()
    assert [name for name in HEAVY if f"{name}==" in names] == []
    run(programs / "gradcheck", "assignment", "new", "week", cwd=tmp_path)
    run(programs / "gradcheck", "check", "week/model.py", "--assignment", "week", cwd=tmp_path)
    run(programs / "gradcheck", "grade", "week/model.py", "--out", "out", cwd=tmp_path)
    assert {p.name for p in (tmp_path / "out").iterdir()} >= {
        "class.json", "grades.csv", "index.html", "reports", "students"}  # fmt: skip
    for form in ("html", "junit", "gradescope", "markdown"):
        run(programs / "gradcheck", "export", "out/reports/model.json", "--to", form, cwd=tmp_path)
    run(programs / "pytest", "--gradcheck", "week/model.py", cwd=tmp_path)


def test_the_service_says_which_extra_it_needs(programs: Path, tmp_path: Path) -> None:
    for command in ("serve", "worker", "token", "roster"):
        told = run(programs / "gradcheck", command, cwd=tmp_path, status=2)
        assert 'pip install "gradcheck[service]"' in told
        assert "Traceback" not in told
        assert len(told.strip().splitlines()) == 1
