"""Ratings of acts on several scales, one act at a time."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .parts import Pages, grid, status
from .view import GONE, WIDE, View, safe


class RateView(View):
    """One menu for each scale; two buttons turn to the other acts, and last to the choice."""

    kind = "rate"

    def controls(self) -> list[widgets.Widget]:
        item = self.item
        self.ratings: dict[str, dict[str, int]] = {}
        self.picked = ""
        self.busy = False
        self.text = widgets.HTML()
        levels = [("choose …", -1), *((label, n) for n, label in enumerate(item.levels))]
        self.menus = {
            scale: widgets.Dropdown(options=levels, value=-1, layout=WIDE) for scale in item.scales
        }
        acts = [("choose …", ""), *((f"({n}) {label}", n) for n, label in item.labels.items())]
        self.pick = widgets.Dropdown(
            options=acts, value="", description=f"{item.pick}:", layout=WIDE
        )
        self.holder = widgets.VBox()
        self.said = widgets.HTML()
        self.remark = widgets.HTML(layout=GONE)
        for scale, menu in self.menus.items():
            menu.observe(lambda change, scale=scale: self._rated(scale, change), "value")
        self.pick.observe(self._picked, "value")
        self.pages = Pages("page", len(item.ids) + 1, self._draw)
        self.pages.go(0)
        return [self.text, self.holder, self.remark, self.pages.box, self.said]

    @property
    def here(self) -> str:
        """The act on screen; "" on the last page."""
        return [*self.item.ids, ""][self.pages.here]

    def _draw(self) -> None:
        item, here = self.item, self.here
        self.busy = True
        if here:
            act = item.by_id[here]
            reserve = " Reserve: you may leave it unrated." if here in item.reserve else ""
            self.text.value = (
                f'<p class="ck-title">{safe(self.pages.place)}: ({safe(here)}) '
                f"{safe(item.labels[here])}</p><p>{safe(act.text)}</p>"
                f'<p class="ck-quiet">{safe(f"Confidence of the record: {act.confidence}.")}'
                f"{safe(reserve)}</p>"
            )
            for scale, menu in self.menus.items():
                menu.description = f"Act {here}: {item.scales[scale]}"
                menu.value = self.ratings.get(here, {}).get(scale, -1)
            self.holder.children = tuple(self.menus.values())
        else:
            self.text.value = f'<p class="ck-title">{safe(self.pages.place)}: {safe(item.pick)}</p>'
            self.pick.value = self.picked
            self.holder.children = (self.pick,)
        self.busy = False
        self.margin(self.remark, here or "pick")
        self._count()

    def told_anew(self) -> None:
        self._draw()

    def _count(self) -> None:
        full = sum(len(given) == len(self.item.scales) for given in self.ratings.values())
        picked = f"({self.picked})" if self.picked else "none yet"
        rated = f"Acts rated on every scale: {full} of {len(self.item.ids)}."
        places = {name: f"act {name}" for name in self.item.ids} | {"pick": "the last page"}
        self.said.value = status(rated, f"{self.item.pick}: {picked}.", self.elsewhere(places))

    def _rated(self, scale: str, change: dict) -> None:
        if self.busy:
            return
        given = self.ratings.setdefault(self.here, {})
        if change["new"] < 0:
            given.pop(scale, None)
        else:
            given[scale] = change["new"]
        if not given:
            del self.ratings[self.here]
        self._count()

    def _picked(self, change: dict) -> None:
        if not self.busy:
            self.picked = change["new"]
            self._count()

    def answer(self) -> dict[str, Any]:
        ratings = {name: dict(given) for name, given in self.ratings.items()}
        return {"ratings": ratings, "pick": self.picked}

    def show(self, answer: dict[str, Any]) -> None:
        self.ratings = {name: dict(given) for name, given in answer["ratings"].items() if given}
        self.picked = answer["pick"]
        self.pages.go(0)

    def revealed(self, answer: dict[str, Any]) -> str:
        ratings, _ = self.item.read(answer)
        rows, reasons = [], ""
        for name in self.item.ids:
            act = self.item.by_id[name]
            mine = ratings.get(name, {})
            cells = [f"{mine.get(s, '–')} / {act.ratings[s]}" for s in self.item.scales]
            total = f"{sum(mine.values()) if mine else '–'} / {sum(act.ratings.values())}"
            rows.append((f"({name}) {self.item.labels[name]}", *cells, total))
            reasons += f"<li>({safe(name)}) {safe(act.reason)}</li>"
        head = ("Act", *self.item.scales.values(), "sum")
        table = grid("Yours / reference", head, rows)
        return f"{table}<p>Why the reference rates them so:</p><ul>{reasons}</ul>"
