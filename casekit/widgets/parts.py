"""Parts that several views use: pages to turn, and a small table."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import ipywidgets as widgets

from .view import row, safe


class Pages:
    """Which of several pages is on screen, and two buttons that turn them.

    The page a button leads to stands in its label; after the last page comes the first, so that
    no button is ever switched off while it holds the focus.
    """

    def __init__(self, noun: str, count: int, turned: Callable[[], None]) -> None:
        self.noun, self.count, self.here, self.turned = noun, count, 0, turned
        self.back, self.on = widgets.Button(), widgets.Button()
        self.back.on_click(lambda _: self.go(self.here - 1))
        self.on.on_click(lambda _: self.go(self.here + 1))
        self.box = row(self.back, self.on)

    def go(self, here: int, count: int = 0) -> None:
        """Turn to a page, counted from 0; ``count`` is given when there are more or fewer now."""
        self.count = count or self.count
        self.here = here % self.count
        places = [(self.here + step) % self.count + 1 for step in (-1, 1)]
        self.back.description = f"Previous {self.noun}: {places[0]} of {self.count}"
        self.on.description = f"Next {self.noun}: {places[1]} of {self.count}"
        self.turned()

    @property
    def place(self) -> str:
        """The place in words: ``Statement 2 of 5``."""
        return f"{self.noun.capitalize()} {self.here + 1} of {self.count}"


def grid(caption: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table as HTML, every text harmless; the first cell of a row is its heading."""
    top = "".join(f'<th scope="col">{safe(name)}</th>' for name in head)
    body = ""
    for first, *rest in rows:
        cells = "".join(f"<td>{safe(cell)}</td>" for cell in rest)
        body += f'<tr><th scope="row">{safe(first)}</th>{cells}</tr>'
    return (
        f'<div style="overflow-x:auto" tabindex="0" role="region" aria-label="{safe(caption)}">'
        f"<table><caption>{safe(caption)}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def status(*lines: str) -> str:
    """Return lines that a screen reader speaks when they change."""
    said = "".join(f"<p>{safe(line)}</p>" for line in lines if line)
    return f'<div role="status" class="ck-quiet">{said}</div>'
