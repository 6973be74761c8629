"""Keeping a case current: add a row to a table, or settle a question that was open.

Both are all or nothing. A row is checked against the data package first: columns, types, allowed
values, key, sources. Then the files are written, each in one step, and everything that the case
shows is built once more; if something can no longer be built, every file is put back as it was.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pandas as pd

from . import catalogue, tables
from .building import calls, notebooks, put
from .charts import draw
from .citations import BOOK
from .computed import computed
from .dictionary import data_dictionary
from .tables import PACKAGE, CaseError

SOURCES = "sources"
DICTIONARY = Path("docs") / "data-dictionary.md"
ANSWERS = {"yes": "1", "no": "0"}
NUMERIC = {"integer", "year", "number"}

Row = dict[str, str]


def add(name: str, row: Row, source: Row | None, day: datetime.date) -> list[str]:
    """Add a row to a table, and its source to the list of sources if that is new.

    ``row`` and ``source`` are cells by column, as text; a column left out is empty. ``day`` is the
    day up to which the table now stands. Returns sentences that say what has changed. Raises
    CaseError, with one sentence, if something does not fit; then no file has changed.
    """
    change = _Change(day)
    if source:
        change.add(SOURCES, source)
    change.add(name, row)
    key = ", ".join(row[column] for column in tables.describe(name)["schema"]["primaryKey"])
    what = f"Added to {name}: {key}. It has {len(change.rows(name))} rows now."
    return [*change.write(what), *_beyond(name, row)]


def settle(
    question: str,
    answer: str,
    on: datetime.date,
    sources: list[str],
    source: Row | None,
    day: datetime.date,
    confidence: str = "",
) -> list[str]:
    """Settle an open question with "yes" or "no", and move it to those that are scored.

    ``sources`` say so; ``on`` is the day on which it was settled. Which table holds the questions,
    and how, stands in the data package as ``questions`` of that table. Otherwise as `add`.
    """
    name, names = _questions()
    change = _Change(day)
    if source:
        change.add(SOURCES, source)
    (key,) = tables.describe(name)["schema"]["primaryKey"]
    found = [row for row in change.rows(name) if row[key] == question]
    if not found:
        known = ", ".join(row[key] for row in change.rows(name) if row[names["outcome"]] == "")
        raise CaseError(f"There is no question {question!r}. Those that are open: {known}.")
    (row,) = found
    if row[names["outcome"]]:
        raise CaseError(
            f"{question} was settled on {row[names['settled']]}; correct the row in the table if "
            "that is wrong."
        )
    _in_time(question, answer, on, row, names, day)
    if not sources:
        raise CaseError(f"Name the source that settles {question}.")
    listed = [*row["source_ids"].split(";"), *sources]
    new = {
        **row,
        names["set"]: names["scored"],
        names["outcome"]: ANSWERS[answer],
        names["settled"]: on.isoformat(),
        "source_ids": ";".join(dict.fromkeys(filter(None, listed))),
    }
    if confidence:
        new["confidence"] = confidence
    change.replace(name, row, new)
    moved = f"It moved from set {row[names['set']]} to set {names['scored']}"
    return change.write(f"{question} is settled: {answer}, on {on.isoformat()}. {moved}.")


def _questions() -> tuple[str, dict[str, str]]:
    for name in tables.names():
        if "questions" in tables.describe(name):
            return name, tables.describe(name)["questions"]
    raise CaseError(f"No table in {PACKAGE.as_posix()} is described as one of questions.")


def _in_time(
    question: str, answer: str, on: datetime.date, row: Row, names: dict, day: datetime.date
) -> None:
    """Raise CaseError unless a question can have been settled so on that day."""
    if answer not in ANSWERS:
        raise CaseError(f"A question is settled with yes or no, not {answer!r}.")
    opens, closes = row[names["opens"]], row[names["closes"]]
    if on.isoformat() < opens or on > day:
        raise CaseError(
            f"{question} was opened on {opens} and the record stands at {day.isoformat()}: "
            f"{on.isoformat()} does not lie between them."
        )
    if answer == "yes" and on.isoformat() > closes:
        raise CaseError(f"{question} closes on {closes}: what came later does not settle it.")
    if answer == "no" and on.isoformat() < closes:
        raise CaseError(
            f"{question} closes on {closes}: before that day it cannot be settled as no."
        )


class _Change:
    """What is to be written: tables by name, and the day up to which they stand."""

    def __init__(self, day: datetime.date) -> None:
        tables.forget()
        self.day = day
        self.tables: dict[str, list[Row]] = {}

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a table, the new ones included."""
        if name in self.tables:
            return self.tables[name]
        tables.read_table(name)  # says what is wrong with it, if anything is
        with _place(name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def add(self, name: str, row: Row) -> None:
        """Add a row, checked."""
        columns = [field["name"] for field in tables.describe(name)["schema"]["fields"]]
        if unknown := [column for column in row if column not in columns]:
            raise CaseError(
                f"Table {name!r} has no column {', '.join(unknown)}. It has: {', '.join(columns)}."
            )
        self._put(name, self.rows(name), {column: row.get(column, "") for column in columns})

    def replace(self, name: str, old: Row, new: Row) -> None:
        """Put a row, checked, in the place of another."""
        self._put(name, [row for row in self.rows(name) if row != old], new)

    def _put(self, name: str, others: list[Row], row: Row) -> None:
        schema = tables.describe(name)["schema"]
        for field in schema["fields"]:
            _fits(name, field, row[field["name"]])
        known = {one["id"] for one in self.rows(SOURCES)}
        for source in filter(None, row.get("source_ids", "").split(";")):
            if source not in known and not _is_book(source):
                raise CaseError(
                    f"The source {source!r} is not in the list of sources; give it with --source, "
                    "or correct the id."
                )
        key = schema["primaryKey"]
        if any(all(one[column] == row[column] for column in key) for one in others):
            told = ", ".join(row[column] for column in key)
            raise CaseError(f"Table {name!r} has a row with {', '.join(key)} = {told} already.")
        self._refers(name, schema, row)
        kinds = {field["name"]: field["type"] for field in schema["fields"]}
        self.tables[name] = sorted(
            [*others, row],
            key=lambda one: [float(one[c]) if kinds[c] in NUMERIC else one[c] for c in key],
        )

    def _refers(self, name: str, schema: dict, row: Row) -> None:
        """Raise CaseError if the row refers to a row of another table that is not there."""
        for key in schema.get("foreignKeys", []):
            other, theirs = key["reference"]["resource"], key["reference"]["fields"]
            wanted = [row[column] for column in key["fields"]]
            found = ([one[column] for column in theirs] for one in self.rows(other))
            if all(wanted) and wanted not in found:
                raise CaseError(
                    f"Table {name!r}, {', '.join(key['fields'])}: table {other!r} has no "
                    f"{', '.join(wanted)}."
                )

    def write(self, what: str) -> list[str]:
        """Write everything, or nothing; return what was done, what shows it, and what is next."""
        old: dict[Path, str] = {}
        try:
            for path, text in self._files():
                if (before := path.read_bytes().decode()) != text:
                    put(path, text)
                    old[path] = before
            if wrong := _faults():
                _blame(wrong, old)
        except BaseException as error:
            _put(old)
            if isinstance(error, OSError):
                raise CaseError(
                    f"Nothing was changed: a file cannot be written ({error})."
                ) from error
            raise
        written = ", ".join(sorted(path.relative_to(tables.root()).as_posix() for path in old))
        stands = tables.package()["as_of"]
        return [f"{what} The record stands at {stands}.", f"Written: {written}.", *self._next()]

    def _files(self) -> Iterator[tuple[Path, str]]:
        """Yield every file and its new text; the later ones are made from the earlier ones."""
        for name, rows in self.tables.items():
            text = io.StringIO()
            writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            yield _place(name), text.getvalue()
        package = json.loads((tables.root() / PACKAGE).read_text(encoding="utf-8"))
        day = self.day.isoformat()
        for one in (package, *package["resources"]):
            if one is package or one["name"] in self.tables:
                one["as_of"] = max(day, one.get("as_of", day))
        yield tables.root() / PACKAGE, json.dumps(package, ensure_ascii=False, indent=2) + "\n"
        settings = tables.root() / "data" / "case.toml"
        if settings.is_file():
            text = settings.read_text(encoding="utf-8")
            stated = re.search(r"(?m)^as_of = (\d{4}-\d\d-\d\d)", text)
            if stated and stated[1] < day:
                text = text[: stated.start(1)] + day + text[stated.end(1) :]
            yield settings, text
        catalogue.forget()
        yield from computed().items()
        catalogue.forget()
        if (tables.root() / DICTIONARY).is_file():
            yield tables.root() / DICTIONARY, data_dictionary()

    def _next(self) -> list[str]:
        """Return what shows the tables, and how to store the notebooks anew."""
        used, shown = _shows(set(self.tables) - {SOURCES} or set(self.tables))
        if not used:
            return []
        told = [f"Shown by {', '.join(used)}: read again what they say in words."]
        if shown:
            told.append(f"Then store: python -m casekit store {' '.join(shown)}")
        return told


def _place(name: str) -> Path:
    return tables.root() / "data" / tables.describe(name)["path"]


def _is_book(source: str) -> bool:
    if not source.startswith(BOOK) or "literature" not in tables.names():
        return False
    return source.removeprefix(BOOK) in set(tables.table_by("literature", None)["key"])


def _fits(name: str, field: dict, text: str) -> None:
    """Raise CaseError unless a cell is what the data package says of its column."""
    where, limits = f"Table {name!r}, {field['name']}", field.get("constraints", {})
    if text != text.strip() or "\n" in text or "\r" in text:
        raise CaseError(f"{where}: write {text!r} in one line, without spaces around it.")
    if not text:
        if limits.get("required"):
            raise CaseError(f"{where}: a value is required here.")
        return
    try:
        value = tables.typed(name, field, pd.Series([text])).iloc[0]
    except CaseError as error:
        raise CaseError(f"{where}: {text!r} is not a value of type {field['type']}.") from error
    if "enum" in limits and text not in map(str, limits["enum"]):
        raise CaseError(f"{where}: expected one of {', '.join(limits['enum'])}, not {text!r}.")
    if "pattern" in limits and not re.search(limits["pattern"], text):
        raise CaseError(f"{where}: {text!r} is not of the form {limits['pattern']}.")
    if "minimum" in limits and value < limits["minimum"]:
        raise CaseError(f"{where}: {text} is below {limits['minimum']}.")
    if "maximum" in limits and value > limits["maximum"]:
        raise CaseError(f"{where}: {text} is above {limits['maximum']}.")
    if limits.get("pattern", "").startswith(r"^\d{4}"):
        try:
            tables.last_day(text)
        except ValueError as error:
            raise CaseError(f"{where}: there is no day {text}.") from error


def _faults() -> dict[str, str]:
    """Return what cannot be built of all that the case shows: name to what is wrong."""
    catalogue.forget()
    wrong = {}
    for name in tables.names():
        try:
            tables.read_table(name)
        except CaseError as error:
            wrong[f"table {name}"] = str(error)
    for name in catalogue.item_ids():
        try:
            catalogue.item(name)
        except CaseError as error:
            wrong[f"question {name}"] = str(error)
    try:
        for name, entries in catalogue.figures().items():
            try:
                draw(name, entries)
            except (CaseError, ValueError, KeyError) as error:
                wrong[f"figure {name}"] = str(error)
    except CaseError as error:
        wrong["figures"] = str(error)
    return wrong


def _blame(wrong: dict[str, str], old: dict[Path, str]) -> None:
    """Raise CaseError if anything was not wrong as long as the files said ``old``."""
    now = {path: path.read_bytes().decode() for path in old}
    _put(old)
    before = _faults()
    _put(now)
    if new := [fault for name, fault in wrong.items() if name not in before]:
        raise CaseError(f"Nothing was changed, because afterwards: {new[0]}")


def _put(texts: dict[Path, str]) -> None:
    """Write files, and forget what was read of them."""
    for path, text in texts.items():
        put(path, text)
    catalogue.forget()


def _shows(changed: set[str]) -> tuple[list[str], list[str]]:
    """Return the questions and figures that show these tables, and the notebooks that show them."""
    rules = tables.table_by("series", None) if "series" in tables.names() else pd.DataFrame()
    counted = set(rules.loc[rules["table"].isin(changed), "series_id"]) if len(rules) else set()
    figures = [n for n, one in catalogue.figures().items() if _texts(one) & (changed | counted)]
    items = []
    for name in catalogue.item_ids():
        content = catalogue.content(name)
        if _texts(content) & (changed | counted) or set(content.get("reveal", [])) & set(figures):
            items.append(name)
    used = [*(f"question {name}" for name in items), *(f"figure {name}" for name in figures)]
    wanted = {"ask": set(items), "figure": set(figures), "table": changed}
    return used, [p.relative_to(tables.root()).as_posix() for p in _notebooks(wanted)]


def _notebooks(wanted: dict[str, set[str]]) -> Iterator[Path]:
    """Yield the lessons in which one of these names is asked for, shown or read."""
    for path in notebooks(tables.root()):
        if path.relative_to(tables.root()).parts[0] != "lessons":
            continue
        cells = nbformat.read(path, as_version=4).cells
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        named = (
            getattr(call.args[0], "value", None) in names
            for source in code
            for function, names in wanted.items()
            for call in calls(source, function)
            if call.args
        )
        if any(named):
            yield path


def _texts(value: object) -> set[str]:
    """Return every text in a nested value."""
    if isinstance(value, str):
        return {value}
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(_texts, parts))


def _beyond(name: str, row: Row) -> list[str]:
    """Return a sentence for every series that ends before a new row of its table."""
    if "series" not in tables.names():
        return []
    rules = tables.table_by("series", None)
    told = []
    for rule in rules[rules["table"] == name].to_dict("records"):
        year = row.get(rule["x"], "")[:4]
        if year.isdigit() and int(year) > int(rule["year_to"]):
            told.append(
                f"The series {rule['series_id']} ends in {rule['year_to']}, before this row: raise "
                "its year_to in data/tables/series.csv, and x_to of the questions about it."
            )
    return told
