"""A corpus to read: every text in its own language beside a rendering, folded group by group.

Each text says who said it, whose rendering stands beside it, and how many sources carry the same
words. The language is set on each piece of text, so that it is read aloud and drawn as such.
"""

from __future__ import annotations

import html
import re
from typing import Any

import pandas as pd

from ..tables import CaseError, table
from .quotations import Reading
from .rows import _key, kept

CELL = 'style="text-align:left;vertical-align:top;width:50%;white-space:normal"'
HEAD = 'style="text-align:left;vertical-align:top;white-space:normal;padding-top:.8em"'
HANGUL = r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]+"
SCRIPTS = {
    "hangul": rf"{HANGUL}(?:[\s·]+{HANGUL})*",
    "kana and han": r"[\u3040-\u30ff\u3400-\u9fff]+",
}


def corpus(
    *,
    table_name: str,
    title: str,
    description: str,
    rendering: str,
    who: list[str],
    group: str,
    group_labels: dict[str, str],
    original: str = "",
    language: str = "language",
    languages: dict[str, str] | None = None,
    rendered_by: str = "",
    renderings: dict[str, str] | None = None,
    into: str = "English",
    witnesses: str = "",
    one_witness: str = "",
    more_witnesses: str = "",
    scripts: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    order: list[str] | None = None,
    keep: dict[str, list[str]] | None = None,
    note: str = "",
) -> Reading:
    """Show the rows of a table as texts, in a fold for each group.

    ``who`` are the columns that name a text: those next to each other with the same names share
    a heading. ``original`` is the column of its own words, ``rendering`` that of their rendering
    ``into`` a language; without ``original`` there is one column. ``languages`` names the codes of
    the column ``language``, ``renderings`` says whose the kinds in ``rendered_by`` are.
    ``witnesses`` is the column that counts sources with the same words, said as ``one_witness`` or
    as ``more_witnesses`` with ``{n}`` in it. ``scripts`` (hangul, kana and han) sets a language on
    such letters inside a rendering, and ``values`` puts words in the place of codes in ``who``.
    """
    rows = kept(table(table_name), keep, table_name)
    rows = rows.sort_values(order or who, kind="stable", na_position="first")
    groups = rows[group].map(_key)
    if lost := sorted(set(groups) - set(group_labels)):
        raise CaseError(f"group_labels: no label for {', '.join(lost)}.")
    if unknown := sorted(set(scripts or {}) - set(SCRIPTS)):
        raise CaseError(f"scripts: {', '.join(unknown)} is none of {', '.join(SCRIPTS)}.")
    for column, names, entry in (
        (language if original else "", languages, "languages"),
        (rendered_by, renderings, "renderings"),
    ):
        lost = sorted({_key(v) for v in rows[column]} - set(names or {})) if column else []
        if lost:
            raise CaseError(f"{entry}: nothing stands there for {', '.join(lost)}.")
    counted = bool(witnesses)
    if counted and ("{n}" not in more_witnesses or not one_witness.strip()):
        raise CaseError("one_witness and more_witnesses: say both, the second with {n} in it.")

    def line(row: dict[str, Any]) -> str:
        cells = []
        if original:
            code = html.escape(_key(row[language]), quote=True)
            cells.append(
                f'<td lang="{code}" {CELL}>{html.escape(str(row[original]))}</td>'
                if pd.notna(row[original])
                else f"<td {CELL}><em>The original is not on record.</em></td>"
            )
        said = [(renderings or {})[_key(row[rendered_by])]] if rendered_by else []
        if counted:
            n = int(row[witnesses])
            said.append(one_witness if n == 1 else more_witnesses.replace("{n}", str(n)))
        if row.get("confidence", "high") != "high":
            said.append(f"confidence: {row['confidence']}")
        about = f"<br><em>{html.escape('; '.join(said))}</em>" if said else ""
        cells.append(f"<td {CELL}>{_set(str(row[rendering]), scripts or {})}{about}</td>")
        return f"<tr>{''.join(cells)}</tr>"

    parts = []
    for label in dict.fromkeys(group_labels.values()):
        inside = rows[groups.map(group_labels) == label]
        if not len(inside):
            continue
        lines: list[str] = []
        last = ""
        for row in inside.to_dict("records"):
            shown = [(values or {}).get(_key(row[c]), _day(_key(row[c]))) for c in who]
            name = ", ".join(dict.fromkeys(part for part in shown if part))
            if name != last:
                wide = f'colspan="{2 if original else 1}" {HEAD}'
                lines.append(f'<tr><th scope="rowgroup" {wide}>{html.escape(name)}</th></tr>')
                last = name
            lines.append(line(row))
        parts.append(_fold(label, inside, lines, language if original else "", languages, into))
    return Reading(
        charts=(),
        data=rows,
        title=title,
        description=f"{description} {len(rows)} in all.",
        parts=tuple(parts),
        note=note,
        sources=[name for ids in rows["source_ids"] for name in ids],
    )


def _day(value: str) -> str:
    """Return a date or a month in words, anything else as it is."""
    if not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", value):
        return value
    at = pd.Timestamp(value)
    return f"{at.day} {at:%B %Y}" if len(value) == 10 else f"{at:%B %Y}"


def _set(text: str, scripts: dict[str, str]) -> str:
    """Return a text as HTML, with a language on the runs of the scripts named."""
    said = html.escape(text)
    for script, lang in scripts.items():
        code = html.escape(lang, quote=True)
        said = re.sub(SCRIPTS[script], lambda m, c=code: f'<span lang="{c}">{m[0]}</span>', said)
    return said


def _fold(label, rows, lines, language, languages, into) -> str:
    style = 'style="width:100%;margin:0 0 1em;table-layout:fixed"'
    head, spoken = "", ""
    if language:
        counts = rows[language].map(_key).value_counts()
        names = languages or {}
        spoken = ": " + ", ".join(f"{names[code]} {n}" for code, n in counts.items())
        original = " / ".join(names[code] for code in counts.index)
        head = (
            f'<thead><tr><th scope="col" {CELL}>{html.escape(original)}</th>'
            f'<th scope="col" {CELL}>{html.escape(into)}</th></tr></thead>'
        )
    summary = html.escape(f"{label} ({len(rows)}{spoken})")
    return (
        f"<details><summary>{summary}</summary><table {style}>{head}"
        f"<tbody>{''.join(lines)}</tbody></table></details>"
    )
