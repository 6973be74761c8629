"""Small pictures for a page that runs no script: drawn here, described in words, in ink and grey.

Each returns an SVG with a role and a description, as wide as its column. Nothing relies on
colour: what belongs to students is thin or open, what is on record or common to all is filled.
Every text comes out harmless.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from ..charts.theme import INK, PAPER, QUIET, RULE

WIDE = 460  # units across; the text is 16 of them high
FEW = 120  # lines or dots of single students drawn before only their middle half is


def _safe(text: object) -> str:
    return html.escape(str(text), quote=True)


def _svg(parts: Iterable[str], high: float, said: str) -> str:
    return (
        f'<svg class="picture" role="img" viewBox="0 0 {WIDE} {high:g}" '
        f'aria-label="{_safe(said)}" font-size="16" fill="{INK}">{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, text: object, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_safe(text)}</text>'


def _line(points: Sequence[tuple[float, float]], style: str) -> str:
    listed = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{listed}" fill="none" {style}/>'


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return _line([(x1, y1), (x2, y2)], f'stroke="{RULE}"')


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{PAPER}" stroke="{QUIET}"/>'


def _diamond(x: float, y: float, size: float = 6) -> str:
    return f'<path d="M{x:.1f} {y - size:.1f}l{size} {size}l-{size} {size}l-{size} -{size}z"/>'


def _levels(low: float, high: float) -> list[float]:
    """Return the values to mark on a vertical axis: whole numbers if they are few."""
    if high - low <= 6 and low == int(low):
        return [float(value) for value in range(int(low), int(high) + 1)]
    return [low + share * (high - low) for share in (0, 0.25, 0.5, 0.75, 1)]


def lines(
    rows: Sequence[Mapping[int, float]],
    ticks: Mapping[int, str],
    limits: tuple[float, float],
    said: str,
    points: Mapping[int, float] | None = None,
) -> str:
    """Return one thin line for each student, the median as a thick one, and ``points`` filled.

    ``rows`` maps places on the horizontal axis to values; ``ticks`` labels some of these places.
    A student's line joins the values there are. Beyond 120 students a grey band holds the middle
    half of them instead of lines.
    """
    left, right, top, bottom = 42.0, WIDE - 18.0, 14.0, 240.0
    places = sorted({place for row in rows for place in row})
    low, high = limits
    first, last = places[0], max(places[-1], places[0] + 1)

    def x(place: float) -> float:
        return left + (right - left) * (place - first) / (last - first)

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - low) / (high - low)

    parts = []
    for value in _levels(low, high):
        parts += [_rule(left, y(value), right, y(value))]
        parts += [_text(left - 7, y(value) + 5, f"{value:g}", "end")]
    for place, label in ticks.items():
        parts.append(_text(x(place), bottom + 22, label, "middle"))
    at = {place: sorted(row[place] for row in rows if place in row) for place in places}
    if len(rows) <= FEW:
        thin = f'stroke="{QUIET}" stroke-width="1" stroke-opacity="0.5"'
        parts += [_line([(x(p), y(v)) for p, v in sorted(row.items())], thin) for row in rows]
    else:
        upper = [(x(p), y(at[p][(3 * len(at[p])) // 4])) for p in places]
        lower = [(x(p), y(at[p][len(at[p]) // 4])) for p in reversed(places)]
        listed = " ".join(f"{a:.1f},{b:.1f}" for a, b in (*upper, *lower))
        parts.append(f'<polygon points="{listed}" fill="{RULE}"/>')
    middle = [(x(place), y(median(values))) for place, values in at.items()]
    parts.append(_line(middle, f'stroke="{INK}" stroke-width="3" stroke-dasharray="7 4"'))
    parts += [_diamond(x(p), y(v), 5) for p, v in (points or {}).items() if first <= p <= last]
    return _svg(parts, bottom + 34, said)


def strips(rows: Sequence[tuple[str, Sequence[float], float | None, str]], said: str) -> str:
    """Return one strip from 0 to 100 for each row: (label, values, value to mark, remark).

    Open dots are students, side by side where they say the same; the filled diamond is the value
    to mark; the remark stands at the right.
    """
    left, right = 56.0, WIDE - 66.0
    parts, y = [], 26.0

    def x(value: float) -> float:
        return left + (right - left) * value / 100

    parts += [_text(x(value), 14, f"{value}", "middle") for value in (0, 50, 100)]
    for label, values, marked, remark in rows:
        stacked: dict[int, int] = {}
        dots = []
        for value in sorted(values)[:: max(1, len(values) // FEW)]:
            place = round(value)
            stacked[place] = stacked.get(place, 0) + 1
            if stacked[place] <= 5:
                dots.append((x(value), -7.0 * (stacked[place] - 1)))
        y += 14 + 7.0 * max(0, min(5, max(stacked.values(), default=1)) - 1)
        parts += [_rule(left, y, right, y), _text(left - 10, y + 5, label, "end")]
        parts += [_dot(a, y + b) for a, b in dots]
        if marked is not None:
            parts.append(_diamond(x(marked), y))
        parts.append(_text(WIDE - 4, y + 5, remark, "end"))
        y += 12
    return _svg(parts, y + 6, said)


def bar(share: float) -> str:
    """Return a bar for a table cell; the number beside it says the same, so it is not read out."""
    width = min(100.0, max(0.0, 100 * share))
    return f'<span class="bar" aria-hidden="true"><span style="width:{width:.1f}%"></span></span>'
