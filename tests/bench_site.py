"""How long the browser build takes to begin: `make bench`, or `python tests/bench_site.py FOLDER`.

Serves a built site on this machine, the one in FOLDER (`make browser`) or one that it builds with
the Pyodide of the tests, and opens the first lesson twice in one browser profile. Counts seconds
from the page's address to what a learner sees, and what is moved, without compression; the second
visit uses what the browser kept.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LESSON = "lessons/01-history.ipynb"
GOAL = 15  # seconds to the first question that can be answered
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
STEPS = ("text on screen", "first question", "first chart", "whole lesson")


class Counting(SimpleHTTPRequestHandler):
    """Serves files and counts their bytes."""

    moved = 0

    def log_message(self, *_):
        pass

    def copyfile(self, source, outputfile):
        Counting.moved += source.seek(0, 2)
        source.seek(0)
        super().copyfile(source, outputfile)


def visit(page, address: str) -> list[float]:
    """Return the seconds to each of the steps."""
    begin = time.perf_counter()
    found = []

    def reached(selector: str, state: str = "attached") -> None:
        page.wait_for_selector(selector, state=state, timeout=120_000)
        found.append(time.perf_counter() - begin)

    page.goto(address)
    reached(".jp-Notebook .jp-Cell", "visible")
    # The kernel is called idle before it is ready, and takes cells from then on.
    page.wait_for_selector('[data-status="idle"]', timeout=120_000)
    page.wait_for_timeout(300)
    page.click('.lm-MenuBar-itemLabel:text-is("Run")')
    page.click('.lm-Menu-itemLabel:text-is("Run All Cells")')
    reached(".ck-item button")
    reached(".jp-OutputArea-output svg.marks")
    reached('[data-status="idle"]')
    return found


def measure(site: Path) -> tuple[list[str], bool]:
    """Return the lines of a table, and whether the goal is met."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    handler = functools.partial(Counting, directory=site)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/start.html?path={LESSON}"
    visits, moved = [], []
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as driver:
        for _ in range(2):
            context = driver.chromium.launch_persistent_context(
                profile, executable_path=path, headless=True, args=SWITCHES
            )
            Counting.moved = 0
            visits.append(visit(context.pages[0], address))
            moved.append(Counting.moved / 1e6)
            context.close()
    server.shutdown()
    size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file()) / 1e6
    lines = [
        f"| browser build, {size:.0f} MB | first visit | second visit | goal |",
        "| --- | --: | --: | --: |",
    ]
    for name, first, second in zip(STEPS, *visits, strict=True):
        goal = GOAL if name == "first question" else ""
        lines.append(f"| seconds to {name} | {first:.1f} | {second:.1f} | {goal} |")
    lines.append(f"| MB moved | {moved[0]:.1f} | {moved[1]:.1f} | |")
    return lines, visits[0][1] <= GOAL


def built(scratch: Path) -> Path:
    """Build the site with the Pyodide of the tests. Exits with a sentence where that fails."""
    sys.path.insert(0, str(ROOT / "tests" / "browser"))
    import pyodide_fixture

    places = {"VENV": sys.prefix, "SITE": scratch, "PYODIDE": pyodide_fixture.older(scratch)}
    command = ["make", "browser", *(f"{name}={place}" for name, place in places.items())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"No browser build: {(done.stderr.strip().splitlines() or ['no word why'])[-1]}")
    return scratch / "lite"


def main() -> int:
    """Measure the site in the folder named, and return 0 if the goal is met."""
    with tempfile.TemporaryDirectory() as scratch:
        site = Path(sys.argv[1]) if len(sys.argv) > 1 else built(Path(scratch))
        if not (site / "start.html").is_file():
            sys.exit(f"{site} holds no browser build: run `make browser` first.")
        lines, met = measure(site)
    print("\n".join(lines))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
