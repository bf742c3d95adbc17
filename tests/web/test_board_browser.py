"""The board in a real Chromium: live, by keys, in three languages, on every size of screen."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from netdiag.model.user import UserRole
from tests.web.board import PASSWORD, browser, csrf, person
from tests.web.conftest import Served

CHECKS = (Path(__file__).parent / "page_checks.js").read_text(encoding="utf-8")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]
SIZES = {"wall": (1920, 1080), "desk": (1366, 768), "phone": (360, 740)}
EVIL = '<script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">'


@dataclass
class Watched:
    """A page, and everything that went wrong in it."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda request: self._local(request.url))

    def check(self, name: str) -> Any:
        """What one of page_checks.js says."""
        return self.page.evaluate(f"({CHECKS}).{name}()")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def _local(self, url: str) -> None:
        if not url.startswith((f"http://{self.address}/", "data:")):
            self.wrong.append(f"asked {url}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as player:
        launched = player.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def signed(served: Served, chromium: Browser) -> Iterator[BrowserContext]:
    """Signed in as the NOC, by the form."""
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"http://{served.address}/outages")
    page.get_by_label("Name").fill(person(served, UserRole.NOC))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/outages")
    page.close()
    yield context
    context.close()


@pytest.fixture
def watched(served: Served, signed: BrowserContext) -> Iterator[Watched]:
    """A page of the board; that nothing went wrong in it is asked at the end."""
    page = signed.new_page()
    page.set_viewport_size({"width": 1366, "height": 768})
    page.set_default_timeout(15_000)
    one = Watched(page, served.address)
    yield one
    page.close()
    assert one.wrong == []


@pytest.fixture(scope="module")
def noc(served: Served) -> Iterator[httpx.Client]:
    with browser(served, UserRole.NOC) as client:
        yield client


@pytest.fixture(scope="module")
def outages(noc: httpx.Client) -> Iterator[list[str]]:
    """Two outages, one with a hostile note; paths of their pages."""
    token = csrf(noc.get("/outages").text)
    made = [
        noc.post("/outages", data={"csrf": token, "root": root, "note": note}).headers["location"]
        for root, note in (("sw-3", EVIL), ("sw-7", "варим муфту"))
    ]
    yield made
    for path in made:
        noc.post(path, data={"csrf": token, "end": "yes"})


def opened(watched: Watched, path: str) -> Page:
    watched.page.goto(f"http://{watched.address}{path}")
    return watched.page


def test_a_note_appears_on_an_open_board_without_a_reload(
    watched: Watched, noc: httpx.Client, outages: list[str]
) -> None:
    page = opened(watched, "/")
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    page.evaluate("window.same = true")
    token = csrf(noc.get("/outages").text)
    noc.post(outages[0], data={"csrf": token, "note": "seen at once " + EVIL})
    expect(page.get_by_text("seen at once")).to_be_visible()
    assert page.evaluate("window.same") is True
    assert "owned" not in page.title()
    assert page.locator("main img, main script").count() == 0


def test_what_the_reader_opened_and_chose_stays_when_a_part_changes(
    watched: Watched, noc: httpx.Client, outages: list[str]
) -> None:
    page = opened(watched, "/")
    page.locator("#part-tree details").first.locator("summary").click()
    page.keyboard.press("j")
    chosen = page.locator("[data-chosen]").get_attribute("data-key")
    token = csrf(noc.get("/outages").text)
    noc.post(outages[1], data={"csrf": token, "note": "another word"})
    expect(page.get_by_text("another word")).to_be_visible()
    assert page.locator("[data-chosen]").get_attribute("data-key") == chosen
    assert page.locator("#part-tree details").first.evaluate("one => one.open") is True


def test_the_keys_lead_through_the_board(watched: Watched, outages: list[str]) -> None:
    page = opened(watched, "/")
    rows = page.locator("[data-row]")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_have_attribute("data-chosen", "")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_attribute("data-chosen", "")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_have_attribute("data-chosen", "")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("jk?")
    assert page.locator("#find").input_value() == "jk?"
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**/outages/out-*")
    page.keyboard.press("n")
    expect(page.locator("#note")).to_be_focused()


def test_a_note_and_an_end_are_written_in_the_form(watched: Watched, outages: list[str]) -> None:
    page = opened(watched, outages[1])
    page.locator("#note").fill("the crew is there")
    page.locator("#expected_end").fill("2036-02-01T18:30")
    page.locator("#write button.strong").click()
    expect(page.locator(".life")).to_contain_text("the crew is there")
    expect(page.locator("#part-outage_head")).to_contain_text("18:30")
    with page.expect_download() as download:
        page.get_by_role("link", name="Subscribers as CSV").click()
    assert download.value.suggested_filename.endswith(".csv")


def test_ending_an_outage_is_asked_twice(watched: Watched, outages: list[str]) -> None:
    page = opened(watched, outages[0])
    asked: list[str] = []

    def refuse(dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", refuse)
    page.get_by_role("button", name="It is over").click()
    assert asked == ["Is the outage over for all of them?"]
    expect(page.locator("#part-outage_head .chip")).to_contain_text("confirmed")


def test_the_operator_sees_the_answer_come(watched: Watched, served: Served) -> None:
    page = opened(watched, "/operator")
    page.locator("#key").fill("100202")
    page.locator("#key").press("Enter")
    expect(page.locator(".answer .headline")).to_be_visible(timeout=30_000)
    expect(page.locator("blockquote.say").first).to_be_visible()


def test_a_board_that_hears_nothing_says_so_and_comes_back(
    watched: Watched, signed: BrowserContext
) -> None:
    page = opened(watched, "/")
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    signed.set_offline(True)
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.locator("#live")).to_have_attribute("data-state", "lost")
    expect(page.locator(".when-lost")).to_be_visible()
    signed.set_offline(False)
    expect(page.locator("#live")).to_have_attribute("data-state", "live", timeout=20_000)
    watched.wrong = [text for text in watched.wrong if "ERR_INTERNET_DISCONNECTED" not in text]


PATHS = ("/", "/outages", "/figures", "OUTAGE", "OUTAGE/report", "/operator", "/impact?place=agg-2")


@pytest.mark.parametrize("language", ["en", "ru", "fa"])
@pytest.mark.parametrize("size", SIZES)
def test_no_page_is_wider_than_its_screen(
    watched: Watched, outages: list[str], size: str, language: str
) -> None:
    width, height = SIZES[size]
    watched.page.set_viewport_size({"width": width, "height": height})
    for path in PATHS:
        path = path.replace("OUTAGE", outages[0])
        page = opened(watched, f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert watched.check("wide") is False, path
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "fa" else "ltr")


def test_the_wall_screen_fits_and_is_read_from_four_metres(
    watched: Watched, outages: list[str]
) -> None:
    watched.page.set_viewport_size({"width": 1920, "height": 1080})
    page = opened(watched, "/?wall")
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    for row in page.locator("[data-row]").all():
        box = row.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 1080
    # Letters of 18 mm on a screen of 55 inches (0.63 mm a pixel) for names, 9 mm for the rest.
    sizes = watched.check("sizes")
    assert sizes["name"] >= 36
    assert sizes["least"] >= 25


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_everything_is_readable_named_and_in_order(
    watched: Watched, outages: list[str], theme: str
) -> None:
    for path in ("/", "/?wall", "/outages", outages[0], f"{outages[0]}/report", "/operator"):
        opened(watched, f"{path}{'&' if '?' in path else '?'}theme={theme}")
        assert watched.check("contrast") == [], path
        assert watched.check("unnamed") == [], path
        assert watched.check("twice") == [], path
        assert watched.check("small") == [], path
        levels = watched.check("headings")
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in pairwise(levels)), (path, levels)


def test_no_state_is_told_by_its_colour_alone(watched: Watched, outages: list[str]) -> None:
    page = opened(watched, "/")
    chips = page.locator(".chip")
    assert chips.count() >= 2
    for chip in chips.all():
        assert chip.locator("svg").count() == 1
        assert re.search(r"\w", chip.inner_text())


def test_without_scripts_the_board_is_whole(
    served: Served, chromium: Browser, signed: BrowserContext, outages: list[str]
) -> None:
    context = chromium.new_context(java_script_enabled=False, storage_state=signed.storage_state())
    page = context.new_page()
    page.goto(f"http://{served.address}/")
    assert page.locator("[data-row]").count() >= 2
    page.locator(".menu summary").click()
    page.get_by_role("button", name="فارسی").click()
    assert page.locator("html").get_attribute("dir") == "rtl"
    context.close()


def test_the_report_prints_as_pages(watched: Watched, outages: list[str]) -> None:
    page = opened(watched, f"{outages[0]}/report")
    made = page.pdf(format="A4", prefer_css_page_size=True)
    assert made.startswith(b"%PDF-")
    pages = made.count(b"/Type /Page\n") or len(re.findall(rb"/Type\s*/Page\b", made))
    assert 1 <= pages <= 3
