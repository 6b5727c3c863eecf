"""Print the commands of README that promise an exit status: ``STATUS COMMAND``, one a line."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROMISE = re.compile(r"^(?P<command>[^#\n]+?)\s+# exit (?P<status>\d)", re.MULTILINE)


def promises(text: str) -> list[tuple[int, str]]:
    """Return (status, command) of each line of a shell block that promises one."""
    return [
        (int(found["status"]), found["command"])
        for block in BLOCK.findall(text)
        for found in PROMISE.finditer(block)
    ]


if __name__ == "__main__":
    for status, command in promises(README.read_text(encoding="utf-8")):
        print(status, command)
