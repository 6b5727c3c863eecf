"""Run the commands of README and of the users' pages that promise an exit status.

A page is followed from top to bottom, as a reader does, in a folder of its own with a copy of
``submissions/``. A block of Python or TOML that begins with a file's name (``# my_impl.py``) is
written to that file; a line of a shell block that ends with ``# exit STATUS`` is run, and an
``export NAME=VALUE`` holds to the end of its block.

Usage: ``readme_commands.py [PAGE ...]``; exit status 1 if a promise is broken.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "docs/students.md", "docs/instructors.md")
BLOCK = re.compile(r"^```(?P<language>sh|python|toml)\n(?P<text>.*?)^```", re.M | re.S)
PROMISE = re.compile(r"(?P<command>[^#\n]+?)\s+# exit (?P<status>\d)")
EXPORT = re.compile(r"export \w+=[\w-]+$")
FILE = re.compile(r"# (?P<name>[\w./-]+\.(?:py|toml))\n")

Step = tuple[str, str] | tuple[int, str]
"""A file's name and text, or a command's status and the command."""


def steps(text: str) -> Iterator[Step]:
    """Yield what a page has its reader do, in its order."""
    for block in BLOCK.finditer(text):
        if block["language"] == "sh":
            yield from _commands(block["text"])
        elif named := FILE.match(block["text"]):
            yield named["name"], block["text"]


def _commands(block: str) -> Iterator[Step]:
    exported = ""
    for line in block.splitlines():
        if EXPORT.match(line):
            exported += f"{line}; "
        elif found := PROMISE.match(line):
            yield int(found["status"]), exported + found["command"]


def promises(text: str) -> list[tuple[int, str]]:
    """Return (status, command) of each line of a shell block that promises one."""
    return [(first, rest) for first, rest in steps(text) if isinstance(first, int)]


def files(text: str) -> list[tuple[str, str]]:
    """Return (name, text) of each file that a page has its reader write."""
    return [(first, rest) for first, rest in steps(text) if isinstance(first, str)]


def follow(text: str, folder: Path) -> Iterator[tuple[bool, str]]:
    """Do in a folder what a page says; yield of each command whether it kept its promise."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    for first, rest in steps(text):
        if isinstance(first, str):
            (folder / first).parent.mkdir(parents=True, exist_ok=True)
            (folder / first).write_text(rest, encoding="utf-8")
            continue
        done = subprocess.run(
            ["sh", "-c", rest], cwd=folder, env=os.environ | {"PATH": path}, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        if done.returncode == first:
            yield True, f"exit {first} as promised: {rest}"
        else:
            told = done.stdout.decode(errors="replace")
            yield False, f"{told}FAILED: exit {done.returncode}, not {first}: {rest}"


def main(pages: list[str]) -> int:
    is_kept = True
    for page in pages or PAGES:
        print(f"{page}:")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            shutil.copytree(ROOT / "submissions", folder / "submissions")
            for is_good, line in follow((ROOT / page).read_text(encoding="utf-8"), folder):
                print(f"  {line}", flush=True)
                is_kept &= is_good
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
