"""What holds for every test: which process runs it, and where answers go.

Notebooks under test answer questions: into a passport of their own, never into the reader's.
"""

import os
import shutil
import tempfile
from pathlib import Path


def pytest_configure(config):
    """Name the passport, before a kernel inherits where it is."""
    if "CASEKIT_PASSPORT" not in os.environ:
        config.passports = tempfile.mkdtemp(prefix="passport-")
        os.environ["CASEKIT_PASSPORT"] = str(Path(config.passports) / "passport.jsonl")


def pytest_unconfigure(config):
    """Throw it away."""
    if folder := getattr(config, "passports", ""):
        os.environ.pop("CASEKIT_PASSPORT", None)
        shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(items):
    """Put what drives a browser first, for its files take longest, and notebooks end the run.

    A file belongs to one of two processes (pyproject.toml): two cores are busy with them, each
    with a browser, a server and kernels, and more only wait for each other.
    """
    items.sort(key=lambda item: "browser" not in item.path.parts)
