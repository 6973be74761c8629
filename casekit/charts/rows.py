"""Tables to read in the open: rows as they are, marks in words and shapes, and grids of names.

An empty cell and a "no" are different things. A mark says what was found; a cell without one
says, in words, that nothing was found here, which proves nothing.
"""

from __future__ import annotations

import html
import re
from typing import Any

import pandas as pd

from ..citations import CITATION
from ..tables import CaseError, cutoff, read_table, table
from .quotations import Reading, _day

CELL = 'style="text-align:left;vertical-align:top;white-space:normal"'
YEARS = re.compile(r"\b(\d{4})/(\d{4})\b")  # how a table writes a span of years
SCROLL = 'style="overflow-x:auto;margin:0 0 1em" tabindex="0" role="region"'


def kept(rows: pd.DataFrame, keep: dict[str, list[str]] | None, where: str) -> pd.DataFrame:
    """Return the rows whose columns hold one of the values wanted; a list counts as "a;b".

    Raises CaseError if there is no such column, or if a value wanted stands in no row of the
    table, shown in this view or not.
    """
    for column, wanted in (keep or {}).items():
        if column not in rows:
            raise CaseError(f"keep: table {where!r} has no column {column!r}.")
        found = rows[column].map(_key)
        known = {*found, *(read_table(where)[column].map(_key) if cutoff() else ())}
        if lost := sorted(set(wanted) - known):
            raise CaseError(f"keep: table {where!r} has no row with {column} {', '.join(lost)}.")
        rows = rows[found.isin(wanted)]
    return rows


def _key(value: Any) -> str:
    """Return a value as settings write it: a list joined by semicolons, nothing as ""."""
    if isinstance(value, list):
        return ";".join(value)
    return "" if pd.isna(value) else str(value)


def _said(value: Any) -> str:
    """Return a value as a reader expects it, without citations, which are listed below."""
    if isinstance(value, list):
        return ", ".join(value)
    if pd.isna(value):
        return ""
    years = YEARS.sub(r"\1–\2", str(_day(value)))
    return " ".join(CITATION.sub("", years).replace(" ,", ",").split())


def open_table(
    *,
    table_name: str,
    title: str,
    description: str,
    shown: dict[str, str],
    keep: dict[str, list[str]] | None = None,
    order: list[str] | None = None,
    note: str = "",
) -> Reading:
    """Show rows of a table in the open: ``shown`` is column = heading, the first names the row."""
    rows = kept(table(table_name), keep, table_name)
    rows = rows.sort_values(order or list(shown)[:1])
    lines = []
    for row in rows[list(shown)].itertuples(index=False):
        first, *others = (html.escape(_said(value)) for value in row)
        cells = "".join(f"<td {CELL}>{value}</td>" for value in others)
        lines.append(f'<tr><th scope="row" {CELL}>{first}</th>{cells}</tr>')
    return _reading(rows, title, description, note, _grid(title, list(shown.values()), lines))


def mark_matrix(
    *,
    table_name: str,
    title: str,
    description: str,
    corner: str,
    label: list[str],
    marks: dict[str, str],
    words: dict[str, dict[str, str]],
    keep: dict[str, list[str]] | None = None,
    order: list[str] | None = None,
    group: str = "",
    group_labels: dict[str, str] | None = None,
    note: str = "",
) -> Reading:
    """Show a mark in each cell of a table, as a shape and a word.

    ``label`` are the columns that name a row, under the heading ``corner``; ``marks`` (column =
    heading) are the columns with marks, and ``words`` says how a value is drawn:
    ``{ shape = "●", word = "named" }``. Rows may stand in groups by the column ``group``, in the
    order of ``group_labels``. A value without words, two values drawn alike and a group without
    a label are errors.
    """
    rows = kept(table(table_name), keep, table_name).sort_values(order or label)
    values = {_key(value) for column in marks for value in rows[column]}
    if lost := sorted(values - set(words)):
        raise CaseError(
            f"words: nothing says how to draw {', '.join(v or '(empty)' for v in lost)}."
        )
    for part in ("shape", "word"):
        looks = [str(word.get(part, "")).strip() for word in words.values()]
        if len(set(looks)) < len(looks) or not all(looks):
            raise CaseError(f"words: every value has a {part} of its own.")
    groups = rows[group].map(_key) if group else pd.Series("", index=rows.index)
    labels = (group_labels or {}) if group else {"": ""}
    if lost := sorted(set(groups) - set(labels)):
        raise CaseError(f"group_labels: no label for {', '.join(lost)}.")
    heads = [corner, *marks.values()]
    lines = []
    for name, said in labels.items():
        inside = rows[groups == name]
        if said and len(inside):
            head = f'<th scope="rowgroup" colspan="{len(heads)}" {CELL}>{html.escape(said)}</th>'
            lines.append(f"</tbody><tbody><tr>{head}</tr>" if lines else f"<tr>{head}</tr>")
        for row in inside.to_dict("records"):
            first, *others = (html.escape(_said(row[column])) for column in label)
            more = "".join(f'<br><span style="font-weight:normal">{part}</span>' for part in others)
            cells = [f'<th scope="row" {CELL}>{first}{more}</th>']
            cells += [f"<td {CELL}>{_mark(words[_key(row[column])])}</td>" for column in marks]
            lines.append(f"<tr>{''.join(cells)}</tr>")
    counts = "; ".join(
        f"{heading}: "
        + ", ".join(
            f"{word['word']} in {(rows[column].map(_key) == value).sum()}"
            for value, word in words.items()
        )
        for column, heading in marks.items()
    )
    said = f"{description} {len(rows)} rows. {counts}."
    return _reading(rows, title, said, note, _grid(title, heads, lines))


def _mark(word: dict[str, str]) -> str:
    shape, said = html.escape(word["shape"]), html.escape(word["word"])
    return f'<span aria-hidden="true">{shape}</span> {said}'


def name_grid(
    *,
    table_name: str,
    title: str,
    description: str,
    rows: str,
    row_labels: dict[str, str],
    columns: str,
    column_labels: dict[str, str],
    name: str,
    date: str,
    empty: str,
    corner: str,
    keep: dict[str, list[str]] | None = None,
    note: str = "",
) -> Reading:
    """Show in a grid which named things a table holds, with the year, by two of its columns.

    ``row_labels`` and ``column_labels`` turn values into headings, several values may share one;
    ``empty`` is said where the table holds nothing, ``corner`` stands above the row headings.
    """
    data = kept(table(table_name), keep, table_name)
    across, down = data[columns].map(_key), data[rows].map(_key)
    for values, labels, entry in (
        (down, row_labels, "row_labels"),
        (across, column_labels, "column_labels"),
    ):
        if lost := sorted(set(values) - set(labels)):
            raise CaseError(f"{entry}: no label for {', '.join(lost)}.")
    if not empty.strip():
        raise CaseError("empty: say in words what an empty cell means.")
    down, across = down.map(row_labels), across.map(column_labels)
    heads = list(dict.fromkeys(column_labels.values()))
    lines = []
    for heading in dict.fromkeys(row_labels.values()):
        cells = [f'<th scope="row" {CELL}>{html.escape(heading)}</th>']
        for column in heads:
            found = data[(down == heading) & (across == column)].sort_values(date)
            told = [
                f'<p style="margin:0 0 .4em">{html.escape(str(row[name]))} '
                f"({html.escape(str(row[date])[:4])})</p>"
                for row in found.to_dict("records")
            ]
            cells.append(f"<td {CELL}>{''.join(told) or f'<em>{html.escape(empty)}</em>'}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    counts = ", ".join(f"{(across == column).sum()} for {column}" for column in heads)
    said = f"{description} {len(data)} in all: {counts}."
    return _reading(data, title, said, note, _grid(title, [corner, *heads], lines))


def _grid(title: str, heads: list[str], lines: list[str]) -> str:
    first, *others = (html.escape(name) for name in heads)
    wide = CELL.replace('style="', 'style="min-width:8em;')
    head = f'<th scope="col" {wide}>{first}</th>'
    head += "".join(f'<th scope="col" {CELL}>{name}</th>' for name in others)
    label = html.escape(f"Table: {title}", quote=True)
    # as wide as the words need: equal columns let long words run into their neighbours
    width = f'style="min-width:{6 * len(heads)}em;width:100%;table-layout:auto"'
    return (
        f'<div {SCROLL} aria-label="{label}"><table {width}><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _reading(rows: pd.DataFrame, title: str, said: str, note: str, grid: str) -> Reading:
    return Reading(
        charts=(),
        data=rows,
        title=title,
        description=said,
        parts=(grid,),
        note=note,
        sources=[name for ids in rows["source_ids"] for name in ids],
    )
