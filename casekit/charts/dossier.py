"""A dossier: rows of a table to read, each under a mark that says how much is on record.

The mark is a shape and a word. "Unknown" has a mark of its own, so that what nobody found out
is never read as what did not happen.
"""

from __future__ import annotations

import html
from typing import Any

from ..tables import CaseError, table
from .quotations import Reading
from .rows import CELL, SCROLL, _key, _reading, _said, kept

TESTS = ("is", "starts", "has")
BLOCK = 'style="border-top:1px solid #d5d9de;padding:.5em 0;margin-left:1.1em"'
FOLD = 'style="margin:.4em 0"'
PART = 'style="margin:0 0 .15em;white-space:normal"'


def dossier(
    *,
    table_name: str,
    title: str,
    description: str,
    name: str,
    lines: dict[str, str],
    state: str = "",
    states: list[dict[str, Any]] | None = None,
    group: str = "",
    group_labels: dict[str, str] | None = None,
    corner: str = "",
    keep: dict[str, list[str]] | None = None,
    order: list[str] | None = None,
    confidence: str = "confidence",
    note: str = "",
) -> Reading:
    """Show rows, each with its name, a mark, and some of its columns as labelled lines.

    ``state`` is the column from which the mark is read. ``states`` is a list of
    ``{ shape, word }`` with one of ``is``, ``starts`` or ``has``: the texts that the column is,
    begins with or contains, small letters or capitals. The first that fits counts; the last may
    have none of the three and then fits whatever is left. Without ``state`` there are no marks.
    ``lines`` is column = label. With ``group`` the rows stand under ``group_labels``, in that
    order, and an overview counts the marks first, under the heading ``corner``; without it they
    stand in the order of ``states``. Groups are folded, the first is open. A row that fits no
    state, and a group without a label, are errors; a table without rows says so.
    """
    states = states or []
    if bool(state) != bool(states) or not (state or group):
        raise CaseError("state and states: both or neither; without them a dossier needs a group.")
    if state:
        _check(states)
    rows = kept(table(table_name), keep, table_name)
    rows = rows.sort_values(order) if order else rows
    found = [_state(value, states, table_name, state) for value in rows[state or name]]
    rows = rows.assign(_state=found)
    groups = rows[group].map(_key) if group else rows["_state"].map(str)
    labels = (
        (group_labels or {})
        if group
        else {str(n): f"{one['shape']} {one['word']}" for n, one in enumerate(states)}
    )
    if lost := sorted(set(groups) - set(labels)):
        raise CaseError(f"group_labels: no label for {', '.join(lost)}.")
    if not len(rows):
        empty = "<p><em>No row of this table is shown in this view.</em></p>"
        return _reading(rows, title, description, note, empty)
    overview = group and state
    parts = [_overview(rows, groups, labels, states, title, corner)] if overview else []
    shown = [key for key in labels if (groups == key).any()]
    for key in shown:
        inside = rows[groups == key].to_dict("records")
        blocks = "".join(_block(row, name, lines, states, confidence, overview) for row in inside)
        opened = " open" if key == shown[0] else ""
        parts.append(
            f"<details {FOLD}{opened}><summary><strong>{html.escape(labels[key])}</strong> "
            f"({len(inside)})</summary>{blocks}</details>"
        )
    counts = ", ".join(
        f"{one['word']} {(rows['_state'] == number).sum()}" for number, one in enumerate(states)
    )
    said = f"{description} {len(rows)} rows{': ' if counts else ''}{counts}."
    return _reading(rows, title, said, note, "".join(parts))


def _check(states: Any) -> None:
    if not isinstance(states, list) or not states:
        raise CaseError("states: a list of { shape, word, is = […] }.")
    for number, one in enumerate(states, 1):
        tests = [test for test in TESTS if test in one]
        if unknown := sorted(set(one) - {"shape", "word", *TESTS}):
            raise CaseError(f"states, {number}: unknown entry {', '.join(unknown)}.")
        if len(tests) != 1 and not (number == len(states) and not tests):
            raise CaseError(f"states, {number}: needs one of {', '.join(TESTS)}.")
    for part in ("shape", "word"):
        looks = [str(one.get(part, "")).strip() for one in states]
        if len(set(looks)) < len(looks) or not all(looks):
            raise CaseError(f"states: every state has a {part} of its own.")


def _state(value: Any, states: list[dict[str, Any]], where: str, column: str) -> int:
    """Return the place of the first state that a value fits."""
    if not states:
        return 0
    text = _key(value).lower()
    for number, one in enumerate(states):
        if not any(test in one for test in TESTS):
            return number
        if (
            text in map(str.lower, one.get("is", []))
            or any(text.startswith(part.lower()) for part in one.get("starts", []))
            or any(part.lower() in text for part in one.get("has", []))
        ):
            return number
    raise CaseError(f"states: table {where!r}, column {column!r}, no state fits {_key(value)!r}.")


def _overview(rows, groups, labels, states, title: str, corner: str) -> str:
    heads = [f"{one['shape']} {one['word']}" for one in states]
    head = "".join(f'<th scope="col" {CELL}>{html.escape(text)}</th>' for text in [corner, *heads])
    lines = []
    for key, label in labels.items():
        found = rows.loc[groups == key, "_state"]
        cells = ""
        for number, one in enumerate(states):
            count = int((found == number).sum())
            marks = html.escape(one["shape"]) * count
            shown = f'<span aria-hidden="true">{marks}</span> {count}' if count else "0"
            cells += f"<td {CELL}>{shown}</td>"
        short = html.escape(label.partition(":")[0])  # the whole label stands over the group
        lines.append(f'<tr><th scope="row" {CELL}>{short}</th>{cells}</tr>')
    said = html.escape(f"Overview: {title}", quote=True)
    return (
        f'<div {SCROLL} aria-label="{said}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _block(row, name, lines, states, confidence: str, marked: bool) -> str:
    said = [f"<strong>{html.escape(_said(row[name]))}</strong>"]
    if marked:
        state = states[row["_state"]]
        shape = f'<span aria-hidden="true">{html.escape(state["shape"])}</span>'
        said.append(f"{shape} {html.escape(state['word'])}")
    if row[confidence] != "high":
        said.append(f"confidence: {html.escape(row[confidence])}")
    parts = [f"<p {PART}>{' · '.join(said)}</p>"]
    for column, label in lines.items():
        value = _said(row[column])
        shown = html.escape(value) if value else "<em>no entry</em>"
        parts.append(f"<p {PART}><em>{html.escape(label)}:</em> {shown}</p>")
    return f"<div {BLOCK}>{''.join(parts)}</div>"
