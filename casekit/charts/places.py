"""A map of dots: places from a table on a piece of a map, a shape for each kind of place."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from ..tables import CaseError, table
from .figure import Figure
from .forms import MARKS, _all_named, _counted
from .land import land
from .rows import kept
from .theme import INK, PAPER, actor

GROUND = "#CBD1D9"


def dot_map(
    *,
    table_name: str,
    title: str,
    description: str,
    map_file: str,
    feature: str,
    window: list[float],
    kind: str,
    kind_labels: dict[str, str],
    text: str,
    owner: str,
    lon: str = "lon",
    lat: str = "lat",
    keep: dict[str, list[str]] | None = None,
    words: list[dict[str, Any]] | None = None,
    shown: dict[str, str] | None = None,
    note: str = "",
) -> Figure:
    """Draw the places of a table, one dot each, over the land inside ``window``.

    ``window`` is west, south, east, north in degrees. ``kind_labels`` turns values of the column
    ``kind`` into at most four words, each with a shape of its own; several values may share one.
    ``owner`` is the column with the actor a place belongs to. ``keep`` says which rows are drawn
    (column = values). ``words`` are names written on the map, ``{ text, lon, lat }``, beginning
    at that point. ``shown`` are further columns of the table behind the map (column = heading).
    A place outside the window is an error, so that none goes missing.
    """
    if len(window) != 4 or window[0] >= window[2] or window[1] >= window[3]:
        raise CaseError("window: four numbers, west, south, east and north.")
    rows = kept(table(table_name), keep, table_name)
    _all_named(rows, kind, kind_labels, table_name)
    kinds = list(dict.fromkeys(kind_labels.values()))
    if len(kinds) > len(MARKS["shape"]):
        raise CaseError(f"kind: at most {len(MARKS['shape'])} can be told apart, not {len(kinds)}.")
    drawn = pd.DataFrame(
        {
            "lon": rows[lon],
            "lat": rows[lat],
            "place": rows[text],
            "kind": rows[kind].map(kind_labels),
            "owner": rows[owner].map(lambda code: actor(code)["label"]),
        }
    )
    outside = drawn[
        ~drawn["lon"].between(window[0], window[2]) | ~drawn["lat"].between(window[1], window[3])
    ]
    if len(outside):
        raise CaseError(f"window: {outside['place'].iloc[0]!r} lies outside it.")
    ground = land(map_file, feature, tuple(window))
    back = alt.Chart(alt.Data(values=ground)).mark_geoshape(
        fill=GROUND, stroke=PAPER, strokeWidth=1, aria=False
    )
    dots = (
        alt.Chart(drawn)
        .mark_point(size=55, strokeWidth=1.8, filled=False, opacity=1)
        .encode(
            longitude="lon:Q",
            latitude="lat:Q",
            shape=alt.Shape(
                "kind:N", scale=alt.Scale(domain=kinds, range=MARKS["shape"][: len(kinds)])
            ),
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=kinds, range=MARKS["colour"][: len(kinds)])
            ),
            tooltip=[alt.Tooltip("place:N"), alt.Tooltip("kind:N"), alt.Tooltip("owner:N")],
        )
    )
    chart = alt.layer(back, dots, *_written(words or [])).project("mercator")
    listed = drawn[["place", "owner", "kind"]].rename(columns={"owner": "where"})
    for column, heading in (shown or {}).items():
        listed[heading] = rows[column]
    owners = drawn["owner"].value_counts()
    told = ", ".join(f"{owners[name]} in {name}" for name in dict.fromkeys(drawn["owner"]))
    return Figure(
        charts=(
            chart.properties(
                width="container",
                height=420,
                description=(
                    f"{description} {len(drawn)} places: {told}; {_counted(drawn['kind'], kinds)}."
                ),
            ),
        ),
        data=listed.sort_values(["where", "place"], ignore_index=True),
        title=title,
        note=note,
        sources=[name for ids in rows["source_ids"] for name in ids],
    )


def _written(words: list[dict[str, Any]]) -> list[alt.Chart]:
    """Return names on the map, twice: a broad white one behind keeps them legible."""
    if not words:
        return []
    if any(set(word) != {"text", "lon", "lat"} for word in words):
        raise CaseError('words: each is { text = "…", lon = …, lat = … }.')
    base = alt.Chart(pd.DataFrame(words)).encode(longitude="lon:Q", latitude="lat:Q", text="text:N")
    look = {"align": "left", "fontSize": 12, "lineBreak": "\n"}
    behind = base.mark_text(**look, stroke=PAPER, strokeWidth=4, color=PAPER)
    return [behind, base.mark_text(**look, color=INK)]
