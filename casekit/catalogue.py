"""What the case holds besides tables: its questions and its figures.

Reads ``data/items/*.toml`` (one question a file, named after its id) and
``data/figures/*.toml`` (any number of figures a file). A question may take its facts from a
table instead of repeating them; this room puts them in, so that a fact stands in one place.

    [cards]                                   a list of records, one for each row:
    table = "ordering"                        the table,
    where = { confidence = "high" }           which rows (optional),
    fields = { id = "event_id", … }           field of the question = column of the table

    truth = { series = "visits_per_year" }    values by year, of a row of the table ``series``
"""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .tables import CaseError, package, read_table, root, series, settings, table

if TYPE_CHECKING:
    from .items import Item


def item_ids() -> list[str]:
    """Return the ids of all questions, in the order of their files."""
    return sorted(path.stem for path in (root() / "data" / "items").glob("*.toml"))


@functools.cache
def item(name: str) -> Item:
    """Return a question by id, its tables filled in.

    Raises CaseError if there is no such question or its file is wrong; the message names file,
    question and field.
    """
    from .items import ItemError, read_item  # here, so that a figure need not wait for it

    path = root() / "data" / "items" / f"{name}.toml"
    if name not in item_ids():
        raise CaseError(
            f"There is no question {name!r}. The questions are: {', '.join(item_ids())}."
        )
    where = path.relative_to(root()).as_posix()
    content = _read(path)
    try:
        question = read_item(_filled(content), where)
    except ItemError as error:
        raise CaseError(str(error)) from error
    except CaseError as error:
        raise CaseError(f"{where}: {error}") from error
    if question.id != name:
        raise CaseError(f"{where}: expected id = {name!r}, like the file, not {question.id!r}.")
    return question


def _filled(value: Any) -> Any:
    """Return the content with every reference to a table replaced by what the table says."""
    if isinstance(value, list):
        return [_filled(part) for part in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"series"}:
        points = series(value["series"])
        return dict(zip(points["year"], points["value"], strict=True))
    if "table" in value:
        return _records(value)
    return {key: _filled(part) for key, part in value.items()}


def _records(rule: dict) -> list[dict]:
    fields, where = rule.get("fields"), rule.get("where", {})
    unknown = set(rule) - {"table", "where", "fields"}
    if unknown or not isinstance(fields, dict) or not isinstance(where, dict):
        raise CaseError(
            "A reference to a table has the entries table, fields and, optionally, where; the last "
            "two are tables themselves."
        )
    rows = table(rule["table"])
    missing = [str(column) for column in [*fields.values(), *where] if column not in rows]
    if missing:
        raise CaseError(f"Table {rule['table']!r} has no column {', '.join(missing)}.")
    for column, wanted in where.items():
        allowed = wanted if isinstance(wanted, list) else [wanted]
        rows = rows[rows[column].isin(allowed)]
    return [
        {name: _plain(row[column]) for name, column in fields.items()}
        for row in rows.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    """Return a table's value as TOML would hold it; a missing value is an empty text."""
    if isinstance(value, (list, str, bool, int, float)) and value == value:
        return value
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if pd.isna(value):
        return ""
    return value.item() if hasattr(value, "item") else value


@functools.cache
def figures() -> dict[str, dict]:
    """Return every figure of the case: id to its entries (form, title, description, …).

    Raises CaseError if a file is no TOML or two figures have the same id.
    """
    found: dict[str, dict] = {}
    for path in sorted((root() / "data" / "figures").glob("*.toml")):
        where = path.relative_to(root()).as_posix()
        for name, entries in _read(path).items():
            if name in found:
                raise CaseError(
                    f"{where}: the figure {name!r} stands in {found[name]['file']} too."
                )
            if not isinstance(entries, dict):
                raise CaseError(f"{where}: {name!r} stands outside any [figure].")
            found[name] = {**entries, "file": where}
    return found


def _read(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CaseError(
            f"{path.relative_to(root()).as_posix()} cannot be read: {error}."
        ) from error


def forget() -> None:
    """Read everything anew from now on: for authors who change files while a kernel runs."""
    for reader in (root, settings, package, read_table, item, figures):
        reader.cache_clear()
