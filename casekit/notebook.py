"""What a notebook calls besides `ask` and `table`: figures, sentences, sources, words."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import Any

from IPython import get_ipython
from IPython.display import Markdown, display

from . import catalogue, citations, tables
from .tables import CaseError

SHELL = get_ipython()


def _draw_alike(info: Any) -> None:
    """Import our theme and renderer before the first cell that speaks of altair is run.

    A chart of the student's own is then drawn as those of the case are, and without a network.
    """
    if "altair" in info.raw_cell:
        from . import charts  # noqa: F401

        SHELL.events.unregister("pre_run_cell", _draw_alike)


if SHELL is not None:
    SHELL.events.register("pre_run_cell", _draw_alike)


def figure(name: str) -> None:
    """Show the figure with this id: its charts, their key, and the folded table with sources.

    Raises CaseError, with the ids that exist, if there is no such figure.
    """
    from . import charts  # here, so that a question need not wait for it

    known = catalogue.figures()
    if name not in known:
        raise CaseError(
            f"There is no figure {name!r}. The figures are: {', '.join(sorted(known))}."
        )
    notice()
    for bundle in charts.draw(name, known[name]).bundles():
        display(bundle, raw=True)


def notice() -> None:
    """Say, where a view shows the case up to a day only, that it does."""
    if told := tables.notice():
        shown = {"text/html": f"<p><small>{html.escape(told)}</small></p>", "text/plain": told}
        display(shown, raw=True)


def say(text: str | Callable[[], str], since: str = "") -> None:
    """Show text as Markdown: for sentences whose numbers come from a table.

    ``since`` is the day since which what it tells is known, like "2020-01-31": a view up to an
    earlier day shows a sentence in its place. Where the text is made from rows that such a view
    leaves out, give it as a function, ``say(lambda: f"…", since="…")``: then it is not made.
    Raises CaseError if ``since`` is no date.
    """
    if since and _later(since):
        text = tables.in_its_place("text")
    display(Markdown(text() if callable(text) else text))


def _later(since: str) -> bool:
    try:
        known = tables.last_day(since)
    except ValueError as error:
        raise CaseError(f"say, since: {since!r} is no date like 2020-01-31.") from error
    day = tables.cutoff()
    return day is not None and known > day


def sources(notebook: str) -> None:
    """Show the numbered list of all sources that a notebook cites, in order of first mention.

    ``notebook`` is its path in the case without the ending, like "lessons/01-name".
    """
    display(source_list(notebook, _text(notebook)), raw=True)


def source_list(notebook: str, text: str) -> dict[str, str]:
    """Return, as a media bundle, the list of the sources that the text of a notebook cites."""
    items = citations.source_items(citations.cited(text))
    lines = "".join(f"<li>{line}</li>" for line in items)
    return {"text/html": f"<ol>{lines}</ol>", "text/plain": f"Sources of {notebook}"}


def words(notebook: str) -> None:
    """Show the glossary entries of the words that a notebook links to, in alphabetical order.

    Raises CaseError naming every word that the glossary does not hold.
    """
    display(word_list(notebook, _text(notebook)), raw=True)


def word_list(notebook: str, text: str) -> dict[str, str]:
    """Return, as a media bundle, the entries of the words that the text of a notebook links to."""
    wanted = sorted(citations.words(text))
    glossary = tables.table("glossary").fillna("")
    entries = {row["term"].lower(): row for row in glossary.to_dict("records")}
    missing = [word for word in wanted if word not in entries]
    if missing:
        raise CaseError(
            f"The glossary has no entry for: {', '.join(missing)}. See data/glossary.csv."
        )
    langs = {name.removeprefix("term_"): name for name in glossary if name.startswith("term_")}
    items = "".join(_entry(entries[word], langs) for word in wanted)
    shown = f'<ul style="list-style:none;padding-left:0">{items}</ul>'
    return {"text/html": shown, "text/plain": f"Words of {notebook}"}


def _entry(row: dict[str, Any], langs: dict[str, str]) -> str:
    other = " · ".join(
        f'<span lang="{lang}">{html.escape(row[column])}</span>'
        for lang, column in langs.items()
        if row[column]
    )
    term = f"<strong>{html.escape(row['term'])}</strong>{f' ({other})' if other else ''}"
    return f"<li>{term}<br>{html.escape(row['definition'])}</li>"


def _text(notebook: str) -> str:
    """Return the text of all cells of a notebook of the case."""
    path = tables.root() / f"{notebook}.ipynb"
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return "\n\n".join("".join(cell["source"]) for cell in cells)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CaseError(f"The notebook {notebook}.ipynb cannot be read ({error}).") from error
