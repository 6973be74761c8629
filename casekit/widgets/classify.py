"""Each thing in a bin: one menu a thing, a few on the screen at a time."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .parts import Pages, status
from .view import WIDE, View, safe

MOST = 5  # inputs on the screen at a time


class ClassifyView(View):
    """A menu for each thing; the thing's text is the menu's label.

    More than five things are numbered and divided into pages of equal length. Where some are to be
    ticked, a last page has one menu for each tick. A line says what is still without a place.
    """

    kind = "classify"

    def controls(self) -> list[widgets.Widget]:
        bins = [("choose …", ""), *((b.label, b.id) for b in self.item.bins)]
        self.menus = {
            name: widgets.Dropdown(options=bins, value="", description=text, layout=WIDE)
            for name, text in self._texts().items()
        }
        self.ticks = self._tick_menus()
        pages = _divided(list(self.menus))
        self.pages = [
            [one for name in page for one in (self.menus[name], self.beside(name))]
            for page in pages
        ]
        self.page_of = {name: place for place, page in enumerate(pages, 1) for name in page}
        if self.ticks:
            self.pages.append([*self.ticks, self.beside("ticked")])
            self.page_of["ticked"] = len(self.pages)
        if len(self.pages) == 1:
            return self.pages[0]
        self.page = widgets.VBox()
        self.where = widgets.HTML()
        self.turn = Pages("page", len(self.pages), self._turned)
        for menu in (*self.menus.values(), *self.ticks):
            menu.observe(lambda _: self._say(), "value")
        self.turn.go(0)
        return [self.where, self.page, self.turn.box]

    def _texts(self) -> dict[str, str]:
        """Return each thing's text, numbered where the things do not fit on one page."""
        things = self.item.things
        numbered = len(things) > MOST or self.item.verify
        return {
            thing.id: f"{place}. {thing.text}" if numbered else thing.text
            for place, thing in enumerate(things, 1)
        }

    def _tick_menus(self) -> list[widgets.Dropdown]:
        verify = self.item.verify
        if not verify:
            return []
        options = [("choose …", ""), *((text, name) for name, text in self._texts().items())]
        return [
            widgets.Dropdown(
                options=options,
                value="",
                description=f"{verify.label} Tick {place} of {verify.n}:",
                layout=WIDE,
            )
            for place in range(1, verify.n + 1)
        ]

    def _turned(self) -> None:
        self.page.children = self.pages[self.turn.here]
        self._say()

    def _say(self) -> None:
        left = [str(place) for place, menu in enumerate(self.menus.values(), 1) if not menu.value]
        said = f"Without a place: {', '.join(left)}." if left else "All have a place."
        if self.ticks:
            said += f" Ticked: {len(self._ticked())} of {len(self.ticks)}."
        places = self._places()
        self.where.value = status(f"{self.turn.place}. {said}", self.elsewhere(places))

    def _places(self) -> dict[str, str]:
        """Return where each part of the answer stands, in words."""
        numbers = {name: f"{place}" for place, name in enumerate(self.menus, 1)} | {
            "ticked": "ticks"
        }
        return {name: f"{numbers[name]} (page {page})" for name, page in self.page_of.items()}

    def told_anew(self) -> None:
        if len(self.pages) > 1:
            self._say()

    def _ticked(self) -> list[str]:
        return [menu.value for menu in self.ticks if menu.value]

    def answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "placed": {name: menu.value for name, menu in self.menus.items() if menu.value}
        }
        if self.ticks:
            answer["ticked"] = self._ticked()
        return answer

    def show(self, answer: dict[str, Any]) -> None:
        for name, menu in self.menus.items():
            menu.value = answer["placed"].get(name, "")
        for place, menu in enumerate(self.ticks):
            menu.value = answer["ticked"][place]

    def revealed(self, answer: dict[str, Any]) -> str:
        return self._both(answer) if self.item.second else self._list(answer)

    def _list(self, answer: dict[str, Any]) -> str:
        labels = {b.id: b.label for b in self.item.bins}
        lines = []
        for thing in self.item.things:
            if not (thing.key or thing.note):
                continue
            mine = labels.get(answer["placed"].get(thing.id, ""), "")
            said = f"{safe(thing.text.rstrip('.'), thing.lang)}: you chose “{safe(mine)}”"
            if thing.key:
                same = thing.fits(answer["placed"].get(thing.id, ""))
                said += (
                    ", as the reference does"
                    if same
                    else f"; reference “{safe(labels[thing.key])}”"
                )
            lines.append(f"<li>{said}.{' ' + safe(thing.note) if thing.note else ''}</li>")
        return f"<ul>{''.join(lines)}</ul>" if lines else ""

    def _both(self, answer: dict[str, Any]) -> str:
        """Return every thing with where it belongs, and the answer to the second question."""
        second = self.item.second
        labels = {"": "", **{b.id: b.label for b in self.item.bins}}
        ticked = answer.get("ticked", [])
        lines = []
        for thing in self.item.things:
            mine = labels[answer["placed"][thing.id]] + (" (ticked)" if thing.id in ticked else "")
            entry = second.entries.get(thing.second, "")
            said = [f"You: {mine}. Reference: {labels[thing.key]}."] if thing.key else []
            said += [f"{second.label}: {entry}. {thing.note}"] if entry else [thing.note]
            told = "".join(f"<br>{safe(part)}" for part in said if part)
            lines.append(f"<li><strong>{safe(thing.text, thing.lang)}</strong>{told}</li>")
        return f"<ol>{''.join(lines)}</ol>"


def _divided(names: list[str]) -> list[list[str]]:
    """Return the names on as few pages as hold five each, the pages as equal as can be."""
    pages = -(-len(names) // MOST)
    size = -(-len(names) // pages)
    return [names[start : start + size] for start in range(0, len(names), size)]
