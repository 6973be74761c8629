"""A few of many: tick boxes."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .view import WIDE, View


class ChooseView(View):
    """One tick box for each option, and how many are ticked."""

    kind = "choose"

    def controls(self) -> list[widgets.Widget]:
        self.boxes = {
            option["id"]: widgets.Checkbox(description=option["text"], indent=False, layout=WIDE)
            for option in self.item.options
        }
        self.count = widgets.HTML()
        for box in self.boxes.values():
            box.observe(self._counted, "value")
        self._counted()
        boxes = (part for name, box in self.boxes.items() for part in (box, self.beside(name)))
        return [*boxes, self.count]

    def _counted(self, _: Any = None) -> None:
        ticked = len(self.answer()["chosen"])
        self.count.value = f'<p role="status">Chosen: {ticked} of {self.item.n}.</p>'

    def answer(self) -> dict[str, Any]:
        return {"chosen": [name for name, box in self.boxes.items() if box.value]}

    def show(self, answer: dict[str, Any]) -> None:
        for name, box in self.boxes.items():
            box.value = name in answer["chosen"]
