"""build autograder.zip, which Gradescope grades an assignment with

The archive holds setup.sh, run_autograder, the assignment and the wheels that are given; without
one of gradcheck itself, this version is installed from the package index. The same input gives
the same bytes.

On Gradescope the student's code and the results share one container. It runs in a process of
its own, and what it prints never gets into results.json; but set require_isolation in the
assignment to what the container gives (gradcheck doctor), or the files are within its reach.
"""

from __future__ import annotations

import argparse
import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

from gradcheck.api import read_assignment
from gradcheck.cli._bundle import bundled
from gradcheck.errors import UsageError
from gradcheck.files import write_atomically
from gradcheck.shipped import located
from gradcheck.version import VERSION

TEMPLATES = Path(__file__).with_name("_autograder")
SCRIPTS = ("run_autograder", "setup.sh")
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip can hold."""
UNIX = 3
SCRIPT_MODE, FILE_MODE = 0o755, 0o644


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--assignment", required=True, type=Path,
                        help="assignment.toml to grade by, or a shipped one's name")  # fmt: skip
    parser.add_argument("--out", required=True, type=Path, metavar="FILE",
                        help="the archive, to upload as it is")  # fmt: skip
    parser.add_argument("--wheel", type=Path, nargs="+", action="extend", default=[],
                        metavar="FILE",
                        help="wheels to install from, of gradcheck or what it needs")  # fmt: skip


def execute(arguments: argparse.Namespace) -> int:
    """Write the archive."""
    spec = read_assignment(arguments.assignment)
    path = located(str(arguments.assignment))
    text = bundled(spec) if spec.references else path.read_bytes()
    entries = dict(_entries(text, arguments.wheel))
    write_atomically(arguments.out, _archive(entries))
    print(f"{arguments.out}: {spec.id}, {spec.max_points:g} points; upload it as the autograder")
    return 0


def _entries(assignment: bytes, wheels: list[Path]) -> Iterator[tuple[str, bytes]]:
    for name in SCRIPTS:
        yield name, (TEMPLATES / name).read_bytes()
    yield "assignment.toml", assignment
    names = [path.name for path in wheels]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise UsageError(f"two wheels are named {doubled[0]}; give each once")
    for path in wheels:
        if path.suffix != ".whl":
            raise UsageError(f"{path}: no wheel; make one with: pip wheel gradcheck=={VERSION}")
        try:
            yield f"wheels/{path.name}", path.read_bytes()
        except OSError as error:
            raise UsageError(f"{path}: can't be read: {error.strerror}") from error
    if not any(name.startswith("gradcheck-") for name in names):
        yield "requirements.txt", f"gradcheck=={VERSION}\n".encode()


def _archive(entries: dict[str, bytes]) -> bytes:
    """Return a zip that depends on nothing but its entries: no date, no compressor."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(entries.items()):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system = UNIX
            mode = SCRIPT_MODE if name in SCRIPTS else FILE_MODE
            entry.external_attr = (stat.S_IFREG | mode) << 16
            archive.writestr(entry, data)
    return stream.getvalue()
