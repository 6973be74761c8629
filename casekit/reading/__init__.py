"""The reading site: every lesson as a page that needs no kernel, made from what is stored.

Nothing is run. `build` writes the pages as Sphinx reads them and calls it, in an environment of
its own (``site/reading/tools.txt`` of the case); how they look stands in ``site/reading``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nbformat

from .. import tables
from ..doors import repository
from ..sites import check_place, put, python_of
from ..tables import CaseError, settings
from ..widgets.view import safe
from .pages import START, About, Site, Text, about, binder_link, page

READ = ("lessons", "exercises")  # the folders whose notebooks are pages, and run in the browser
TOLD = ("instructor", "docs")  # the folders whose texts are pages
LICENCES = {"LICENSE": "LICENSE.txt", "LICENSE-CONTENT": "LICENSE-CONTENT.txt"}
PICTURES = {".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp"}
MADE = ("index.html", "searchindex.js", "_static")  # what every build leaves
KEPT = {"lite"}  # what else may stand in the folder of the site
DAY = 1_600_000_000  # in place of the day of building: two builds of one state are the same
Say = Callable[[str], None]


def build(root: Path, out: Path, *, tools: Path, say: Say = print) -> None:
    """Write the reading site of the case in ``root`` to the folder ``out``.

    ``tools`` is the environment that ``site/reading/tools.txt`` describes. What stood in ``out``
    is removed, except the browser build in ``out/lite``. Raises CaseError, with what Sphinx says,
    if a page is faulty, if the environment is not there, and if ``out`` holds anything but an
    earlier build.
    """
    check_place(root, out, MADE, KEPT)
    look = root / "site" / "reading"
    python = python_of(tools, "Sphinx")
    if not (look / "conf.py").is_file():
        raise CaseError(f"There is no {look / 'conf.py'}: it says how the site looks.")
    with tempfile.TemporaryDirectory() as scratch:
        source, written = Path(scratch, "source"), Path(scratch, "html")
        say("Writing the pages.")
        write_source(root, source)
        say("Building with Sphinx.")
        _run_sphinx(python, look, source, written, Path(scratch, "doctrees"))
        shutil.rmtree(written / ".doctrees", ignore_errors=True)
        (written / ".buildinfo").unlink(missing_ok=True)
        put(written, out, KEPT)


def _run_sphinx(python: Path, look: Path, source: Path, written: Path, doctrees: Path) -> None:
    command = [python, "-m", "sphinx", "--builder=html", "--quiet", "--no-color"]
    command += ["--fail-on-warning", "--keep-going"]
    command += [f"--conf-dir={look}", f"--doctree-dir={doctrees}", source, written]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(DAY), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        said = done.stderr.replace(f"{source}{os.sep}", "").strip()
        raise CaseError(f"The reading site is not written. Sphinx says: {said or done.stdout}")


# What Sphinx reads


def write_source(root: Path, source: Path) -> None:
    """Write every page as Sphinx reads it, and ``reading.json`` with what concerns them all.

    Raises CaseError if a notebook cannot be read or asks what the case does not have.
    """
    told = [path for folder in TOLD for path in sorted((root / folder).glob("*.md"))]
    read = [path for folder in READ for path in sorted((root / folder).glob("*.ipynb"))]
    notebooks = {_name(path, root): _notebook(path) for path in read}
    texts = {_name(path, root): path.read_text(encoding="utf-8") for path in told}
    site = Site(
        pages=frozenset([*notebooks, *texts]),
        files={name: target for name, target in LICENCES.items() if (root / name).is_file()},
        runs=frozenset(notebooks),
        address=repository(),
    )
    for name, notebook in notebooks.items():
        _write(source / name, nbformat.writes(page(notebook, name, site)))
    for name, text in texts.items():
        _write(source / name, Text(name, site)(text))
    for folder in TOLD:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix.lower() in PICTURES:
                _copy(path, source / path.relative_to(root))
    for name, target in site.files.items():
        _copy(root / name, source / "beside" / target)
    first = _landing(root, {name: about(one) for name, one in notebooks.items()}, texts, site)
    _write(source / "index.md", first)
    picture = _picture(root)
    if picture and not (source / picture[1]).is_file():
        _copy(root / picture[1], source / picture[1])
    case = settings()
    known = {"title": case["title"], "version": str(case["version"]), "as_of": str(case["as_of"])}
    _write(source / "reading.json", json.dumps(known, ensure_ascii=False))


def _notebook(path: Path) -> Any:
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.reader.NotJSONError) as error:
        raise CaseError(f"{path.name} cannot be read as a notebook: {error}.") from error


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


# The first page


def _readme(root: Path) -> str:
    path = root / "README.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _sentence(root: Path) -> str:
    """Return the first paragraph of the case's README."""
    parts = [part.strip() for part in _readme(root).split("\n\n")]
    return next((part for part in parts if part and not part.startswith(("#", "!", "<"))), "")


def _picture(root: Path) -> tuple[str, str] | None:
    """Return description and file of the first picture of the README, if it is there."""
    match = re.search(r"!\[([^\]]*)\]\(([^()\s]+)\)", _readme(root))
    return (match[1], match[2]) if match and (root / match[2]).is_file() else None


def _landing(root: Path, read: dict[str, About], told: dict[str, str], site: Site) -> str:
    case = settings()
    parts = [f"# {case['title']}", Text("README.md", site)(_sentence(root))]
    if picture := _picture(root):
        parts.append(f"![{picture[0]}]({picture[1]})")
    for heading, folder in (("Lessons", "lessons"), ("Exercises", "exercises")):
        listed = [_entry(name, one) for name, one in read.items() if name.startswith(f"{folder}/")]
        if listed:
            parts += [f"## {heading}", "\n".join(listed)]
    ways = _ways(str(case["start"]), site)
    counted = ("One way", "Two ways", "Three ways")[len(ways) - 1]
    parts += [f"## {counted} to do it", "\n".join(ways)]
    for heading, folder in (("For instructors", "instructor"), ("About the module", "docs")):
        listed = [
            f"- [{_title(text, name)}]({name})"
            for name, text in told.items()
            if name.startswith(f"{folder}/")
        ]
        if listed:
            parts += [f"## {heading}", "\n".join(listed)]
    parts += ["## Licences", _licences(site)]
    day = case["as_of"]
    parts.append(f"The record of the case was closed on {day.day} {day:%B %Y}.")
    if told_of_view := tables.notice():
        parts.append(told_of_view)
    parts += list(_trees(read, told))
    return "\n\n".join(parts) + "\n"


def _entry(name: str, one: About) -> str:
    minutes = f", about {one.minutes} minutes" if one.minutes else ""
    question = f"<br>{one.question}" if one.question else ""
    return f"- [{one.title or name}]({name}){minutes}{question}"


def _ways(start: str, site: Site) -> list[str]:
    ways = []
    if start in site.runs:
        ways.append(
            f'- <a href="{START}?path={safe(start)}">In the browser</a>: the notebooks run on your '
            "own device, and nothing is installed. Your answers stay there."
        )
    if binder := binder_link(site, start):
        ways.append(
            f'- <a href="{safe(binder)}">On Binder</a>: on a server that forgets, for free.'
        )
    own = "the module's folder"
    if site.address:
        own = f'<a href="{safe(site.address)}">{own}</a>'
    ways.append(
        f"- On your own computer: with Python 3.11 or newer, `make lab` in {own} opens the first "
        "lesson."
    )
    return ways


def _title(text: str, name: str) -> str:
    match = re.search(r"^# +(.+)$", text, re.MULTILINE)
    return match[1].strip() if match else name


def _licences(site: Site) -> str:
    said = "The terms of code, texts and tables"
    if "docs/licences.md" in site.pages:
        return f"[{said}](docs/licences.md)."
    links = [f'<a href="{target}">{target}</a>' for target in site.files.values()]
    return f"{said}: {', '.join(links)}." if links else f"{said} stand in the module's folder."


def _trees(read: Iterable[str], told: Iterable[str]) -> Iterable[str]:
    names = [*read, *told]
    for caption, folder in (
        ("Lessons", "lessons"),
        ("Exercises", "exercises"),
        ("For instructors", "instructor"),
        ("About the module", "docs"),
    ):
        listed = [name for name in names if name.startswith(f"{folder}/")]
        if listed:
            lines = "\n".join(f"/{name.rsplit('.', 1)[0]}" for name in listed)
            yield f":::{{toctree}}\n:hidden:\n:caption: {caption}\n\n{lines}\n:::"
