"""What the case holds besides tables: its questions and its figures.

Reads ``data/items/*.toml`` (one question a file, named after its id) and
``data/figures/*.toml`` (any number of figures a file). A question may take its facts from a
table instead of repeating them; this room puts them in, so that a fact stands in one place.

    [cards]                                   a list of records, one for each row:
    table = "ordering"                        the table,
    where = { confidence = "high" }           which rows (optional),
    fields = { id = "event_id", … }           field of the question = column of the table

    truth = { series = "visits_per_year" }    values by year, of a row of the table ``series``

    sources = [{ rows = "ordering", where = { … } }, "area:id"]     the sources of rows, and others

    codes = { codebook = "codes" }            the codes of the codebook, in its order; its scopes,
    scopes = { codebook = "scopes" }          id to name

Where nothing after a day is shown (`cutoff`), a record that was not known by then is left out of
a question, and with it every feedback path and entry that names it. What else differs stands in
the file of a question, or in the entries of a figure, as the table ``evening``:

    [evening]
    hidden = true                             a sentence stands in the place of all of it
    say = { path = "…" }                      other sentences for some feedback paths
    prompt = "…"                              any other entry goes before the one of that name
"""

from __future__ import annotations

import datetime
import functools
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from . import tables
from .codebook import book
from .tables import CaseError, cutoff, in_its_place, read_table, root, series, table_by

if TYPE_CHECKING:
    from .items import Item


def item_ids() -> list[str]:
    """Return the ids of all questions, in the order of their files."""
    return sorted(path.stem for path in (root() / "data" / "items").glob("*.toml"))


def item(name: str) -> Item:
    """Return a question by id, its tables filled in.

    Raises CaseError if there is no such question or its file is wrong; the message names file,
    question and field.
    """
    return _item(name, cutoff())


@functools.cache
def _item(name: str, day: datetime.date | None) -> Item:
    from .items import ItemError, read_item  # here, so that a figure need not wait for it

    path, content = _question(name)
    where = path.relative_to(root()).as_posix()
    content, hide = _on(day, content, where)
    day = None if hide else day
    gone: set[str] = set()
    try:
        content = _filled(content, day, gone)
        question = read_item(_without(content, gone) if gone else content, where)
    except ItemError as error:
        raise CaseError(str(error)) from error
    except CaseError as error:
        raise CaseError(f"{where}: {error}") from error
    if question.id != name:
        raise CaseError(f"{where}: expected id = {name!r}, like the file, not {question.id!r}.")
    return question


def content(name: str) -> dict:
    """Return what stands in the file of a question, before its tables are filled in."""
    return _question(name)[1]


def _question(name: str) -> tuple[Path, dict]:
    """Return the file of a question and what stands in it."""
    if name not in item_ids():
        raise CaseError(
            f"There is no question {name!r}. The questions are: {', '.join(item_ids())}."
        )
    path = root() / "data" / "items" / f"{name}.toml"
    return path, _read(path)


def instead(name: str) -> str:
    """Return the sentence that stands in the place of a question in this view, or ""."""
    path, content = _question(name)
    hide = _on(cutoff(), content, path.relative_to(root()).as_posix())[1]
    return in_its_place("question") if hide else ""


def _on(day: datetime.date | None, content: dict, where: str) -> tuple[dict, bool]:
    """Return the entries as they stand by a day, and whether they are hidden."""
    content = dict(content)
    other = content.pop("evening", {})
    if not isinstance(other, dict) or not isinstance(other.get("hidden", False), bool):
        raise CaseError(f"{where}, evening: expected a table of entries; hidden is true or false.")
    if day is None:
        return content, False
    other = dict(other)
    hide, said = other.pop("hidden", False), other.pop("say", {})
    paths = {path.get("path"): path for path in content.get("feedback", [])} if said else {}
    if unknown := sorted(set(said) - set(paths)):
        raise CaseError(f"{where}, evening, say: there is no path {', '.join(unknown)}.")
    if said:
        other["feedback"] = [
            {**path, "say": said.get(name, path.get("say"))} for name, path in paths.items()
        ]
    return {**content, **other}, hide


def _without(value: Any, gone: set[str]) -> Any:
    """Return the content without these ids: as keys, in lists, and as what a path is about."""
    if isinstance(value, list):
        return [
            _without(part, gone) for part in value if not (isinstance(part, str) and part in gone)
        ]
    if not isinstance(value, dict):
        return value
    kept = {name: part for name, part in value.items() if name not in gone}
    paths = kept.pop("feedback", None)
    kept = {name: _without(part, gone) for name, part in kept.items()}
    if isinstance(paths, list):
        kept["feedback"] = [path for path in paths if gone.isdisjoint(_names(path.get("when")))]
    return kept


def _names(value: Any) -> set[str]:
    """Return every text in a value, keys included."""
    if isinstance(value, dict):
        return set(value).union(*map(_names, value.values()))
    if isinstance(value, list):
        return set().union(*map(_names, value))
    return {value} if isinstance(value, str) else set()


def _filled(value: Any, day: datetime.date | None = None, gone: set[str] | None = None) -> Any:
    """Return the content with every reference to a table replaced by what the table says.

    Adds to ``gone`` the ids of records that were not known by the day.
    """
    gone = set() if gone is None else gone
    if isinstance(value, list):
        return [one for part in value for one in _part(part, day, gone)]
    if not isinstance(value, dict):
        return value
    if set(value) == {"series"}:
        points = series(value["series"])
        return dict(zip(points["year"], points["value"], strict=True))
    if set(value) == {"codebook"}:
        return _of_the_book(value["codebook"])
    if "table" in value:
        return _records(value, day, gone)
    return {key: _filled(part, day, gone) for key, part in value.items()}


def _part(part: Any, day: datetime.date | None, gone: set[str]) -> list:
    """Return what a part of a list stands for: itself, or the sources of the rows it names."""
    if (
        isinstance(part, dict)
        and isinstance(part.get("rows"), str)
        and set(part) <= {"rows", "where"}
    ):
        rows = table_by(part["rows"], day)
        if missing := [
            column for column in ("source_ids", *part.get("where", {})) if column not in rows
        ]:
            raise CaseError(f"Table {part['rows']!r} has no column {', '.join(missing)}.")
        ids = _chosen(rows, part.get("where", {}))["source_ids"]
        return list(dict.fromkeys(name for cell in ids for name in cell))
    return [_filled(part, day, gone)]


def _of_the_book(part: Any) -> Any:
    known = {"codes": list(book().codes), "scopes": book().scopes}
    if not isinstance(part, str) or part not in known:
        raise CaseError(f"codebook: expected one of {', '.join(known)}, not {part!r}.")
    return known[part]


def _records(rule: dict, day: datetime.date | None, gone: set[str]) -> list[dict]:
    fields, where = rule.get("fields"), rule.get("where", {})
    unknown = set(rule) - {"table", "where", "fields"}
    if unknown or not isinstance(fields, dict) or not isinstance(where, dict):
        raise CaseError(
            "A reference to a table has the entries table, fields and, optionally, where; the last "
            "two are tables themselves."
        )
    rows = table_by(rule["table"], day)
    missing = [str(column) for column in [*fields.values(), *where] if column not in rows]
    if missing:
        raise CaseError(f"Table {rule['table']!r} has no column {', '.join(missing)}.")
    rows = _chosen(rows, where)
    if "id" in fields and day:
        everything = _chosen(read_table(rule["table"]), where)
        gone |= _ids(everything, fields["id"]) - _ids(rows, fields["id"])
    return [
        {name: _plain(row[column]) for name, column in fields.items()}
        for row in rows.to_dict("records")
    ]


def _chosen(rows: pd.DataFrame, where: dict) -> pd.DataFrame:
    """Return the rows that hold these values (a list: one of them)."""
    for column, wanted in where.items():
        allowed = wanted if isinstance(wanted, list) else [wanted]
        rows = rows[rows[column].isin(allowed)]
    return rows


def _ids(rows: pd.DataFrame, column: str) -> set[str]:
    return set(rows[column].dropna().map(str))


def _plain(value: Any) -> Any:
    """Return a table's value as TOML would hold it; a missing value is an empty text."""
    if isinstance(value, (list, str, bool, int, float)) and value == value:
        return value
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if pd.isna(value):
        return ""
    return value.item() if hasattr(value, "item") else value


def figures() -> dict[str, dict]:
    """Return every figure of the case: id to its entries (form, title, description, …).

    A figure that is hidden in this view has only the entry ``hidden``, the sentence in its place.
    Raises CaseError if a file is no TOML or two figures have the same id.
    """
    return _figures(cutoff())


@functools.cache
def _figures(day: datetime.date | None) -> dict[str, dict]:
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
            entries, hide = _on(day, entries, f"{where}, figure {name!r}")
            found[name] = {**entries, "file": where}
            if hide:
                found[name] = {"hidden": in_its_place("figure"), "file": where}
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
    tables.forget()
    for reader in (_item, _figures):
        reader.cache_clear()
