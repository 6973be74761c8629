"""Quotations to read: the words as they were said, a rendering, and whose rendering it is."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from attrs import field, frozen

from ..citations import source_items
from ..tables import CaseError, table
from .figure import Bundle, Figure

CELL = 'style="text-align:left;vertical-align:top;width:50%;white-space:normal"'


@frozen(kw_only=True)
class Reading(Figure):
    """A figure that is read, not looked at. ``parts`` are the HTML of its tables, one a text."""

    description: str
    parts: tuple[str, ...] = field(default=())

    def bundles(self) -> list[Bundle]:
        """Return what is displayed: one bundle."""
        return [{"text/html": self.html(), "text/plain": f"{self.title}. {self.description}"}]

    def html(self) -> str:
        """Return title, description, the tables, and folded the note and the sources."""
        head = f"<p><strong>{html.escape(self.title)}</strong></p>"
        said = f"<p>{html.escape(self.description)}</p>"
        return "".join([head, said, *self.parts, self.table_html()])

    def table_html(self) -> str:
        """Return the folded note and sources."""
        note = "".join(f"<p>{html.escape(part)}</p>" for part in self.note.split("\n") if part)
        listed = "".join(f"<li>{line}</li>" for line in source_items(self.sources))
        summary = f"Notes and sources: {html.escape(self.title)}"
        return f"<details><summary>{summary}</summary>{note}<ul>{listed}</ul></details>"


def quotations(
    *,
    table_name: str,
    title: str,
    description: str,
    texts: list[dict[str, Any]],
    languages: dict[str, str],
    renderings: dict[str, str],
    into: str = "English",
    id: str = "id",
    original: str = "text_original",
    rendering: str = "text_en",
    rendered_by: str = "translation_kind",
    language: str = "language",
    speaker: str = "speaker",
    channel: str = "channel",
    date: str = "date",
    confidence: str = "confidence",
    note: str = "",
) -> Reading:
    """Set quotations side by side with their rendering, in a table for each text.

    ``texts`` is a list of ``{ heading = "…", ids = […] }``: quotations from one text, that is by
    one speaker, in one place and on one day; the table says so. ``languages`` gives codes their
    names, ``into`` is the language of the renderings, and ``renderings`` says whose words each
    kind is. A quotation of which only a
    rendering is on record says so, and one of less than high confidence too.
    """
    rows = table(table_name).set_index(id, drop=False)
    parts, shown = [], []
    for text in texts:
        wanted = text.get("ids", []) if isinstance(text, dict) else []
        if not wanted or not str(text.get("heading", "")).strip():
            raise CaseError("texts: each is { heading = a title, ids = quotations }.")
        if unknown := [name for name in wanted if name not in rows.index]:
            raise CaseError(f"Table {table_name!r} has no row {', '.join(unknown)}.")
        chosen = rows.loc[wanted]
        for column in (speaker, channel, date):
            if chosen[column].nunique(dropna=False) > 1:
                raise CaseError(f"texts, {text['heading']!r}: more than one {column}; divide it.")
        _known(chosen[language], languages, "languages")
        _known(chosen[rendered_by], renderings, "renderings")
        first = chosen.iloc[0]
        said = [first[speaker], first[channel], _day(first[date])]
        who = ", ".join(str(part) for part in said if pd.notna(part))
        lines = [
            _line(row, original, rendering, renderings[row[rendered_by]], language, confidence)
            for _, row in chosen.iterrows()
        ]
        names = " / ".join(dict.fromkeys(languages[code] for code in chosen[language]))
        parts.append(_table(f"{text['heading']} ({who})", (names, into), lines))
        shown.append(chosen)
    listed = pd.concat(shown)
    return Reading(
        charts=(),
        data=listed[[speaker, date, original, rendering]].reset_index(drop=True),
        title=title,
        description=description,
        parts=tuple(parts),
        note=note,
        sources=[name for ids in listed["source_ids"] for name in ids],
    )


def _day(date: Any) -> Any:
    """Return a full date in words, anything else as it is."""
    if isinstance(date, pd.Timestamp) or (isinstance(date, str) and len(date) == 10):
        date = pd.Timestamp(date)
        return f"{date.day} {date:%B %Y}"
    return date


def _known(values: pd.Series, names: dict[str, str], entry: str) -> None:
    if missing := sorted({str(value) for value in values if value not in names}):
        raise CaseError(f"{entry}: nothing stands there for {', '.join(missing)}.")


def _line(row, original: str, rendering: str, whose: str, language: str, confidence: str) -> str:
    said = (
        f'<td lang="{html.escape(str(row[language]), quote=True)}" {CELL}>'
        f"{html.escape(str(row[original]))}</td>"
        if pd.notna(row[original])
        else f"<td {CELL}><em>The original is not on record.</em></td>"
    )
    sure = "" if row[confidence] == "high" else f"; confidence: {row[confidence]}"
    whose = f"<br><em>{html.escape(f'{whose}{sure}')}</em>"
    return f"<tr>{said}<td {CELL}>{html.escape(str(row[rendering]))}{whose}</td></tr>"


def _table(caption: str, heads: tuple[str, str], lines: list[str]) -> str:
    style = 'style="width:100%;margin:0 0 1em;table-layout:fixed"'
    title = (
        '<caption style="text-align:left;font-weight:600;padding:.3em 0;white-space:normal">'
        f"{html.escape(caption)}</caption>"
    )
    head = "".join(f'<th scope="col" {CELL}>{html.escape(name)}</th>' for name in heads)
    return (
        f"<table {style}>{title}<thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table>"
    )
