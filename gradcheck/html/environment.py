"""How every page is written: all escaped, nothing undefined, one style, no outside request.

A page that stands alone carries its style and, at most, one script inside, each allowed by its
hash in the page's own policy (:func:`policy`); a service serves the style sheet from
:func:`stylesheet` and states its policy in a header.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gradcheck.records.text import visible

__all__ = ["encoded", "environment", "number", "points", "policy", "script", "stylesheet"]

PACKAGE = "gradcheck.html"
MOST_TEXT = 4096
"""Characters of one text: the contract's cap of a message. A long one is printed by the line."""
CUT = " … (cut)"
DIGITS = 12
"""What is left of a sum of points after that many digits is the computer's rounding."""


@cache
def environment(*packages: str) -> Environment:
    """Return the environment that renders the templates of this package.

    Parameters
    ----------
    packages : str
        Others whose ``templates`` folder is looked into first.
    """
    loaders = [PackageLoader(name) for name in (*packages, PACKAGE)]
    found = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalised,
    )
    found.filters |= {"encoded": encoded, "number": number, "points": points}
    found.globals |= {"policy": policy, "script": script, "stylesheet": stylesheet}
    return found


def _finalised(value: object) -> object:
    """Return a value as templates print it: a long text cut, what can't be seen written out."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    shown = value if len(value) <= MOST_TEXT else value[:MOST_TEXT] + CUT
    return shown if shown.isprintable() else visible(shown)


@cache
def stylesheet() -> Markup:
    """Return the style sheet of all pages."""
    return Markup(_asset("style.css"))


@cache
def script(name: str) -> Markup:
    """Return one of this package's scripts."""
    return Markup(_asset(name))


def _asset(name: str) -> str:
    return files(PACKAGE).joinpath(name).read_text(encoding="utf-8")


def policy(style: str, *scripts: str) -> str:
    """Return the content security policy of a page that stands alone.

    Nothing is fetched; no script runs and no style counts but these, letter for letter.
    """
    allowed = " ".join(map(_hash, scripts)) or "'none'"
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {allowed}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def encoded(text: str) -> str:
    """Return a file's name as a part of a link: it may hold any character that names can."""
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # no name that a file system gave
        raw = text.encode("utf-8", "replace")
    return quote(raw, safe="")


def number(value: float) -> str:
    """Return a number as a reader writes it.

    Examples
    --------
    >>> number(3.0), number(0.1 + 0.2), number(2.125)
    ('3', '0.3', '2.125')
    """
    return f"{value:.{DIGITS}g}"


def points(value: float | None, most: float | None) -> str:
    """Return ``3 / 5``, a dash where nothing could be given.

    Examples
    --------
    >>> points(3.0, 5.0), points(None, 5.0)
    ('3 / 5', '– / 5')
    """
    shown = "–" if value is None else number(value)
    return shown if most is None else f"{shown} / {number(most)}"
