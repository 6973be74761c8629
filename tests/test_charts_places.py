"""A map of dots: the land of the file, cut and not bent, and every place of the table."""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casekit import catalogue, charts, citations
from casekit.charts.land import clipped, cut, land
from casekit.tables import CaseError

ROOT = Path(__file__).resolve().parents[1]
V5 = "application/vnd.vegalite.v5+json"
WINDOW = (0.0, 0.0, 10.0, 10.0)
SQUARE = [(0, 0), (0, 4), (4, 4), (4, 0), (0, 0)]
TOPOLOGY = {  # two squares side by side that share an arc, one far away, one with a hole
    "type": "Topology",
    "transform": {"scale": [0.5, 0.5], "translate": [0, 0]},
    "arcs": [
        [[8, 0], [0, 8]],  # the border, south to north
        [[8, 8], [-8, 0], [0, -8], [8, 0]],  # the west square's other sides
        [[8, 8], [8, 0], [0, -8], [-8, 0]],  # the east square's other sides
        [[100, 100], [2, 0], [0, 2], [-2, -2]],
        [[2, 2], [2, 0], [0, 2], [-2, -2]],
    ],
    "objects": {
        "lands": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "1", "arcs": [[0, 1], [4]]},
                {"type": "MultiPolygon", "id": "2", "arcs": [[[2, ~0]], [[3]]]},
                {"type": "Polygon", "id": "3", "arcs": [[3]]},
            ],
        }
    },
}
COLUMNS = "name,owner,kind,lat,lon,sure,source_ids"
ROWS = [
    "A <b>port</b>,AA,sea,1,1,high,case:office",
    "A field,AA,air,2,3,high,case:office",
    "A camp,BB,army,3,7,high,case:paper",
    "A depot,BB,store,3,7.5,low,case:archive",
]
FIGURE = """\
[places]
form = "dot map"
table_name = "places"
title = "Where they are"
description = "One mark for each place."
map_file = "geo/small.json"
feature = "lands"
window = [0, 0, 10, 10]
kind = "kind"
kind_labels = { sea = "at sea", air = "in the air", army = "on land", store = "on land" }
text = "name"
owner = "owner"
keep = { sure = ["high"] }
shown = { sure = "confidence" }
words = [{ text = "West", lon = 1, lat = 5 }]
"""
SETTINGS = """\
id = "small"
title = "A small case"
address = ""

[actors.A]
label = "Aland"
codes = ["AA"]
colour = "#111111"
shape = "circle"

[actors.B]
label = "Bland"
codes = ["BB"]
colour = "#222222"
shape = "square"
"""


@pytest.fixture
def case(small_case):
    package = small_case.root / "data" / "datapackage.json"
    content = json.loads(package.read_text(encoding="utf-8"))
    resource = small_case.resource("places", COLUMNS.split(","))
    for field in resource["schema"]["fields"]:
        if field["name"] in ("lat", "lon"):
            field["type"] = "number"
    content["resources"].append(resource)
    small_case.write("data/datapackage.json", json.dumps(content))
    small_case.write("data/case.toml", SETTINGS)
    small_case.write("data/tables/places.csv", "\n".join([COLUMNS, *ROWS]) + "\n")
    small_case.write("data/geo/small.json", json.dumps(TOPOLOGY))
    small_case.write("data/figures/01-a.toml", FIGURE)
    return small_case


def drawn():
    return charts.draw("places", catalogue.figures()["places"])


def spec(figure) -> dict:
    return next(bundle[V5] for bundle in figure.bundles() if V5 in bundle)


def area(ring) -> float:
    """Twice the signed area of a closed ring."""
    return sum(x * v - u * y for (x, y), (u, v) in itertools.pairwise(ring))


def test_a_ring_inside_stays_as_it_is_and_one_outside_goes():
    assert clipped(SQUARE, WINDOW)[:1] == [(0, 0)]
    assert {*clipped(SQUARE, WINDOW)} >= {*map(tuple, SQUARE)}
    assert clipped([(20, 20), (21, 20), (21, 21), (20, 20)], WINDOW) == []
    assert clipped([], WINDOW) == []


def test_a_ring_across_the_edge_is_cut_at_the_edge():
    ring = clipped([(-4, 2), (-4, 6), (4, 6), (4, 2), (-4, 2)], WINDOW)
    assert ring[0] == ring[-1]
    assert {(0, 2), (0, 6), (4, 6), (4, 2)} == set(ring)


def test_a_ring_around_the_window_becomes_the_window():
    ring = clipped([(-50, -50), (-50, 50), (50, 50), (50, -50), (-50, -50)], WINDOW)
    assert abs(area(ring)) == pytest.approx(200)
    assert {(0, 0), (0, 10), (10, 10), (10, 0)} <= set(ring)
    assert any(y == 0 and 4 < x < 6 for x, y in ring), "no point along the parallel"


coordinate = st.floats(-30, 30, allow_nan=False)


@given(st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=12))
def test_what_is_kept_lies_in_the_window_is_closed_and_turns_the_same_way(points):
    ring = clipped([*points, points[0]], WINDOW)
    assert all(0 <= x <= 10 and 0 <= y <= 10 for x, y in ring)
    assert not ring or (ring[0] == ring[-1] and len(ring) >= 4)


def test_shapes_outside_the_window_are_not_kept_and_arcs_run_both_ways():
    shapes = TOPOLOGY["objects"]["lands"]["geometries"]
    west, east = cut(TOPOLOGY, shapes, WINDOW)
    assert [west["id"], east["id"]] == ["1", "2"]
    outer, hole = west["geometry"]["coordinates"][0]
    assert abs(area(outer)) == 32 and abs(area(hole)) == 1
    ((ring,),) = east["geometry"]["coordinates"]
    assert abs(area(ring)) == 32 and {x for x, _ in ring} >= {4, 8}


def test_the_map_is_in_the_chart_and_asks_nothing_from_elsewhere(case):
    said = json.dumps(spec(drawn()), allow_nan=False)
    assert '"url"' not in said and "http" not in said.replace("https://vega.github.io/schema", "")
    shown = spec(drawn())
    assert (shown["width"], shown["height"]) == ("container", 420)
    assert shown["projection"] == {"type": "mercator"}
    assert "title" not in shown


def test_every_place_kept_has_a_mark_and_every_kind_a_shape_of_its_own(case):
    figure = drawn()
    assert figure.data["place"].tolist() == ["A <b>port</b>", "A field", "A camp"]
    layer = next(one for one in spec(figure)["layer"] if "shape" in one.get("encoding", {}))
    scale = layer["encoding"]["shape"]["scale"]
    assert scale["domain"] == ["at sea", "in the air", "on land"]
    assert len(set(scale["range"])) == 3
    assert layer["mark"]["filled"] is False
    assert "<b>" not in figure.html()


def test_the_description_counts_by_owner_and_by_kind(case):
    said = spec(drawn())["description"]
    assert "3 places: 2 in Aland, 1 in Bland; 1 at sea, 1 in the air, 1 on land." in said


def test_the_table_behind_it_holds_what_else_is_shown_and_the_sources_are_those_drawn(case):
    figure = drawn()
    assert list(figure.data) == ["place", "where", "kind", "confidence"]
    assert set(figure.sources) == {"case:office", "case:paper"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("window = [0, 0, 10, 10]", "window = [0, 0, 10, 2]", "lies outside"),
        ("window = [0, 0, 10, 10]", "window = [10, 0, 0, 10]", "west, south"),
        ("window = [0, 0, 10, 10]", "window = [0, 0, 10]", "west, south"),
        ('feature = "lands"', 'feature = "seas"', "no feature 'seas'"),
        ("geo/small.json", "geo/none.json", "no feature"),
        (', army = "on land"', "", "no label for army"),
        ('["high"]', '["high", "sure"]', "no row with sure sure"),
        ("keep = { sure", "keep = { certain", "no column 'certain'"),
        ("lat = 5 }", "y = 5 }", "words: each is"),
        ('description = "One mark for each place."', 'description = " "', "say in a sentence"),
    ],
)
def test_what_would_mislead_is_refused(case, old, new, said):
    case.replace("data/figures/01-a.toml", old, new)
    with pytest.raises(CaseError, match="figure 'places'") as error:
        drawn()
    assert said in str(error.value)


def test_more_kinds_than_shapes_are_refused(case):
    labels = '{ sea = "a", air = "b", army = "c", store = "d", x = "e" }'
    old = FIGURE.split("kind_labels = ")[1].split("\n")[0]
    case.replace("data/figures/01-a.toml", old, labels)
    with pytest.raises(CaseError, match="at most 4"):
        drawn()


def test_the_land_of_the_case_holds_its_islands(monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    catalogue.forget()
    entries = catalogue.figures()["bases"]
    features = land(entries["map_file"], entries["feature"], tuple(entries["window"]))
    assert {"392", "408", "410"} <= {one["id"] for one in features}
    rings = [polygon[0] for one in features for polygon in one["geometry"]["coordinates"]]

    def covered(west: float, south: float, east: float, north: float) -> bool:
        """Whether a shape of its own, an island, lies within these limits."""
        return any(all(west < x < east and south < y < north for x, y in ring) for ring in rings)

    assert covered(127.5, 26.0, 128.4, 26.95)  # the island on which four of the bases lie
    assert covered(126.0, 33.0, 127.1, 33.7)  # the largest island south of the peninsula
    # The disputed islets are not on the map, so that it takes no side.
    assert not any(131.7 < x < 132.1 and 37.1 < y < 37.4 for ring in rings for x, y in ring)
    assert len(json.dumps(features)) < 60_000
    catalogue.forget()


def test_the_map_of_the_case_draws_the_table_without_doubtful_places(monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    catalogue.forget()
    with (ROOT / "data/tables/bases.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["confidence"] != "low"]
    figure = charts.draw("bases", catalogue.figures()["bases"])
    assert sorted(figure.data["place"]) == sorted(row["name"] for row in rows)
    assert citations.unknown(figure.sources) == []
    words = {word["text"] for word in catalogue.figures()["bases"]["words"]}
    assert not any("sea" in word.lower() for word in words)
    catalogue.forget()
