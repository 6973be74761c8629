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


# The pages of the reading site need no kernel: whichever process is free first takes them.
LAST = "test_reading_site.py"


def pytest_xdist_make_scheduler(config, log):
    """Give each file to one process, and files that drive a browser to two processes.

    Those begin at once. A browser's tests mostly wait; more than two at the same time, with their
    servers and kernels, are too many for two cores.
    """
    from xdist.scheduler import LoadFileScheduling

    found = (config.rootpath / "tests/browser").glob("test_*.py")
    files = sorted(path.name for path in found if path.name != LAST)

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            if file.startswith("tests/browser/") and not file.endswith(LAST):
                return f"browser {files.index(Path(file).name) % 2}"
            return file

    return ByFile(config, log)


def pytest_collection_modifyitems(items):
    """Put what drives a browser first, for it takes longest, and the reading site last."""
    items.sort(key=lambda item: (item.path.name == LAST, "browser" not in item.path.parts))
