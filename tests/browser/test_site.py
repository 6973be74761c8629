"""The browser build as a learner meets it: static files on this machine, and nothing else.

Built by `make browser` from a copy of the case, with the distributions of `pyodide_fixture.py`.
The older line runs lessons and answers; the current one, which has no pandas here, shows that its
kernel, charts and widgets work from the site alone.
"""

import functools
import json
import shutil
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import nbformat
import pyodide_fixture as pyodide
import pytest
from walking import InBrowser, walk

from casekit.catalogue import item, item_ids
from casekit.items import KINDS

ROOT = Path(__file__).resolve().parents[2]
HOME = "http://127.0.0.1:"
pytestmark = pytest.mark.browser

KIND_TRIED = {item(name).kind: name for name in sorted(item_ids(), reverse=True)}
SETUP = 'import sys; sys.path.insert(0, "..")\n'
EACH_KIND = """
from casekit.catalogue import item
from casekit.items.plain import form
from casekit.widgets import Question
from IPython.display import display
question = Question(item("{0}"))
if not question.said.value:
    question.view.show(form(item("{0}")).example)
    question.reason.value = "Because the record says so."
display(question.box)
"""
PARTS = """
import altair, anywidget, ipywidgets
class Count(anywidget.AnyWidget):
    _esm = "export default {render({el}) {el.textContent = 'an anywidget drew this'}}"
data = altair.Data(values=[{"a": 1, "b": 2}, {"a": 2, "b": 1}])
chart = altair.Chart(data).mark_bar().encode(x="a:O", y="b:Q")
spec = chart.to_dict()
spec["$schema"] = spec["$schema"].replace("/v6", "/v5")
from IPython.display import display
display({"application/vnd.vegalite.v5+json": spec, "text/plain": "a chart"}, raw=True)
display(Count(), ipywidgets.Button(description="a plain widget"))
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *_):
        pass


def notebook(*codes: str) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell(code) for code in (SETUP, *codes)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


def built(scratch: Path, line: str) -> Path:
    """Return the site that `make browser` writes for a line, with two notebooks of the tests."""
    held = getattr(pyodide, line)(scratch)
    case = scratch / "case"
    left_out = shutil.ignore_patterns(".*", "__pycache__", "passport*.jsonl", "node_modules")
    shutil.copytree(ROOT, case, ignore=left_out)
    kinds = notebook(*(EACH_KIND.format(KIND_TRIED[kind]) for kind in sorted(KINDS)))
    nbformat.write(kinds, case / "lessons" / "try-kinds.ipynb")
    nbformat.write(notebook(PARTS), case / "lessons" / "try-parts.ipynb")
    out = scratch / "site"
    places = {"VENV": sys.prefix, "SITE": out, "LINE": line, "PYODIDE": held}
    command = ["make", "browser", *(f"{name}={value}" for name, value in places.items())]
    result = subprocess.run(command, cwd=case, capture_output=True, text=True)
    if line == "older":
        assert result.returncode == 0, result.stderr[-2000:]
    else:
        assert "lacks numpy, pandas" in result.stderr, result.stderr[-2000:]
    settings = out / "lite" / "jupyter-lite.json"
    told = json.loads(settings.read_text(encoding="utf-8"))
    told["jupyter-config-data"]["exposeAppInBrowser"] = True  # or a test could not see the kernel
    settings.write_text(json.dumps(told), encoding="utf-8")
    return out / "lite"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Return a function that serves a line's site and says where."""
    running = []

    @functools.cache
    def serve(line: str) -> str:
        site = built(tmp_path_factory.mktemp(line), line)
        handler = functools.partial(Quiet, directory=site)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"{HOME}{server.server_port}"

    yield serve
    for server in running:
        server.shutdown()


def run_whole(one, address: str, questions: int) -> None:
    """Open a notebook by the start page, run it whole, and see that nothing failed."""
    one.page.goto(address)
    one.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=120_000)
    run(one, questions)


def run(one, questions: int) -> None:
    one.page.wait_for_selector('[data-status="idle"]', timeout=120_000)
    one.page.wait_for_timeout(1000)
    assert one.page.locator("dialog").all_inner_texts() == []
    one.menu("Run", "Run All Cells")
    one.page.wait_for_function(
        "count => document.querySelectorAll('.ck-item').length >= count",
        arg=questions,
        timeout=180_000,
    )
    one.page.wait_for_selector('[data-status="idle"]', timeout=120_000)
    assert one.failures() == []


LESSONS = ("00-start-here", "01-history")


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_is_walked_through_with_no_server_behind_it(served, reader, lesson):
    one = reader(1280)
    walk(InBrowser(served("older"), one), one, f"lessons/{lesson}.ipynb")


def test_one_question_of_each_kind_is_answered(served, reader):
    one = reader(1280)
    address = f"{served('older')}/start.html?path=lessons/try-kinds.ipynb"
    run_whole(one, address, len(KINDS))
    for kind in sorted(KINDS):
        asked = item(KIND_TRIED[kind])
        question = one.question(asked.title)
        question.get_by_role("button", name="Commit this answer").press("Enter")
        question.get_by_text("Last saved", exact=False).first.wait_for()
        assert question.locator(".ck-said").count() > 0, kind
    assert one.outside == []
    assert one.errors == []


def test_the_current_line_starts_draws_and_shows_widgets_from_the_site_alone(served, reader):
    one = reader(1280)
    one.page.goto(f"{served('current')}/start.html?path=lessons/try-parts.ipynb")
    one.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=120_000)
    run(one, 0)
    one.page.get_by_text("an anywidget drew this", exact=True).wait_for(timeout=120_000)
    one.page.get_by_role("button", name="a plain widget").wait_for()
    assert one.page.locator(".jp-OutputArea-output svg").count() >= 1
    assert one.outside == []
    assert one.errors == []


def test_the_start_page_says_when_nothing_can_be_kept_or_run(served, reader):
    one = reader(400)
    one.page.add_init_script("Object.defineProperty(window, 'indexedDB', {get() {throw 1}})")
    one.page.goto(f"{served('older')}/start.html?path=lessons/../../etc/passwd")
    one.page.get_by_text("does not let the page store anything", exact=False).wait_for()
    one.page.get_by_role("button", name="Open the notebook").wait_for(timeout=60_000)
    assert "etc/passwd" not in one.page.inner_text("body")
    old = reader(400)
    old.page.add_init_script("delete window.WebAssembly")
    old.page.goto(f"{served('older')}/start.html")
    old.page.get_by_text("too old", exact=False).first.wait_for()
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 400
