"""A matrix of explanations and evidence, filled column by column."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ..citations import source_items
from .parts import Pages, grid, status
from .view import GONE, WIDE, View, safe


class MatrixView(View):
    """One piece of evidence at a time, a menu for each explanation; then places, then the rest.

    While the switch is on, evidence from after the day stands nowhere on the screen and is no
    part of the answer. Two rankings are kept, one for each position of the switch.
    """

    kind = "matrix"

    def controls(self) -> list[widgets.Widget]:
        item = self.item
        self.given: dict[str, dict[str, str]] = {}
        self.places: dict[str, dict[str, int]] = {"then": {}, "now": {}}
        self.weight = ""
        self.busy = False
        self.switch = widgets.Checkbox(value=True, indent=False, layout=WIDE)
        self.text = widgets.HTML()
        marks = [("choose …", ""), *((label, mark) for mark, label in item.marks.items())]
        places = [("choose …", 0), *((str(n), n) for n in range(1, len(item.ids) + 1))]
        self.menus = {n: widgets.Dropdown(options=marks, value="", layout=WIDE) for n in item.ids}
        self.ranks = {n: widgets.Dropdown(options=places, value=0, layout=WIDE) for n in item.ids}
        self.heaviest = widgets.Dropdown(description=f"{item.heaviest_label}:", layout=WIDE)
        self.wanted = widgets.Textarea(description=f"{item.wanted_label}:", layout=WIDE)
        self.holder = widgets.VBox()
        self.said = widgets.HTML()
        self.remark = widgets.HTML(layout=GONE)
        self.switch.observe(self._switched, "value")
        self.heaviest.observe(self._weighed, "value")
        for name in item.ids:
            self.menus[name].observe(lambda change, n=name: self._marked(n, change), "value")
            self.ranks[name].observe(lambda change, n=name: self._placed(n, change), "value")
        self.pages = Pages("page", 1, self._draw)
        self._turn_to(0)
        return [self.switch, self.text, self.holder, self.remark, self.pages.box, self.said]

    @property
    def shown(self) -> list[str]:
        """The ids of the evidence on screen."""
        return self.item.shown(self.switch.value)

    @property
    def ranking(self) -> dict[str, int]:
        """The places of the ranking that belongs to the switch."""
        return self.places["then" if self.switch.value else "now"]

    def _turn_to(self, here: int) -> None:
        self.pages.go(here, len(self.shown) + 2)

    def _draw(self) -> None:
        item, shown, here = self.item, self.shown, self.pages.here
        state = "on: later evidence is hidden" if self.switch.value else "off: all evidence"
        self.switch.description = f"{item.switch} ({state})"
        self.busy = True
        if here < len(shown):
            self._draw_column(item.columns[shown[here]])
        elif here == len(shown):
            self._draw_ranking()
        else:
            self._draw_rest()
        self.busy = False
        self.margin(self.remark, [*shown, "ranking", "heaviest"][here])
        self._count()

    def told_anew(self) -> None:
        self._draw()

    def _draw_column(self, piece: Any) -> None:
        medium = f" Confidence: {piece.confidence}." if piece.confidence != "high" else ""
        self.text.value = (
            f'<p class="ck-title">{safe(self.pages.place)}: {safe(piece.id)} {safe(piece.label)}'
            f"</p><p>{safe(piece.text)}{safe(medium)}</p><p>{safe(self.item.question)}</p>"
        )
        for one in self.item.hypotheses:
            self.menus[one.id].description = f"{piece.id} under {one.id} {one.label}: {one.text}"
            self.menus[one.id].value = self.given.get(piece.id, {}).get(one.id, "")
        self.holder.children = tuple(self.menus.values())

    def _draw_ranking(self) -> None:
        title = f"{self.pages.place}: {self.item.place_label}"
        self.text.value = f'<p class="ck-title">{safe(title)}</p>'
        for one in self.item.hypotheses:
            self.ranks[one.id].description = f"Place of {one.id} {one.label}"
            self.ranks[one.id].value = self.ranking.get(one.id, 0)
        self.holder.children = tuple(self.ranks.values())

    def _draw_rest(self) -> None:
        item = self.item
        self.text.value = f'<p class="ck-title">{safe(self.pages.place)}: what weighs most</p>'
        pieces = [(f"{name} {item.columns[name].label}", name) for name in self.shown]
        self.heaviest.options = [("choose …", ""), *pieces]
        self.heaviest.value = self.weight if self.weight in self.shown else ""
        self.holder.children = (self.heaviest, self.wanted)

    def _count(self) -> None:
        marked = sum(len(self.given.get(name, {})) for name in self.shown)
        total = len(self.shown) * len(self.item.ids)
        ranked = len(self.ranking)
        pages = enumerate([*self.shown, "ranking", "heaviest"], 1)
        places = {name: f"page {place}" for place, name in pages}
        self.said.value = status(
            f"Evidence on screen: {', '.join(self.shown)}.",
            f"Marked: {marked} of {total}. Ranked: {ranked} of {len(self.item.ids)}.",
            self.elsewhere(places),
        )

    def _switched(self, _: dict) -> None:
        if not self.busy:
            self._turn_to(0)

    def _marked(self, name: str, change: dict) -> None:
        if not self.busy:
            column = self.given.setdefault(self.shown[self.pages.here], {})
            _keep(column, name, change["new"])
            self._count()

    def _placed(self, name: str, change: dict) -> None:
        if not self.busy:
            _keep(self.ranking, name, change["new"])
            self._count()

    def _weighed(self, change: dict) -> None:
        if not self.busy:
            self.weight = change["new"] or ""

    def answer(self) -> dict[str, Any]:
        only_known = self.switch.value
        made = {name: _ranked(places) for name, places in self.places.items() if places}
        if only_known:
            made.pop("now", None)
        elif made.get("then") and len(made["then"]) < len(self.item.ids):
            del made["then"]
        return {
            "only_known": only_known,
            "marks": {n: dict(self.given[n]) for n in self.shown if self.given.get(n)},
            "rankings": made,
            "heaviest": self.weight if self.weight in self.shown else "",
            "wanted": self.wanted.value,
        }

    def show(self, answer: dict[str, Any]) -> None:
        self.given = {name: dict(column) for name, column in answer["marks"].items()}
        self.places = {
            name: {one: n for n, one in enumerate(answer["rankings"].get(name, []), 1)}
            for name in ("then", "now")
        }
        self.weight = answer["heaviest"]
        self.busy = True
        self.switch.value = answer["only_known"]
        self.busy = False
        self.wanted.value = answer["wanted"]
        self._turn_to(0)

    def revealed(self, answer: dict[str, Any]) -> str:
        item, read = self.item, self.item.read(answer)
        head = ("Explanation", *read.marks, "surprises", "place")
        surprises = item.count(read.marks, "I")
        rows = [
            (
                f"{one.id} {one.label}",
                *(
                    _pair(column[one.id], item.columns[n].marks[one.id])
                    for n, column in read.marks.items()
                ),
                str(surprises[one.id]),
                str(read.ranking.index(one.id) + 1),
            )
            for one in item.hypotheses
        ]
        html = grid("Your marks; where the reference differs it stands in brackets", head, rows)
        return html + self._differences(read) + self._rankings(read) + self._evidence(read)

    def _differences(self, read: Any) -> str:
        lines = []
        for name, column in read.marks.items():
            piece = self.item.columns[name]
            for one in self.item.hypotheses:
                mine, reference = column[one.id], piece.marks[one.id]
                if mine != reference:
                    labels = self.item.marks
                    said = f"{name} × {one.id}: yours {labels[mine]}, reference {labels[reference]}"
                    reason = piece.reasons[one.id] or "It says nothing either way, as we read it."
                    lines.append(f"<li>{safe(f'{said}. {reason}')}</li>")
        if not lines:
            return ""
        return f"<p>Where the reference differs, and why:</p><ul>{''.join(lines)}</ul>"

    def _rankings(self, read: Any) -> str:
        if set(read.rankings) != {"then", "now"}:
            return ""
        then, now = (read.rankings[name] for name in ("then", "now"))
        rows = ((str(n), a, b) for n, (a, b) in enumerate(zip(then, now, strict=True), 1))
        return grid("Your two rankings", ("Place", self.item.day, "With all evidence"), rows)

    def _evidence(self, read: Any) -> str:
        """Return the sources of the evidence on screen, and of no other.

        Notes were written with hindsight, so they wait until the switch is off.
        """
        lines = []
        for name in read.marks:
            piece = self.item.columns[name]
            listed = "".join(f"<li>{line}</li>" for line in source_items(piece.sources))
            note = f" {safe(piece.note)}" if piece.note and not read.only_known else ""
            lines.append(f"<li>{safe(name)} ({safe(piece.date)}).{note}<ul>{listed}</ul></li>")
        return (
            "<details><summary>Notes and sources of each piece of evidence</summary>"
            f"<ul>{''.join(lines)}</ul></details>"
        )


def _keep(given: dict, name: str, value: Any) -> None:
    """Keep what a menu says; its first line says nothing."""
    if value:
        given[name] = value
    else:
        given.pop(name, None)


def _ranked(places: dict[str, int]) -> list[str]:
    """Return the ids by place; a place given twice leaves the ranking short, so it is refused."""
    by_place = {place: name for name, place in places.items()}
    return [by_place[place] for place in sorted(by_place)]


def _pair(mine: str, reference: str) -> str:
    return mine if mine == reference else f"{mine} ({reference})"
