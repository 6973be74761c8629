"""A belief moved step by step: set two likelihoods, predict, and only then see the result."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ..items import AnswerError
from ..items.update import odds
from .parts import grid, status
from .view import GONE, WIDE, View, remark, row, safe


class UpdateView(View):
    """First the prior; then for each piece of evidence a menu, three sliders and one button."""

    kind = "update"

    def controls(self) -> list[widgets.Widget]:
        item = self.item
        self.start: int | None = None
        self.steps: list[dict[str, Any]] = []
        self.said = ""
        self.prior = _slider(item.prior_label, 0, 100)
        self.beside_prior = self.beside("prior")
        self.begin = widgets.Button(description="Start from this belief")
        self.piece = widgets.Dropdown(description="Evidence to weigh now:", layout=WIDE)
        self.text = widgets.HTML()
        self.remark = widgets.HTML(layout=GONE)
        self.likely_if_not = _slider(item.likely_if_not_label, 1, 99)
        self.likely = _slider(item.likely_label, 1, 99)
        self.predicted = _slider(item.predicted_label, 0, 100)
        self.update = widgets.Button(description="Update")
        self.undo = widgets.Button(description="Take back the last step")
        self.buttons = row(self.update, self.undo)  # one for all steps: they keep the focus
        self.holder = widgets.VBox()
        self.told = widgets.HTML()
        self.begin.on_click(self._begin)
        self.update.on_click(self._update)
        self.undo.on_click(self._undo)
        self.piece.observe(lambda _: self._describe(), "value")
        self._draw()
        return [widgets.HTML(self._example()), self.holder, self.told]

    def _example(self) -> str:
        example = self.item.example
        start = f"Prior {example.prior:.0f} % (odds {odds(example.prior):.2f})."
        steps = " ".join(f"{text}, ratio {r:g} → {b:.0f} %." for text, r, b in self.item.worked())
        return f"<p>Worked example: {safe(start)} {safe(steps)}</p>"

    def _draw(self) -> None:
        if self.start is None:
            self.holder.children = (self.prior, self.beside_prior, self.begin)
            self.told.value = status(self.said, "No belief to start from yet.")
            return
        left = self.item.offered([step["evidence"] for step in self.steps])
        if left:
            self.piece.options = [(self.item.labels[name], name) for name in left]
            self.piece.value = left[0]
            self._describe()
            sliders = (self.likely_if_not, self.likely, self.predicted)
            self.holder.children = (self.piece, self.text, *sliders, self.remark, self.buttons)
        else:
            self.holder.children = (self.undo,)
        self.told.value = self._walked()

    def _describe(self) -> None:
        if not self.piece.value:
            return
        piece = self.item.pieces[self.piece.value]
        weak = f" Confidence: {piece.confidence}." if piece.confidence not in ("", "high") else ""
        self.text.value = f"<p>{safe(piece.text)}{safe(weak)} {safe(piece.note)}</p>"
        self.margin(self.remark, piece.id)
        label = self.item.labels[piece.id]
        self.likely_if_not.description = f"{label}: {self.item.likely_if_not_label}"
        self.likely.description = f"{label}: {self.item.likely_label}"
        self.predicted.description = f"{label}: {self.item.predicted_label}"

    def told_anew(self) -> None:
        self._draw()

    def _walked(self) -> str:
        belief = self.item.walk(self.start, self.steps)
        done = f"Weighed: {len(belief.steps)} of {len(self.item.pieces)}."
        said = status(self.said, done)
        return said + (self._table(belief) if belief.steps else "")

    def _table(self, belief: Any) -> str:
        rows = [
            (
                f"{place}. {self.item.labels[step.evidence]}",
                f"{step.before:.0f} % (odds {_odds(step.before)})",
                f"{step.likely:.0f} ÷ {step.likely_if_not:.0f} = {step.ratio:.2f}",
                f"{step.predicted:.0f} %",
                f"{step.after:.0f} % (odds {_odds(step.after)})",
            )
            for place, step in enumerate(belief.steps, 1)
        ]
        head = ("Evidence", "Before", "Ratio", "You predicted", "After")
        return grid("Your belief, step by step", head, rows) + self._rows_remarks(belief)

    def _rows_remarks(self, belief: Any) -> str:
        """Return the feedback on rows of the table, each under the name of its row."""
        labels = {"prior": self.item.prior_label}
        labels |= {step.evidence: self.item.labels[step.evidence] for step in belief.steps}
        return "".join(
            remark(self.remarks[name], label)
            for name, label in labels.items()
            if name in self.remarks
        )

    def _begin(self, _: Any) -> None:
        self.start = self.prior.value
        self.predicted.value = self.start
        self.said = f"You start from {self.start} per cent."
        self._draw()

    def _update(self, _: Any) -> None:
        step = {
            "evidence": self.piece.value,
            "likely": self.likely.value,
            "likely_if_not": self.likely_if_not.value,
            "predicted": self.predicted.value,
        }
        try:
            last = self.item.walk(self.start, [*self.steps, step]).steps[-1]
        except AnswerError as error:
            self.said = str(error)
            self._draw()
            return
        self.steps.append(step)
        self.said = (
            f"{self.item.labels[last.evidence]}: from {last.before:.0f} to {last.after:.0f} per "
            f"cent; you predicted {last.predicted:.0f}."
        )
        self.likely_if_not.value = self.likely.value = 50
        self.predicted.value = round(last.after)
        self._draw()

    def _undo(self, _: Any) -> None:
        if self.steps:
            gone = self.steps.pop()
            self.said = f"Taken back: {self.item.labels[gone['evidence']]}."
        else:
            self.start, self.said = None, "You can set the starting belief again."
        self._draw()

    def answer(self) -> dict[str, Any]:
        return {"prior": self.start, "steps": [dict(step) for step in self.steps]}

    def show(self, answer: dict[str, Any]) -> None:
        self.start = answer["prior"]
        self.steps = [dict(step) for step in answer["steps"]]
        self.prior.value = round(self.start)
        self.said = ""
        self._draw()


def _slider(label: str, low: int, high: int) -> widgets.IntSlider:
    return widgets.IntSlider(value=50, min=low, max=high, description=label, layout=WIDE)


def _odds(percent: float) -> str:
    return "without limit" if percent == 100 else f"{odds(percent):.2f}"
