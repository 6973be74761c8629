"""A new case: a small, complete folder that runs, with texts that say what to replace.

The folder stands alone. It gets the template, a copy of the engine, and the files beside the
engine by which a case is set up, tested and built.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from .schema import SCHEMA, schema_text
from .tables import CaseError

KIT = Path(__file__).resolve().parent
TEMPLATE = KIT / "template"
SHARED = (  # what lies beside the engine and belongs to no case
    *("Makefile", "pyproject.toml", "environment.yml", "conftest.py", "LICENSE"),
    *("requirements.in", "requirements.txt", "requirements-dev.in", "requirements-dev.txt"),
    *("postBuild", "jupyterlab-overrides.json", ".gitignore", ".gitattributes", "site"),
)
LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", ".ipynb_checkpoints", "*.pyc", ".DS_Store", "passport*.jsonl"
)
TITLE, NAME = "My case", "my-case"
ELSEWHERE = re.compile(r"\b(?:hub|tests)/")  # in the Makefile: what only the first case has
REPLACE = re.compile(r"\bReplace(?: th(?:is|ese)\b|:)")


def new(folder: Path) -> Path:
    """Write a new case to ``folder``, a path that is free or an empty folder, and return it.

    Its title is the folder's name, in words. Nothing is left behind if something fails. Raises
    CaseError if there is something at the path, a file to copy is missing, or writing fails.
    """
    folder = Path(folder).expanduser().absolute()
    title, name = names_of(folder)
    if lost := [part for part in SHARED if not (KIT.parent / part).exists()]:
        raise CaseError(
            f"A new case is made from a whole case folder, and beside {KIT.name}/ there is no "
            f"{', '.join(lost)}: run this in the module's folder as you got it."
        )
    _refuse_if_taken(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=".new-case-", dir=folder.parent))
    except OSError as error:
        raise CaseError(f"{folder} cannot be made: {error.strerror}.") from error
    try:
        _fill(part, title, name)
        part.chmod(0o755)  # a temporary folder is its owner's alone
        if folder.is_dir():
            folder.rmdir()
        part.rename(folder)
    except (OSError, shutil.Error) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise CaseError(f"{folder} cannot be written, and nothing was: {said}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def names_of(folder: Path) -> tuple[str, str]:
    """Return a case's title and its plain name, made from the name of its folder.

    Raises CaseError if the name has characters that cannot be shown.
    """
    said = folder.name
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in said):
        raise CaseError(
            f"The name {said!a} holds characters that cannot be shown; choose another name."
        )
    title = " ".join(re.findall(r"[^\W_]+(?:['’][^\W_]+)*", unicodedata.normalize("NFC", said)))
    plain = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall(r"[a-z0-9]+", plain))
    return (title[:1].upper() + title[1:] or TITLE), name or NAME


def _refuse_if_taken(folder: Path) -> None:
    try:
        taken = (folder.exists() or folder.is_symlink()) and not (
            folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir())
        )
    except OSError as error:
        raise CaseError(f"{folder} cannot be looked into: {error.strerror}.") from error
    if taken:
        what = "is not empty" if folder.is_dir() else "is a file"
        raise CaseError(f"{folder} {what}, and nothing in it was touched; name a new folder.")
    for copied in (KIT.name, *SHARED):
        if KIT.parent / copied in (folder, *folder.parents):
            raise CaseError(f"{folder} lies inside {copied}, which is copied; name another folder.")


def _fill(part: Path, title: str, name: str) -> None:
    """Write every file of the case into an empty folder."""
    shutil.copytree(TEMPLATE, part, dirs_exist_ok=True, ignore=LEFT_OUT)
    shutil.copytree(KIT, part / KIT.name, ignore=LEFT_OUT)
    for shared in SHARED:
        source = KIT.parent / shared
        if source.is_dir():
            shutil.copytree(source, part / shared, ignore=LEFT_OUT)
        else:
            shutil.copy2(source, part / shared)
    _change(part / "data" / "case.toml", f'"{NAME}"', f'"{name}"')
    _change(part / "data" / "case.toml", f'"{TITLE}"', f'"{title}"')
    _change(part / "README.md", f"# {TITLE}", f"# {title}")
    _change(part / "environment.yml", r"^name: .*$", f"name: {name}", pattern=True)
    make = part / "Makefile"
    text = make.read_text(encoding="utf-8")
    _put(make, makefile(text))
    _put(part / SCHEMA, schema_text())


def makefile(text: str) -> str:
    """Return a Makefile without the targets and the lines that use what a new case does not have.

    A target goes, with the comment above it, if all that it does and needs is such.
    """
    blocks, gone = [], set()
    for block in re.split(r"\n{2,}", text.rstrip("\n")):
        lines = block.split("\n")
        at = next((i for i, line in enumerate(lines) if re.match(r"[^\s#=]+: ", line)), None)
        if at is None or not ELSEWHERE.search(block):
            blocks.append(block)
            continue
        target, _, needs = lines[at].partition(": ")
        recipe = [line for line in lines[at + 1 :] if not ELSEWHERE.search(line)]
        kept = [need for need in needs.split(" ") if not ELSEWHERE.search(need)]
        if ELSEWHERE.search(target) or not recipe:
            gone.add(target)
        else:
            blocks.append("\n".join([*lines[:at], f"{target}: {' '.join(kept)}", *recipe]))
    result = "\n\n".join(blocks) + "\n"
    phony = re.search(r"^\.PHONY: (.+)$", result, re.MULTILINE)
    if phony:
        left = " ".join(name for name in phony[1].split() if name not in gone)
        result = result.replace(phony[0], f".PHONY: {left}")
    return result


def _change(path: Path, old: str, new: str, pattern: bool = False) -> None:
    text = path.read_text(encoding="utf-8")
    wanted = re.compile(old if pattern else re.escape(old), re.MULTILINE)
    _put(path, wanted.sub(lambda _: new, text, count=1))


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def placeholders(root: Path) -> list[tuple[str, int]]:
    """Return (file, number) for every text of the case that still says *Replace*."""
    found = []
    for path in _written(root):
        if ".ipynb_checkpoints" in path.parts:
            continue
        count = len(REPLACE.findall(path.read_text(encoding="utf-8", errors="replace")))
        if count:
            found.append((path.relative_to(root).as_posix(), count))
    return found


def _written(root: Path) -> Iterator[Path]:
    """Yield the files of the case that an author writes."""
    yield from (path for path in [root / "README.md"] if path.is_file())
    for folder, ends in (("data", ("*.toml", "*.csv", "*.json")), ("lessons", ("*.ipynb",))):
        for end in ends:
            yield from sorted((root / folder).rglob(end))
    yield from sorted((root / "solutions").rglob("*.ipynb"))
