"""Slides: a lesson to be projected, made from its notebook; what is revealed waits until asked."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
from attrs import evolve, frozen
from nbformat import NotebookNode

from .. import catalogue, charts, citations, tables
from ..building import calls
from ..charts.theme import MEDIA_TYPE
from ..items import Item
from ..notebook import word_list
from ..reading.questions import REFERENCE
from ..tables import CaseError, cutoff, notice, root, settings
from ..widgets.view import paragraphs, safe
from .axes import axes, legend
from .page import asset, listed, page, plain, wide
from .paper import FORMS, form_html
from .pictures import Pictures
from .prose import prose

FOLDER = "lessons"
MOST_WORDS = 85  # of a text on one slide; fewer than so many more get no slide of their own:
FEW_WORDS = 25
LEAD = 10  # with fewer words a line leads to what follows, and stays with it
FIRST_WORDS = 60  # of the text below the title
SHORT = 600  # letters of a form that still stand beside its prompt
MOST_KEY = 240  # letters of a key that still stand below their chart
WORDS_A_SLIDE, SOURCES_A_SLIDE = 5, 8
OF_WIDGETS = "Error displaying widget"  # said in a notebook to those who see no buttons
SHOWN = ("ask", "figure", "words", "sources")
Say = Callable[[str], None]


@frozen
class Slide:
    """One slide: its heading, what stands on it, what waits until asked, and notes; all HTML.

    ``small`` is a line above the heading, ``waits`` what the line says that opens what waits;
    ``own`` says that the heading is that of a question or a figure and not of the text.
    """

    heading: str
    content: str = ""
    hidden: str = ""
    notes: str = ""
    small: str = ""
    waits: str = "Show the explanation"
    own: bool = False


def slides(
    out: Path, names: Sequence[str] = (), *, tools: Path | None = None, say: Say = print
) -> int:
    """Write one file of slides for each lesson, and return how many there are.

    ``names`` are lessons such as "01-name"; without any, all that ask or show something. ``tools``
    is the environment that ``site/reading/tools.txt`` describes: it draws the charts; without it a
    chart is its description and its table. Raises CaseError if there is no such lesson.
    """
    known = {path.stem: path for path in sorted((root() / FOLDER).glob("*.ipynb"))}
    wanted = [Path(name).name.removesuffix(".ipynb") for name in names]
    if unknown := [name for name in wanted if name not in known]:
        raise CaseError(
            f"There is no lesson {', '.join(unknown)}. The lessons are: {', '.join(known)}."
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CaseError(f"{out} cannot be written into: {error.strerror}.") from error
    pictures = Pictures(tools)
    if not pictures.can_draw:
        say("Charts are given as descriptions and tables: what draws them comes with `make site`.")
    written = 0
    for name in dict.fromkeys(wanted or known):
        notebook = _notebook(known[name])
        if not wanted and not any(_told(cell) for cell in notebook.cells):
            continue
        made = deck(notebook, f"{FOLDER}/{name}", pictures)
        (out / f"{name}.html").write_text(made, encoding="utf-8")
        say(f"Slides: {out / f'{name}.html'}")
        written += 1
    return written


def _notebook(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.reader.NotJSONError) as error:
        raise CaseError(f"{path.name} cannot be read as a notebook: {error}.") from error


def _told(cell: NotebookNode) -> bool:
    """Return whether a cell asks a question or shows a figure of the case."""
    return cell.cell_type == "code" and any(calls(cell.source, name) for name in ("ask", "figure"))


def deck(notebook: NotebookNode, place: str, pictures: Pictures) -> str:
    """Return the slides of a notebook as a page; ``place`` is its path without the ending."""
    found = list(_joined(_of_notebook(notebook, place, pictures)))
    title = plain(found[0].heading) if found else place
    sections = "".join(_section(slide, n, len(found)) for n, slide in enumerate(found, 1))
    body = (
        f'<main><h1 class="unseen">{safe(title)}</h1>{pictures.filled(sections)}</main>'
        f"{_controls(len(found))}"
    )
    return page(title, body, asset("deck.css"), asset("deck.js"))


def _section(slide: Slide, number: int, count: int) -> str:
    small = f'<p class="small">{slide.small}</p>' if slide.small else ""
    hidden = ""
    if slide.hidden:
        hidden = (
            f'<details class="reveal"><summary>{safe(slide.waits)}</summary>'
            f"{slide.hidden}</details>"
        )
    notes = ""
    if slide.notes:
        notes = f'<aside class="notes" aria-label="Notes to slide {number}">{slide.notes}</aside>'
    return (
        f'<section class="slide" id="slide-{number}" tabindex="-1" '
        f'aria-label="Slide {number} of {count}">{small}<h2>{slide.heading}</h2>'
        f"{slide.content}{hidden}{notes}</section>\n"
    )


def _controls(count: int) -> str:
    return (
        '<nav aria-label="Slides"><button type="button" id="back">Back</button>'
        f'<span id="at" role="status">1 of {count}</span>'
        '<button type="button" id="next">Next</button>'
        '<button type="button" id="notes" aria-pressed="false">Notes</button>'
        '<details id="keys"><summary>Keys</summary><p>Right or space: what waits on the slide, '
        "then the next slide. Left: back. Home, End: first, last. N: notes. A: open all that "
        "waits, or close it.</p></details></nav>"
    )


# From cells to slides


def _joined(found: Iterable[Slide]) -> Iterator[Slide]:
    """Give a heading that stands alone to what follows it, and say where a text goes on."""
    alone, last = "", ""
    for slide in found:
        if slide.heading and not (slide.content or slide.hidden):
            last = alone = slide.heading
            continue
        if not slide.heading:
            slide = evolve(slide, heading=alone or _continued(last))
        elif slide.own:
            slide = evolve(slide, small=" · ".join(filter(None, [alone, slide.small])))
        else:
            last = slide.heading
        alone = ""
        yield slide


def _continued(heading: str) -> str:
    return f'{heading} <span class="on">(continued)</span>'


def _of_notebook(notebook: NotebookNode, place: str, pictures: Pictures) -> Iterator[Slide]:
    whole = "\n\n".join(cell.source for cell in notebook.cells)
    order = citations.cited(whole)
    opened = False
    for cell in notebook.cells:
        role = cell.metadata.get("slideshow", {}).get("slide_type", "")
        if role in ("skip", "notes"):
            continue
        if cell.cell_type == "markdown":
            yield from _of_text(cell.source, order, opened)
            opened = True
        elif cell.cell_type == "code":
            yield from _of_code(cell, place, whole, order, pictures)


def _of_text(source: str, order: list[str], opened: bool) -> Iterator[Slide]:
    """Return the slides of a text: a new one at every heading, and where one would be too full."""
    heading, blocks = "", []
    small = safe(" ".join(filter(None, [settings().get("title", ""), notice()])))

    def slide() -> Slide:
        told = prose("\n\n".join(blocks), order)
        return Slide(heading, told, small="" if opened else small)

    for block in _blocks(source):
        if OF_WIDGETS in block:
            continue
        if match := re.match(r"#+ +(.+)$", block.partition("\n")[0]):
            if heading or blocks:
                yield slide()
                opened = True
            heading, blocks = plain(prose(match[1], order)).strip(), []
            heading = safe(heading)
            block = block.partition("\n")[2].strip()
            if not block:
                continue
        if blocks and _too_full(blocks, block, MOST_WORDS if opened else FIRST_WORDS):
            lead = blocks[-1:] if len(blocks) > 1 and len(blocks[-1].split()) < LEAD else []
            blocks = blocks[: len(blocks) - len(lead)]
            yield slide()
            opened, heading, blocks = True, "", lead
        blocks.append(block)
    if heading or blocks:
        yield slide()


def _blocks(source: str) -> Iterator[str]:
    """Return the paragraphs and lists of a text, a list that would overflow in several parts."""
    for block in filter(None, (part.strip() for part in re.split(r"\n\s*\n", source))):
        entries = re.split(r"\n(?=(?:[-*]|\d+\.) )", block)
        part = entries.pop(0)
        for entry in entries:
            if len(f"{part} {entry}".split()) > MOST_WORDS:
                yield part
                part = entry
            else:
                part = f"{part}\n{entry}"
        yield part


def _too_full(blocks: list[str], block: str, most: int) -> bool:
    before, more = (len(text.split()) for text in (" ".join(blocks), block))
    few = FEW_WORDS if most == MOST_WORDS else 0
    return before + more > most and min(before, more) > few


def _of_code(
    cell: NotebookNode, place: str, whole: str, order: list[str], pictures: Pictures
) -> Iterator[Slide]:
    called = [(call, name) for name in SHOWN for call in calls(cell.source, name)]
    if not called:
        yield from _of_outputs(cell, order, pictures)
    for call, name in sorted(called, key=lambda one: (one[0].lineno, one[0].col_offset)):
        first = call.args[0] if call.args else None
        told = first.value if isinstance(first, ast.Constant) else ""
        if name == "ask":
            yield from _question(str(told), pictures)
        elif name == "figure":
            yield from _figure(str(told), pictures)
        elif name == "words":
            entries = re.findall(r"<li>(.*?)</li>", word_list(place, whole)["text/html"], re.S)
            yield from _lists(entries, WORDS_A_SLIDE, numbered=False)
        elif name == "sources":
            yield from _lists(citations.source_items(order), SOURCES_A_SLIDE, numbered=True)


def _lists(entries: list[str], most: int, *, numbered: bool) -> Iterator[Slide]:
    for start in range(0, len(entries), most):
        part = entries[start : start + most]
        yield Slide("", listed(part, "fine", start + 1 if numbered else 0))


def _of_outputs(cell: NotebookNode, order: list[str], pictures: Pictures) -> Iterator[Slide]:
    """Return what a cell has stored, if it may be shown in this view."""
    data = [output.data for output in cell.outputs if "data" in output]
    told = [one for one in data if {"text/markdown", "text/html", MEDIA_TYPE} & set(one)]
    if not told:
        return
    if cutoff():
        yield Slide("", f"<p>{safe(tables.in_its_place('text'))}</p>")
        return
    for one in told:
        if "text/markdown" in one:
            yield Slide("", prose(one["text/markdown"], order))
        elif MEDIA_TYPE in one:
            yield Slide("", pictures.drawn(one[MEDIA_TYPE]))
        else:
            yield Slide("", wide(one["text/html"], "What the notebook shows"))


def _figure(name: str, pictures: Pictures, hidden: bool = False, small: str = "") -> list[Slide]:
    """Return the slides of a figure: one for each chart; its key, table and sources on the last."""
    known = catalogue.figures()
    if name not in known:
        raise CaseError(f"There is no figure {name!r}. The figures are: {', '.join(known)}.")
    found: list[list[str]] = []  # heading and content of each
    heading, fresh = "", True
    for bundle in charts.draw(name, known[name]).bundles():
        shown = bundle.get("text/html", "")
        if caption := re.fullmatch(r"<p><strong>(.*?)</strong></p>", shown, re.S):
            heading, fresh = plain(caption[1]), True
            continue
        if fresh or not found:
            found.append([safe(heading), ""])
        fresh = False
        if MEDIA_TYPE in bundle:
            found[-1][1] += pictures.drawn(bundle[MEDIA_TYPE])
        elif found[-1][1] and len(plain(shown.partition("<details")[0])) > MOST_KEY:
            found.append([_continued(safe(heading)), pictures.table(shown)])
        else:
            found[-1][1] += pictures.table(shown)
    made = []
    for title, part in found:
        if hidden:
            waits = "Show the figure"
            made.append(Slide(title, hidden=part, small=small, waits=waits, own=True))
        else:
            made.append(Slide(title, part, small=small, own=True))
    return made


def _question(name: str, pictures: Pictures) -> Iterator[Slide]:
    if told := catalogue.instead(name):
        yield Slide(safe(name), f"<p>{safe(told)}</p>", own=True)
        return
    item: Any = catalogue.item(name)
    minutes = f"about {item.minutes} minute{'' if item.minutes == 1 else 's'}"
    small = safe(f"Question {item.id} · {minutes}")
    title, notes = safe(item.title), _notes(item)
    asked = f'<p class="asked">{safe(item.reason)}</p>' if item.reason else ""
    prompt = paragraphs(item.prompt)
    offered = f'<div class="form">{form_html(item)}</div>' if item.kind in FORMS else ""
    if item.kind not in FORMS:
        prompt += "<p>This question asks for code.</p>"
    after = f"{safe(item.id)} · after the answers"
    if "<table" in offered:
        offered = wide(offered, f"{item.title}: the form")
    if len(plain(prompt + offered)) <= SHORT:
        yield Slide(title, prompt + offered + asked, notes=notes, small=small, own=True)
    else:
        yield Slide(title, prompt + asked, notes=notes, small=small, own=True)
        yield Slide(_continued(title), offered, notes=notes, own=True)
    if known := _reference(item):
        yield Slide(title, hidden=known, notes=notes, small=after, own=True)
    for figure in item.reveal:
        if figure in catalogue.figures():
            yield from _figure(figure, pictures, True, after)


def _notes(item: Item) -> str:
    """Return what only the presenter reads: what to do with the result, hints, and feedback."""
    said = [
        f"<strong>{safe(path.path)}</strong> {safe(item.filled(path))}" for path in item.feedback
    ]
    hints = f"<p>Hints</p>{listed(map(safe, item.hints), start=1)}" if item.hints else ""
    return f"{paragraphs(item.instructor)}<p>What is said to answers</p>{listed(said)}{hints}"


def _reference(item: Any) -> str:
    if item.kind == "guess":
        true = {line.id: item.true(line) for line in item.lines}
        known = legend(item) + axes(item, true, f"On record: {item.y_title}.")
    else:
        known = REFERENCE[item.kind](item) if item.kind in REFERENCE else ""
    return f"{known}{paragraphs(item.after)}"
