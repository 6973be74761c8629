"""How far coders agree, code by code: alpha as a dot with its interval, one shape for each pair.

Where alpha is not defined the row says so in words; the conventional limits are two lines with
their numbers beside them. What is drawn stands in the table below, and in the description.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from ..agreement import REPORT, TENTATIVE
from .figure import Figure
from .theme import INK, PAPER, QUIET

SHAPES = ("circle", "diamond", "square", "triangle-up", "cross")
STEP = 15  # pixels of a row for each pair
NO_ALPHA = "no alpha"


def alpha_chart(rows: list[dict[str, Any]], *, title: str, note: str = "") -> Figure:
    """Draw ``rows``: each with code, pair, alpha (None where undefined), low, high, says.

    ``pair`` names the two coders; ``low`` and ``high`` are None where no interval is known;
    ``says`` is what alpha allows, in words.
    """
    drawn = pd.DataFrame(rows, columns=["code", "pair", "alpha", "low", "high", "says"])
    drawn = drawn.astype(dict.fromkeys(("alpha", "low", "high"), "float64"))
    codes, pairs = list(dict.fromkeys(drawn["code"])), list(dict.fromkeys(drawn["pair"]))
    least = min(0.0, *drawn[["alpha", "low"]].min().fillna(0))
    left = max(-1.0, float(int(least * 5 - 1) / 5))
    x = alt.X(
        "alpha:Q",
        title="Krippendorff's alpha",
        scale=alt.Scale(domain=[left, 1], nice=False),
        axis=alt.Axis(format=".1f", tickCount=6, grid=False),
    )
    y = alt.Y("code:N", sort=codes, title=None, axis=alt.Axis(grid=True, ticks=False))
    own = alt.YOffset("pair:N", sort=pairs)
    known = drawn[drawn["alpha"].notna()]
    silent = drawn[drawn["alpha"].isna()].assign(alpha=left, text=NO_ALPHA)
    shape = alt.Shape(
        "pair:N",
        sort=pairs,
        scale=alt.Scale(domain=pairs, range=[SHAPES[n % len(SHAPES)] for n in range(len(pairs))]),
        legend=alt.Legend(columns=1) if len(pairs) > 1 else None,
    )
    fill = alt.Fill(
        "pair:N",
        sort=pairs,
        scale=alt.Scale(domain=pairs, range=[(INK, PAPER)[n % 2] for n in range(len(pairs))]),
        legend=alt.Legend(columns=1) if len(pairs) > 1 else None,
    )
    wide = known.dropna(subset=["low", "high"])
    layers = [*_limits(x)]
    if len(wide):
        spans = alt.Chart(wide).mark_rule(stroke=QUIET, strokeWidth=2)
        layers.append(spans.encode(x=alt.X("low:Q"), x2="high:Q", y=y, yOffset=own))
    if len(known):
        dots = alt.Chart(known).mark_point(size=62, stroke=INK, strokeWidth=1.6, opacity=1)
        layers.append(dots.encode(x=x, y=y, yOffset=own, shape=shape, fill=fill))
    if len(silent):
        said = alt.Chart(silent).mark_text(align="left", dx=3, fontSize=11, color=INK)
        layers.append(said.encode(x=x, y=y, yOffset=own, text="text:N"))
    chart = alt.layer(*layers).properties(
        width="container",
        height=max(26, STEP * len(pairs) + 10) * len(codes),
        description=f"{title}. {in_words(drawn)}",
    )
    table = drawn.rename(columns={"low": "95 % from", "high": "95 % to", "says": "allows"})
    limits = (
        f"The two dashed lines stand at {_short(TENTATIVE)} and {_short(REPORT)}: left of the "
        "first do not report a code, between them report it as tentative, from the second on "
        "report it. A grey line is where 95 per cent of the resamples lie."
    )
    return Figure(charts=(chart,), data=table, title=title, note=f"{limits}\n{note}", key=(limits,))


def in_words(drawn: pd.DataFrame) -> str:
    """Return every pair's alphas in one sentence each."""
    said = []
    for pair, part in drawn.groupby("pair", sort=False):
        values = ", ".join(
            f"{row.code} {NO_ALPHA if pd.isna(row.alpha) else _short(row.alpha)}"
            for row in part.itertuples()
        )
        said.append(f"{pair}: {values}.")
    return " ".join(said)


def _limits(x: alt.X) -> list[alt.Chart]:
    limits = pd.DataFrame(
        {"alpha": [TENTATIVE, REPORT], "text": [_short(TENTATIVE), _short(REPORT)]}
    )
    base = alt.Chart(limits).encode(x=x)
    rules = base.mark_rule(stroke=INK, strokeWidth=1.2, strokeDash=[4, 3])
    low = alt.Chart(limits.iloc[:1]).encode(x=x).mark_text(align="right", dx=-3, dy=-7, fontSize=11)
    high = alt.Chart(limits.iloc[1:]).encode(x=x).mark_text(align="left", dx=3, dy=-7, fontSize=11)
    return [rules, *(t.encode(y=alt.value(0), text="text:N") for t in (low, high))]


def _short(value: float) -> str:
    """Return a coefficient as it is usually printed: .57, −.05, 1.00, .667."""
    text = f"{value:.3f}" if value in (TENTATIVE, REPORT) else f"{value:.2f}"
    return text.replace("-", "−").replace("0.", ".", 1) if abs(value) < 1 else text
