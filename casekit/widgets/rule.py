"""A rule for counting: switches and numbers on two pages; the count appears when asked for."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ..items import AnswerError
from .parts import Pages, grid, status
from .view import WIDE, View


class RuleView(View):
    """Page 1: what counts. Page 2: how often is enough, and the rule in words.

    The rule is kept as it stands when the count is first asked for; from then on the count follows
    every change, and the answer says that there was one.
    """

    kind = "rule"

    def controls(self) -> list[widgets.Widget]:
        item = self.item
        self.before: dict[str, Any] | None = None
        self.switches = {
            switch.id: widgets.Checkbox(description=switch.label, indent=False, layout=WIDE)
            for switch in item.switches
        }
        self.side = widgets.Dropdown(
            options=[("in any direction", False), ("each direction at least once", True)],
            value=False,
            description="Direction:",
            layout=WIDE,
        )
        self.least = widgets.BoundedIntText(
            value=1, min=1, max=10, description=f"At least how many {item.noun}?", layout=WIDE
        )
        spans = [(f"{months} months", months) for months in item.spans]
        self.months = widgets.Dropdown(
            options=[("choose …", -1), *spans, ("no limit", 0)],
            value=-1,
            description="Within:",
            layout=WIDE,
        )
        self.words = widgets.Textarea(description=item.words_label, layout=WIDE)
        self.pages = [
            [*self.switches.values(), self.beside("on")],
            [
                *(self.side, self.least, self.beside("least")),
                *(self.months, self.beside("months"), self.words),
            ],
        ]
        self.page = widgets.VBox()
        self.where = widgets.HTML()
        self.turn = Pages("page", len(self.pages), self._turned)
        self.look = widgets.Button(description="Keep this rule and show the count")
        self.count = widgets.HTML()
        self.look.on_click(self._look)
        for control in (*self.switches.values(), self.side, self.least, self.months, self.words):
            control.observe(lambda _: self._say(), "value")
        self.turn.go(0)
        return [self.where, self.page, self.turn.box, self.look, self.count]

    def _turned(self) -> None:
        self.page.children = self.pages[self.turn.here]
        name = ("what counts", "how often is enough")[self.turn.here]
        places = {"on": "page 1", "least": "page 2", "months": "page 2"}
        self.where.value = status(f"{self.turn.place}: {name}.", self.elsewhere(places))

    def told_anew(self) -> None:
        self._turned()

    def _rule(self) -> dict[str, Any]:
        return {
            "on": [name for name, box in self.switches.items() if box.value],
            "each_side": self.side.value,
            "least": self.least.value,
            "months": self.months.value,
        }

    def _look(self, _: Any) -> None:
        try:
            self.item.terms(self._rule())
        except AnswerError as error:
            self.count.value = status(f"{error} It stands on page 2.")
            return
        self._keep({"rule": self._rule(), "words": self.words.value})
        self._say()

    def _say(self) -> None:
        """Show what the rule gives, if the count has been asked for."""
        if self.before is None:
            return
        self.look.description = "The count is shown and follows every change"
        now = {"rule": self._rule(), "words": self.words.value}
        try:
            terms = self.item.terms(now["rule"])
        except AnswerError as error:
            self.count.value = status(str(error))
            return
        moved = now["rule"] != self.before["rule"] or (
            now["words"].split() != self.before["words"].split()
        )
        note = (
            "The rule is no longer the one you had before you saw the count; this is recorded."
            if moved
            else "The rule is the one you had before you saw the count."
        )
        self.count.value = status(f"{self.item.said(terms)} {note}")

    def answer(self) -> dict[str, Any]:
        now = {"rule": self._rule(), "words": self.words.value}
        return {**now, "before": self.before or now}

    def show(self, answer: dict[str, Any]) -> None:
        rule = answer["rule"]
        self.before = None
        for name, box in self.switches.items():
            box.value = name in rule["on"]
        self.side.value, self.least.value = rule["each_side"], rule["least"]
        self.months.value = rule["months"]
        self.words.value = answer["words"]
        self._keep(answer["before"])
        self._say()

    def _keep(self, before: dict[str, Any]) -> None:
        if self.before is None:
            self.before = {"rule": dict(before["rule"]), "words": before["words"]}

    def revealed(self, answer: dict[str, Any]) -> str:
        self._keep(answer["before"])  # from here on the count has been seen
        counted = self.item.tally(self.item.read(answer).terms).counted
        rows = [
            [
                event.when,
                event.label,
                self.item.sort_of(event).label,
                "counted" if event in counted else "not counted",
                event.confidence,
            ]
            for event in sorted(self.item.events, key=lambda event: event.day)
        ]
        head = ["Date", "Where", "Sort", "Under your rule", "Confidence"]
        return grid(f"All {self.item.noun} on record", head, rows)
