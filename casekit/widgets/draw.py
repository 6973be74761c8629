"""Axes to draw a line on with mouse, pen or finger. See draw.js.

What is drawn is told to ``drawn`` and to nobody else: the paper shows a point only once it stands
in ``points``. It never holds a value that is not to be seen yet.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets


class Draw(anywidget.AnyWidget):
    """Paper with axes.

    ``frame`` is ``{"x_from", "x_to", "x_title", "minimum", "maximum", "step", "known_to",
    "lines": [{"id", "label", "colour", "shape", "known": [[year, value], …]}, …]}``; ``points``
    is ``{line id: {year as text: value}}``; ``here`` is the place of the sliders,
    ``{"line", "year", "value"}``; ``said`` is read aloud in place of the picture.
    """

    _esm = Path(__file__).with_name("draw.js")
    frame = traitlets.Dict().tag(sync=True)
    points = traitlets.Dict().tag(sync=True)
    here = traitlets.Dict().tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)
    told = traitlets.Int(0).tag(sync=True)

    def __init__(self, drawn: Callable[[Any], None], **traits: Any) -> None:
        self.drawn = drawn
        super().__init__(**traits)
        self.on_msg(self._heard)

    def _heard(self, _: Any, content: Any, __: Any) -> None:
        """Hand on what the browser says was drawn: anything at all, to be checked."""
        self.drawn(content)
        self.told += 1  # even if nothing was taken over, the paper goes back to what stands
