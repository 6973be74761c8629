"""Versions of one wording side by side: what was lost or added, and does it matter?"""

from __future__ import annotations

from typing import Any

from attrs import define, field, frozen

from .base import IDS, NUMBER, TRUTH, AnswerError, Item, condition, parts, wants, whole
from .choice import Option


@frozen(kw_only=True)
class Place:
    """One wording in its versions. ``lost``, ``why``, ``key`` and ``weight`` come afterwards."""

    id: str
    original: str
    languages: list[str]
    gloss: str
    version_1: str
    version_2: str = ""
    version_3: str = ""
    version_4: str = ""
    lost: str = ""
    why: str = ""
    key: str = ""
    weight: int | None = None

    @property
    def versions(self) -> list[str]:
        """The versions there are."""
        found = (self.version_1, self.version_2, self.version_3, self.version_4)
        return [version for version in found if version]


@frozen(kw_only=True)
class Changed:
    """What is asked of one place: a heading, and the changes to choose among."""

    place: str
    heading: str
    options: list[Option] = field(factory=list)


@frozen
class Compared:
    """What a student says of one place."""

    choice: str = ""
    text: str = ""
    weight: int | None = None
    sure: bool = False


@define(kw_only=True)
class Compare(Item):
    """Places where versions differ. Answer: ``{"places": {place id: {"choice": option id,
    "text": text, "weight": 0 to most, "sure": bool}}}``.

    ``questions`` gives the order. A choice is needed where a place has options, else a few words;
    a weight where ``weight_label`` asks for one. ``sure`` is the student's claim to be certain
    of the wording itself.
    """

    kind = "compare"
    places: list[Place]
    questions: list[Changed]
    choice_label: str
    text_label: str
    weight_label: str = ""
    most: int = 3
    sure_label: str = ""

    def check(self) -> None:
        super().check()
        ids = [place.id for place in self.places]
        self.expect(len(set(ids)) == len(ids) > 0, "places", "one or more, each with its own id")
        asked = [question.place for question in self.questions]
        self.expect(sorted(asked) == sorted(ids), "questions", "one for every place")
        self.expect(self.most > 0, "most", "a whole number from 1 on")
        for one in self.questions:
            options = [option.id for option in one.options]
            where = f"questions, {one.place}"
            self.expect(len(set(options)) == len(options) != 1, where, "none, or two and more")
            rights = sum(option.right for option in one.options)
            self.expect(not options or rights == 1, where, "one option that is right")
        for path, arg in self.paths_with("took"):
            where = f"feedback, path {path!r}, took"
            self.expect_known([arg["place"]], ids, where)
            self.expect_known(arg["as"], self.options(arg["place"]), where)
        for path, arg in self.paths_with("sure"):
            self.expect_known(arg, ids, f"feedback, path {path!r}, sure")

    def question(self, place: str) -> Changed:
        """Return what is asked of a place."""
        return next(one for one in self.questions if one.place == place)

    def place(self, name: str) -> Place:
        """Return the place with this id."""
        return next(place for place in self.places if place.id == name)

    def options(self, place: str) -> list[str]:
        """Return the ids of the options of a place."""
        return [option.id for option in self.question(place).options]

    def read(self, answer: Any) -> dict[str, Compared]:
        (given,) = wants(answer, places=dict)
        return {one.place: self._one(number, one, given) for number, one in self._numbered()}

    def _numbered(self) -> list[tuple[int, Changed]]:
        return list(enumerate(self.questions, 1))

    def _one(self, number: int, asked: Changed, given: dict) -> Compared:
        said = given.get(asked.place, {})
        if not isinstance(said, dict):
            raise AnswerError(f"Place {number} has no answer of the right form.")
        choice, text = said.get("choice", ""), said.get("text", "")
        weight, sure = said.get("weight"), said.get("sure", False)
        if not isinstance(text, str):
            raise AnswerError(f"Place {number}: the box holds text.")
        if asked.options and (
            not isinstance(choice, str) or choice not in self.options(asked.place)
        ):
            raise AnswerError(f"Place {number}: choose what changed.")
        if not asked.options and not text.strip():
            raise AnswerError(f"Place {number}: say in a few words what changed.")
        if not self.weight_label:
            weight = None
        elif not whole(weight) or weight not in range(self.most + 1):
            raise AnswerError(f"Place {number}: rate it from 0 to {self.most}.")
        if not isinstance(sure, bool):
            raise AnswerError(f"Place {number}: certain is a tick, yes or no.")
        return Compared(choice if asked.options else "", text.strip(), weight, sure)

    def score(self, answer: dict[str, Compared]) -> str:
        asked = [one for one in self.questions if one.options]
        if not asked:
            return ""
        right = sum(self._right(one, answer) for one in asked)
        return f"{right} of {len(asked)} as in the reference."

    def _right(self, asked: Changed, answer: dict[str, Compared]) -> bool:
        return any(o.right and o.id == answer[asked.place].choice for o in asked.options)

    @condition("took", parts("place", "as"))
    def _took(self, answer: dict[str, Compared], arg: dict[str, Any]) -> bool:
        return answer[arg["place"]].choice in arg["as"]

    @condition("sure", IDS)
    def _sure(self, answer: dict[str, Compared], arg: list[str]) -> bool:
        return any(answer[place].sure for place in arg)

    @condition("all_weights", NUMBER)
    def _all_weights(self, answer: dict[str, Compared], arg: float) -> bool:
        return all(one.weight == arg for one in answer.values())

    @condition("all_right", TRUTH)
    def _all_right(self, answer: dict[str, Compared], arg: bool) -> bool:
        return all(self._right(one, answer) for one in self.questions if one.options) is arg
