"""Scripts, styles and pictures: files of the package, each under its own content's digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request, Response

from gradcheck.html.environment import stylesheet
from gradcheck.service.problems import Problem
from gradcheck.service.web import PUBLIC_FOLDER, conditional

__all__ = ["StaticFile", "address", "router", "static_files"]

router = APIRouter()
STYLE = "style.css"
"""The style of all pages, of the service and of files; it is another package's."""
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
FOR_GOOD = "public, max-age=31536000, immutable"
"""What is asked for by its digest never changes."""
SHORT = 16


@dataclass(frozen=True)
class StaticFile:
    """One file."""

    content: bytes
    media_type: str
    digest: str


@cache
def static_files() -> dict[str, StaticFile]:
    """Return the files by their names."""
    found = {STYLE: _file(STYLE, str(stylesheet()).encode())}
    for entry in files("gradcheck.service.pages").joinpath("static").iterdir():
        found[entry.name] = _file(entry.name, entry.read_bytes())
    return found


def _file(name: str, content: bytes) -> StaticFile:
    media_type = MEDIA_TYPES["." + name.rpartition(".")[2]]
    return StaticFile(content, media_type, hashlib.sha256(content).hexdigest()[:SHORT])


def address(name: str) -> str:
    """Return where a page finds a file."""
    return f"{PUBLIC_FOLDER}{name}?v={static_files()[name].digest}"


@router.get(PUBLIC_FOLDER + "{name}")
def show(request: Request, name: str, v: str = "") -> Response:
    """Return a file; there is no other than those of the package."""
    found = static_files().get(name)
    if found is None:
        raise Problem(404, f"there is no file {name!r} here")
    response = conditional(request, found.content, found.media_type)
    if v == found.digest:
        response.headers["Cache-Control"] = FOR_GOOD
    return response
