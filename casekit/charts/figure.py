"""A figure: one or more charts, what they show in words, and their data as a table."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

import altair as alt
import pandas as pd
from attrs import field, frozen

from ..citations import source_items
from ..tables import CaseError
from .theme import lab_renderer

Bundle = dict[str, Any]


@frozen(kw_only=True)
class Figure:
    """What a reader gets: charts, each with a description, and the table behind them.

    ``captions`` stand above the charts, as text that wraps; without them there is one, the title.
    ``data`` has one row for each mark drawn and readable column names; ``note`` says how it was
    counted and where it breaks; ``key`` explains the numbers in the chart, ``grid`` is a small
    table shown open; ``sources`` are ids. Raises CaseError if a chart has no
    description: then it could not be read aloud.
    """

    charts: tuple[alt.TopLevelMixin, ...]
    data: pd.DataFrame
    title: str
    captions: tuple[str, ...] = field(default=())
    note: str = ""
    key: tuple[str, ...] = ()
    grid: pd.DataFrame | None = None
    sources: tuple[str, ...] = field(default=(), converter=lambda ids: tuple(dict.fromkeys(ids)))

    def __attrs_post_init__(self) -> None:
        for chart in self.charts:
            said = getattr(chart, "description", None)
            if not isinstance(said, str) or not said.strip():
                raise CaseError(
                    f"The chart {self.title!r} has no description. Say in a sentence or two what "
                    'it shows: description = "…".'
                )

    def bundles(self) -> list[Bundle]:
        """Return what is displayed, one media bundle each: the charts, then table and sources."""
        shown: list[Bundle] = []
        captions = self.captions or (self.title,) * len(self.charts)
        for caption, chart in zip(captions, self.charts, strict=True):
            said = f"<p><strong>{html.escape(caption)}</strong></p>"
            shown += [{"text/html": said, "text/plain": caption}, lab_renderer(chart.to_dict())[0]]
        return [*shown, {"text/html": self.html(), "text/plain": f"Data: {self.title}"}]

    def html(self) -> str:
        """Return all that is not a chart: the key, the open grid, and the folded table."""
        key = "".join(f"<li>{html.escape(line)}</li>" for line in self.key)
        parts = [f'<ul style="list-style:none;padding-left:0">{key}</ul>' if key else ""]
        if self.grid is not None:
            parts.append(
                f"<p><strong>{html.escape(self.title)}</strong></p>{table_html(self.grid)}"
            )
        return "".join([*parts, self.table_html()])

    def table_html(self) -> str:
        """Return the folded table, the note and the sources as HTML."""
        note = "".join(f"<p>{html.escape(part)}</p>" for part in self.note.split("\n") if part)
        listed = "".join(f"<li>{line}</li>" for line in source_items(self.sources))
        sources = f"<p>Sources:</p><ul>{listed}</ul>" if listed else ""
        summary = f"Table, counting rule and sources: {html.escape(self.title)}"
        style = "max-height:22em;overflow:auto;margin:.5em 0"
        label = f"Table: {html.escape(self.title, quote=True)}"
        return (
            f"<details><summary>{summary}</summary>"
            f'<div style="{style}" tabindex="0" role="region" aria-label="{label}">'
            f"{table_html(self.data)}</div>"
            f"{note}{sources}</details>"
        )

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for bundle in self.bundles():
            display(bundle, raw=True)


def table_html(data: pd.DataFrame, langs: dict[str, str] | None = None) -> str:
    """Return a table as HTML without an index; a missing value is an empty cell.

    ``langs`` names the language of a column's text, for screen readers and fonts.
    """
    langs = langs or {}
    head = "".join(
        f'<th scope="col" style="text-align:left">{html.escape(str(name))}</th>' for name in data
    )
    values = data.astype(object).to_numpy()  # every value in its own type: a year stays a year
    rows = "".join(f"<tr>{_cells(row, data.columns, langs)}</tr>" for row in values)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cells(row: Iterable[Any], names: Iterable[str], langs: dict[str, str]) -> str:
    cells = []
    for value, name in zip(row, names, strict=True):
        lang = f' lang="{langs[name]}"' if name in langs else ""
        cells.append(f'<td style="text-align:left"{lang}>{html.escape(_text(value))}</td>')
    return "".join(cells)


def number(value: float) -> str:
    """Return a number as a reader expects it: up to three decimals, none that say nothing."""
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if pd.isna(value):
        return ""
    if isinstance(value, float):
        return number(value)
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return str(value)
