"""The case's data: complete, sourced, dated, licensed, and caught when they break."""

import csv
import json
import re
import shutil
import tomllib
from pathlib import Path

import bibtexparser
import frictionless
import pytest

from casekit import tables
from casekit.dictionary import data_dictionary

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
TABLES = {r["name"]: r for r in PACKAGE["resources"] if "schema" in r}
# Written down when the exercises were designed, before these tables and the kit were made.
CHECK = json.loads((ROOT / "tests" / "fixtures" / "series_check.json").read_text(encoding="utf-8"))
# These hold no statement about the world, so they carry no degree of confidence.
UNRATED = {"sources", "coders_demo", "forecasts_demo", "toy_winsets", "code_track_expected"}
PLACEHOLDERS = {"tbd", "todo", "n/a", "na", "?", "??", "-", "–", "—", "xxx", "null", "nan", "nil"}
NAMING = ("source_ids", "source_id", "_source", "drawn_from")
MENTION = re.compile(r"\b(?:case|history|alliance|followthrough|extra|module):[A-Za-z0-9][\w.-]*\w")

every_table = pytest.mark.parametrize("name", sorted(TABLES))


def rows_of(name: str) -> list[dict]:
    """Return the rows of a table as text, without the help of the kit."""
    path = DATA / TABLES[name]["path"]
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ids_in(row: dict, column: str) -> list[str]:
    return [part for part in (row.get(column) or "").split(";") if part]


SOURCES = {row["id"] for row in rows_of("sources")}
LIBRARY = bibtexparser.parse_string((DATA / "references.bib").read_text(encoding="utf-8"))
KNOWN = SOURCES | {f"bib:{entry.key}" for entry in LIBRARY.entries}


@pytest.fixture(scope="module")
def report():
    return frictionless.validate(str(DATA / "datapackage.json"))


def test_package_is_valid(report):
    wrong = report.flatten(["rowNumber", "fieldName", "note"])[:10]
    assert report.valid, f"The data do not fit their description (row, column, what): {wrong}"


def test_every_table_file_is_described():
    found = {f"tables/{path.name}" for path in (DATA / "tables").iterdir()}
    described = {r["path"] for r in TABLES.values() if r["path"].startswith("tables/")}
    assert found == described, f"Only on one side: {sorted(found ^ described)}"


@every_table
def test_table_is_described_in_full(name):
    resource = TABLES[name]
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", resource.get("as_of", "")), "It has no as-of date."
    assert resource.get("title") and len(resource.get("description", "")) > 40, "Say what a row is."
    assert all(licence.get("name") for licence in resource.get("licenses") or [{}]), "No licence."
    bare = [field["name"] for field in resource["schema"]["fields"] if not field.get("description")]
    assert not bare, f"Columns without an explanation: {bare}"
    assert resource["schema"].get("primaryKey"), "Say which columns identify a row."


@every_table
def test_kit_reads_table(name):
    assert len(tables.table(name)) == len(rows_of(name)) > 0, f"Rows of {name} were lost."


@every_table
def test_file_is_plain_and_sorted(name):
    raw = (DATA / TABLES[name]["path"]).read_bytes()
    text = raw.decode("utf-8")
    assert not raw.startswith(b"\xef\xbb\xbf"), "The file begins with a byte-order mark."
    assert b"\r" not in raw and text.endswith("\n"), "Lines must end as on Unix (LF)."
    schema = TABLES[name]["schema"]
    header = [field["name"] for field in schema["fields"]]
    assert text.split("\n", 1)[0].split(",") == header, "The first line must name the columns."
    rows = rows_of(name)
    assert [list(row) for row in rows] == [header] * len(rows), "A row has too many or few cells."
    assert all(list(row.values()) != header for row in rows), "The header stands twice."
    kinds = {field["name"]: field["type"] for field in schema["fields"]}

    def key(row: dict) -> tuple:
        numeric = {"integer", "year", "number"}
        return tuple(float(row[c]) if kinds[c] in numeric else row[c] for c in schema["primaryKey"])

    assert rows == sorted(rows, key=key), f"Sort {name} by {', '.join(schema['primaryKey'])}."


@every_table
def test_every_row_has_sources_that_exist(name):
    for number, row in enumerate(rows_of(name), start=2):
        if name != "sources":
            assert ids_in(row, "source_ids"), f"{name}, row {number}: no source is named."
        columns = [column for column in row if column.endswith(NAMING)]
        named = [part for column in columns for part in ids_in(row, column)]
        mentioned = [match for cell in row.values() for match in MENTION.findall(cell)]
        unknown = sorted({*named, *mentioned} - KNOWN)
        assert not unknown, f"{name}, row {number}: no such source: {unknown}"


@every_table
def test_every_row_says_how_sure_it_is(name):
    if name in UNRATED:
        return
    for number, row in enumerate(rows_of(name), start=2):
        where = f"{name}, row {number}"
        assert row["confidence"] in {"high", "medium", "low"}, f"{where}: confidence is missing."


@every_table
def test_no_placeholders(name):
    for number, row in enumerate(rows_of(name), start=2):
        for column, cell in row.items():
            where = f"{name}, row {number}, {column}"
            assert cell.strip().lower() not in PLACEHOLDERS, f"{where}: leave the cell empty."
            assert cell == cell.strip(), f"{where}: blanks before or after the text."


def test_every_source_has_a_licence():
    without = [row["id"] for row in rows_of("sources") if not row["licence"]]
    assert not without, f"Say under which terms they were used: {without}"


def test_invented_tables_say_so():
    invented = {name for name, r in TABLES.items() if r.get("synthetic")}
    assert {"coders_demo", "forecasts_demo", "toy_winsets"} <= invented
    for name in invented:
        assert all(row["source_ids"] == "module:invented" for row in rows_of(name)), name


def test_quotations_referred_to_exist():
    known = {row["id"] for row in rows_of("statements")}
    for name in TABLES:
        for row in rows_of(name):
            unknown = set(ids_in(row, "statement_ids")) - known
            assert not unknown, f"{name}: no such quotation: {sorted(unknown)}"


def test_glossary_terms_point_to_terms():
    rows = rows_of("glossary")
    terms = {row["term"] for row in rows}
    lost = {word for row in rows for word in ids_in(row, "see_also")} - terms
    assert not lost, f"The glossary points to terms it does not hold: {sorted(lost)}"


def test_literature_is_the_bibliography():
    books = {entry.key: entry for entry in LIBRARY.entries}
    rows = {row["key"]: row for row in rows_of("literature")}
    assert not LIBRARY.failed_blocks, "data/references.bib cannot be read in full."
    assert rows.keys() == books.keys(), f"Only on one side: {sorted(rows.keys() ^ books.keys())}"
    for key, row in rows.items():
        assert row["year"] == books[key]["year"], f"{key}: the years differ."
        doi = books[key]["doi"] if "doi" in books[key].fields_dict else ""
        assert row["doi"] == doi, f"{key}: the identifiers differ."


def test_codebook_is_complete():
    book = tomllib.loads((DATA / "codebook.toml").read_text(encoding="utf-8"))
    codes = {code["id"] for code in book["codes"]}
    scopes = {scope["id"] for scope in book["scopes"]}
    wanted = {"name", "invites", "definition", "include", "exclude", "tie_breaker"}
    wanted |= {"worked_example", "boundary"}
    for code in book["codes"]:
        assert wanted <= code.keys(), f"{code['id']} lacks {sorted(wanted - code.keys())}"
    for row in rows_of("segments"):
        assert set(ids_in(row, "codes_ref")) <= codes, f"{row['seg_id']}: not in the book."
        assert row["primary_ref"] == ids_in(row, "codes_ref")[0], f"{row['seg_id']}: primary first."
        assert row["scope_ref"] in scopes, f"{row['seg_id']}: the scope is not in the book."
    cited = re.findall(r"\[@([\w:.-]+)\]", (DATA / "codebook.toml").read_text(encoding="utf-8"))
    assert set(cited) <= KNOWN, f"The codebook cites what is not listed: {set(cited) - KNOWN}"


def independent(name: str) -> dict[str, float]:
    """Return the values put down from the sources; a count that goes on is counted on from them."""
    (rule,) = [row for row in rows_of("series") if row["series_id"] == name]
    if rule["y"]:
        return CHECK[name]
    pairs = [part.split("=") for part in rule["where"].split(";")]
    counted = [
        row[rule["x"]][:4]
        for row in rows_of(rule["table"])
        if all(row[column].lower() == value for column, value in pairs)
    ]
    running = range(int(max(CHECK[name])), int(rule["year_to"]) + 1)
    return {**CHECK[name], **{str(year): counted.count(str(year)) for year in running}}


@pytest.mark.parametrize("name", sorted(CHECK))
def test_series_has_the_values_of_its_sources(name):
    points = tables.series(name)
    found = dict(zip(points["year"].astype(str), points["value"], strict=True))
    assert found == independent(name), f"{name}: a number or a year has changed."


def test_every_series_is_checked():
    listed = {row["series_id"] for row in rows_of("series")}
    assert listed == set(CHECK), f"Without independent values: {sorted(listed ^ set(CHECK))}"
    assert {row["table"] for row in rows_of("series")} <= set(TABLES), "A series names no table."
    computed = {t for row in rows_of("code_track_expected") for t in ids_in(row, "table")}
    assert computed <= set(TABLES), f"No such table: {sorted(computed - set(TABLES))}"


def test_dictionary_is_up_to_date():
    page = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert page == data_dictionary(), "Run `make sync`: docs/data-dictionary.md is out of date."


# What happens when somebody breaks the contract, on a small copy of the case.


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A case with two tables, series and trade; return the folder of its tables."""
    (tmp_path / "data" / "tables").mkdir(parents=True)
    small = dict(PACKAGE, resources=[TABLES["exchange"], TABLES["series"]])
    (tmp_path / "data" / "datapackage.json").write_text(json.dumps(small), encoding="utf-8")
    for name in ("exchange", "series"):
        shutil.copy(DATA / TABLES[name]["path"], tmp_path / "data" / "tables")
    readers = (tables.root, tables.package, tables.settings, tables.read_table)
    monkeypatch.setenv("CASEKIT_CASE", str(tmp_path))
    for reader in readers:
        reader.cache_clear()
    yield tmp_path / "data" / "tables"
    monkeypatch.undo()
    for reader in readers:
        reader.cache_clear()


LINES = (DATA / "tables" / "exchange.csv").read_text(encoding="utf-8").splitlines(keepends=True)
SECOND = LINES[2].split(",")
BROKEN = {
    "a word for a number": (
        [*LINES[:2], ",".join([*SECOND[:2], "many", *SECOND[3:]])],
        ["row 3", "'value'", "'many'"],
    ),
    "half a year": (
        [*LINES[:2], ",".join([SECOND[0], "2006.5", *SECOND[2:]])],
        ["row 3", "'year'", "2006.5"],
    ),
    "a column missing": ([line.partition(",")[2] for line in LINES[:2]], ["columns", "series_id"]),
    "an empty file": ([], ["cannot be read", "exchange.csv"]),
    "a torn row": ([*LINES[:2], 'a,"2006'], ["cannot be read", "exchange.csv"]),
    "a row cut off": ([*LINES[:2], "a,2006"], ["row 3", "a value is required"]),
    "a cell too many": ([LINES[0], LINES[1].rstrip() + ",x"], ["cannot be read", "exchange.csv"]),
    "another encoding": ([*LINES[:2], "caf\xe9,2006"], ["cannot be read", "exchange.csv"]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_table_stops_and_says_where(copy, case):
    lines, words = BROKEN[case]
    (copy / "exchange.csv").write_bytes("".join(lines).encode("latin-1"))
    with pytest.raises(tables.CaseError) as error:
        tables.table("exchange")
    message = str(error.value)
    assert "'exchange'" in message, f"The message does not name the table: {message}"
    assert all(word in message for word in words), f"The message does not say where: {message}"


def test_unknown_table_names_those_that_exist(copy):
    with pytest.raises(tables.CaseError, match="exchange, series"):
        tables.table("exchang")


def test_a_changed_number_is_caught(copy):
    path = copy / "exchange.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(",2755313,") == 1, "The value to change must stand in the table once."
    path.write_text(text.replace(",2755313,", ",2755314,"), encoding="utf-8")
    with pytest.raises(AssertionError, match="a number or a year has changed"):
        test_series_has_the_values_of_its_sources("visitors_kr_to_jp")
