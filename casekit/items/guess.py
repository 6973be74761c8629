"""Draw a guess before seeing the real series."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from attrs import define, frozen

from .base import NUMBER, TRUTH, AnswerError, Item, condition, wants, whole

Lines = dict[str, dict[int, float]]
MOST = 10  # points of one stroke for each year


@frozen(kw_only=True)
class Line:
    """One line to draw: who it is about, and the true values by year (missing years left out)."""

    id: str
    label: str
    truth: dict[int, float]
    actor: str = ""


@define(kw_only=True)
class Guess(Item):
    """Values by year for each line. Answer: ``{"points": {line id: {year: value}}}``.

    A student sets as many years as they like, at least two for each line; the years between
    are joined by straight lines and the ends are carried outwards. That joins a guess, never
    data: the true series keeps its gaps. True values up to the year ``known_to`` are shown at
    once; the guess goes on from the last of them, and only later years are asked for.
    """

    kind = "guess"
    lines: list[Line]
    x_from: int
    x_to: int
    x_title: str
    y_title: str
    minimum: float
    maximum: float
    step: float
    known_to: int = 0

    def check(self) -> None:
        super().check()
        ids = [line.id for line in self.lines]
        self.expect(len(set(ids)) == len(ids) > 0, "lines", "one or more, each with its own id")
        self.expect(self.x_from < self.x_to, "x_to", "a year after x_from")
        self.expect(self.minimum < self.maximum, "maximum", "more than minimum")
        self.expect(0 < self.step <= self.maximum - self.minimum, "step", "a step that fits")
        for line in self.lines:
            self.expect(self.asked(line), f"lines, {line.id}", "true values in the years asked for")

    @property
    def years(self) -> range:
        """All years of the drawing."""
        return range(self.x_from, self.x_to + 1)

    @property
    def open_years(self) -> range:
        """The years asked for."""
        return range(max(self.x_from, self.known_to + 1), self.x_to + 1)

    def known(self, line: Line) -> dict[int, float]:
        """Return the true values that are shown before an answer is committed."""
        return {year: v for year, v in sorted(self.true(line).items()) if year <= self.known_to}

    def asked(self, line: Line) -> dict[int, float]:
        """Return the true values that an answer is held against."""
        return {year: value for year, value in line.truth.items() if year in self.open_years}

    def stroke(self, drawn: Any) -> tuple[str, dict[int, float]] | None:
        """Return what of a drawn line can be taken over: its line, and a value by year.

        ``drawn`` is ``{"line": id, "points": [[year, value], …]}``. Values are moved to the
        nearest step; what does not fit is left out, and None is returned if nothing fits.
        """
        if not isinstance(drawn, Mapping) or not isinstance(drawn.get("points"), list):
            return None
        if drawn.get("line") not in [line.id for line in self.lines]:
            return None
        taken = {}
        for pair in drawn["points"][: MOST * len(self.years)]:
            if not isinstance(pair, list) or len(pair) != 2 or not all(map(whole, pair)):
                continue
            year, value = pair
            if year in self.open_years and self.minimum <= value <= self.maximum:
                taken[int(year)] = self._stepped(value)
        return (drawn["line"], taken) if taken else None

    def _stepped(self, value: float) -> float:
        steps = round((value - self.minimum) / self.step)
        return min(self.maximum, round(self.minimum + steps * self.step, 9))

    def read(self, answer: Any) -> Lines:
        (points,) = wants(answer, points=dict)
        return {line.id: self._joined(line, points.get(line.id)) for line in self.lines}

    def _joined(self, line: Line, points: Any) -> dict[int, float]:
        """Return one guessed line with a value for every year."""
        if not isinstance(points, dict):
            points = {}
        known: dict[int, float] = {}
        by_name = {str(year): year for year in self.open_years}
        for name, value in points.items():
            year = by_name.get(str(name))
            if year is None or not whole(value):
                raise AnswerError(f"{line.label}: a point needs a year and a number.")
            if not self.minimum <= value <= self.maximum:
                raise AnswerError(
                    f"{line.label}, {year}: a value lies between {self.minimum:g} and "
                    f"{self.maximum:g}."
                )
            known[year] = value
        if len(known) < 2:
            raise AnswerError(f"{line.label}: set at least two points.")
        known |= self.known(line)
        years = sorted(known)
        full = {year: known[years[0]] for year in self.years if year < years[0]}
        for a, b in pairwise(years):
            slope = (known[b] - known[a]) / (b - a)
            full |= {year: known[a] + slope * (year - a) for year in range(a, b)}
        return full | {year: known[years[-1]] for year in self.years if year >= years[-1]}

    def score(self, answer: Lines) -> str:
        """Return the mean distance of each line from its true values, in words."""
        parts = []
        for line in self.lines:
            gaps = [abs(answer[line.id][y] - v) for y, v in self.asked(line).items()]
            parts.append(f"{line.label}: on average {sum(gaps) / len(gaps):.1f} away")
        return "; ".join(parts) + "."

    def true(self, line: Line) -> dict[int, float]:
        """Return the true values of a line that lie inside the drawing."""
        return {year: value for year, value in line.truth.items() if year in self.years}

    @condition("identical", NUMBER)
    def _identical(self, answer: Lines, arg: float) -> bool:
        per_year = zip(*(line.values() for line in answer.values()), strict=True)
        return len(answer) > 1 and all(max(v) - min(v) <= arg for v in per_year)

    @condition("rising", NUMBER)
    def _rising(self, answer: Lines, arg: float) -> bool:
        return all(
            all(b >= a for a, b in pairwise(line.values())) and _span(line) >= arg
            for line in answer.values()
        )

    @condition("flat_below", NUMBER)
    def _flat_below(self, answer: Lines, arg: float) -> bool:
        narrow = (self.maximum - self.minimum) / 10
        return all(max(v.values()) < arg and _span(v) < narrow for v in answer.values())

    @condition("never_zero", TRUTH)
    def _never_zero(self, answer: Lines, arg: bool) -> bool:
        return all(v >= self.step / 2 for line in answer.values() for v in line.values()) is arg

    @condition("close", NUMBER)
    def _close(self, answer: Lines, arg: float) -> bool:
        for line in self.lines:
            true = self.asked(line)
            near = sum(abs(answer[line.id][year] - value) <= arg for year, value in true.items())
            if near * 2 <= len(true):
                return False
        return True


def _span(line: dict[int, float]) -> float:
    return max(line.values()) - min(line.values())
