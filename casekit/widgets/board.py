"""A board of items: choose one, put it in or take it out, and watch the totals."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ..items import AnswerError
from ..items.board import signed
from .parts import grid, status
from .view import WIDE, View, row, safe


class BoardView(View):
    """Radio buttons choose an item, buttons act on it; totals and packages tried stand below.

    Where the question lets the student change numbers, a group, a number and a source do so for
    the chosen item; a number without a source is shown as an opinion.
    """

    kind = "board"

    def controls(self) -> list[widgets.Widget]:
        item = self.item
        self.chosen: list[str] = []
        self.tried: list[list[str]] = []
        self.changes: list[dict[str, Any]] = []
        self.busy = False
        self.rows = widgets.RadioButtons(description="Choose an item:", layout=WIDE)
        self.put = widgets.Button()
        self.note = widgets.Button(description="Note this package as tried")
        self.empty = widgets.Button(description="Empty the package")
        self.said = widgets.HTML()
        self.totals = widgets.HTML()
        self.numbers = widgets.HTML()
        self.history = widgets.HTML()
        self.rows.observe(self._turned, "value")
        self.put.on_click(self._put)
        self.note.on_click(self._note)
        self.empty.on_click(self._empty)
        controls = [self.numbers, self.rows, row(self.put, self.note, self.empty), self.said]
        controls += [self.totals, self.history]
        if item.changes:
            controls += self._changing()
        self._draw(next(iter(item.by_id)))
        return controls

    def _changing(self) -> list[widgets.Widget]:
        item = self.item
        groups = [
            (f"{side.label}: {label}", name)
            for side in item.sides
            for name, label in side.groups.items()
        ]
        self.group = widgets.Dropdown(options=groups, description="Group:", layout=WIDE)
        numbers = [(signed(n), n) for n in range(item.lowest, item.highest + 1)]
        self.value = widgets.Dropdown(options=numbers, value=numbers[0][1], layout=WIDE)
        self.source = widgets.Textarea(
            description="Source for this number (empty: it will be marked as an opinion):",
            layout=WIDE,
        )
        self.change = widgets.Button(description="Change this cell")
        self.undo = widgets.Button(description="Take back the last change")
        self.changed = widgets.HTML()
        self.group.observe(lambda _: self._label_cell(), "value")
        self.change.on_click(self._change)
        self.undo.on_click(self._undo)
        buttons = row(self.change, self.undo)
        return [self.group, self.value, self.source, buttons, self.changed, self.beside("changes")]

    # What is on screen

    def _draw(self, here: str, said: str = "") -> None:
        """Put the state of every item into its label, and keep ``here`` chosen."""
        item = self.item
        self.busy = True
        with self.rows.hold_sync():  # else for a moment no item is chosen, and the focus strays
            self.rows.options = [
                (f"{name}. {entry['label']} ({self._where(name)})", name)
                for name, entry in item.by_id.items()
            ]
            self.rows.value = here
        self.busy = False
        verb = "Take out" if here in self.chosen else "Put in"
        self.put.description = f"{verb}: {here}. {item.by_id[here]['label']}"
        count = f"In the package: {len(self.chosen)} of at most {item.most}."
        self.said.value = status(said, count)
        self.totals.value = self._totals()
        self.history.value = self._history()
        self.numbers.value = self._numbers()
        if item.changes:
            self._label_cell()
            self.changed.value = self._changed()

    def _where(self, name: str) -> str:
        return "in the package" if name in self.chosen else "not in"

    def _totals(self) -> str:
        item = self.item
        weighed = item.weigh(self.chosen, self._read())
        rows = []
        for side in item.sides:
            for name, label in side.groups.items():
                total = weighed.groups[name]
                state = "at the floor or below" if total <= item.floor else "carries it"
                rows.append((f"{side.label}: {label}", signed(total), state))
            total = weighed.sides[side.id]
            state = "negative: cannot carry it" if total < 0 else "not negative"
            rows.append((f"{side.label}: total", signed(total), state))
        rows.append((item.binding_label, signed(weighed.binding), ""))
        verdict = item.verdict(weighed) if self.chosen else "Nothing is in the package yet."
        caption = f"Totals of this package (a group must stay above {signed(item.floor)})"
        return f'<p role="status">{safe(verdict)}</p>' + grid(
            caption, ("Group", "Total", "State"), rows
        )

    def _numbers(self) -> str:
        item, changes = self.item, self._read()
        head = ["Item"]
        head += [f"{side.label}: {label}" for side in item.sides for label in side.groups.values()]
        head.append(item.binding_label)
        opinions = {(c.row, c.group): c.opinion for c in changes}
        rows = []
        for name, entry in item.by_id.items():
            cells = [f"{name}. {entry['label']}"]
            for group in item.groups:
                cell = signed(item.number(name, group, changes))
                if (name, group) in opinions:
                    kind = "opinion" if opinions[name, group] else "changed, with a source"
                    cell = f"{cell} ({kind}; printed {signed(entry[group])})"
                cells.append(cell)
            rows.append([*cells, signed(entry[item.binding])])
        return grid("What each item gives or costs each group", head, rows)

    def _history(self) -> str:
        if not self.tried:
            return '<p class="ck-quiet">No package noted as tried yet.</p>'
        lines = []
        for package in self.tried:
            said = self.item.verdict(self.item.weigh(package, self._read()))
            lines.append(f"<li>{safe('{' + ', '.join(package) + '}')}: {safe(said)}</li>")
        return f"<p>Packages tried:</p><ol>{''.join(lines)}</ol>"

    # Putting together

    def _turned(self, change: dict) -> None:
        if not self.busy and change["new"]:
            self._draw(change["new"])

    def _put(self, _: Any) -> None:
        here = self.rows.value
        if here in self.chosen:
            self.chosen.remove(here)
            said = f"Taken out: {here}."
        elif len(self.chosen) == self.item.most:
            said = f"The package is full ({self.item.most} items). Take one out first."
        else:
            self.chosen = [name for name in self.item.by_id if name in [*self.chosen, here]]
            said = f"Put in: {here}."
        self._draw(here, said)

    def _note(self, _: Any) -> None:
        if not self.chosen:
            said = "Put an item in first."
        elif self.chosen in self.tried:
            said = "This package is in the list already."
        else:
            self.tried.append(list(self.chosen))
            said = "Noted."
        self._draw(self.rows.value, said)

    def _empty(self, _: Any) -> None:
        self.chosen = []
        self._draw(self.rows.value, "The package is empty.")

    # Changing numbers

    def _read(self) -> tuple:
        return self.item.read_changes(self.changes)

    def _label_cell(self) -> None:
        here, group = self.rows.value, self.group.value
        now = signed(self.item.number(here, group, self._read()))
        label = self.item.by_id[here]["label"]
        self.value.description = f"New number for {label}, {self.item.groups[group]} (now {now}):"

    def _change(self, _: Any) -> None:
        here, group = self.rows.value, self.group.value
        one = {"row": here, "group": group, "value": self.value.value, "source": self.source.value}
        others = [c for c in self.changes if (c["row"], c["group"]) != (here, group)]
        try:
            self.item.read_changes([*others, one])
        except AnswerError as error:
            self._draw(here, str(error))
            self.changed.value += status(str(error))
            return
        self.changes = [*others, one]
        self.source.value = ""
        self._draw(here, "Changed.")

    def _undo(self, _: Any) -> None:
        self.changes = self.changes[:-1]
        self._draw(self.rows.value, "The last change is taken back.")

    def _changed(self) -> str:
        lines = []
        for one in self._read():
            cell = f"{self.item.by_id[one.row]['label']}, {self.item.groups[one.group]}"
            printed = signed(self.item.by_id[one.row][one.group])
            said = "opinion (no source)" if one.opinion else f"source: {one.source}"
            lines.append(f"<li>{safe(f'{cell}: {printed} → {signed(one.value)}, {said}')}</li>")
        count = f"Changed cells: {len(lines)} of {self.item.changes}."
        return f'<div role="status"><p>{safe(count)}</p><ul>{"".join(lines)}</ul></div>'

    def answer(self) -> dict[str, Any]:
        tried = [list(package) for package in self.tried]
        if self.chosen and self.chosen not in tried:
            tried.append(list(self.chosen))
        answer: dict[str, Any] = {"chosen": list(self.chosen), "tried": tried}
        if self.item.changes:
            answer["changes"] = [dict(one) for one in self.changes]
        return answer

    def show(self, answer: dict[str, Any]) -> None:
        read = self.item.read(answer)
        self.chosen = list(read.chosen)
        self.tried = [list(package) for package in read.tried]
        self.changes = [dict(one) for one in answer.get("changes", [])] if self.item.changes else []
        self._draw(self.chosen[0])
