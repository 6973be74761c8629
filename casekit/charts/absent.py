"""What stands where a figure is not drawn: a sentence."""

from __future__ import annotations

import html
from typing import Any

from attrs import frozen

from ..tables import cutoff, in_its_place, names, read_table, table


@frozen
class Absent:
    """A sentence in the place of a figure; it is shown as a figure is."""

    says: str

    def bundles(self) -> list[dict[str, Any]]:
        """Return the one media bundle that is displayed."""
        return [{"text/html": f"<p>{html.escape(self.says)}</p>", "text/plain": self.says}]

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for bundle in self.bundles():
            display(bundle, raw=True)


def absent(entries: dict[str, Any]) -> Absent | None:
    """Return what stands in the place of a figure that this view leaves nothing of, or None."""
    if "hidden" in entries:
        return Absent(entries["hidden"])
    if cutoff() is None:
        return None
    used = {value for value in entries.values() if isinstance(value, str)} & set(names())
    emptied = any(table(name).empty and not read_table(name).empty for name in used)
    return Absent(in_its_place("figure")) if emptied else None
