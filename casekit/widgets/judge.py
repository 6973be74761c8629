"""Verdicts on statements, one statement at a time."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .parts import Pages, status
from .view import GONE, WIDE, View, safe


class JudgeView(View):
    """Radio buttons and a box for the few words; two buttons turn to the other statements."""

    kind = "judge"

    def controls(self) -> list[widgets.Widget]:
        self.verdicts: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        self.busy = False
        self.text = widgets.HTML()
        self.radio = widgets.RadioButtons(
            options=[(label, name) for name, label in self.item.verdicts.items()],
            value=None,
            layout=WIDE,
        )
        self.why = widgets.Textarea(layout=WIDE)
        self.said = widgets.HTML()
        self.remark = widgets.HTML(layout=GONE)
        self.radio.observe(self._judged, "value")
        self.why.observe(self._reasoned, "value")
        self.pages = Pages(self.item.noun, len(self.item.statements), self._draw)
        self.pages.go(0)
        why = [self.why] if self.item.why else []
        return [self.text, self.radio, *why, self.remark, self.pages.box, self.said]

    @property
    def here(self) -> Any:
        """The statement on screen."""
        return self.item.statements[self.pages.here]

    def _draw(self) -> None:
        place = self.pages.place
        self.busy = True
        self.text.value = f'<p class="ck-title">{safe(place)}: {safe(self.here.text)}</p>'
        self.radio.description = f"{self.item.question} ({place})"
        self.radio.value = self.verdicts.get(self.here.id)
        self.why.description = f"{self.item.why} ({place})"
        self.why.value = self.reasons.get(self.here.id, "")
        self.busy = False
        self.margin(self.remark, self.here.id)
        self._count()

    def told_anew(self) -> None:
        self._draw()

    def _count(self) -> None:
        total = len(self.item.statements)
        lines = [f"With a verdict: {len(self.verdicts)} of {total}."]
        if self.item.why:
            written = sum(bool(text.strip()) for text in self.reasons.values())
            lines.append(f"With the few words beside it: {written} of {total}.")
        places = {name: f"{self.item.noun} {n}" for n, name in enumerate(self.item.ids, 1)}
        lines.append(self.elsewhere(places))
        self.said.value = status(*lines)

    def _judged(self, change: dict) -> None:
        if not self.busy and change["new"] is not None:
            self.verdicts[self.here.id] = change["new"]
            self._count()

    def _reasoned(self, change: dict) -> None:
        if not self.busy:
            self.reasons[self.here.id] = change["new"]
            self._count()

    def answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"verdicts": dict(self.verdicts)}
        if self.item.why:
            answer["reasons"] = dict(self.reasons)
        return answer

    def show(self, answer: dict[str, Any]) -> None:
        self.verdicts = dict(answer["verdicts"])
        self.reasons = dict(answer.get("reasons", {}))
        self.pages.go(0)

    def revealed(self, answer: dict[str, Any]) -> str:
        labels, lines = self.item.verdicts, []
        for one in self.item.statements:
            reference = one.answer or " or ".join(labels[v] for v in self.item.reference[one.id])
            mine = labels[answer["verdicts"][one.id]]
            reason = answer.get("reasons", {}).get(one.id, "")
            parts = [
                f"<strong>{safe(one.text)}</strong>",
                safe(f"You: {mine}{f' ({reason.strip()})' if reason.strip() else ''}."),
                safe(f"Reference: {reference}."),
                safe(one.note),
            ]
            if one.words:
                rendering = f": {safe(one.rendering)}" if one.rendering else ""
                parts.append(f"{safe(one.said_by)}: {_spoken(one.words, one.lang)}{rendering}")
            lines.append(f"<li>{'<br>'.join(part for part in parts if part)}</li>")
        return f"<ol>{''.join(lines)}</ol>"


def _spoken(words: str, lang: str) -> str:
    """Return words on record, each speaker's part marked with its language."""
    said, langs = words.split(" / "), lang.split("/")
    if len(said) != len(langs):
        return safe(words)
    return " / ".join(safe(part, name) for part, name in zip(said, langs, strict=True))
