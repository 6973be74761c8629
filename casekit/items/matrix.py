"""Hold several explanations against several pieces of evidence."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from attrs import define, field, frozen

from .base import (
    ID,
    IDS,
    TRUTH,
    AnswerError,
    Argument,
    Item,
    always,
    condition,
    part_of_arg,
    wants,
)

EXPECTED, SURPRISING, SILENT = "C", "I", "N"

MARKED = Argument(
    "{ evidence = one id, hypothesis = one id, as = a list of marks }",
    lambda value: (
        isinstance(value, dict)
        and set(value) == {"evidence", "hypothesis", "as"}
        and isinstance(value["evidence"], str)
        and isinstance(value["hypothesis"], str)
        and isinstance(value["as"], list)
        and bool(value["as"])
        and all(mark in (EXPECTED, SURPRISING, SILENT) for mark in value["as"])
    ),
)
CELL = Argument(
    "{ evidence = one id, hypothesis = one id }",
    lambda value: (
        isinstance(value, dict)
        and set(value) == {"evidence", "hypothesis"}
        and all(isinstance(part, str) for part in value.values())
    ),
)


@frozen(kw_only=True)
class Hypothesis:
    """One explanation. ``column`` and ``reason`` name the entries that hold its reference."""

    id: str
    label: str
    text: str
    column: str
    reason: str


@frozen(kw_only=True)
class Evidence:
    """One piece of evidence: the reference marks and reasons by hypothesis."""

    id: str
    label: str
    text: str
    date: str
    note: str
    confidence: str
    sources: tuple[str, ...]
    marks: dict[str, str]
    reasons: dict[str, str]


@frozen(kw_only=True)
class Read:
    """An answer, read. ``rankings`` holds "then" (what was knowable on the day) and "now"."""

    only_known: bool
    marks: dict[str, dict[str, str]]
    rankings: dict[str, list[str]]
    heaviest: str

    @property
    def ranking(self) -> list[str]:
        """The ranking that belongs to the evidence shown."""
        return self.rankings["then" if self.only_known else "now"]


@define(kw_only=True)
class Matrix(Item):
    """A mark for every hypothesis (row) under every piece of evidence (column), and a ranking.

    Answer: ``{"only_known": bool, "marks": {evidence id: {hypothesis id: mark}}, "rankings":
    {"then": [ids], "now": [ids]}, "heaviest": evidence id, "wanted": text}``. A mark is C
    (expected), I (surprising) or N (says nothing). While ``only_known`` is true, evidence dated
    after ``day`` is neither asked for nor accepted, and only the ranking "then" is.

    A piece of evidence is ``{"id", "text", "date", "note", "confidence", "sources", …}`` with the
    entries that the hypotheses name; ``labels`` gives the pieces their order and short names.
    """

    kind = "matrix"
    hypotheses: list[Hypothesis]
    evidence: list[dict[str, Any]]
    labels: dict[str, str]
    marks: dict[str, str]
    day: str
    switch: str
    question: str
    place_label: str
    heaviest_label: str
    wanted_label: str
    columns: dict[str, Evidence] = field(init=False, factory=dict)

    def check(self) -> None:
        super().check()
        ids = self.ids
        self.expect(len(set(ids)) == len(ids) > 1, "hypotheses", "two or more, ids of their own")
        self.expect(
            sorted(self.marks) == [EXPECTED, SURPRISING, SILENT], "marks", "labels for C, I and N"
        )
        found = {}
        for piece in self.evidence:
            for name in ("id", "text", "date", "note", "confidence"):
                self.expect(isinstance(piece.get(name), str), f"evidence, {name}", "text for each")
            where = f"evidence, {piece['id']}"
            sources = piece.get("sources")
            self.expect(
                isinstance(sources, list) and all(isinstance(s, str) for s in sources),
                f"{where}, sources",
                "a list of ids",
            )
            for one in self.hypotheses:
                mark, reason = piece.get(one.column), piece.get(one.reason)
                self.expect(
                    isinstance(mark, str) and mark in self.marks, f"{where}, {one.column}", "C/I/N"
                )
                self.expect(isinstance(reason, str), f"{where}, {one.reason}", "text")
                self.expect(mark == SILENT or reason, f"{where}, {one.reason}", "a reason")
            found[piece["id"]] = Evidence(
                id=piece["id"],
                label=self.labels.get(piece["id"], ""),
                text=piece["text"],
                date=piece["date"],
                note=piece["note"],
                confidence=piece["confidence"],
                sources=tuple(sources),
                marks={one.id: piece[one.column] for one in self.hypotheses},
                reasons={one.id: piece[one.reason] for one in self.hypotheses},
            )
        self.expect(
            len(found) == len(self.evidence) > 0 and sorted(found) == sorted(self.labels),
            "labels",
            "every evidence id once",
        )
        self.columns = {name: found[name] for name in self.labels}
        self.expect(self.shown(True), "day", "a day on which something was known")
        for path, arg in self.paths_with("marked"):
            self.expect_known([arg["evidence"]], list(self.columns), f"feedback, path {path!r}")
            self.expect_known([arg["hypothesis"]], ids, f"feedback, path {path!r}")
        for path, arg in self.paths_with("only_for"):
            self.expect_known([arg["evidence"]], list(self.columns), f"feedback, path {path!r}")
            self.expect_known([arg["hypothesis"]], ids, f"feedback, path {path!r}")
        for path, arg in self.paths_with("heaviest"):
            self.expect_known(arg, list(self.columns), f"feedback, path {path!r}, heaviest")
        for path, arg in self.paths_with("fell"):
            self.expect_known([arg], ids, f"feedback, path {path!r}, fell")

    @property
    def ids(self) -> list[str]:
        """The ids of all hypotheses, in order."""
        return [one.id for one in self.hypotheses]

    def shown(self, only_known: bool) -> list[str]:
        """Return the ids of the evidence on screen: all of it, or what was knowable on the day."""
        return [
            name
            for name, piece in self.columns.items()
            if not only_known or piece.date[: len(self.day)] <= self.day
        ]

    def read(self, answer: Any) -> Read:
        only_known, marks, rankings, heaviest, wanted = wants(
            answer, only_known=bool, marks=dict, rankings=dict, heaviest=str, wanted=str
        )
        shown = self.shown(only_known)
        later = [name for name in marks if name not in shown]
        if later:
            raise AnswerError("Marks belong to the evidence on screen, and to nothing else.")
        codes = list(self.marks)
        read = {name: self._column(marks.get(name), codes) for name in shown}
        left = sum(len(self.ids) - len(column) for column in read.values())
        if left:
            total = len(shown) * len(self.ids)
            raise AnswerError(f"{left} of {total} marks are still missing.")
        wanted_ranking = "then" if only_known else "now"
        if wanted_ranking not in rankings or set(rankings) - {"then", wanted_ranking}:
            raise AnswerError("Give every explanation a place, from 1 (least surprising).")
        if heaviest not in shown:
            raise AnswerError(f"{self.heaviest_label}: choose one of the pieces on screen.")
        if not wanted.strip():
            raise AnswerError(f"{self.wanted_label}: name one piece of evidence.")
        return Read(
            only_known=only_known,
            marks=read,
            rankings={name: self._ranking(ranking) for name, ranking in rankings.items()},
            heaviest=heaviest,
        )

    def _column(self, given: Any, codes: list[str]) -> dict[str, str]:
        given = given if isinstance(given, Mapping) else {}
        return {name: given[name] for name in self.ids if given.get(name) in codes}

    def _ranking(self, ranking: Any) -> list[str]:
        if (
            not isinstance(ranking, list)
            or len(ranking) != len(self.ids)
            or any(name not in ranking for name in self.ids)
        ):
            raise AnswerError("A ranking names every explanation once, each at its own place.")
        return list(ranking)

    def count(self, marks: Mapping[str, Mapping[str, str]], mark: str) -> dict[str, int]:
        """Return how often each hypothesis has a mark."""
        return {one: sum(column[one] == mark for column in marks.values()) for one in self.ids}

    def score(self, answer: Read) -> str:
        surprises = self.count(answer.marks, SURPRISING)
        counted = ", ".join(f"{name} {count}" for name, count in surprises.items())
        cells = [
            column[one] == self.columns[name].marks[one]
            for name, column in answer.marks.items()
            for one in self.ids
        ]
        return (
            f"Surprises you marked: {counted}. "
            f"{sum(cells)} of {len(cells)} marks are as in the reference."
        )

    @condition("marked", MARKED, about=part_of_arg("evidence"))
    def _marked(self, answer: Read, arg: dict[str, Any]) -> bool:
        return answer.marks.get(arg["evidence"], {}).get(arg["hypothesis"]) in arg["as"]

    @condition("only_for", CELL, about=part_of_arg("evidence"))
    def _only_for(self, answer: Read, arg: dict[str, str]) -> bool:
        column = answer.marks.get(arg["evidence"], {})
        return [one for one, mark in column.items() if mark == EXPECTED] == [arg["hypothesis"]]

    @condition("heaviest", IDS, about=always("heaviest"))
    def _heaviest(self, answer: Read, arg: list[str]) -> bool:
        return answer.heaviest in arg

    @condition("untroubled", TRUTH, about=always("ranking"))
    def _untroubled(self, answer: Read, arg: bool) -> bool:
        return (self.count(answer.marks, SURPRISING)[answer.ranking[0]] == 0) is arg

    @condition("by_matches", TRUTH, about=always("ranking"))
    def _by_matches(self, answer: Read, arg: bool) -> bool:
        matches = self.count(answer.marks, EXPECTED)
        surprises = self.count(answer.marks, SURPRISING)
        pairs = list(pairwise(answer.ranking))
        by_matches = all(matches[a] >= matches[b] for a, b in pairs)
        against = any(matches[a] > matches[b] and surprises[a] > surprises[b] for a, b in pairs)
        return (by_matches and against) is arg

    @condition("differs", TRUTH)
    def _differs(self, answer: Read, arg: bool) -> bool:
        return any(c != self.columns[name].marks for name, c in answer.marks.items()) is arg

    @condition("fell", ID, about=always("ranking"))
    def _fell(self, answer: Read, arg: str) -> bool:
        then, now = answer.rankings.get("then"), answer.rankings.get("now")
        return bool(then and now) and then[0] == arg == now[-1]
