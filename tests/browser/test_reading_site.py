"""The reading site, built once, read page by page: wide and narrow, light and dark, no script.

Every page is looked over whole by axe. Whether a page is heavy is what its files weigh on disk,
all that the browser asked for taken together.
"""

import functools
import os
import re
import shutil
import subprocess
import sys
import threading
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import nbformat
import pytest

from casekit.building import calls
from casekit.catalogue import item
from casekit.reading import READ, TOLD, build

ROOT = Path(__file__).resolve().parents[2]
HOME = "http://127.0.0.1:"
HEAVIEST = 1_500_000  # bytes of a page with all that it loads
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],  # or what is well is described as fully as what is not
}
DRAWN = "[...document.querySelectorAll('.chart')].every(chart => chart.querySelector('svg'))"
WIDTHS = (
    "[...document.querySelectorAll('.chart svg')].map(svg => svg.getBoundingClientRect().width)"
)
OPEN = "document.querySelectorAll('details').forEach(fold => { fold.open = true; })"
PAGES = [
    "index",
    "search",
    *(
        path.relative_to(ROOT).with_suffix("").as_posix()
        for folder, ending in [*((name, "ipynb") for name in READ), *((n, "md") for n in TOLD)]
        for path in sorted((ROOT / folder).glob(f"*.{ending}"))
    ),
]
DARK = ("index", "lessons/00-start-here", "exercises/code-track", "docs/licences")
LESSONS = [name for name in PAGES if name.startswith("lessons/")]


def tools() -> Path:
    """Return the environment that writes the site, made if it is not there yet."""
    folder = Path(sys.prefix) / "reading"
    made = "there is no make"
    if shutil.which("make"):
        command = ["make", f"{folder}/.made", f"VENV={sys.prefix}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        made = done.stderr[-300:] if done.returncode else ""
    if made:
        reason = f"what writes the reading site cannot be installed here: {made}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site, as `make site` writes it before the browser build."""
    out = tmp_path_factory.mktemp("reading")
    build(ROOT, out, tools=tools(), say=lambda _: None)
    return out


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def served(site):
    """Where the site is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"{HOME}{server.server_port}"
    server.shutdown()


def axe(page) -> list[tuple[str, str]]:
    """What axe finds on the whole page, each as a rule and the first place."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=RULES).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_light_and_fit_for_all(site, served, reader, name):
    one = reader(1280)
    asked = set()
    one.page.on("request", lambda request: asked.add(request.url))
    one.page.emulate_media(color_scheme="light")
    one.page.goto(f"{served}/{name}.html")
    one.page.evaluate(OPEN)
    one.page.wait_for_function(DRAWN, timeout=30_000)
    assert axe(one.page) == []
    files = {site / unquote(urlsplit(url).path).lstrip("/") for url in asked if HOME in url}
    weight = sum(file.stat().st_size for file in files)
    assert weight <= HEAVIEST, f"{weight} bytes"
    one.page.set_viewport_size({"width": 400, "height": 900})
    for _ in range(20):  # charts follow the width of the page a little later
        wide = [width for width in one.page.evaluate(WIDTHS) if not 100 < width <= 400]
        if not wide:
            break
        one.page.wait_for_timeout(300)
    assert wide == []
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 400
    assert one.outside == []
    assert one.errors == []


# All pages share their colours, so a few that hold every sort of thing show them in the dark.
@pytest.mark.parametrize("name", [name for name in DARK if name in PAGES])
def test_a_dark_page_is_fit_for_all(served, reader, name):
    one = reader(400)
    one.page.emulate_media(color_scheme="dark")
    one.page.goto(f"{served}/{name}.html")
    one.page.evaluate(OPEN)
    one.page.wait_for_function(DRAWN, timeout=30_000)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 400
    ground = "getComputedStyle(document.body).backgroundColor"
    assert max(map(int, re.findall(r"\d+", one.page.evaluate(ground)))) < 60
    assert axe(one.page) == []


def test_nothing_moves_for_who_asks_for_less_motion(served, reader):
    one = reader(400)
    moving = """() => [...document.querySelectorAll('*')].filter(part => {
      const style = getComputedStyle(part);
      return style.transitionDuration.split(', ').some(time => time !== '0s')
        || style.animationName !== 'none' || style.scrollBehavior === 'smooth';
    }).length"""
    one.page.emulate_media(reduced_motion="no-preference")
    one.page.goto(f"{served}/index.html")
    assert one.page.evaluate(moving) > 0, "The theme moves nothing: the rule against it can go."
    one.page.emulate_media(reduced_motion="reduce")
    assert one.page.evaluate(moving) == 0


class Links(HTMLParser):
    """The places in a page that can be linked to, and where its links and parts lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: list[str] = []
        self.targets: list[str] = []
        self.feed(text)

    def handle_starttag(self, _: str, attributes: list) -> None:
        found = dict(attributes)
        if "id" in found:
            self.places.append(found["id"])
        self.targets += [found[name] for name in ("href", "src") if found.get(name)]


def test_every_link_leads_somewhere(site):
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    assert len(pages) >= len(PAGES)
    followed, broken = 0, []
    for path, page in pages.items():
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme or target == "#":
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            followed += 1
            if file == site / "lite" / "start.html":
                well = (ROOT / parse_qs(parts.query)["path"][0]).is_file()
            else:
                well = file.is_file()
                if well and parts.fragment and file in pages:
                    well = unquote(parts.fragment) in pages[file].places
            if not well:
                broken.append(f"{path.relative_to(site)}: {target}")
    assert followed > 500
    assert broken == []
    twice = [path for path, page in pages.items() if len(set(page.places)) < len(page.places)]
    assert twice == []


@pytest.mark.parametrize("name", LESSONS)
def test_text_and_questions_are_there_without_a_script(served, browser, name):
    notebook = nbformat.read(ROOT / f"{name}.ipynb", as_version=4)
    asked = [
        item(call.args[0].value)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for call in calls(cell.source, "ask")
    ]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served}/{name}.html")
    for one in asked:
        question = page.locator(f"#question-{one.id}")
        assert " ".join(one.prompt.split()) in " ".join(question.inner_text().split()), one.id
        said = one.feedback[-1]
        question.get_by_text("Explanation", exact=True).click()
        shown = " ".join(question.inner_text().split())
        assert " ".join(one.filled(said).split()) in shown, one.id
    heading = next(cell.source for cell in notebook.cells if cell.source.startswith("# "))
    assert heading.split("\n")[0].removeprefix("# ") in page.inner_text("h1")
    context.close()


def test_a_word_shows_its_meaning_to_the_keyboard_and_escape_hides_it(served, reader):
    one = reader(400)
    one.page.goto(f"{served}/lessons/01-history.html")
    word = one.page.locator(".word").first
    tip = word.locator(".tip")
    assert not tip.is_visible()
    word.locator("a").focus()
    assert tip.is_visible()
    box = tip.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 400
    one.page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_built_again_it_is_the_same_and_the_browser_build_stays(site):
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    (site / "lite").mkdir()
    (site / "lite" / "start.html").write_text("stays")
    (site / "old.html").write_text("goes")
    build(ROOT, site, tools=tools(), say=lambda _: None)
    assert (site / "lite" / "start.html").read_text() == "stays"
    shutil.rmtree(site / "lite")
    after = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    assert sorted(after) == sorted(before)
    assert [path for path in before if before[path] != after[path]] == []
