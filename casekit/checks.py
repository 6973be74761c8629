"""What can be wrong in a case, found by reading it: tables, notebooks, questions and figures.

Each rule is a small function that yields (place, sentence). The sentence says what is wrong and
what to do. Nothing here changes a file, and nothing runs a notebook.
"""

from __future__ import annotations

import ast
import csv
import html
import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import nbformat
from attrs import evolve, field, frozen
from nbformat import NotebookNode, v4

from . import catalogue, tables
from .building import (
    EXERCISES,
    SOLUTIONS,
    calls,
    cited_in,
    mentioned,
    notebooks,
    numbered,
    solution_of,
)
from .charts import draw
from .citations import CITATION, WORD, cited, unknown, words
from .exercises import exercise
from .schema import SCHEMA, schema_text
from .tables import CaseError, last_day, table

SETUP = (
    'import sys; sys.path.insert(0, "..")\n'
    "from casekit import ask, figure, say, sources, table, words"
)
LINES = 15
CELLS = 22
WIDGET = "application/vnd.jupyter.widget-view+json"
CHART = "application/vnd.vegalite"

Found = Iterator[tuple[str, str]]


@frozen
class Finding:
    """One thing that is wrong: in which file, where in it, and a sentence that says what.

    ``line`` is the line of a file of text, 0 where there is none, as in a notebook. ``cause`` is
    the text by which other findings can be known that only meet this one elsewhere.
    """

    file: str
    place: str
    says: str
    line: int = 0
    cause: str = field(default="", eq=False, repr=False)

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        return f"{self.file}{line}, {self.place}: {self.says}"


# Sentences: what states a fact has to say who says so

MARK = "\ue000"  # stands for a citation while a text is taken apart
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
END = re.compile(rf"[.!?…]+[\"”’')\]_]*(?:\s*{MARK})*(?=\s|$)|[。！？][”」』)]*(?:\s*{MARK})*")
SHORT = re.compile(
    r"e\.g|i\.e|cf|vs|mr|mrs|ms|dr|prof|gen|sen|gov|adm|col|lt|st|viz", re.IGNORECASE
)
SHORT_BEFORE_NUMBER = re.compile(
    r"nos?|pp?|vol|fig|art|sec|ch|para|ca?|approx|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec",
    re.IGNORECASE,
)
INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]")
NAMED = re.compile(
    r"\b(?:lesson|exercise|question|hint|step|part|session|figure|table|option|card)s?\s+"
    r"\d{1,2}(?:\s*(?:,|–|-|to|and|or)\s*\d{1,2})*\b",
    re.IGNORECASE,
)
ITEM_ID = re.compile(r"\b(?:E\d{2}[A-Z]?|L\d(?:-[\w-]+)?|O\d)\b")
BLOCKS = "p|div|details|summary|li|ul|ol|tr|table|br|blockquote"
HIDDEN = [  # what is no prose, and what stands in its place
    (re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.DOTALL | re.MULTILINE), "\n\n"),
    (re.compile(r"<!--.*?-->", re.DOTALL), " "),
    (re.compile(r"`[^`\n]+`"), "code"),
    (CITATION, MARK),
    (WORD, r"\g<shown>"),
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), " "),
    (re.compile(r"\[([^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)"), r"\1"),
    (re.compile(r"<?\bhttps?://[^\s<>)]+>?"), " "),
    (re.compile(r"<h([1-6])\b.*?</h\1>", re.DOTALL | re.IGNORECASE), "\n\n"),
    (re.compile(rf"</?(?:{BLOCKS})\b[^<>]*>", re.IGNORECASE), "\n\n"),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), " "),
]
HEADING = re.compile(r"(#{1,6})(?:\s+(.*?))?\s*#*")
LIST_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])\s+")
TABLE_RULE = re.compile(r"\|?[\s:|-]*-[\s:|-]*")


def uncited(text: str) -> list[str]:
    """Return the sentences of a markdown text that state something and do not say who says so.

    A sentence states something if it holds a digit or a quotation of two words or more. Its
    citation stands in it or right after its full stop. Headings, code, addresses, ids of
    questions, "Lesson 2" and the like do not count.
    """
    return [sentence for sentence in sentences(text) if MARK not in sentence and _states(sentence)]


def _states(sentence: str) -> bool:
    plain = ITEM_ID.sub("", NAMED.sub("", sentence))
    return bool(re.search(r"\d", plain)) or any(
        len(quoted.strip('“”"').split()) > 1 for quoted in QUOTED.findall(sentence)
    )


def sentences(text: str) -> list[str]:
    """Return the sentences of a markdown text, every citation replaced by `MARK`.

    A paragraph or list item is split at its full stops, a table row is one sentence; headings
    (and the heading row of a table) are left out.
    """
    for pattern, instead in HIDDEN:
        text = pattern.sub(instead, text)
    found = []
    for block, is_row in _blocks(html.unescape(text)):
        found += [block] if is_row else _split(re.sub(r"\*+", "", block))
    return [" ".join(sentence.split()) for sentence in found if sentence.strip()]


def _blocks(text: str) -> list[tuple[str, bool]]:
    """Return paragraphs and list items, and table rows (marked True), without headings."""
    blocks: list[tuple[str, bool]] = []
    lines: list[str] = []

    def close() -> None:
        if lines:
            blocks.append((" ".join(lines), False))
            lines.clear()

    for line in text.split("\n"):
        line = re.sub(r"^(?:>\s?)+", "", line.strip()).strip()
        if re.fullmatch(r"=+|-+", line) and lines:
            lines.clear()  # the line above was a heading
        elif not line or HEADING.fullmatch(line) or re.fullmatch(r"[-*_]{3,}", line):
            close()
        elif line.startswith("|"):
            close()
            if not TABLE_RULE.fullmatch(line):
                blocks.append((line.strip("| "), True))
            elif blocks and blocks[-1][1]:
                blocks.pop()  # the heading row
        elif item := LIST_ITEM.match(line):
            close()
            lines.append(line[item.end() :])
        else:
            lines.append(line)
    close()
    return blocks


def _split(block: str) -> list[str]:
    quotations = [match.span() for match in QUOTED.finditer(block)]
    found, start = [], 0
    for end in END.finditer(block):
        inside = any(a < end.start() and end.end() < b for a, b in quotations)
        before, after = block[start : end.start()], block[end.end() :].lstrip()
        if not inside and not _goes_on(before, end[0], after):
            found.append(block[start : end.end()])
            start = end.end()
    return [*found, block[start:]]


def _goes_on(before: str, stop: str, after: str) -> bool:
    """Whether the sentence goes on after this stop: an abbreviation, an initial, no capital."""
    if after[:1].islower():
        return True
    if stop != "." or not after or not before.split():
        return False
    last = before.split()[-1].strip("(“\"'‘[")
    if INITIALS.fullmatch(last) or SHORT.fullmatch(last):
        return True
    return after[0].isdigit() and bool(SHORT_BEFORE_NUMBER.fullmatch(last))


# Parts of a notebook


def _places(book: NotebookNode, kind: str = "") -> list[tuple[str, NotebookNode]]:
    """Return ("cell 3", cell) for every cell, or every cell of one kind."""
    return [
        (f"cell {index}", cell)
        for index, cell in enumerate(book.cells, 1)
        if kind in ("", cell.cell_type)
    ]


def _tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def _prose(cell: NotebookNode) -> list[str]:
    """Return the texts a reader sees as prose: a markdown cell, or literal texts in say(…)."""
    if cell.cell_type == "markdown":
        return [cell.source]
    if cell.cell_type == "code":
        return [_literal(call) for call in calls(cell.source, "say")]
    return []


def _literal(call: ast.Call) -> str:
    """Return the literal text of a call's arguments; what a table fills in is left out."""

    def text(node: ast.AST) -> str:
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else ""
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "format":
            return re.sub(r"\{[^{}]*\}", "", text(node.func.value))
        if isinstance(node, (ast.JoinedStr, ast.BinOp, ast.IfExp, ast.List, ast.Tuple)):
            return "".join(text(part) for part in ast.iter_child_nodes(node))
        return ""

    return "\n\n".join(text(part) for part in [*call.args, *(word.value for word in call.keywords)])


def _headings(book: NotebookNode) -> list[tuple[str, int, str]]:
    """Return (place, level, text) of every heading in the markdown cells."""
    found = []
    for place, cell in _places(book, "markdown"):
        before = ""
        for line in HIDDEN[0][0].sub("", cell.source).split("\n"):
            line = line.strip()
            if match := HEADING.fullmatch(line):
                found.append((place, len(match[1]), match[2] or ""))
            elif re.fullmatch(r"=+|-+", line) and before and "|" not in before:
                found.append((place, 1 if line[0] == "=" else 2, before))
            before = "" if match else line
    return found


def _bundles(cell: NotebookNode) -> list[NotebookNode]:
    return [output.data for output in cell.get("outputs", []) if "data" in output]


def _short(text: str) -> str:
    text = text.replace(MARK, "")
    return f"“{text}”" if len(text) <= 90 else f"“{text[:87]}…”"


def _first(call: ast.Call) -> str | None:
    """Return a call's first argument if it is a literal text."""
    value = getattr(call.args[0], "value", None) if call.args else None
    return value if isinstance(value, str) else None


# Rules for one notebook


def _form(book: NotebookNode) -> Found:
    name = book.metadata.get("kernelspec", {}).get("name")
    if name != "python3":
        yield "notebook", f"the kernel is {name!r}; set metadata.kernelspec.name to python3."
    if "widgets" in book.metadata:
        yield "notebook", "holds the state of widgets; save it without (metadata.widgets)."
    seen = set()
    for place, cell in _places(book):
        if not cell.get("id"):
            yield place, "has no id; give it one that stays."
        elif cell.id in seen:
            yield place, f"has the id {cell.id!r}, which another cell has; give it its own."
        seen.add(cell.get("id"))
        if "execution" in cell.metadata:
            yield place, "holds times of execution; delete metadata.execution."


def _executed(book: NotebookNode) -> Found:
    expected = 1
    for place, cell in _places(book, "code"):
        if "nbval-skip" in _tags(cell) and cell.execution_count is None:
            continue
        if cell.execution_count != expected:
            yield (
                place,
                f"has execution count {cell.execution_count}, expected {expected}; "
                "restart, run all cells and save.",
            )
            return
        expected += 1


def _outputs(book: NotebookNode) -> Found:
    for place, cell in _places(book, "code"):
        if any(output.output_type == "error" for output in cell.outputs):
            yield place, "stores an error; mend the cell, run it and save."
        if calls(cell.source, "ask"):
            if "nbval-ignore-output" not in _tags(cell):
                says = "asks a question and needs the tag nbval-ignore-output"
                yield place, f"{says}; copy a cell that asks one, and change its id."
            if cell.outputs:
                yield (
                    place,
                    "asks a question and stores outputs; clear them, or store the notebook.",
                )
        elif any(WIDGET in bundle for bundle in _bundles(cell)):
            yield place, "stores a widget, which the next reader cannot see; clear its outputs."


def _charts(book: NotebookNode) -> Found:
    for place, cell in _places(book, "code"):
        for bundle in _bundles(cell):
            for spec in (bundle[kind] for kind in bundle if kind.startswith(CHART)):
                said = spec.get("description") if isinstance(spec, dict) else None
                if not isinstance(said, str) or not said.strip():
                    yield place, "stores a chart without a description; say in words what it shows."
            if re.search(r"altair-viz|vegaEmbed", "".join(bundle.get("text/html", ""))):
                yield place, "stores a chart that loads scripts; draw it with the kit's renderer."


def _heading_order(book: NotebookNode) -> Found:
    headings = _headings(book)
    first = [place for place, _ in _places(book, "markdown")[:1]]
    tops = [place for place, level, _ in headings if level == 1]
    if tops[:1] != first:
        yield "notebook", "has no title; the first markdown cell holds the heading of level 1."
    for place in tops[1:]:
        yield place, "has a second heading of level 1; a notebook has one title."
    last = 1
    for place, level, text in headings:
        if not text:
            yield place, "has an empty heading; give it words or delete it."
        if level > last + 1:
            yield place, f"goes from level {last} to level {level}; headings go down one at a time."
        last = level


def _code(book: NotebookNode) -> Found:
    cells = _places(book, "code")
    if len(cells) > CELLS:
        yield "notebook", f"has {len(cells)} code cells; {CELLS} is the limit, so divide it."
    for place, cell in cells:
        lines = len(cell.source.split("\n"))
        if lines > LINES:
            yield place, f"has {lines} lines of code; {LINES} is the limit, so divide it."
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield place, f"is not Python ({error.msg}, line {error.lineno}); mend it."
    if not cells or cells[0][1].source != SETUP:
        place = cells[0][0] if cells else "notebook"
        yield place, f"the first code cell is not the set-up cell; write there exactly {SETUP!r}."
    elif not cells[0][1].metadata.get("jupyter", {}).get("source_hidden"):
        yield cells[0][0], "the set-up cell is not folded; set metadata.jupyter.source_hidden."


def _known_names(book: NotebookNode) -> Found:
    for function, known, what in (
        ("figure", catalogue.figures, "figure"),
        ("ask", catalogue.item_ids, "question"),
    ):
        for place, cell in _places(book, "code"):
            for call in calls(cell.source, function):
                name = _first(call)
                if name is not None and name not in known():
                    yield place, f"there is no {what} {name!r}; correct the id or add the {what}."
    for place, cell in _places(book):
        for text in _prose(cell):
            for name in _no_questions(text):
                yield place, f"speaks of a question {name!r}, and there is none; correct the id."


MENTION = re.compile(r"\b[A-Z]+\d+[A-Z]?(?:-[a-z][\w-]*)?(?![\w-])")


def _shape(name: str) -> str:
    """Return what ids of one family share: E05 and E21V are alike, L1-log and L2-hook are."""
    head, dash, _ = name.partition("-")
    return re.sub(r"\d", "0", re.sub(r"(?<=\d)[A-Z]$", "", head)) + dash


def _no_questions(text: str) -> list[str]:
    """Return the words of a text that have the shape of a question's id and are none."""
    known = catalogue.item_ids()
    shapes = {_shape(name) for name in known}
    named = dict.fromkeys(MENTION.findall(CITATION.sub("", text)))
    return [name for name in named if name not in known and _shape(name) in shapes]


def _sentences_in(part: object) -> Iterator[str]:
    """Yield the texts of several words in a question as it is written, wherever they stand."""
    if isinstance(part, str) and " " in part:
        yield part
    elif isinstance(part, (dict, list)):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _sentences_in(inner)


def _cited(book: NotebookNode) -> Found:
    for place, cell in _places(book):
        if "opening" in _tags(cell):
            continue
        for text in _prose(cell):
            for sentence in uncited(text):
                yield (
                    place,
                    f"this sentence holds a date, figure or quotation and no citation: "
                    f"{_short(sentence)}; add one, such as [@area:id].",
                )


def _sources(book: NotebookNode) -> Found:
    ids = mentioned(book)
    wrong = unknown(ids)
    for name in wrong:
        place = next(place for place, cell in _places(book) if name in cited_in(cell))
        yield place, f"the source {name!r} is not in the list of sources; correct it or add it."
    for (place, cell), other in zip(_places(book), numbered(book).cells, strict=True):
        if cell.source != other.source:
            yield place, "citations are not numbered by first mention; run `make sync`."
            break
    for place, cell in _places(book):
        if set(cited(cell.source)) - set(cited_in(cell)):
            yield place, "cites in code; a citation stands in markdown or in a text of say(…)."
    if ids:
        yield from _section(book, "Sources", "sources")


def _glossary(book: NotebookNode) -> Found:
    linked = [(place, words(text)) for place, cell in _places(book) for text in _prose(cell)]
    if not any(terms for _, terms in linked):
        return
    known = {str(term).lower() for term in table("glossary")["term"]}
    for place, terms in linked:
        for term in terms:
            if term not in known:
                yield place, f"the glossary has no term {term!r}; correct the link or add the term."
    yield from _section(book, "Words used here", "words")


def _section(book: NotebookNode, heading: str, function: str) -> Found:
    """Find a missing heading, or a missing cell below it that calls the function."""
    places = [place for place, _ in _places(book)]
    at = [places.index(place) for place, _, text in _headings(book) if text == heading]
    if not at:
        yield "notebook", f"the heading “{heading}” is missing; links lead to it."
        return
    below = [cell for cell in book.cells[at[0] :] if cell.cell_type == "code"]
    if not any(calls(cell.source, function) for cell in below):
        yield places[at[0]], f"no cell below “{heading}” calls {function}(…); add it."


def _own_lists(book: NotebookNode, file: str) -> Found:
    """Find sources(…) and words(…) that are given another notebook than their own."""
    own = file.removesuffix(".ipynb")
    for place, cell in _places(book, "code"):
        for function in ("sources", "words"):
            for call in calls(cell.source, function):
                if _first(call) != own:
                    yield place, f"lists another notebook; write {function}({own!r})."


class _Images(HTMLParser):
    """Counts images without the attribute alt."""

    def __init__(self) -> None:
        super().__init__()
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img" and "alt" not in dict(attrs):
            self.silent += 1


def _images_and_links(book: NotebookNode) -> Found:
    for place, cell in _places(book):
        for text in _prose(cell):
            images = _Images()
            images.feed(text)
            if images.silent or re.search(r"!\[\s*\][(\[]", text):
                yield place, "has an image without alternative text; say what it shows."
            if re.search(r"(?<!!)\]\(\s*(?:#|<>)?\s*\)|href=[\"']#?[\"']", text):
                yield place, "has a link that leads nowhere; give it an address."


MINUTES = re.compile(r"About (\d+) minutes: (\d+) to read, (\d+) to do")


def _minutes(book: NotebookNode) -> Found:
    for place, cell in _places(book, "markdown"):
        if "opening" in _tags(cell) and (match := MINUTES.search(cell.source)):
            whole, read, do = map(int, match.groups())
            if read + do != whole:
                yield place, f"{read} and {do} minutes are not {whole}; write the sum."


PLACEHOLDER = re.compile(r"\b(?:TODO|TBD|FIXME|XXX)\b|\b(?i:lorem)\b")
LOCAL = re.compile(
    r"(?:^|(?<=[\s\"'(`=]))(?:/[\w.-]+/[\w.-]|~/)|\bfile://|\b[A-Za-z]:\\\w", re.MULTILINE
)


def _leftovers(book: NotebookNode) -> Found:
    for place, cell in _places(book):
        if match := PLACEHOLDER.search(cell.source):
            yield place, f"holds the placeholder {match[0]!r}; finish or delete it."
        stored = "\n".join([cell.source, *_printed(cell)])
        if match := LOCAL.search(stored):
            line = stored[stored.rfind("\n", 0, match.start()) + 1 :].split("\n")[0].strip()
            yield place, f"holds a path of one machine in {_short(line)}; make it relative."


def _printed(cell: NotebookNode) -> list[str]:
    """Return the text that a cell's outputs show."""
    texts = [output.text for output in cell.get("outputs", []) if "text" in output]
    kinds = ("text/plain", "text/html")
    return texts + ["".join(bundle.get(kind, "")) for bundle in _bundles(cell) for kind in kinds]


RULES: tuple[Callable[[NotebookNode], Found], ...] = (
    _form,
    _executed,
    _outputs,
    _charts,
    _heading_order,
    _code,
    _known_names,
    _cited,
    _sources,
    _glossary,
    _images_and_links,
    _minutes,
    _leftovers,
)


def check_notebook(path: Path, root: Path) -> list[Finding]:
    """Return what is wrong in one notebook of the case in ``root``, where `tables.root` is."""
    file = path.relative_to(root).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
        _validate(json.loads(text))
    except (OSError, ValueError, nbformat.ValidationError) as error:
        says = str(error).strip().split("\n")[0]
        says = f"is no valid notebook; open and save it in Jupyter ({says})."
        return [Finding(file, "notebook", says)]
    book = v4.reads(text)
    found = [Finding(file, place, says) for place, says in _own_lists(book, file)]
    found += _exercise(book, path, root)
    for rule in RULES:
        try:
            found += [Finding(file, place, says) for place, says in rule(book)]
        except CaseError as error:
            found.append(Finding(file, "notebook", _joined(str(error))))
    return found


def _exercise(book: NotebookNode, path: Path, root: Path) -> Iterator[Finding]:
    """Find a solution from which no exercise can be made, and an exercise without a solution."""
    file = path.relative_to(root)
    if file.parts[0] == SOLUTIONS:
        try:
            exercise(book, file.as_posix())
        except CaseError as error:
            yield evolve(_from_error(file.as_posix(), "exercise", error, root), line=0)
    elif file.parts[0] == EXERCISES and not solution_of(path, root).is_file():
        says = f"has no notebook of its name in {SOLUTIONS}/, the place where exercises are written"
        yield Finding(file.as_posix(), "notebook", f"{says}; move it there and run `make sync`.")


def _validate(content: object) -> None:
    """Raise ValueError or ValidationError; ids, which have a rule of their own, are set aside."""
    if not isinstance(content, dict):
        raise ValueError("it holds no notebook")
    if content.get("nbformat") != 4 or content.get("nbformat_minor") not in range(5, 100):
        raise ValueError("it is not in format 4.5")
    cells = content.get("cells")
    seen = set()
    for index, cell in enumerate(cells if isinstance(cells, list) else []):
        if isinstance(cell, dict):
            if not cell.get("id") or cell["id"] in seen:
                cell["id"] = f"instead-{index}"
            seen.add(cell["id"])
    nbformat.validate(content)


# Rules for the tables

DESCRIBED = tables.PACKAGE.as_posix()
CONFIDENCE = ("high", "medium", "low")
NAMES_SOURCES = ("source_ids", "source_id")
PRECISE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


def check_data(root: Path) -> list[Finding]:
    """Return what is wrong in the tables of the case in ``root``: form, order, dates, sources."""
    try:
        names = tables.names()
    except (CaseError, KeyError, TypeError) as error:
        said = _sentence(error, "mend it").removeprefix(f"{DESCRIBED} ")
        line = re.search(r"line (\d+)", said)
        return [Finding(DESCRIBED, "tables", said, int(line[1]) if line else 1)]
    return [finding for name in names for finding in _check_table(name, root)]


def _check_table(name: str, root: Path) -> Iterator[Finding]:
    described = tables.describe(name)
    file = f"data/{described['path']}"
    try:
        tables.read_table(name)
    except CaseError as error:
        yield _unreadable(name, file, root, error)
        return
    with (root / file).open(encoding="utf-8", newline="") as text:
        reader = csv.DictReader(text)
        rows = [(reader.line_num, row) for row in reader]
    schema = described["schema"]
    yield from _in_order(file, rows, schema)
    for column in schema["fields"]:
        for finding in _cells(file, rows, column):
            yield evolve(finding, cause=finding.cause or _not_drawn(name))
    if name == "sources":
        yield from _findable(file, rows)


def _not_drawn(table_name: str) -> str:
    return f"Table {table_name!r} cannot be drawn"


def _unreadable(name: str, file: str, root: Path, error: CaseError) -> Finding:
    cause = f"Table {name!r}"
    found = re.fullmatch(r"Table '.+', row (\d+), field '(.+?)': (.+)", str(error), re.DOTALL)
    if not found:
        return Finding(file, "table", _sentence(error, "make the two agree"), 1, cause)
    line = _line_of_row(root / file, int(found[1]) - 2)
    empty = "required" in found[3]
    says = "a value is required here; fill it in." if empty else _sentence(found[3], "correct it")
    return Finding(file, f"column {found[2]}", says, line, cause)


Rows = list[tuple[int, dict[str, str]]]


def _in_order(file: str, rows: Rows, schema: dict) -> Iterator[Finding]:
    """Find a key that stands twice, and the first row that is not where its key belongs."""
    kinds = {field["name"]: field.get("type") for field in schema["fields"]}
    columns = schema.get("primaryKey", [])
    columns = [columns] if isinstance(columns, str) else columns

    def key(row: dict[str, str]) -> tuple:
        cells = ((row[column], kinds[column]) for column in columns)
        number = ("integer", "year", "number")
        return tuple(float(cell) if kind in number and cell else cell for cell, kind in cells)

    before = None
    for line, row in rows if columns else []:
        this, named = key(row), "; ".join(row[column] for column in columns)
        if before is not None and this == before:
            says = f"the row {named!r} stands twice; delete one or give it a key of its own."
            yield Finding(file, f"column {columns[0]}", says, line)
        elif before is not None and this < before:
            says = f"the row {named!r} is out of order; sort the rows by {', '.join(columns)}."
            yield Finding(file, f"column {columns[0]}", says, line)
            return
        before = this


def _findable(file: str, rows: Rows) -> Iterator[Finding]:
    """Find a source with nothing by which a reader could find it."""
    for line, row in rows:
        parts = [(row.get(column) or "").strip() for column in ("title", "publisher", "url")]
        if not parts[0] and not all(parts[1:]):
            says = f"the source {row['id']!r} has no title; add it, or who published it and where."
            yield Finding(file, "column title", says, line)


def _cells(file: str, rows: Rows, column: dict) -> Iterator[Finding]:
    """Find cells of one column that do not fit its name or its description."""
    name, place = column["name"], f"column {column['name']}"
    rules = column.get("constraints", {})
    for line, row in rows:
        for says in _wrong(row[name], name, rules):
            yield Finding(file, place, says, line)
    if name not in NAMES_SOURCES:
        return
    ids = {line: [part for part in row[name].split(";") if part] for line, row in rows}
    wrong = set(_not_listed(part for parts in ids.values() for part in parts))
    for line, parts in ids.items():
        for source in dict.fromkeys(part for part in parts if part in wrong):
            found = _unknown_source(file, place, source, line)
            yield evolve(found, cause=found.says)


def _not_listed(ids: Iterable[str]) -> list[str]:
    """Return the ids that are not in the list of sources; none where that cannot be read."""
    try:
        return unknown(ids)
    except CaseError:
        return []


def _wrong(cell: str, name: str, rules: dict) -> Iterator[str]:
    """Say what is wrong with the text of one cell, as far as that can be seen from it alone."""
    allowed = rules.get("enum")
    if cell and allowed and cell not in map(str, allowed):
        yield f"{cell!r} is none of {', '.join(map(str, allowed))}; write one of them."
    elif cell and name == "confidence" and not allowed and cell not in CONFIDENCE:
        yield f"{cell!r} is none of {', '.join(CONFIDENCE)}; write one of them."
    elif cell and (pattern := rules.get("pattern")) and not re.search(pattern, cell):
        yield f"{cell!r} is not written as its description says ({pattern}); write it so."
    elif cell and name == "date" and PRECISE.fullmatch(cell):
        try:
            last_day(cell)
        except ValueError:
            yield f"there is no day {cell}; write a date such as 2020-01-31."


def _line_of_row(path: Path, index: int) -> int:
    """Return the line on which a row of a table ends; rows are counted from 0."""
    with path.open(encoding="utf-8", newline="") as text:
        reader = csv.reader(text)
        for number, _ in enumerate(reader, -1):
            if number == index:
                return reader.line_num
    return 0


def _sentence(error: Exception | str, cure: str) -> str:
    """Return an error as one sentence that ends with what to do."""
    return f"{_joined(str(error)).rstrip('.')}; {cure}."


def _joined(text: str) -> str:
    """Return a text as one sentence: what follows a full stop follows a semicolon."""
    return re.sub(
        r"(?<=[\w'\")])[.?] (?:([A-Z])(?=[a-z]* ))?",
        lambda found: f"; {(found[1] or '').lower()}",
        " ".join(text.split()),
    )


# Rules for the catalogue


def check_catalogue(root: Path) -> list[Finding]:
    """Return what is wrong in the questions and figures of the case in ``root``."""
    return [*_check_figures(root), *_check_items(root)]


def _check_figures(root: Path) -> Iterator[Finding]:
    try:
        figures = catalogue.figures()
    except CaseError as error:
        file = re.split(r" cannot be read|: |, ", str(error))[0]
        found = _from_error(file, "figures", error, root)
        if not found.cause:
            says = _sentence(found.says, "give each figure a heading and an id of its own")
            found = evolve(found, says=says, cause=_joined(str(error)).rstrip("."))
        yield found
        return
    for name, entries in figures.items():
        file, place = entries["file"], f"figure {name!r}"
        line = _line(root / file, rf"\[\s*[\"']?{re.escape(name)}[\"']?\s*\]")
        if entries.get("hidden"):
            continue
        if entries.get("form") != "cross table" and not str(entries.get("description", "")).strip():
            says = "has no description; say in a sentence what it shows."
            yield Finding(file, place, says, line)
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", UserWarning)  # pandas guesses at dates
                wrong = unknown(draw(name, entries).sources)
        except CaseError as error:
            yield evolve(_from_error(file, place, error, root), line=line or 1)
            continue
        except (ValueError, UserWarning):
            says = f"{_not_drawn(entries.get('table_name', ''))}; correct its dates and numbers."
            yield Finding(file, place, says, line or 1)
            continue
        for source in wrong:
            yield _unknown_source(file, place, source, line)


def _check_items(root: Path) -> Iterator[Finding]:
    for name in catalogue.item_ids():
        file = f"data/items/{name}.toml"
        path = root / file
        try:
            item = catalogue.item(name)
            for source in unknown(item.sources):
                line = _line(path, rf".*{re.escape(source)}")
                yield _unknown_source(file, "sources", source, line)
            for figure in item.reveal:
                if figure not in catalogue.figures():
                    says = f"there is no figure {figure!r}; correct the id or add the figure."
                    yield Finding(file, "reveal", says, _line(path, "reveal"))
            if item.opens_after and item.opens_after not in catalogue.item_ids():
                says = f"there is no question {item.opens_after!r}; correct the id."
                yield Finding(file, "opens_after", says, _line(path, "opens_after"))
            for stranger in _no_questions("\n".join(_sentences_in(catalogue.content(name)))):
                says = f"speaks of a question {stranger!r}, and there is none; correct the id."
                yield Finding(file, "text", says, _line(path, rf".*\b{re.escape(stranger)}\b"))
        except CaseError as error:
            yield _from_error(file, "question", error, root)


def _unknown_source(file: str, place: str, name: str, line: int = 0) -> Finding:
    says = f"the source {name!r} is not in the list of sources; correct it or add it."
    return Finding(file, place, says, line)


def _from_error(file: str, place: str, error: CaseError, root: Path) -> Finding:
    """Return an error as a finding, with its line, and without what file and place say already."""
    says = str(error).removeprefix(f"{file}: ").removeprefix(f"{file}, ")
    says = re.sub(r"^Question [^,]*, ", "", says).removeprefix(place).lstrip(",: ")
    line = _line_in(root / file, says)
    says = re.sub("^There is", "there is", says)
    cause = f"{file} cannot be read"
    if says.startswith(cause):
        return Finding(file, place, f"{_sentence(error, 'mend it')[len(file) + 1 :]}", line, cause)
    says = re.sub(r"(field \S+ is missing) at field [^;]+?(;|\.$)", r"\1; add it\2", says)
    says = re.sub(r"(unknown field [^;]+?)(;|\.$)", r"\1; correct its name or delete it\2", says)
    return Finding(file, place, _joined(says), line)


def _line_in(path: Path, says: str) -> int:
    """Return the line that a sentence about a file of TOML speaks of; 1 where it names none."""
    if stated := re.search(r"at line (\d+)", says):
        return int(stated[1])
    if nth := re.search(r"at field (\w+)\[(\d+)\]", says):
        return _line(path, rf"\[\[\s*{nth[1]}\s*\]\]", int(nth[2])) or 1
    if named := re.search(r"path '([^']+)'", says):
        return _line(path, rf"path\s*=\s*[\"']{re.escape(named[1])}[\"']") or 1
    unknown = re.search(r"unknown (?:field|entry) (\w+)", says)
    if named := unknown or re.search(r"field (\w+):", says) or re.search(r"field (\w+)", says):
        return _line(path, rf"(?:\[+)?{re.escape(named[1])}\b") or 1
    return 1


def _line(path: Path, pattern: str, skip: int = 0) -> int:
    """Return the first line of a file that begins like this, after ``skip`` such; 0 for none."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return 0
    found = [number for number, line in enumerate(lines, 1) if re.match(rf"\s*{pattern}", line)]
    return next(iter(found[skip:]), 0)


# Rules for the case as a whole


def _check_use(root: Path) -> Iterator[Finding]:
    """Find questions that no notebook asks, and lessons that no notebook is."""
    books = notebooks(root)
    stems = {path.stem for path in books}
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in books]
    whole = all(map(_is_json, texts))
    text = "\n".join(texts)
    for name in catalogue.item_ids():
        path = root / "data" / "items" / f"{name}.toml"
        file = path.relative_to(root).as_posix()
        try:
            lesson = catalogue.content(name).get("lesson")
        except CaseError:
            continue
        if isinstance(lesson, str) and lesson not in stems:
            says = f"there is no notebook {lesson!r}; correct the name or write the lesson."
            yield Finding(file, "lesson", says, _line(path, "lesson"))
        if whole and not re.search(rf"\b{re.escape(name)}\b", text):
            says = f"no notebook asks it; put ask({name!r}) where it belongs, or delete the file."
            yield Finding(file, "question", says, 1)


def _is_json(text: str) -> bool:
    try:
        return bool(json.loads(text))
    except ValueError:
        return False


def _check_schema(root: Path) -> Iterator[Finding]:
    path = root / SCHEMA
    if path.is_file() and path.read_bytes() != schema_text().encode():
        says = "is older than the models; run `python -m casekit schema`."
        yield Finding(SCHEMA.as_posix(), "schema", says, 1)


def check_case(root: Path) -> list[Finding]:
    """Return what is wrong in the case in ``root``: tables, notebooks, questions and figures.

    One mistake is told once, where it is made, and not again wherever it is met.
    """
    found = check_data(root)
    if any(finding.file == DESCRIBED for finding in found):
        return found
    found += check_catalogue(root)
    books = [finding for path in notebooks(root) for finding in check_notebook(path, root)]
    if not any("there is no question" in finding.says for finding in books):
        found += _check_use(root)
    return _told_once([*found, *books, *_check_schema(root)])


def _told_once(found: Iterable[Finding]) -> list[Finding]:
    """Return the findings without those that only meet again what an earlier one says."""
    kept: list[Finding] = []
    causes: list[str] = []
    for finding in found:
        in_table = finding.file.endswith(".csv")
        if in_table or not any(cause in finding.says for cause in causes):
            kept.append(finding)
            causes += [finding.cause] if finding.cause else []
    return kept
