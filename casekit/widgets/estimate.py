"""Numbers to estimate, typed into a box; beside them a few menus."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

import ipywidgets as widgets

from .view import WIDE, View, safe


class EstimateView(View):
    """An empty box for each number, so that nothing is answered by leaving it as it stands."""

    kind = "estimate"

    def controls(self) -> list[widgets.Widget]:
        self.boxes = {
            one.id: widgets.Text(description=f"{one.label} ({one.unit})", layout=WIDE)
            for one in self.item.quantities
        }
        self.menus = {
            one.id: widgets.Dropdown(
                options=[("choose …", ""), *((o.label, o.id) for o in one.options)],
                value="",
                description=one.label,
                layout=WIDE,
            )
            for one in self.item.questions
        }
        controls = [*self.boxes.items(), *self.menus.items()]
        return [one for name, control in controls for one in (control, self.beside(name))]

    def answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"values": {n: _number(b.value) for n, b in self.boxes.items()}}
        if self.menus:
            answer["choices"] = {name: menu.value for name, menu in self.menus.items()}
        return answer

    def show(self, answer: dict[str, Any]) -> None:
        for name, box in self.boxes.items():
            box.value = str(answer["values"][name])
        for name, menu in self.menus.items():
            menu.value = answer["choices"][name]

    def revealed(self, answer: dict[str, Any]) -> str:
        read, html = self.item.read(answer), ""
        for one in self.item.quantities:
            found = self.item.found(one.id)
            said = (
                f"{one.label} You: {read.values[one.id]:g}. Found: about {found.value:g} "
                f"({one.unit}); accepted here as near: {found.low:g} to {found.high:g}."
            )
            html += f"<p>{safe(said)}</p>"
        for found in self.item.findings:
            weak = f" Confidence: {found.confidence}." if found.confidence else ""
            caveat = f"What it does not show: {self.item.caveats[found.id]}"
            html += (
                f"<p><strong>{safe(found.study)}.</strong> {safe(found.design)}<br>"
                f"{safe(found.result)}<br>{safe(caveat)}"
                f"{safe(weak)}</p>"
            )
        return html


def _number(text: str) -> float | str:
    """Return the number written, with a point or a comma, or the text as it stands.

    In "1,500" the comma may stand for thousands or for a point: then it is the text.
    """
    written = text.strip().replace("−", "-")
    if re.fullmatch(r"-?[1-9]\d{0,2}(,\d{3})+", written):
        return text
    written = written.replace(",", ".")
    try:
        number = float(written)
    except ValueError:
        return text
    return number if isfinite(number) else text
