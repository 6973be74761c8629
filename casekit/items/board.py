"""Put together a package that several sides can carry at home."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import define, field, frozen

from .base import NUMBER, TRUTH, AnswerError, Argument, Item, always, condition, wants


@frozen(kw_only=True)
class Side:
    """One side and its groups: name of a column to visible label."""

    id: str
    label: str
    groups: dict[str, str]


@frozen(kw_only=True)
class Change:
    """One number that a student puts in the place of the printed one, and who says so."""

    row: str
    group: str
    value: int
    source: str

    @property
    def opinion(self) -> bool:
        """Whether no source is given for the number."""
        return not self.source


@frozen(kw_only=True)
class Weighed:
    """What a package amounts to. ``faults`` says in words why it does not hold."""

    groups: dict[str, int]
    sides: dict[str, int]
    binding: int
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every side can carry the package."""
        return not self.faults


@frozen(kw_only=True)
class Package:
    """An answer, read: what was chosen, and what it amounts to as printed and as changed."""

    chosen: tuple[str, ...]
    tried: tuple[tuple[str, ...], ...]
    changes: tuple[Change, ...]
    printed: Weighed
    now: Weighed


def _packages(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(p, list) and p and all(isinstance(n, str) for n in p) for p in value)
    )


PACKAGES = Argument("a list of packages, each a list of ids", _packages)


def signed(number: int) -> str:
    """Return a whole number with a true minus sign."""
    return str(number).replace("-", "−")


@define(kw_only=True)
class Board(Item):
    """Up to ``most`` rows of a table of gains and losses.

    Answer: ``{"chosen": [row ids], "tried": [[row ids], …], "changes": [{"row", "group", "value",
    "source"}, …]}``; the last two may be left out. A package holds if no side's total is negative
    and no group reaches ``floor``. A row is ``{"id", "label", …}`` with a whole number under the
    name of every group and under ``binding``. A student may change up to ``changes`` numbers.
    """

    kind = "board"
    rows: list[dict[str, Any]]
    sides: list[Side]
    floor: int
    most: int
    binding: str
    binding_label: str
    changes: int = 0
    lowest: int = 0
    highest: int = 0
    by_id: dict[str, dict[str, Any]] = field(init=False, factory=dict)

    def check(self) -> None:
        super().check()
        groups = list(self.groups)
        self.expect(self.sides and all(side.groups for side in self.sides), "sides", "their groups")
        self.expect(
            len(set(groups)) == len(groups) == sum(len(side.groups) for side in self.sides),
            "sides, groups",
            "every group once",
        )
        self.expect(
            len({side.id for side in self.sides}) == len(self.sides), "sides", "ids of their own"
        )
        for row in self.rows:
            self.expect(
                _int(row.get("id")) or isinstance(row.get("id"), str), "rows, id", "a number or id"
            )
            where = f"rows, {row['id']}"
            self.expect(isinstance(row.get("label"), str), where, "a label")
            for name in (*groups, self.binding):
                self.expect(_int(row.get(name)), f"{where}, {name}", "a whole number")
        self.by_id = {str(row["id"]): row for row in self.rows}
        self.expect(len(self.by_id) == len(self.rows) > 0, "rows", "ids of their own, at least one")
        self.expect(self.floor < 0, "floor", "a number below 0")
        self.expect(0 < self.most <= len(self.rows), "most", f"a number from 1 to {len(self.rows)}")
        self.expect(self.changes >= 0, "changes", "0 or more")
        self.expect(not self.changes or self.lowest < self.highest, "highest", "more than lowest")
        for path, arg in self.paths_with("package"):
            for package in arg:
                self.expect_known(package, list(self.by_id), f"feedback, path {path!r}, package")

    @property
    def groups(self) -> dict[str, str]:
        """All groups, name of the column to visible label, side after side."""
        return {name: label for side in self.sides for name, label in side.groups.items()}

    def number(self, row: str, group: str, changes: Iterable[Change] = ()) -> int:
        """Return the number of a cell, changed or as printed."""
        found = [c.value for c in changes if (c.row, c.group) == (row, group)]
        return found[-1] if found else self.by_id[row][group]

    def weigh(self, chosen: Iterable[str], changes: Iterable[Change] = ()) -> Weighed:
        """Return what a package amounts to: totals, and why it does not hold, if so."""
        chosen, changes = list(chosen), list(changes)
        groups = {g: sum(self.number(row, g, changes) for row in chosen) for g in self.groups}
        sides = {side.id: sum(groups[g] for g in side.groups) for side in self.sides}
        faults = []
        for side in self.sides:
            if sides[side.id] < 0:
                faults.append(f"the total of {side.label} is {signed(sides[side.id])}")
            faults += [
                f"{label} ({side.label}) stands at {signed(groups[g])}"
                for g, label in side.groups.items()
                if groups[g] <= self.floor
            ]
        binding = sum(self.by_id[row][self.binding] for row in chosen)
        return Weighed(groups=groups, sides=sides, binding=binding, faults=tuple(faults))

    def read(self, answer: Any) -> Package:
        (chosen,) = wants(answer, chosen=list)
        chosen = self._package(chosen)
        tried = answer.get("tried", [])
        if not isinstance(tried, list) or not all(isinstance(package, list) for package in tried):
            raise AnswerError("The packages tried are a list of lists.")
        changes = self.read_changes(answer.get("changes", []))
        return Package(
            chosen=chosen,
            tried=tuple(self._package(package) for package in tried),
            changes=changes,
            printed=self.weigh(chosen),
            now=self.weigh(chosen, changes),
        )

    def _package(self, names: list[Any]) -> tuple[str, ...]:
        known = list(self.by_id)
        if any(name not in known for name in names):
            raise AnswerError("Choose among the items of the board.")
        chosen = tuple(name for name in known if name in names)
        if not chosen:
            raise AnswerError("Choose at least one item.")
        if len(chosen) > self.most:
            raise AnswerError(f"Choose up to {self.most} items; you have chosen {len(chosen)}.")
        return chosen

    def read_changes(self, given: Any) -> tuple[Change, ...]:
        """Return the changed numbers, checked. Raises AnswerError."""
        if not isinstance(given, list):
            raise AnswerError("The changed cells are a list.")
        changes: list[Change] = []
        for one in given:
            row, group, source = wants(one, row=str, group=str, source=str)
            value = one.get("value")
            if row not in self.by_id or group not in self.groups:
                raise AnswerError("A changed cell belongs to an item and a group of the board.")
            label = f"{self.by_id[row]['label']}, {self.groups[group]}"
            if not _int(value) or not self.lowest <= value <= self.highest:
                raise AnswerError(
                    f"{label}: a whole number from {signed(self.lowest)} to {signed(self.highest)}."
                )
            if value == self.by_id[row][group]:
                raise AnswerError(f"{label}: the board already says {signed(value)}.")
            if any((c.row, c.group) == (row, group) for c in changes):
                raise AnswerError(f"{label}: a cell can be changed once.")
            changes.append(Change(row=row, group=group, value=value, source=source.strip()))
        if len(changes) > self.changes:
            raise AnswerError(f"Change up to {self.changes} cells; you have changed {len(given)}.")
        return tuple(changes)

    def verdict(self, weighed: Weighed) -> str:
        """Return in words whether a package holds, and why not."""
        totals = ", ".join(f"{s.label} {signed(weighed.sides[s.id])}" for s in self.sides)
        bound = f"{self.binding_label} {weighed.binding}"
        if weighed.holds:
            return f"It holds. Totals: {totals}. {bound}."
        return f"It does not hold: {'; '.join(weighed.faults)}. Totals: {totals}. {bound}."

    def score(self, answer: Package) -> str:
        if not answer.changes:
            return self.verdict(answer.printed)
        return (
            f"As printed: {self.verdict(answer.printed)} "
            f"With your changes: {self.verdict(answer.now)}"
        )

    @condition("package", PACKAGES)
    def _is(self, answer: Package, arg: list[list[str]]) -> bool:
        return any(set(answer.chosen) == set(package) for package in arg)

    @condition("listed", TRUTH)
    def _listed(self, answer: Package, arg: bool) -> bool:
        return any(self._is(answer, package) for _, package in self.paths_with("package")) is arg

    @condition("holds", TRUTH)
    def _holds_now(self, answer: Package, arg: bool) -> bool:
        return answer.now.holds is arg

    @condition("held", TRUTH)
    def _held(self, answer: Package, arg: bool) -> bool:
        return answer.printed.holds is arg

    @condition("binding_below", NUMBER)
    def _binding_below(self, answer: Package, arg: float) -> bool:
        return answer.now.binding < arg

    @condition("changed_fewer", NUMBER, about=always("changes"))
    def _changed_fewer(self, answer: Package, arg: float) -> bool:
        return len(answer.changes) < arg

    @condition("opinions", TRUTH, about=always("changes"))
    def _opinions(self, answer: Package, arg: bool) -> bool:
        return any(change.opinion for change in answer.changes) is arg


def _int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
