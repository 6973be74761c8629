"""What a class's answers say, as tables: each function takes a `Classroom` and returns a frame.

Unless a function says otherwise it counts each student's first answer that fits the question:
what was thought before any feedback.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator
from statistics import mean, median
from typing import Any

import pandas as pd
from attrs import frozen

from ..agreement import Result, by_code, percent, yes_no
from ..items import Item, Probabilities
from ..items.code import DRAWS, Code
from ..items.forecast import Forecast, brier
from ..items.guess import Guess, Line
from ..work import count
from .decisions import decisions, label, overall, spreads
from .reading import Classroom

FEWEST = 5  # students whose answers can lead a list: the spread of two or three says little
LEAST = 5  # letters or digits of a reason that counts as written


def firsts(room: Classroom) -> pd.DataFrame:
    """Return each student's first fitting answer to each question."""
    rows = room.answers[room.answers["fits"]]
    return rows.drop_duplicates(["codename", "item"], keep="first")


def lasts(room: Classroom) -> pd.DataFrame:
    """Return each student's last fitting answer to each question."""
    rows = room.answers[room.answers["fits"]]
    return rows.drop_duplicates(["codename", "item"], keep="last")


def answered(
    room: Classroom, kind: type[Item] = Item
) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Yield (question, [(codename, answer as its question reads it)]), by order of the questions.

    One question at a time, so that a large class need not be held in pieces all at once.
    """
    wanted = {name: item for name, item in room.questions.items() if isinstance(item, kind)}
    rows = firsts(room)
    grouped = dict(iter(rows.groupby("item", observed=True)))
    for name, item in wanted.items():
        if name in grouped:
            part = grouped[name]
            pairs = zip(part["codename"].tolist(), part["answer"].tolist(), strict=True)
            yield name, [(codename, item.read(json.loads(answer))) for codename, answer in pairs]


# Who did what


def who(room: Classroom) -> pd.DataFrame:
    """Return one row for each student: answered of asked in each lesson, and totals.

    "hints" is the median over the questions answered, "again" counts questions answered more than
    once, "last saved" is UTC.
    """
    asked = _asked(room)
    rows = room.answers[room.answers["item"].isin(list(room.questions))]
    once = rows.drop_duplicates(["codename", "item"], keep="last")
    done = once.groupby(["codename", "lesson"], observed=True).size().to_dict()
    totals = once.groupby("codename", observed=True).agg(
        done=("item", "size"), hints=("hints", "median"), saved=("saved", "max")
    )
    totals["again"] = (
        once[once["attempt"] > 1].groupby("codename", observed=True).size().reindex(totals.index)
    )
    found = []
    for codename, row in totals.fillna({"again": 0}).iterrows():
        lessons = {n: f"{done.get((codename, n), 0)} of {asked[n]}" for n in asked}
        one = {"codename": codename, "done": int(row["done"]), "again": int(row["again"])}
        one |= {"hints": float(row["hints"]), "last saved": row["saved"][:16], **lessons}
        found.append(one)
    names = ["codename", "done", "again", "hints", "last saved", *asked]
    return pd.DataFrame(found, columns=names).sort_values("codename", ignore_index=True)


def _asked(room: Classroom) -> dict[str, int]:
    """Return lesson -> how many questions it asks: those on pages, and others that were answered.

    A question on no page that nobody answered is not held against anyone.
    """
    seen = set(room.answers["item"].unique())
    counted: dict[str, int] = {}
    for name, item in room.questions.items():
        if name in room.asked or name in seen:
            counted[item.lesson] = counted.get(item.lesson, 0) + 1
    return counted


# Question by question


def wrong(item: Item) -> list[str]:
    """Return the names of the paths for answers that something is wrong with."""
    return [path.path for path in item.feedback if path.wrong]


def by_item(room: Classroom) -> pd.DataFrame:
    """Return one row for each question answered, the widest spread first, few answers last.

    item, title, lesson; students; spread (0 alike, 1 as far apart as can be; missing for free
    text); "widest at" in words and lang, their language if known; "no wrong path" (share of first
    answers on none of the paths of `wrong`); again (share of students with more than one attempt);
    hints (median).
    """
    return _by_item(room).copy()


@functools.lru_cache(maxsize=1)
def _by_item(room: Classroom) -> pd.DataFrame:
    first = firsts(room).groupby("item", observed=True)
    grouped = dict(iter(first))
    again = lasts(room).groupby("item", observed=True)["attempt"].agg(lambda x: (x > 1).mean())
    hints = lasts(room).groupby("item", observed=True)["hints"].median()
    rows = []
    for name, given in answered(room):
        item, part = room.questions[name], grouped[name]
        bad = set(wrong(item))
        free = [bad.isdisjoint(paths.split(", ")) for paths in part["paths"]]
        found = overall(spreads(decisions(item, answer) for _, answer in given))
        at, lang = label(item, found[1]) if found and found[0] > 0 else ("", "")
        rows.append(
            [
                *(name, item.title, item.lesson, len(given), found[0] if found else None, at, lang),
                *(mean(free) if bad else None, float(again[name]), float(hints[name])),
            ]
        )
    names = ["item", "title", "lesson", "students", "spread", "widest at", "lang"]
    frame = pd.DataFrame(rows, columns=[*names, "no wrong path", "again", "hints"])
    frame = frame.astype({"spread": float, "no wrong path": float})
    frame = frame.sort_values("spread", ascending=False, kind="stable")
    few = frame["students"] < FEWEST
    return pd.concat([frame[~few], frame[few]], ignore_index=True)


def paths(room: Classroom) -> pd.DataFrame:
    """Return one row for each question and path that anybody took.

    item, path, wrong (whether it is one of `wrong`), sentence; first and last: how many students'
    first and last answers took it; students: how many answered the question.
    """
    return _paths(room).copy()


@functools.lru_cache(maxsize=1)
def _paths(room: Classroom) -> pd.DataFrame:
    counts = {
        name: rows.assign(path=rows["paths"].str.split(", "))
        .explode("path")
        .groupby(["item", "path"], observed=True)
        .size()
        .to_dict()
        for name, rows in (("first", firsts(room)), ("last", lasts(room)))
    }
    students = firsts(room)["item"].value_counts().to_dict()
    rows = []
    for name, item in room.questions.items():
        bad = set(wrong(item))
        for path in item.feedback:
            took = [counts[which].get((name, path.path), 0) for which in ("first", "last")]
            if any(took):
                said = item.filled(path)
                rows.append([name, path.path, path.path in bad, said, *took, students[name]])
    names = ["item", "path", "wrong", "sentence", "first", "last", "students"]
    return pd.DataFrame(rows, columns=names)


# Four numbers a lesson


def four_numbers(room: Classroom) -> pd.DataFrame:
    """Return, for each lesson answered, the four numbers that show a class at a glance.

    lesson; students; moved: for each statement of belief, the share whose last log of the lesson
    differs from the log before it; "widest spread": the question; "commonest wrong path": over
    first answers; "reasons blank": the share of all answers to questions that want a reason whose
    reason has fewer than five letters.
    """
    items, taken, moves = by_item(room), paths(room), moved(room)
    blank = reasons_blank(room)
    rows = []
    for lesson in room.titles:
        own = items[items["lesson"] == lesson]
        if own.empty:
            continue
        students = firsts(room).query("lesson == @lesson")["codename"].nunique()
        widest = own.dropna(subset="spread")
        wide = "" if widest.empty else _widest(widest.iloc[0])
        bad = taken[taken["wrong"] & taken["item"].isin(own["item"]) & (taken["first"] > 0)]
        common = bad.sort_values("first", ascending=False, kind="stable")
        row = None if common.empty else common.iloc[0]
        worst = (
            ""
            if row is None
            else f"{row['item']}, {row['path']}: {row['first']} of " + str(row["students"])
        )
        told = "; ".join(
            f"{one.statement} {one.share:.0%} of {one.students}" for one in moves.get(lesson, [])
        )
        rows.append([lesson, students, told, wide, worst, blank.get(lesson)])
    names = ["lesson", "students", "moved", "widest spread", "commonest wrong path"]
    return pd.DataFrame(rows, columns=[*names, "reasons blank"])


def _widest(row: pd.Series) -> str:
    return f"{row['title']} ({row['item']}), {row['spread']:.2f}"


def reasons_blank(room: Classroom) -> dict[str, float]:
    """Return lesson -> share of reasons left blank, where the lesson asks for any."""
    asked = [name for name, item in room.questions.items() if item.reason]
    rows = room.answers[room.answers["item"].isin(asked)]
    empty = letters(rows["reason"]) < LEAST
    return empty.groupby(rows["lesson"], observed=True).mean().to_dict()


def letters(reasons: pd.Series) -> pd.Series:
    """Return how many letters and digits each text has, counted up to its 200th character."""
    return reasons.map(lambda text: sum(map(str.isalnum, text[:200]))).astype(int)


# Beliefs


@frozen
class Moved:
    """How many students' belief in one statement moved in a lesson."""

    statement: str
    share: float
    students: int


@frozen
class Belief:
    """One statement: its id and text, the questions that ask it, and each student's values."""

    statement: str
    text: str
    asked: tuple[str, ...]
    values: dict[str, dict[str, float]]  # codename -> question -> per cent


def beliefs(room: Classroom) -> list[Belief]:
    """Return every statement that more than one question asks, as the class believed it.

    Two questions ask the same if statement and id are the same; a letter before the text, as in
    "A) …", does not count.
    """
    asked: dict[tuple[str, str], list[str]] = {}
    for name, item in room.questions.items():
        if isinstance(item, Probabilities):
            for one in item.statements:
                bare = re.sub(r"^\w\)\s*", "", one.text.strip())
                asked.setdefault((one.id, bare), []).append(name)
    given = dict(answered(room, Probabilities))
    found = []
    for (statement, text), names in sorted(asked.items()):
        values: dict[str, dict[str, float]] = {}
        for name in names:
            for codename, answer in given.get(name, []):
                values.setdefault(codename, {})[name] = answer[statement]
        if len(names) > 1 and values:
            found.append(Belief(statement, text, tuple(n for n in names if n in given), values))
    return found


def moved(room: Classroom) -> dict[str, list[Moved]]:
    """Return lesson -> share of students whose belief the lesson moved, statement by statement."""
    found: dict[str, list[Moved]] = {}
    for belief in beliefs(room):
        for lesson in dict.fromkeys(room.questions[name].lesson for name in belief.asked):
            own = [n for n in belief.asked if room.questions[n].lesson == lesson]
            before = belief.asked[: belief.asked.index(own[-1])]
            pairs = []
            for values in belief.values.values():
                earlier = [values[name] for name in before if name in values]
                if earlier and own[-1] in values:
                    pairs.append((earlier[-1], values[own[-1]]))
            if pairs:
                share = mean(a != b for a, b in pairs)
                found.setdefault(lesson, []).append(Moved(belief.statement, share, len(pairs)))
    return found


def belief_table(room: Classroom, belief: Belief) -> pd.DataFrame:
    """Return one row for each log of a statement: how the class's per cent were distributed."""
    rows = []
    for name in belief.asked:
        values = [one[name] for one in belief.values.values() if name in one]
        rows.append([f"{room.questions[name].title} ({name})", len(values), *five(values)])
    return pd.DataFrame(rows, columns=["log", "students", *FIVE])


FIVE = ["lowest", "lower quarter", "median", "upper quarter", "highest"]


def five(values: Iterable[float]) -> list[float]:
    """Return lowest, lower quarter, median, upper quarter and highest of at least one value."""
    series = pd.Series(list(values), dtype=float)
    return [float(series.quantile(share)) for share in (0, 0.25, 0.5, 0.75, 1)]


# Guesses


@frozen
class Cloud:
    """One line that was guessed: every guess, year by year, and the truth."""

    item: Guess
    line: Line
    guesses: tuple[dict[int, float], ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row for each year: how the guesses were distributed, and the record."""
        truth = self.item.true(self.line)
        rows = [
            [year, *five(guess[year] for guess in self.guesses), truth.get(year)]
            for year in self.item.years
        ]
        frame = pd.DataFrame(rows, columns=["year", *FIVE, "on record"])
        return frame.astype({"on record": float})


def clouds(room: Classroom) -> list[Cloud]:
    """Return every line that a question lets students guess, with the guesses of the class."""
    return [
        Cloud(item, line, tuple(answer[line.id] for _, answer in given))
        for name, given in answered(room, Guess)
        if isinstance(item := room.questions[name], Guess)
        for line in item.lines
    ]


# Agreement


@frozen
class Agreement:
    """How far a class agrees on one question of coding: code -> (percent agreement, alpha)."""

    item: Code
    coders: int
    codes: dict[str, tuple[Result, Result]]

    @property
    def table(self) -> pd.DataFrame:
        """One row for each code, the least agreed first; a measure that is not defined is empty."""
        rows = [
            [code, share.value, result.value, result.low, result.high, result.verdict]
            for code, (share, result) in self.codes.items()
        ]
        names = ["code", "agreement", "alpha", "low", "high", "may be reported"]
        frame = pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[1:5], float))
        return frame.sort_values("alpha", kind="stable", ignore_index=True)


def agreements(room: Classroom) -> list[Agreement]:
    """Return agreement per code across the class, first codings only, question by question."""
    found = []
    for name, given in answered(room, Code):
        item = room.questions[name]
        if not isinstance(item, Code) or not item.agreement or len(given) < 2:
            continue
        codings = {
            codename: {unit: one.codes for unit, one in answer.first.items()}
            for codename, answer in given
        }
        alphas = by_code(codings, item.codes, DRAWS)
        both = {code: (percent(yes_no(codings, code)), alphas[code]) for code in item.codes}
        found.append(Agreement(item, len(given), both))
    return found


# Forecasts


@frozen
class Forecasted:
    """A class's forecasts: per question what was said, and for each member the score."""

    item: Forecast
    values: dict[str, dict[str, float]]  # question -> codename -> per cent
    known: dict[str, int]
    scores: pd.DataFrame
    crowd: float | None
    crowd_on: int

    @property
    def table(self) -> pd.DataFrame:
        """One row for each question, the widest spread first."""
        rows = []
        for asked in self.item.questions:
            said = list(self.values[asked.id].values())
            outcome = {1: "yes", 0: "no"}.get(asked.outcome, "open")
            spreaded = spreads({asked.id: v / 100.0} for v in said).get(asked.id)
            shape = [mean(said), min(said), max(said)] if said else [None] * 3
            base = 100 * asked.base if asked.base != "" else None
            known = self.known[asked.id]
            rows.append([asked.id, asked.text, outcome, len(said), known, *shape, base, spreaded])
        names = ["id", "question", "outcome", "forecasts", "already known", "class average"]
        frame = pd.DataFrame(rows, columns=[*names, "lowest", "highest", "base rate", "spread"])
        frame = frame.astype(dict.fromkeys(frame.columns[5:], float))
        return frame.sort_values("spread", ascending=False, kind="stable", ignore_index=True)

    @property
    def beaten(self) -> int:
        """How many members score worse than the crowd does on the same questions."""
        return int((self.scores["crowd on the same"] < self.scores["Brier score"] - 1e-9).sum())


def forecasts(room: Classroom) -> list[Forecasted]:
    """Return the class's forecasts, question by question of that kind.

    ``scores`` has one row for each member with a question to score: codename, questions, Brier
    score, the crowd's score on the same questions, best first. The crowd is the average forecast.
    """
    found = []
    for name, given in answered(room, Forecast):
        item = room.questions[name]
        values: dict[str, dict[str, float]] = {asked.id: {} for asked in item.questions}
        known = dict.fromkeys(values, 0)
        for codename, answer in given:
            for asked, value in answer.values.items():
                values[asked][codename] = value
            for asked in answer.known:
                known[asked] += 1
        crowd = {asked: mean(said.values()) for asked, said in values.items() if said}
        rows = []
        for codename, answer in given:
            if scored := item.scored(answer):
                same = brier((crowd[q.id] / 100, q.outcome) for q in scored)
                rows.append([codename, len(scored), item.own(answer, scored), same])
        names = ["codename", "questions", "Brier score", "crowd on the same"]
        scores = pd.DataFrame(rows, columns=names).sort_values(
            ["Brier score", "codename"], kind="stable", ignore_index=True
        )
        settled = [q for q in item.questions if q.settled and q.id in crowd]
        score = brier((crowd[q.id] / 100, q.outcome) for q in settled) if settled else None
        found.append(Forecasted(item, values, known, scores, score, len(settled)))
    return found


def said_of_crowd(one: Forecasted) -> str:
    """Return the crowd's score in a sentence or two, or that nothing is settled yet."""
    if one.crowd is None:
        return "None of these questions is settled yet, so nothing is scored."
    middle = median(one.scores["Brier score"]) if len(one.scores) else None
    said = (
        f"The average forecast of the class scores {one.crowd:.3f} on "
        f"{count(one.crowd_on, 'question')}; 0 is perfect, 0.25 is what 50 per cent earns every "
        "time."
    )
    if middle is None:
        return said
    return (
        f"{said} The median member scores {middle:.3f}. On the questions each member answered, "
        f"the average forecast beats {one.beaten} of {len(one.scores)}."
    )
