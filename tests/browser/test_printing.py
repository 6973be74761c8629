"""Handouts on paper and slides on a screen, in a browser that reaches nothing."""

import re
import sys
from pathlib import Path

import pytest

from casekit import catalogue
from casekit.printing import handouts, printable, slides

pytestmark = pytest.mark.browser

TOOLS = Path(sys.prefix) / "reading"
# What MODULE's plans give to a class without devices: one side of a sheet, whatever the paper.
ONE_PAGE = ("E01", "E02", "E06", "E10", "E12", "E19", "E24")
PAPERS = {"A4": (182, 271), "Letter": (188, 253)}  # millimetres that are printed on
MOST_PAGES = 2
LESSONS = ["00-start-here", "02-alliance"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
HEIGHTS = """Object.fromEntries([...document.querySelectorAll("[data-name]")]
  .map((one) => [one.dataset.name, one.getBoundingClientRect().height]))"""
# Elements that stand past the right edge, or whose text does not fit into them.
CUT_OFF = """(width) => [...document.querySelectorAll("body *")]
  .filter((one) => !one.closest("svg"))
  .filter((one) => one.getBoundingClientRect().right > width + 1
    || (one.clientWidth && one.scrollWidth > one.clientWidth + 2))
  .map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 40)}`)"""
# Letters of a drawing that stand outside it.
LETTERS = """[...document.querySelectorAll("svg.axes text")].filter((one) => {
  const box = one.closest("svg").getBoundingClientRect(), own = one.getBoundingClientRect();
  return own.left < box.left - 1 || own.right > box.right + 1 || own.bottom > box.bottom + 1;
}).map((one) => one.textContent)"""


class Onlooker:
    """A page, with all that it asked for and complained of."""

    def __init__(self, browser) -> None:
        self.page = browser.new_page(viewport={"width": 1280, "height": 720})
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda said: self.errors.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, path: Path) -> None:
        self.asked.clear()
        self.page.goto(path.as_uri())

    @property
    def fetched(self) -> list[str]:
        """What was asked for besides the page itself."""
        own = self.page.url.partition("#")[0]
        return [url for url in self.asked if not url.startswith(("data:", own))]

    def axe(self, rules: list[str] = RULES) -> list[tuple[str, str]]:
        from axe_playwright_python.sync_playwright import Axe

        options = {"runOnly": rules, "resultTypes": ["violations"]}
        found = Axe().run(self.page, options=options).response["violations"]
        return [(one["id"], one["nodes"][0]["html"]) for one in found]


@pytest.fixture
def onlooker(browser):
    seen = Onlooker(browser)
    yield seen
    seen.page.close()


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """All handouts for the shorter of both papers."""
    out = tmp_path_factory.mktemp("handouts")
    handouts(out, paper="letter", pdf=False, say=lambda _: None)
    return out


def together(folder: Path, names: list[str]) -> Path:
    """Write many handouts as one page, each in a part named after it, and return its path."""
    pages = {name: (folder / f"{name}.html").read_text("utf-8") for name in names}
    bodies = {name: re.search(r"<body>(.*)</body>", one, re.S)[1] for name, one in pages.items()}
    parts = [f'<div data-name="{name}">{body}</div>' for name, body in bodies.items()]
    first = next(iter(pages.values()))
    path = folder / "together.html"
    path.write_text(first.replace(bodies[names[0]], "".join(parts)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    out = tmp_path_factory.mktemp("slides")
    slides(out, LESSONS, tools=TOOLS, say=lambda _: None)
    return out


# Handouts


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_is_cut_off_on_paper_and_two_pages_hold_it(onlooker, printed, paper):
    page = onlooker.page
    width, height = (round(length / 25.4 * 96) for length in PAPERS[paper])
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media="print")
    names = [f"{name}{end}" for name in printable() for end in ("", "-answers")]
    onlooker.open(together(printed, names))
    assert page.evaluate(CUT_OFF, width) == []
    assert page.evaluate(LETTERS) == []
    heights = page.evaluate(HEIGHTS)
    assert list(heights) == names and min(heights.values()) > 100
    most = {name: heights[name] / height for name in printable()}
    assert {name: part for name, part in most.items() if part > MOST_PAGES} == {}
    assert {name: most[name] for name in ONE_PAGE if most[name] > 1} == {}
    assert onlooker.errors == [] and onlooker.fetched == []


def test_a_handout_for_a_room_without_devices_is_one_page(onlooker, printed):
    page = onlooker.page
    pages = {}
    for name in ONE_PAGE:
        onlooker.open(printed / f"{name}.html")
        content = page.pdf(prefer_css_page_size=True)
        pages[name] = max(int(count) for count in re.findall(rb"/Count (\d+)", content))
    assert pages == dict.fromkeys(ONE_PAGE, 1)


def test_axe_finds_nothing_on_handouts(onlooker, printed):
    page = onlooker.page
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 900, "height": 900})
    kinds = list({catalogue.item(name).kind: name for name in printable()}.values())
    every = together(printed, [f"{name}{end}" for name in kinds for end in ("", "-answers")])
    onlooker.open(every)
    assert onlooker.axe(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]) == []
    for name in ("index", "E02", "E02-answers"):
        onlooker.open(printed / f"{name}.html")
        assert onlooker.axe() == []


# Slides


def on(page) -> str:
    """The label of the one slide that is seen."""
    seen = [one for one in page.locator(".slide").all() if one.is_visible()]
    assert len(seen) == 1
    return seen[0].get_attribute("aria-label")


def reached(page, number: int) -> None:
    """Wait until this slide is the one on screen."""
    page.locator(f".slide.on[aria-label^='Slide {number} ']").wait_for()


def test_keys_move_and_what_is_revealed_waits(onlooker, decks):
    page = onlooker.page
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 720})
    onlooker.errors.clear()
    onlooker.open(decks / "00-start-here.html")
    count = page.locator(".slide").count()
    assert on(page) == f"Slide 1 of {count}" and page.locator("#back").is_disabled()
    page.keyboard.press("ArrowRight")
    reached(page, 2)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("End")
    reached(page, count)
    page.keyboard.press("Home")
    first = page.locator(".slide:has(details.reveal)").first
    number = int(first.get_attribute("aria-label").split()[1])
    for _ in range(number - 1):
        page.keyboard.press("Space")
    reached(page, number)
    waiting = first.locator("details.reveal > :not(summary)").first
    assert not waiting.is_visible()
    page.keyboard.press("Space")
    waiting.wait_for()
    reached(page, number)
    page.keyboard.press("Space")
    reached(page, number + 1)
    assert page.locator("#at").inner_text() == f"{number + 1} of {count}"
    page.reload()
    reached(page, number + 1)
    page.keyboard.press("a")
    assert page.locator("details.reveal:not([open])").count() == 0
    page.keyboard.press("a")
    assert page.locator("details.reveal[open]").count() == 0
    assert onlooker.errors == [] and onlooker.fetched == []


def test_buttons_do_the_same_and_notes_are_asked_for(onlooker, decks):
    page = onlooker.page
    onlooker.open(decks / "00-start-here.html")
    page.evaluate("location.hash = '#1'")
    page.locator("#next").click()
    reached(page, 2)
    page.locator("#back").focus()
    page.keyboard.press("Space")
    reached(page, 1)
    number = int(page.locator(".slide:has(.notes)").first.get_attribute("aria-label").split()[1])
    page.evaluate(f"location.hash = '#{number}'")
    notes = page.locator(".slide.on .notes")
    assert not notes.is_visible()
    page.keyboard.press("n")
    assert notes.is_visible() and page.locator("#notes").get_attribute("aria-pressed") == "true"
    assert catalogue.item("L0-hook").instructor.split("\n\n")[0] in notes.inner_text()
    page.keyboard.press("n")
    assert not notes.is_visible()


@pytest.mark.parametrize("name", LESSONS)
def test_every_slide_fits_wide_and_narrow_and_axe_finds_nothing(onlooker, decks, name):
    page = onlooker.page
    onlooker.open(decks / f"{name}.html")
    count = page.locator(".slide").count()
    broken = "[...document.images].filter((one) => !one.naturalWidth).length"
    page.keyboard.press("a")
    too_wide = []
    for width, height in ((1280, 720), (400, 760)):
        page.set_viewport_size({"width": width, "height": height})
        for number in range(1, count + 1):
            page.evaluate(f"location.hash = '#{number}'")
            page.wait_for_function(f"document.querySelector('#slide-{number}.on')")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                too_wide.append((width, number))
    assert too_wide == [] and page.evaluate(broken) == 0
    page.emulate_media(media="print")  # all slides at once
    assert onlooker.axe() == []
    page.emulate_media(media="screen")
    assert onlooker.axe() == []
    assert onlooker.fetched == []


def test_slides_print_one_to_a_page_or_more_and_keep_what_waits(onlooker, decks):
    page = onlooker.page
    onlooker.open(decks / "00-start-here.html")
    page.emulate_media(media="print")
    assert all(one.is_visible() for one in page.locator(".slide").all())
    assert not page.locator("nav").is_visible()
    assert not any(one.is_visible() for one in page.locator("details.reveal > ul").all())
    content = page.pdf(prefer_css_page_size=True)
    pages = max(int(count) for count in re.findall(rb"/Count (\d+)", content))
    assert pages >= page.locator(".slide").count()
    page.emulate_media(media="screen")
