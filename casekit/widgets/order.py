"""Cards in order: choose a card, move it with two buttons, mark it with a menu."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .view import GONE, WIDE, View, row, safe


class OrderView(View):
    """A list of cards as radio buttons; two buttons and a menu act on the chosen one.

    The place and the mark of a card stand in its label, so nothing depends on sight of the whole
    list, and nothing is dragged.
    """

    kind = "order"

    def controls(self) -> list[widgets.Widget]:
        self.titles = {card.id: card.title for card in self.item.cards}
        self.order = list(self.item.shuffled)
        self.marks: dict[str, str] = {}
        self.busy = False
        self.cards = widgets.RadioButtons(description="Choose a card:", layout=WIDE)
        self.earlier = widgets.Button(description="Move earlier")
        self.later = widgets.Button(description="Move later")
        options = [
            ("choose …", ""),
            *((label, mark) for mark, label in self.item.marks.options.items()),
        ]
        self.mark = widgets.Dropdown(options=options, value="", description=" ", layout=WIDE)
        self.said = widgets.HTML()
        self.remark = widgets.HTML(layout=GONE)
        self.cards.observe(self._chosen, "value")
        self.mark.observe(self._marked, "value")
        self.earlier.on_click(lambda _: self._move(-1))
        self.later.on_click(lambda _: self._move(1))
        self._draw(self.order[0])
        return [self.cards, row(self.earlier, self.later), self.mark, self.remark, self.said]

    def _draw(self, chosen: str) -> None:
        """Put order and marks into the labels, and keep ``chosen`` chosen."""
        self.busy = True
        with self.cards.hold_sync():  # else for a moment no card is chosen, and the focus strays
            self.cards.options = [
                (self._label(place, card), card) for place, card in enumerate(self.order, 1)
            ]
            self.cards.value = chosen
        self.mark.value = self.marks.get(chosen, "")
        self.busy = False
        place = self.order.index(chosen) + 1
        title = self.titles[chosen]
        self.mark.description = f"{self.item.marks.label} (card {place}: {title})"
        # never switched off: a button that goes off while it has the focus loses it
        self.earlier.description = "Move earlier" + (" (it is the first)" if place == 1 else "")
        last = place == len(self.order)
        self.later.description = "Move later" + (" (it is the last)" if last else "")
        marked = len(self.marks)
        self.margin(self.remark, chosen)
        self.said.value = (
            f'<p role="status" class="ck-quiet">Chosen: “{safe(title)}”, place {place} of '
            f"{len(self.order)}. Marked so far: {marked} of {len(self.order)}.</p>"
        )

    def _label(self, place: int, card: str) -> str:
        mark = self.item.marks.options.get(self.marks.get(card, ""), "not marked yet")
        more = ", with feedback" if card in self.remarks else ""
        return f"{place}. {self.titles[card]} ({mark}{more})"

    def told_anew(self) -> None:
        self._draw(self.cards.value)

    def _chosen(self, change: dict) -> None:
        if not self.busy and change["new"]:
            self._draw(change["new"])

    def _marked(self, change: dict) -> None:
        if self.busy:
            return
        if change["new"]:
            self.marks[self.cards.value] = change["new"]
        else:
            self.marks.pop(self.cards.value, None)
        self._draw(self.cards.value)

    def _move(self, step: int) -> None:
        here = self.order.index(self.cards.value)
        there = here + step
        if 0 <= there < len(self.order):
            self.order[here], self.order[there] = self.order[there], self.order[here]
        self._draw(self.cards.value)

    def answer(self) -> dict[str, Any]:
        return {"order": list(self.order), "marks": dict(self.marks)}

    def show(self, answer: dict[str, Any]) -> None:
        self.order = list(answer["order"])
        self.marks = {card: answer["marks"][card] for card in self.order}
        self._draw(self.order[0])

    def revealed(self, answer: dict[str, Any]) -> str:
        labels, terms = self.item.marks.options, self.item.terms
        lines = []
        for card in sorted(self.item.cards, key=lambda card: card.place):
            mine = answer["marks"][card.id]
            reference = " or ".join(f"“{labels[mark]}”" for mark in card.accepted)
            judged = f"You marked it “{labels[mine]}”; the reference has {reference}."
            parts = [
                f"<strong>{safe(card.date)}: {safe(card.title)}.</strong>",
                safe(f"{card.line_1} {card.line_2}"),
                safe(f"{judged} {card.note}"),
            ]
            if terms and card.term_1 and card.term_2:
                parts.append(
                    f"{safe(terms.label_1)}: {safe(card.term_1, terms.lang_1)}. "
                    f"{safe(terms.label_2)}: {safe(card.term_2, terms.lang_2)}."
                )
            lines.append(f"<li>{'<br>'.join(part for part in parts if part.strip())}</li>")
        return f"<p>The order on record:</p><ol>{''.join(lines)}</ol>"
