"""A ladder: claims that build on one another, each with its own kind of evidence.

A rung says how firmly it is known by its line and in words, never by colour.
"""

from __future__ import annotations

import textwrap
from typing import Any

import altair as alt
import pandas as pd

from ..tables import CaseError
from .figure import Figure
from .theme import INK, QUIET

LINES = {"solid": [1, 0], "dashed": [9, 5], "dotted": [2, 5]}
PARTS = ("name", "claim", "evidence")
RAILS = (8, 96)  # pixels from the left
LETTERS = 30  # of a line beside the ladder, on a narrow screen
LINE, STEP = 17, 104  # pixels: a line of text, the distance of two rungs


def ladder(
    *,
    title: str,
    description: str,
    rungs: list[dict[str, str]],
    headings: dict[str, str],
    states: dict[str, str] | None = None,
    note: str = "",
    source_ids: list[str] | None = None,
) -> Figure:
    """Draw a ladder of claims, the first rung lowest; below it, what helps to know each.

    ``rungs`` is a list of ``{ name = "…", claim = "…", evidence = "…" }``, all with or all without
    ``state``: how firmly the claim is known. ``states`` gives every state its line: solid, dashed
    or dotted. ``headings`` are the headings of the table, one for each part of a rung.
    """
    states = states or {}
    _checked(rungs, headings, states)
    parts = list(rungs[0])
    data = pd.DataFrame(rungs)[parts].rename(columns=headings)
    return Figure(
        charts=(_drawn(rungs, states, f"{description} {_in_words(rungs, headings)}"),),
        data=data,
        key=tuple(f"{rung['name']} {headings['evidence']}: {rung['evidence']}" for rung in rungs),
        title=title,
        note=note,
        sources=tuple(source_ids or ()),
    )


def _checked(rungs: Any, headings: dict[str, str], states: dict[str, str]) -> None:
    if not isinstance(rungs, list) or len(rungs) < 2:
        raise CaseError("rungs: a ladder has two or more.")
    wanted = {*PARTS, "state"} if "state" in rungs[0] else set(PARTS)
    for number, rung in enumerate(rungs, 1):
        if set(rung) != wanted or not all(str(text).strip() for text in rung.values()):
            raise CaseError(
                f"rungs, {number}: each has {', '.join(PARTS)}, and all or none a state; none "
                "is empty."
            )
    if set(headings) != wanted:
        raise CaseError(f"headings: one for each of {', '.join(rungs[0])}.")
    if wrong := sorted(set(states.values()) - set(LINES)):
        raise CaseError(f"states: a line is {', '.join(LINES)}, not {', '.join(wrong)}.")
    shown = {rung["state"] for rung in rungs if "state" in rung}
    if missing := sorted(shown - set(states)):
        raise CaseError(f"states: nothing says how to draw {', '.join(missing)}.")
    if len({states[state] for state in shown}) < len(shown):
        raise CaseError("states: two states have the same line and could not be told apart.")


def _in_words(rungs: list[dict[str, str]], headings: dict[str, str]) -> str:
    told = []
    for number, rung in enumerate(rungs, 1):
        parts = [f"{headings[part]}: {rung[part]}" for part in list(rung)[1:]]
        said = " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts)
        told.append(f"Rung {number} of {len(rungs)}, {rung['name']} {said}")
    return " ".join(told)


def _drawn(rungs: list[dict[str, str]], states: dict[str, str], said: str) -> alt.LayerChart:
    """Return the picture: two rails, a line for each rung, and its name, claim and state beside."""
    height = STEP * len(rungs)
    left, right = RAILS
    layers: list[alt.Chart] = [_rail(x, height) for x in RAILS]
    for number, rung in enumerate(rungs):
        y = height - STEP * number - STEP / 2
        claim = textwrap.wrap(rung["claim"], LETTERS)
        dash = LINES[states[rung["state"]]] if "state" in rung else LINES["solid"]
        line = alt.Chart(pd.DataFrame([rung])).mark_rule(
            stroke=INK, strokeWidth=5, strokeDash=dash, aria=False
        )
        layers.append(line.encode(x=alt.value(left), x2=alt.value(right), y=alt.value(y)))
        lines = [(rung["name"], {"fontWeight": 700, "fontSize": 14})]
        lines += [(text, {}) for text in claim]
        if "state" in rung:
            lines.append((rung["state"], {"fontWeight": 700}))
        first = y - LINE * (len(lines) - 1) / 2
        layers += [_text(text, first + LINE * k, look) for k, (text, look) in enumerate(lines)]
    return alt.layer(*layers).properties(width="container", height=height, description=said)


def _rail(x: int, height: int) -> alt.Chart:
    rail = alt.Chart(pd.DataFrame([{"rail": x}])).mark_rule(stroke=QUIET, strokeWidth=3, aria=False)
    return rail.encode(x=alt.value(x), y=alt.value(0), y2=alt.value(height))


def _text(text: str, y: float, look: dict[str, Any]) -> alt.Chart:
    shown = {"align": "left", "baseline": "middle", "fontSize": 12, "color": INK} | look
    chart = alt.Chart(pd.DataFrame([{"text": text}])).mark_text(**shown)
    return chart.encode(x=alt.value(RAILS[1] + 16), y=alt.value(y), text="text:N")
