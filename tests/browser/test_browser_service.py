"""The service in a real browser: a student and an instructor, by mouse, keyboard and phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_service import PATIENCE, PHONE, Service, Visit, serving, source
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
WRONG = source("logistic/label-for-activation")
MISTAKE = "(1 − y) where (1 − a) belongs"
LINE = "da_dz = a * (1 - y)"
MOST_TABS = 25
"""Within so many steps of the Tab key everything on a page's way must be reached."""
MARKUP = "<img src=x onerror=alert(1)>"
HOSTILE = f'''"""{MARKUP}"""
import numpy as np
print("{MARKUP} printed")
globals()["{MARKUP} name"] = lambda z: z

def logistic_cost_and_gradient(w, b, X, y):
    raise ValueError("{MARKUP} raised \\u202e" + chr(27) + "[31m")
'''
WIDE = "very_" * 18


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("service"), "--jobs", "1") as running:
        yield running


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Return a service that grades nothing: what waits, waits."""
    with serving(tmp_path_factory.mktemp("idle"), "--jobs", "0") as running:
        yield running


def report_of(page: Page) -> None:
    """Wait until the report is there."""
    heading = page.get_by_role("heading", name="Your report")
    expect(heading).to_be_visible(timeout=PATIENCE)


def test_a_student_reads_the_mistake_and_the_instructor_sees_the_class(
    browser: Browser, service: Service
) -> None:
    for name in ("right-class", "right-loops", "half-slope"):  # so that there is a queue to see
        service.put("bob", source(f"logistic/{name}"), "logistic")
        service.put("dot", source(f"logistic/{name}"), "logistic")
    with Visit(browser, service) as ann:
        ann.log_in("ann")
        ann.page.get_by_role("link", name="Logistic regression").click()
        ann.page.get_by_label("Your file").set_input_files(WRONG)
        ann.page.get_by_role("button", name="Upload and grade").click()
        expect(ann.page).to_have_url(re.compile(r"/submissions/\d+$"))
        expect(ann.page.locator("#state")).to_contain_text(re.compile("waiting|being graded"))
        report_of(ann.page)
        assert ann.polls, "the page asked by itself"
        assert set(ann.polls) <= {200, 304}
        finding = ann.page.locator(".finding").first
        expect(finding.get_by_text(MISTAKE)).to_be_visible()
        marked = ann.page.locator("li.marked > code")
        expect(marked).to_have_text([re.compile(re.escape(LINE))])
        expect(ann.page.get_by_text("4 / 10").first).to_be_visible()
        ann.page.get_by_role("link", name="My uploads").click()
        expect(ann.page.locator("tbody tr")).to_have_count(1)
        ann.page.get_by_role("button", name="Log out").click()
        expect(ann.page.get_by_label("Token")).to_be_focused()
    with Visit(browser, service) as teacher:
        teacher.log_in("teacher")
        page = teacher.page
        page.get_by_role("link", name="Logistic regression").click()
        page.get_by_role("link", name="Submissions").click()
        row = page.locator("tbody tr", has_text="Ann Lee")
        expect(row).to_contain_text("failed")
        page.get_by_role("link", name="Scores").click()
        expect(page.locator(".figures")).to_contain_text("3 of 5")
        expect(page.locator("figure svg rect.bar").first).to_be_attached()
        page.get_by_role("link", name=MISTAKE).click()
        expect(page.locator("tbody tr")).to_have_count(1)
        page.get_by_role("link", name="Ann Lee").click()
        expect(page.locator(".finding").first.get_by_text(MISTAKE)).to_be_visible()
        page.get_by_role("link", name="ann", exact=True).click()
        expect(page.get_by_role("heading", name="Ann Lee")).to_be_visible()


def test_a_list_narrows_while_one_types(browser: Browser, idle: Service) -> None:
    for student in ("ann", "bob", "cid"):
        idle.put(student, WRONG)
    with Visit(browser, idle) as teacher:
        teacher.log_in("teacher")
        page = teacher.page
        page.goto("/teach/assignments/logistic/submissions")
        expect(page.locator("tbody tr")).to_have_count(3)
        page.get_by_label("Student").press_sequentially("bold")
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.get_by_text("Cid <b>Bold</b>")).to_be_visible()
        expect(page).to_have_url(re.compile("who=bold"))
        page.get_by_label("State").select_option("passed")
        expect(page.get_by_text("No submission is like that.")).to_be_visible()


def test_waiting_costs_nothing(browser: Browser, idle: Service) -> None:
    """While nothing changes, the page is told so and stays as it is."""
    idle.put("ann", WRONG)
    with Visit(browser, idle, {"viewport": PHONE}) as bob:
        bob.log_in("bob")
        bob.upload(source("logistic/half-slope"))
        expect(bob.page.locator("#state")).to_contain_text("graded before it")
        for _ in range(2):
            with bob.page.expect_response(re.compile("/state$")) as answered:
                pass
            assert answered.value.status == 304
        expect(bob.page.locator("#state")).to_contain_text("graded before it")
        assert bob.fits()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name has the focus, and shows it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if not focused.count():  # past the end, in the browser's own controls
            continue
        label = focused.evaluate("e => e.labels && e.labels.length ? e.labels[0].innerText : ''")
        if name in (focused.inner_text().strip(), label):
            shown = focused.evaluate("e => getComputedStyle(e).outlineStyle")
            assert shown != "none", f"{name!r} doesn't show that it has the focus"
            return
    raise AssertionError(f"{name!r} isn't reached with the Tab key")


def test_by_keyboard_alone(browser: Browser, service: Service) -> None:
    with Visit(browser, service) as dot:
        page = dot.page
        # from the beginning: asked for just before the key is pressed, it may come too late
        page.on("filechooser", lambda chooser: chooser.set_files(WRONG))
        page.goto("/")
        expect(page.get_by_label("Token")).to_be_focused()
        page.keyboard.type(service.tokens["dot"])
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/assignments$"))
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        tab_to(page, "Logistic regression: sigmoid and binary cross-entropy")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/assignments/logistic$"))
        tab_to(page, "Your file")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Your file")).to_have_value(re.compile(re.escape(WRONG.name)))
        tab_to(page, "Upload and grade")
        page.keyboard.press("Enter")
        report_of(page)
        tab_to(page, "logistic-regression · gradient with respect to the weights w")
        page.keyboard.press("Enter")
        expect(page.locator(".finding:target")).to_be_in_viewport()
        page.goto("/history")
        tab_to(page, "Log out")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Token")).to_be_focused()


def test_without_scripts(browser: Browser, service: Service) -> None:
    with Visit(browser, service, {"java_script_enabled": False}) as eli:
        eli.log_in("eli")
        eli.upload(WRONG)
        report_of(eli.page)  # the page comes again by itself
        assert eli.polls == []
        expect(eli.page.locator(".finding").first.get_by_text(MISTAKE)).to_be_visible()
    with Visit(browser, service, {"java_script_enabled": False}) as teacher:
        teacher.log_in("teacher")
        teacher.page.goto("/teach/assignments/logistic/submissions")
        teacher.page.get_by_label("Student").fill("eli")
        teacher.page.get_by_role("button", name="Filter").click()
        expect(teacher.page.locator("tbody tr")).to_have_count(1)


def test_markup_of_a_students_is_text(browser: Browser, service: Service) -> None:
    name = f"{MARKUP}.py"
    with Visit(browser, service) as cid:
        cid.log_in("cid")
        cid.upload({"name": name, "mimeType": "text/x-python", "buffer": HOSTILE.encode()})
        report_of(cid.page)
        text = cid.page.locator("main").inner_text()
        for part in (name, f"{MARKUP} printed", f"{MARKUP} raised"):
            assert part in text
        assert "\u202e" not in text
        assert "\x1b" not in text
        expect(cid.page.locator("main img")).to_have_count(0)
        expect(cid.page.get_by_text("Cid <b>Bold</b>")).to_be_visible()
    with Visit(browser, service) as teacher:
        teacher.log_in("teacher")
        class_pages = ("submissions", "scores")
        course = "/teach/courses/course"
        for path in (*(f"/teach/assignments/logistic/{name}" for name in class_pages),
                     f"{course}/students/cid", f"{course}/roster"):  # fmt: skip
            teacher.page.goto(path)
            assert "Cid <b>Bold</b>" in teacher.page.locator("main").inner_text()
            expect(teacher.page.locator("main img")).to_have_count(0)


def test_an_instructor_enrols_and_adds_a_version(
    browser: Browser, idle: Service, tmp_path: Path
) -> None:
    idle.put("ann", WRONG)
    shipped = Path(__file__).resolve().parents[2] / "gradcheck/assignments/logistic/assignment.toml"
    newer = tmp_path / "assignment.toml"
    newer.write_text(shipped.read_text().replace('version = "1"', 'version = "2"'))
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\nfay,Fay New\n")
    with Visit(browser, idle) as teacher:
        teacher.log_in("teacher")
        page = teacher.page
        page.get_by_role("link", name="Logistic regression").click()
        page.get_by_label("A new version").set_input_files(newer)
        page.get_by_role("button", name="Add this version").click()
        expect(page.get_by_role("status")).to_contain_text("Version 2 is there")
        page.get_by_role("button", name="Regrade").click()
        expect(page.get_by_role("status")).to_contain_text("0 submissions wait")
        page.get_by_role("link", name="Students").click()
        page.get_by_label("A roster").set_input_files(roster)
        page.get_by_role("button", name="Enrol").click()
        token = page.locator("#tokens ~ table td code").inner_text()
        with page.expect_download() as gradebook:
            page.goto("/teach/assignments/logistic/scores")
            page.get_by_role("link", name="Gradebook").click()
        assert "fay,Fay New" in gradebook.value.path().read_text()
    idle.tokens["fay"] = token
    with Visit(browser, idle) as fay:
        fay.log_in("fay")
        expect(fay.page.get_by_text("Fay New")).to_be_visible()


def test_nothing_stands_out_on_a_phone(browser: Browser, service: Service) -> None:
    buffer = WRONG.read_text().replace("dC_da", WIDE + "dC_da") + f"# {'x' * 300}\n"
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    with Visit(browser, service, phone) as ann:
        ann.page.goto("/login?refused=1")
        assert ann.fits()
        ann.log_in("ann")
        ann.upload({"name": f"{WIDE}.py", "mimeType": "text/x-python", "buffer": buffer.encode()})
        report_of(ann.page)
        assert ann.fits()
        for path in ("/assignments", "/assignments/logistic", "/history"):
            ann.page.goto(path)
            assert ann.fits(), path
    with Visit(browser, service, phone) as teacher:
        teacher.log_in("teacher")
        base = "/teach/assignments/logistic"
        course = "/teach/courses/course"
        for path in ("/teach", base, f"{base}/submissions", f"{base}/scores", "/submissions/1",
                     f"{course}/roster", f"{course}/students/ann"):  # fmt: skip
            teacher.page.goto(path)
            for fold in teacher.page.locator("details:not([open]) > summary").all():
                fold.click()
            assert teacher.fits(), path
