"""What a grader that shares its process with a submission can be made to say.

Usage: python benchmarks/inprocess.py [NAME ...]   (needs the extra ``peers``)

Each file of ``benchmarks/forgeries`` is a submission whose derivative is wrong, or none, and that
tries to get full marks all the same. It is graded as courses do it, in a folder with the author's
reference and hidden tests: by pytest (full marks: exit status 0), by pytest with
pytest-json-report (the report says that all tests have passed), by unittest with gradescope-utils
(the report's scores), and by ``gradcheck check`` in that very folder (exit status 0). Two
controls, an honest right and an honest wrong submission, show that each grader works.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

FORGERIES = Path(__file__).resolve().parent / "forgeries"
SECONDS = 120
TESTS = 3
FULL = "full marks"
REPORT = "results.json"
GRADCHECK = Path(sysconfig.get_path("scripts")) / "gradcheck"
REFERENCE = """
import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def sigmoid_prime(z):
    s = sigmoid(z)
    return s * (1.0 - s)
"""
HIDDEN = """
import unittest

import numpy as np

import student
import reference


class TestSlope(unittest.TestCase):
    @weight(1)
    def test_vector(self):
        z = np.random.randn(7)
        expected = reference.sigmoid_prime(z)
        actual = student.sigmoid_prime(z)
        np.testing.assert_allclose(actual, expected, rtol=1e-5)

    @weight(1)
    def test_matrix(self):
        z = np.random.default_rng(1).normal(size=(5, 3))
        expected = reference.sigmoid_prime(z)
        actual = student.sigmoid_prime(z)
        assert np.allclose(actual, expected)

    @weight(1)
    def test_numbers(self):
        z = np.random.uniform(-2, 2, 4)
        expected = reference.sigmoid_prime(z)
        actual = student.sigmoid_prime(z)
        self.assertTrue(np.isclose(actual, expected, rtol=1e-5).all())
"""
PLAIN = "def weight(points):\n    return lambda function: function\n"
GRADESCOPE = "from gradescope_utils.autograder_utils.decorators import weight\n"
RUN = f"""
import unittest
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

suite = unittest.defaultTestLoader.discover(".", pattern="test_hidden.py")
with open({REPORT!r}, "w") as file:
    JSONTestRunner(visibility="hidden", stream=file).run(suite)
"""
CONTROLS = {
    "an honest right one": REFERENCE,
    "an honest wrong one": REFERENCE.replace("1.0 - s", "1.0 + s"),
}


def in_folder(folder: Path, *command: str | Path) -> int:
    """Run a command there, and return its exit status."""
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False,
        timeout=SECONDS, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    return done.returncode


def reported(folder: Path) -> dict[str, object]:
    try:
        found = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def by_pytest(folder: Path, *options: str) -> bool:
    return in_folder(folder, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                     *options, "test_hidden.py") == 0  # fmt: skip


def by_json_report(folder: Path) -> bool:
    by_pytest(folder, "--json-report", f"--json-report-file={REPORT}")
    summary = reported(folder).get("summary")
    return isinstance(summary, dict) and summary.get("passed") == TESTS == summary.get("total")


def by_gradescope(folder: Path) -> bool:
    tests = (folder / "test_hidden.py").read_text(encoding="utf-8")
    (folder / "test_hidden.py").write_text(tests.replace(PLAIN, GRADESCOPE), encoding="utf-8")
    (folder / "run.py").write_text(RUN, encoding="utf-8")
    in_folder(folder, sys.executable, "run.py")
    tests_told = reported(folder).get("tests")
    scores = [t.get("score", 0) for t in tests_told] if isinstance(tests_told, list) else []
    return len(scores) == TESTS and sum(scores) == TESTS


def by_gradcheck(folder: Path) -> bool:
    return in_folder(folder, GRADCHECK, "check", "student.py") == 0


GRADERS: dict[str, Callable[[Path], bool]] = {
    "pytest": by_pytest, "pytest-json-report": by_json_report,
    "gradescope-utils": by_gradescope, "gradcheck": by_gradcheck,
}  # fmt: skip


def forgeries() -> dict[str, str]:
    """Return the source of each, by what its docstring says that it does."""
    found = {}
    for path in sorted(FORGERIES.glob("*.py")):
        source = path.read_text(encoding="utf-8")
        found[source.split('"""')[1].strip().rstrip(".")] = source
    return found


def graded(source: str, names: Sequence[str] = tuple(GRADERS)) -> dict[str, bool]:
    """Return for each grader whether it gives a submission full marks."""
    found = {}
    for name in names:
        with tempfile.TemporaryDirectory(prefix="inprocess-") as home:
            folder = Path(home)
            (folder / "student.py").write_text(source, encoding="utf-8")
            (folder / "reference.py").write_text(REFERENCE, encoding="utf-8")
            (folder / "test_hidden.py").write_text(PLAIN + HIDDEN, encoding="utf-8")
            found[name] = GRADERS[name](folder)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(GRADERS))
    names = parser.parse_args().names or list(GRADERS)
    width = max(map(len, forgeries()))
    print(f"{'':<{width}}  " + "  ".join(f"{name:<{len(FULL)}}" for name in names))
    counts = dict.fromkeys(names, 0)
    for title, source in {**CONTROLS, **forgeries()}.items():
        marks = graded(source, names)
        if title not in CONTROLS:
            counts = {name: counts[name] + marks[name] for name in names}
        cells = (f"{FULL if marks[n] else '-':<{max(len(n), len(FULL))}}" for n in names)
        print(f"{title:<{width}}  {'  '.join(cells)}", flush=True)
    told = ", ".join(f"{name} {count} of {len(forgeries())}" for name, count in counts.items())
    print(f"forgeries that got full marks: {told}")
    return 0 if counts.get("gradcheck", 0) == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
