"""A marking sheet: one criterion at a time, levels in words, a table, and a CSV to take away."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from ..desk import Marks, Rubric, bring, rubric, sheet
from ..desk.marks import checked
from ..tables import CaseError
from ..work import count
from .names import controlled
from .parts import Pages, grid
from .view import GONE, STYLE, WIDE, row, safe
from .work import Download

NONE = "no level yet"


class Sheet:
    """Levels of one student at a time, and all students' below. ``box`` is what is shown.

    Nothing is kept but what is downloaded; a sheet can be brought back in.
    """

    def __init__(self, of: Rubric) -> None:
        self.rubric = of
        self.marks: dict[tuple[str, str], Marks] = {}
        self.given: dict[str, int] = {}
        self.busy = False
        self.who = widgets.Text(description="Codename of the student", layout=WIDE)
        self.work = widgets.Dropdown(
            options=[(f"{w.name} ({w.share} per cent of the unit)", w.id) for w in of.works],
            description="What is marked",
            layout=WIDE,
        )
        self.head = widgets.HTML()
        self.level = widgets.RadioButtons(description="Level", layout=WIDE)
        self.remark = widgets.Textarea(description="Remark (may stay empty)", layout=WIDE)
        self.turn = Pages("criterion", len(of.criteria), self._draw)
        self.put = widgets.Button(description="Put on the sheet")
        self.said = widgets.HTML()
        self.table = widgets.HTML()
        self.file = Download(kind="text/csv", name="marking-sheet.csv")
        self.out = row(self.file)
        self.upload = widgets.FileUpload(
            accept=".csv", multiple=False, description="Bring a sheet back in"
        )
        self.level.observe(self._chosen, "value")
        self.put.on_click(self._put)
        self.upload.observe(self._bring, "value")
        self.box = widgets.VBox(
            [
                widgets.HTML(f'<style>{STYLE}</style><h3 class="ck-title">Marking sheet</h3>'),
                *(self.who, self.work, self.head, self.level, self.turn.box, self.remark),
                row(self.put),
                *(self.said, self.table, self.out, row(self.upload)),
            ]
        )
        controlled(self.box)
        self.turn.go(0)
        self._list()

    @property
    def criterion(self) -> Any:
        """The criterion on the page."""
        return self.rubric.criteria[self.turn.here]

    def _draw(self) -> None:
        """Show the criterion on the page and its levels."""
        one = self.criterion
        self.busy = True
        levels = zip(self.rubric.levels, one.at, strict=True)
        self.level.options = [
            *((f"{level.value} {level.name}: {text}", level.value) for level, text in levels),
            (NONE.capitalize(), 0),
        ]
        self.level.value = self.given.get(one.id, 0)
        self.busy = False
        self._say_levels()

    def _say_levels(self) -> None:
        """Say where we are and what is given. The levels stay untouched: they hold the focus."""
        one = self.criterion
        done = ", ".join(f"{c.name}: {self.given.get(c.id, NONE)}" for c in self.rubric.criteria)
        self.head.value = (
            f'<div role="status"><p><strong>{safe(self.turn.place)}: {safe(one.name)}, weight '
            f'{one.weight} of 100</strong></p><p class="ck-quiet">{safe(done)}.</p></div>'
        )

    def _chosen(self, change: dict[str, Any]) -> None:
        if self.busy or change["new"] is None:
            return
        if change["new"]:
            self.given[self.criterion.id] = change["new"]
        else:
            self.given.pop(self.criterion.id, None)
        self._say_levels()

    def _put(self, _: Any) -> None:
        marks = Marks(
            codename=self.who.value,
            work=self.work.value,
            levels=dict(self.given),
            remark=self.remark.value,
        )
        try:
            marks = checked(marks, self.rubric)
        except CaseError as error:
            self.said.value = f'<p class="ck-error" role="alert">{safe(error)}</p>'
            return
        key = (marks.codename, marks.work)
        again = " in the place of the line that stood there" if key in self.marks else ""
        self.marks[key] = marks
        left = len(self.rubric.criteria) - len(marks.levels)
        still = f" {count(left, 'level')} still open." if left else ""
        self._say(f"{marks.codename} is on the sheet{again}.{still}")
        self.given, self.who.value, self.remark.value = {}, "", ""
        self.turn.go(0)
        self._list()

    def _bring(self, change: dict[str, Any]) -> None:
        if not change["new"]:
            return
        file = change["new"][0]
        try:
            found = bring(bytes(file["content"]), self.rubric)
        except CaseError as error:
            told = f"{file['name']}: {error}"
            self.said.value = f'<p class="ck-error" role="alert">{safe(told)}</p>'
        else:
            here = [one for one in found if (one.codename, one.work) in self.marks]
            self.marks |= {(one.codename, one.work): one for one in found if one not in here}
            kept = f" {count(len(here), 'line')} stood here already and stayed." if here else ""
            self._say(f"{count(len(found) - len(here), 'line')} brought in.{kept}")
        self.upload.value = ()
        self._list()

    def _say(self, text: str) -> None:
        self.said.value = f'<p role="status">{safe(text)}</p>'

    def _list(self) -> None:
        """Show all that is on the sheet, and make the file anew."""
        marks = list(self.marks.values())
        self.table.value = self._table(marks) if marks else "<p>Nobody is on the sheet yet.</p>"
        self.file.text = "\ufeff" + sheet(marks, self.rubric)
        self.file.label = f"Download the sheet as CSV ({count(len(marks), 'line')})"
        self.out.layout = WIDE if marks else GONE

    def _table(self, marks: list[Marks]) -> str:
        works = {work.id: work.name for work in self.rubric.works}
        head = [
            *("Codename", "Work"),
            *(f"{one.name} ({one.weight})" for one in self.rubric.criteria),
            "Suggested conversion, of 100",
        ]
        rows = []
        for one in marks:
            span = self.rubric.conversion(one.levels)
            levels = [str(one.levels.get(c.id, "–")) for c in self.rubric.criteria]
            said = f"{span[0]:.0f} to {span[1]:.0f}" if span else "levels are missing"
            rows.append([one.codename, works[one.work], *levels, said])
        return grid("Levels on the sheet", head, rows)


def marking_sheet() -> None:
    """Show the marking sheet of the case's rubric."""
    from IPython.display import display

    display(Sheet(rubric()).box)
