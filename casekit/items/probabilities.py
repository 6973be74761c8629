"""Give a probability to each of a few statements."""

from __future__ import annotations

from typing import Any

from attrs import define, frozen

from .base import NUMBER, PAIR, TRUTH, AnswerError, Item, arg_itself, condition, wants, whole


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

    @condition("higher", PAIR, about=arg_itself)
    def _higher(self, answer: dict[str, float], arg: list[str]) -> bool:
        return answer[arg[0]] > answer[arg[1]]

    def _certain(self, answer: dict[str, float], _: bool) -> list[str]:
        """Return the statements that are given no chance, or no doubt."""
        return [name for name, value in answer.items() if value in (0, 100)]

    @condition("extreme", TRUTH, about=_certain)
    def _extreme(self, answer: dict[str, float], arg: bool) -> bool:
        return bool(self._certain(answer, arg)) is arg

    @condition("all_equal", NUMBER)
    def _all_equal(self, answer: dict[str, float], arg: float) -> bool:
        return set(answer.values()) == {arg}
