"""Axes to draw on by hand, with what is known; and the same axes with the line on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..charts.theme import INK, QUIET, RULE
from ..items.plain import number
from ..reading.questions import runs
from ..widgets.view import safe

WIDE, HIGH = 680, 360
LEFT, RIGHT, TOP, BOTTOM = 44, 22, 26, 30
DASHES = ("", "8 4", "2 4", "10 3 2 3")  # one for each line, so that none needs a colour


def axes(item: Any, values: Mapping[str, Mapping[int, float]], said: str) -> str:
    """Return axes for a question that asks for a drawing, and ``values`` by line and year on them.

    Where a year is missing the line breaks.
    """
    x = _scale(item.x_from, item.x_to, LEFT, WIDE - RIGHT)
    y = _scale(item.minimum, item.maximum, HIGH - BOTTOM, TOP)
    parts = [
        f'<text x="0" y="12">{safe(item.y_title)}</text>',
        *_grid(item, x, y),
    ]
    for dash, line in zip(_dashes(item), item.lines, strict=True):
        for run in runs(values.get(line.id, {})):
            points = [(x(year), y(value)) for year, value in run.items()]
            listed = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
            parts.append(
                f'<polyline points="{listed}" fill="none" stroke="{INK}" stroke-width="2.5" '
                f'stroke-dasharray="{dash}"/>'
            )
            parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5"/>' for a, b in points]
    return (
        f'<svg class="axes" role="img" viewBox="0 0 {WIDE} {HIGH}" aria-label="{safe(said)}" '
        f'font-size="13" fill="{INK}">{"".join(parts)}</svg>'
    )


def legend(item: Any) -> str:
    """Return which line is drawn how, in words and as a stroke."""
    entries = [
        f'<li><svg viewBox="0 0 60 10" aria-hidden="true"><line x1="0" x2="60" y1="5" y2="5" '
        f'stroke="{INK}" stroke-width="2.5" stroke-dasharray="{dash}"/></svg> '
        f"{safe(line.label)}</li>"
        for dash, line in zip(_dashes(item), item.lines, strict=True)
    ]
    return f'<ul class="legend">{"".join(entries)}</ul>'


def _dashes(item: Any) -> list[str]:
    return [DASHES[place % len(DASHES)] for place in range(len(item.lines))]


def _scale(low: float, high: float, first: float, last: float) -> Any:
    return lambda value: first + (last - first) * (value - low) / (high - low)


def _grid(item: Any, x: Any, y: Any) -> Iterable[str]:
    years: Sequence[int] = item.years
    every = 1 if len(years) <= 14 else 5
    for year in years:
        named = year % every == 0 or (
            year in (years[0], years[-1]) and 1 < year % every < every - 1
        )
        colour = QUIET if named and every > 1 else RULE
        yield (
            f'<line x1="{x(year):.1f}" x2="{x(year):.1f}" y1="{TOP}" y2="{HIGH - BOTTOM}" '
            f'stroke="{colour}" stroke-width="0.7"/>'
        )
        if named:
            yield f'<text x="{x(year):.1f}" y="{HIGH - 10}" text-anchor="middle">{year}</text>'
    for value in _levels(item):
        yield (
            f'<line x1="{LEFT}" x2="{WIDE - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" '
            f'stroke="{RULE}"/><text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">'
            f"{number(value)}</text>"
        )


def _levels(item: Any) -> list[float]:
    """Return the values to mark: every whole number where there are few, else five."""
    low, high = item.minimum, item.maximum
    if high - low <= 12 and low == int(low):
        return [float(value) for value in range(int(low), int(high) + 1)]
    return [low + share * (high - low) for share in (0, 0.25, 0.5, 0.75, 1)]
