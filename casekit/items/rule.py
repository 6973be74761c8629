"""Say what counts, and how often is enough, before the count is seen."""

from __future__ import annotations

import calendar
from datetime import date
from itertools import pairwise
from typing import Any

from attrs import define, field, frozen

from .base import IDS, TRUTH, AnswerError, Item, always, condition, wants


@frozen(kw_only=True)
class Event:
    """One thing that may count: when it was, and what decides whether it does."""

    date: str
    label: str
    kind: str
    side: str = ""
    group: str = ""
    note: str = ""
    confidence: str = ""

    @property
    def day(self) -> date:
        """The day as a date. Raises ValueError if it is none."""
        return date.fromisoformat(self.date)

    @property
    def when(self) -> str:
        """The day in words."""
        return _words(self.day)


@frozen(kw_only=True)
class Sort:
    """A sort of event: of one of these kinds and, if ``note_has`` is set, with that in its note.

    Events of a ``directed`` sort go from one side to another.
    """

    id: str
    label: str
    kinds: list[str]
    note_has: str = ""
    directed: bool = False


@frozen(kw_only=True)
class Switch:
    """One part of a rule, on or off.

    Switched on it adds sorts to what counts; ``alone`` excludes every other one that adds some;
    ``widens`` lets events of other groups in.
    """

    id: str
    label: str
    adds: list[str] = field(factory=list)
    alone: bool = False
    widens: bool = False


@frozen(kw_only=True)
class Terms:
    """A rule: what is switched on, and how many within how many months (0: no limit)."""

    on: tuple[str, ...]
    each_side: bool
    least: int
    months: int


@frozen(kw_only=True)
class Reading:
    """An answer as read: the rule, in words too, and whether it moved once the count was seen."""

    terms: Terms
    words: str
    changed: bool


@frozen(kw_only=True)
class Tally:
    """What a rule gives: the events it counts, the days between them, the day it is first met."""

    counted: tuple[Event, ...]
    gaps: tuple[int, ...]
    first_met: date | None


@define(kw_only=True)
class Rule(Item):
    """A rule for counting, run over events on record.

    Answer: ``{"rule": R, "words": text, "before": {"rule": R, "words": text}}`` with R as
    ``{"on": [switch ids], "each_side": bool, "least": 1 to 10, "months": 0 or one of spans}``.
    ``before`` is the rule as it stood when the count was first shown. ``group`` names the events
    that belong in any case. ``sides`` must each have had a turn where a rule asks for it.
    """

    kind = "rule"
    events: list[Event]
    sorts: list[Sort]
    switches: list[Switch]
    group: str
    sides: list[str]
    spans: list[int]
    words_label: str
    noun: str

    def check(self) -> None:
        super().check()
        sorts, switches = [s.id for s in self.sorts], [s.id for s in self.switches]
        self.expect(
            len(set(sorts)) == len(sorts) > 0, "sorts", "one or more, with ids of their own"
        )
        self.expect(
            len(set(switches)) == len(switches) > 0,
            "switches",
            "one or more, with ids of their own",
        )
        self.expect(self.events, "events", "one or more")
        for event in self.events:
            self.expect(_is_day(event.date), f"events, {event.label!r}, date", "a day, 2001-02-03")
            self.expect(self.sort_of(event), f"events, {event.label!r}", "one of the sorts")
        for switch in self.switches:
            self.expect_known(switch.adds, sorts, f"switches, {switch.id}, adds")
        self.expect(
            self.spans and all(0 < months <= 120 for months in self.spans),
            "spans",
            "numbers of months from 1 to 120",
        )
        for path, arg in self.paths_with("counts_only"):
            self.expect_known(arg, sorts, f"feedback, path {path!r}, counts_only")

    def sort_of(self, event: Event) -> Sort | None:
        """Return the first sort that an event fits."""
        for sort in self.sorts:
            if event.kind in sort.kinds and sort.note_has.lower() in event.note.lower():
                return sort
        return None

    def read(self, answer: Any) -> Reading:
        rule, words, before = wants(answer, rule=dict, words=str, before=dict)
        if not words.strip():
            raise AnswerError("Write your rule in words first; one sentence is enough.")
        terms = self.terms(rule)
        rule_before, words_before = wants(before, rule=dict, words=str)
        changed = terms != self.terms(rule_before) or words.split() != words_before.split()
        return Reading(terms=terms, words=words.strip(), changed=changed)

    def terms(self, rule: Any) -> Terms:
        """Return a rule, checked. Raises AnswerError."""
        on, each_side = wants(rule, on=list, each_side=bool)
        least, months = rule.get("least"), rule.get("months")
        ids = [switch.id for switch in self.switches]
        if any(name not in ids for name in on):
            raise AnswerError("Switch on what is offered.")
        if not _number(least) or not 1 <= least <= 10:
            raise AnswerError(f"Say how many {self.noun} your rule asks for at least, 1 to 10.")
        if not _number(months) or months not in (0, *self.spans):
            raise AnswerError("Say within how many months, or choose that there is no limit.")
        switched = tuple(name for name in ids if name in on)
        return Terms(on=switched, each_side=each_side, least=least, months=months)

    def sorts_counted(self, terms: Terms) -> set[str]:
        """Return the ids of the sorts a rule counts; none if its switches exclude each other."""
        on = [switch for switch in self.switches if switch.id in terms.on]
        if self._clash(terms):
            return set()
        return {sort for switch in on for sort in switch.adds}

    def _clash(self, terms: Terms) -> bool:
        adding = [s for s in self.switches if s.id in terms.on and s.adds]
        return len(adding) > 1 and any(switch.alone for switch in adding)

    def tally(self, terms: Terms) -> Tally:
        """Run a rule over the events."""
        sorts = self.sorts_counted(terms)
        wide = any(switch.widens for switch in self.switches if switch.id in terms.on)
        counted = sorted(
            (
                event
                for event in self.events
                if self.sort_of(event).id in sorts and (wide or event.group == self.group)
            ),
            key=lambda event: event.day,
        )
        gaps = tuple((b.day - a.day).days for a, b in pairwise(counted))
        met = next((event.day for event in counted if self._met(terms, counted, event.day)), None)
        return Tally(counted=tuple(counted), gaps=gaps, first_met=met)

    def _met(self, terms: Terms, counted: list[Event], on: date) -> bool:
        """Whether a rule is met by the events up to a day, those of the last months only."""
        start = _before(on, terms.months) if terms.months else date.min
        window = [event for event in counted if start < event.day <= on]
        turns = {event.side for event in window if self.sort_of(event).directed}
        return len(window) >= terms.least and (not terms.each_side or turns >= set(self.sides))

    def said(self, terms: Terms) -> str:
        """Return in words what a rule gives."""
        if self._clash(terms):
            return "Your rule contradicts itself: two of its switches exclude each other. No count."
        tally = self.tally(terms)
        head = f"Your rule counts {len(tally.counted)} of {len(self.events)} {self.noun} on record"
        if not tally.counted:
            return f"{head}."
        listed = ", ".join(f"{event.label} ({event.when})" for event in tally.counted)
        parts = [f"{head}: {listed}."]
        if tally.gaps:
            mean = sum(tally.gaps) / len(tally.gaps)
            parts.append(
                f"Days between them: {', '.join(map(str, tally.gaps))}; "
                f"on average {round(mean, 1):g}."
            )
        parts.append(
            f"The rule is first met on {_words(tally.first_met)}."
            if tally.first_met
            else "On this record the rule is never met."
        )
        return " ".join(parts)

    def score(self, answer: Reading) -> str:
        return self.said(answer.terms)

    @condition("changed", TRUTH)
    def _changed(self, answer: Reading, arg: bool) -> bool:
        return answer.changed is arg

    def _contradiction(self, answer: Reading, _: bool) -> list[str]:
        """Return where a rule contradicts itself: in its switches, or in how many are enough."""
        lonely = answer.terms.each_side and answer.terms.least < len(self.sides)
        return ["on"] * self._clash(answer.terms) + ["least"] * lonely

    @condition("contradicts", TRUTH, about=_contradiction)
    def _contradicts(self, answer: Reading, arg: bool) -> bool:
        return bool(self._contradiction(answer, arg)) is arg

    @condition("counts_none", TRUTH, about=always("on"))
    def _counts_none(self, answer: Reading, arg: bool) -> bool:
        none = not self._clash(answer.terms) and not self.tally(answer.terms).counted
        return none is arg

    @condition("counts_all", TRUTH, about=always("on"))
    def _counts_all(self, answer: Reading, arg: bool) -> bool:
        return (self.sorts_counted(answer.terms) == {sort.id for sort in self.sorts}) is arg

    @condition("counts_only", IDS, about=always("on"))
    def _counts_only(self, answer: Reading, arg: list[str]) -> bool:
        return self.sorts_counted(answer.terms) == set(arg)

    @condition("no_limit", TRUTH, about=always("months"))
    def _no_limit(self, answer: Reading, arg: bool) -> bool:
        return (answer.terms.months == 0) is arg

    @condition("never_met", TRUTH)
    def _never_met(self, answer: Reading, arg: bool) -> bool:
        tally = self.tally(answer.terms)
        return (bool(tally.counted) and tally.first_met is None) is arg


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _words(day: date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def _before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
