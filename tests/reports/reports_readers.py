"""The other side: how those who read our files take them, written from their published rules."""

from __future__ import annotations

import re
from dataclasses import dataclass

COMMANDS = {
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice",
    "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning",
}  # fmt: skip
LEGACY = re.compile(r"##\[([^\]]*)\]")
UNESCAPED = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


@dataclass(frozen=True)
class Command:
    """What GitHub's runner takes from a line of output."""

    name: str
    properties: dict[str, str]
    data: str


def lines_of_log(data: bytes) -> list[str]:
    """Return the lines that a process's output is split into: at CR, LF and both."""
    return re.split(r"\r\n|\r|\n", data.decode("utf-8"))


def runner_command(line: str) -> Command | None:
    """Return the command of a line: after blanks, or in the legacy form anywhere."""
    text = line.lstrip()
    if text.startswith("::") and (end := text.find("::", 2)) >= 0:
        name, _, listed = text[2:end].partition(" ")
        if name.lower() in COMMANDS:
            pairs = [p.partition("=") for p in listed.strip().split(",") if p]
            properties = {k.strip(): unescaped(v) for k, _, v in pairs}
            return Command(name.lower(), properties, unescaped(text[end + 2 :], is_data=True))
    legacy = LEGACY.search(line)
    return Command(f"##[{legacy[1]}]", {}, line[legacy.end() :]) if legacy else None


def unescaped(text: str, *, is_data: bool = False) -> str:
    for code, character in UNESCAPED:
        if not (is_data and character in ":,"):
            text = text.replace(code, character)
    return text


_WORD = {"type": "string"}
_FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
_VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
_POINTS = {"type": "number", "minimum": 0}
GRADESCOPE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tests"],
    "properties": {
        "score": _POINTS, "execution_time": _POINTS, "output": _WORD, "output_format": _FORMAT,
        "test_output_format": _FORMAT, "test_name_format": _FORMAT, "visibility": _VISIBILITY,
        "stdout_visibility": _VISIBILITY, "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "dependentRequired": {"score": ["max_score"]},
                "properties": {
                    "score": _POINTS, "max_score": _POINTS,
                    "status": {"enum": ["passed", "failed"]}, "name": _WORD,
                    "name_format": _FORMAT, "number": _WORD, "output": _WORD,
                    "output_format": _FORMAT, "tags": {"type": "array", "items": _WORD},
                    "visibility": _VISIBILITY, "extra_data": {"type": "object"},
                },
            },
        },
    },
}  # fmt: skip
"""Gradescope's results.json; the fields that we write or might."""
