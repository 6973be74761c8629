"""What a notebook calls besides `ask` and `table`: figures, sentences, sources, words."""

from __future__ import annotations

import html
import json
from typing import Any

from IPython.display import Markdown, display

from . import catalogue, charts, citations, tables
from .tables import CaseError


def figure(name: str) -> None:
    """Show the figure with this id: its charts, their key, and the folded table with sources.

    Raises CaseError, with the ids that exist, if there is no such figure.
    """
    known = catalogue.figures()
    if name not in known:
        raise CaseError(
            f"There is no figure {name!r}. The figures are: {', '.join(sorted(known))}."
        )
    for bundle in charts.draw(name, known[name]).bundles():
        display(bundle, raw=True)


def say(text: str) -> None:
    """Show text as Markdown: for sentences whose numbers come from a table."""
    display(Markdown(text))


def sources(notebook: str) -> None:
    """Show the numbered list of all sources that a notebook cites, in order of first mention.

    ``notebook`` is its path in the case without the ending, like "lessons/01-name".
    """
    lines = "".join(
        f"<li>{line}</li>" for line in citations.source_items(citations.cited(_text(notebook)))
    )
    _show_html(f"<ol>{lines}</ol>", f"Sources of {notebook}")


def words(notebook: str) -> None:
    """Show the glossary entries of the words that a notebook links to, in alphabetical order.

    Raises CaseError naming every word that the glossary does not hold.
    """
    wanted = sorted(citations.words(_text(notebook)))
    glossary = tables.table("glossary").fillna("")
    entries = {row["term"].lower(): row for row in glossary.to_dict("records")}
    missing = [word for word in wanted if word not in entries]
    if missing:
        raise CaseError(
            f"The glossary has no entry for: {', '.join(missing)}. See data/glossary.csv."
        )
    langs = {name.removeprefix("term_"): name for name in glossary if name.startswith("term_")}
    items = "".join(_entry(entries[word], langs) for word in wanted)
    _show_html(f'<ul style="list-style:none;padding-left:0">{items}</ul>', f"Words of {notebook}")


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


def _show_html(text: str, plain: str) -> None:
    display({"text/html": text, "text/plain": plain}, raw=True)
