"""Probabilities: a slider for each statement."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .view import WIDE, View


class ProbabilitiesView(View):
    """Sliders from 0 to 100 per cent; the number beside each can be typed as well."""

    kind = "probabilities"

    def controls(self) -> list[widgets.Widget]:
        self.sliders = {
            statement.id: widgets.IntSlider(
                value=50, min=0, max=100, description=f"{statement.text} (per cent)", layout=WIDE
            )
            for statement in self.item.statements
        }
        return list(self.sliders.values())

    def answer(self) -> dict[str, Any]:
        return {"values": {name: slider.value for name, slider in self.sliders.items()}}

    def show(self, answer: dict[str, Any]) -> None:
        for name, slider in self.sliders.items():
            slider.value = int(answer["values"][name])
