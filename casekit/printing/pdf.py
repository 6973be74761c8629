"""From a page to a PDF, through the browser of the machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..tables import CaseError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
NO_BROWSER = (
    "No PDF is written: there is no Chromium on the PATH. If this machine has one (Chrome and Edge "
    "do too), name its program in the environment variable CASEKIT_BROWSER and run the command "
    "again, or open a page in any browser and print it."
)
A_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
LONGEST = 120  # seconds for one page


def browser() -> str:
    """Return the path of a browser that can write PDF, or "" where none is on the PATH.

    The environment variable ``CASEKIT_BROWSER`` goes before what is on the PATH. Raises CaseError
    if it names no program.
    """
    if named := os.environ.get("CASEKIT_BROWSER"):
        found = shutil.which(named)
        if not found:
            raise CaseError(
                f"CASEKIT_BROWSER names {named}, which is no program: give the whole path of a "
                "Chromium, Chrome or Edge, or unset it."
            )
        return found
    return next(filter(None, map(shutil.which, BROWSERS)), "")


def pdfs(pages: Sequence[Path], program: str, done: Callable[[Path, int], None]) -> None:
    """Write a PDF beside every page; ``done`` is told each PDF and how many pages it has.

    Raises CaseError, naming the page, if the browser writes none.
    """
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for written in pool.map(lambda page: _pdf(page, program), pages):
            done(written, count_pages(written))


def _pdf(page: Path, program: str) -> Path:
    target = page.resolve().with_suffix(".pdf")
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        switches = [
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--no-pdf-header-footer",
            f"--user-data-dir={profile}",
            f"--print-to-pdf={target}",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            switches.append("--no-sandbox")  # the browser refuses to start otherwise
        try:
            run = subprocess.run(
                [program, *switches, page.resolve().as_uri()],
                capture_output=True,
                text=True,
                timeout=LONGEST,
            )
            said = run.stderr.strip().splitlines()[-1:] or ["nothing"]
        except (OSError, subprocess.TimeoutExpired) as error:
            said = [str(error)]
    if not target.is_file():
        raise CaseError(f"{page.name}: {program} wrote no PDF. It said: {said[0]}")
    return target


def count_pages(path: Path) -> int:
    """Return how many pages a PDF of the browser has."""
    return len(A_PAGE.findall(path.read_bytes()))
