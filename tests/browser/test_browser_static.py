"""The pages that a batch writes, in a real browser, opened as files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from gradcheck.cli import main

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
ZOO = ROOT / "submissions" / "logistic"
ODD = "odd %2f #n?&'<b>"
DESKTOP = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
NAMES = "#class tbody tr:not([hidden]) th"
POINTS = "#class tbody tr:not([hidden]) td[data-name=points]"


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a real batch: right ones, wrong ones, one that can't be graded."""
    home = tmp_path_factory.mktemp("class")
    for folder in ("right-loops", "right-propagate", "label-for-activation", "no-slope", "lr2"):
        sources = sorted((ZOO / folder).glob("*.py"))
        for source in sources:
            shutil.copy(source, home / f"{folder}.py")
    assert len(list(home.iterdir())) >= 3
    (home / f"{ODD}.py").write_text("print('<img src=x onerror=alert(1)>' * 40)\n1 / 0\n")
    (home / "binary.py").write_bytes(b"\xff\xfe\x00")
    out = home.parent / "grades"
    assert main(["grade", str(home), "--assignment", "logistic", "--out", str(out)]) == 4
    return out


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(browser: Browser, batch: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Return the index, opened; whatever it complains of or asks of others fails the test."""
    opened = browser.new_page(viewport=request.param)
    troubles: list[str] = []
    opened.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("dialog", lambda dialog: (troubles.append("a dialog"), dialog.dismiss()))
    opened.on("request", lambda r: None if r.url.startswith("file:") else troubles.append(r.url))
    opened.goto((batch / "index.html").as_uri())
    yield opened
    opened.close()
    assert troubles == []


def fits(page: Page) -> bool:
    """Return whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def points(page: Page) -> list[float]:
    texts = [text.split(" / ")[0] for text in page.locator(POINTS).all_inner_texts() if text]
    return [float(text) for text in texts if text != "–"]


def test_the_table_sorts_by_mouse_and_by_keyboard(page: Page) -> None:
    head = page.get_by_role("columnheader", name="Points")
    button = page.get_by_role("button", name="Points", exact=True)
    assert len(points(page)) >= 4 and points(page) != sorted(points(page))
    button.click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert points(page) == sorted(points(page))
    expect(page.locator(NAMES).last).to_have_text("binary")  # without points: last, either way
    button.focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert points(page) == sorted(points(page), reverse=True)
    expect(page.locator(NAMES).last).to_have_text("binary")
    page.keyboard.press("Shift+Tab")  # to the header before
    page.keyboard.press("Space")
    outcome = page.get_by_role("columnheader", name="Outcome")
    expect(outcome).to_have_attribute("aria-sort", "ascending")
    expect(head).not_to_have_attribute("aria-sort", "descending")


def test_the_filter_narrows_and_says_how_many(page: Page) -> None:
    rows = page.locator(NAMES)
    whole = rows.count()
    page.get_by_label("Filter").fill("FAILED label")
    expect(rows).to_have_text(["label-for-activation"])
    expect(page.get_by_role("status")).to_have_text(f"1 of {whole} shown")
    page.get_by_label("Filter").fill("")
    expect(rows).to_have_count(whole)
    page.get_by_role("button", name="show who: label-for-activation").click()
    expect(rows).to_have_text(["label-for-activation"])
    expect(page.get_by_label("Filter")).to_be_focused()


def test_a_name_leads_to_the_finding_below_its_line(page: Page) -> None:
    assert fits(page)
    page.get_by_role("link", name="label-for-activation", exact=True).click()
    finding = page.locator("#finding-1")
    expect(finding).to_contain_text("gradcheck explain label-for-activation")
    line = page.locator("li.marked", has=finding)
    expect(line.locator("> code")).to_contain_text("return")
    assert fits(page)
    page.get_by_role("link", name="finding 2").click()  # it follows from the first: a fold opens
    expect(page.locator("#finding-2")).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="All submissions").click()
    expect(page.get_by_role("heading", name="All submissions")).to_be_visible()


def test_hostile_names_and_output_are_text(page: Page) -> None:
    page.get_by_role("link", name=ODD, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ODD)
    expect(page.locator("pre.output")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator("#finding-1")).to_contain_text("ZeroDivisionError")
    expect(page.locator("img")).to_have_count(0)
    assert fits(page)


def test_every_page_of_the_batch_fits(page: Page, batch: Path) -> None:
    pages = sorted((batch / "students").iterdir())
    assert len(pages) >= 4
    for path in pages:
        page.goto(path.as_uri())
        assert fits(page), path.name


def test_the_page_is_whole_without_script(browser: Browser, batch: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((batch / "index.html").as_uri())
    expect(page.locator("#class tbody tr")).to_have_count(page.locator(NAMES).count())
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_label("Filter")).to_be_hidden()
    page.get_by_text("The same as a table").first.click()
    expect(page.get_by_role("columnheader", name="points", exact=True).first).to_be_visible()
    context.close()


def test_a_script_that_is_not_ours_does_not_run(browser: Browser, batch: Path) -> None:
    """The policy, not only the escaping: a page that somebody changed does nothing."""
    text = (batch / "index.html").read_text(encoding="utf-8")
    changed = batch / "changed.html"
    changed.write_text(text.replace("</main>", "<script>document.title='ran'</script></main>"))
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda m: refused.append(m.text) if m.type == "error" else None)
    page.goto(changed.as_uri())
    assert page.title() != "ran" and len(refused) == 1
    page.close()
    changed.unlink()
