"""Handouts: every question that needs no device on paper, with a sheet of answers to each."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from .. import catalogue
from ..citations import source_items
from ..items import Item
from ..items.board import signed
from ..reading.questions import REFERENCE
from ..tables import CaseError, notice, settings
from ..widgets.view import paragraphs, safe
from .axes import axes, legend
from .page import asset, grid, listed, page, plain
from .paper import FORMS, form_html, lines
from .pdf import NO_BROWSER, browser, pdfs

PAPERS = {"a4": "A4", "letter": "letter"}
# What one page of the smaller of both papers holds at each size (see `_length`); what is longer
# takes two pages, and need not be small.
SIZES = (("", 1550), ("middle", 1950), ("small", 3550), ("middle", math.inf))
FEW = 10  # packages told in an answer
Say = Callable[[str], None]


def printable() -> list[str]:
    """Return the ids of the questions that can be done on paper and may be shown in this view."""
    names = [name for name in catalogue.item_ids() if not catalogue.instead(name)]
    return [name for name in names if catalogue.item(name).kind in FORMS]


def handouts(
    out: Path, names: Sequence[str] = (), *, paper: str = "a4", pdf: bool = True, say: Say = print
) -> int:
    """Write a handout and a sheet of answers for each question, and a list of them all.

    Without ``names`` these are all that can be done on paper. ``out`` is made; a file of the same
    name in it is replaced. Where a browser is found, each page becomes a PDF as well. Returns how
    many handouts there are. Raises CaseError, before anything is written, if a question does not
    exist, needs a device, or is not put in this view.
    """
    items = [_item(name) for name in dict.fromkeys(names)] or list(map(catalogue.item, printable()))
    if paper not in PAPERS:
        raise CaseError(f"There is no paper {paper!r} here: choose {' or '.join(PAPERS)}.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CaseError(f"{out} cannot be written into: {error.strerror}.") from error
    sheets = []
    for item in items:
        for name, made in ((item.id, handout), (f"{item.id}-answers", answers)):
            sheets.append(out / f"{name}.html")
            sheets[-1].write_text(made(item, paper), encoding="utf-8")
    counts: dict[str, int] = {}
    program = browser() if pdf else ""
    if program:
        say(f"Writing {len(sheets)} PDFs.")
        pdfs(sheets, program, lambda path, pages: counts.update({path.stem: pages}))
    (out / "index.html").write_text(index(items, counts), encoding="utf-8")
    say(f"Handouts: {len(items)}, each with a sheet of answers. The list is {out / 'index.html'}.")
    if pdf and not program:
        say(NO_BROWSER)
    return len(items)


def _item(name: str) -> Item:
    if instead := catalogue.instead(name):
        raise CaseError(f"{name} cannot be printed. {instead}")
    item = catalogue.item(name)
    if item.kind not in FORMS:
        raise CaseError(
            f"{name} needs a device: it asks for code. These can be done on paper: "
            f"{', '.join(printable())}."
        )
    return item


# The pages


def handout(item: Item, paper: str = "a4") -> str:
    """Return a question as a page for students: everything to answer it, nothing of the answer."""
    reason = f'<div class="keep">{_asked(item.reason)}{lines(2)}</div>' if item.reason else ""
    content = f"{paragraphs(item.prompt)}{form_html(item)}{reason}"
    first = (
        f"To be done after {item.opens_after}, whose answer it shows." if item.opens_after else ""
    )
    body = (
        f'<main>{_head(item, item.title)}<div class="who">Codename <span></span> Date '
        f"<span></span></div>{_quiet(first)}{content}</main>{_foot(item)}"
    )
    return page(f"{item.id} {item.title}", _sized(body, content), _style(paper))


def answers(item: Item, paper: str = "a4") -> str:
    """Return the sheet of answers to a question, for whoever teaches."""
    reference = _reference(item)
    hints = _part("Hints", listed(map(safe, item.hints), start=1))
    said = grid(
        ("Path", "What is said"),
        ([safe(path.path), safe(item.filled(path))] for path in item.feedback),
    )
    sources = _part("Sources", listed(plain_source(one) for one in source_items(item.sources)))
    content = (
        f"{_part('For the instructor', paragraphs(item.instructor))}"
        f"{_part('Reference', reference)}{_part('Feedback, path by path', said)}"
        f"{_part('Said after every answer', paragraphs(item.after))}"
        f"{_part('Figures shown after the answer', _figures(item))}{hints}{sources}"
    )
    title = f"Answers: {item.title}"
    body = f'<main class="answers">{_head(item, title)}{content}</main>{_foot(item)}'
    return page(f"{item.id} {title}", f'<div class="middle">{body}</div>', _style(paper))


def plain_source(line: str) -> str:
    """Return a source without its link: nothing can be followed on paper."""
    return safe(plain(line))


def index(items: Iterable[Item], counts: dict[str, int]) -> str:
    """Return the list of handouts; ``counts`` says how many pages a PDF has, by its name."""
    parts = []
    lessons: dict[str, list[Item]] = {}
    for item in items:
        lessons.setdefault(item.lesson, []).append(item)
    for lesson, asked in lessons.items():
        rows = [
            [
                safe(f"{item.id} {item.title}"),
                str(item.minutes),
                _links(item.id, item.title, counts),
                _links(f"{item.id}-answers", f"Answers: {item.title}", counts),
                safe(item.opens_after),
            ]
            for item in asked
        ]
        heads = ("Question", "Minutes", "Handout", "Answers", "After")
        total = sum(item.minutes for item in asked)
        parts.append(f"<h2>{safe(lesson)}, {total} minutes</h2>{grid(heads, rows)}")
    case = safe(settings().get("title", ""))
    body = f"<main><h1>Handouts</h1><p>{case}</p>{_quiet(notice())}{''.join(parts)}</main>"
    return page("Handouts", body, _style("a4"))


def _links(name: str, title: str, counts: dict[str, int]) -> str:
    links = [f'<a href="{safe(name)}.html" aria-label="{safe(f"{title}, page")}">page</a>']
    if pages := counts.get(name):
        said = f"PDF, {pages} page{'' if pages == 1 else 's'}"
        label = safe(f"{title}, {said}")
        links.append(f'<a href="{safe(name)}.pdf" aria-label="{label}">{said}</a>')
    return " · ".join(links)


def _style(paper: str) -> str:
    return f"{asset('sheet.css')}@page{{size:{PAPERS[paper]};margin:13mm 14mm}}\n"


def _sized(body: str, content: str) -> str:
    length = _length(content)
    size = next(name for name, most in SIZES if length <= most)
    return f'<div class="{size}">{body}</div>' if size else body


def _length(content: str) -> int:
    """Return about how much room a form takes, in letters of a full line."""
    text = len(plain(content))
    rows = content.count("<tr>") + content.count("<li>")
    beside = 90 * content.count("card cut")  # two cards stand side by side
    return text + 90 * content.count("<div></div>") + 30 * rows + 25 * content.count("<p") - beside


def _head(item: Item, title: str) -> str:
    return (
        f'<div class="head"><h1>{safe(title)}</h1><p>{safe(item.id)} · {item.minutes} min</p></div>'
    )


def _foot(item: Item) -> str:
    case = str(settings().get("title", ""))
    count = len(dict.fromkeys(item.sources))
    said = f"Sources: {count}, listed on the sheet of answers." if count else "Sources: none."
    told = " ".join(filter(None, [notice(), said]))
    return f"<footer><p>{safe(told)} <cite>{safe(case)}</cite></p></footer>"


def _asked(reason: str) -> str:
    return f'<p class="what">{safe(reason)}</p>'


def _quiet(text: str) -> str:
    return f'<p class="quiet">{safe(text)}</p>' if text else ""


def _part(heading: str, content: str) -> str:
    return f"<h2>{safe(heading)}</h2>{content}" if content else ""


def _reference(item: Any) -> str:
    if item.kind == "guess":
        true = {line.id: item.true(line) for line in item.lines}
        return legend(item) + axes(item, true, f"On record: {item.y_title}.") + _values(item)
    if item.kind == "board":
        return _packages(item)
    if item.kind in REFERENCE and (known := REFERENCE[item.kind](item)):
        return known
    return "<p>There is no list of right answers: what is said depends on the answer.</p>"


def _values(item: Any) -> str:
    years = sorted({year for line in item.lines for year in item.true(line)})
    rows = [
        [str(year), *(f"{item.true(line)[year]:g}" if year in item.true(line) else ""
                      for line in item.lines)]
        for year in years
    ]  # fmt: skip
    return grid(("Year", *(safe(line.label) for line in item.lines)), rows)


def _packages(item: Any) -> str:
    """Return how many packages hold with the printed numbers, and the most binding of them."""
    labels = {name: row["label"] for name, row in item.by_id.items()}
    sizes = range(1, item.most + 1)
    sets = [chosen for size in sizes for chosen in itertools.combinations(labels, size)]
    weighed = [(item.weigh(chosen), chosen) for chosen in sets]
    holding = sorted(
        ((one.binding, chosen) for one, chosen in weighed if one.holds),
        key=lambda pair: (-pair[0], len(pair[1])),
    )
    told = listed(
        safe(f"{item.binding_label} {signed(binding)}: {'; '.join(labels[n] for n in chosen)}")
        for binding, chosen in holding[:FEW]
    )
    said = f"Of {len(sets)} packages of up to {item.most} items, {len(holding)} hold."
    return f"<p>{safe(said)} {'The most binding:' if holding else ''}</p>{told}"


def _figures(item: Item) -> str:
    from .. import charts

    known, said = catalogue.figures(), []
    for name in item.reveal:
        if name not in known:
            continue
        try:
            figure = charts.draw(name, known[name])
        except CaseError as error:
            said.append(safe(error))
            continue
        title = getattr(figure, "title", "") or getattr(figure, "says", "")
        told = [chart.description for chart in getattr(figure, "charts", ())]
        said.append(safe(" ".join([f"{title.rstrip('.')}.", *told])))
    return listed(said)
