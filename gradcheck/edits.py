"""What else a line might say: a sign, a name, a factor, a sum in the place of a mean.

They are made of the line as text: nothing of the student's is parsed on this side. What an edit
is worth, only the edited code tells, judged in a fresh worker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["NAMED", "STATEMENT", "Edit", "Names", "Token", "called", "edits", "followed", "masked",
           "things", "tokens_of"]  # fmt: skip

FREE = "one-line-slip"
_CHAIN = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_TOKEN = re.compile(rf"{_CHAIN}|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|\*\*|//|[<>]=?|==|[^\s\w]",
                    re.IGNORECASE)  # fmt: skip
STATEMENT = re.compile(
    r"(?P<head>\s*(?:return\s+|(?P<target>[^\W\d][\w.]*(?:\[[^\]]*\])*)\s*"
    r"(?P<sign>[-+*/]?=)(?!=)\s*))(?P<value>.+)"
)
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
LIBRARIES = frozenset({"np", "numpy", "math", "jnp", "xp"})
SUFFIXES = frozenset({
    "T", "dot", "sum", "mean", "max", "min", "shape", "copy", "reshape", "transpose", "ravel",
    "flatten", "astype", "size", "ndim", "items", "get", "append", "argmax", "squeeze", "clip",
    "std", "var", "keys", "values", "swapaxes", "setdefault", "insert", "conj", "real", "imag",
})  # fmt: skip
"""What follows a name and isn't part of it."""
_GRADIENT = re.compile(r"d[A-Z_a-z]|.*grad|.*delta|nabla|err|g$|.*diff", re.IGNORECASE)
NO_GRADIENTS = frozenset({"data", "dim", "dims", "depth", "d_k", "dk", "decay", "d_model", "dist",
                          "decay_rate", "denom", "den", "dropout"})  # fmt: skip
_COUNTING = re.compile(r"\.shape\b|\blen\(|\.size\b")
OPERATORS = frozenset({"+", "-", "*", "/", "@", "**"})
_COUNT = re.compile(r"[a-zA-Z]|.*(?:size|num|batch|len|count|sample|std|total|denom|norm).*")
KEYWORDS = frozenset({
    "if", "else", "for", "in", "not", "and", "or", "is", "return", "lambda", "None", "True",
    "False", "def", "while", "import", "from", "as", "with", "pass", "yield", "self", "cls",
    "axis", "keepdims", "range", "len", "enumerate", "zip", "reversed", "print", "float", "int",
    "class", "raise", "assert", "super", "elif", "del", "try", "except", "global", "list", "dict",
    "tuple", "isinstance", "str", "abs", "sum", "max", "min",
})  # fmt: skip
SIGNS = {"+": "-", "-": "+"}
TURNED = {"*": "/", "/": "*", "<": ">", ">": "<", "<=": ">=", ">=": "<=", "@": "*"}
TWINS = {"sum": "mean", "mean": "sum", "maximum": "minimum", "minimum": "maximum",
         "std": "var", "var": "std", "sin": "cos", "log2": "log", "log10": "log",
         "tanh": "cosh", "ones_like": "zeros_like", "zeros_like": "ones_like"}  # fmt: skip
OPENING, CLOSING = "([{", ")]}"
STARTS = frozenset({*OPENING, "+", "-", ",", "="})
"""What a product may begin after."""
PLAINEST, PLAIN, NAMED, ADDED, SQUARED = range(5)
"""Kinds of slips, what is tried first before."""


@dataclass(frozen=True)
class Token:
    """A name with its dots, a number, or a sign; ``depth`` counts the brackets around it."""

    text: str
    start: int
    end: int
    depth: int

    @property
    def is_name(self) -> bool:
        """Whether it is a name, a keyword included."""
        return self.text[0].isalpha() or self.text[0] == "_"

    @property
    def thing(self) -> str:
        """The name without what is asked of it: of ``W.T`` it is ``W``."""
        parts = self.text.split(".")
        kept = [p for k, p in enumerate(parts) if k == 0 or p not in SUFFIXES]
        return ".".join(kept) if parts[: len(kept)] == kept else parts[0]

    @property
    def is_thing(self) -> bool:
        """Whether it is the name of a variable, as far as its spelling tells."""
        first = self.text.partition(".")[0]
        if not self.is_name or first in LIBRARIES or self.text in KEYWORDS:
            return False
        return first not in KEYWORDS or (first == "self" and self.thing != "self")


def masked(line: str) -> str:
    """Return the line with what stands in strings and comments blotted out."""
    bare = _STRING.sub(lambda m: "\0" * len(m[0]), line)
    code = bare.partition("#")[0]
    return code + "\0" * (len(line) - len(code))


def tokens_of(line: str) -> list[Token]:
    """Return what a line consists of; strings and comments are left out."""
    found, depth = [], 0
    for match in _TOKEN.finditer(masked(line)):
        text = match[0]
        if "\0" in text:
            continue
        depth -= text in CLOSING
        found.append(Token(text, match.start(), match.end(), depth))
        depth += text in OPENING
    return found


def things(lines: Iterable[str]) -> list[str]:
    """Return the variables that lines name, each once."""
    return list(dict.fromkeys(
        t.thing for line in lines for k, t, after in followed(tokens_of(line))
        if t.is_thing and (after != "(" or t.thing != t.text)
    ))  # fmt: skip


def followed(tokens: Sequence[Token]) -> Iterator[tuple[int, Token, str]]:
    """Yield each token with its place and what comes after it."""
    for k, token in enumerate(tokens):
        yield k, token, tokens[k + 1].text if k + 1 < len(tokens) else ""


def called(lines: Iterable[str]) -> set[str]:
    """Return the functions that lines call."""
    return {t.text for line in lines for _, t, after in followed(tokens_of(line))
            if t.is_thing and after == "("}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """What a line may have meant instead of what it names."""

    variables: Sequence[str]
    indexed: frozenset[str]
    functions: Sequence[str]

    def like(self, name: str) -> list[str]:
        """Return the variables that may stand where this one does."""
        return [n for n in self.variables if n != name
                and (n in self.indexed) == (name in self.indexed)]  # fmt: skip

    def factors(self) -> list[str]:
        """Return the variables that may be factors or terms by themselves."""
        return [n for n in self.variables if n not in self.indexed]


Edit = tuple[int, str, str, str]
"""Which kind it is, the id of its diagnosis, the mistake in a few words, the line."""


def edits(line: str, names: Names) -> Iterator[Edit]:
    """Yield (priority, kind, sentence, edited line)."""
    tokens = tokens_of(line)
    statement = STATEMENT.fullmatch(masked(line).rstrip("\0 "))
    begin = len(statement["head"]) if statement else _begin(line, tokens)
    inner = [t for t in tokens if t.start >= begin]
    if _COUNTING.search(line) and not any(t.text in OPERATORS for t in inner):
        yield from _counted(line, inner)
        return
    if statement is not None:
        yield from _of_statement(line, statement, inner, names.factors())
    for k, token in enumerate(inner):
        before = inner[k - 1] if k else None
        after = inner[k + 1] if k + 1 < len(inner) else None
        yield from _of_operator(line, token, before)
        yield from _refined(line, inner, k, names)
        yield from _dropped(line, inner, k)
        if token.is_name:
            yield from _of_name(line, token, after, names)
    yield from _bracketed(line, inner)


def _counted(line: str, inner: Sequence[Token]) -> Iterator[Edit]:
    """Yield the line with another axis counted: ``X.shape[1]`` are features, and no examples."""
    for k, token in enumerate(inner):
        if token.text in {"0", "1"} and k and inner[k - 1].text == "[":
            said = "it counts along another axis than that of the examples"
            other = "1" if token.text == "0" else "0"
            yield PLAIN, "mean-over-features-too", said, _put(line, token.start, token.end, other)


def _begin(line: str, tokens: Sequence[Token]) -> int:
    """Return where what a line computes begins: after the targets of an assignment or a loop."""
    marks = [t for t in tokens if t.depth == 0 and t.text in {"=", "in"}]
    return marks[0].end if marks else len(line) - len(line.lstrip())


def _put(line: str, start: int, end: int, text: str) -> str:
    return line[:start] + text + line[end:]


def _of_statement(
    line: str, statement: re.Match[str], inner: Sequence[Token], names: Sequence[str]
) -> Iterator[Edit]:
    sign, end = statement["sign"], statement.end("value")
    value = line[statement.start("value") : end]
    if sign in {"=", "+=", "-="}:
        place = statement.start("sign")
        others = {"=": ("+=",), "+=": ("-=", "="), "-=": ("+=",)}[sign]
        for other in others:
            kind = "sign-flipped" if "-=" in {sign, other} else FREE
            said = f"{sign} stands there in place of {other}"
            yield PLAINEST, kind, said, _put(line, place, statement.end("sign"), other)
    if not _is_one(inner):
        return
    begin = statement.start("value")
    has_sum = any(t.text in SIGNS and t.depth == 0 for t in inner[1:])
    yield PLAINEST, "sign-flipped", "the sign is flipped", _put(line, begin, end, f"-({value})")
    if re.fullmatch(rf"{_CHAIN}", value):
        said = "the caller's array is changed: a copy is missing"
        yield PLAINEST, "argument-overwritten", said, _put(line, begin, end, f"{value}.copy()")
    for axis in ("axis=0", "axis=0, keepdims=True", "axis=1", "axis=1, keepdims=True"):
        said = "the sum over the batch is missing"
        yield NAMED, "bias-not-summed", said, _put(line, begin, end, f"({value}).sum({axis})")
    yield from _added(line, begin, end, has_sum=has_sum, names=names)


def _added(
    line: str, begin: int, end: int, *, has_sum: bool, names: Sequence[str]
) -> Iterator[Edit]:
    """Yield the line with a factor, a divisor or a term more."""
    value = line[begin:end]
    whole = f"({value})" if has_sum else value
    has_gradient = any(is_gradient(name) for name in things([value]))
    for name in names:
        is_upstream = is_gradient(name)
        if not is_upstream or not has_gradient:
            kind = "upstream-ignored" if is_upstream else FREE
            said = f"the factor {name} is missing"
            yield ADDED, kind, said, _put(line, begin, end, f"{whole} * {name}")
        if is_upstream and has_gradient:
            said = f"the term {name} is missing"
            yield ADDED, FREE, said, _put(line, begin, end, f"{value} + {name}")
        if _COUNT.fullmatch(name.rpartition(".")[2]):
            said = f"the division by {name} is missing"
            yield ADDED, "missing-batch-mean", said, _put(line, begin, end, f"{whole} / {name}")


def is_gradient(name: str) -> bool:
    """Return whether a variable is called like a gradient."""
    last = name.rpartition(".")[2]
    return bool(_GRADIENT.match(last)) and last not in NO_GRADIENTS and name != "self.g"


def _is_one(inner: Sequence[Token]) -> bool:
    """Return whether brackets are balanced, and no comma makes several values of it."""
    balance = sum((t.text in OPENING) - (t.text in CLOSING) for t in inner)
    is_several = any(t.text in {",", ":", "if", "for", ";"} and t.depth == 0 for t in inner)
    return bool(inner) and balance == 0 and not is_several and inner[-1].text != "\\"


def _of_operator(line: str, token: Token, before: Token | None) -> Iterator[Edit]:
    text = token.text
    is_binary = before is not None and before.text not in {*OPENING, ",", "=", "*", "/", "return"}
    if text in SIGNS and is_binary:
        said = f"{text} stands there in place of {SIGNS[text]}"
        yield PLAINEST, "sign-flipped", said, _put(line, token.start, token.end, SIGNS[text])
    if text == "-" and not is_binary:
        yield PLAINEST, "sign-flipped", "a minus too many", _put(line, token.start, token.end, "")
    if text in TURNED and before is not None:
        kind = "elementwise-for-matmul" if text == "@" else FREE
        said = f"{text} stands there in place of {TURNED[text]}"
        yield PLAIN, kind, said, _put(line, token.start, token.end, TURNED[text])
    if text == "*" and before is not None:
        said = "* stands there in place of @"
        yield PLAIN, "elementwise-for-matmul", said, _put(line, token.start, token.end, "@")
    if text in {"0", "1"} and before is not None and before.text == "=":
        other = "1" if text == "0" else "0"
        said = f"axis {text} stands there in place of {other}"
        yield PLAIN, "bias-over-wrong-axis", said, _put(line, token.start, token.end, other)


def _atom_end(tokens: Sequence[Token], k: int) -> int | None:
    """Return the place after a name, number or bracket with what follows it directly."""
    if k >= len(tokens):
        return None
    if tokens[k].text in OPENING:
        k = _closing(tokens, k) + 1
    elif tokens[k].is_name or tokens[k].text[0].isdigit() or tokens[k].text[0] == ".":
        k += 1
    else:
        return None
    while k < len(tokens) and tokens[k].text in {"(", "["}:
        k = _closing(tokens, k) + 1
    while k + 1 < len(tokens) and tokens[k].text == "." and tokens[k + 1].is_name:
        k += 2
        while k < len(tokens) and tokens[k].text in {"(", "["}:
            k = _closing(tokens, k) + 1
    if k + 1 < len(tokens) and tokens[k].text == "**":
        return _atom_end(tokens, k + 1)
    return k if k <= len(tokens) else None


def _closing(tokens: Sequence[Token], k: int) -> int:
    depth = tokens[k].depth
    ends = (j for j in range(k + 1, len(tokens))
            if tokens[j].text in CLOSING and tokens[j].depth == depth)  # fmt: skip
    return next(ends, len(tokens))


def _dropped(line: str, tokens: Sequence[Token], k: int) -> Iterator[Edit]:
    """Yield the line without one factor, divisor, term or power, or with a bracket's own inside."""
    token = tokens[k]
    end = _atom_end(tokens, k + 1)
    if token.text in {"*", "/", "+", "-", "**", "@"} and end is not None and k:
        gone = line[token.start : tokens[end - 1].end]
        said = f"{gone.strip()} is too much"
        kind = "left-over-factor" if token.text in {"*", "/"} else FREE
        yield PLAIN, kind, said, _put(line, token.start, tokens[end - 1].end, "").rstrip()
    stop = _atom_end(tokens, k)
    if stop is None or stop >= len(tokens):
        return
    if tokens[stop].text == "*" and (k == 0 or tokens[k - 1].text in STARTS):
        gone = line[token.start : tokens[stop].start].strip()
        said = f"the factor {gone} is too much"
        rest = tokens[stop + 1].start if stop + 1 < len(tokens) else tokens[stop].end
        yield PLAIN, "left-over-factor", said, _put(line, token.start, rest, "")


def _refined(line: str, tokens: Sequence[Token], k: int, names: Names) -> Iterator[Edit]:
    """Yield the line with the root or the square of a variable, or with a factor beside it."""
    token, end = tokens[k], _atom_end(tokens, k)
    if end is None or not token.is_thing:
        return
    before = tokens[k - 1].text if k else ""
    after = tokens[end].text if end < len(tokens) else ""
    stop = tokens[end - 1].end
    atom = line[token.start : stop]
    if before in {"/", "*", "("}:
        said = f"the root of {atom} is meant"
        yield PLAIN, FREE, said, _put(line, token.start, stop, f"np.sqrt({atom})")
    if "**" not in atom and before != "**":
        yield SQUARED, FREE, f"the square of {atom} is meant", _put(line, stop, stop, " ** 2")
    is_term = before in {"", "+", "-", "("} and after in {"", "+", "-", ")"}
    if is_term and is_gradient(token.thing) and {before, after} & set(SIGNS):
        for name in names.factors():
            if not is_gradient(name):
                said = f"the factor {name} is missing"
                yield ADDED, FREE, said, _put(line, stop, stop, f" * {name}")


def _of_name(
    line: str, token: Token, after: Token | None, names: Names
) -> Iterator[Edit]:
    text, last = token.text, token.text.rpartition(".")[2]
    is_call = after is not None and after.text == "("
    if is_call and last in TWINS:
        other = text[: len(text) - len(last)] + TWINS[last]
        said = f"{text} stands there in place of {other}"
        yield PLAIN, FREE, said, _put(line, token.start, token.end, other)
    if is_call and text in names.functions:
        for other in names.functions:
            said = f"{text} stands there in place of {other}"
            yield NAMED, "wrong-layer-activation", said, _put(line, token.start, token.end, other)
    if not token.is_thing or (is_call and token.thing == text):
        return
    end = token.start + len(token.thing)
    rest = text[len(token.thing) :]
    if rest.startswith(".T"):
        said = f"{token.thing} is transposed"
        yield PLAIN, "transposed", said, _put(line, end, end + 2, "")
    elif not rest and not is_call:
        yield PLAIN, "transposed", f"{text} must be transposed", _put(line, end, end, ".T")
    for other in names.like(token.thing):
        said = f"{token.thing} stands there in place of {other}"
        yield NAMED, FREE, said, _put(line, token.start, end, other)


def _bracketed(line: str, tokens: Sequence[Token]) -> Iterator[Edit]:
    """Yield the line with brackets more, a root of brackets, or the first argument of a call."""
    for k, token in enumerate(tokens):
        if token.text == "(":
            close = _closing(tokens, k)
            if close >= len(tokens):
                continue
            inside = line[token.start : tokens[close].end]
            if k and tokens[k - 1].text in {"/", "*", "=", "+", "-"}:
                said = "a square root is missing"
                yield PLAIN, FREE, said, _put(line, token.start, tokens[close].end,
                                              f"np.sqrt{inside}")  # fmt: skip
            if k and tokens[k - 1].text.endswith((".clip", "clip")):
                comma = next((t for t in tokens[k:close]
                              if t.text == "," and t.depth == token.depth + 1), None)  # fmt: skip
                if comma is not None:
                    first = f"({line[token.end : comma.start]})"
                    said = "the gradient is clipped"
                    yield PLAINEST, "clipped-inside", said, _put(
                        line, tokens[k - 1].start, tokens[close].end, first
                    )
        if token.text in {"*", "/"} and k + 1 < len(tokens):
            depth = token.depth
            stop = next((j for j in range(k + 1, len(tokens)) if tokens[j].depth < depth
                         or (tokens[j].text == "," and tokens[j].depth == depth)), len(tokens))
            if any(t.text in SIGNS and t.depth == depth for t in tokens[k + 2 : stop]):
                inside = line[tokens[k + 1].start : tokens[stop - 1].end]
                said = "parentheses are missing"
                yield PLAINEST, "operator-precedence", said, _put(
                    line, tokens[k + 1].start, tokens[stop - 1].end, f"({inside})"
                )
