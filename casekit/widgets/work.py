"""The student's own work on the page: what is done and open, beliefs, files in and out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import pandas as pd
import traitlets

from .. import passport
from ..tables import CaseError
from ..work import belief_path, codenames, count, file_name, overview, printable
from .names import controlled
from .parts import grid
from .shelf import STATES, Offer, keep, shelf
from .view import STYLE, row, safe

FORGET = "Forget this browser's copy"


class Download(anywidget.AnyWidget):
    """A button that saves ``text`` as the file ``name``, in the browser alone. See download.js."""

    _esm = Path(__file__).with_name("download.js")
    label = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Unicode("text/plain").tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)


class Work:
    """What the passport holds, and what can be done with it. ``box`` is what is shown."""

    def __init__(self) -> None:
        self.told = widgets.HTML()
        self.alert = widgets.HTML()
        self.look = widgets.Button(description="Look again")
        self.lessons = widgets.HTML()
        self.no_path = widgets.HTML()
        self.path = widgets.Output()
        self.passport = Download(kind="application/x-ndjson")
        self.page = Download(kind="text/html")
        self.upload = widgets.FileUpload(
            accept=".jsonl,.txt", multiple=True, description="Add answers from a passport file"
        )
        self.added = widgets.HTML()
        self.forget = widgets.Button(description=FORGET)
        self.leave = widgets.Button(description="Keep it")
        self.copy = widgets.HTML()
        self.look.on_click(lambda _: self.draw())
        self.upload.observe(self._add, "value")
        self.forget.on_click(self._forget)
        self.leave.on_click(lambda _: self._ask(False))
        shelf().observe(self._copied, "state")
        self.box = widgets.VBox(
            [
                widgets.HTML(f'<style>{STYLE}</style><h3 class="ck-title">Done and open</h3>'),
                Offer(self.draw).box,
                self.told,
                self.alert,
                self.lessons,
                row(self.look),
                _heading("The path of your beliefs"),
                self.no_path,
                self.path,
                _heading("Take it with you"),
                row(self.passport, self.page),
                _heading("Bring answers in"),
                widgets.HTML(
                    "<p>Choose a passport file of your own, from another computer perhaps. What is "
                    "not here yet is added; nothing that is here changes.</p>"
                ),
                row(self.upload),
                self.added,
                _heading("The copy in this browser"),
                self.copy,
                row(self.forget, self.leave),
            ]
        )
        controlled(self.box)
        self._ask(False)
        self.draw()

    def draw(self) -> None:
        """Read the passport anew and show it."""
        self.alert.value = ""
        record = passport.within_reach()
        try:
            self._draw(record)
        except CaseError as error:
            self._warn(str(error))
            return
        if record.problem:
            self._warn(record.problem)

    def _draw(self, record: passport.Record) -> None:
        rows = overview(record)
        done = int((rows["attempts"] > 0).sum())
        self.lessons.value = "".join(
            _lesson(name, part) for name, part in rows.groupby("lesson", sort=False)
        )
        figure = belief_path(record)
        self.no_path.value = "" if figure else "<p>No belief is on record yet.</p>"
        self.path.outputs = tuple(
            {"output_type": "display_data", "data": bundle, "metadata": {}}
            for bundle in (figure.bundles() if figure else ())
        )
        answers = count(len(record.entries), "answer")
        self.passport.text = record.text
        self.passport.name = file_name(record, "passport", "jsonl")
        self.passport.label = f"Download your passport ({answers})"
        self.page.text = printable(record)
        self.page.name = file_name(record, "answers", "html")
        self.page.label = f"Download a page to print ({answers})"
        # Last, for whoever reads it may take the files away at once.
        time = f"{datetime.now(UTC):%H:%M}"
        self.told.value = (
            f'<div role="status"><p>{count(done, "question")} answered, '
            f"{len(rows) - done} open. {safe(codenames(record))}</p>"
            f'<p class="ck-quiet">Read from {safe(passport.path().name)} at {time} UTC.</p></div>'
        )

    def _warn(self, text: str) -> None:
        self.alert.value = f'<p class="ck-error" role="alert">{safe(text)}</p>'

    # Bringing in

    def _add(self, change: dict[str, Any]) -> None:
        if not change["new"]:
            return
        said = []
        for file in change["new"]:
            try:
                said.append(f"{file['name']}: {passport.add(bytes(file['content']))}")
            except CaseError as error:
                said.append(f"{file['name']}: {error}")
        lines = "".join(f"<p>{safe(line)}</p>" for line in said)
        self.added.value = f'<div role="status">{lines}</div>'
        self.upload.value = ()  # so that the same file can be chosen again
        self.draw()
        keep()

    # The browser's copy

    def _ask(self, sure: bool) -> None:
        self.asked = sure
        self.forget.description = "Yes, delete this browser's copy" if sure else FORGET
        self.leave.layout.display = None if sure else "none"
        self._copied()

    def _forget(self, _: Any) -> None:
        if self.asked:
            shelf().forget()
        self._ask(not self.asked)

    def _copied(self, _: Any = None) -> None:
        said = STATES.get(shelf().state, "Whether this browser keeps a copy is not known yet.")
        if self.asked:
            said = (
                "Only the copy in this browser goes; the passport file stays. The next page of "
                "questions that you run here makes a new copy, so do this last, on a computer that "
                "others use. Delete it?"
            )
        self.copy.value = f'<p role="status">{safe(said)}</p>'


def _heading(text: str) -> widgets.HTML:
    return widgets.HTML(f'<h3 class="ck-title">{safe(text)}</h3>')


def _lesson(name: str, rows: pd.DataFrame) -> str:
    """Return one lesson's questions, folded under a line that says how many are answered."""
    left = rows[rows["attempts"] == 0]
    minutes = f", about {count(int(left['minutes'].sum()), 'minute')}" if len(left) else ""
    summary = (
        f"{name or 'Other questions'} – {len(rows) - len(left)} of {len(rows)} answered, "
        f"{len(left)} open{minutes}"
    )
    lines = [(f"{one['title']} ({one['item']})", _state(one)) for one in rows.to_dict("records")]
    table = grid(name, ("Question", "State"), lines)
    return f"<details><summary>{safe(summary)}</summary>{table}</details>"


def _state(one: dict[str, Any]) -> str:
    if not one["attempts"]:
        return f"open, about {count(one['minutes'], 'minute')}"
    hints = f", {count(one['hints'], 'hint')}" if one["hints"] else ""
    return f"done: {count(one['attempts'], 'attempt')}{hints}, last saved {one['last saved']}"


def my_work() -> None:
    """Show what the passport holds: done and open, beliefs, files to take away and bring in."""
    from IPython.display import display

    display(Work().box)
