"""A question that stays shut until another one is answered, because it shows that one's answer."""

from __future__ import annotations

import ipywidgets as widgets

from .. import passport
from ..catalogue import item as question
from ..items import Item
from ..tables import CaseError
from .names import controlled
from .question import Question
from .view import STYLE, safe


class Gate:
    """The title of a question, why it is shut, and a button that opens it. ``box`` is shown.

    What counts is the passport: an answer to the earlier question opens it, in this window or in
    another. Raises CaseError if there is no question with the id in ``opens_after``.
    """

    def __init__(self, item: Item) -> None:
        self.item = item
        first = question(item.opens_after)
        self.shut = (
            f"This question shows what {first.id} ({first.title}) asks you to find. Commit an "
            f"answer to {first.id}, then open it here."
        )
        self.open = widgets.Button(description=f"Open {item.id}")
        self.alert = widgets.HTML()
        head = f'<style>{STYLE}</style><p class="ck-title">{safe(item.title)}</p>'
        head += f'<p class="ck-quiet">{safe(item.id)}</p><p>{safe(self.shut)}</p>'
        self.box = widgets.VBox([widgets.HTML(head), self.open, self.alert])
        controlled(self.box)
        self.open.on_click(self._open)

    def _open(self, _: object) -> None:
        try:
            there = bool(passport.read().of(self.item.opens_after))
        except CaseError as error:
            self._warn(str(error))
            return
        if not there:
            self._warn(f"There is no answer to {self.item.opens_after} yet.")
            return
        self.box.remove_class("ck-item")
        self.box.children = (Question(self.item).box,)

    def _warn(self, text: str) -> None:
        self.alert.value = f'<p class="ck-error" role="alert">{safe(text)}</p>'


def shut(item: Item) -> bool:
    """Whether a question waits for an answer to another that the passport does not hold."""
    if not item.opens_after:
        return False
    try:
        return not passport.read().of(item.opens_after)
    except CaseError:  # the question itself says what is wrong with the passport
        return True
