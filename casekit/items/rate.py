"""Rate several acts on several scales, then choose one of them."""

from __future__ import annotations

from typing import Any

from attrs import define, field, frozen

from .base import (
    ID,
    IDS,
    PAIR,
    AnswerError,
    Argument,
    Item,
    always,
    arg_itself,
    condition,
    wants,
)

Ratings = dict[str, dict[str, int]]


def _int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


RATED = Argument(
    "{ acts = a list of ids, scale = one id, as = a list of ratings }",
    lambda value: (
        isinstance(value, dict)
        and set(value) == {"acts", "scale", "as"}
        and _texts(value["acts"])
        and isinstance(value["scale"], str)
        and isinstance(value["as"], list)
        and bool(value["as"])
        and all(_int(rating) for rating in value["as"])
    ),
)


@frozen(kw_only=True)
class Act:
    """One act: reference ratings by scale, with the reason, shown after committing."""

    id: str
    text: str
    reason: str
    confidence: str
    ratings: dict[str, int]


@define(kw_only=True)
class Rate(Item):
    """Every act on every scale, and one act chosen.

    Answer: ``{"ratings": {act id: {scale id: level}}, "pick": act id}``; a level is a place in
    ``levels``, from 0. An act is ``{"id", "text", "reason", "confidence", …}`` with the reference
    under the name of every scale. ``labels`` gives the acts their order and their short names;
    those in ``reserve`` may be left unrated.
    """

    kind = "rate"
    acts: list[dict[str, Any]]
    labels: dict[str, str]
    scales: dict[str, str]
    levels: list[str]
    pick: str
    reserve: list[str] = field(factory=list)
    by_id: dict[str, Act] = field(init=False, factory=dict)

    def check(self) -> None:
        super().check()
        self.expect(self.scales, "scales", "at least one")
        self.expect(len(self.levels) > 1, "levels", "two or more, from the lowest")
        found = {}
        for act in self.acts:
            for name in ("id", "text", "reason", "confidence"):
                self.expect(isinstance(act.get(name), str), f"acts, {name}", "text for each")
            where = f"acts, {act['id']}"
            for name in self.scales:
                self.expect(
                    _int(act.get(name)) and 0 <= act[name] < len(self.levels),
                    f"{where}, {name}",
                    f"a level from 0 to {len(self.levels) - 1}",
                )
            found[act["id"]] = Act(
                id=act["id"],
                text=act["text"],
                reason=act["reason"],
                confidence=act["confidence"],
                ratings={name: act[name] for name in self.scales},
            )
        self.expect(
            len(found) == len(self.acts) > 1 and sorted(found) == sorted(self.labels),
            "labels",
            "every act id once, two or more",
        )
        self.by_id = {name: found[name] for name in self.labels}
        self.expect_known(self.reserve, self.ids, "reserve")
        for path, arg in self.paths_with("rated"):
            self.expect_known(arg["acts"], self.ids, f"feedback, path {path!r}, rated")
            self.expect_known([arg["scale"]], list(self.scales), f"feedback, path {path!r}, rated")
        for name in ("above", "picked"):
            for path, arg in self.paths_with(name):
                self.expect_known(arg, self.ids, f"feedback, path {path!r}, {name}")
        for name in ("zero", "was_rated"):
            for path, arg in self.paths_with(name):
                self.expect_known([arg], self.ids, f"feedback, path {path!r}, {name}")

    @property
    def ids(self) -> list[str]:
        """The ids of all acts, in order."""
        return list(self.labels)

    def read(self, answer: Any) -> tuple[Ratings, str]:
        given, pick = wants(answer, ratings=dict, pick=str)
        read: Ratings = {}
        for name in self.ids:
            ratings = given.get(name, {})
            if name in self.reserve and not ratings:
                continue
            if not isinstance(ratings, dict):
                ratings = {}
            left = [scale for scale in self.scales if not self._level(ratings.get(scale))]
            if left:
                raise AnswerError(
                    f"Act {name}: {len(left)} of {len(self.scales)} scales have no rating yet."
                )
            read[name] = {scale: ratings[scale] for scale in self.scales}
        if pick not in read:
            raise AnswerError(f"{self.pick}: choose one of the acts that you have rated.")
        return read, pick

    def _level(self, value: Any) -> bool:
        return _int(value) and 0 <= value < len(self.levels)

    def score(self, answer: tuple[Ratings, str]) -> str:
        pairs = [
            (ratings[scale], self.by_id[name].ratings[scale])
            for name, ratings in answer[0].items()
            for scale in self.scales
        ]
        near = sum(abs(mine - reference) <= 1 for mine, reference in pairs)
        return f"{near} of {len(pairs)} ratings lie within one step of the reference."

    def _rated_so(self, answer: tuple[Ratings, str], arg: dict[str, Any]) -> list[str]:
        """Return those of the acts named that have one of the ratings named."""
        ratings, scale = answer[0], arg["scale"]
        return [act for act in arg["acts"] if ratings.get(act, {}).get(scale) in arg["as"]]

    @condition("rated", RATED, about=_rated_so)
    def _rated(self, answer: tuple[Ratings, str], arg: dict[str, Any]) -> bool:
        return bool(self._rated_so(answer, arg))

    @condition("zero", ID, about=arg_itself)
    def _zero(self, answer: tuple[Ratings, str], arg: str) -> bool:
        return arg in answer[0] and not any(answer[0][arg].values())

    @condition("above", PAIR, about=arg_itself)
    def _above(self, answer: tuple[Ratings, str], arg: list[str]) -> bool:
        first, second = (sum(answer[0].get(act, {}).values()) for act in arg)
        return first > second

    @condition("picked", IDS, about=always("pick"))
    def _picked(self, answer: tuple[Ratings, str], arg: list[str]) -> bool:
        return answer[1] in arg

    @condition("was_rated", ID, about=arg_itself)
    def _was_rated(self, answer: tuple[Ratings, str], arg: str) -> bool:
        return arg in answer[0]
