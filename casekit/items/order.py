"""Put cards in order of time and mark each."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from attrs import define, field, frozen

from .base import (
    PAIR,
    TRUTH,
    AnswerError,
    Item,
    arg_itself,
    condition,
    part_of_arg,
    parts,
    wants,
)


@frozen(kw_only=True)
class Card:
    """One card: its place in the true order, and what is shown after committing."""

    id: str
    place: int
    title: str
    date: str
    mark: str
    also: str = ""
    line_1: str = ""
    line_2: str = ""
    term_1: str = ""
    term_2: str = ""
    note: str = ""

    @property
    def accepted(self) -> tuple[str, ...]:
        """The reference mark and the second one accepted, if any."""
        return (self.mark, self.also) if self.also else (self.mark,)


@frozen(kw_only=True)
class Marks:
    """The question asked of every card and its possible answers, id to visible label."""

    label: str
    options: dict[str, str]


@frozen(kw_only=True)
class Terms:
    """Whose terms ``term_1`` and ``term_2`` of the cards are, and their languages."""

    label_1: str
    label_2: str
    lang_1: str
    lang_2: str


@define(kw_only=True)
class Order(Item):
    """Cards in order, each marked. Answer: ``{"order": [card ids], "marks": {id: mark}}``."""

    kind = "order"
    cards: list[Card]
    marks: Marks
    terms: Terms | None = None
    shuffled: list[str] = field(factory=list)

    def check(self) -> None:
        super().check()
        ids = [card.id for card in self.cards]
        self.expect(len(set(ids)) == len(ids) > 1, "cards", "two or more, each with its own id")
        self.expect(
            sorted(c.place for c in self.cards) == list(range(1, len(ids) + 1)),
            "cards, place",
            "the numbers 1, 2, 3 … without a gap",
        )
        self.expect(sorted(self.shuffled) == sorted(ids), "shuffled", "every card id once")
        self.expect(self.shuffled != self.truth, "shuffled", "an order that is not the true one")
        for card in self.cards:
            self.expect_known(card.accepted, list(self.marks.options), f"cards, {card.id}, mark")
        for path, arg in self.paths_with("before"):
            self.expect_known(arg, ids, f"feedback, path {path!r}, before")
        for path, arg in self.paths_with("marked"):
            self.expect_known([arg["card"]], ids, f"feedback, path {path!r}, marked")
            self.expect_known(arg["as"], list(self.marks.options), f"feedback, path {path!r}")

    @property
    def truth(self) -> list[str]:
        """The card ids in their true order."""
        return [card.id for card in sorted(self.cards, key=lambda card: card.place)]

    def read(self, answer: Any) -> tuple[list[str], dict[str, str]]:
        order, marks = wants(answer, order=list, marks=dict)
        if len(order) != len(self.cards) or any(name not in order for name in self.truth):
            raise AnswerError("The order must name every card once.")
        options = list(self.marks.options)
        left = [name for name in order if marks.get(name) not in options]
        if left:
            raise AnswerError(f"{len(left)} of {len(order)} cards have no mark yet.")
        return list(order), {name: marks[name] for name in order}

    def score(self, answer: tuple[list[str], dict[str, str]]) -> str:
        order, marks = answer
        place = {card.id: card.place for card in self.cards}
        right = sum(place[a] < place[b] for a, b in pairwise(order))
        fits = sum(marks[card.id] in card.accepted for card in self.cards)
        return (
            f"{right} of {len(order) - 1} neighbouring pairs are in the right order; "
            f"{fits} of {len(order)} marks are as in the reference."
        )

    @condition("before", PAIR, about=arg_itself)
    def _before(self, answer: tuple[list[str], dict], arg: list[str]) -> bool:
        first, second = arg
        return answer[0].index(first) < answer[0].index(second)

    @condition("marked", parts("card", "as"), about=part_of_arg("card"))
    def _marked(self, answer: tuple[list[str], dict[str, str]], arg: dict[str, Any]) -> bool:
        return answer[1][arg["card"]] in arg["as"]

    @condition("one_mark", TRUTH)
    def _one_mark(self, answer: tuple[list[str], dict[str, str]], arg: bool) -> bool:
        return (len(set(answer[1].values())) == 1) is arg

    @condition("all_right", TRUTH)
    def _all_right(self, answer: tuple[list[str], dict], arg: bool) -> bool:
        return (answer[0] == self.truth) is arg
