"""Several counts of one thing: a panel for each counting rule, on the same scales.

A year that was counted and gave nothing has a mark at zero. A year that a rule did not count is
shaded and says so.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..tables import CaseError, table
from .figure import Figure
from .forms import _years, _years_axis
from .theme import INK, PAPER, QUIET, RULE


def several_counts(
    *,
    table_name: str,
    title: str,
    description: str,
    rule: str,
    rule_labels: dict[str, str],
    year: str,
    value: str,
    definition: str,
    span: list[int],
    unit: str,
    partial: dict[str, list[int]] | None = None,
    note: str = "",
) -> Figure:
    """Draw how often something happened, year by year, as each rule of a table counts it.

    The column ``rule`` holds whose count it is; ``rule_labels`` gives each its caption, and a
    rule left out is an error. ``definition`` is the column that says what a rule counts; it
    stands under the charts. ``partial`` names the years of a rule that were counted in part:
    they are drawn hollow. All panels share the years of ``span`` and one scale.
    """
    rows = table(table_name)
    if lost := sorted(set(rows[rule]) - set(rule_labels)):
        raise CaseError(f"rule_labels: no label for {', '.join(lost)}.")
    rows = rows[rows[year].between(*span)]
    partial = partial or {}
    for name, years in partial.items():
        counted = set(rows.loc[rows[rule] == name, year])
        if not set(years) <= counted:
            raise CaseError(f"partial: {name!r} has no count for all of these years.")
    if rows.duplicated([rule, year]).any():
        raise CaseError(f"Table {table_name!r} has two values for one rule and year.")
    drawn = pd.DataFrame(
        {
            "rule": rows[rule],
            "count": rows[rule].map(rule_labels),
            "year": rows[year].astype(int),
            "value": rows[value].astype(float),
            "known": [
                "part of the year" if at in partial.get(name, []) else "whole year"
                for name, at in zip(rows[rule], rows[year], strict=True)
            ],
        }
    ).sort_values(["rule", "year"], ignore_index=True)
    top = drawn["value"].max() * 1.08
    panels = []
    for name in rule_labels:
        panels.append(_panel(drawn[drawn["rule"] == name], name, rule_labels, span, top, unit))
    said = [
        f"{rule_labels[name]}: {_definition(rows, rule, name, definition)}" for name in rule_labels
    ]
    return Figure(
        charts=tuple(
            panel.properties(description=f"{description} {words}") for panel, words in panels
        ),
        captions=tuple(f"{title}: {label}" for label in rule_labels.values()),
        data=drawn[["count", "year", "value", "known"]].rename(columns={"value": unit}),
        title=title,
        note="\n".join([note, *said]),
        sources=[one for ids in rows["source_ids"] for one in ids],
    )


def _definition(rows: pd.DataFrame, rule: str, name: str, definition: str) -> str:
    said = rows.loc[rows[rule] == name, definition].unique()
    if len(said) != 1:
        raise CaseError(f"{definition}: the rule {name!r} needs one definition, not {len(said)}.")
    return str(said[0])


def _panel(points, name, labels, span, top, unit) -> tuple[alt.LayerChart, str]:
    """Return one panel and what it shows in words."""
    counted = set(points["year"])
    silent = [at for at in range(span[0], span[1] + 1) if at not in counted]
    x = _years_axis(tuple(span))
    y = alt.Y(
        "value:Q",
        title=unit,
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(format="d", tickCount=4),
    )
    fill = alt.Scale(domain=["whole year", "part of the year"], range=[INK, PAPER])
    base = alt.Chart(points).encode(x=x, y=y)
    layers = [
        *_shaded(silent, x),
        base.mark_rule(strokeWidth=2, color=INK).encode(y2=alt.datum(0)),
        base.mark_point(size=55, stroke=INK, strokeWidth=1.6, opacity=1).encode(
            fill=alt.Fill("known:N", scale=fill, legend=None),
            tooltip=[
                alt.Tooltip("count:N"),
                alt.Tooltip("year:Q", format="d"),
                alt.Tooltip("value:Q", title=unit),
                alt.Tooltip("known:N", title="counted"),
            ],
        ),
    ]
    high = points.loc[points["value"].idxmax()]
    zero = points.loc[points["value"] == 0, "year"].tolist()
    part = points.loc[points["known"] != "whole year", "year"].tolist()
    words = [f"{labels[name]}: highest {high['value']:.0f} in {high['year']}"]
    words += [f"counted, and zero, in {_years(zero)}"] if zero else []
    words += [f"counted in part in {_years(part)}"] if part else []
    words += [f"not counted in {_years(silent)}"] if silent else []
    chart = alt.layer(*layers).properties(width="container", height=120)
    return chart, f"{'; '.join(words)}."


def _shaded(years: list[int], x: alt.X) -> list[alt.Chart]:
    """Return a band for each run of years without a count, with the words where they fit."""
    if not years:
        return []
    at = pd.DataFrame({"year": years})
    at["run"] = (at["year"].diff() != 1).cumsum()
    bands = at.groupby("run")["year"].agg(["min", "max"]).reset_index(drop=True)
    bands = pd.DataFrame(
        {
            "year": bands["min"] - 0.5,
            "end": bands["max"] + 0.5,
            "middle": (bands["min"] + bands["max"]) / 2,
            "says": ["not counted" if b - a >= 6 else "" for a, b in bands.to_numpy()],
        }
    )
    base = alt.Chart(bands)
    band = base.mark_rect(color=RULE, opacity=0.55).encode(x=x, x2="end:Q")
    middle = x.copy()
    middle.shorthand = "middle:Q"
    text = base.mark_text(fontSize=11, color=QUIET).encode(x=middle, text="says:N")
    return [band, text]
