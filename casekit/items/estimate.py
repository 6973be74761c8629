"""Estimate numbers before a finding is shown."""

from __future__ import annotations

from typing import Any

from attrs import define, field, frozen

from .base import (
    ID,
    TRUTH,
    AnswerError,
    Argument,
    Item,
    arg_itself,
    condition,
    part_of_arg,
    parts,
    wants,
    whole,
)
from .choice import Option


@frozen(kw_only=True)
class Quantity:
    """One number to estimate, with its unit and the limits of what can be entered."""

    id: str
    label: str
    unit: str
    minimum: float
    maximum: float


@frozen(kw_only=True)
class Accepted:
    """The number found for a quantity, and the interval within which an estimate counts as near."""

    id: str
    value: float
    low: float
    high: float


@frozen(kw_only=True)
class Ask:
    """A question with a few possible answers, asked beside the numbers."""

    id: str
    label: str
    options: list[Option]


@frozen(kw_only=True)
class Finding:
    """A finding as shown after committing: who, how, what."""

    id: str
    study: str
    design: str
    result: str
    confidence: str = ""


@frozen(kw_only=True)
class Estimates:
    """An answer, read."""

    values: dict[str, float]
    choices: dict[str, str]


LIMIT = Argument(
    "{ quantity = one id, than = a number }",
    lambda value: (
        isinstance(value, dict)
        and set(value) == {"quantity", "than"}
        and isinstance(value["quantity"], str)
        and whole(value["than"])
    ),
)


@define(kw_only=True)
class Estimate(Item):
    """A number for every quantity and a choice for every question.

    Answer: ``{"values": {quantity id: number}, "choices": {question id: option id}}``.
    ``caveats`` says of every finding what it does not show.
    """

    kind = "estimate"
    quantities: list[Quantity]
    accepted: list[Accepted]
    findings: list[Finding]
    caveats: dict[str, str]
    questions: list[Ask] = field(factory=list)

    def check(self) -> None:
        super().check()
        ids = [one.id for one in self.quantities]
        self.expect(len(set(ids)) == len(ids) > 0, "quantities", "ids of their own, at least one")
        self.expect(
            sorted(one.id for one in self.accepted) == sorted(ids), "accepted", "every quantity"
        )
        for one in self.quantities:
            self.expect(one.minimum < one.maximum, f"quantities, {one.id}", "minimum < maximum")
        for found in self.accepted:
            self.expect(
                found.low <= found.value <= found.high, f"accepted, {found.id}", "low, value, high"
            )
        self.expect(self.findings, "findings", "at least one")
        self.expect(
            sorted(self.caveats) == sorted(found.id for found in self.findings),
            "caveats",
            "every finding id once",
        )
        asked = [one.id for one in self.questions]
        self.expect(len(set(asked)) == len(asked), "questions", "ids of their own")
        for one in self.questions:
            options = [option.id for option in one.options]
            self.expect(
                len(set(options)) == len(options) > 1,
                f"questions, {one.id}",
                "two options or more, with ids of their own",
            )
        for name in ("above", "at_most"):
            for path, arg in self.paths_with(name):
                self.expect_known([arg["quantity"]], ids, f"feedback, path {path!r}, {name}")
        for path, arg in self.paths_with("near"):
            self.expect_known([arg], ids, f"feedback, path {path!r}, near")
        for path, arg in self.paths_with("chosen"):
            self.expect_known([arg["question"]], asked, f"feedback, path {path!r}, chosen")
            options = self._options(arg["question"])
            self.expect_known(arg["as"], options, f"feedback, path {path!r}, chosen")

    def _options(self, name: str) -> list[str]:
        return [o.id for one in self.questions if one.id == name for o in one.options]

    def read(self, answer: Any) -> Estimates:
        (values,) = wants(answer, values=dict)
        for one in self.quantities:
            value = values.get(one.id)
            if not whole(value) or not one.minimum <= value <= one.maximum:
                raise AnswerError(
                    f"{one.label}: write a number from {_shown(one.minimum)} to "
                    f"{_shown(one.maximum)} ({one.unit})."
                )
        choices: dict[str, str] = {}
        if self.questions:
            (given,) = wants(answer, choices=dict)
            for one in self.questions:
                if given.get(one.id) not in self._options(one.id):
                    raise AnswerError(f"{one.label} Choose one of the answers.")
                choices[one.id] = given[one.id]
        numbers = {one.id: float(values[one.id]) for one in self.quantities}
        return Estimates(values=numbers, choices=choices)

    def score(self, answer: Estimates) -> str:
        near = sum(self._near(answer, one.id) for one in self.quantities)
        number = "1 estimate lies" if near == 1 else f"{near} estimates lie"
        return f"{number} in the interval that is accepted, of {len(self.quantities)}."

    def found(self, name: str) -> Accepted:
        """Return what was found for a quantity."""
        return next(found for found in self.accepted if found.id == name)

    @condition("above", LIMIT, about=part_of_arg("quantity"))
    def _above(self, answer: Estimates, arg: dict[str, Any]) -> bool:
        return answer.values[arg["quantity"]] > arg["than"]

    @condition("at_most", LIMIT, about=part_of_arg("quantity"))
    def _at_most(self, answer: Estimates, arg: dict[str, Any]) -> bool:
        return answer.values[arg["quantity"]] <= arg["than"]

    @condition("near", ID, about=arg_itself)
    def _near(self, answer: Estimates, arg: str) -> bool:
        found = self.found(arg)
        return found.low <= answer.values[arg] <= found.high

    @condition("all_near", TRUTH)
    def _all_near(self, answer: Estimates, arg: bool) -> bool:
        return all(self._near(answer, one.id) for one in self.quantities) is arg

    @condition("chosen", parts("question", "as"), about=part_of_arg("question"))
    def _chosen(self, answer: Estimates, arg: dict[str, Any]) -> bool:
        return answer.choices[arg["question"]] in arg["as"]


def _shown(number: float) -> str:
    return f"{number:g}".replace("-", "−")
