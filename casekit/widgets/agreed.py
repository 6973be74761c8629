"""How far two coders agree, as sentences, a table and a chart for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..agreement import TENTATIVE
from ..items.code import DRAWS, PRIMARY, Coding, Line
from .parts import grid
from .view import safe

ALLOWS = {
    "report": "may be reported",
    "tentative": "tentative only",
    "no report": "do not report",
    "": "no alpha",
}
HEAD = ("Code", "Used (you, other)", "Agree", "Kappa", "Alpha", "95 %", "Verdict", "Worst")
WORST = (
    "95 %: where 95 per cent of the resamples lie. Verdict: by convention. Worst: alpha, had you "
    "decided one segment otherwise."
)
FLATTERED = 0.8  # agreement that looks high


def said(codes: Sequence[str], primary: str) -> str:
    """Return codes in words, the primary one first."""
    return ", ".join([primary, *(code for code in codes if code != primary)])


def table(lines: Sequence[Line], other: str) -> str:
    """Return the comparison with one other coder as a table, every measure in its cell."""
    caption = f"You and {other}, code by code"
    rows = [
        (
            line.code,
            "–" if line.code == PRIMARY else f"{line.used[0]}, {line.used[1]}",
            "–" if line.percent.value is None else f"{line.percent.value:.0%}",
            coefficient(line.kappa.value),
            coefficient(line.alpha.value),
            _interval(line),
            allows(line),
            coefficient(line.lowest),
        )
        for line in lines
    ]
    return f'{grid(caption, HEAD, rows)}<p class="ck-quiet">{safe(WORST)}</p>'


def sentences(lines: Sequence[Line], other: str) -> list[str]:
    """Return what the numbers say, and what a sample this small does to them."""
    codes = [line for line in lines if line.code != PRIMARY]
    known = [line for line in lines if line.alpha.value is not None]
    low = [line for line in known if line.alpha.value < TENTATIVE]
    found = []
    if low:
        found.append(f"Below .667 with {other}, do not report: {_named(low)}.")
    elif known:
        found.append(f"No code is below .667 with {other}.")
    if silent := [line.code for line in codes if line.used == (0, 0)]:
        found.append(
            f"Used by neither of you, so there is nothing to agree about: {_list(silent)}."
        )
    for line in low:
        rare = max(line.used) <= line.percent.units / 4
        if line in codes and rare and line.percent.value >= FLATTERED:
            found.append(
                f"{line.code}: you agree on {line.percent.value:.0%} of the segments, and alpha is "
                f"{coefficient(line.alpha.value)}. The code is rare (you {line.used[0]}, {other} "
                f"{line.used[1]}), and on its absence it is easy to agree."
            )
    perfect = [line for line in codes if line.alpha.value == 1 and line.lowest is not None]
    if perfect:
        falls = _list([f"{line.code} {coefficient(line.lowest)}" for line in perfect])
        found.append(
            "Alpha is 1.00, and one other decision of yours would have brought it down to, at "
            f"worst: {falls}. With so few segments 1.00 is no certificate."
        )
    return found


def chart_rows(pairs: Mapping[str, Sequence[Line]]) -> list[dict[str, Any]]:
    """Return the rows of a chart: other coder to comparison."""
    return [
        {
            "code": line.code,
            "pair": f"you and {other}",
            "alpha": line.alpha.value,
            "low": line.alpha.low,
            "high": line.alpha.high,
            "says": allows(line),
        }
        for other, lines in pairs.items()
        for line in lines
    ]


def bundles(pairs: Mapping[str, Sequence[Line]], title: str) -> list[dict[str, Any]]:
    """Return the media bundles of the chart of some comparisons."""
    from ..charts.alphas import alpha_chart  # here, so that a question need not wait for it

    note = f"Resamples: segments drawn anew, with replacement, {DRAWS} times."
    return alpha_chart(chart_rows(pairs), title=title, note=note).bundles()


def differences(
    mine: Mapping[str, Coding], theirs: Mapping[str, Coding], apart: Sequence[str], other: str
) -> str:
    """Return as a table where two coders differ, and what each gave."""
    if not apart:
        return f"<p>You and {safe(other)} differ nowhere.</p>"
    rows = [
        (
            name,
            said(mine[name].codes, mine[name].primary),
            said(theirs[name].codes, theirs[name].primary),
        )
        for name in apart
    ]
    return grid(
        f"Where you and {other} differ (primary code first)", ("Segment", "You", other), rows
    )


def allows(line: Line) -> str:
    """Return in words what convention allows with this alpha."""
    return ALLOWS[line.alpha.verdict]


def coefficient(value: float | None) -> str:
    """Return a coefficient as it is usually printed: .57, −.05, 1.00; a dash for none."""
    if value is None:
        return "–"
    text = f"{value:.2f}".replace("-0.00", "0.00")
    return (
        text.replace("-", "−").replace("0.", ".", 1) if abs(value) < 1 and text != "1.00" else text
    )


def _interval(line: Line) -> str:
    low, high = line.alpha.low, line.alpha.high
    if low is None or high is None:
        return "–"
    if low == high:
        return "too few to tell"
    return f"{coefficient(low)} to {coefficient(high)}"


def _named(lines: Sequence[Line]) -> str:
    return _list([f"{line.code} ({coefficient(line.alpha.value)})" for line in lines])


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
