"""Probabilities: a slider for each statement."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .view import WIDE, View


class ProbabilitiesView(View):
    """Sliders from 0 to 100 per cent; the number beside each can be typed as well."""

    kind = "probabilities"

    def controls(self) -> list[widgets.Widget]:
        self.stored: dict[str, float] = {}
        self.sliders = {
            statement.id: widgets.IntSlider(
                value=50, min=0, max=100, description=f"{statement.text} (per cent)", layout=WIDE
            )
            for statement in self.item.statements
        }
        return [one for n, slider in self.sliders.items() for one in (slider, self.beside(n))]

    def answer(self) -> dict[str, Any]:
        return {"values": {name: self._value(name) for name in self.sliders}}

    def _value(self, name: str) -> float:
        """Return what the slider says, or the finer number stored, until it is moved."""
        stored, shown = self.stored.get(name), self.sliders[name].value
        return stored if stored is not None and round(stored) == shown else shown

    def show(self, answer: dict[str, Any]) -> None:
        self.stored = {name: answer["values"][name] for name in self.sliders}
        for name, slider in self.sliders.items():
            slider.value = round(self.stored[name])
