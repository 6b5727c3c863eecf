"""The pages: text stays text, and nothing comes from elsewhere."""

from __future__ import annotations

import hashlib
import html
import re
from importlib.resources import files

from service_browser import (
    SHARED,
    STAFF_PAGES,
    STUDENT_PAGES,
    Browser,
)
from service_helpers import World, spec

from gradcheck.html.environment import stylesheet
from gradcheck.records.report import CheckReport, DiagnosisRef, Output, Report
from gradcheck.service.middleware import HEADERS
from gradcheck.service.pages.static import static_files
from gradcheck.service.settings import Settings

PAGES = files("gradcheck.service.pages")
HTMX_SHA256 = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
"""Of htmx.org 2.0.11, dist/htmx.min.js, as `npm pack htmx.org@2` gives it."""
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def poisoned(report: Report) -> Report:
    """Return the report with markup wherever it can carry a student's text."""

    def check(old: CheckReport) -> CheckReport:
        findings = tuple(
            f.model_copy(update={
                "message": HOSTILE, "traceback": (HOSTILE, HOSTILE), "actual": HOSTILE,
                "location": f.location and f.location.model_copy(
                    update={"function": HOSTILE, "source": HOSTILE, "file": "x.py"}),
                "diagnosis": f.diagnosis and DiagnosisRef(
                    id="sign-flipped", title=HOSTILE, explanation=HOSTILE, confidence=1.0,
                    mend=HOSTILE),
            }) for f in old.findings
        )  # fmt: skip
        return old.model_copy(update={"findings": findings, "title": HOSTILE})

    components = tuple(
        c.model_copy(update={"names": (HOSTILE,), "reading": (HOSTILE,),
                             "checks": tuple(map(check, c.checks))})
        for c in report.components
    )  # fmt: skip
    output = Output(stdout=HOSTILE, stderr=HOSTILE)
    printed = report.submission.model_copy(update={"output": output})
    return report.model_copy(update={"components": components, "submission": printed})


def test_hostile_text_is_shown_as_text(world: World, report: Report) -> None:
    world.graders.report = poisoned(report)
    roster = f'id,name,section\nann,"{HOSTILE.replace(chr(34), chr(34) * 2)}",<b>s</b>\n'
    teacher = Browser(world, "teacher")
    teacher.send("/teach/courses/course/roster", "r.csv", roster.encode(), tokens="1")
    source = f"# {HOSTILE}\n" * 30
    sent = Browser(world, "ann").send(
        "/assignments/neuron/submissions", HOSTILE.replace("/", "") + ".py", source.encode()
    )
    assert sent.status_code == 303
    world.grade(1)
    title = spec("week-1").replace(b'version = "1"', b'version = "1"\ntitle = "<script>x</script>"')
    teacher.send("/teach/assignments", "a.toml", title)
    shown = 0
    for who, paths in (("ann", [*STUDENT_PAGES, *SHARED]), ("teacher", [*STAFF_PAGES, *SHARED])):
        browser = Browser(world, who)
        for path in [*paths, "/teach/assignments/neuron/submissions?who=%22%3E%3Cscript%3E"]:
            text = browser.get(path).text
            if path.endswith(".csv"):
                continue
            shown += text.count("&lt;script&gt;")
            assert len(re.findall(r"<script", text)) == ("/state" not in path), (who, path)
            assert not re.search(r"<(img|b|i)\b|<[^>]*\son\w+=", text), (who, path)
    assert shown > 100


def test_direction_and_control_characters_are_written_out(world: World) -> None:
    world.put("ann", "x = 1  # \u202e\x1b[31m\n".encode())
    world.grade(1)
    text = Browser(world, "ann").get("/submissions/1").text
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "\\x202e" in text


def test_every_page_has_the_policy_and_only_our_own_files(graded: World) -> None:
    pages = [("ann", p) for p in (*STUDENT_PAGES, *SHARED, "/teach", "/nope")]
    pages += [("teacher", p) for p in (*STAFF_PAGES, *SHARED)] + [(None, "/login"), (None, "/nope")]
    for who, path in pages:
        found = Browser(graded, who).get(path)
        assert found.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
        assert "no" in found.headers["cache-control"]
        text = found.text
        assert not re.search(r"\sstyle=|<style|javascript:|\son\w+=", text), path
        for link in re.findall(r'(?:href|src|action|hx-get)="([^"]*)"', text):
            assert re.match(r"(/(?!/)|#)", html.unescape(link)), (path, link)
        for script in re.findall(r"<script[^>]*>", text):
            assert 'src="/static/htmx.min.js?v=' in script


def test_pages_are_fit_for_keyboard_and_screen_readers(graded: World) -> None:
    pages = [("ann", p) for p in (*STUDENT_PAGES, "/submissions/1")]
    pages += [("teacher", p) for p in (*STAFF_PAGES, "/submissions/1")] + [(None, "/login")]
    titles = set()
    for who, path in pages:
        text = Browser(graded, who).get(path).text
        if path.endswith(".csv"):
            continue
        assert '<html lang="en">' in text
        assert len(re.findall("<h1", text)) == 1, path
        assert 'href="#main"' in text
        titles.add(re.search(r"<title>(.*?)</title>", text, re.S)[1])  # type: ignore[index]
        ids = re.findall(r'\sid="([^"]*)"', text)
        assert len(ids) == len(set(ids)), path
        for field in re.findall(r'<(?:input|select|textarea)\b[^>]*>', text):
            if 'type="hidden"' not in field:
                name = re.search(r'id="([^"]*)"', field)
                assert name, field
                assert f'<label for="{name[1]}"' in text, field
        assert "tabindex" not in text.replace('tabindex="-1"', "")
    assert len(titles) >= 9, "pages can be told apart by their titles"


def test_no_template_and_no_static_file_names_another_site() -> None:
    namespace = "http://www.w3.org/2000/svg"
    texts = {e.name: e.read_text() for folder in ("templates", "static")
             for e in PAGES.joinpath(folder).iterdir()}  # fmt: skip
    texts["style.css"] = str(stylesheet())
    assert len(texts) >= 18
    for name, text in texts.items():
        if name != "htmx.LICENSE.txt":
            assert not re.search(r"(https?:)?//[\w-]+\.\w", text.replace(namespace, "")), name
            assert "@import" not in text
            assert "url(" not in text


def test_htmx_is_the_one_that_was_published() -> None:
    folder = PAGES.joinpath("static")
    script = folder.joinpath("htmx.min.js").read_bytes()
    assert hashlib.sha256(script).hexdigest() == HTMX_SHA256
    assert b"Zero-Clause BSD" in folder.joinpath("htmx.LICENSE.txt").read_bytes()


def test_static_files_are_kept_by_browsers(world: World) -> None:
    page = Browser(world, None).get("/login").text
    links = re.findall(r'(?:href|src)="(/static/[^"]*)"', page)
    assert len(links) == 4
    for link in links:
        found = Browser(world, None).get(link)
        assert found.status_code == 200
        assert "immutable" in found.headers["cache-control"]
        assert found.headers["x-content-type-options"] == "nosniff"
        old = Browser(world, None).get(link.partition("?")[0] + "?v=0")
        assert "immutable" not in old.headers["cache-control"]
    kinds = {f.media_type.partition(";")[0] for f in static_files().values()}
    assert kinds == {"text/css", "text/javascript", "image/svg+xml", "text/plain"}
    for path in ("/static/nope", "/static/../app.py", "/static/%2e%2e/app.py", "/static/"):
        assert Browser(world, None).get(path).status_code == 404


def test_behind_tls_the_cookie_is_secure(settings: Settings, world: World) -> None:
    found = world.client.request(
        "POST", "https://gradcheck/login", content=f"token={world.tokens['ann']}",
        headers={"Origin": "https://gradcheck"},
    )  # fmt: skip
    assert "secure" in found.headers["set-cookie"].lower()
