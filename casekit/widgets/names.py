"""Names for the controls that ipywidgets leaves without one; see names.js."""

from __future__ import annotations

import functools
from pathlib import Path

import anywidget


class Names(anywidget.AnyWidget):
    """Never seen: one for a kernel, made before the first control."""

    _esm = Path(__file__).with_name("names.js")


@functools.cache
def names() -> Names:
    """Return the one that names the controls of this kernel's pages."""
    return Names()
