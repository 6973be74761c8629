"""What agreement is worth in a small sample: a reference, and a second coder who differs a little.

The second coder is made from the reference by leaving out and adding a code in a few units; what
follows for agreement is computed, not told.
"""

from __future__ import annotations

import html
from typing import Any

from .. import agreement
from ..tables import CaseError, table
from .quotations import Reading
from .rows import SCROLL, kept

CELL = 'style="text-align:left;vertical-align:top;padding:.35em .25em"'
VERDICTS = {
    "report": "by convention, findings that rest on this code may be reported",
    "tentative": "by convention, findings that rest on this code are tentative",
    "no report": "by convention, nothing that rests on this code is reported",
}


def agreement_cases(
    *,
    table_name: str,
    title: str,
    description: str,
    unit: str,
    codes: str,
    cases: list[dict[str, Any]],
    keep: dict[str, list[str]] | None = None,
    first: str = "the reference",
    second: str = "an invented coder",
    yes: str = "yes",
    no: str = "–",
    note: str = "",
) -> Reading:
    """Show cases of two coders and one code, with percent agreement, kappa and alpha.

    ``unit`` is the column that names a unit, ``codes`` the one with the reference codes. A case is
    ``{ heading = …, code = …, drop = [units], add = [units] }``: the second coder marks the code
    where the reference does, but not in ``drop``, and in ``add`` too.
    """
    rows = kept(table(table_name), keep, table_name)
    marked = dict(zip(rows[unit], rows[codes], strict=True))
    parts, told = [], []
    for case in cases:
        if set(case) != {"heading", "code", "drop", "add"}:
            raise CaseError("cases: each is { heading, code, drop = [units], add = [units] }.")
        name, code = case["heading"], case["code"]
        one = [code in found for found in marked.values()]
        given = dict(zip(marked, one, strict=True))
        if wrong := [u for u in case["drop"] if not given.get(u)]:
            raise CaseError(f"cases, {name!r}, drop: {code} does not stand in {', '.join(wrong)}.")
        if wrong := [u for u in case["add"] if given.get(u, True)]:
            raise CaseError(f"cases, {name!r}, add: {', '.join(wrong)} must be a unit without it.")
        two = [(there and u not in case["drop"]) or u in case["add"] for u, there in given.items()]
        pairs = list(zip(one, two, strict=True))
        alpha = agreement.alpha(pairs)
        results = [agreement.percent(pairs), agreement.kappa(one, two), alpha]
        said = " ".join(result.sentence for result in results)
        said += f" {VERDICTS[alpha.verdict].capitalize()}." if alpha.verdict else ""
        told.append(f"{name}: {said}")
        lines = [
            _line(who, [yes if there else no for there in column])
            for who, column in ((first, one), (second, two))
        ]
        parts.append(_case(f"{name} ({code})", list(marked), lines, said))
    return Reading(
        charts=(),
        data=rows,
        title=title,
        description=description,
        parts=tuple(parts),
        note=note,
        sources=[name for ids in rows["source_ids"] for name in ids],
    )


def _line(who: str, marks: list[str]) -> str:
    cells = "".join(f"<td {CELL}>{html.escape(mark)}</td>" for mark in marks)
    return f'<tr><th scope="row" {CELL}>{html.escape(who)}</th>{cells}</tr>'


def _case(heading: str, units: list[str], lines: list[str], said: str) -> str:
    head = "".join(f'<th scope="col" {CELL}>{html.escape(name)}</th>' for name in units)
    label = html.escape(f"Table: {heading}", quote=True)
    return (
        f"<p><strong>{html.escape(heading)}</strong></p>"
        f'<div {SCROLL} aria-label="{label}"><table><thead><tr><th scope="col" {CELL}>coder</th>'
        f"{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div><p>{html.escape(said)}</p>"
    )
