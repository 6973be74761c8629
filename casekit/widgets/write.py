"""A few sentences: boxes to write in, and a look at one's own text."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .view import WIDE, View, paragraphs


class WriteView(View):
    """One box for each part, and radio buttons for the student's own check."""

    kind = "write"

    def controls(self) -> list[widgets.Widget]:
        self.boxes = {
            part.id: widgets.Textarea(
                description=f"{part.label}{f' (about {part.words} words)' if part.words else ''}",
                layout=WIDE,
            )
            for part in self.item.fields
        }
        self.check = None
        if self.item.check_yourself:
            own = self.item.check_yourself
            self.check = widgets.RadioButtons(
                options=[(option.label, option.id) for option in own.options],
                value=None,
                description=own.label,
                layout=WIDE,
            )
        return [*self.boxes.values(), *([self.check] if self.check else [])]

    def answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"text": {name: box.value for name, box in self.boxes.items()}}
        if self.check:
            answer["check"] = self.check.value or ""
        return answer

    def show(self, answer: dict[str, Any]) -> None:
        for name, box in self.boxes.items():
            box.value = answer["text"].get(name, "")
        if self.check:
            self.check.value = answer["check"]

    def revealed(self, answer: dict[str, Any]) -> str:
        if not self.item.models:
            return ""
        return "<p>To compare with yours:</p>" + "".join(
            f"<blockquote>{paragraphs(model)}</blockquote>" for model in self.item.models
        )
