"""A rubric, and a sheet of levels that goes in and out as CSV."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable

import pandas as pd
from attrs import frozen

from ..classroom.exports import text_of
from ..tables import CaseError
from .files import FOLDER, once, read

FILE = "rubric.toml"
LARGEST = 1_000_000  # bytes of a sheet
LONGEST = 2_000  # characters of a remark
LOWEST, HIGHEST = "suggested conversion, lowest", "suggested conversion, highest"


@frozen(kw_only=True)
class Level:
    """A level, and the points out of 100 that are suggested for it."""

    value: int
    name: str
    lowest: int
    highest: int


@frozen(kw_only=True)
class Criterion:
    """What is looked at. ``at`` says how each level looks, in the order of the levels."""

    id: str
    name: str
    weight: int
    at: list[str]


@frozen(kw_only=True)
class Work:
    """A piece of work that is marked, and its share of the whole in per cent."""

    id: str
    name: str
    share: int


@frozen(kw_only=True)
class Rubric:
    """The rubric of the case."""

    title: str
    levels: list[Level]
    works: list[Work]
    criteria: list[Criterion]

    def level(self, value: int) -> Level:
        """Return the level with this number."""
        return next(level for level in self.levels if level.value == value)

    def conversion(self, given: dict[str, int]) -> tuple[float, float] | None:
        """Return the suggested conversion of one student's levels: lowest and highest of 100.

        Each level stands for a span of points, so the weighted sum is a span too. None while a
        criterion has no level.
        """
        if any(one.id not in given for one in self.criteria):
            return None
        levels = [(one.weight, self.level(given[one.id])) for one in self.criteria]
        lowest = sum(weight * level.lowest for weight, level in levels) / 100
        highest = sum(weight * level.highest for weight, level in levels) / 100
        return lowest, highest


@frozen(kw_only=True)
class Marks:
    """One student's levels for one piece of work: criterion to level, and a remark."""

    codename: str
    work: str
    levels: dict[str, int]
    remark: str = ""


def rubric() -> Rubric:
    """Return the rubric of the case. Raises CaseError if weights or levels do not fit."""
    found = read(FILE, Rubric)
    where = f"{FOLDER}/{FILE}"
    once(FILE, "the criterion", [one.id for one in found.criteria])
    for what, parts in (
        ("weights of the criteria", [one.weight for one in found.criteria]),
        ("shares of the works", [one.share for one in found.works]),
    ):
        if sum(parts) != 100:
            raise CaseError(f"{where}: the {what} add up to {sum(parts)}, not to 100.")
    for one in found.criteria:
        if len(one.at) != len(found.levels) or not all(text.strip() for text in one.at):
            raise CaseError(f"{where}, {one.id}: expected a text for each level.")
    return found


def checked(marks: Marks, of: Rubric) -> Marks:
    """Return marks as they are kept. Raises CaseError with one sentence if they do not fit."""
    name, remark = _line(marks.codename), _line(marks.remark)
    if not name:
        raise CaseError("Write the student's codename first.")
    if len(name) > 60:
        raise CaseError("A codename has at most 60 characters.")
    if marks.work not in {work.id for work in of.works}:
        raise CaseError(f"{name}: choose what is marked.")
    if len(remark) > LONGEST:
        raise CaseError(f"{name}: a remark has at most {LONGEST} characters.")
    known = {one.id for one in of.criteria}
    values = {level.value for level in of.levels}
    if not set(marks.levels) <= known or not set(marks.levels.values()) <= values:
        raise CaseError(f"{name}: there is no such criterion or level in the rubric.")
    return Marks(codename=name, work=marks.work, levels=dict(marks.levels), remark=remark)


def _line(text: str) -> str:
    shown = (" " if unicodedata.category(one) in ("Cc", "Cs") else one for one in text)
    return " ".join("".join(shown).split())


def _columns(of: Rubric) -> list[str]:
    return ["codename", "work", *(one.name for one in of.criteria), "remark", LOWEST, HIGHEST]


def sheet(marks: Iterable[Marks], of: Rubric) -> str:
    """Return the sheet as CSV, one row for each student and work; no cell reads as a formula.

    Levels are the numbers of the rubric, empty where none was given. The last two columns hold
    the suggested conversion, empty while a level is missing; nothing else is computed.
    """
    rows = []
    names = {work.id: work.name for work in of.works}
    for one in marks:
        span = of.conversion(one.levels)
        levels = [one.levels.get(criterion.id) for criterion in of.criteria]
        rows.append([one.codename, names[one.work], *levels, one.remark, *(span or (None, None))])
    return text_of(pd.DataFrame(rows, columns=_columns(of), dtype=object))


def bring(raw: bytes | str, of: Rubric) -> list[Marks]:
    """Return the marks of a sheet that was written here, the suggested conversion left out.

    Raises CaseError with the reason and, where it is a row, its number.
    """
    data = raw.encode("utf-8", "replace") if isinstance(raw, str) else bytes(raw)
    if len(data) > LARGEST:
        raise CaseError(f"It is larger than {LARGEST // 1_000_000} MB: this is no marking sheet.")
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CaseError("It cannot be read as a sheet: save it as CSV in UTF-8.") from error
    if not rows or rows[0] != _columns(of):
        raise CaseError("Its columns are not those of this rubric: bring a sheet from this page.")
    return [_row(row, number, of) for number, row in enumerate(rows[1:], 2) if any(row)]


def _row(row: list[str], number: int, of: Rubric) -> Marks:
    if len(row) != len(_columns(of)):
        raise CaseError(f"Row {number} has {len(row)} cells, not {len(_columns(of))}.")
    works = {work.name: work.id for work in of.works}
    given = dict(zip((one.id for one in of.criteria), row[2:-3], strict=True))
    values = {str(level.value): level.value for level in of.levels}
    if wrong := [value for value in given.values() if value and value not in values]:
        raise CaseError(f"Row {number}: {wrong[0]!r} is no level; levels are {', '.join(values)}.")
    levels = {name: values[value] for name, value in given.items() if value}
    try:
        return checked(
            Marks(
                codename=row[0].removeprefix("'"),
                work=works.get(row[1], ""),
                levels=levels,
                remark=row[-3].removeprefix("'"),
            ),
            of,
        )
    except CaseError as error:
        raise CaseError(f"Row {number}: {error}") from error
