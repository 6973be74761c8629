"""Forecasts: one question at a time, each recorded by a button."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .parts import Pages, grid, status
from .view import GONE, WIDE, View, paragraphs, safe


class ForecastView(View):
    """A tick box, a slider and, where asked for, a sentence; nothing counts before it is recorded.

    Only text, closing day and rule of a question are shown before an answer is committed.
    """

    kind = "forecast"

    def controls(self) -> list[widgets.Widget]:
        self.values: dict[str, int | float] = {}
        self.known: list[str] = []
        self.moves: dict[str, str] = {}
        self.asked = widgets.HTML()
        self.tick = widgets.Checkbox(description="I already know", indent=False, layout=WIDE)
        self.slider = widgets.IntSlider(
            value=50, min=0, max=100, description="Probability of yes, per cent:", layout=WIDE
        )
        self.move = widgets.Textarea(description=self.item.move_label, layout=WIDE)
        self.put = widgets.Button()
        self.turn = Pages("question", len(self.item.questions), self._turned)
        self.status = widgets.HTML()
        self.remark = widgets.HTML(layout=GONE)
        self.tick.observe(self._ticked, "value")
        self.put.on_click(self._record)
        self.turn.go(0)
        move = [self.move] if self.item.move_label else []
        controls = [self.asked, self.tick, self.slider, *move, self.remark, self.put]
        return [*controls, self.status, self.turn.box]

    def _ticked(self, change: dict[str, Any]) -> None:
        self.slider.disabled = self.move.disabled = bool(change["new"])

    def _turned(self) -> None:
        """Show a question as it is recorded."""
        asked = self.item.questions[self.turn.here]
        self.tick.value = asked.id in self.known
        self.slider.value = int(self.values.get(asked.id, 50))
        self.move.value = self.moves.get(asked.id, "")
        self.asked.value = (
            status(f"{self.turn.place}: {asked.id}, closes {asked.closes}.")
            + paragraphs(asked.text)
            + paragraphs(f"How it is settled: {asked.rule}", "ck-quiet")
        )
        self.put.description = f"Record {asked.id} and go on"
        self.margin(self.remark, asked.id)
        self._say()

    def _record(self, _: Any) -> None:
        name = self.item.questions[self.turn.here].id
        self.values.pop(name, None)
        self.moves.pop(name, None)
        self.known = [one for one in self.known if one != name]
        if self.tick.value:
            self.known.append(name)
        else:
            self.values[name] = self.slider.value
            if self.item.move_label:
                self.moves[name] = self.move.value
        self.turn.go(self.turn.here + 1)

    def _say(self) -> None:
        recorded = {name: f"{value:g} per cent" for name, value in self.values.items()}
        recorded |= dict.fromkeys(self.known, "already known")
        ids = self.item.ids
        listed = "; ".join(f"{name}: {recorded[name]}" for name in ids if name in recorded)
        left = [name for name in ids if name not in recorded]
        rest = f"Still open: {', '.join(left)}." if left else "All are recorded."
        said = f"Recorded {len(recorded)} of {len(ids)}. {listed}{'. ' if listed else ''}{rest}"
        self.status.value = status(said, self.elsewhere({name: name for name in ids}))

    def told_anew(self) -> None:
        self.margin(self.remark, self.item.questions[self.turn.here].id)
        self._say()

    def answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"values": dict(self.values), "known": list(self.known)}
        if self.item.move_label:
            answer["moves"] = dict(self.moves)
        return answer

    def show(self, answer: dict[str, Any]) -> None:
        ids = self.item.ids
        self.known = [name for name in answer["known"] if name in ids]
        self.values = {
            name: answer["values"][name]
            for name in ids
            if name in answer["values"] and name not in self.known
        }
        moves = answer.get("moves", {})
        self.moves = {name: moves[name] for name in self.values if name in moves}
        self.turn.go(0)

    def revealed(self, answer: dict[str, Any]) -> str:
        read = self.item.read(answer)
        settled = any(asked.settled for asked in self.item.questions)
        head = ["Question", "You", "Base rate"]
        head += ["Outcome", "Distance squared"] if settled else []
        rows = []
        for asked in self.item.questions:
            p = read.values.get(asked.id)
            row = [
                f"{asked.id}. {asked.text}",
                "already known" if p is None else f"{p:g} per cent",
                f"{asked.base * 100:.0f} per cent" if asked.base != "" else "none on record",
            ]
            if settled:
                outcome = {1: "yes", 0: "no"}.get(asked.outcome, "open")
                on = f" ({asked.resolved}; confidence {asked.confidence})" if asked.resolved else ""
                counts = asked.settled and p is not None
                distance = f"{(p / 100 - asked.outcome) ** 2:.3f}" if counts else "left out"
                row += [outcome + on, distance]
            rows.append(row)
        notes = [(one.id, one.base_note) for one in self.item.questions if one.base_note]
        said = "".join(f"<li>{safe(f'{name}. {note}')}</li>" for name, note in notes)
        more = (
            "<details><summary>Where the base rates come from, or why there is none</summary>"
            f"<ul>{said}</ul></details>"
        )
        table = grid("Your forecasts, question by question", head, rows)
        return table + (more if notes else "")

    def charts(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the pictures of the settled forecasts: their distances and their calibration."""
        from ..charts.forecasts import Judged, own_forecasts  # here: a question need not wait

        read = self.item.read(answer)
        scored = self.item.scored(read)
        if not scored:
            return []
        judged = [
            Judged(
                id=asked.id,
                own=read.values[asked.id] / 100,
                outcome=int(asked.outcome),
                base=None if asked.base == "" else asked.base,
                others=self.item.others_average(asked.id),
            )
            for asked in scored
        ]
        return own_forecasts(judged, self.item.others_label).bundles()
