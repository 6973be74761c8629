"""What the views of all kinds share: the style, safe text, and how controls are made.

A view shows one question's controls and nothing else: it gives the answer as it stands, can be
set to an earlier answer, and says what is revealed once an answer is committed.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any, ClassVar

import ipywidgets as widgets

from ..items import Item

STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")

WIDE = widgets.Layout(width="auto")


def safe(text: Any, lang: str = "") -> str:
    """Return any text as harmless HTML, marked with its language where that is known."""
    shown = html.escape(str(text), quote=True)
    return f'<span lang="{html.escape(lang, quote=True)}">{shown}</span>' if lang else shown


def paragraphs(text: str, css: str = "") -> str:
    """Return text as paragraphs (an empty line separates them), every character harmless."""
    mark = f' class="{css}"' if css else ""
    return "".join(f"<p{mark}>{safe(part)}</p>" for part in text.split("\n\n") if part.strip())


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

    def revealed(self, answer: dict[str, Any]) -> str:
        """Return, as HTML, what a committed answer reveals beside the feedback."""
        return ""

    def charts(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the media bundles of charts that a committed answer reveals."""
        return []
