"""Write a few lines of code; each check of the result says one sentence.

The code runs in the student's own notebook. What was found there comes here as plain values, one
for each check, so that an answer can be stored, marked again and trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define, field, frozen

from .base import IDS, TRUTH, AnswerError, Argument, Item, condition, wants, whole

NOT_A_NUMBER = "not a number"
HUGE = 1e300

# What can be looked for in a value, and what it yields.
FINDS = {
    "value": "the value itself: a number, a text, a time",
    "length": "how many rows or entries",
    "index name": "the name of the index",
    "columns": "the names of the columns",
    "entry": "the entry at ``at``, by the index or by the column ``by``",
    "rows": "how many rows have ``at`` in the index or in the column ``by``",
    "empty": "how many entries are empty",
    "empty at start": "whether the first entry is empty and no other",
    "largest": "the largest entry",
    "smallest": "the smallest entry",
    "median": "the median of the entries",
    "mean": "the mean of the entries",
    "channels": "the channels a chart uses",
    "types": "the types that the channel ``at`` of a chart has, such as temporal",
    "axis start": "the number at which the axis of the channel ``at`` begins",
    "call": "what the function returns for ``args``",
}

BELOW = Argument(
    "{ check = one id, than = a number }",
    lambda value: (
        isinstance(value, dict)
        and set(value) == {"check", "than"}
        and isinstance(value["check"], str)
        and whole(value["than"])
    ),
)


@frozen(kw_only=True)
class Check:
    """One check: which value, what is looked for in it, and what should be found.

    ``name`` is the name the value is given under. ``column`` takes one column of a table first,
    ``last`` only its last entries. Found and expected are compared as numbers, within
    ``tolerance``, if the expected one is a number, otherwise as texts. Instead of ``expected``:
    ``at_least`` and ``at_most``; ``has_all`` or ``has_one`` for names; ``not_above``, the name of
    another value whose mean must not be exceeded.
    """

    id: str
    name: str
    find: str = "value"
    column: str = ""
    by: str = ""
    at: str = ""
    last: int = 0
    args: list[Any] = field(factory=list)
    expected: Any = None
    tolerance: float = 0.0
    at_least: Any = None
    at_most: Any = None
    has_all: list[str] = field(factory=list)
    has_one: list[str] = field(factory=list)
    not_above: str = ""

    @property
    def wanted(self) -> Any:
        """The expected value; from a table it comes as a list of one record."""
        if isinstance(self.expected, list) and len(self.expected) == 1:
            return self.expected[0]["value"]
        return self.expected

    def holds(self, found: Any) -> bool:
        """Whether what was found is what should be."""
        if self.has_all or self.has_one:
            names = found if isinstance(found, list) else []
            some = not self.has_one or any(name in names for name in self.has_one)
            return some and all(name in names for name in self.has_all)
        if self.not_above:
            pair = found if isinstance(found, list) and len(found) == 2 else []
            return bool(pair) and all(map(whole, pair)) and pair[0] <= pair[1] + 1e-9
        if self.wanted is not None:
            return self._equals(found)
        low, high = self.at_least, self.at_most
        return whole(found) and (low is None or found >= low) and (high is None or found <= high)

    def _equals(self, found: Any) -> bool:
        wanted = _number(self.wanted)
        if wanted is None:
            return isinstance(found, type(self.wanted)) and found == self.wanted
        return whole(found) and abs(found - wanted) <= self.tolerance + 1e-9


@frozen
class Findings:
    """An answer as read: which checks hold, which do not, and which had no value to look at."""

    found: dict[str, Any]
    held: tuple[str, ...]
    failed: tuple[str, ...]
    left: tuple[str, ...]


@define(kw_only=True)
class CodeTask(Item):
    """A task in code. Answer: ``{"found": {check id: what was found}}``.

    What is found is a number, a text, true or false, a list of those, or null where the value was
    not of the kind that the check looks into. A check whose value was not given is left out.
    """

    kind = "code_task"
    starter: str
    checks: list[Check]
    open_task: str = ""

    def check(self) -> None:
        super().check()
        ids = [check.id for check in self.checks]
        self.expect(len(set(ids)) == len(ids) > 0, "checks", "one or more, each with its own id")
        for check in self.checks:
            where = f"checks, {check.id}"
            self.expect(check.name.isidentifier(), f"{where}, name", "a name as in Python")
            self.expect_known([check.find], list(FINDS), f"{where}, find")
            self.expect(check.tolerance >= 0, f"{where}, tolerance", "a number, at least 0")
            self.expect(check.last >= 0, f"{where}, last", "a whole number, at least 0")
            self.expect(
                _is_expectation(check.expected), f"{where}, expected", "one value, or one row"
            )
            limits = (check.at_least, check.at_most)
            self.expect(
                all(limit is None or whole(limit) for limit in limits),
                f"{where}, at_least and at_most",
                "numbers",
            )
            kinds = (
                check.wanted is not None,
                limits != (None, None),
                bool(check.has_all or check.has_one),
                bool(check.not_above),
            )
            self.expect(sum(kinds) == 1, where, "exactly one thing that should be found")
            if check.not_above:
                self.expect_known([check.not_above], self.names, f"{where}, not_above")
        for path, arg in self.paths_with("failed"):
            self.expect_known(arg, ids, f"feedback, path {path!r}, failed")
        for path, arg in self.paths_with("found_below"):
            self.expect_known([arg["check"]], ids, f"feedback, path {path!r}, found_below")

    @property
    def names(self) -> list[str]:
        """The names of the values that the checks look into, in the order of the checks."""
        return list(dict.fromkeys(check.name for check in self.checks))

    def read(self, answer: Any) -> Findings:
        (found,) = wants(answer, found=dict)
        kept = {check.id: found[check.id] for check in self.checks if check.id in found}
        if not kept:
            raise AnswerError(f"Run the check in a cell first: {self.call}")
        if not all(_plain(value) for value in kept.values()):
            raise AnswerError(
                "What was found must be plain numbers and texts; run the check again."
            )
        held = tuple(c.id for c in self.checks if c.id in kept and c.holds(kept[c.id]))
        return Findings(
            found=kept,
            held=held,
            failed=tuple(name for name in kept if name not in held),
            left=tuple(c.id for c in self.checks if c.id not in kept),
        )

    @property
    def call(self) -> str:
        """The line that runs the checks."""
        given = ", ".join(f"{name}={name}" for name in self.names)
        return f'check("{self.id}", {given})'

    def score(self, answer: Findings) -> str:
        said = f"{len(answer.held)} of {len(self.checks)} checks hold."
        names = dict.fromkeys(check.name for check in self.checks if check.id in answer.left)
        return said + (f" Not given yet: {', '.join(names)}." if names else "")

    @condition("failed", IDS)
    def _failed(self, answer: Findings, arg: list[str]) -> bool:
        return any(name in arg for name in answer.failed)

    @condition("found_below", BELOW)
    def _found_below(self, answer: Findings, arg: Mapping[str, Any]) -> bool:
        found = answer.found.get(arg["check"])
        return whole(found) and found < arg["than"]

    @condition("incomplete", TRUTH)
    def _incomplete(self, answer: Findings, arg: bool) -> bool:
        return bool(answer.left) is arg


def _number(value: Any) -> float | None:
    """Return a number, also one written as text, or None."""
    if whole(value):
        return value
    try:
        number = float(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return number if whole(number) else None


def _is_expectation(value: Any) -> bool:
    if isinstance(value, list):
        return (
            len(value) == 1
            and isinstance(value[0], dict)
            and set(value[0]) == {"value"}
            and isinstance(value[0]["value"], str)
        )
    return value is None or isinstance(value, (str, bool)) or whole(value)


def _plain(value: Any) -> bool:
    """Whether a value is what JSON can hold and a check can look at."""
    if isinstance(value, list):
        return all(_plain(part) and not isinstance(part, list) for part in value)
    if whole(value):
        return abs(value) < HUGE
    return value is None or isinstance(value, (str, bool))
