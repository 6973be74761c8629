"""Highlighting: choose words in the text or by their numbers, then give them a code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

from ..codebook import book
from .book import BookPanel, code_label, rule, text_html
from .view import WIDE, View, row, safe

CSS = """
.ck-text { user-select: none; cursor: pointer; line-height: 1.9; }
.ck-text .ck-word { padding: .1em .05em; border-radius: 3px; }
.ck-text mark.ck-word { background: #fff3bf; color: #1a1a1a; border-bottom: 2px solid #7a5c00; }
.ck-text .ck-picked { outline: 2px solid currentColor; }
.ck-text .ck-code { font-size: .8em; font-weight: 600; }
"""


class Words(anywidget.AnyWidget):
    """The words of a text; a gesture on them sets ``chosen``. See highlight.js."""

    _esm = Path(__file__).with_name("highlight.js").read_text(encoding="utf-8")
    _css = CSS
    words = traitlets.List(traitlets.Unicode()).tag(sync=True)
    breaks = traitlets.List(traitlets.Int()).tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    spans = traitlets.List(traitlets.Dict()).tag(sync=True)
    chosen = traitlets.List(traitlets.Int()).tag(sync=True)
    lang = traitlets.Unicode("").tag(sync=True)


class HighlightView(View):
    """The text, two menus of its words, a menu of codes, and what has been coded so far.

    A gesture in the text and the two menus set each other. Questions about the whole come once
    something is coded, so that few controls stand on the page at once.
    """

    kind = "highlight"

    def controls(self) -> list[widgets.Widget]:
        item = self.item
        self.book = book()
        self.shelf = BookPanel(self.book)
        self.spans: list[dict[str, Any]] = []
        self.busy = False
        words = list(enumerate(item.words, 1))
        breaks, labels = self._paragraphs()
        self.text = Words(
            words=item.words,
            breaks=breaks,
            labels=labels,
            lang=item.passages[0].lang or self.book.language,
            chosen=[1, 1],
        )
        numbered = [(f"{number}: {word}", number) for number, word in words]
        self.start = widgets.Dropdown(options=numbered, description="From word:", layout=WIDE)
        self.end = widgets.Dropdown(options=numbered, description="To word:", layout=WIDE)
        codes = [(code_label(code, self.book), code) for code in item.codes]
        self.code = widgets.Dropdown(
            options=[("choose …", ""), *codes], value="", description="Code:", layout=WIDE
        )
        self.rule = widgets.HTML()
        self.put = widgets.Button(description="Give these words this code")
        self.drop = widgets.Button(description="Remove the last one")
        self.said = widgets.HTML()
        self.primary = widgets.Dropdown(
            options=[("choose …", "")], description="Primary code:", layout=WIDE
        )
        own = item.check_yourself
        self.check = widgets.Dropdown(
            options=[("choose …", ""), *((o.label, o.id) for o in (own.options if own else []))],
            value="",
            description=own.label if own else " ",
            layout=WIDE,
        )
        self.whole = widgets.VBox([self.primary, *([self.check] if own else [])])
        self.text.observe(self._gesture, "chosen")
        for menu in (self.start, self.end):
            menu.observe(self._menus, "value")
        self.code.observe(lambda _: self._show_rule(), "value")
        self.put.on_click(self._put)
        self.drop.on_click(self._drop)
        self._draw()
        note = [widgets.HTML(f'<p class="ck-quiet">{safe(item.note)}</p>')] if item.note else []
        desk = widgets.VBox(
            [
                self.text,
                *note,
                self.start,
                self.end,
                self.code,
                self.rule,
                row(self.put, self.drop),
                self.said,
                self.whole,
            ]
        )
        desk.add_class("ck-desk")
        both = widgets.Box([desk, self.shelf.box])
        both.add_class("ck-with-book")
        return [both]

    def _paragraphs(self) -> tuple[list[int], list[str]]:
        """Return the numbers of the words that begin a paragraph, and what stands above each."""
        item, number = self.item, 1
        breaks, labels = [], []
        for label, parts in (
            (item.passages_label, item.passages),
            (item.around_label, item.around),
        ):
            for place, part in enumerate(parts):
                breaks.append(number)
                labels.append("" if place else label)
                number += len(part.text.split())
        return breaks, labels

    def _gesture(self, change: dict) -> None:
        count = len(self.item.words)
        fits = len(change["new"]) == 2 and 1 <= change["new"][0] <= change["new"][1] <= count
        if self.busy or not fits:
            return
        self.busy = True
        self.start.value, self.end.value = change["new"]
        self.busy = False
        self._draw()

    def _menus(self, _: dict) -> None:
        if self.busy:
            return
        self.busy = True
        self.text.chosen = self._chosen()
        self.busy = False
        self._draw()

    def _chosen(self) -> list[int]:
        """Return the first and the last word chosen, whichever menu says so.

        Neither menu moves the other: on a slow line that would undo what was chosen meanwhile.
        """
        return sorted([self.start.value, self.end.value])

    def _show_rule(self) -> None:
        self.rule.value = rule(self.code.value, self.book) if self.code.value else ""

    def _put(self, _: Any) -> None:
        if not self.code.value:
            self._draw("Choose a code first.")
            return
        first, last = self._chosen()
        span = {"from": first, "to": last, "code": self.code.value}
        if span in self.spans:
            self._draw("These words have this code already.")
            return
        self.spans.append(span)
        self._draw()

    def _drop(self, _: Any) -> None:
        if self.spans:
            self.spans.pop()
        self._draw()

    def _draw(self, said: str = "") -> None:
        self.text.spans = [dict(span) for span in self.spans]
        chosen = self._words(*self._chosen())
        lines = "".join(f"<li>{safe(self._in_words(span))}</li>" for span in self.spans)
        self.said.value = (
            f'<div role="status" class="ck-quiet"><p>{safe(said)} Chosen now: {chosen}. '
            f"Coded so far: {len(self.spans)}.</p><ol>{lines}</ol></div>"
        )
        codes = list(dict.fromkeys(span["code"] for span in self.spans))
        kept = self.primary.value
        labels = [(code_label(code, self.book), code) for code in codes]
        self.primary.options = [("choose …", ""), *labels]
        self.primary.value = kept if kept in codes else ""
        self.whole.layout.display = None if self.spans else "none"

    def _words(self, first: int, last: int) -> str:
        said = " ".join(self.item.words[first - 1 : last])
        place = f"word {first}" if first == last else f"words {first} to {last}"
        return f"{place}, “{safe(said)}”"

    def _in_words(self, span: dict[str, Any]) -> str:
        said = " ".join(self.item.words[span["from"] - 1 : span["to"]])
        return f"{span['from']}–{span['to']}, “{said}”: {span['code']}"

    def answer(self) -> dict[str, Any]:
        answer = {"spans": [dict(span) for span in self.spans], "primary": self.primary.value or ""}
        if self.item.check_yourself:
            answer["check"] = self.check.value or ""
        return answer

    def show(self, answer: dict[str, Any]) -> None:
        self.spans = [
            {name: one[name] for name in ("from", "to", "code")} for one in answer["spans"]
        ]
        self._draw()
        self.primary.value = answer["primary"]
        if self.item.check_yourself:
            self.check.value = answer["check"]

    def revealed(self, answer: dict[str, Any]) -> str:
        item = self.item
        lines = "".join(f"<li>“{safe(k.phrase)}”: {safe(k.code)}</li>" for k in item.key)
        why = "".join(
            f"<p>{text_html(part.why, self.book)}</p>" for part in item.passages if part.why
        )
        return (
            f"<p>Reference:</p><ul>{lines}</ul><p>Primary: {safe(item.primary)}.</p>{why}"
            f"{rule(item.primary, self.book)}"
        )
