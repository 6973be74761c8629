"""Give a probability to each of a few questions, and be scored where the answer is known."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import mean, median
from typing import Any

from attrs import define, field, frozen

from .base import (
    IDS,
    NUMBER,
    PAIR,
    TRUTH,
    AnswerError,
    Argument,
    Item,
    arg_itself,
    condition,
    part_of_arg,
    wants,
    whole,
)

TWO_NUMBERS = Argument(
    "a list of two numbers, the lower first",
    lambda value: (
        isinstance(value, list)
        and len(value) == 2
        and all(whole(number) for number in value)
        and value[0] <= value[1]
    ),
)
BELOW = Argument(
    "{ question = one id, than = a number }",
    lambda value: (
        isinstance(value, dict)
        and set(value) == {"question", "than"}
        and isinstance(value["question"], str)
        and whole(value["than"])
    ),
)


def brier(pairs: Iterable[tuple[float, float]]) -> float:
    """Return the Brier score: the mean of (probability − outcome)², 0 is perfect.

    ``pairs`` holds a probability from 0 to 1 and an outcome, 1 or 0, for each question. Raises
    ValueError if there is none.
    """
    pairs = list(pairs)
    if not pairs:
        raise ValueError("A score needs at least one forecast.")
    return mean((probability - outcome) ** 2 for probability, outcome in pairs)


@frozen(kw_only=True)
class Asked:
    """One question: its text and rule are shown at once, all else once an answer is committed.

    ``outcome`` is 1 or 0, "" while it is open; ``base`` is a share from 0 to 1, "" where there is
    none.
    """

    id: str
    text: str
    closes: str
    rule: str
    outcome: Any = ""
    base: Any = ""
    base_note: str = ""
    resolved: str = ""
    confidence: str = ""

    @property
    def settled(self) -> bool:
        """Whether the outcome is known."""
        return self.outcome != ""


@frozen(kw_only=True)
class Other:
    """One forecast by somebody else, ``p`` from 0 to 1."""

    who: str
    id: str
    p: float


@frozen
class Forecasts:
    """An answer as read: per cent by question, those known before, and what would move each."""

    values: dict[str, float]
    known: tuple[str, ...] = ()
    moves: dict[str, str] = field(factory=dict)


@define(kw_only=True)
class Forecast(Item):
    """Per cent for each question, or "already known".

    Answer: ``{"values": {id: 0 to 100}, "known": [ids], "moves": {id: text}}``; every question is
    in one of the first two, and ``moves`` counts only where ``move_label`` asks for it. ``others``
    are compared on the same questions; ``others_label`` says who they are.
    """

    kind = "forecast"
    questions: list[Asked]
    others: list[Other] = field(factory=list)
    others_label: str = ""
    move_label: str = ""

    def check(self) -> None:
        super().check()
        self.expect(
            len(set(self.ids)) == len(self.ids) > 0,
            "questions",
            "one or more, each with its own id",
        )
        for asked in self.questions:
            where = f"questions, {asked.id}"
            self.expect(
                asked.outcome == "" or (whole(asked.outcome) and asked.outcome in (0, 1)),
                f"{where}, outcome",
                "1, 0 or nothing",
            )
            self.expect(
                asked.base == "" or (whole(asked.base) and 0 <= asked.base <= 1),
                f"{where}, base",
                "a share from 0 to 1 or nothing",
            )
        for other in self.others:
            self.expect(0 <= other.p <= 1, f"others, {other.who}", "p from 0 to 1")
        self.expect(
            not self.others or self.others_label.strip(), "others_label", "who the others are"
        )
        for name in ("above", "settled_no"):
            for path, arg in self.paths_with(name):
                self.expect_known(arg, self.ids, f"feedback, path {path!r}, {name}")
        for path, arg in self.paths_with("below"):
            self.expect_known([arg["question"]], self.ids, f"feedback, path {path!r}, below")

    @property
    def ids(self) -> list[str]:
        """The ids of all questions, in the order asked."""
        return [asked.id for asked in self.questions]

    def read(self, answer: Any) -> Forecasts:
        values, known = wants(answer, values=dict, known=list)
        moves = answer.get("moves", {})
        if not isinstance(moves, dict):
            raise AnswerError("What would move you is text, one for each question.")
        if any(name not in self.ids for name in known):
            raise AnswerError("Tick “already known” for questions that are asked here.")
        given = {}
        for name in self.ids:
            if name in known:
                continue
            if name not in values:
                raise AnswerError(
                    f"Question {name} is still open: record a probability, or that you know."
                )
            if not whole(values[name]) or not 0 <= values[name] <= 100:
                raise AnswerError(f"Question {name} needs a number from 0 to 100.")
            given[name] = values[name]
        texts = {name: moves.get(name, "") for name in given}
        if not all(isinstance(text, str) for text in texts.values()):
            raise AnswerError("What would move you is text, one for each question.")
        return Forecasts(
            given,
            tuple(name for name in self.ids if name in known),
            {name: text.strip() for name, text in texts.items()},
        )

    def scored(self, answer: Forecasts) -> list[Asked]:
        """Return the questions that count: settled, and not known before."""
        return [q for q in self.questions if q.settled and q.id in answer.values]

    def own(self, answer: Forecasts, questions: Iterable[Asked]) -> float:
        """Return the student's score on these questions."""
        return brier((answer.values[q.id] / 100, q.outcome) for q in questions)

    def shared(self, questions: list[Asked]) -> list[Asked]:
        """Return those of the questions that each of the others answered too."""
        given = {(other.who, other.id) for other in self.others}
        names = {other.who for other in self.others}
        return [q for q in questions if names and all((who, q.id) in given for who in names)]

    def others_scores(self, questions: list[Asked]) -> tuple[list[float], float] | None:
        """Return the others' scores on these questions, and that of their average forecast.

        Only questions that each of them answered count (`shared`); None if there are none.
        """
        given = {(other.who, other.id): other.p for other in self.others}
        names = sorted({other.who for other in self.others})
        if not (questions := self.shared(questions)):
            return None
        each = [brier((given[who, q.id], q.outcome) for q in questions) for who in names]
        crowd = brier((mean(given[who, q.id] for who in names), q.outcome) for q in questions)
        return each, crowd

    def others_average(self, name: str) -> float | None:
        """Return the others' average forecast of one question, None without any."""
        given = [other.p for other in self.others if other.id == name]
        return mean(given) if given else None

    def score(self, answer: Forecasts) -> str:
        scored = self.scored(answer)
        if not scored:
            return self._saved(answer)
        parts = [
            f"Brier score {self.own(answer, scored):.3f} on {_questions(scored)}; 0 is perfect, "
            "0.25 is what 50 per cent earns every time."
        ]
        if based := [q for q in scored if q.base != ""]:
            base = brier((q.base, q.outcome) for q in based)
            parts.append(
                f"On {_questions(based)} with a base rate: you {self.own(answer, based):.3f}, the "
                f"base rate alone {base:.3f}."
            )
        if others := self.others_scores(scored):
            each, crowd = others
            same = self.shared(scored)
            where = "the same questions as your score"
            if len(same) < len(scored):
                where = f"{_questions(same)} of these (you {self.own(answer, same):.3f})"
            parts.append(
                f"On {where}, {self.others_label}: median "
                f"{median(each):.3f}, their average forecast {crowd:.3f}."
            )
        return " ".join(parts)

    def _saved(self, answer: Forecasts) -> str:
        opened = [q for q in self.questions if not q.settled and q.id in answer.values]
        if not opened:
            return ""
        days = sorted(q.closes for q in opened)
        return f"{_questions(opened)} on record; they close between {days[0]} and {days[-1]}."

    @condition("worse_than", NUMBER)
    def _worse_than(self, answer: Forecasts, arg: float) -> bool:
        scored = self.scored(answer)
        return bool(scored) and self.own(answer, scored) > arg + 1e-9

    @condition("beats_base", TRUTH)
    def _beats_base(self, answer: Forecasts, arg: bool) -> bool:
        based = [q for q in self.scored(answer) if q.base != ""]
        better = bool(based) and (
            self.own(answer, based) < brier((q.base, q.outcome) for q in based) - 1e-9
        )
        return better is arg

    @condition("none_scored", TRUTH)
    def _none_scored(self, answer: Forecasts, arg: bool) -> bool:
        return (not self.scored(answer)) is arg

    @condition("all_between", TWO_NUMBERS)
    def _all_between(self, answer: Forecasts, arg: list[float]) -> bool:
        return bool(answer.values) and all(
            arg[0] <= value <= arg[1] for value in answer.values.values()
        )

    def _certain(self, answer: Forecasts, _: float) -> list[str]:
        """Return the questions that are given no chance, or no doubt."""
        return [name for name, value in answer.values.items() if value in (0, 100)]

    @condition("extremes", NUMBER, about=_certain)
    def _extremes(self, answer: Forecasts, arg: float) -> bool:
        return len(self._certain(answer, arg)) >= arg

    @condition("above", PAIR, about=arg_itself)
    def _above(self, answer: Forecasts, arg: list[str]) -> bool:
        first, second = arg
        values = answer.values
        return first in values and second in values and values[first] > values[second]

    @condition("below", BELOW, about=part_of_arg("question"))
    def _below(self, answer: Forecasts, arg: dict[str, Any]) -> bool:
        return answer.values.get(arg["question"], arg["than"]) < arg["than"]

    def _ruled_out(self, answer: Forecasts, arg: list[str]) -> list[str]:
        """Return those of the questions named that are known, or all but excluded."""
        return [n for n in arg if n in answer.known or answer.values.get(n, 50) <= 10]

    @condition("settled_no", IDS, about=_ruled_out)
    def _settled_no(self, answer: Forecasts, arg: list[str]) -> bool:
        return bool(self._ruled_out(answer, arg))

    def _without_text(self, answer: Forecasts, _: float) -> list[str]:
        """Return the questions that nothing is said to move."""
        return [name for name, text in answer.moves.items() if not text]

    @condition("unmoved", NUMBER, about=_without_text)
    def _unmoved(self, answer: Forecasts, arg: float) -> bool:
        return len(self._without_text(answer, arg)) >= arg


def _questions(asked: list[Asked]) -> str:
    return f"{len(asked)} question{'s' if len(asked) != 1 else ''}"
