"""A grading service as it is run, with a class in it, and a browser that forgives nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue

import httpx
from playwright.sync_api import Browser, Page, Response, expect

ZOO = Path(__file__).resolve().parents[2] / "submissions"
PHONE = {"width": 390, "height": 844}
START_SECONDS = 60
END_SECONDS = 60
PATIENCE = 60_000
"""Milliseconds that a grade may take on a busy machine."""
LEFT = "net::ERR_ABORTED"
"""What is on its way when a page is left for another fails like this, and a download, too."""
ROSTER = "id,name\nann,Ann Lee\nbob,Bob Ray\ncid,Cid <b>Bold</b>\ndot,Dot Key\neli,Eli Off\n"


def source(name: str) -> Path:
    """Return the file of a submission of the zoo."""
    (path,) = (ZOO / name).glob("*.py")
    return path


@dataclass
class Service:
    """A running service and its tokens."""

    url: str
    tokens: dict[str, str] = field(default_factory=dict)

    def put(self, student: str, path: Path, assignment: str = "logistic") -> int:
        """Upload by the API, as an admin; return the submission's number."""
        where = f"{self.url}/v1/assignments/{assignment}/submissions/{student}"
        headers = {"Authorization": f"Bearer {self.tokens['admin']}"}
        found = httpx.put(where, content=path.read_bytes(), headers=headers)
        found.raise_for_status()
        return int(found.json()["id"])


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Service]:
    """Run ``gradcheck serve`` in a folder with a class in it."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("GRADCHECK_")}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gradcheck", "serve", "--port", "0", *options],
            cwd=folder, env=own, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        try:
            service = _started(process)
            _enrol(service)
            yield service
            process.send_signal(signal.SIGTERM)
            assert process.wait(END_SECONDS) == 0, (folder / "log").read_text()
        finally:
            process.kill()
            process.wait()
    log_text = (folder / "log").read_text()
    assert " ERROR " not in log_text, log_text
    assert "Traceback" not in log_text, log_text


def _started(process: subprocess.Popen[str]) -> Service:
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    stream = process.stdout
    threading.Thread(target=lambda: [lines.put(line) for line in stream], daemon=True).start()
    address = re.search(r"http://\S+", lines.get(timeout=START_SECONDS))
    token = re.search(r"gradcheck_\S+", lines.get(timeout=START_SECONDS))
    assert address is not None
    assert token is not None
    return Service(address[0], {"admin": token[0]})


def _enrol(service: Service) -> None:
    headers = {"Authorization": f"Bearer {service.tokens['admin']}"}
    with httpx.Client(base_url=service.url, headers=headers, timeout=START_SECONDS) as client:
        roster = client.put("/v1/courses/course/roster?tokens=true", content=ROSTER.encode())
        service.tokens |= {s["id"]: s["token"] for s in roster.json()["students"]}
        made = client.post("/v1/tokens", json={"role": "instructor", "course": "course"})
        service.tokens["teacher"] = made.json()["token"]


class Visit:
    """A page in a browser of its own, and all that went wrong on it.

    Parameters
    ----------
    more : Mapping
        Options of the browser's context.
    """

    def __init__(
        self, browser: Browser, service: Service, more: Mapping[str, object] | None = None
    ) -> None:
        self.service = service
        self.wrong: list[str] = []
        self.polls: list[int] = []
        self._context = browser.new_context(base_url=service.url, **(more or {}))  # type: ignore[arg-type]
        self._context.set_default_timeout(PATIENCE)
        self.page: Page = self._context.new_page()
        self.page.on("console", lambda m: self._note(m.type, m.text))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))
        self.page.on("dialog", lambda dialog: self._note("error", f"dialog {dialog.message}"))
        self.page.on("requestfailed", lambda r: self._failed(r.url, r.failure or ""))
        self.page.on("request", lambda r: self._inside(r.url))
        self.page.on("response", self._count)

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.page.wait_for_load_state("networkidle") if kind is None else None
        self._context.close()
        if kind is None:
            assert self.wrong == []

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.wrong.append(text)

    def _failed(self, url: str, failure: str) -> None:
        if failure != LEFT:
            self.wrong.append(f"{url} {failure}")

    def _inside(self, url: str) -> None:
        if not url.startswith(self.service.url):
            self.wrong.append(f"request to {url}")

    def _count(self, response: Response) -> None:
        if response.url.endswith("/state"):
            self.polls.append(response.status)

    def log_in(self, who: str) -> None:
        """Log in by the form."""
        self.page.goto("/")
        self.page.get_by_label("Token").fill(self.service.tokens[who])
        self.page.get_by_role("button", name="Log in").click()
        expect(self.page.get_by_role("heading", name="Assignments", exact=True)).to_be_visible()

    def upload(self, path: Path | dict[str, object], assignment: str = "logistic") -> None:
        """Send a file by the form of an assignment's page."""
        self.page.goto(f"/assignments/{assignment}")
        self.page.get_by_label("Your file").set_input_files(path)  # type: ignore[arg-type]
        self.page.get_by_role("button", name="Upload and grade").click()

    def fits(self) -> bool:
        """Return whether nothing stands out of the page to the right."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth")
        size = self.page.viewport_size
        return size is not None and wide <= size["width"]
