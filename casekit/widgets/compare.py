"""Comparing: one wording in its versions, each marked with its language, one place at a time."""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import Any

import ipywidgets as widgets

from .parts import Pages
from .view import WIDE, View, safe

# Scripts that by themselves tell the language; ideographs are shared and take the place's own.
SCRIPTS = {"HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja"}


def spoken(text: str, languages: list[str]) -> str:
    """Return text as HTML, each run of another script marked with its language.

    Ideographs take the language of the syllables written with them, if there are any, else the
    first of ``languages``; text in Latin letters stays unmarked.
    """
    runs = [
        [mark, "".join(part)] for mark, part in groupby(text, key=lambda letter: _script(letter))
    ]
    known = [mark for mark, _ in runs if mark == SCRIPTS["HIRAGANA"]]
    shared = known[0] if known else (languages[0] if languages else "")
    return "".join(safe(part, shared if mark == "shared" else mark) for mark, part in runs)


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    if name.startswith(("CJK", "IDEOGRAPHIC", "FULLWIDTH")):
        return "shared"
    return next((lang for script, lang in SCRIPTS.items() if name.startswith(script)), "")


class CompareView(View):
    """One place on the page: the versions in a list, what changed, a few words, a rating."""

    kind = "compare"

    def controls(self) -> list[widgets.Widget]:
        self.given: dict[str, dict[str, Any]] = {}
        self.busy = False
        item = self.item
        self.head = widgets.HTML()
        self.choice = widgets.RadioButtons(description=item.choice_label)
        self.choice.layout = widgets.Layout(width="auto")  # its own: it is hidden at times
        self.text = widgets.Textarea(
            description=item.text_label, layout=WIDE, continuous_update=False
        )
        rates = [("choose …", None), *((str(n), n) for n in range(item.most + 1))]
        self.weight = widgets.Dropdown(
            options=rates, value=None, description=item.weight_label or " ", layout=WIDE
        )
        self.sure = widgets.Checkbox(description=item.sure_label or " ", indent=False, layout=WIDE)
        self.turn = Pages("place", len(item.questions), self._draw)
        for control in (self.choice, self.text, self.weight, self.sure):
            control.observe(self._kept, "value")
        self.turn.go(0)
        return [
            self.head,
            self.choice,
            self.text,
            *([self.weight] if item.weight_label else []),
            *([self.sure] if item.sure_label else []),
            *([self.turn.box] if len(item.questions) > 1 else []),
        ]

    @property
    def asked(self) -> Any:
        """What is asked of the place on the page."""
        return self.item.questions[self.turn.here]

    def _draw(self) -> None:
        asked, count = self.asked, len(self.item.questions)
        place = self.item.place(asked.place)
        one = self.given.get(asked.place, {})
        said = self.turn.place if count > 1 else ""
        done = sum(self._complete(name) for name in self.given)
        so_far = f"{said}. Answered so far: {done} of {count}." if said else ""
        languages = place.languages
        versions = "".join(f"<li>{spoken(v, languages)}</li>" for v in place.versions)
        self.head.value = (
            f'<div role="status"><p class="ck-quiet">{safe(so_far)}</p>'
            f'<p class="ck-title">{spoken(asked.heading, languages)}</p>'
            f"<p>Original: {spoken(place.original, languages)}</p>"
            f"<p>Gloss: {spoken(place.gloss, languages)}</p>"
            f"<p>Versions:</p><ul>{versions}</ul></div>"
        )
        self.busy = True
        self.choice.options = [(option.label, option.id) for option in asked.options]
        self.choice.value = (one.get("choice") or None) if asked.options else None
        self.choice.layout.display = None if asked.options else "none"
        self.text.value = one.get("text", "")
        self.weight.value = one.get("weight") if self.item.weight_label else None
        self.sure.value = one.get("sure", False)
        self.busy = False

    def _complete(self, place: str) -> bool:
        one, asked = self.given[place], self.item.question(place)
        rated = not self.item.weight_label or one.get("weight") is not None
        return bool((one.get("choice") if asked.options else one.get("text")) and rated)

    def _kept(self, _: Any) -> None:
        """Keep what the controls say of the place on the page."""
        if self.busy:
            return
        one: dict[str, Any] = {"text": self.text.value}
        if self.asked.options:
            one["choice"] = self.choice.value or ""
        if self.item.weight_label:
            one["weight"] = self.weight.value
        if self.item.sure_label:
            one["sure"] = self.sure.value
        self.given[self.asked.place] = one

    def answer(self) -> dict[str, Any]:
        return {"places": {name: dict(one) for name, one in self.given.items()}}

    def show(self, answer: dict[str, Any]) -> None:
        self.given = {
            one.place: dict(answer["places"][one.place])
            for one in self.item.questions
            if one.place in answer["places"]
        }
        self.turn.go(0)

    def revealed(self, answer: dict[str, Any]) -> str:
        read = self.item.read(answer)
        lines = []
        for asked in self.item.questions:
            place, mine = self.item.place(asked.place), read[asked.place]
            labels = {option.id: option.label for option in asked.options}
            right = next((o.label for o in asked.options if o.right), "")
            languages = place.languages
            said = [f"<strong>{spoken(asked.heading, languages)}</strong>"]
            if right:
                said.append(
                    f"You chose: {spoken(labels[mine.choice], languages)}<br>"
                    f"Reference: {spoken(right, languages)}"
                )
            if mine.text:
                said.append(f"You wrote: {safe(mine.text)}")
            for label, text in (("Lost or added", place.lost), ("Why it matters", place.why)):
                said.append(f"{label}: {spoken(text, languages)}" if text else "")
            if place.key and not right:
                said.append(f"Reference: {spoken(place.key, languages)}")
            if mine.weight is not None and place.weight is not None:
                said.append(f"Your rating: {mine.weight}; reference: {place.weight}.")
            lines.append(f"<li>{'<br>'.join(part for part in said if part)}</li>")
        return f"<ol>{''.join(lines)}</ol>"
