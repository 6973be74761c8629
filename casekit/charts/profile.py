"""Profiles: in how many units of each group a category was found.

A circle's area is the share of a group's units; the count stands beneath it. A cross says that
the category was found in none of them, which is a count too. Circles of a group with few units
are hollow, and a sentence says how few: one unit more or less would change them.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from ..tables import CaseError, table
from .figure import Figure
from .rows import _key, kept
from .theme import INK, PAPER, QUIET

ACROSS = 4  # groups that a narrow screen has room for side by side
LARGEST = 620  # the area of a circle that stands for all units, in square pixels
ROW = 46  # the height of a row, in pixels
LINE = 13  # the height of a line in a heading: the axis leaves room for two
NEW_LINE = "|"  # where the label of a group may be broken


def profile(
    *,
    table_name: str,
    title: str,
    description: str,
    unit: str,
    units: str,
    category: str,
    categories: list[str],
    group: str,
    group_labels: dict[str, str],
    keep: dict[str, list[str]] | None = None,
    look_up: dict[str, str] | None = None,
    first: str = "",
    few: int = 5,
    note: str = "",
) -> Figure:
    """Draw a grid of ``categories`` (down) and groups (across) with counts and shares.

    Each row of the table is one unit, called ``unit`` or ``units`` in words; the column
    ``category`` holds its category or a list of them, one that is not listed is an error.
    ``group_labels`` turns values of the column ``group`` into headings, in this order; several
    values may share a heading, "" is an empty cell, and "|" marks where a heading may be broken.
    ``look_up = { table = …, by = …, id = … }`` takes the column ``group`` from another table whose
    ``id`` equals this table's ``by``. ``first`` is the column of the leading category, counted in
    the table. Groups with fewer units than ``few`` are drawn hollow and named in a sentence. More
    than four groups are drawn in several panels.
    """
    rows = kept(table(table_name), keep, table_name)
    values = _groups(rows, group, look_up)
    if lost := sorted(set(values) - set(group_labels)):
        raise CaseError(f"group_labels: no label for {', '.join(v or '(empty)' for v in lost)}.")
    found = [value if isinstance(value, list) else [value] for value in rows[category]]
    if lost := sorted({one for some in found for one in some} - set(categories)):
        raise CaseError(f"categories: {', '.join(map(str, lost))} is not among them.")
    heads = [
        h for h in dict.fromkeys(group_labels.values()) if (values.map(group_labels) == h).any()
    ]
    drawn, told, small = [], [], []
    for head in heads:
        inside = (values.map(group_labels) == head).to_numpy()
        n = int(inside.sum())
        name = head.replace(NEW_LINE, " ")
        counts = {
            one: sum(one in some for some, there in zip(found, inside, strict=True) if there)
            for one in categories
        }
        for one, count in counts.items():
            leads = int((rows.loc[inside, first] == one).sum()) if first else None
            drawn.append(
                {
                    "head": head,
                    "group": f"{head}{NEW_LINE}n = {n}",
                    "name": name,
                    "category": one,
                    "count": count,
                    "of": n,
                    "share": count / n,
                    "said": f"{count} of {n}",
                    "few": n < few,
                    "leads": leads,
                }
            )
        told.append(f"{name}, {_many(n, unit, units)}: {_told(counts, n >= few)}.")
        if n < few:
            small.append(f"{name} ({_many(n, unit, units)})")
    data = pd.DataFrame(drawn)
    panels = _panels(len(heads))
    charts, captions = [], []
    for number, (low, high) in enumerate(panels, 1):
        inside = data[data["head"].isin(heads[low:high])]
        said = " ".join([description, *told[low:high]])
        charts.append(_grid(inside, categories).properties(description=said))
        captions.append(f"{title} ({number} of {len(panels)})" if len(panels) > 1 else title)
    return Figure(
        charts=tuple(charts),
        captions=tuple(captions),
        data=_shown(data, unit, units, bool(first)),
        title=title,
        key=tuple(_key_lines(unit, units, any(len(f) > 1 for f in found), small, few)),
        note=note,
        sources=[name for ids in rows["source_ids"] for name in ids],
    )


def _panels(count: int) -> list[tuple[int, int]]:
    """Return from which to which group each panel goes, none with more than ``ACROSS``."""
    panels = -(-count // ACROSS)
    size = -(-count // panels)
    return [(low, min(low + size, count)) for low in range(0, count, size)]


def _groups(rows: pd.DataFrame, group: str, look_up: dict[str, str] | None) -> pd.Series:
    """Return each row's group as text, "" where there is none."""
    if not look_up:
        return rows[group].map(_key)
    if set(look_up) != {"table", "by", "id"}:
        raise CaseError("look_up: { table = a table, by = a column here, id = a column there }.")
    other = table(look_up["table"])
    if other[look_up["id"]].duplicated().any():
        raise CaseError(f"look_up: {look_up['id']} is not unique in {look_up['table']!r}.")
    names = dict(zip(other[look_up["id"]], other[group].map(_key), strict=True))
    wanted = rows[look_up["by"]].map(_key)
    if lost := sorted(set(wanted) - set(names) - {""}):
        raise CaseError(f"look_up: table {look_up['table']!r} has no row {', '.join(lost)}.")
    return wanted.map(lambda name: names.get(name, ""))


def _many(count: int, unit: str, units: str) -> str:
    return f"{count} {unit if count == 1 else units}"


def _told(counts: dict[str, int], enough: bool) -> str:
    """Return counts in words; what a small group lacks is not worth naming."""
    there = [f"{one} in {count}" for one, count in counts.items() if count]
    none = [one for one, count in counts.items() if not count]
    parts = [", ".join(there)] if there else []
    parts += [f"in none: {', '.join(none)}"] if none and enough else []
    return "; ".join(parts)


def _key_lines(unit: str, units: str, several: bool, small: list[str], few: int) -> list[str]:
    said = f"The area of a circle is the share of the column's {units}; × means in none of them."
    if several:
        said += f" One {unit} can carry several, so a column may add up to more than its number."
    lines = [said]
    if small:
        lines.append(
            f"Hollow circles: fewer than {few} {units}, too few for a profile, and one more or "
            f"less would change it: {'; '.join(small)}."
        )
    return lines


def _shown(data: pd.DataFrame, unit: str, units: str, led: bool) -> pd.DataFrame:
    """Return the data as a reader sees it: one row for each circle or cross."""
    shown = pd.DataFrame(
        {
            "group": data["name"],
            "category": data["category"],
            f"{units} with it": data["count"],
            f"{units} in all": data["of"],
            "share (per cent)": (100 * data["share"]).round(0).astype(int),
        }
    )
    return shown.assign(**{f"leads the {unit}": data["leads"]}) if led else shown


def _grid(data: pd.DataFrame, categories: list[str]) -> alt.LayerChart:
    heads = list(dict.fromkeys(data["group"]))
    lines = max(head.count(NEW_LINE) for head in heads) + 1
    x = alt.X(
        "group:N",
        sort=heads,
        title=None,
        axis=alt.Axis(
            orient="top",
            labelAngle=0,
            labelExpr=f"split(datum.label, '{NEW_LINE}')",
            labelOverlap=False,
            labelLimit=0,
            labelFontSize=11,
            domain=False,
            ticks=False,
            labelPadding=LINE * max(0, lines - 2) + 16,
        ),
    )
    y = alt.Y(
        "category:N",
        sort=categories,
        title=None,
        axis=alt.Axis(grid=True, domain=False, ticks=False, labelPadding=6, labelFontSize=11),
    )
    tip: list[Any] = [
        alt.Tooltip("name:N", title="group"),
        alt.Tooltip("category:N"),
        alt.Tooltip("said:N", title="found in"),
    ]
    base = alt.Chart(data).encode(x=x, y=y, tooltip=tip)
    some = base.transform_filter("datum.count > 0")
    circles = some.mark_point(
        shape="circle", stroke=INK, strokeWidth=1.5, opacity=1, yOffset=-7
    ).encode(
        size=alt.Size("share:Q", scale=alt.Scale(domain=[0, 1], range=[0, LARGEST]), legend=None),
        fill=alt.Fill(
            "few:N", scale=alt.Scale(domain=[False, True], range=[INK, PAPER]), legend=None
        ),
    )
    crosses = base.transform_filter("datum.count == 0").mark_text(
        text="×", fontSize=15, color=INK, yOffset=-7
    )
    counts = base.mark_text(fontSize=11, color=QUIET, yOffset=15).encode(text="said:N")
    return alt.layer(circles, crosses, counts).properties(
        width="container", height=ROW * len(categories)
    )
