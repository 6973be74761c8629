"""One of a few: radio buttons."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .view import WIDE, View


class ChoiceView(View):
    """Radio buttons, none chosen at first."""

    kind = "choice"

    def controls(self) -> list[widgets.Widget]:
        options = [(option.label, option.id) for option in self.item.options]
        self.radio = widgets.RadioButtons(
            options=options, value=None, description="Choose one:", layout=WIDE
        )
        return [self.radio, self.beside("choice")]

    def answer(self) -> dict[str, Any]:
        return {"choice": self.radio.value or ""}

    def show(self, answer: dict[str, Any]) -> None:
        self.radio.value = answer["choice"]
