"""From a notebook, or a page of text, to a page that needs no kernel.

The result is still a notebook: text cells whose citations and words have become links, and code
cells of which only the outputs are left. What a kernel would have drawn stands there as HTML.
"""

from __future__ import annotations

import ast
import html
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from attrs import field, frozen
from nbformat import NotebookNode, v4

from .. import catalogue, citations, tables
from .. import doors as ways_in
from ..building import calls
from ..charts.theme import MEDIA_TYPE
from ..tables import CaseError
from ..widgets.view import safe
from .questions import chart_html, question_html

# Said in a notebook to those who see no buttons: on a page there are none to be seen.
OF_WIDGETS = "Error displaying widget"
CODE = re.compile(r"(^```.*?^```[^\n]*$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[(?P<shown>[^\[\]]+)\]\((?P<target>[^()\s#]+)(?P<at>#[^()\s]*)?\)")
OWN = "Here the notebook shows something made of your own answers."
START = "lite/start.html"


@frozen
class Site:
    """What a page needs to know of the others.

    ``pages`` holds the files of the case that are pages of the site, ``files`` those that lie
    beside them (file of the case to its name in the site), ``runs`` the notebooks that run in the
    browser; ``address`` is what `casekit.doors.repository` returns.
    """

    pages: frozenset[str] = frozenset()
    files: Mapping[str, str] = field(factory=dict)
    runs: frozenset[str] = frozenset()
    address: str = ""


@frozen
class About:
    """What the opening of a notebook says of it; 0 minutes and "" where it does not say."""

    title: str
    question: str = ""
    minutes: int = 0


def about(notebook: NotebookNode) -> About:
    """Return what the opening of a notebook says of it."""
    text = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), "")
    title = re.search(r"^# +(.+)$", text, re.MULTILINE)
    question = re.search(r"^\*\*The question\.\*\* +(.+)$", text, re.MULTILINE)
    minutes = re.search(r"^\*\*Time\.\*\* +About (\d+) minutes", text, re.MULTILINE)
    return About(
        title[1].strip() if title else "",
        question[1].strip() if question else "",
        int(minutes[1]) if minutes else 0,
    )


# A notebook


def page(notebook: NotebookNode, place: str, site: Site) -> NotebookNode:
    """Return a notebook of the case as a page.

    ``place`` is its file in the case, like "lessons/01-name.ipynb". Raises CaseError if it asks a
    question, or uses a word, that the case does not have.
    """
    text = Text(place, site, "\n\n".join(cell.source for cell in notebook.cells))
    cells = list(_cells(notebook, text))
    if not about(notebook).title:
        cells.insert(
            0, v4.new_markdown_cell(f"# {posixpath.splitext(posixpath.basename(place))[0]}")
        )
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return v4.new_notebook(cells=cells, metadata=notebook.metadata)


def _cells(notebook: NotebookNode, text: Text) -> Iterator[NotebookNode]:
    level, opened = 1, False
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from _of_code(cell, text, level)
            continue
        source = cell.source
        if not opened and (title := re.match(r"# .+", source)):
            opened = True
            yield v4.new_markdown_cell(title[0])
            yield _shown(doors(text.place, text.site))
            source = _without_widgets(source[title.end() :])
        for heading in re.findall(r"^(#+) ", CODE.sub("", source), re.MULTILINE):
            level = len(heading)
        if source.strip():
            yield v4.new_markdown_cell(text(source))


def _without_widgets(source: str) -> str:
    return "\n\n".join(part for part in source.split("\n\n") if OF_WIDGETS not in part)


def _of_code(cell: NotebookNode, text: Text, level: int) -> Iterator[NotebookNode]:
    """Return what is left of a code cell: its code if that is on show, outputs, and questions."""
    hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    asked = [_asked(call) for call in calls(cell.source, "ask")]
    outputs = [] if asked else [_output(output, cell.source, text) for output in cell.outputs]
    if outputs or not hidden:
        shown = v4.new_code_cell(cell.source, outputs=outputs)
        shown.metadata["tags"] = ["remove-input"] if hidden else []
        yield shown
    elif len(asked) < _steps(cell.source):
        yield _shown(f'<p class="note">{OWN} {_run(text.place, text.site)}</p>')
    for name in asked:
        told = catalogue.instead(name)
        yield _shown(
            f"<p>{safe(told)}</p>" if told else question_html(catalogue.item(name), level + 1)
        )


def _asked(call: ast.Call) -> str:
    return call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else ""


def _steps(source: str) -> int:
    """Return how many statements of a cell do more than set up."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return 0
    setting_up = [
        isinstance(one, (ast.Import, ast.ImportFrom)) or "sys.path" in ast.unparse(one)
        for one in body
    ]
    return len(body) - sum(setting_up)


def _shown(content: str) -> NotebookNode:
    """Return HTML as a cell of which only the output is to be seen."""
    output = v4.new_output("display_data", {"text/html": content})
    cell = v4.new_code_cell("pass", outputs=[output])
    cell.metadata["tags"] = ["remove-input"]
    return cell


def _output(output: NotebookNode, source: str, text: Text) -> NotebookNode:
    """Return a stored output as a page can show it."""
    data = output.get("data")
    if data is None:
        return output
    if MEDIA_TYPE in data:
        return v4.new_output("display_data", {"text/html": chart_html(data[MEDIA_TYPE])})
    if "text/markdown" in data:
        return v4.new_output("display_data", {"text/markdown": text(data["text/markdown"])})
    if "text/html" in data:
        shown = data["text/html"]
        if calls(source, "sources"):
            shown = _with_places(shown, "<li>", lambda number, _: f"source-{number}")
        if calls(source, "words"):
            shown = _with_places(shown, r"<li>(?=<strong>(.*?)</strong>)", _word_of)
        return v4.new_output("display_data", {"text/html": shown})
    return v4.new_output("display_data", {"text/plain": data.get("text/plain", "")})


def _with_places(shown: str, entry: str, named: Callable[[int, re.Match], str]) -> str:
    """Return a list whose entries can be linked to."""
    count = 0

    def mark(match: re.Match) -> str:
        nonlocal count
        count += 1
        return f'<li id="{named(count, match)}">'

    return re.sub(entry, mark, shown)


def _word_of(_: int, match: re.Match) -> str:
    return word_place(html.unescape(match[1]))


def word_place(term: str) -> str:
    """Return the name of the place in a page where a word is explained."""
    return "word-" + re.sub(r"\W+", "-", term.lower()).strip("-")


# Text


class Text:
    """The texts of one page: citations become links to their source, words show their meaning.

    ``place`` is the file of the case, ``whole`` the text of all cells. Call it with a text.
    """

    def __init__(self, place: str, site: Site, whole: str = "") -> None:
        self.place, self.site = place, site
        self.order = citations.cited(whole)
        self.lines = [_plain(line) for line in citations.source_items(self.order)]
        self.meanings = _glossary()
        self.tips = 0

    def __call__(self, source: str) -> str:
        """Return a text for the page; what stands in it as code stays as it is."""
        parts = CODE.split(source)
        return "".join(
            part if number % 2 else self._linked(part) for number, part in enumerate(parts)
        )

    def _linked(self, source: str) -> str:
        source = citations.CITATION.sub(self._cited, source)
        source = citations.WORD.sub(self._word, source)
        return LINK.sub(self._link, source)

    def _cited(self, match: re.Match) -> str:
        links = []
        for name in citations.cited(match[0]):
            number = self.order.index(name) + 1
            title = safe(self.lines[number - 1])
            links.append(f'<a href="#source-{number}" title="{title}">{number}</a>')
        return f'<span class="cited">[{", ".join(links)}]</span>'

    def _word(self, match: re.Match) -> str:
        term = (match["term"] or match["shown"]).lower()
        if term not in self.meanings:
            raise CaseError(f"{self.place}: the glossary has no entry for {term}.")
        self.tips += 1
        tip = f"tip-{self.tips}"
        return (
            f'<span class="word"><a href="#{word_place(term)}" aria-describedby="{tip}">'
            f'{match["shown"]}</a><span class="tip" role="tooltip" id="{tip}">'
            f"{safe(self.meanings[term])}</span></span>"
        )

    def _link(self, match: re.Match) -> str:
        """Return a link to another file of the case as the site can follow it."""
        target = match["target"]
        if re.match(r"[a-z][a-z0-9+.-]*:", target) or target.startswith("<"):
            return match[0]
        folder = posixpath.dirname(self.place)
        file = posixpath.normpath(posixpath.join(folder, target))
        if file in self.site.pages:
            page = posixpath.splitext(file)[0] + ".html"
            return _a(posixpath.relpath(page, folder or ".") + (match["at"] or ""), match["shown"])
        if file in self.site.files:
            beside = self.site.files[file]
            return _a(posixpath.relpath(beside, folder or "."), match["shown"])
        if self.site.address:
            return _a(f"{self.site.address}/blob/HEAD/{file}{match['at'] or ''}", match["shown"])
        return match["shown"]


def _a(target: str, shown: str) -> str:
    return f'<a href="{safe(target)}">{shown}</a>'


def _plain(line: str) -> str:
    """Return a line of HTML as text."""
    return html.unescape(re.sub(r"<[^>]+>", "", line))


def _glossary() -> dict[str, str]:
    if "glossary" not in tables.names():
        return {}
    rows = tables.table("glossary").fillna("").to_dict("records")
    return {row["term"].lower(): row["definition"] for row in rows}


# Ways out of the page


def doors(place: str, site: Site) -> str:
    """Return the links that lead from a page to where it can be answered."""
    links = []
    if place in site.runs:
        links.append(_door(f"{_up(place)}{START}?path={quote(place)}", "Do it in the browser"))
    if binder := binder_link(site, place):
        links.append(_door(binder, "Open on Binder"))
    if site.address:
        links.append(_door(f"{site.address}/raw/HEAD/{quote(place)}", "Download"))
    said = (
        "This page is for reading: under each question its explanation is folded. Answers are "
        "taken, marked and kept where the notebook runs."
    )
    return f'<p class="note">{said}</p>' + (
        f'<p class="doors">{" ".join(links)}</p>' if links else ""
    )


def binder_link(site: Site, place: str) -> str:
    """Return where Binder opens a notebook, or "" without a public repository."""
    return ways_in.doors(place, address=site.address).binder


def _door(target: str, label: str) -> str:
    return f'<a class="door" href="{safe(target)}">{safe(label)}</a>'


def _run(place: str, site: Site) -> str:
    if place not in site.runs:
        return "It needs a running notebook."
    target = f"{_up(place)}{START}?path={quote(place)}"
    return f'<a href="{safe(target)}">Do it in the browser</a> to see it.'


def _up(place: str) -> str:
    return "../" * place.count("/")
