"""A file's lines with parts of them replaced, by where Python's parser says that they are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

__all__ = ["FACTOR", "GUESSED", "NUMBER", "SMALL", "WRAPPED", "Edit", "Patches"]

SMALL, NUMBER, WRAPPED, FACTOR, GUESSED = range(5)
"""How much an edit changes: a sign or a name; a number; a usual factor; any name's; its slope."""
Edit = tuple[int, int, str]
"""How much it changes, the line, and the line's new text."""
_BOUND = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant)
_BEFORE_GROUPS = [bytes([c]) for c in b"=*/@+-,("]
"""What stands before a bracket that calls nothing."""
_ATOM = re.compile(r"[\w.]+(\(\w*\))?(\[[\w\"']*\])?")
_PRODUCTS = (ast.Mult, ast.Div, ast.MatMult, ast.Pow)


class Patches:
    """Edits of single lines.

    Parameters
    ----------
    lines : sequence of str
        Of the file. The parser counts places in them in bytes.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = [line.encode("utf-8", "surrogatepass") for line in lines]

    def text(self, node: ast.AST) -> str:
        """Return a node's text, empty if it goes over several lines."""
        line, end = getattr(node, "lineno", 0), getattr(node, "end_lineno", None)
        if not line or line != end:
            return ""
        raw = self._lines[line - 1][node.col_offset : node.end_col_offset]  # type: ignore[attr-defined]
        return raw.decode("utf-8", "replace")

    def inner(self, node: ast.expr) -> str:
        """Return a node's text that binds as strongly as a name does."""
        text = self.text(node)
        return text if isinstance(node, _BOUND) else f"({text})"

    def product(self, node: ast.expr) -> str:
        """Return a node's text that binds as strongly as a product does."""
        is_product = isinstance(node, ast.BinOp) and isinstance(node.op, _PRODUCTS)
        return self.text(node) if is_product else self.inner(node)

    def put(self, node: ast.expr, text: str, size: int = SMALL) -> Edit:
        """Return the line with a node's text replaced; as it is, if the node is longer."""
        line = self._lines[node.lineno - 1]
        if node.lineno != node.end_lineno:
            return size, node.lineno, line.decode("utf-8", "replace")
        begin, end = line[: node.col_offset], line[node.end_col_offset :]
        is_whole = not end.strip() and begin.rstrip().endswith((b"=", b"return"))
        is_bracketed = begin.endswith(b"(") and end.startswith(b")")
        if (is_whole or is_bracketed) and _is_wrapped(text):
            text = text[1:-1]
        elif is_bracketed and _ATOM.fullmatch(text) and begin[:-1].rstrip()[-1:] in _BEFORE_GROUPS:
            begin, end = begin[:-1], end[1:]
        return size, node.lineno, (begin + text.encode() + end).decode("utf-8", "replace")

    def without(self, line: int, text: str) -> Edit:
        """Return the line without a text, wherever it stands in it."""
        return SMALL, line, self._lines[line - 1].decode("utf-8", "replace").replace(text, "")

    def dropped(self, node: ast.stmt) -> Edit:
        """Return the line with nothing in the place of a statement that is all of it."""
        line = self._lines[node.lineno - 1].decode("utf-8", "replace")
        is_whole = node.lineno == node.end_lineno and not line[: node.col_offset].strip()
        indent = line[: len(line) - len(line.lstrip())]
        return WRAPPED, node.lineno, f"{indent}pass" if is_whole else line

    def statement(self, node: ast.stmt, text: str, size: int) -> Edit:
        """Return the line with another text in the place of a statement of one line."""
        line = self._lines[node.lineno - 1]
        begin, end = line[: node.col_offset], line[node.end_col_offset :]
        return size, node.lineno, (begin + text.encode() + end).decode("utf-8", "replace")

    def between(self, left: ast.expr, right: ast.expr, sign: str, other: str) -> Iterator[Edit]:
        """Yield the line with another sign between two of its expressions."""
        if left.end_lineno != right.lineno:
            return
        line = self._lines[right.lineno - 1]
        begin, end = left.end_col_offset or 0, right.col_offset
        middle = line[begin:end].decode("utf-8", "replace")
        if middle.count(sign) == 1:
            changed = middle.replace(sign, other).encode()
            text = (line[:begin] + changed + line[end:]).decode("utf-8", "replace")
            yield SMALL, right.lineno, text

    def exchanged(self, first: ast.expr, second: ast.expr) -> Edit:
        """Return the line with two expressions in each other's place."""
        if not self.text(first) or not self.text(second) or first.lineno != second.lineno:
            return SMALL, first.lineno, self._lines[first.lineno - 1].decode("utf-8", "replace")
        line = self._lines[first.lineno - 1]
        between = line[first.end_col_offset : second.col_offset]
        middle = self.text(second).encode() + between + self.text(first).encode()
        text = line[: first.col_offset] + middle + line[second.end_col_offset :]
        return SMALL, first.lineno, text.decode("utf-8", "replace")

    def exchanged_names(self, node: ast.expr, one: str, other: str, size: int) -> Edit:
        """Return the line with two names in each other's place throughout an expression."""
        names = {one: other, other: one}
        word = rf"(?<![\w.])(?:{re.escape(one)}|{re.escape(other)})(?![\w(=])"
        return self.put(node, re.sub(word, lambda m: names[m[0]], self.text(node)), size)

    def renamed(self, node: ast.Attribute, name: str) -> Edit:
        """Return the line with another function of NumPy's, wherever it stands there."""
        line = self._lines[(node.end_lineno or 1) - 1].decode("utf-8", "replace")
        return SMALL, node.end_lineno or 1, line.replace(f".{node.attr}", f".{name}")

    def everywhere(self, node: ast.expr, name: str, size: int = SMALL) -> Edit:
        """Return the line with a name in the place of another, but where that is set."""
        line = self._lines[node.lineno - 1].decode("utf-8", "replace")
        head, sign, value = line.rpartition(" = ")
        old = rf"(?<![\w.\"']){re.escape(self.text(node))}(?![\w\"'])"
        return size, node.lineno, f"{head}{sign}{re.sub(old, lambda _: name, value)}"


def _is_wrapped(text: str) -> bool:
    """Tell whether a pair of brackets stands around the whole text."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place == len(text) - 1 and place > 0
    return False
