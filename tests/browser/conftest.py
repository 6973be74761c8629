"""A JupyterLab of its own and a Chromium that reaches nothing but it.

The server works on a copy of the case in a temporary folder, so a test can answer questions,
save the notebook and restart kernels without touching the repository.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOME = "http://127.0.0.1:"
# What JupyterLab's widget manager itself says of the controls of a kernel that is gone, until
# the cells are run again (the first cell of every lesson tells the student to do so).
NOT_OURS = ("Comm not found for comm id", "Error: widget model not found")


def chromium() -> str:
    """Return the browser's path; without one skip, and fail where CI means it to be there."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        reason = "no chromium on this machine: install Debian's package chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


class Lab:
    """A running JupyterLab on a copy of the case; ``case`` is the copy's folder."""

    def __init__(self, scratch: Path) -> None:
        self.case = scratch / "case"
        left_out = shutil.ignore_patterns(".*", "__pycache__", "passport*.jsonl", "node_modules")
        shutil.copytree(ROOT, self.case, ignore=left_out)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        places = {
            name: str(scratch / name.lower())
            for name in (
                "JUPYTER_CONFIG_DIR",
                "JUPYTER_DATA_DIR",
                "JUPYTER_RUNTIME_DIR",
                "JUPYTERLAB_WORKSPACES_DIR",
                "JUPYTERLAB_SETTINGS_DIR",
            )
        }
        self.log = scratch / "lab.log"
        arguments = [
            "--no-browser",
            "--ip=127.0.0.1",
            f"--port={self.port}",
            "--IdentityProvider.token=",
            "--allow-root",
        ]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *arguments],
                cwd=self.case,
                env={**os.environ, **places},
                stdout=log,
                stderr=log,
            )
        self._wait()

    def _wait(self) -> None:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{HOME}{self.port}/api", timeout=1).close()
                return
            except OSError:
                time.sleep(0.2)
        pytest.fail(f"JupyterLab did not answer: {self.log.read_text()[-2000:]}")

    def address(self, notebook: str) -> str:
        """Return where a notebook opens in document mode."""
        return f"{HOME}{self.port}/doc/tree/{notebook}?reset"

    def stop(self) -> None:
        """End the server and its kernels."""
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab for the tests of one module."""
    chromium()
    running = Lab(tmp_path_factory.mktemp("lab"))
    yield running
    running.stop()


class Reader:
    """A browser page on a notebook, with what it tried to reach and what it complained of."""

    def __init__(self, browser, width: int) -> None:
        self.outside: list[str] = []
        self.errors: list[str] = []
        context = browser.new_context(viewport={"width": width, "height": 1000})
        context.route(lambda url: not url.startswith((HOME, "data:", "blob:")), self._refuse)
        self.page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _refuse(self, route) -> None:
        self.outside.append(route.request.url)
        route.abort()

    def _heard(self, message) -> None:
        if message.type == "error" and not message.text.startswith(NOT_OURS):
            self.errors.append(message.text)

    def open(self, address: str) -> None:
        """Open a notebook and wait until its first cell is there."""
        self.page.goto(address)
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)

    def menu(self, name: str, entry: str) -> None:
        """Choose an entry of the menu bar."""
        self.page.click(f'.lm-MenuBar-itemLabel:text-is("{name}")')
        self.page.click(f'.lm-Menu-itemLabel:text-is("{entry}")')

    def ready(self) -> None:
        """Wait until the notebook has a kernel that answers.

        JupyterLab shows a kernel as idle before it is connected, and asks which kernel to use,
        or runs nothing, if cells are run then; so wait for the status bar and a moment more.
        """
        self.page.get_by_text("| Idle", exact=False).first.wait_for(timeout=60_000)
        self.page.wait_for_timeout(2500)

    def run_all(self, questions: int) -> None:
        """Run all cells and wait until as many questions are on the page."""
        self.ready()
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function(
            "count => document.querySelectorAll('.ck-item').length >= count",
            arg=questions,
            timeout=120_000,
        )

    def question(self, title: str):
        """Return the question with this title, scrolled into view."""
        found = self.page.locator(".ck-item").filter(
            has=self.page.locator(f'.ck-title:text-is("{title}")')
        )
        found.first.scroll_into_view_if_needed()
        return found.first


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, driven by Playwright."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, headless=True, args=SWITCHES)
        yield running
        running.close()


@pytest.fixture
def reader(browser):
    """Open a page of a given width: ``reader(1280)``."""
    pages = []

    def opened(width: int = 1280) -> Reader:
        pages.append(Reader(browser, width))
        return pages[-1]

    yield opened
    for one in pages:
        one.page.context.close()
