"""What the two sites share: the folder they are written into, and the Python that builds them."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

from .tables import CaseError


def check_place(root: Path, out: Path, made: Collection[str], kept: Collection[str] = ()) -> None:
    """Raise CaseError where a site in ``out`` would take the place of something else.

    ``made`` holds files that every earlier build has left there, ``kept`` names of what may stand
    there besides and stays. A folder that is new, or empty but for these, may be written too.
    """
    own = "name a folder of its own, such as _site, or one that is empty."
    if root.resolve().is_relative_to(out.resolve()):
        raise CaseError(f"A site in {out.resolve()} would take the place of the case itself: {own}")
    if out.exists() and not out.is_dir():
        raise CaseError(f"{out} is a file, and a site is a folder: {own}")
    held = {path.name for path in out.iterdir()} - set(kept) if out.exists() else set()
    if held and not all((out / name).exists() for name in made):
        raise CaseError(f"{out} holds what no earlier build of the site has written: {own}")


def put(written: Path, out: Path, kept: Collection[str] = ()) -> None:
    """Put a site in its place. What stood in ``out`` goes, except what is ``kept``."""
    out.mkdir(parents=True, exist_ok=True)
    for path in out.iterdir():
        if path.name in kept:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    shutil.copytree(written, out, dirs_exist_ok=True)


def python_of(tools: Path, what: str) -> Path:
    """Return the Python of an environment. Raises CaseError, naming ``what``, if it has none."""
    for path in (tools / "bin" / "python", tools / "Scripts" / "python.exe"):
        if path.is_file():
            return path
    raise CaseError(f"{tools} holds no {what}: `make site` installs it.")
