"""Which line of the submission computes what: from a worker's claims and the source text.

Lines are claims: they are range-checked and only ever shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradcheck.calls.results import Path
from gradcheck.calls.template import Reading
from gradcheck.records.description import FunctionDescription, ModuleDescription, ReturnStatement
from gradcheck.records.program import Fault, Step
from gradcheck.records.report import Location
from gradcheck.records.text import as_written, line_count, source_lines

__all__ = ["Locator"]

_BLOCK = re.compile(r"(?P<indent>[ \t]*)(?:async +)?(?:def|class) +(?P<name>\w+)")
MOST_SOURCE = 400
"""Characters of source shown."""


def _flags(steps: Sequence[Step]) -> frozenset[str]:
    """Return the flags that a call sets, as the guards of a ``return`` say them."""
    values = {s[1]: s[2] for s in steps if s[0] == "constant" and isinstance(s[2], bool)}
    given = {name: values[slot] for s in steps if s[0] == "call" for name, slot in s[4].items()
             if slot in values}  # fmt: skip
    return frozenset(name if is_set else f"not {name}" for name, is_set in given.items())


def _branch(function: FunctionDescription, steps: Sequence[Step]) -> tuple[int, int] | None:
    """Return the lines of the branch that a call's word leads to, if they are known."""
    told = {s[2] for s in steps if s[0] == "constant" and isinstance(s[2], str)}
    spans = (lines for p in function.parameters for word, lines in p.words.items() if word in told)
    return next((lines for lines in spans if lines[0]), None)


def _within(function: FunctionDescription, lines: tuple[int, int]) -> FunctionDescription:
    """Return a function with what it returns and assigns on some of its lines, if it does."""
    first, last = lines
    returns = tuple(r for r in function.returns if first <= r.line <= last)
    assigned = {name: tuple(k for k in where if first <= k <= last) or where
                for name, where in function.assignments.items()}  # fmt: skip
    return replace(function, returns=returns or function.returns, assignments=assigned)


def _reached(returns: Sequence[ReturnStatement], flags: frozenset[str]) -> ReturnStatement:
    """Return the statement that a call with these flags reaches: the last, if nothing tells."""
    asked = next((r for r in returns if flags & set(r.guards)), None)
    never = {flag.removeprefix("not ") if "not " in flag else f"not {flag}" for flag in flags}
    left = [r for r in returns if not never & set(r.guards)]
    return asked or (left or returns)[-1]


class Locator:
    """Finds lines in the source of one submission.

    Parameters
    ----------
    files : Mapping[str, str]
        Source text by file name, in the submission's order.
    module : ModuleDescription
        The worker's claims; their lines are counted on from one file to the next.
    """

    def __init__(self, files: Mapping[str, str], module: ModuleDescription) -> None:
        self._lines = {name: source_lines(text) for name, text in files.items()}
        self._counts = {name: line_count(text) for name, text in files.items()}
        self._module = module

    def of_fault(self, fault: Fault) -> Location | None:
        """Return the innermost line of the student's own that raised."""
        for frame in reversed(fault.frames):
            if frame.file in self._lines:
                return self._in_file(frame.file, frame.line, frame.line, frame.function)
        return None

    def place(self, line: int) -> tuple[str, int] | None:
        """Return the file that a counted-on line is in, and its number there."""
        for file, count in self._counts.items():
            if line <= count:
                return file, line
            line -= count
        return None

    def of_lines(self, line: int, end: int) -> Location | None:
        """Return the place of counted-on lines that are in no function."""
        return self._at(line, end, "<module>")

    def of_edit(self, file: str, line: int) -> Location | None:
        """Return the place of a line of a file, in the innermost function that is described."""
        known = [*self._module.functions]
        known += [m for c in self._module.classes for m in c.methods.values()]
        before = 0
        for name, count in self._counts.items():
            if name == file:
                break
            before += count
        around = [f for f in known if f.line <= before + line <= f.end_line]
        inner = max(around, key=lambda f: f.line, default=None)
        name = inner.qualified_name if inner is not None else _around(self._lines[file], line)
        return self._in_file(file, line, line, name)

    def of_value(self, reading: Reading) -> Location | None:
        """Return the line of forward's return."""
        function = self._function(reading.template.forward_function, reading)
        if function is None:
            return None
        output = reading.template.output or ()
        lines = _branch(function, reading.template.forward)
        function = _within(function, lines) if lines else function
        return self._in(function, output[1:], _flags(reading.template.forward))

    def of_gradient(self, reading: Reading, variable: str) -> Location | None:
        """Return the line that last assigns a gradient, or the return that hands it out."""
        template = reading.template
        function = self._function(template.backward_function or template.forward_function, reading)
        path = template.gradients.get(variable)
        if function is None or path is None:
            return self.of_function(reading)
        if path[0] == "attrs":
            names = [f"self.{path[1]}"]
            if len(path) > 2:
                names = [f"self.{path[1]}[{path[2]!r}]", *names]
            return self._assigned(function, names) or self._in(function, ())
        lines = _branch(function, template.backward)
        function = _within(function, lines) if lines else function
        return self._in(function, path[1:], _flags(template.backward))

    def of_function(self, reading: Reading) -> Location | None:
        """Return the first line of the judged function."""
        template = reading.template
        function = self._function(template.backward_function or template.forward_function, reading)
        return self._whole(function) if function else None

    def _function(self, name: str | None, reading: Reading) -> FunctionDescription | None:
        return self._module.within(reading.modules).function(name) if name else None

    def _in(
        self, function: FunctionDescription, path: Path, flags: frozenset[str] = frozenset()
    ) -> Location | None:
        """Return where a returned value (or a part of it) is computed."""
        if not function.returns:
            return self._whole(function)
        returned = _reached(function.returns, flags)
        elements = returned.elements
        if path:
            element = next((e for e in elements if e.key == path[0]), None)
            rest = path[1:]
            if element is None and len(elements) == 1:
                element, rest = elements[0], path
        else:
            element = elements[0] if len(elements) == 1 else None
            rest = ()
        if element is None:
            return self._at(returned.line, returned.end_line, function.qualified_name)
        if element.name is not None:
            inner = [f"{element.name}[{key!r}]" for key in rest[:1]]
            inner += [str(key) for key in rest[:1]]
            found = self._assigned(function, [*inner, element.name])
            if found is not None:
                return found
        end = returned.end_line if len(elements) == 1 else element.line
        return self._at(element.line, end, function.qualified_name)

    def _assigned(self, function: FunctionDescription, names: list[str]) -> Location | None:
        for name in names:
            lines = function.assignments.get(name)
            if lines:
                return self._at(lines[-1], lines[-1], function.qualified_name)
        return None

    def _whole(self, function: FunctionDescription) -> Location | None:
        return self._at(function.line, function.line, function.qualified_name)

    def _at(self, line: int, end: int, function: str) -> Location | None:
        """Return the place of counted-on lines."""
        found = self.place(line)
        return found and self._in_file(*found, found[1] + end - line, function)

    def _in_file(self, file: str, line: int, end: int, function: str) -> Location | None:
        lines = self._lines[file]
        if not 1 <= line <= len(lines):
            return None
        end = min(max(end, line), len(lines))
        source = "\n".join(lines[line - 1 : end])[:MOST_SOURCE]
        name = as_written(function)
        return Location(file=file, line=line, end_line=end, function=name, source=source)


def _around(lines: Sequence[str], line: int) -> str:
    """Return the function that a line is in, as its indentation tells: a private one."""
    names: list[str] = []
    left = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    for text in reversed(lines[: line - 1]):
        found = _BLOCK.match(text)
        if found and len(found["indent"]) < left:
            left = len(found["indent"])
            names.append(found["name"])
    return ".".join(reversed(names)) or "<module>"
