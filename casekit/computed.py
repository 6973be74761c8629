"""Values that one table holds and others imply: worked out here, never typed.

``data/computed.toml`` names the ``table`` that holds them, its column ``value``, and for each
value the row it stands in and how it follows from the rows of another table:

    [[values]]
    row = { step = "C3", quantity = "…" }    which row
    from = "meetings"                        the table it follows from
    where = { kind = "visit" }               only rows with these values (optional)
    without = { note = "informal" }          no rows whose text begins like this (optional)
    since = { date = "2004" }                only rows from here on (optional)
    find = "count"                           what is found, see `FINDS`

A gap is counted in days between dates of the column ``date``, sorted; ``last`` takes the last few.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from . import tables
from .tables import CaseError

FILE = "data/computed.toml"
ENTRIES = {"row", "from", "where", "without", "since", "find", "last", "column", "values"}


def _gaps(rows: pd.DataFrame, rule: dict) -> pd.Series:
    """Return days since the row before, for each row but the first, in order of the dates."""
    rows = rows.sort_values("date")
    days = pd.to_datetime(rows["date"]).diff().dt.days.iloc[1:].astype(int)
    if days.empty:
        raise CaseError("there are no two rows to count days between")
    return days.iloc[-rule.get("last", len(days)) :]


def _shares(rows: pd.DataFrame, rule: dict) -> str:
    counts = rows[rule["column"]].value_counts()
    return "; ".join(str(counts.get(value, 0)) for value in rule["values"])


def _brier(rows: pd.DataFrame, rule: dict) -> str:
    known = rows.dropna(subset=[rule["column"], "outcome"])
    return f"{((known[rule['column']] - known['outcome']) ** 2).mean():.4f}"


FINDS: dict[str, Callable[[pd.DataFrame, dict], str]] = {
    "count": lambda rows, _: str(len(rows)),
    "gaps": lambda rows, rule: ";".join(map(str, _gaps(rows, rule))),
    "largest gap": lambda rows, rule: str(_gaps(rows, rule).max()),
    "median gap": lambda rows, rule: f"{_gaps(rows, rule).median():.1f}",
    "number of each": _shares,
    "Brier score": _brier,
}


def computed() -> dict[Path, str]:
    """Return the text of every file of computed values as it should be; {} where there is none.

    Raises CaseError naming the value whose rule does not fit.
    """
    path = tables.root() / FILE
    if not path.is_file():
        return {}
    try:
        rules = tomllib.loads(path.read_text(encoding="utf-8"))
        name, column, values = rules["table"], rules["value"], rules["values"]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CaseError(f"{FILE} cannot be read: {error}.") from error
    except KeyError as error:
        raise CaseError(f"{FILE}: the entry {error.args[0]} is missing.") from error
    place = tables.root() / "data" / tables.describe(name)["path"]
    with place.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for rule in values:
        wanted = rule.get("row", {})
        found = [row for row in rows if wanted and wanted.items() <= row.items()]
        if len(found) != 1:
            raise CaseError(f"{FILE}, {wanted}: {len(found)} rows of {name} are so, expected one.")
        found[0][column] = _value(rule)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return {place: text.getvalue()}


def _value(rule: dict[str, Any]) -> str:
    where = f"{FILE}, {rule['row']}"
    if unknown := sorted(set(rule) - ENTRIES):
        raise CaseError(f"{where}: unknown entry {', '.join(unknown)}.")
    if rule.get("find") not in FINDS:
        raise CaseError(f"{where}, find: expected one of {', '.join(FINDS)}.")
    try:
        rows = tables.table_by(rule["from"], None)
        for column, value in rule.get("where", {}).items():
            rows = rows[rows[column] == value]
        for column, start in rule.get("without", {}).items():
            rows = rows[~rows[column].fillna("").str.startswith(start)]
        for column, first in rule.get("since", {}).items():
            rows = rows[rows[column] >= first]
        return FINDS[rule["find"]](rows, rule)
    except KeyError as error:
        raise CaseError(f"{where}: there is no entry or column {error}.") from error
    except ValueError as error:
        raise CaseError(f"{where}: {str(error).rstrip('.')}.") from error
