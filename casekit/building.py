"""What is made from what authors write: citations' numbers, exercises, reading list, dictionary.

`sync` writes all of it, `generated` only says what it would write; a test compares the two, so
that nothing generated is ever edited by hand.
"""

from __future__ import annotations

import ast
import copy
import io
import re
import shutil
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from nbformat import NotebookNode, v4

from . import tables
from .citations import BOOK, cited, number
from .computed import computed
from .desk import pages as desk_pages
from .dictionary import data_dictionary
from .exercises import exercise
from .notebook import source_list, word_list
from .tables import CaseError

EXERCISES, SOLUTIONS = "exercises", "solutions"
FOLDERS = ("lessons", EXERCISES, SOLUTIONS, "instructor")
LITERATURE = [
    *("key", "kind", "authors", "editors", "year", "title", "published_in", "volume", "issue"),
    *("pages", "doi", "isbn", "shelf", "lessons", "verified", "identifier_seen", "note"),
    *("source_ids", "confidence"),
]
VENUES = ("journal", "booktitle", "publisher", "institution", "school", "howpublished")


def notebooks(root: Path) -> list[Path]:
    """Return the case's notebooks, sorted, without the copies that Jupyter keeps."""
    found = (path for folder in FOLDERS for path in (root / folder).rglob("*.ipynb"))
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


# Citations in a notebook


def numbered(notebook: NotebookNode) -> NotebookNode:
    """Return a copy of the notebook with its citations numbered by first mention.

    Citations stand in markdown cells and in strings given to ``say(…)``. Nothing else changes,
    and numbering a numbered notebook changes nothing.
    """
    order = mentioned(notebook)
    result = copy.deepcopy(notebook)
    for cell in result.cells:
        if cell.cell_type == "markdown":
            cell.source = number(cell.source, order)
        elif cell.cell_type == "code":
            for start, end, quote in reversed(_said_spans(cell.source)):
                text = number(cell.source[start:end], order, quote)
                cell.source = cell.source[:start] + text + cell.source[end:]
    return result


def mentioned(notebook: NotebookNode) -> list[str]:
    """Return the ids a notebook cites, in order of first mention."""
    return list(dict.fromkeys(name for cell in notebook.cells for name in cited_in(cell)))


def cited_in(cell: NotebookNode) -> list[str]:
    """Return the ids that one cell cites."""
    if cell.cell_type == "markdown":
        return cited(cell.source)
    if cell.cell_type == "code":
        return cited(" ".join(cell.source[start:end] for start, end, _ in _said_spans(cell.source)))
    return []


def calls(source: str, name: str) -> list[ast.Call]:
    """Return the calls of a function in a cell, in order; none where the cell is no Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node) == name]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _said_spans(source: str) -> list[tuple[int, int, str]]:
    """Return (start, end, quotation mark as it must be written inside) of strings in say(…)."""
    ranges = [_range(call, source) for call in calls(source, "say")]
    if not ranges:
        return []
    return [
        span for span in _strings(source) if any(a <= span[0] and span[1] <= b for a, b in ranges)
    ]


def _range(call: ast.Call, source: str) -> tuple[int, int]:
    """Return where a call begins and ends, in characters (the parser counts bytes)."""
    lines = source.split("\n")

    def place(line: int, byte: int) -> int:
        before = sum(len(text) + 1 for text in lines[: line - 1])
        return before + len(lines[line - 1].encode()[:byte].decode())

    return place(call.lineno, call.col_offset), place(call.end_lineno, call.end_col_offset)


def _strings(source: str) -> list[tuple[int, int, str]]:
    """Return every string of a cell; since Python 3.12 an f-string comes as several tokens."""
    lines = source.split("\n")
    found, depth, begin, opening = [], 0, 0, ""

    def place(at: tuple[int, int]) -> int:
        return sum(len(text) + 1 for text in lines[: at[0] - 1]) + at[1]

    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "FSTRING_START":
            if depth == 0:
                begin, opening = place(token.start), token.string
            depth += 1
        elif kind == "FSTRING_END":
            depth -= 1
            if depth == 0:
                found.append((begin, place(token.end), _inner_quote(opening)))
        elif kind == "STRING" and depth == 0:
            found.append((place(token.start), place(token.end), _inner_quote(token.string)))
    return found


def _inner_quote(string: str) -> str:
    """Return a double quotation mark as it is written inside a string that begins like this."""
    delimiter = re.match(r"[a-zA-Z]*('''|\"\"\"|'|\")", string)[1]
    return r"\"" if delimiter == '"' else '"'


# The reading list


def literature(bib_text: str) -> str:
    """Return the reading list as CSV, one row for each entry of a BibTeX file, sorted by key.

    The columns are `LITERATURE`; several authors read "Family, Given and Family, Given", and
    editors stand there where a work has no authors. Accents are decoded, braces removed.
    Raises CaseError if the text is wrong or the development tools are not installed.
    """
    try:
        import bibtexparser
    except ImportError as error:
        raise CaseError(
            "Reading data/references.bib needs bibtexparser, one of the development packages: "
            "run `make sync`, which installs them."
        ) from error
    library = bibtexparser.parse_string(bib_text)
    if library.failed_blocks:
        wrong = library.failed_blocks[0]
        raise CaseError(
            f"data/references.bib, line {wrong.start_line + 1}: this entry cannot be read "
            f"({str(wrong.error).strip()})."
        )
    rows = [_work(entry) for entry in library.entries]
    frame = pd.DataFrame(rows, columns=LITERATURE).sort_values("key")
    return frame.to_csv(index=False, lineterminator="\n")


def _work(entry: Any) -> dict[str, str]:
    """Return one row. What the reading list adds to BibTeX: shelf, lessons, verified, idcheck."""
    fields = {name.lower(): field.value for name, field in entry.fields_dict.items()}
    said = {name: _decoded(value) for name, value in fields.items()}
    exact = {name: re.sub(r"[{}\\]", "", fields.get(name, "")) for name in ("doi", "isbn")}
    verified = said.get("verified") == "yes"
    return {
        "key": entry.key,
        "kind": entry.entry_type.lower(),
        "authors": said.get("author") or said.get("editor", ""),
        "editors": "false" if said.get("author") else "true",
        "year": said.get("year", ""),
        "title": said.get("title", ""),
        "published_in": next((said[name] for name in VENUES if name in said), ""),
        "volume": said.get("volume", ""),
        "issue": said.get("number", ""),
        "pages": said.get("pages", ""),
        **exact,
        "shelf": said.get("shelf", "core"),
        "lessons": ";".join(part.strip() for part in said.get("lessons", "").split(",")),
        "verified": "true" if verified else "false",
        "identifier_seen": said.get("idcheck", "none"),
        "note": said.get("note", ""),
        "source_ids": BOOK + entry.key,
        "confidence": "high" if verified else "medium",
    }


def _decoded(latex: str) -> str:
    """Return LaTeX as plain text: accents and quotation marks decoded, braces removed."""
    from pylatexenc.latex2text import LatexNodes2Text

    text = LatexNodes2Text().latex_to_text(latex).replace("`", "‘").replace("'", "’")
    return " ".join(text.split())


# Writing


def generated(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield every generated file of the case and what it has to hold.

    ``root`` is the folder of the case, the one that `tables.root` finds. Raises CaseError if
    something it is made from is wrong.
    """
    for path in notebooks(root):
        folder = path.relative_to(root).parts[0]
        if folder == EXERCISES and solution_of(path, root).is_file():
            continue  # made from its solution
        yield path, _numbered_text(path, root)
        if folder == SOLUTIONS:
            yield root / EXERCISES / path.relative_to(root / SOLUTIONS), exercise_text(path, root)
    bibliography = root / "data" / "references.bib"
    if bibliography.is_file() and "literature" in tables.names():
        columns = [field["name"] for field in tables.describe("literature")["schema"]["fields"]]
        if columns != LITERATURE:
            raise CaseError(
                "The table literature is made from data/references.bib; data/datapackage.json has "
                f"to describe its columns as {', '.join(LITERATURE)}."
            )
        path = root / "data" / tables.describe("literature")["path"]
        yield path, literature(_text(bibliography, root))
    yield from computed().items()
    yield from desk_pages(root)
    yield root / "docs" / "data-dictionary.md", data_dictionary()


def _numbered_text(path: Path, root: Path) -> str:
    """Return a notebook's text, numbered; the very same text where no number changes."""
    text = _text(path, root)
    book = _book(text, path, root)
    result = numbered(book)
    return text if result == book else v4.writes(result) + "\n"


def solution_of(path: Path, root: Path) -> Path:
    """Return where the solution of an exercise stands."""
    return root / SOLUTIONS / path.relative_to(root / EXERCISES)


def exercise_text(path: Path, root: Path) -> str:
    """Return the text of the exercise that is made from the solution at ``path``.

    Raises CaseError if the solution cannot be read, or marks what it hides in a way that cannot
    be meant.
    """
    file = path.relative_to(root).as_posix()
    book = exercise(_book(_text(path, root), path, root), file)
    old, new = (
        name.removesuffix(".ipynb") for name in (file, file.replace(SOLUTIONS, EXERCISES, 1))
    )
    for cell in book.cells:
        if _lists(cell):
            cell.source = cell.source.replace(old, new)
    book = numbered(book)
    text = "\n\n".join(cell.source for cell in book.cells)
    for cell in book.cells:
        made = [_list_of(name, new, text) for name in _lists(cell)]
        if made:
            cell.outputs = [v4.new_output("display_data", data=data) for data in made]
    book.metadata["made_from"] = file
    return v4.writes(book) + "\n"


def _lists(cell: NotebookNode) -> list[str]:
    """Return which of the two lists of a notebook a cell shows: sources, words."""
    if cell.cell_type != "code":
        return []
    return [name for name in ("sources", "words") if calls(cell.source, name)]


def _list_of(name: str, notebook: str, text: str) -> dict[str, str]:
    return source_list(notebook, text) if name == "sources" else word_list(notebook, text)


def _book(text: str, path: Path, root: Path) -> NotebookNode:
    try:
        book = v4.reads(text)
        numbered(book)
        return book
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        name = path.relative_to(root).as_posix()
        raise CaseError(f"{name} cannot be read as a notebook: {error}.") from error


def _text(path: Path, root: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path.relative_to(root).as_posix()} cannot be read: {error}.") from error


def sync(root: Path) -> list[Path]:
    """Write every generated file whose content would change, and return those files.

    Raises CaseError if something they are made from is wrong.
    """
    changed = []
    for path, text in generated(root):
        if path.is_file() and path.read_bytes() == text.encode():
            continue
        put(path, text)
        changed.append(path)
    return changed


def put(path: Path, text: str) -> None:
    """Put the text in place in one step: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(text.encode())
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
