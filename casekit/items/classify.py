"""Put each thing into one of a few bins."""

from __future__ import annotations

from typing import Any

from attrs import define, field, frozen

from .base import (
    ID,
    IDS,
    NUMBER,
    PAIR,
    TRUTH,
    AnswerError,
    Item,
    always,
    condition,
    part_of_arg,
    parts,
    wants,
)


@frozen(kw_only=True)
class Bin:
    """One bin and its visible label."""

    id: str
    label: str


@frozen(kw_only=True)
class Thing:
    """One thing to place. ``key`` is the reference bin, "" where there is none.

    ``second`` is its entry in the second column, which is shown once an answer is committed.
    """

    id: str
    text: str
    key: str = ""
    also: list[str] = field(factory=list)
    note: str = ""
    lang: str = ""
    second: str = ""

    def fits(self, bin_id: str) -> bool:
        """Whether a bin is the reference or an accepted second reading."""
        return not self.key or bin_id == self.key or bin_id in self.also


@frozen(kw_only=True)
class Verify:
    """A second task: tick ``n`` of the things. ``label`` says for what."""

    label: str
    n: int


@frozen(kw_only=True)
class Column:
    """A second question about every thing, answered by the record: entry to visible label."""

    label: str
    entries: dict[str, str]


@frozen
class Sorting:
    """An answer as read: thing to bin, and the things ticked."""

    placed: dict[str, str]
    ticked: tuple[str, ...] = ()


@define(kw_only=True)
class Classify(Item):
    """Every thing in one bin, all things placed. Answer: ``{"placed": {thing id: bin id}}``.

    Where the question has the part ``verify``, also ``"ticked": [thing ids]``.
    """

    kind = "classify"
    bins: list[Bin]
    things: list[Thing]
    verify: Verify | None = None
    second: Column | None = None

    def check(self) -> None:
        super().check()
        bins, things = [b.id for b in self.bins], [t.id for t in self.things]
        self.expect(len(set(bins)) == len(bins) > 1, "bins", "two or more, each with its own id")
        self.expect(len(set(things)) == len(things) > 0, "things", "things with ids of their own")
        for thing in self.things:
            self.expect_known([thing.key, *thing.also], [*bins, ""], f"things, {thing.id}")
        if self.verify:
            self.expect(0 < self.verify.n < len(things), "verify, n", "fewer than there are things")
        entries = [*self.second.entries, ""] if self.second else [""]
        for thing in self.things:
            self.expect_known([thing.second], entries, f"things, {thing.id}, second")
        for path, arg in self.paths_with("ticked"):
            self.expect(self.verify, f"feedback, path {path!r}, ticked", "a part verify")
            self.expect_known(arg, things, f"feedback, path {path!r}, ticked")
        for path, arg in self.paths_with("placed"):
            self.expect_known([arg["thing"]], things, f"feedback, path {path!r}, placed")
            self.expect_known(arg["in"], bins, f"feedback, path {path!r}, placed")
        for path, arg in self.paths_with("moved"):
            self.expect_known(arg, bins, f"feedback, path {path!r}, moved")
        for path, arg in self.paths_with("all_in"):
            self.expect_known([arg], bins, f"feedback, path {path!r}, all_in")
        for path, arg in self.paths_with("misplaced"):
            self.expect_known(arg, things, f"feedback, path {path!r}, misplaced")

    def read(self, answer: Any) -> Sorting:
        (placed,) = wants(answer, placed=dict)
        bins = [b.id for b in self.bins]
        left = [t.id for t in self.things if placed.get(t.id) not in bins]
        if left:
            raise AnswerError(f"{len(left)} of {len(self.things)} still have no place.")
        return Sorting({t.id: placed[t.id] for t in self.things}, self._read_ticks(answer))

    def _read_ticks(self, answer: Any) -> tuple[str, ...]:
        if not self.verify:
            return ()
        (given,) = wants(answer, ticked=list)
        ids = [t.id for t in self.things]
        ticked = tuple(name for name in ids if name in given)
        if any(name not in ids for name in given):
            raise AnswerError("Tick among those offered.")
        if len(ticked) != self.verify.n or len(given) != len(ticked):
            raise AnswerError(f"Tick {self.verify.n} different ones; you have {len(ticked)}.")
        return ticked

    def score(self, answer: Sorting) -> str:
        keyed = [t for t in self.things if t.key]
        if not keyed:
            return ""
        fits = sum(t.fits(answer.placed[t.id]) for t in keyed)
        return f"{fits} of {len(keyed)} as in the reference."

    @condition("placed", parts("thing", "in"), about=part_of_arg("thing"))
    def _placed(self, answer: Sorting, arg: dict[str, Any]) -> bool:
        return answer.placed[arg["thing"]] in arg["in"]

    def _from_to(self, answer: Sorting, arg: list[str]) -> list[str]:
        """Return the things that belong into one bin and were put into another."""
        key, given = arg
        return [t.id for t in self.things if t.key == key and answer.placed[t.id] == given]

    @condition("moved", PAIR, about=_from_to)
    def _moved(self, answer: Sorting, arg: list[str]) -> bool:
        return bool(self._from_to(answer, arg))

    @condition("all_in", ID)
    def _all_in(self, answer: Sorting, arg: str) -> bool:
        return set(answer.placed.values()) == {arg}

    def _elsewhere(self, answer: Sorting, arg: list[str]) -> list[str]:
        """Return those of the things named that are not where they belong."""
        return [t.id for t in self.things if t.id in arg and not t.fits(answer.placed[t.id])]

    @condition("misplaced", IDS, about=_elsewhere)
    def _misplaced(self, answer: Sorting, arg: list[str]) -> bool:
        return bool(self._elsewhere(answer, arg))

    @condition("wrong", NUMBER)
    def _wrong(self, answer: Sorting, arg: int) -> bool:
        return sum(not t.fits(answer.placed[t.id]) for t in self.things) >= arg

    @condition("all_right", TRUTH)
    def _all_right(self, answer: Sorting, arg: bool) -> bool:
        return all(t.fits(answer.placed[t.id]) for t in self.things) is arg

    @condition("ticked", IDS, about=always("ticked"))
    def _ticked(self, answer: Sorting, arg: list[str]) -> bool:
        return any(name in arg for name in answer.ticked)
