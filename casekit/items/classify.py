"""Put each thing into one of a few bins."""

from __future__ import annotations

from typing import Any

from attrs import define, field, frozen

from .base import ID, IDS, NUMBER, PAIR, TRUTH, AnswerError, Item, condition, parts, wants


@frozen(kw_only=True)
class Bin:
    """One bin and its visible label."""

    id: str
    label: str


@frozen(kw_only=True)
class Thing:
    """One thing to place. ``key`` is the reference bin, "" where there is none."""

    id: str
    text: str
    key: str = ""
    also: list[str] = field(factory=list)
    note: str = ""
    lang: str = ""

    def fits(self, bin_id: str) -> bool:
        """Whether a bin is the reference or an accepted second reading."""
        return not self.key or bin_id == self.key or bin_id in self.also


@define(kw_only=True)
class Classify(Item):
    """Every thing in one bin. Answer: ``{"placed": {thing id: bin id}}``, all things placed."""

    kind = "classify"
    bins: list[Bin]
    things: list[Thing]

    def check(self) -> None:
        super().check()
        bins, things = [b.id for b in self.bins], [t.id for t in self.things]
        self.expect(len(set(bins)) == len(bins) > 1, "bins", "two or more, each with its own id")
        self.expect(len(set(things)) == len(things) > 0, "things", "things with ids of their own")
        for thing in self.things:
            self.expect_known([thing.key, *thing.also], [*bins, ""], f"things, {thing.id}")
        for path, arg in self.paths_with("placed"):
            self.expect_known([arg["thing"]], things, f"feedback, path {path!r}, placed")
            self.expect_known(arg["in"], bins, f"feedback, path {path!r}, placed")
        for path, arg in self.paths_with("moved"):
            self.expect_known(arg, bins, f"feedback, path {path!r}, moved")
        for path, arg in self.paths_with("all_in"):
            self.expect_known([arg], bins, f"feedback, path {path!r}, all_in")
        for path, arg in self.paths_with("misplaced"):
            self.expect_known(arg, things, f"feedback, path {path!r}, misplaced")

    def read(self, answer: Any) -> dict[str, str]:
        (placed,) = wants(answer, placed=dict)
        bins = [b.id for b in self.bins]
        left = [t.id for t in self.things if placed.get(t.id) not in bins]
        if left:
            raise AnswerError(f"{len(left)} of {len(self.things)} still have no place.")
        return {t.id: placed[t.id] for t in self.things}

    def score(self, answer: dict[str, str]) -> str:
        keyed = [t for t in self.things if t.key]
        if not keyed:
            return ""
        return f"{sum(t.fits(answer[t.id]) for t in keyed)} of {len(keyed)} as in the reference."

    @condition("placed", parts("thing", "in"))
    def _placed(self, answer: dict[str, str], arg: dict[str, Any]) -> bool:
        return answer[arg["thing"]] in arg["in"]

    @condition("moved", PAIR)
    def _moved(self, answer: dict[str, str], arg: list[str]) -> bool:
        key, given = arg
        return any(t.key == key and answer[t.id] == given for t in self.things)

    @condition("all_in", ID)
    def _all_in(self, answer: dict[str, str], arg: str) -> bool:
        return set(answer.values()) == {arg}

    @condition("misplaced", IDS)
    def _misplaced(self, answer: dict[str, str], arg: list[str]) -> bool:
        return any(t.id in arg and not t.fits(answer[t.id]) for t in self.things)

    @condition("wrong", NUMBER)
    def _wrong(self, answer: dict[str, str], arg: int) -> bool:
        return sum(not t.fits(answer[t.id]) for t in self.things) >= arg

    @condition("all_right", TRUTH)
    def _all_right(self, answer: dict[str, str], arg: bool) -> bool:
        return all(t.fits(answer[t.id]) for t in self.things) is arg
