"""Give a probability to each of a few statements."""

from __future__ import annotations

from typing import Any

from attrs import define, frozen

from .base import NUMBER, PAIR, TRUTH, AnswerError, Item, condition, wants, whole


@frozen(kw_only=True)
class Statement:
    """One statement to believe more or less."""

    id: str
    text: str


@define(kw_only=True)
class Probabilities(Item):
    """Per cent for every statement. Answer: ``{"values": {statement id: 0 to 100}}``."""

    kind = "probabilities"
    statements: list[Statement]

    def check(self) -> None:
        super().check()
        ids = [statement.id for statement in self.statements]
        self.expect(
            len(set(ids)) == len(ids) > 0, "statements", "one or more, each with its own id"
        )
        for path, arg in self.paths_with("higher"):
            self.expect_known(arg, ids, f"feedback, path {path!r}, higher")

    def read(self, answer: Any) -> dict[str, float]:
        (values,) = wants(answer, values=dict)
        for statement in self.statements:
            value = values.get(statement.id)
            if not whole(value) or not 0 <= value <= 100:
                raise AnswerError(f"Statement {statement.id} needs a number from 0 to 100.")
        return {statement.id: values[statement.id] for statement in self.statements}

    @condition("within", NUMBER)
    def _within(self, answer: dict[str, float], arg: float) -> bool:
        return len(answer) > 1 and max(answer.values()) - min(answer.values()) <= arg

    @condition("higher", PAIR)
    def _higher(self, answer: dict[str, float], arg: list[str]) -> bool:
        return answer[arg[0]] > answer[arg[1]]

    @condition("extreme", TRUTH)
    def _extreme(self, answer: dict[str, float], arg: bool) -> bool:
        return any(value in (0, 100) for value in answer.values()) is arg

    @condition("all_equal", NUMBER)
    def _all_equal(self, answer: dict[str, float], arg: float) -> bool:
        return set(answer.values()) == {arg}
