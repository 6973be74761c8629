"""What a student decided in an answer, kind by kind, and how far a class lies apart.

A decision is a choice (a text, or yes and no) or a place on a scale, from 0 to 1. The spread of a
decision is the mean distance of two students: on a scale the part of it that lies between them,
for a choice 0 if they chose the same and 1 if not (Gower's distance). A class divided between the
two ends of a scale, or between yes and no, has a mean distance of a half; it counts double there,
so that 1 means everywhere: as far apart as can be. Free text is no decision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from statistics import mean
from typing import Any

from ..items import Item
from ..items.plain import form

Decisions = dict[str, Any]
KINDS: dict[str, Callable[[Any, Any], Decisions]] = {}


def decisions(item: Item, answer: Any) -> Decisions:
    """Return the decisions of an answer as its question read it; none for a kind without any."""
    return KINDS.get(item.kind, lambda *_: {})(item, answer)


def spread(values: Iterable[Any]) -> float | None:
    """Return how far apart students are, 0 to 1; None where fewer than two decided."""
    values = list(values)
    n = len(values)
    if n < 2:
        return None
    if all(isinstance(value, float) for value in values):
        ordered = sorted(values)
        apart = 2 * sum((2 * i - n + 1) * v for i, v in enumerate(ordered)) / (n * (n - 1))
        return min(1.0, 2 * apart)
    same = sum(times * (times - 1) for times in Counter(map(str, values)).values())
    apart = 1 - same / (n * (n - 1))
    return min(1.0, 2 * apart) if all(isinstance(value, bool) for value in values) else apart


def spreads(all_decisions: Iterable[Decisions]) -> dict[str, float]:
    """Return the spread of every decision that at least two students took."""
    columns: dict[str, list[Any]] = {}
    for one in all_decisions:
        for name, value in one.items():
            columns.setdefault(name, []).append(value)
    found = {name: spread(values) for name, values in columns.items()}
    return {name: value for name, value in found.items() if value is not None}


def overall(found: dict[str, float]) -> tuple[float, str] | None:
    """Return the mean spread of a question and its widest decision; None where there is none."""
    return (mean(found.values()), max(found, key=found.__getitem__)) if found else None


def label(item: Item, name: str) -> tuple[str, str]:
    """Return a decision in words, and their language if the question says so.

    The words are its id and the label the question gives it; "" where the question is all there
    is to decide.
    """
    if name == "choice":
        return "", ""
    own = getattr(item, "check_yourself", None)
    if name == "check" and own:
        return _short(own.label), ""
    listings = form(item, True).listings
    parts = [part for listing in listings for part in listing.parts]
    found = next((part for part in parts if part.id == name.split(" ")[0]), None)
    if not found or not found.text or found.text == name:
        return name.replace("_", " "), ""
    said = _short(found.text)
    named = said.lstrip("(").startswith(f"{name})")  # the text begins with its own name
    return said if named else f"{name}: {said}", found.lang


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def _of(kind: str) -> Callable:
    def known(take: Callable[[Any, Any], Decisions]) -> Callable[[Any, Any], Decisions]:
        KINDS[kind] = take
        return take

    return known


def _shares(values: dict[str, float], whole: float = 100) -> Decisions:
    return {name: float(value / whole) for name, value in values.items()}


def _placed(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, float((value - low) / (high - low))))


@_of("board")
def _board(item: Any, answer: Any) -> Decisions:
    return {row: row in answer.chosen for row in item.by_id}


@_of("choice")
def _choice(_: Any, answer: str) -> Decisions:
    return {"choice": answer}


@_of("choose")
def _choose(item: Any, answer: list[dict]) -> Decisions:
    chosen = {option["id"] for option in answer}
    return {name: name in chosen for name in item.ids}


@_of("classify")
def _classify(_: Any, answer: Any) -> Decisions:
    return dict(answer.placed)


@_of("code")
def _code(_: Any, answer: Any) -> Decisions:
    return {name: one.primary for name, one in answer.first.items()}


@_of("code_task")
def _code_task(item: Any, answer: Any) -> Decisions:
    return {check.id: check.id in answer.held for check in item.checks}


@_of("compare")
def _compare(item: Any, answer: Any) -> Decisions:
    found: Decisions = {name: one.choice for name, one in answer.items() if one.choice}
    for name, one in answer.items():
        if one.weight is not None:
            found[f"{name} (weight)"] = one.weight / item.most
    return found


@_of("estimate")
def _estimate(item: Any, answer: Any) -> Decisions:
    limits = {one.id: (one.minimum, one.maximum) for one in item.quantities}
    numbers = {name: _placed(value, *limits[name]) for name, value in answer.values.items()}
    return {**numbers, **answer.choices}


@_of("forecast")
def _forecast(_: Any, answer: Any) -> Decisions:
    return _shares(answer.values)


@_of("guess")
def _guess(item: Any, answer: Any) -> Decisions:
    return {
        f"{line} {year}": _placed(value, item.minimum, item.maximum)
        for line, years in answer.items()
        for year, value in years.items()
    }


@_of("highlight")
def _highlight(_: Any, answer: Any) -> Decisions:
    return {"primary": answer.primary}


@_of("judge")
def _judge(_: Any, answer: dict[str, str]) -> Decisions:
    return dict(answer)


@_of("matrix")
def _matrix(_: Any, answer: Any) -> Decisions:
    return {
        f"{piece} for {one}": mark
        for piece, column in answer.marks.items()
        for one, mark in column.items()
    }


@_of("order")
def _order(_: Any, answer: tuple[list[str], dict[str, str]]) -> Decisions:
    order, marks = answer
    places = {name: place / max(1, len(order) - 1) for place, name in enumerate(order)}
    return {**places, **{f"{name} (mark)": mark for name, mark in marks.items()}}


@_of("probabilities")
def _probabilities(_: Any, answer: dict[str, float]) -> Decisions:
    return _shares(answer)


@_of("rate")
def _rate(item: Any, answer: tuple[dict, str]) -> Decisions:
    ratings, pick = answer
    top = len(item.levels) - 1
    scaled = {
        f"{act} ({scale})": level / top
        for act, levels in ratings.items()
        for scale, level in levels.items()
    }
    return {**scaled, "pick": pick}


@_of("rule")
def _rule(item: Any, answer: Any) -> Decisions:
    terms = answer.terms
    switched = {switch.id: switch.id in terms.on for switch in item.switches}
    asked = {"each_side": terms.each_side, "least": str(terms.least), "months": str(terms.months)}
    return {**switched, **asked}


@_of("update")
def _update(_: Any, answer: Any) -> Decisions:
    return {"prior": answer.prior / 100, **{s.evidence: s.after / 100 for s in answer.steps}}


@_of("write")
def _write(_: Any, answer: Any) -> Decisions:
    return {**answer.declared, **({"check": answer.check} if answer.check else {})}
