"""Charts: the theme, the renderer, and the forms a figure can have."""

from __future__ import annotations

import inspect
from typing import Any

from ..tables import CaseError
from .absent import Absent, absent
from .cases import agreement_cases
from .corpus import corpus
from .counts import several_counts
from .dossier import dossier
from .figure import Figure, table_html
from .forecasts import calibration, forecast_scores
from .forms import cross_table, event_strip, guess_chart, series_chart, visits
from .hours import hours_chart
from .ladder import ladder
from .places import dot_map
from .profile import profile
from .quotations import quotations
from .rows import mark_matrix, name_grid, open_table
from .theme import use

__all__ = ["FORMS", "Figure", "draw", "guess_chart", "table_html", "use"]

FORMS = {  # what a figure file may write after "form ="
    "series": series_chart,
    "event strip": event_strip,
    "visits": visits,
    "cross table": cross_table,
    "hours": hours_chart,
    "quotations": quotations,
    "ladder": ladder,
    "dot map": dot_map,
    "several counts": several_counts,
    "mark matrix": mark_matrix,
    "name grid": name_grid,
    "open table": open_table,
    "profile": profile,
    "corpus": corpus,
    "agreement cases": agreement_cases,
    "dossier": dossier,
    "calibration": calibration,
    "forecast scores": forecast_scores,
}

use()


def draw(name: str, entries: dict[str, Any]) -> Figure | Absent:
    """Return the figure that the entries of a figure file describe, or a sentence in its place.

    Raises CaseError naming file, figure and entry if the form is unknown, an entry is missing or
    not one of the form's, or the description is missing.
    """
    if instead := absent(entries):
        return instead
    entries = dict(entries)
    where = f"{entries.pop('file', 'figures')}, figure {name!r}"
    form = FORMS.get(entries.pop("form", None))
    if form is None:
        raise CaseError(f"{where}, form: expected one of {', '.join(FORMS)}.")
    wanted = inspect.signature(form).parameters
    if unknown := sorted(set(entries) - set(wanted)):
        raise CaseError(
            f"{where}: unknown entry {', '.join(unknown)}; it can have {', '.join(wanted)}."
        )
    missing = [p.name for p in wanted.values() if p.default is p.empty and p.name not in entries]
    if missing:
        raise CaseError(f"{where}: the entry {', '.join(missing)} is missing.")
    if "description" in entries and not str(entries["description"]).strip():
        raise CaseError(f"{where}, description: say in a sentence or two what the chart shows.")
    try:
        return form(**entries)
    except CaseError as error:
        raise CaseError(f"{where}: {error}") from error
    except KeyError as error:
        raise CaseError(f"{where}: there is no column {error}.") from error
