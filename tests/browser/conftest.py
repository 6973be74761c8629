"""A JupyterLab of its own and a Chromium that reaches nothing but it.

The server works on a copy of the case in a temporary folder, so a test can answer questions,
save the notebook and restart kernels without touching the repository.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

pytest.register_assert_rewrite("entering", "keys", "walking")

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
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What JupyterLab's widget manager itself says of the controls of a kernel that is gone, until
# the cells are run again (the first cell of every lesson tells the student to do so).
NOT_OURS = ("Comm not found for comm id", "Error: widget model not found")
# A page of JupyterLab whose notebook has a kernel that is connected and idle.
CONNECTED = """() => {
  const session = window.jupyterapp?.shell.currentWidget?.context?.sessionContext;
  const kernel = session?.session?.kernel;
  return session?.isReady && kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
# Nothing is left to save; what JupyterLab says of a notebook that something else has saved.
SAVED = "!window.jupyterapp.shell.currentWidget.context.model.dirty"
CHANGED = "has changed on disk"
# What a page of JupyterLab shows whose questions have not come.
SHOWN = """() => {
  const notebook = window.jupyterapp?.shell.currentWidget;
  const kernel = notebook?.context?.sessionContext.session?.kernel;
  const texts = sought => [...document.querySelectorAll(sought)]
    .map(part => part.textContent.trim().slice(-60));
  return {
    questions: document.querySelectorAll('.ck-item').length,
    kernel: [kernel?.status, kernel?.connectionStatus],
    unanswered: [...(kernel?._futures.values() ?? [])].filter(one => !(one._status & 2))
      .map(one => one.msg.header.msg_type),
    cells: notebook?.content.widgets.map(cell => cell.prompt ?? ''),  // '*' while it runs
    outputs: texts('.jp-OutputArea-output'),
    open: texts('.jp-Dialog, .lm-Menu'),
    focus: document.activeElement?.className,
  };
}"""


def chromium(*names: str) -> str:
    """Return the path of the first of the programs; without one skip, and in CI fail.

    Unless told, the headless shell goes first: the same Chromium without a person's windows, a
    fifth less work for the processor.
    """
    names = names or ("chromium-headless-shell", "chromium", "chromium-browser")
    found = next(filter(None, map(shutil.which, names)), None)
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
        left_out = shutil.ignore_patterns(".*", "passport*.jsonl", "node_modules")
        shutil.copytree(ROOT, self.case, ignore=left_out)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        places = {
            name: str(scratch / name.lower())
            for name in (
                "JUPYTER_CONFIG_DIR",
                "JUPYTER_DATA_DIR",
                "JUPYTERLAB_WORKSPACES_DIR",
                "JUPYTERLAB_SETTINGS_DIR",
            )
        }
        # Short, for the kernels' sockets: a port that was free when the server chose it may be
        # taken by a browser when the kernel opens it, and the kernel would die.
        self.sockets = tempfile.TemporaryDirectory(prefix="lab-")
        places["JUPYTER_RUNTIME_DIR"] = self.sockets.name
        settings = scratch / "app-settings"  # the tree's own, as postBuild puts them into a Python
        settings.mkdir()
        shutil.copyfile(ROOT / "jupyterlab-overrides.json", settings / "overrides.json")
        self.log = scratch / "lab.log"
        arguments = [
            "--no-browser",
            "--ip=127.0.0.1",
            f"--port={self.port}",
            "--IdentityProvider.token=",
            "--allow-root",
            f"--LabApp.app_settings_dir={settings}",
            *([] if os.name == "nt" else ["--KernelManager.transport=ipc"]),
            "--expose-app-in-browser",  # or a test could not see when a kernel is connected
        ]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *arguments],
                cwd=self.case,
                env={**os.environ, **places, "CASEKIT_PASSPORT": str(self.case / "passport.jsonl")},
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

    def asking(self, name: str, *questions: str) -> str:
        """Write a notebook that asks these questions into the lessons, and return its place."""
        cells = ['import sys; sys.path.insert(0, "..")\nfrom casekit import ask']
        cells += [f'ask("{question}")' for question in questions]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made = v4.new_notebook(
            cells=[v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernel}
        )
        place = f"lessons/try-{name}.ipynb"
        nbformat.write(made, self.case / place)
        return place

    def stop(self) -> None:
        """End the server and its kernels."""
        self.process.terminate()
        self.process.wait(30)
        self.sockets.cleanup()


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
        context.set_default_timeout(60_000)  # a busy machine is slow, and nothing else
        context.route(lambda url: not url.startswith((HOME, "data:", "blob:")), self._refuse)
        self.page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        # Playwright hears of file choosers only while somebody listens. One that opened just
        # before would stay open for ever, and Chromium opens no second one beside it.
        self.page.on("filechooser", lambda _: None)

    def _refuse(self, route) -> None:
        self.outside.append(route.request.url)
        route.abort()

    def _heard(self, message) -> None:
        if message.type == "error" and not message.text.startswith(NOT_OURS):
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def open(self, address: str) -> None:
        """Open a notebook and wait until its first cell is there."""
        self.page.goto(address)
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)

    def menu(self, name: str, entry: str) -> None:
        """Choose an entry of the menu bar."""
        self.page.click(f'.lm-MenuBar-itemLabel:text-is("{name}")')
        self.page.click(f'.lm-Menu-itemLabel:text-is("{entry}")')

    def restart(self) -> None:
        """Restart the kernel, and wait until the server has done so."""
        self.menu("Kernel", "Restart Kernel…")
        with self.page.expect_response("**/restart*"):
            self.page.get_by_role("button", name="Confirm Kernel Restart").click()

    def saved(self) -> None:
        """Wait until JupyterLab has saved by itself, as it does every 15 seconds.

        Ctrl+S in that very moment would make it ask what to do (docs/faults.md).
        """
        self.page.wait_for_function(SAVED)

    @property
    def changed(self):
        """The question of JupyterLab what to do with a notebook that changed on disk."""
        return self.page.locator(".jp-Dialog").filter(has_text=CHANGED)

    def overwrite(self) -> None:
        """Wait for that question, and answer it as docs/faults.md says."""
        self.changed.get_by_role("button", name="Overwrite").click()
        self.changed.wait_for(state="hidden")

    def ready(self) -> None:
        """Wait until the notebook has a kernel that answers and has answered JupyterLab itself.

        JupyterLab shows a kernel as idle before it is connected, and asks which kernel to use,
        or runs nothing, if cells are run then. Connected, it asks for the debugger and for the
        widgets' comms: a third of a second on an idle machine.
        """
        from keys import settle

        self.page.wait_for_function(CONNECTED, timeout=60_000)
        settle(self.page)

    def run_all(self, questions: int) -> None:
        """Run all cells and wait until as many questions are on the page."""
        from playwright.sync_api import TimeoutError as TooLate

        self.ready()
        self.menu("Run", "Run All Cells")
        try:
            self.page.wait_for_function(
                "count => document.querySelectorAll('.ck-item').length >= count",
                arg=questions,
                timeout=120_000,
            )
        except TooLate:
            pytest.fail(
                f"{questions} questions have not come. The page shows {self.page.evaluate(SHOWN)}, "
                f"the cells wrote {self.failures()}, and the page complained: {self.errors}"
            )

    def failures(self) -> list[str]:
        """Return what cells have written as an exception or a warning."""
        written = self.page.locator('[data-mime-type="application/vnd.jupyter.stderr"]')
        return written.all_inner_texts()

    def axe(self, where: str = ".jp-OutputArea-output") -> list[str]:
        """Return what axe finds in parts of the page, each as a rule and the place."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(
            self.page,
            context={"include": [[where]]},
            options={"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]},
        )
        return [
            f"{one['id']} ({one['impact']}): {node['html'][:200]}"
            for one in found.response["violations"]
            for node in one["nodes"]
        ]

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


@pytest.fixture(scope="module")
def lasting_reader(browser):
    """One page, 1280 pixels wide, for all tests of a module."""
    one = Reader(browser, 1280)
    yield one
    one.page.context.close()


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
