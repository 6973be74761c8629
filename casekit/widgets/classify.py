"""Each thing in a bin: one menu a thing."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .view import WIDE, View, safe


class ClassifyView(View):
    """A menu for each thing; the thing's text is the menu's label."""

    kind = "classify"

    def controls(self) -> list[widgets.Widget]:
        bins = [("choose …", ""), *((b.label, b.id) for b in self.item.bins)]
        self.menus = {
            thing.id: widgets.Dropdown(options=bins, value="", description=thing.text, layout=WIDE)
            for thing in self.item.things
        }
        return list(self.menus.values())

    def answer(self) -> dict[str, Any]:
        return {"placed": {name: menu.value for name, menu in self.menus.items() if menu.value}}

    def show(self, answer: dict[str, Any]) -> None:
        for name, menu in self.menus.items():
            menu.value = answer["placed"].get(name, "")

    def revealed(self, answer: dict[str, Any]) -> str:
        labels = {b.id: b.label for b in self.item.bins}
        lines = []
        for thing in self.item.things:
            if not (thing.key or thing.note):
                continue
            mine = labels.get(answer["placed"].get(thing.id, ""), "")
            said = f"{safe(thing.text, thing.lang)}: you chose “{safe(mine)}”"
            if thing.key:
                same = thing.fits(answer["placed"].get(thing.id, ""))
                said += (
                    ", as the reference does"
                    if same
                    else f"; reference “{safe(labels[thing.key])}”"
                )
            lines.append(f"<li>{said}.{' ' + safe(thing.note) if thing.note else ''}</li>")
        return f"<ul>{''.join(lines)}</ul>" if lines else ""
