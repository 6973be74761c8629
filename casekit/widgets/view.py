"""What the views of all kinds share: the style, safe text, and how controls are made.

A view shows one question's controls and nothing else: it gives the answer as it stands, can be
set to an earlier answer, and says what is revealed once an answer is committed.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import ipywidgets as widgets

from ..items import Feedback, Item

STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")

WIDE = widgets.Layout(width="auto")
GONE = widgets.Layout(display="none")


def safe(text: Any, lang: str = "") -> str:
    """Return any text as harmless HTML, marked with its language where that is known."""
    shown = html.escape(str(text), quote=True)
    return f'<span lang="{html.escape(lang, quote=True)}">{shown}</span>' if lang else shown


def paragraphs(text: str, css: str = "") -> str:
    """Return text as paragraphs (an empty line separates them), every character harmless."""
    mark = f' class="{css}"' if css else ""
    return "".join(f"<p{mark}>{safe(part)}</p>" for part in text.split("\n\n") if part.strip())


def remark(said: str, on: str = "") -> str:
    """Return feedback, given as HTML, as it stands beside a control; ``on`` names what it is on."""
    head = f"Feedback on {on}" if on else "Feedback"
    return f'<div class="ck-beside"><strong>{safe(head)}</strong>{said}</div>'


def row(*children: widgets.Widget) -> widgets.Box:
    """Return controls side by side, wrapping where there is no room."""
    box = widgets.Box(children)
    box.add_class("ck-row")
    return box


class View:
    """The controls of one question. ``box`` is what is shown."""

    kinds: ClassVar[dict[str, type[View]]] = {}
    kind: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        View.kinds[cls.kind] = cls

    def __init__(self, item: Item) -> None:
        self.item = item
        self.remarks: dict[str, str] = {}
        self.margins: dict[str, list[widgets.HTML]] = {}
        self.box = widgets.VBox(self.controls())

    def controls(self) -> list[widgets.Widget]:
        """Return the controls, top to bottom. For the kinds."""
        raise NotImplementedError

    def answer(self) -> dict[str, Any]:
        """Return the answer as the controls stand. For the kinds."""
        raise NotImplementedError

    def show(self, answer: dict[str, Any]) -> None:
        """Set the controls to an earlier answer. For the kinds."""
        raise NotImplementedError

    # Feedback beside the control that it speaks of

    def beside(self, name: str) -> widgets.HTML:
        """Return the place where feedback on one part will stand; put it after its control."""
        place = widgets.HTML(layout=GONE)
        self.margins.setdefault(name, []).append(place)
        return place

    def tell(self, feedback: Feedback) -> None:
        """Put every sentence of feedback that speaks of one part of the answer beside it."""
        self.remarks = {}
        for message in feedback.messages:
            for name in message.about:
                self.remarks[name] = self.remarks.get(name, "") + paragraphs(message.text)
        for name, places in self.margins.items():
            for place in places:
                self.margin(place, name)
        self.told_anew()

    def margin(self, place: widgets.HTML, name: str) -> None:
        """Fill a place with the feedback on one part, which may be none."""
        said = self.remarks.get(name, "")
        place.value = remark(said) if said else ""
        place.layout = WIDE if said else GONE

    def elsewhere(self, parts: Mapping[str, str]) -> str:
        """Return beside which parts feedback stands, in words; ``parts`` gives each its label."""
        labels = dict.fromkeys(label for name, label in parts.items() if name in self.remarks)
        return f"Feedback stands beside: {', '.join(labels)}." if labels else ""

    def told_anew(self) -> None:
        """Show that there is new feedback, where not all parts are on the screen. For the kinds."""

    def revealed(self, answer: dict[str, Any]) -> str:
        """Return, as HTML, what a committed answer reveals beside the feedback."""
        return ""

    def charts(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the media bundles of charts that a committed answer reveals."""
        return []
