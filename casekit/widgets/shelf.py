"""The passport's second copy, in the browser: a server that goes away loses nothing.

One shelf serves all questions of a kernel. It is never seen; what it finds is offered by the
first question on the page, and only if the passport here does not hold it.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

from .. import doors, passport
from ..tables import CaseError, settings
from ..work import count
from .view import row, safe

STATES = {
    "kept": "A copy is kept in this browser.",
    "blocked": "This browser keeps no copy: it does not allow storage here.",
    "full": "This browser keeps no copy: its storage is full.",
    "forgotten": "This browser's copy is forgotten.",
}


class Shelf(anywidget.AnyWidget):
    """Lines of text that the browser keeps under ``key``, and what it held when it came."""

    _esm = Path(__file__).with_name("shelf.js")
    key = traitlets.Unicode().tag(sync=True)
    lines = traitlets.Unicode().tag(sync=True)
    found = traitlets.Unicode().tag(sync=True)
    state = traitlets.Unicode().tag(sync=True)

    def forget(self) -> None:
        """Ask the browser to delete its copy."""
        self.send("forget")


@functools.cache
def shelf() -> Shelf:
    """Return the shelf of this kernel."""
    return Shelf(key=f"casekit:{settings().get('id', 'case')}")


def keep() -> None:
    """Hand the passport as it stands to the browser, with what the disk has refused."""
    shelf().lines = passport.within_reach().text


def _noticed() -> list[widgets.HTML]:
    said = doors.notice()
    return [widgets.HTML(f'<p role="note">{safe(said)}</p>')] if said else []


class Offer:
    """What the browser holds and the passport does not, offered. ``box`` is what is shown."""

    def __init__(self, restored: Any) -> None:
        self.restored = restored
        self.text = widgets.HTML()
        self.take = widgets.Button(description="Bring them back")
        self.leave = widgets.Button(description="Leave them")
        self.buttons = row(self.take, self.leave)
        self.take.on_click(self._take)
        self.leave.on_click(lambda _: self._say(""))
        self.box = widgets.VBox([*_noticed(), self.text, self.buttons])
        self._say("")
        shelf().observe(self._look, "found")
        self._look()
        keep()

    def _say(self, text: str, ask: bool = False) -> None:
        self.text.value = f'<p role="status">{safe(text)}</p>' if text else ""
        self.buttons.layout.display = "" if ask else "none"

    def _look(self, _: Any = None) -> None:
        try:
            lost = passport.missing(shelf().found)
        except CaseError:
            return
        if lost:
            names = ", ".join(sorted({entry.codename for entry in lost}))
            self._say(
                f"This browser holds {count(len(lost), 'answer')} under the codename {names} that "
                f"{'is' if len(lost) == 1 else 'are'} not in your passport here. Bring back what "
                "is yours.",
                ask=True,
            )

    def _take(self, _: Any) -> None:
        try:
            self._say(str(passport.add(shelf().found)))
        except CaseError as error:
            self._say(str(error))
        self.restored()
