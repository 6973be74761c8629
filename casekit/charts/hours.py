"""The hours of a few days: what happened when, and how exactly that is known.

A mark never says more than the record: only a time to the minute is a filled circle, and where
the record names no more than a part of the day, the mark is as wide as that part.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from ..tables import CaseError, table
from .figure import Figure
from .theme import INK, PAPER, QUIET, RULE

EXACT, ABOUT, BY, PART = "to the minute", "about then", "no later than", "part of the day"
LOOKS = {  # kind of time: its shape, and how it is filled
    EXACT: ("circle", INK),
    ABOUT: ("diamond", PAPER),
    BY: ("triangle-left", PAPER),
    PART: ("M-1,-.45H1V.45H-1Z", RULE),
}
ROOM = 0.14  # the part of the width that a mark and its number need on a narrow screen


def hours_chart(
    *,
    table_name: str,
    title: str,
    description: str,
    days: list[str],
    hours: list[float],
    time: str,
    precision: str,
    lane: str,
    text: str,
    lane_labels: dict[str, str],
    exact: list[str] | None = None,
    about: list[str] | None = None,
    by: list[str] | None = None,
    spans: dict[str, list[float]] | None = None,
    note: str = "",
) -> Figure:
    """Draw the events of ``days``, one chart a day, numbered, in a lane for each kind of place.

    The column ``time`` holds a date or a date with a time; what the column ``precision`` says of
    it is sorted into four kinds: the values ``exact``, ``about``, ``by`` (known to have happened
    by then) and, for times that are a part of the day only, ``spans`` (value = from, to, in hours).
    ``lane_labels`` turns the values of the column ``lane`` into words, "" being an empty cell;
    several values may share a lane. A value left out anywhere is an error, so no event is lost.
    """
    rows = table(table_name)
    rows = rows[rows[time].str.slice(0, 10).isin(days)]
    spans = spans or {}
    kinds = {
        **dict.fromkeys(exact or [], EXACT),
        **dict.fromkeys(about or [], ABOUT),
        **dict.fromkeys(by or [], BY),
        **dict.fromkeys(spans, PART),
    }
    places = rows[lane].fillna("")
    _named(rows[precision], kinds, f"Table {table_name!r}, column {precision!r}")
    _named(places, lane_labels, f"Table {table_name!r}, column {lane!r}")
    drawn = pd.DataFrame(
        {
            "day": rows[time].str.slice(0, 10),
            "kind": rows[precision].map(kinds),
            "precision": rows[precision],
            "clock": rows[time].str.slice(11, 16),
            "lane": places.map(lane_labels),
            "event": rows[text],
        }
    )
    ends = [
        spans[row.precision] if row.kind == PART else [_hour(row.clock, row.event)] * 2
        for row in drawn.itertuples()
    ]
    drawn["start"], drawn["end"] = [e[0] for e in ends], [e[1] for e in ends]
    _inside(drawn, hours)
    drawn["middle"] = (drawn["start"] + drawn["end"]) / 2
    drawn["said"] = [_said(row) for row in drawn.itertuples()]
    drawn = drawn.sort_values(["day", "start", "end", "event"], ignore_index=True)
    drawn["number"] = drawn.index + 1
    lanes = list(dict.fromkeys(lane_labels.values()))
    drawn["slot"] = _slots(drawn, ROOM * (hours[1] - hours[0]))
    drawn["row"] = [f"{row.lane}|{row.slot}" for row in drawn.itertuples()]
    charts = tuple(
        _day(drawn[drawn["day"] == day], hours, lanes, description, legend=day == days[0])
        for day in days
    )
    dates = [_date(day) for day in days]
    return Figure(
        charts=charts,
        captions=tuple(f"{title}: {date}" for date in dates),
        data=_listed(drawn),
        title=title,
        note=note,
        key=tuple(
            f"{row.number}: {_date(row.day, short=True)}, {row.said}. {row.event}"
            for row in drawn.itertuples()
        ),
        sources=[name for ids in rows["source_ids"] for name in ids],
    )


def _named(values: pd.Series, names: dict[str, Any], where: str) -> None:
    missing = sorted({str(value) or "an empty cell" for value in values if value not in names})
    if missing:
        raise CaseError(f"{where}: nothing says how to draw {', '.join(missing)}.")


def _hour(clock: str, event: str) -> float:
    hour, _, minute = clock.partition(":")
    if not (hour.isdigit() and minute.isdigit()):
        raise CaseError(f"The event {event!r} has no time of day; take a part of the day for it.")
    return int(hour) + int(minute) / 60


def _inside(drawn: pd.DataFrame, hours: list[float]) -> None:
    outside = drawn[(drawn["start"] < hours[0]) | (drawn["end"] > hours[1])]
    if len(outside):
        raise CaseError(f"hours: {outside['event'].iloc[0]!r} lies outside {hours[0]}–{hours[1]}.")


def _said(row: Any) -> str:
    words = {EXACT: "{}", ABOUT: "about {}", BY: "by {}"}
    return words[row.kind].format(row.clock) if row.kind in words else row.precision


def _date(day: str, short: bool = False) -> str:
    date = pd.Timestamp(day)
    return f"{date.day} {date:%B}" if short else f"{date:%A} {date.day} {date:%B %Y}"


def _slots(drawn: pd.DataFrame, room: float) -> list[int]:
    """Return for each event the first line of its lane that is free there, counted from 0."""
    free: dict[tuple[str, str, int], float] = {}
    slots = []
    for row in drawn.itertuples():
        slot = 0
        while free.get((row.day, row.lane, slot), float("-inf")) > row.start:
            slot += 1
        free[row.day, row.lane, slot] = max(row.end, row.start + room)
        slots.append(slot)
    return slots


def _listed(drawn: pd.DataFrame) -> pd.DataFrame:
    names = {"number": "no.", "day": "date", "said": "time", "kind": "how exact", "lane": "where"}
    return drawn[[*names, "event"]].rename(columns=names)


def _day(
    drawn: pd.DataFrame, hours: list[float], lanes: list[str], said: str, legend: bool
) -> alt.LayerChart:
    """Return the chart of one day: a bar for a part of the day, a shape for a time."""
    last = drawn.groupby("lane")["slot"].max()
    lines = [f"{lane}|{slot}" for lane in lanes for slot in range(last.get(lane, 0) + 1)]
    label = "split(datum.value, '|')[1] == '0' ? split(datum.value, '|')[0] : ''"
    y = alt.Y(
        "row:N",
        title=None,
        scale=alt.Scale(domain=lines),
        sort=lines,
        axis=alt.Axis(labelExpr=label, labelOverlap=False),
    )
    ticks = list(range(int(-(-hours[0] // 2) * 2), int(hours[1]) + 1, 2))
    x = {
        "scale": alt.Scale(domain=list(hours), nice=False),
        "axis": alt.Axis(
            values=ticks, labelExpr="datum.value + ':00'", grid=True, labelOverlap=True
        ),
        "title": None,
    }
    shape = alt.Scale(domain=list(LOOKS), range=[look[0] for look in LOOKS.values()])
    fill = alt.Scale(domain=list(LOOKS), range=[look[1] for look in LOOKS.values()])
    key = alt.Legend(columns=1, symbolOpacity=1) if legend else None
    tooltip = [
        alt.Tooltip("event:N"),
        alt.Tooltip("said:N", title="time"),
        alt.Tooltip("kind:N", title="how exact"),
    ]
    base = alt.Chart(drawn).encode(y=y, tooltip=tooltip)
    parts = base.transform_filter(alt.datum.kind == PART)
    times = base.transform_filter(alt.datum.kind != PART)
    bar = parts.mark_bar(color=RULE, stroke=QUIET, strokeWidth=1, height=16).encode(
        x=alt.X("start:Q", **x), x2="end:Q"
    )
    marks = base.mark_point(size=110, stroke=INK, strokeWidth=1.8).encode(
        x=alt.X("middle:Q", **x),
        opacity=alt.condition(alt.datum.kind == PART, alt.value(0), alt.value(1)),
        shape=alt.Shape("kind:N", scale=shape, legend=key),
        fill=alt.Fill("kind:N", scale=fill, legend=key),
    )
    number = {"align": "left", "fontSize": 12, "fontWeight": 600, "color": INK}
    inside = parts.mark_text(dx=4, **number).encode(x=alt.X("start:Q", **x), text="number:N")
    beside = times.mark_text(dx=9, **number).encode(x=alt.X("middle:Q", **x), text="number:N")
    counts = drawn["lane"].value_counts()
    told = ", ".join(f"{counts[lane]} {lane}" for lane in lanes if lane in counts)
    exactly = ", ".join(f"{(drawn['kind'] == kind).sum()} {kind}" for kind in LOOKS)
    return alt.layer(bar, marks, inside, beside).properties(
        width="container",
        height=24 * len(lines),
        description=(
            f"{said} {_date(drawn['day'].iloc[0])}: {len(drawn)} events; {told}. "
            f"How exactly the time is known: {exactly}."
        ),
    )
