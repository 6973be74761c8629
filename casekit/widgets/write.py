"""A few sentences: boxes to write in, and a look at one's own text."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .view import WIDE, View, paragraphs, safe


class WriteView(View):
    """Menus of what is declared, one box for each part, and radio buttons for the own check."""

    kind = "write"

    def controls(self) -> list[widgets.Widget]:
        self.menus = {
            one.id: widgets.Dropdown(
                options=[("choose …", ""), *((o.label, o.id) for o in one.options)],
                value="",
                description=one.label,
                layout=WIDE,
            )
            for one in self.item.declare
        }
        self.boxes = {
            part.id: widgets.Textarea(description=_label(part), layout=WIDE)
            for part in self.item.fields
        }
        self.counts = {part.id: widgets.HTML() for part in self.item.fields if part.limit}
        self.check = None
        if self.item.check_yourself:
            own = self.item.check_yourself
            self.check = widgets.RadioButtons(
                options=[(option.label, option.id) for option in own.options],
                value=None,
                description=own.label,
                layout=WIDE,
            )
        for part in self.item.fields:
            if part.limit:
                self.boxes[part.id].observe(lambda _, part=part: self._count(part), "value")
                self._count(part)
        boxes = [
            [box, *([self.counts[n]] if n in self.counts else []), self.beside(n)]
            for n, box in self.boxes.items()
        ]
        return [
            *([widgets.HTML(self._to_read())] if self.item.shown else []),
            *(part for n, menu in self.menus.items() for part in (menu, self.beside(n))),
            *(control for both in boxes for control in both),
            *([self.check, self.beside("check")] if self.check else []),
        ]

    def _to_read(self) -> str:
        return "".join(
            f'<p class="ck-quiet">{safe(one.label)}</p>'
            f"<blockquote>{safe(one.text, one.lang)}</blockquote>"
            for one in self.item.shown
        )

    def _count(self, part: Any) -> None:
        """Say how many characters a box holds of those it may."""
        count = len(self.boxes[part.id].value.strip())
        over = f", {count - part.limit} too many" if count > part.limit else ""
        self.counts[
            part.id
        ].value = f'<p class="ck-quiet" role="status">{count} of {part.limit} characters{over}.</p>'

    def answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"text": {name: box.value for name, box in self.boxes.items()}}
        if self.check:
            answer["check"] = self.check.value or ""
        if self.menus:
            answer["declared"] = {name: menu.value for name, menu in self.menus.items()}
        return answer

    def show(self, answer: dict[str, Any]) -> None:
        for name, box in self.boxes.items():
            box.value = answer["text"].get(name, "")
        if self.check:
            self.check.value = answer["check"]
        for name, menu in self.menus.items():
            menu.value = answer["declared"][name]

    def revealed(self, answer: dict[str, Any]) -> str:
        return self._to_hand_on(answer) + self._models()

    def _models(self) -> str:
        if not self.item.models:
            return ""
        return "<p>To compare with yours:</p>" + "".join(
            f"<blockquote>{paragraphs(model)}</blockquote>" for model in self.item.models
        )

    def _to_hand_on(self, answer: dict[str, Any]) -> str:
        """Return the text to hand to a classmate; what is sealed stays out of it."""
        if not self.item.exchange:
            return ""
        read = self.item.read(answer)
        declared = [
            (one.label, next(o.label for o in one.options if o.id == read.declared[one.id]))
            for one in self.item.declare
            if not one.sealed
        ]
        texts = [(p.label, read.texts[p.id]) for p in self.item.fields if not p.sealed]
        said = "".join(
            f"<p>{safe(label)}</p><blockquote>{paragraphs(text)}</blockquote>"
            for label, text in [*declared, *texts]
            if text
        )
        return f"<p>{safe(self.item.exchange)}</p>{said}"


def _label(part: Any) -> str:
    if part.limit:
        return f"{part.label} (at most {part.limit} characters)"
    return f"{part.label} (about {part.words} words)" if part.words else part.label
