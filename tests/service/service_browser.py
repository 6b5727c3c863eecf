"""Somebody with a browser: cookies, forms, pages; and which pages there are."""

from __future__ import annotations

import html
import re
from typing import Any

from service_helpers import SOURCE, World, spec

from gradcheck.service.web import COOKIE

ORIGIN = {"Origin": "http://gradcheck"}
BROWSER = {"Accept": "text/html,application/xhtml+xml"}
STUDENT_PAGES = ["/assignments", "/assignments/neuron", "/history"]
STAFF_PAGES = [
    "/teach", "/teach/assignments/neuron", "/teach/assignments/neuron/submissions",
    "/teach/assignments/neuron/scores", "/teach/assignments/neuron/grades.csv",
    "/teach/courses/course/roster", "/teach/courses/course/students/ann",
]  # fmt: skip
SHARED = ["/submissions/1", "/submissions/1/state"]
POSTS = {
    "/assignments/neuron/submissions": ("x.py", SOURCE),
    "/teach/assignments": ("a.toml", spec()),
    "/teach/assignments/neuron/versions": ("a.toml", spec("neuron", "2")),
    "/teach/assignments/neuron/regrade": ("", b""),
    "/teach/courses/course/roster": ("r.csv", b"id,name\nann,Ann Lee\n"),
}
"""What each form sends."""


class Browser:
    """A cookie jar, and what a browser sends by itself."""

    def __init__(self, world: World, who: str | None) -> None:
        self.world = world
        self.cookies: dict[str, str] = {}
        if who is not None:
            found = self.post("/login", content=f"token={world.tokens[who]}")
            assert found.status_code == 303
            self.cookies[COOKIE] = found.cookies[COOKIE]

    def _ask(self, method: str, path: str, headers: dict[str, str], **more: Any) -> Any:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {**BROWSER, **({"Cookie": cookie} if cookie else {}), **headers}
        return self.world.client.request(method, path, headers=sent, **more)

    def get(self, path: str, **headers: str) -> Any:
        return self._ask("GET", path, headers)

    def post(self, path: str, *, headers: dict[str, str] = ORIGIN, **more: Any) -> Any:
        return self._ask("POST", path, headers, **more)

    def send(self, path: str, name: str, content: bytes, **fields: str) -> Any:
        """Send a form with a file."""
        return self.post(path, files={"file": (name, content)}, data=fields)


def text_of(response: Any) -> str:
    """Return what is read on a page: its text without tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", response.text))
