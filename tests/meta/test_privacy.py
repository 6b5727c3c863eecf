"""Nothing of a machine that the project was written on gets into a commit."""

from __future__ import annotations

import re
from collections.abc import Iterator

import meta_sources
import pytest

# Put together from parts, so that this file doesn't find itself.
PLACES = ("work", "root", "home", "Users", "opt", "mnt", "srv", "private")
REGISTRY_HOSTS = ("pypi.org", "pythonhosted", "registry.npmjs", "artifactory", "index-url",
                  "extra-index", "localhost:", "find-links")  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w.)}/~-])/(?:" + "|".join(PLACES) + r")/[\w.-]+")
SCRATCH = re.compile(r"(?<![\w.)}/~-])/" + r"tmp/[\w.-]+")
HOST = re.compile("|".join(re.escape(h) for h in REGISTRY_HOSTS))
PRIVATE_ADDRESS = re.compile(
    r"(?<![\d.])(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+){2,3}(?![\d.])"
)
SELF = "tests/meta/test_privacy.py"


def private(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that name a machine's folders, a registry or a private address."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern in (MACHINE_PATH, SCRATCH, HOST, PRIVATE_ADDRESS):
            if pattern.search(line):
                yield number, line.strip()
                break


def test_no_tracked_file_tells_of_a_machine() -> None:
    found = []
    for path in meta_sources.tracked_files():
        name = path.relative_to(meta_sources.ROOT).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if name != SELF:
            found += [f"{name}:{number}: {line}" for number, line in private(text)]
    assert found == []


def test_files_are_text_and_small() -> None:
    large = 400 * 2**10
    assert [p.name for p in meta_sources.tracked_files() if p.stat().st_size > large] == []


@pytest.mark.parametrize(
    "line",
    [
        'PATH = "/work/main/x"', "cd /root/.pyenv", "see /tmp/x.py", "/home/ann/file",
        "pip install --index-url http://x", "http://localhost:8080", "host 10.0.0.12",
        "https://pypi.org/simple",
    ],
)  # fmt: skip
def test_private_lines_are_seen(line: str) -> None:
    assert list(private(line))


@pytest.mark.parametrize("line", ["a/b", "the root /", "x /tmp y", "numpy 2.0.1", "§ 10.2 of it"])
def test_other_lines_are_not(line: str) -> None:
    assert not list(private(line))
