"""Tables of the case, typed as the case's data package describes them.

The data package is ``data/datapackage.json`` (Data Package v2). This room reads it and
nothing else in the kit opens a CSV file. It knows no case: which tables exist, what their
columns mean and who says so is all data.
"""

from __future__ import annotations

import calendar
import datetime
import functools
import json
import os
import tomllib
import warnings
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

PACKAGE = Path("data") / "datapackage.json"
VIEWS = ("all", "evening")


class CaseError(ValueError):
    """Something in the case is wrong. The message says what, where and what to do."""


@functools.cache
def root() -> Path:
    """Return the folder of the case: the nearest one that holds ``data/datapackage.json``.

    Looks in the environment variable ``CASEKIT_CASE``, then upwards from the working folder
    (a notebook's own folder), then beside the kit. Raises CaseError if none is found.
    """
    named = os.environ.get("CASEKIT_CASE")
    here = Path.cwd().resolve()
    places = [Path(named)] if named else [here, *here.parents, Path(__file__).resolve().parents[1]]
    for place in places:
        if (place / PACKAGE).is_file():
            return place
    raise CaseError(
        f"No case found: there is no {PACKAGE.as_posix()} in {places[0]} or above it. "
        "Open the notebook inside the module's folder, or set CASEKIT_CASE to that folder."
    )


@functools.cache
def settings() -> dict:
    """Return the case's settings, ``data/case.toml``, as a dictionary."""
    path = root() / "data" / "case.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CaseError(f"data/case.toml cannot be read: {error}.") from error


@functools.cache
def package() -> dict:
    """Return the data package's descriptor, ``data/datapackage.json``."""
    try:
        return json.loads((root() / PACKAGE).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise CaseError(f"{PACKAGE.as_posix()} is not valid JSON: {error}.") from error


def cutoff() -> datetime.date | None:
    """Return the last day that may be shown, or None where everything may.

    There is such a day in the evening view: ``view = "evening"`` in ``data/case.toml``, or the
    environment variable ``CASEKIT_VIEW``, which goes before it. The day is ``evening``, in the
    same file. Raises CaseError if the view is unknown or a case without such a day is to show it.
    """
    named = os.environ.get("CASEKIT_VIEW", "").strip()
    stated = settings() if (root() / "data" / "case.toml").is_file() else {}
    view = named or stated.get("view", "all")
    where = "CASEKIT_VIEW" if named else "data/case.toml, view"
    if view not in VIEWS:
        raise CaseError(f"{where}: {view!r} is no view. The views are: {', '.join(VIEWS)}.")
    if view == "all":
        return None
    day = stated.get("evening")
    if type(day) is not datetime.date:
        raise CaseError(
            f"{where}: data/case.toml names no day for this view, such as evening = 2020-01-31."
        )
    return day


def cutoff_in_words() -> str:
    """Return the last day shown as a reader says it, like "31 January 2020"; "" without one."""
    day = cutoff()
    return f"{day.day} {calendar.month_name[day.month]} {day.year}" if day else ""


def notice() -> str:
    """Return the line that stands above whatever is shown up to a day only; else ""."""
    day = cutoff_in_words()
    return f"Evening view: nothing after {day} is shown." if day else ""


def in_its_place(what: str) -> str:
    """Return the sentence that stands where a "question", "figure" or "text" is hidden."""
    told = {
        "question": "This question tells of what came later, and is not put in this view.",
        "figure": "This figure shows what came later, and is not drawn in this view.",
        "text": "This passage tells of what came later, and is not shown in this view.",
    }
    return f"{notice()} {told[what]}"


def last_day(text: str) -> datetime.date:
    """Return the last day of a date of any precision: "2020", "2020-02", "2020-02-03 14:00".

    Of a span like "2019/2020" it is the last day of its end. Raises ValueError if it is no date.
    """
    year, month, day = [*map(int, text.strip()[:10].split("/")[-1].split("-")), 0, 0][:3]
    month = month or 12
    return datetime.date(year, month, day or calendar.monthrange(year, month)[1])


def forget() -> None:
    """Read everything anew from now on."""
    for reader in (root, settings, package, read_table, _by_day):
        reader.cache_clear()


def names() -> list[str]:
    """Return the names of all tables of the case, sorted."""
    return sorted(r["name"] for r in package()["resources"] if "schema" in r)


def describe(name: str) -> dict:
    """Return the descriptor of one table: title, fields, keys, licences, sources.

    Raises CaseError, with the names that exist, if there is no such table.
    """
    for resource in package()["resources"]:
        if resource["name"] == name and "schema" in resource:
            return resource
    raise CaseError(f"There is no table {name!r}. The tables are: {', '.join(names())}.")


def table(name: str) -> pd.DataFrame:
    """Return one table of the case as a DataFrame, one row per CSV row, typed.

    Types follow the descriptor: string, integer and year (both Int64), number (float64),
    boolean, date (datetime64) and list (a list of strings per row). An empty cell is a
    missing value, never zero. The frame is a fresh copy: change it as you like. In the evening
    view (see `cutoff`) it holds what was known by that day, as ``known`` in the descriptor says.

    Raises CaseError if the table is unknown or a value does not fit its type; the message
    names table, row (counted from the header, which is row 1) and field.
    """
    return table_by(name, cutoff())


def table_by(name: str, day: datetime.date | None) -> pd.DataFrame:
    """Return one table as `table` does, with what was known by a day; None stands for all."""
    frame = read_table(name) if day is None else _by_day(name, day)
    return frame.copy(deep=True)


@functools.cache
def _by_day(name: str, day: datetime.date) -> pd.DataFrame:
    """Return what one table holds by a day.

    Each rule in the descriptor's list ``known`` names the column that says since when a row is
    known (``field``; a month or a year counts once it is over, an empty cell always), or one
    ``day`` for all. ``where`` limits it to rows with these values. Later rows are left out or,
    if the rule has ``blanks``, only what stands in those columns.
    """
    frame = read_table(name).copy(deep=True)
    for rule in describe(name).get("known", []):
        try:
            later = _since(frame, rule).map(lambda since: since > day)
            for column, values in rule.get("where", {}).items():
                later &= frame[column].isin(values)
            for column in rule.get("blanks", []):
                frame[column] = _without(frame[column], later)
            if "blanks" not in rule:
                frame = frame[~later].reset_index(drop=True)
        except KeyError as error:
            raise CaseError(f"Table {name!r}, known: there is no column {error}.") from error
        except ValueError as error:
            raise CaseError(f"Table {name!r}, known: {error}.") from error
    return frame


def _since(frame: pd.DataFrame, rule: dict) -> pd.Series:
    """Return, for each row, the day since which a rule says that it is known."""
    if "field" not in rule:
        return pd.Series(datetime.date.fromisoformat(rule["day"]), frame.index, dtype=object)
    cells = frame[rule["field"]].astype(object)
    return cells.map(lambda cell: datetime.date.min if pd.isna(cell) else last_day(str(cell)))


def _without(column: pd.Series, later: pd.Series) -> pd.Series:
    """Return a column with these cells empty, its type kept."""
    if column.map(lambda cell: isinstance(cell, list)).any():
        return column.where(~later, pd.Series([[] for _ in column], column.index))
    return column.mask(later)


@functools.cache
def read_table(name: str) -> pd.DataFrame:
    """Return the one frame that `table` copies."""
    resource = describe(name)
    path = root() / "data" / resource["path"]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # a row with a cell too many
            raw = pd.read_csv(
                path,
                dtype=str,
                keep_default_na=False,
                na_values=[""],
                encoding="utf-8",
                index_col=False,
            )
    except (OSError, ValueError, pd.errors.ParserWarning) as error:
        raise CaseError(
            f"Table {name!r} cannot be read from {resource['path']}: {error}"
        ) from error
    fields = resource["schema"]["fields"]
    expected = [field["name"] for field in fields]
    if list(raw.columns) != expected:
        raise CaseError(
            f"Table {name!r} has the columns {', '.join(raw.columns)}; "
            f"its description says {', '.join(expected)}."
        )
    for field in fields:
        _check_required(name, field, raw[field["name"]])
    return pd.DataFrame({field["name"]: typed(name, field, raw[field["name"]]) for field in fields})


def _check_required(name: str, field: dict, text: pd.Series) -> None:
    if field.get("constraints", {}).get("required") and text.isna().any():
        row = text.isna().idxmax()
        raise CaseError(
            f"Table {name!r}, row {row + 2}, field {field['name']!r}: a value is required here. "
            "Was the file cut off?"
        )


def typed(name: str, field: dict, text: pd.Series) -> pd.Series:
    """Return one column as the type its field descriptor names."""
    kind = field.get("type", "string")
    if kind == "string":
        return text
    if kind == "list":
        return text.map(
            lambda cell: [] if pd.isna(cell) else cell.split(field.get("delimiter", ","))
        )
    if kind in ("integer", "year", "number"):
        values = pd.to_numeric(text, errors="coerce")
        whole = kind != "number"
        wrong = text.notna() & (values.isna() | (whole & (values % 1 != 0)))
    elif kind == "boolean":
        values = text.map({"true": True, "false": False})
        wrong = text.notna() & values.isna()
    elif kind == "date":
        values = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
        wrong = text.notna() & values.isna()
    else:
        raise CaseError(f"Table {name!r}, field {field['name']!r}: the kit has no type {kind!r}.")
    if wrong.any():
        row = wrong.idxmax()
        raise CaseError(
            f"Table {name!r}, row {row + 2}, field {field['name']!r}: "
            f"{text[row]!r} is not a value of type {kind}."
        )
    targets = {"integer": "Int64", "year": "Int64", "boolean": "boolean", "number": "float64"}
    return values.astype(targets[kind]) if kind in targets else values


def series(name: str, until: int | None = None) -> pd.DataFrame:
    """Return one series of the case's table ``series``: columns year, value, run.

    A row of that table says which table, which rows (``where``), which column of years or dates
    (``x``) and which values (``y``; empty: rows are counted, and a year without rows is 0). A
    new ``run`` begins after every missing year and at every year in ``break_years``: a line may
    join points of one run only. ``until`` goes beyond the row's ``year_to``, to years of another
    design. Raises CaseError if there is no such series or a year has two values.
    """
    rule = series_rule(name)
    frame = table(rule["table"])
    for column, value in _pairs(rule["where"], name):
        if column not in frame:
            raise CaseError(f"Series {name!r}: table {rule['table']!r} has no column {column!r}.")
        frame = frame[frame[column].astype(str).str.lower() == value.lower()]
    years = frame[rule["x"]]
    if not pd.api.types.is_numeric_dtype(years):
        years = years.astype(str).str.slice(0, 4).astype(int)
    first, last = int(rule["year_from"]), until or int(rule["year_to"])
    if pd.isna(rule["y"]):
        values = years.value_counts().reindex(range(first, last + 1), fill_value=0)
    else:
        values = pd.Series(frame[rule["y"]].to_numpy(), index=years.to_numpy())
    values = values[(values.index >= first) & (values.index <= last)].dropna().sort_index()
    if values.index.has_duplicates:
        year = values.index[values.index.duplicated()][0]
        raise CaseError(f"Series {name!r}: table {rule['table']!r} has two values for {year}.")
    result = pd.DataFrame({"year": values.index.astype(int), "value": values.to_numpy(dtype=float)})
    breaks = [int(year) for year in rule["break_years"]]
    cut = (result["year"].diff() != 1) | result["year"].isin(breaks)
    return result.assign(run=cut.cumsum())


def series_rule(name: str) -> dict:
    """Return the row of the table ``series`` with this id, as a dictionary."""
    rules = table("series").set_index("series_id", drop=False)
    if name not in rules.index:
        raise CaseError(f"No such series: {name!r}. The series are: {', '.join(rules.index)}.")
    return rules.loc[name].to_dict()


def _pairs(where: object, name: str) -> list[tuple[str, str]]:
    """Return "a=b;c=d" as [("a", "b"), ("c", "d")]."""
    if pd.isna(where):
        return []
    parts = [part.partition("=") for part in str(where).split(";")]
    if not all(mark for _, mark, _ in parts):
        raise CaseError(
            f"Series {name!r}: where must read column=value;column=value, not {where!r}."
        )
    return [(column.strip(), value.strip()) for column, _, value in parts]


def when(dates: pd.Series) -> pd.Series:
    """Return dates of mixed precision ("1998", "1998-10", "1998-10-08") as their first day."""
    return pd.to_datetime(dates.str.slice(0, 10).str.ljust(10, " ").map(_first_day))


def _first_day(text: str) -> str:
    parts = text.strip().split("-")
    return "-".join([*parts, "01", "01"][:3]) if len(parts) < 3 else text.strip()


def sources(ids: Iterable[str]) -> pd.DataFrame:
    """Return the rows of the source list for these ids, in the order given, without repeats.

    Raises CaseError naming every id that the list does not hold.
    """
    wanted = list(dict.fromkeys(ids))
    listed = table("sources").set_index("id", drop=False)
    unknown = [name for name in wanted if name not in listed.index]
    if unknown:
        raise CaseError(f"No such source: {', '.join(unknown)}. See data/tables/sources.csv.")
    return listed.loc[wanted].reset_index(drop=True)
