"""Move a belief by the weight of evidence, one piece after the other."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from attrs import define, field, frozen

from .base import (
    NUMBER,
    TRUTH,
    AnswerError,
    Argument,
    Item,
    always,
    condition,
    part_of_arg,
    wants,
    whole,
)


@frozen(kw_only=True)
class Piece:
    """One piece of evidence to weigh."""

    id: str
    text: str
    date: str
    confidence: str = ""
    note: str = ""


@frozen(kw_only=True)
class Ratio:
    """One step of a worked example: how many times likelier if the belief is true."""

    text: str
    ratio: float


@frozen(kw_only=True)
class Example:
    """A worked example: a prior in per cent and the steps from there."""

    prior: float
    steps: list[Ratio]


@frozen(kw_only=True)
class Step:
    """One step taken, all beliefs in per cent: what was set, predicted, and came out."""

    evidence: str
    likely: float
    likely_if_not: float
    before: float
    predicted: float
    after: float

    @property
    def ratio(self) -> float:
        """How many times likelier the evidence is if the belief is true."""
        return self.likely / self.likely_if_not


@frozen(kw_only=True)
class Belief:
    """An answer, read: the prior in per cent and the steps in the order taken."""

    prior: float
    steps: tuple[Step, ...]


def _named(**kinds: Any) -> Any:
    return lambda value: (
        isinstance(value, dict)
        and set(value) == set(kinds)
        and all(fits(value[name]) for name, fits in kinds.items())
    )


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_text, value))


RATIO = Argument("{ evidence = one id, ratio = a number }", _named(evidence=_text, ratio=whole))
RATIOS = Argument(
    "{ evidence = a list of ids, ratio = a number }", _named(evidence=_list, ratio=whole)
)
JUMP = Argument("{ both = a number, jump = a number }", _named(both=whole, jump=whole))


def odds(percent: float) -> float:
    """Return the odds of a belief in per cent: 40 per cent is 40 to 60, 0.67."""
    return float("inf") if percent == 100 else percent / (100 - percent)


def percent(odds: float) -> float:
    """Return a belief in per cent from its odds."""
    return 100.0 if odds == float("inf") else 100 * odds / (1 + odds)


def moved(before: float, ratio: float) -> float:
    """Return a belief in per cent after evidence: odds before, times the ratio, back."""
    return percent(odds(before) * ratio)


@define(kw_only=True)
class Update(Item):
    """A prior, and for each piece of evidence two likelihoods and a prediction, all in per cent.

    Answer: ``{"prior": 0 to 100, "steps": [{"evidence": id, "likely": 1 to 99, "likely_if_not":
    1 to 99, "predicted": 0 to 100}, …]}``, every piece once, in the order taken. ``labels`` gives
    the pieces their usual order and their short names; those dated after ``day`` are offered
    only once the others are in.
    """

    kind = "update"
    evidence: list[Piece]
    labels: dict[str, str]
    day: str
    prior_label: str
    likely_label: str
    likely_if_not_label: str
    predicted_label: str
    example: Example
    pieces: dict[str, Piece] = field(init=False, factory=dict)

    def check(self) -> None:
        super().check()
        found = {piece.id: piece for piece in self.evidence}
        self.expect(
            len(found) == len(self.evidence) > 0 and sorted(found) == sorted(self.labels),
            "labels",
            "every evidence id once",
        )
        self.pieces = {name: found[name] for name in self.labels}
        self.expect(0 < self.example.prior < 100, "example, prior", "a number between 0 and 100")
        self.expect(self.example.steps, "example, steps", "at least one")
        for step in self.example.steps:
            self.expect(whole(step.ratio) and step.ratio > 0, "example, steps", "ratios above 0")
        known = list(self.pieces)
        for name in ("ratio_above", "ratio_below"):
            for path, arg in self.paths_with(name):
                self.expect_known([arg["evidence"]], known, f"feedback, path {path!r}, {name}")
        for path, arg in self.paths_with("all_above"):
            self.expect_known(arg["evidence"], known, f"feedback, path {path!r}, all_above")

    def offered(self, taken: list[str]) -> list[str]:
        """Return the pieces that can come next: the later ones only after all others."""
        left = [name for name in self.pieces if name not in taken]
        known = [name for name in left if self.pieces[name].date <= self.day]
        return known or left

    def worked(self) -> list[tuple[str, float, float]]:
        """Return the worked example: (text, ratio, belief after it in per cent) for each step."""
        belief, lines = self.example.prior, []
        for step in self.example.steps:
            belief = moved(belief, step.ratio)
            lines.append((step.text, step.ratio, belief))
        return lines

    def read(self, answer: Any) -> Belief:
        (steps,) = wants(answer, steps=list)
        belief = self.walk(answer.get("prior"), steps)
        left = len(self.pieces) - len(belief.steps)
        if left:
            raise AnswerError(f"{left} of {len(self.pieces)} pieces of evidence are not in yet.")
        return belief

    def walk(self, prior: Any, steps: list[Any]) -> Belief:
        """Return the belief after the steps taken so far. Raises AnswerError."""
        belief = self._number(prior, self.prior_label, 0, 100)
        start, walked = belief, []
        for given in steps:
            (name,) = wants(given, evidence=str)
            if name not in self.pieces or name in [step.evidence for step in walked]:
                raise AnswerError("Every step weighs one piece of the evidence, each piece once.")
            label = self.labels[name]
            likely = self._number(given.get("likely"), f"{label}, {self.likely_label}", 1, 99)
            likely_if_not = self._number(
                given.get("likely_if_not"), f"{label}, {self.likely_if_not_label}", 1, 99
            )
            predicted = self._number(
                given.get("predicted"), f"{label}, {self.predicted_label}", 0, 100
            )
            after = moved(belief, likely / likely_if_not)
            walked.append(
                Step(
                    evidence=name,
                    likely=likely,
                    likely_if_not=likely_if_not,
                    before=belief,
                    predicted=predicted,
                    after=after,
                )
            )
            belief = after
        return Belief(prior=start, steps=tuple(walked))

    @staticmethod
    def _number(value: Any, label: str, low: float, high: float) -> float:
        if not whole(value) or not low <= value <= high:
            raise AnswerError(f"{label}: a number from {low} to {high}.")
        return float(value)

    def score(self, answer: Belief) -> str:
        gaps = [abs(step.predicted - step.after) for step in answer.steps]
        away = f"{sum(gaps) / len(gaps):.0f}"
        return (
            f"From {answer.prior:.0f} to {answer.steps[-1].after:.0f} per cent. Your predictions "
            f"were {away} point{'' if away == '1' else 's'} away on average."
        )

    @staticmethod
    def _ratio(answer: Belief, name: str) -> float:
        return next(step.ratio for step in answer.steps if step.evidence == name)

    @condition("ratio_above", RATIO, about=part_of_arg("evidence"))
    def _ratio_above(self, answer: Belief, arg: dict[str, Any]) -> bool:
        return self._ratio(answer, arg["evidence"]) > arg["ratio"]

    @condition("ratio_below", RATIO, about=part_of_arg("evidence"))
    def _ratio_below(self, answer: Belief, arg: dict[str, Any]) -> bool:
        return self._ratio(answer, arg["evidence"]) < arg["ratio"]

    @condition("all_above", RATIOS, about=part_of_arg("evidence"))
    def _all_above(self, answer: Belief, arg: dict[str, Any]) -> bool:
        return all(self._ratio(answer, name) > arg["ratio"] for name in arg["evidence"])

    def _jumps(self, answer: Belief, arg: dict[str, float]) -> list[str]:
        """Return the evidence that was likely either way and yet expected to move the belief."""
        return [
            step.evidence
            for step in answer.steps
            if min(step.likely, step.likely_if_not) >= arg["both"]
            and step.predicted - step.before >= arg["jump"]
        ]

    @condition("both_high", JUMP, about=_jumps)
    def _both_high(self, answer: Belief, arg: dict[str, float]) -> bool:
        return bool(self._jumps(answer, arg))

    @condition("locked", TRUTH, about=always("prior"))
    def _locked(self, answer: Belief, arg: bool) -> bool:
        return (answer.prior in (0, 100)) is arg

    def _mispredicted(self, answer: Belief, arg: float) -> list[str]:
        """Return the evidence whose effect was predicted worse than by so many points."""
        return [s.evidence for s in answer.steps if abs(s.predicted - s.after) > arg]

    @condition("off_by", NUMBER, about=_mispredicted)
    def _off_by(self, answer: Belief, arg: float) -> bool:
        return bool(self._mispredicted(answer, arg))

    @condition("reordered", TRUTH)
    def _reordered(self, answer: Belief, arg: bool) -> bool:
        places = [list(self.pieces).index(step.evidence) for step in answer.steps]
        return any(a > b for a, b in pairwise(places)) is arg
