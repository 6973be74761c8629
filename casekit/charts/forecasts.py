"""Forecasts beside what happened: how far each stood from it, and whether they were calibrated.

A probability is a number from 0 to 1 here and per cent on the page. What happened is 1 or 0; a
question without an outcome is left out and never counted as "no".
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import altair as alt
import pandas as pd
from attrs import frozen

from ..tables import CaseError, table
from .figure import Figure
from .forms import MARKS
from .theme import INK, PAPER, QUIET

THIRDS = (0.0, 0.33, 0.67, 1.0)
FIFTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
COIN = 0.25  # what 0.5 on every question scores
HEADS = {"n": "forecasts", "said": "said (%)", "happened": "happened (%)"}
BESIDE = "The number beside a point is the number of forecasts in its band."
NOTHING = "No outcome is on record in this view, so there is nothing to compare."


@frozen(kw_only=True)
class Judged:
    """One settled question: a forecast, the base rate and others' average where there are any."""

    id: str
    own: float
    outcome: int
    base: float | None = None
    others: float | None = None


def bands(pairs: Iterable[tuple[float, int]], edges: Iterable[float] = FIFTHS) -> pd.DataFrame:
    """Return forecasts in bands: columns band, n, said and happened, the last two from 0 to 1.

    ``pairs`` holds a probability and an outcome (1 or 0) each. A band ends with its upper edge,
    which belongs to it; the first also holds its lower edge. A band without a forecast is no row.
    """
    limits = list(edges)
    pairs = list(pairs)
    rows = []
    for number, (low, high) in enumerate(pairwise(limits)):
        inside = [(p, o) for p, o in pairs if low < p <= high or (number == 0 and p == low)]
        if inside:
            n = len(inside)
            said = sum(p for p, _ in inside) / n
            happened = sum(o for _, o in inside) / n
            name = f"{'over ' if number else ''}{low * 100:g} to {high * 100:g} per cent"
            rows.append([name, n, said, happened])
    return pd.DataFrame(rows, columns=["band", "n", "said", "happened"])


def own_forecasts(judged: list[Judged], others_label: str = "") -> Figure:
    """Return the pictures of one person's forecasts: their distances, and their calibration.

    ``others_label`` says who the others are whose average is drawn. Raises CaseError if nothing
    is given.
    """
    if not judged:
        raise CaseError("A picture of forecasts needs at least one settled question.")
    marks = _marks(judged)
    found = bands(((one.own, one.outcome) for one in judged), THIRDS)
    said = f" The others are {others_label}." if others_label else ""
    return Figure(
        charts=(_distances(judged, marks), _calibration(found, "Your forecasts, in three bands.")),
        captions=("How far each forecast stood from what happened", "Your calibration"),
        data=marks[["question", "what", "per cent"]],
        title="Your forecasts and what happened",
        key=(BESIDE,),
        note="The thick line runs from your forecast to what happened; its length, squared, is "
        f"what the score adds up.{said}\nIn the second picture a point on the dashed line means "
        "that things happened as often as you said. With so few forecasts in a band, a point far "
        "from the line can be luck: read it as a question, not as a verdict.",
    )


def _marks(judged: list[Judged]) -> pd.DataFrame:
    rows = []
    for one in judged:
        rows += [(one.id, what, value) for what, value in _values(one) if value is not None]
    found = pd.DataFrame(rows, columns=["question", "what", "value"])
    return found.assign(**{"per cent": found["value"] * 100})


def _values(one: Judged) -> list[tuple[str, float | None]]:
    return [
        ("what happened", float(one.outcome)),
        ("base rate", one.base),
        ("average of the others", one.others),
        ("you", one.own),
    ]


LOOKS = {  # shape, edge and filling of each mark
    "what happened": ("square", INK, INK),
    "base rate": ("diamond", MARKS["colour"][0], PAPER),
    "average of the others": ("cross", MARKS["colour"][3], MARKS["colour"][3]),
    "you": ("circle", MARKS["colour"][1], MARKS["colour"][1]),
}


def _distances(judged: list[Judged], marks: pd.DataFrame) -> alt.LayerChart:
    ids = [one.id for one in judged]
    names = [name for name in LOOKS if name in set(marks["what"])]
    lines = pd.DataFrame(
        {
            "question": ids,
            "from": [one.own * 100 for one in judged],
            "to": [float(one.outcome * 100) for one in judged],
        }
    )
    x = alt.X(
        "per cent:Q",
        title="0: did not happen; 100: happened",
        scale=alt.Scale(domain=[-4, 104], nice=False),
        axis=alt.Axis(values=[0, 25, 50, 75, 100]),
    )
    y = alt.Y("question:N", title=None, sort=ids, axis=alt.Axis(grid=True))
    line = (
        alt.Chart(lines)
        .mark_rule(strokeWidth=4, opacity=0.45, color=LOOKS["you"][1])
        .encode(x=alt.X("from:Q"), x2="to:Q", y=y)
    )

    def scale(place: int) -> alt.Scale:
        return alt.Scale(domain=names, range=[LOOKS[name][place] for name in names])

    points = (
        alt.Chart(marks)
        .mark_point(size=95, strokeWidth=1.8, opacity=1)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("what:N", scale=scale(0), legend=alt.Legend()),
            stroke=alt.Stroke("what:N", scale=scale(1), legend=alt.Legend()),
            fill=alt.Fill("what:N", scale=scale(2), legend=alt.Legend()),
            tooltip=["question:N", "what:N", alt.Tooltip("per cent:Q", format=".0f")],
        )
    )
    told = "; ".join(
        f"{one.id}: you {one.own * 100:.0f} per cent, "
        f"{'it happened' if one.outcome else 'it did not happen'}"
        for one in judged
    )
    return alt.layer(line, points).properties(
        width="container",
        height={"step": 30},
        description=f"Each forecast and what happened, question by question. {told}.",
    )


def _calibration(found: pd.DataFrame, start: str) -> alt.LayerChart:
    """Return points for bands on a dashed diagonal, each with the number of its forecasts."""
    drawn = found.assign(
        said=found["said"] * 100,
        happened=found["happened"] * 100,
        label=found["n"].astype(str),
    )
    axis = alt.Axis(values=[0, 25, 50, 75, 100])
    scale = alt.Scale(domain=[0, 100], nice=False)
    x = alt.X("said:Q", title="said, per cent on average", scale=scale, axis=axis)
    y = alt.Y("happened:Q", title="happened, per cent of them", scale=scale, axis=axis)
    ends = pd.DataFrame({"said": [0, 100], "happened": [0, 100]})
    line = alt.Chart(ends).mark_line(strokeDash=[5, 4], color=QUIET, strokeWidth=1.5)
    base = alt.Chart(drawn).encode(x=x, y=y)
    sides = (("left", 11, "datum.said <= 50"), ("right", -11, "datum.said > 50"))
    texts = [
        base.transform_filter(where)
        .mark_text(align=align, dx=dx, fontSize=12, clip=False, **look)
        .encode(text="label:N")
        for align, dx, where in sides
        for look in ({"stroke": PAPER, "strokeWidth": 4}, {"color": INK})
    ]
    layers = (
        line.encode(x=x, y=y),
        *texts,
        base.mark_point(size=130, filled=True, opacity=1, color=INK, clip=False).encode(
            tooltip=[
                "band:N",
                alt.Tooltip("n:Q", title="forecasts"),
                alt.Tooltip("said:Q", format=".0f"),
                alt.Tooltip("happened:Q", format=".0f"),
            ]
        ),
    )
    told = "; ".join(
        f"{row.band}: {row.n} forecasts, said {row.said * 100:.0f} per cent on average, "
        f"{row.happened * 100:.0f} per cent of them happened"
        for row in found.itertuples()
    )
    return alt.layer(*layers).properties(
        width="container", height=260, description=f"{start} {told}."
    )


def calibration(
    *,
    table_name: str,
    title: str,
    description: str,
    who: str,
    question: str,
    p: str,
    outcomes: str,
    outcome: str,
    edges: list[float] | None = None,
    note: str = "",
) -> Figure:
    """Draw how often things happened that were given a probability, in bands of probability.

    ``table_name`` holds one forecast a row: ``who``, ``question`` and ``p`` (0 to 1) are its
    columns. The table ``outcomes`` holds the questions under the same column name, with 1, 0 or
    nothing in the column ``outcome``. ``edges`` are the limits of the bands, from 0 to 1.
    """
    limits = edges or list(FIFTHS)
    if limits != sorted(set(limits)) or limits[0] != 0 or limits[-1] != 1:
        raise CaseError("edges: numbers that rise from 0 to 1.")
    rows = _settled(table_name, who, question, p, outcomes, outcome)
    found = bands(zip(rows["p"], rows["outcome"], strict=True), limits)
    data = found.assign(said=found["said"] * 100, happened=found["happened"] * 100)
    return Figure(
        charts=(_calibration(found, description),) if len(found) else (),
        data=data.rename(
            columns={"n": "forecasts", "said": "said (%)", "happened": "happened (%)"}
        ),
        title=title,
        note=note,
        key=(BESIDE if len(found) else NOTHING,),
        sources=[name for ids in rows["source_ids"] for name in ids],
    )


def forecast_scores(
    *,
    table_name: str,
    title: str,
    description: str,
    who: str,
    question: str,
    p: str,
    outcomes: str,
    outcome: str,
    average_label: str,
    note: str = "",
) -> Figure:
    """Draw the score of each forecaster, and of the average of their forecasts; 0 is perfect.

    The columns are those of the form ``calibration``. Raises CaseError unless all answered the
    same questions: otherwise the scores could not be compared.
    """
    rows = _settled(table_name, who, question, p, outcomes, outcome)
    if not len(rows):
        empty = pd.DataFrame({"forecaster": [], "score": []})
        return Figure(charts=(), data=empty, title=title, note=note, key=(NOTHING,))
    if rows.groupby("question")["who"].nunique().nunique() != 1:
        raise CaseError(f"Table {table_name!r}: not everybody answered the same questions.")
    rows["distance"] = (rows["p"] - rows["outcome"]) ** 2
    each = rows.groupby("who")["distance"].mean()
    crowd = rows.groupby("question").agg(p=("p", "mean"), outcome=("outcome", "first"))
    shared = ((crowd["p"] - crowd["outcome"]) ** 2).mean()
    drawn = pd.DataFrame(
        {"forecaster": each.index, "score": each.to_numpy(), "kind": "one of them"}
    )
    drawn.loc[len(drawn)] = [average_label, shared, "their average"]
    drawn = drawn.sort_values("score", ignore_index=True)
    drawn["text"] = drawn["score"].map("{:.3f}".format)
    worse = int((each > shared).sum())
    told = ", ".join(f"{row.forecaster} {row.score:.3f}" for row in drawn.itertuples())
    return Figure(
        charts=(
            _scores(drawn).properties(
                description=f"{description} {told}. The average of their forecasts beats {worse} "
                f"of {len(each)}."
            ),
        ),
        data=drawn[["forecaster", "score"]],
        title=title,
        note=note,
        sources=[name for ids in rows["source_ids"] for name in ids],
    )


def _settled(table_name, who, question, p, outcomes, outcome) -> pd.DataFrame:
    """Return the forecasts on settled questions: who, question, p, outcome, source_ids."""
    rows, asked = table(table_name), table(outcomes)
    known = asked.dropna(subset=[outcome]).set_index(question)[outcome].astype(int)
    rows = rows[rows[question].isin(known.index)]
    found = pd.DataFrame(
        {
            "who": rows[who],
            "question": rows[question],
            "p": rows[p].astype(float),
            "source_ids": rows["source_ids"],
        }
    )
    return found.assign(outcome=found["question"].map(known)).reset_index(drop=True)


def _scores(drawn: pd.DataFrame) -> alt.LayerChart:
    top = max(drawn["score"].max(), COIN) * 1.2
    x = alt.X(
        "score:Q",
        title="score (0 is perfect)",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(tickCount=5),
    )
    y = alt.Y("forecaster:N", title=None, sort=list(drawn["forecaster"]), axis=alt.Axis(grid=True))
    kinds = ["one of them", "their average"]
    base = alt.Chart(drawn).encode(x=x, y=y)
    coin = alt.Chart(pd.DataFrame({"score": [COIN], "says": ["50 per cent every time"]}))
    return alt.layer(
        coin.mark_rule(strokeDash=[4, 4], color=QUIET, strokeWidth=1.5).encode(x=x),
        coin.mark_text(align="right", dx=-5, baseline="top", dy=3, color=QUIET, fontSize=11).encode(
            x=x, y=alt.value(0), text="says:N"
        ),
        base.mark_point(size=110, opacity=1, strokeWidth=2, stroke=INK).encode(
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond"])),
            fill=alt.Fill("kind:N", scale=alt.Scale(domain=kinds, range=[PAPER, INK])),
            tooltip=["forecaster:N", alt.Tooltip("score:Q", format=".3f")],
        ),
        base.mark_text(align="left", dx=10, fontSize=12, color=INK).encode(text="text:N"),
    ).properties(width="container", height={"step": 28})
