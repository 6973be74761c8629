"""The forms a figure can have. Each takes names of tables and columns and a description.

No form joins what the record does not join: a line stops at a missing year and at every change
of method. No form relies on colour alone: each has a shape, a dash or a place that says the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import altair as alt
import pandas as pd

from ..tables import CaseError, series, series_rule, table, when
from .figure import Figure, number
from .theme import INK, PAPER, QUIET, actor

MARKS = {  # shape and colour for up to four kinds of one thing, in order of mention
    "shape": ["circle", "triangle-down", "square", "diamond"],
    "colour": ["#0B6E75", "#A61E4D", "#6B6B6B", "#7A5C00"],
}
GUESSED = ["triangle-up", "triangle-down", "cross", "wedge"]  # marks of up to four guessed lines
PLAIN = {"colour": INK, "dash": [1, 0], "shape": "circle"}


def in_words(label: str, points: pd.DataFrame, unit: str, breaks: Iterable[int] = ()) -> str:
    """Return a series (columns year, value) in words, a sentence for each method of counting.

    A new method begins at every year in ``breaks``; nothing is said across a break.
    """
    method = points["year"].map(lambda year: sum(year >= first for first in breaks))
    return " ".join(
        f"{label}, {unit}, {_method_in_words(part)}." for _, part in points.groupby(method)
    )


def _method_in_words(points: pd.DataFrame) -> str:
    first, last = points.iloc[0], points.iloc[-1]
    low, high = points.loc[points["value"].idxmin()], points.loc[points["value"].idxmax()]
    told = [("", first), ("lowest ", low), ("highest ", high), ("", last)]
    said: dict[int, str] = {}
    for word, point in told:
        text = f"{word}{number(point['value'])} in {int(point['year'])}"
        if word or int(point["year"]) not in said:
            said[int(point["year"])] = text
    return ", ".join(said[year] for year in sorted(said))


def series_chart(
    *,
    ids: list[str],
    title: str,
    description: str,
    note: str = "",
    panels: bool = False,
    until: int | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
) -> Figure:
    """Draw series of the table ``series``: lines with breaks, turning points numbered.

    All in one chart, or one panel each on the same scales (``panels``). ``until`` adds later years
    of another design, which stand apart. The turning points of the table ``turning_points`` are
    listed under the chart.
    """
    rules = _labelled([series_rule(name) for name in ids], panels)
    points = pd.concat(
        [series(r["series_id"], until).assign(id=r["series_id"], label=r["label"]) for r in rules],
        ignore_index=True,
    )
    turns = _turns(rules, points)
    span = (int(points["year"].min()), int(points["year"].max()))
    limits = [minimum, maximum] if minimum is not None and maximum is not None else None
    if limits and not points["value"].between(*limits).all():
        raise CaseError(f"Values lie outside minimum and maximum, {minimum} to {maximum}.")
    groups = [[rule] for rule in rules] if panels else [rules]
    charts = []
    for group in groups:
        chosen = [rule["series_id"] for rule in group]
        inside = points[points["id"].isin(chosen)]
        said = " ".join(
            in_words(
                rule["label"],
                inside[inside["id"] == rule["series_id"]],
                str(rule["unit"]),
                [int(year) for year in rule["break_years"]],
            )
            for rule in group
        )
        breaks = sorted({int(year) for rule in group for year in rule["break_years"]})
        charts.append(
            _lines(
                inside,
                turns[turns["id"].isin(chosen)] if len(turns) else turns,
                group,
                [year for year in breaks if span[0] < year <= span[1]],
                span,
                limits,
            ).properties(
                description=f"{description} {said}",
            )
        )
    data = points.rename(columns={"label": "series"})[["series", "year", "value"]]
    return Figure(
        charts=tuple(charts),
        captions=tuple(str(rule["title"]) for rule in rules) if panels else (title,),
        data=data,
        title=title,
        note="\n".join([note, *_rules_in_words(rules)]),
        key=tuple(
            f"{row.number}: {row.label}, {row.year}. {row.text}" for row in turns.itertuples()
        ),
        sources=[name for rule in rules for name in rule["source_ids"]],
    )


def _labelled(rules: list[dict], panels: bool) -> list[dict]:
    """Return the rules, each with the word for its line: the actor, or the title if that says more.

    Raises CaseError if two lines of one chart would look the same.
    """
    labels = [actor(r["actor"])["label"] if pd.notna(r["actor"]) else r["title"] for r in rules]
    looks = [(drawn["colour"], drawn["shape"]) for drawn in map(_drawn, rules)]
    if not panels and len(set(looks)) < len(rules):
        raise CaseError(
            "ids: two of the series are drawn alike and could not be told apart in one chart; "
            "take panels = true."
        )
    if len(set(labels)) < len(rules):
        labels = [r["title"] for r in rules]
    return [{**rule, "label": str(label)} for rule, label in zip(rules, labels, strict=True)]


def _rules_in_words(rules: list[dict]) -> list[str]:
    """Return how each series was counted and where it breaks, without repeating a sentence."""
    said = []
    for rule in rules:
        for part in (rule["counting_rule"], rule["breaks"], rule["gaps"]):
            if pd.notna(part) and str(part) not in said:
                said.append(str(part))
    return said


def _turns(rules: list[dict], points: pd.DataFrame) -> pd.DataFrame:
    """Return the turning points drawn: id, label, year, value, number, text."""
    chosen = table("turning_points")
    chosen = chosen[chosen["series_id"].isin([rule["series_id"] for rule in rules])]
    turns = chosen.rename(columns={"series_id": "id"}).merge(points, on=["id", "year"])
    order = {rule["series_id"]: place for place, rule in enumerate(rules)}
    turns = turns.sort_values(["id", "year"], key=lambda c: c.map(order) if c.name == "id" else c)
    return turns.reset_index(drop=True).assign(number=range(1, len(turns) + 1))


def _lines(points, turns, rules, breaks, span, limits) -> alt.LayerChart:
    """Return lines by run, points by actor, numbered turning points and rules at breaks."""
    drawn = {rule["label"]: _drawn(rule) for rule in rules}
    names = list(drawn)

    def scale(what: str) -> alt.Scale:
        return alt.Scale(domain=names, range=[drawn[name][what] for name in names])

    x = _years_axis(span)
    y = alt.Y(
        "value:Q",
        title=str(rules[0]["unit"]),
        axis=alt.Axis(format=_format(points["value"])),
        scale=alt.Scale(domain=limits) if limits else alt.Scale(zero=True),
    )
    legend = alt.Legend() if len(names) > 1 else None
    base = alt.Chart(points).encode(x=x, y=y)
    layers = [
        base.mark_line(strokeWidth=2).encode(
            color=alt.Color("label:N", scale=scale("colour"), legend=legend),
            strokeDash=alt.StrokeDash("label:N", scale=scale("dash"), legend=legend),
            detail="run:N",
        ),
        base.mark_point(filled=True, size=46, opacity=1).encode(
            color=alt.Color("label:N", scale=scale("colour"), legend=legend),
            shape=alt.Shape("label:N", scale=scale("shape"), legend=legend),
            tooltip=[
                alt.Tooltip("label:N", title="series"),
                alt.Tooltip("year:Q", format="d"),
                alt.Tooltip("value:Q", format=","),
            ],
        ),
    ]
    if breaks:
        layers.append(_breaks(breaks, x, span))
    if len(turns):
        marks = alt.Chart(turns).encode(x=x, y=y)
        layers += [
            marks.mark_point(size=240, stroke=INK, fill=PAPER, opacity=1, yOffset=-17),
            marks.mark_text(fontSize=11, yOffset=-17).encode(text="number:N"),
        ]
    return alt.layer(*layers).properties(width="container", height=260)


def _breaks(years: list[int], x: alt.X, span: tuple[int, int]) -> alt.LayerChart:
    """Return a rule half a year before each first year of a new method.

    A rule close behind one that says so stays without words: they would cover each other.
    """
    said: list[int] = []
    for year in years:
        if not said or year - said[-1] >= (span[1] - span[0]) / 12:
            said.append(year)
    at = pd.DataFrame(
        [{"year": year - 0.5, "says": "new method" if year in said else ""} for year in years]
    )
    base = alt.Chart(at).encode(x=x)
    rule = base.mark_rule(strokeDash=[2, 3], color=QUIET)
    text = base.mark_text(
        angle=270, align="right", baseline="bottom", dx=-6, dy=-3, fontSize=10, color=QUIET
    ).encode(text="says:N", y=alt.value(0))
    return alt.layer(rule, text)


def _drawn(rule: dict) -> dict[str, Any]:
    if pd.notna(rule.get("actor")):
        return actor(rule["actor"])
    return PLAIN


def _years_axis(span: tuple[int, int]) -> alt.X:
    """Return an axis of whole years with half a year to spare at each end."""
    return alt.X(
        "year:Q",
        title=None,
        axis=alt.Axis(
            format="d",
            grid=False,
            labelOverlap=True,
            labelSeparation=8,
            values=list(range(span[0], span[1] + 1)),
        ),
        scale=alt.Scale(domain=[span[0] - 0.5, span[1] + 0.5], nice=False),
    )


def _format(values: pd.Series) -> str:
    return "~s" if values.max() >= 100_000 else ",~f"


def event_strip(
    *,
    table_name: str,
    title: str,
    description: str,
    date: str,
    row: str,
    kind: str,
    text: str,
    row_labels: dict[str, str] | None = None,
    kind_labels: dict[str, str] | None = None,
    note: str = "",
) -> Figure:
    """Draw dated events, a row of marks for each theme (``row``), a shape for each ``kind``.

    The order of ``row_labels`` and ``kind_labels`` (value in the table: word on the page) is the
    order drawn; a value that they leave out is an error, so that no event goes missing.
    """
    events = table(table_name)
    rows, kinds = row_labels or _as_is(events[row]), kind_labels or _as_is(events[kind])
    _all_named(events, row, rows, table_name)
    _all_named(events, kind, kinds, table_name)
    drawn = pd.DataFrame(
        {
            "date": when(events[date]),
            "said": events[date],
            "row": events[row].map(rows),
            "kind": events[kind].map(kinds),
            "event": events[text],
        }
    ).sort_values(["date", "event"], ignore_index=True)
    words = list(kinds.values())
    if len(words) > len(MARKS["shape"]):
        raise CaseError(f"kind: at most {len(MARKS['shape'])} can be told apart, not {len(words)}.")
    first, last = drawn["date"].min().year, drawn["date"].max().year
    chart = (
        alt.Chart(drawn)
        .mark_point(size=70, strokeWidth=1.6, filled=False, opacity=1)
        .encode(
            x=alt.X("date:T", title=None, axis=alt.Axis(format="%Y", labelOverlap=True)),
            y=alt.Y("row:N", title=None, sort=list(rows.values()), axis=alt.Axis(grid=True)),
            shape=alt.Shape(
                "kind:N", scale=alt.Scale(domain=words, range=MARKS["shape"][: len(words)])
            ),
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=words, range=MARKS["colour"][: len(words)])
            ),
            tooltip=[
                alt.Tooltip("event:N"),
                alt.Tooltip("said:N", title="date"),
                alt.Tooltip("kind:N"),
            ],
        )
        .properties(
            width="container",
            height={"step": 26},
            description=(
                f"{description} {len(drawn)} events, {first} to {last}: "
                + _counted(drawn["kind"], words)
                + "."
            ),
        )
    )
    shown = drawn.rename(columns={"said": "date ", "row": "theme", "kind": "direction"})
    return Figure(
        charts=(chart,),
        data=shown[["date ", "event", "theme", "direction"]].rename(columns={"date ": "date"}),
        title=title,
        note=note,
        sources=[name for ids in events["source_ids"] for name in ids],
    )


def _as_is(values: pd.Series) -> dict[str, str]:
    return {value: value for value in sorted(values.dropna().unique())}


def _all_named(rows: pd.DataFrame, column: str, names: dict[str, str], where: str) -> None:
    missing = sorted(
        "an empty cell" if pd.isna(value) else str(value)
        for value in rows[column].unique()
        if value not in names
    )
    if missing:
        raise CaseError(f"Table {where!r}, column {column!r}: no label for {', '.join(missing)}.")


def _counted(values: pd.Series, order: Iterable[str]) -> str:
    counts = values.value_counts()
    return ", ".join(f"{counts.get(name, 0)} {name}" for name in order)


def visits(
    *,
    table_name: str,
    title: str,
    description: str,
    series_id: str,
    date: str,
    host: str,
    place: str,
    note: str = "",
) -> Figure:
    """Draw counted meetings as a stack of marks for each year, a shape for each host.

    Which rows are counted is the rule of the series ``series_id``; it stands under the chart.
    """
    rule = series_rule(series_id)
    counted = series(series_id)
    rows = table(table_name)
    for part in str(rule["where"]).split(";"):
        column, _, value = part.partition("=")
        rows = rows[rows[column].astype(str).str.lower() == value.lower()]
    year = rows[date].astype(str).str.slice(0, 4).astype(int)
    hosts = rows[host].map(actor)
    drawn = pd.DataFrame(
        {
            "year": year,
            "date": rows[date],
            "place": rows[place],
            "host": hosts.map(lambda a: a["label"]),
        }
    ).sort_values("date", ignore_index=True)
    drawn = drawn[drawn["year"].between(int(rule["year_from"]), int(rule["year_to"]))]
    drawn["nth"] = drawn.groupby("year").cumcount() + 1
    actors = list({a["id"]: a for a in hosts}.values())
    domain = [a["label"] for a in actors]
    silent = counted.loc[counted["value"] == 0, "year"].tolist()
    years = list(range(int(rule["year_from"]), int(rule["year_to"]) + 1))
    chart = (
        alt.Chart(drawn)
        .mark_point(size=120, filled=True, opacity=1)
        .encode(
            x=alt.X(
                "year:O",
                title=None,
                scale=alt.Scale(domain=years),
                axis=alt.Axis(labelAngle=0, labelOverlap=True, grid=False),
            ),
            y=alt.Y(
                "nth:Q",
                title=str(rule["unit"]),
                scale=alt.Scale(domain=[0, drawn["nth"].max() + 0.5]),
                axis=alt.Axis(values=list(range(drawn["nth"].max() + 1)), format="d"),
            ),
            shape=alt.Shape(
                "host:N",
                scale=alt.Scale(domain=domain, range=[a["shape"] for a in actors]),
                legend=alt.Legend(title="host"),
            ),
            color=alt.Color(
                "host:N",
                scale=alt.Scale(domain=domain, range=[a["colour"] for a in actors]),
                legend=alt.Legend(title="host"),
            ),
            tooltip=["place:N", "date:N", "host:N"],
        )
        .properties(
            width="container",
            height=180,
            description=(
                f"{description} {len(drawn)} in all; years without one: {_years(silent)}."
            ),
        )
    )
    return Figure(
        charts=(chart,),
        data=drawn[["year", "date", "place", "host"]],
        title=title,
        note="\n".join([note, *_rules_in_words([rule])]),
        sources=rule["source_ids"],
    )


def _years(years: list[int]) -> str:
    """Return years in words, consecutive ones joined: "2007, 2010 and 2012 to 2022"."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    said = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return (
        " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said) or "none"
    )


def cross_table(
    *,
    table_name: str,
    title: str,
    rows: str,
    columns: str,
    row_labels: dict[str, str],
    column_labels: dict[str, str],
    shown: dict[str, str],
    order: list[str] | None = None,
    note: str = "",
    rule: str = "",
) -> Figure:
    """Count a table's rows by two columns, and list them (``shown``: column = heading).

    ``rule`` names the column that says how the rows were selected; each rule is said once.
    """
    data = table(table_name)
    _all_named(data, rows, row_labels, table_name)
    _all_named(data, columns, column_labels, table_name)
    counts = pd.crosstab(data[rows], data[columns]).reindex(
        index=list(row_labels), columns=list(column_labels), fill_value=0
    )
    grid = counts.rename(columns=column_labels)
    grid.insert(0, shown.get(rows, rows), list(row_labels.values()))
    grid["all"] = counts.sum(axis=1)
    listed = data.sort_values(order or [rows, columns])[list(shown)].rename(columns=shown)
    if rows in shown:
        listed[shown[rows]] = listed[shown[rows]].map(row_labels)
    if columns in shown:
        listed[shown[columns]] = listed[shown[columns]].map(column_labels)
    rules = dict.fromkeys(data[rule]) if rule else {}
    return Figure(
        charts=(),
        data=listed,
        grid=grid,
        title=title,
        note="\n".join([note, *rules]),
        sources=[name for ids in data["source_ids"] for name in ids],
    )


def guess_chart(
    lines: list[dict[str, Any]],
    *,
    span: tuple[int, int],
    limits: tuple[float, float],
    description: str,
) -> alt.LayerChart:
    """Draw guesses and, where given, the values on record beside them.

    Each line is ``{"label", "actor", "guess": {year: value}, "points": {year: value},
    "truth": {year: value} or None}``: the guess is a thin dashed line with a hollow mark where
    the student set a point; the record is a solid line with filled marks that stops at every
    missing year. Short names keep the legend on a narrow screen: an actor's, where there is one.
    """
    looks: dict[str, dict] = {}
    layers: list[alt.Chart] = []
    for place, line in enumerate(lines):
        look = actor(line["actor"]) if line.get("actor") else PLAIN
        start = f"{look.get('label', line['label'])}: " if len(lines) > 1 else ""
        mine, real = f"{start}your guess", f"{start}on record"
        colour = look["colour"] if len(lines) > 1 else MARKS["colour"][1]
        looks[mine] = {"colour": colour, "shape": GUESSED[place % len(GUESSED)]}
        guess = alt.Chart(_frame(line["guess"], mine)).mark_line(strokeDash=[5, 4], strokeWidth=1.5)
        set_points = alt.Chart(_frame(line["points"], mine))
        layers += [guess, set_points.mark_point(size=70, strokeWidth=2, fill=PAPER, opacity=1)]
        if line.get("truth"):
            looks[real] = look
            truth = _frame(line["truth"], real)
            truth["run"] = (truth["year"].diff() != 1).cumsum()
            record = alt.Chart(truth)
            layers += [
                record.mark_line(strokeWidth=2.5).encode(detail="run:N"),
                record.mark_point(size=60, filled=True, opacity=1),
            ]
    names = list(looks)
    color = alt.Scale(domain=names, range=[looks[name]["colour"] for name in names])
    shape = alt.Scale(domain=names, range=[looks[name]["shape"] for name in names])
    drawn = []
    for layer in layers:
        layer = layer.encode(
            x=_years_axis(span),
            y=alt.Y("value:Q", title=None, scale=alt.Scale(domain=list(limits))),
            color=alt.Color("what:N", scale=color, legend=alt.Legend(columns=1)),
        )
        if layer.mark.type == "point":
            layer = layer.encode(
                shape=alt.Shape("what:N", scale=shape, legend=alt.Legend(columns=1)),
                tooltip=[
                    alt.Tooltip("what:N", title="line"),
                    alt.Tooltip("year:Q", format="d"),
                    "value:Q",
                ],
            )
        drawn.append(layer)
    return alt.layer(*drawn).properties(width="container", height=260, description=description)


def _frame(values: dict[int, float], what: str) -> pd.DataFrame:
    years = sorted(values)
    return pd.DataFrame({"year": years, "value": [float(values[y]) for y in years], "what": what})
