"""What can be wrong in a case, found by reading it: its notebooks, items and figures.

Each rule is a small function that yields (place, sentence). The sentence says what is wrong and
what to do. Nothing here changes a file, and nothing runs a notebook.
"""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import nbformat
from attrs import frozen
from nbformat import NotebookNode, v4

from . import catalogue
from .building import calls, cited_in, mentioned, notebooks, numbered
from .charts import draw
from .citations import CITATION, WORD, cited, unknown, words
from .tables import CaseError, table

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
    """One thing that is wrong: in which file, where in it, and a sentence that says what."""

    file: str
    place: str
    says: str

    def __str__(self) -> str:
        return f"{self.file}, {self.place}: {self.says}"


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
                yield place, "asks a question and needs the tag nbval-ignore-output."
            if cell.outputs:
                yield place, "asks a question and stores outputs; clear them."
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
        lines = len(cell.source.splitlines())
        if lines > LINES:
            yield place, f"has {lines} lines of code; {LINES} is the limit, so divide it."
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield place, f"is not Python ({error.msg}, line {error.lineno}); mend it."
    if not cells or cells[0][1].source != SETUP:
        place = cells[0][0] if cells else "notebook"
        yield place, f"the first code cell is not the set-up cell; it reads exactly:\n{SETUP}"
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


def _cited(book: NotebookNode) -> Found:
    for place, cell in _places(book):
        if "opening" in _tags(cell):
            continue
        for text in _prose(cell):
            for sentence in uncited(text):
                yield (
                    place,
                    f"this sentence holds a date, figure or quotation and no citation: "
                    f"{_short(sentence)} Add one, such as [@area:id].",
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
    for rule in RULES:
        try:
            found += [Finding(file, place, says) for place, says in rule(book)]
        except CaseError as error:
            found.append(Finding(file, "notebook", str(error)))
    return found


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


# Rules for the catalogue


def check_catalogue(root: Path) -> list[Finding]:
    """Return what is wrong in the questions and figures of the case in ``root``."""
    return [*_check_figures(root), *_check_items(root)]


def _check_figures(root: Path) -> Iterator[Finding]:
    try:
        figures = catalogue.figures()
    except CaseError as error:
        yield _from_error("data/figures", "figures", error)
        return
    for name, entries in figures.items():
        file, place = entries["file"], f"figure {name!r}"
        if entries.get("form") != "cross table" and not str(entries.get("description", "")).strip():
            yield Finding(file, place, "has no description; say in a sentence what it shows.")
            continue
        try:
            drawn = draw(name, entries)
            wrong = unknown(drawn.sources)
        except CaseError as error:
            yield _from_error(file, place, error)
            continue
        yield from _unknown_sources(file, place, wrong)


def _check_items(root: Path) -> Iterator[Finding]:
    for name in catalogue.item_ids():
        file, place = f"data/items/{name}.toml", "sources"
        try:
            item = catalogue.item(name)
            yield from _unknown_sources(file, place, unknown(item.sources))
            for figure in item.reveal:
                if figure not in catalogue.figures():
                    says = f"there is no figure {figure!r}; correct the id or add the figure."
                    yield Finding(file, "reveal", says)
        except CaseError as error:
            yield _from_error(file, "question", error)


def _unknown_sources(file: str, place: str, ids: list[str]) -> Iterator[Finding]:
    for name in ids:
        yield Finding(
            file, place, f"the source {name!r} is not in the list of sources; correct it or add it."
        )


def _from_error(file: str, place: str, error: CaseError) -> Finding:
    """Return an error as a finding, without repeating the file it begins with."""
    return Finding(file, place, str(error).removeprefix(f"{file}: ").removeprefix(f"{file}, "))


def check_case(root: Path) -> list[Finding]:
    """Return what is wrong in the case in ``root``: every notebook, then questions and figures."""
    found = [finding for path in notebooks(root) for finding in check_notebook(path, root)]
    return [*found, *check_catalogue(root)]
