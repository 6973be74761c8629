"""Charts: they draw what the record holds and no more, and everybody can read them.

What a table should hold is read here with the csv module, so that the kit is not its own witness.
"""

from __future__ import annotations

import collections
import csv
import functools
import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import altair as alt
import pandas as pd
import pytest

from casekit import catalogue, charts, tables
from casekit.catalogue import forget
from casekit.charts import theme
from casekit.charts.figure import Figure, table_html
from casekit.charts.forms import MARKS, guess_chart
from casekit.tables import CaseError

ROOT = Path(__file__).resolve().parents[1]
V5 = "application/vnd.vegalite.v5+json"
ENTRIES = tomllib.loads((ROOT / "data" / "figures" / "01-history.toml").read_text("utf-8"))
NAMES = list(ENTRIES)
SERIES = [name for name in NAMES if ENTRIES[name]["form"] == "series"]
DRAWN = [name for name in NAMES if ENTRIES[name]["form"] != "cross table"]


@pytest.fixture(scope="module", autouse=True)
def this_case():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASEKIT_CASE", str(ROOT))
        forget()
        yield
    forget()


@functools.cache
def drawn(name: str) -> Figure:
    return charts.draw(name, catalogue.figures()[name])


def specs(figure: Figure) -> list[dict]:
    return [bundle[V5] for bundle in figure.bundles() if V5 in bundle]


@functools.cache
def shown(name: str) -> list[dict]:
    return specs(drawn(name))


@functools.cache
def csv_rows(table: str) -> list[dict[str, str]]:
    described = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    paths = {one["name"]: one["path"] for one in described["resources"]}
    with (ROOT / "data" / paths[table]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rule(series_id: str) -> dict[str, str]:
    return next(row for row in csv_rows("series") if row["series_id"] == series_id)


def chosen(series_id: str) -> list[dict[str, str]]:
    """The rows that a series takes from its table."""
    wanted = dict(part.split("=") for part in rule(series_id)["where"].split(";"))
    return [
        row
        for row in csv_rows(rule(series_id)["table"])
        if all(row[column] == value for column, value in wanted.items())
    ]


def recorded(series_id: str, until: int | None = None) -> dict[int, float]:
    """The values of a series by year."""
    told = rule(series_id)
    last = until or int(told["year_to"])
    return {
        int(row[told["x"]]): float(row[told["y"]])
        for row in chosen(series_id)
        if int(told["year_from"]) <= int(row[told["x"]]) <= last and row[told["y"]]
    }


def layers(spec: dict, kind: str) -> list[tuple[dict, list[dict]]]:
    return [(encoding, rows) for mark, encoding, rows in units(spec) if mark["type"] == kind]


def units(spec: dict) -> list[tuple[dict, dict, list[dict]]]:
    """Every drawn layer of a chart: its mark, its encoding and its rows."""
    shared = spec.get("datasets", {})

    def walk(part: dict, data: dict | None, encoding: dict):
        data = part.get("data", data)
        encoding = {**encoding, **part.get("encoding", {})}
        for layer in part.get("layer", []):
            yield from walk(layer, data, encoding)
        if "mark" in part:
            mark = part["mark"] if isinstance(part["mark"], dict) else {"type": part["mark"]}
            rows = data["values"] if "values" in data else shared[data["name"]]
            yield mark, encoding, rows

    return list(walk(spec, None, {}))


def joined(spec: dict) -> set[tuple[str, int, int]]:
    """The pairs of points that lines join, as Vega-Lite joins them: within each group, by x."""
    pairs = set()
    for encoding, rows in layers(spec, "line"):
        groups = collections.defaultdict(list)
        splits = [encoding[c]["field"] for c in ("color", "strokeDash", "detail") if c in encoding]
        for row in rows:
            groups[tuple(row[field] for field in splits)].append(row)
        name = encoding["color"]["field"]
        for group in groups.values():
            ordered = sorted(group, key=lambda row: row["year"])
            pairs |= {(a[name], a["year"], b["year"]) for a, b in itertools.pairwise(ordered)}
    return pairs


class Reader(HTMLParser):
    """What HTML holds: its elements with their attributes, and the text of cells and headers."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.cells: dict[str, list[str]] = {"th": [], "td": [], "li": [], "p": []}
        self.rows: list[list[str]] = []
        self.inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in self.cells:
            self.cells[tag].append("")
            self.inside.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        if tag in self.cells and tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data):
        for tag in self.inside:
            self.cells[tag][-1] += data
        if "td" in self.inside:
            self.rows[-1][-1] += data


# Lines and what they join


@pytest.mark.parametrize("name", SERIES)
def test_a_line_joins_neighbouring_years_of_one_method_and_no_others(name):
    entries = ENTRIES[name]
    expected = set()
    for series_id in entries["ids"]:
        told = rule(series_id)
        years = recorded(series_id, entries.get("until"))
        breaks = {int(year) for year in told["break_years"].split(";") if year}
        label = tables.settings()["actors"][told["actor"]]["label"]
        expected |= {
            (label, year, year + 1)
            for year in years
            if year + 1 in years and year + 1 not in breaks
        }
    found = set().union(*(joined(spec) for spec in shown(name)))
    assert found == expected


@pytest.mark.parametrize("name", SERIES)
def test_points_and_table_hold_every_recorded_value_and_no_other(name):
    entries = ENTRIES[name]
    expected = {
        (tables.settings()["actors"][rule(one)["actor"]]["label"], year, value)
        for one in entries["ids"]
        for year, value in recorded(one, entries.get("until")).items()
    }
    figure = drawn(name)
    points = [
        (row["label"], row["year"], row["value"])
        for spec in shown(name)
        for encoding, rows in layers(spec, "point")
        if "shape" in encoding
        for row in rows
    ]
    assert set(points) == expected
    assert len(points) == len(expected)
    cells = [row for row in Reader(figure.table_html()).rows if row]
    said = [(label, int(year), float(value.replace(",", ""))) for label, year, value in cells]
    assert sorted(said) == sorted(expected)


@pytest.mark.parametrize("name", SERIES)
def test_every_turning_point_of_the_table_is_drawn_and_listed_under_the_same_number(name):
    wanted = [row for row in csv_rows("turning_points") if row["series_id"] in ENTRIES[name]["ids"]]
    figure = drawn(name)
    numbers = {
        row["number"]: row["text"]
        for spec in shown(name)
        for encoding, rows in layers(spec, "text")
        if encoding["text"].get("field") == "number"
        for row in rows
    }
    assert sorted(numbers.values()) == sorted(row["text"] for row in wanted)
    assert sorted(numbers) == list(range(1, len(wanted) + 1))
    assert len(figure.key) == len(wanted)
    for line in figure.key:
        number, _, rest = line.partition(": ")
        assert rest.endswith(numbers[int(number)])


def typed(name: str, columns: dict[str, str]) -> dict:
    fields = [{"name": c, "type": kind, "description": c} for c, kind in columns.items()]
    for field in fields:
        if field["type"] == "list":
            field["delimiter"] = ";"
    schema = {"fields": fields, "primaryKey": [next(iter(columns))]}
    return {"name": name, "path": f"tables/{name}.csv", "schema": schema}


SERIES_COLUMNS = {
    "series_id": "string",
    "title": "string",
    "table": "string",
    "where": "string",
    "x": "string",
    "y": "string",
    "unit": "string",
    "actor": "string",
    "year_from": "year",
    "year_to": "year",
    "break_years": "list",
    "breaks": "string",
    "gaps": "string",
    "counting_rule": "string",
    "source_ids": "list",
}
COUNTS = {2000: 0.959, 2001: 2, 2003: 3, 2004: 4, 2005: 1234.5, 2007: 6}  # 2002, 2006 missing


def with_series(case, *more: str) -> None:
    """Give the small case a series with two gaps and a new method from 2004."""
    described = json.loads((case.root / "data/datapackage.json").read_text("utf-8"))
    counts = {"key": "string", "year": "year", "value": "number"}
    turns = {"series_id": "string", "year": "year", "text": "string", "source_ids": "list"}
    described["resources"] += [
        typed("series", SERIES_COLUMNS),
        typed("counts", counts),
        typed("turning_points", turns),
    ]
    case.write("data/datapackage.json", json.dumps(described))
    row = "rain,Rain,counts,key=a,year,value,days,,2000,2007,2004,New gauge.,Two.,Days.,case:office"
    lines = [",".join(SERIES_COLUMNS), row, *more]
    case.write("data/tables/series.csv", "\n".join(lines) + "\n")
    lines = [",".join(counts), *(f"a,{year},{value}" for year, value in COUNTS.items())]
    case.write("data/tables/counts.csv", "\n".join([*lines, "a,2002,", "b,2002,9"]) + "\n")
    case.write("data/tables/turning_points.csv", ",".join(turns) + "\n")


RAIN = {"form": "series", "ids": ["rain"], "title": "Rain", "description": "Days of rain."}


def test_a_line_stops_at_an_empty_cell_at_a_missing_year_and_at_a_new_method(small_case):
    with_series(small_case)
    figure = charts.draw("rain", RAIN)
    (spec,) = specs(figure)
    assert joined(spec) == {("Rain", 2000, 2001), ("Rain", 2004, 2005)}
    rules = [rows for _, rows in layers(spec, "rule")]
    assert [[row["year"] for row in rows] for rows in rules] == [[2003.5]]
    assert "New gauge." in figure.note
    assert "Two." in figure.note


def test_the_description_says_nothing_across_a_break(small_case):
    with_series(small_case)
    (chart,) = charts.draw("rain", RAIN).charts
    before, after = chart.description.removeprefix("Days of rain. ").split(". ", 1)
    assert "0.959 in 2000" in before
    assert "3 in 2003" in before
    assert "4 in 2004" in after
    assert "1,234.5 in 2005" in after


def test_the_table_holds_the_numbers_to_their_last_digit_and_years_without_a_comma(small_case):
    with_series(small_case)
    rows = [row for row in Reader(charts.draw("rain", RAIN).table_html()).rows if row]
    assert [row[1] for row in rows] == [str(year) for year in COUNTS]
    assert rows[0] == ["Rain", "2000", "0.959"]
    assert rows[4] == ["Rain", "2005", "1,234.5"]


def test_two_lines_that_look_alike_are_not_drawn_in_one_chart(small_case):
    twin = "snow,Snow,counts,key=b,year,value,days,,2000,2007,,,,Days.,case:office"
    with_series(small_case, twin)
    entries = {**RAIN, "ids": ["rain", "snow"]}
    with pytest.raises(CaseError, match=r"'rain'.*told apart.*panels"):
        charts.draw("rain", entries)
    apart = charts.draw("rain", {**entries, "panels": True})
    assert len(apart.charts) == 2
    assert set(apart.data["series"]) == {"Rain", "Snow"}


def test_a_guess_is_drawn_beside_a_record_that_keeps_its_gaps():
    line = {"label": "Visits", "actor": "JP", "guess": {2000: 1, 2001: 2}, "points": {2000: 1}}
    truth = {2000: 1.0, 2001: 2.0, 2003: 3.0, 2004: 0.0}
    limits = {"span": (2000, 2004), "limits": (0, 5), "description": "Two."}
    both = guess_chart([{**line, "truth": truth}], **limits).to_dict()
    record = {pair[1:] for pair in joined(both) if "on record" in pair[0]}
    assert record == {(2000, 2001), (2003, 2004)}
    alone = json.dumps(guess_chart([{**line, "truth": None}], **limits).to_dict())
    assert "on record" not in alone
    assert "your guess" in alone


# Events and visits


def test_no_event_is_lost():
    expected = collections.Counter((row["date"], row["title"]) for row in csv_rows("timeline"))
    figure = drawn("events")
    (spec,) = shown("events")
    ((_, rows),) = layers(spec, "point")
    assert collections.Counter((row["said"], row["event"]) for row in rows) == expected
    cells = [row for row in Reader(figure.table_html()).rows if row]
    assert collections.Counter((date, event) for date, event, *_ in cells) == expected
    assert f"{sum(expected.values())} events" in spec["description"]


def test_every_event_has_the_theme_and_direction_of_the_table():
    entries = ENTRIES["events"]
    expected = {
        (
            row["title"],
            entries["row_labels"][row["theme"]],
            entries["kind_labels"][row["direction"]],
        )
        for row in csv_rows("timeline")
    }
    (spec,) = shown("events")
    ((encoding, rows),) = layers(spec, "point")
    assert {(row["event"], row["row"], row["kind"]) for row in rows} == expected
    words = list(entries["kind_labels"].values())
    assert encoding["shape"]["scale"]["domain"] == encoding["color"]["scale"]["domain"] == words
    shapes = encoding["shape"]["scale"]["range"]
    assert len(set(shapes)) == len(words), "Two directions have one shape."


LABELS = '\nrow_labels = { talks = "Talks" }\nkind_labels = { warm = "warm", cool = "cool" }\n'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2020-01-02,talks", "2020-01-02,trade", "trade"),
        ("talks,cool", "talks,icy", "icy"),
        ("talks,cool", "talks,", "an empty cell"),
    ],
)
def test_an_event_without_a_label_is_refused(small_case, old, new, said):
    small_case.write(
        "data/figures/01-a.toml",
        (small_case.root / "data/figures/01-a.toml").read_text("utf-8") + LABELS,
    )
    charts.draw("strip", catalogue.figures()["strip"])
    small_case.replace("data/tables/events.csv", old, new)
    with pytest.raises(CaseError, match=rf"data/figures/01-a\.toml, figure 'strip'.*{said}"):
        charts.draw("strip", catalogue.figures()["strip"])


def test_more_kinds_than_shapes_are_refused(small_case):
    lines = [f"2019-05-0{day},talks,kind{day},They met.,case:office" for day in range(1, 6)]
    small_case.write(
        "data/tables/events.csv", "\n".join(["date,row,kind,text,source_ids", *lines]) + "\n"
    )
    with pytest.raises(CaseError, match="kind: at most 4"):
        charts.draw("strip", catalogue.figures()["strip"])


def test_the_visits_of_each_year_are_as_many_as_the_table_has():
    told = rule("visits_per_year")
    visits = chosen("visits_per_year")
    expected = collections.Counter(int(row["date"][:4]) for row in visits)
    figure = drawn("visits_per_year")
    (spec,) = shown("visits_per_year")
    ((encoding, rows),) = layers(spec, "point")
    assert collections.Counter(row["year"] for row in rows) == expected
    for year, count in expected.items():
        places = sorted(row["nth"] for row in rows if row["year"] == year)
        assert places == list(range(1, count + 1)), f"Marks of {year} hide one another."
    first, last = int(told["year_from"]), int(told["year_to"])
    assert encoding["x"]["scale"]["domain"] == list(range(first, last + 1))
    counted = tables.series("visits_per_year")
    assert dict(zip(counted["year"], counted["value"], strict=True)) == {
        year: expected[year] for year in range(first, last + 1)
    }
    cells = [tuple(row) for row in Reader(figure.table_html()).rows if row]
    assert sorted((date, place) for _, date, place, _ in cells) == sorted(
        (row["date"], row["place"]) for row in visits
    )


def test_the_host_of_a_visit_is_told_by_shape_and_by_colour():
    actors = tables.settings()["actors"]
    labels = {code: one["label"] for one in actors.values() for code in one.get("codes", [])}
    (spec,) = shown("visits_per_year")
    ((encoding, rows),) = layers(spec, "point")
    expected = collections.Counter(labels[row["country_iso3"]] for row in chosen("visits_per_year"))
    assert collections.Counter(row["host"] for row in rows) == expected
    looks = {one["label"]: one for one in actors.values()}
    for channel, look in (("shape", "shape"), ("color", "colour")):
        scale = encoding[channel]["scale"]
        said = dict(zip(scale["domain"], scale["range"], strict=True))
        assert said == {label: looks[label][look] for label in expected}


def test_the_years_without_a_visit_are_named():
    told = rule("visits_per_year")
    silent = set(range(int(told["year_from"]), int(told["year_to"]) + 1)) - {
        int(row["date"][:4]) for row in chosen("visits_per_year")
    }
    (spec,) = shown("visits_per_year")
    said = spec["description"].split("years without one: ")[1]
    found = set()
    for first, last in re.findall(r"(\d{4})(?: to (\d{4}))?", said):
        found |= set(range(int(first), int(last or first) + 1))
    assert found == silent


def test_a_cross_table_counts_every_row_once():
    entries = ENTRIES["warm_and_cold"]
    expected = collections.Counter((row["set"], row["lasted"]) for row in csv_rows("precedents"))
    grid = drawn("warm_and_cold").grid.set_index(drawn("warm_and_cold").grid.columns[0])
    for kind, label in entries["row_labels"].items():
        for lasted, heading in entries["column_labels"].items():
            assert grid.loc[label, heading] == expected[kind, lasted]
        total = sum(count for (one, _), count in expected.items() if one == kind)
        assert grid.loc[label, "all"] == total


# What every chart must have


def test_a_mark_that_stands_for_no_row_is_not_read_aloud():
    """Vega names a mark by its row; one without would be a picture with no name."""
    nameless = [
        (name, mark["type"])
        for name in catalogue.figures()
        for spec in shown(name)
        for mark, encoding, _ in units(spec)
        if not re.search('"(field|datum)"', json.dumps(encoding)) and mark.get("aria") is not False
    ]
    assert nameless == []


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_described_typed_v5_drawn_as_svg_and_follows_its_width(name):
    bundles = [bundle for bundle in drawn(name).bundles() if V5 in bundle]
    assert bundles
    for bundle in bundles:
        spec = bundle[V5]
        assert spec["description"].startswith(ENTRIES[name]["description"])
        assert bundle["text/plain"] == spec["description"]
        assert spec["$schema"] == "https://vega.github.io/schema/vega-lite/v5.json"
        options = spec["usermeta"]["embedOptions"]
        assert options["renderer"] == "svg"
        assert options["actions"] is False
        assert spec["width"] == "container"
        changed = {step["path"]: step["value"] for step in options["patch"]}
        assert set(changed) == {"/signals/-", "/signals/0/init", "/signals/0/on"}
        assert "containerSize()[0]" in changed["/signals/0/init"]
        followed = changed["/signals/-"]  # what is looked at often draws nothing while it is equal
        assert "timer" in followed["on"][0]["events"]
        (step,) = changed["/signals/0/on"]
        assert step["events"] == {"signal": followed["name"]}


def test_a_chart_is_not_changed_by_being_shown():
    spec = alt.Chart({"values": []}, width="container", description="One.").mark_point().to_dict()
    before = json.dumps(spec)
    theme.lab_renderer(spec)
    assert json.dumps(spec) == before


def test_a_chart_of_a_fixed_width_is_left_at_it_even_after_one_that_follows():
    wide = alt.Chart({"values": []}, width="container", description="One.").mark_point()
    fixed = alt.Chart({"values": []}, width=300, description="Two.").mark_point()
    theme.lab_renderer(wide.to_dict())
    bundle, _ = theme.lab_renderer(fixed.to_dict())
    assert "patch" not in bundle[V5]["usermeta"]["embedOptions"]


def test_a_chart_of_a_student_is_shown_in_the_same_way():
    theme.use()
    bundle = alt.Chart({"values": []}, description="Mine.").mark_point()._repr_mimebundle_()
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    assert set(bundle) == {V5, "text/plain"}
    assert bundle[V5]["usermeta"]["embedOptions"]["renderer"] == "svg"


@pytest.mark.parametrize("said", [None, "", "  \n"])
def test_a_chart_without_a_description_is_refused(said):
    chart = alt.Chart({"values": []}).mark_point()
    chart = chart.properties(description=said) if said is not None else chart
    with pytest.raises(CaseError, match="'A title' has no description"):
        Figure(charts=(chart,), data=pd.DataFrame(), title="A title")


STRIP = "data/figures/01-a.toml, figure 'strip'"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('form = "event strip"', 'form = "pie"', "form: expected one of series, event strip"),
        ('form = "event strip"\n', "", "form: expected one of series, event strip"),
        ('title = "Events"\n', "", "the entry title is missing"),
        ('description = "One mark for each event."\n', "", "the entry description is missing"),
        ('description = "One mark for each event."', 'description = " "', "description"),
        ('title = "Events"', 'title = "Events"\ncolour = "red"', "unknown entry colour"),
        ('date = "date"', 'date = "day"', "'day'"),
        ('table_name = "events"', 'table_name = "evens"', "no table 'evens'"),
    ],
)
def test_a_wrong_figure_is_told_by_file_figure_and_entry(small_case, old, new, said):
    small_case.replace("data/figures/01-a.toml", old, new)
    with pytest.raises(CaseError) as caught:
        charts.draw("strip", catalogue.figures()["strip"])
    assert str(caught.value).startswith(STRIP)
    assert said in str(caught.value)


def test_an_unknown_actor_is_told_with_those_that_are_known():
    with pytest.raises(CaseError, match=r"no actor 'XX'.*JP, KR"):
        theme.actor("XX")


DRAW_ALL = """
import hashlib, json, sys
from casekit import catalogue, charts
drawn = [charts.draw(name, entries).bundles() for name, entries in catalogue.figures().items()]
text = json.dumps(drawn, sort_keys=True)
print(hashlib.sha256(text.encode()).hexdigest())
print(*(name for name in sys.modules if name.startswith("vl_convert")))
"""


def test_a_drawing_is_the_same_in_each_process():
    """Also: what turns charts into pictures (84 MB) is not loaded."""
    bundles = [drawn(name).bundles() for name in catalogue.figures()]
    here = hashlib.sha256(json.dumps(bundles, sort_keys=True).encode()).hexdigest()
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", DRAW_ALL], env=env, cwd=ROOT, capture_output=True, text=True
    )
    digest, loaded = done.stdout.split("\n")[:2]
    assert digest == here
    assert loaded == ""


# Colours


def linear(colour: str) -> list[float]:
    """The channels of a colour as light, from 0 to 1 (sRGB)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def contrast(one: str, other: str = "#FFFFFF") -> float:
    """The contrast ratio of WCAG 2.2: (L1 + 0.05) / (L2 + 0.05)."""

    def luminance(colour: str) -> float:
        return sum(
            weight * channel
            for weight, channel in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True)
        )

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


# Machado, Oliveira and Fernandes (2009), "A physiologically-based model for simulation of color
# vision deficiency", doi:10.1109/TVCG.2009.113, severity 1.0; applied to linear light.
SEEN = {
    "typical": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}
XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175]]
XYZ += [[0.0193339, 0.119192, 0.9503041]]
WHITE = (0.95047, 1.0, 1.08883)
JUST_NOTICEABLE = 2.3  # CIE76


def times(matrix: list[list[float]], vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def lab(light: list[float]) -> tuple[float, float, float]:
    shares = [value / white for value, white in zip(times(XYZ, light), WHITE, strict=True)]
    x, y, z = (
        share ** (1 / 3) if share > (6 / 29) ** 3 else share / (3 * (6 / 29) ** 2) + 4 / 29
        for share in shares
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str, eye: str) -> float:
    """How far apart two colours are (CIE76) for an eye of this kind."""
    seen = [
        lab([min(1.0, max(0.0, light)) for light in times(SEEN[eye], linear(colour))])
        for colour in (one, other)
    ]
    return sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5


def test_the_measures_of_this_file_are_right():
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#777777") < 4.5 < contrast("#767676")  # the well-known threshold of grey
    assert distance("#000000", "#FFFFFF", "typical") == pytest.approx(100, abs=0.1)
    red, green = "#B03020", "#4F6B00"
    assert distance(red, green, "deuteranopia") < distance(red, green, "typical") / 3


def settings_colours() -> dict[str, str]:
    return {name: one["colour"] for name, one in tables.settings()["actors"].items()}


def test_every_mark_stands_out_from_white():
    used = {**settings_colours(), "ink": theme.INK, "quiet": theme.QUIET}
    used |= {colour: colour for colour in MARKS["colour"]}
    for name in DRAWN:
        for spec in shown(name):
            for mark, encoding, _ in units(spec):
                scale = encoding.get("color", {}).get("scale", {})
                colours = [*scale.get("range", []), mark.get("color"), mark.get("stroke")]
                used |= {colour: colour for colour in colours if colour}
    assert {name: colour for name, colour in used.items() if contrast(colour) < 3} == {}


TEXT_COLOURS = ("labelColor", "titleColor", "subtitleColor", ".title.color", ".text.color")


def texts(config: dict, path: str = ""):
    """Yield every colour of text that a chart's configuration names."""
    for key, value in config.items():
        if isinstance(value, dict):
            yield from texts(value, f"{path}.{key}")
        elif f"{path}.{key}".endswith(TEXT_COLOURS):
            yield f"{path}.{key}", value


def test_every_text_can_be_read_on_white():
    used: dict[str, str] = {}
    for name in DRAWN:
        for spec in shown(name):
            assert spec["config"]["background"] == "#FFFFFF"
            used |= dict(texts(spec["config"]))
            used |= {
                f"text in {name}": mark["color"]
                for mark, _, _ in units(spec)
                if mark["type"] == "text" and "color" in mark
            }
    assert {".axis.labelColor", ".legend.labelColor", ".text.color"} <= set(used)
    assert {name: colour for name, colour in used.items() if contrast(colour) < 4.5} == {}


STATES = ("JP", "KR", "US", "CN", "KP")


@pytest.mark.parametrize("eye", SEEN)
def test_no_two_actors_look_alike_to_any_eye(eye):
    colours = settings_colours()
    for one, other in itertools.combinations(STATES, 2):
        apart = distance(colours[one], colours[other], eye)
        assert apart > 2 * JUST_NOTICEABLE, f"{one} and {other}: {apart:.1f}"


@pytest.mark.parametrize("look", ["shape", "dash"])
def test_actors_differ_without_colour(look):
    actors = tables.settings()["actors"]
    looks = {json.dumps(actors[name][look]) for name in STATES}
    assert len(looks) == len(STATES)


def test_marks_differ_without_colour():
    assert len(set(MARKS["shape"])) == len(MARKS["shape"]) == len(MARKS["colour"])


# Tables


EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_a_table_holds_no_element_but_its_own():
    data = pd.DataFrame({EVIL: [EVIL, None], "list": [[EVIL, "b"], []]})
    read = Reader(table_html(data, langs={"list": "ja"}))
    assert {tag for tag, _ in read.elements} == {"table", "thead", "tbody", "tr", "th", "td"}
    assert {key for _, attrs in read.elements for key in attrs} == {"scope", "style", "lang"}
    assert read.cells["th"] == [EVIL, "list"]
    assert read.cells["td"] == [EVIL, f"{EVIL}, b", "", ""]


def test_the_fold_of_a_figure_holds_no_element_but_its_own(small_case):
    small_case.replace("data/tables/sources.csv", "An Office", EVIL.replace('"', '""').join('""'))
    data = pd.DataFrame({"a": [EVIL]})
    figure = Figure(
        charts=(), data=data, grid=data, title=EVIL, note=EVIL, key=(EVIL,), sources=["case:office"]
    )
    read = Reader("".join(bundle["text/html"] for bundle in figure.bundles()))
    tags = {tag for tag, _ in read.elements}
    assert not tags & {"script", "img"}
    assert not any(key.startswith("on") for _, attrs in read.elements for key in attrs)
    (region,) = [attrs for _, attrs in read.elements if attrs.get("role") == "region"]
    assert region["aria-label"] == f"Table: {EVIL}"
    assert read.cells["li"][0] == EVIL
    assert EVIL in read.cells["li"][1]
    assert EVIL in read.cells["p"]


@pytest.mark.parametrize("name", NAMES)
def test_every_column_has_a_header_with_scope_and_text(name):
    read = Reader(drawn(name).html())
    headers = [attrs for tag, attrs in read.elements if tag == "th"]
    assert headers
    assert all(attrs.get("scope") == "col" for attrs in headers)
    assert all(text.strip() for text in read.cells["th"]), read.cells["th"]


@pytest.mark.parametrize("name", NAMES)
def test_the_fold_lists_every_source_once(name):
    figure = drawn(name)
    rows = []
    for series_id in ENTRIES[name].get("ids", []) or [ENTRIES[name].get("series_id")]:
        rows += [rule(series_id)] if series_id else csv_rows(ENTRIES[name]["table_name"])
    expected = {one for row in rows for one in row["source_ids"].split(";")}
    assert set(figure.sources) == expected
    listed = Reader(figure.table_html()).cells["li"]
    assert len(listed) == len(expected)
    assert all(text.strip(". ") for text in listed)


def test_values_in_a_table_are_said_as_a_reader_expects():
    data = pd.DataFrame(
        {
            "year": pd.array([2013, None], dtype="Int64"),
            "share": [0.959, 1234.0],
            "on": pd.to_datetime(["2026-01-13", None]),
        }
    )
    rows = [row for row in Reader(table_html(data)).rows if row]
    assert rows == [["2013", "0.959", "2026-01-13"], ["", "1,234", ""]]
    numbers = Reader(table_html(pd.DataFrame({"year": [2013], "share": [0.5]})))
    assert numbers.cells["td"] == ["2013", "0.5"]
