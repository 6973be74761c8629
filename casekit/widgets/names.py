"""Names for the controls that ipywidgets leaves without one, and order; see names.js."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any
from uuid import uuid4

import anywidget
import ipywidgets as widgets
from traitlets import Unicode


class Names(anywidget.AnyWidget):
    """Never seen: one for a kernel, made before its first control is shown.

    ``kernel`` is a class that every question of this kernel bears. Whatever the page sends comes
    back to it, which says that the kernel has heard of all that was sent before.
    """

    _esm = Path(__file__).with_name("names.js")
    kernel = Unicode().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(kernel=f"ck-kernel-{uuid4().hex}")
        self.on_msg(self._heard)

    def _heard(self, _: Any, content: Any, __: Any) -> None:
        self.send(content)


def controlled(box: widgets.DOMWidget) -> None:
    """Make a box one whose controls have names and are heard in order, and look like a question."""
    box.add_class("ck-item")
    box.add_class(names().kernel)


@functools.cache
def names() -> Names:
    """Return the one that names the controls of this kernel's pages."""
    return Names()
