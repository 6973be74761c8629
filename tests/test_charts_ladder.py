"""A ladder: what each rung claims, what helps to know it, and how firmly it is known."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from casekit import catalogue, charts, citations
from casekit.charts.ladder import LETTERS, LINES
from casekit.tables import CaseError

ROOT = Path(__file__).resolve().parents[1]
V5 = "application/vnd.vegalite.v5+json"
BARE = [
    {"name": "Baked?", "claim": "Somebody baked it.", "evidence": "flour on the <b>table</b>"},
    {"name": "Offered?", "claim": "It was put before some guest or other.", "evidence": "plates"},
]
STATES = ["sure", "open"]
HEADINGS = {"name": "rung", "claim": "what it claims", "evidence": "what helps"}


def drawn(**changes) -> charts.Figure:
    entries = {
        "form": "ladder",
        "title": "From oven to table",
        "description": "Two rungs.",
        "rungs": [dict(rung) for rung in BARE],
        "headings": HEADINGS,
    } | changes
    return charts.draw("cake", {k: v for k, v in entries.items() if v is not None})


def with_states(*given: str, **changes) -> charts.Figure:
    rungs = [rung | {"state": s} for rung, s in zip(BARE, given or STATES, strict=True)]
    lines = {"sure": "solid", "open": "dashed"}
    told = {"rungs": rungs, "headings": HEADINGS | {"state": "state"}, "states": lines}
    return drawn(**told | changes)


def spec(figure) -> dict:
    (found,) = [bundle[V5] for bundle in figure.bundles() if V5 in bundle]
    return found


def marks(figure, kind: str) -> list[dict]:
    """The layers of one kind of mark, each with the row it draws."""
    whole = spec(figure)
    found = []
    for layer in whole["layer"]:
        if layer["mark"]["type"] == kind:
            name = layer["data"]["name"]
            found.append(layer | {"row": whole["datasets"][name][0]})
    return found


def at(layer: dict) -> float:
    return layer["encoding"]["y"]["value"]


def rungs(figure) -> list[dict]:
    return [layer for layer in marks(figure, "rule") if "name" in layer["row"]]


def test_the_first_rung_is_the_lowest_and_all_lie_within_the_chart():
    figure = drawn()
    first, second = rungs(figure)
    assert first["row"]["name"] == "Baked?"
    assert at(first) > at(second)
    places = [at(layer) for layer in [*rungs(figure), *marks(figure, "text")]]
    assert all(0 < place < spec(figure)["height"] for place in places)


def test_every_text_stands_beside_its_rung_and_fits_a_narrow_screen():
    figure = with_states()
    texts = {layer["row"]["text"]: at(layer) for layer in marks(figure, "text")}
    assert {"Baked?", "Somebody baked it.", "sure", "Offered?", "open"} <= set(texts)
    assert max(map(len, texts)) <= LETTERS
    first, second = map(at, rungs(figure))
    for text in ("Baked?", "Somebody baked it.", "sure"):
        assert abs(texts[text] - first) < abs(texts[text] - second)
    assert texts["Offered?"] < texts["open"]


def test_a_state_is_told_by_the_line_and_in_words_never_by_colour():
    dashes = [layer["mark"]["strokeDash"] for layer in rungs(with_states())]
    assert dashes == [LINES["solid"], LINES["dashed"]]
    assert len({layer["mark"]["stroke"] for layer in rungs(with_states())}) == 1
    assert [layer["mark"]["strokeDash"] for layer in rungs(drawn())] == [LINES["solid"]] * 2


def test_the_description_can_be_read_instead_of_the_picture():
    said = spec(with_states())["description"]
    assert said == (
        "Two rungs. "
        "Rung 1 of 2, Baked? what it claims: Somebody baked it. "
        "what helps: flour on the <b>table</b>. state: sure. "
        "Rung 2 of 2, Offered? what it claims: It was put before some guest or other. "
        "what helps: plates. state: open."
    )
    assert spec(drawn())["width"] == "container" and spec(drawn())["height"]
    assert "title" not in spec(drawn())


def test_what_helps_stands_open_below_and_everything_in_the_table():
    shown = with_states().html()
    assert "<li>Offered? what helps: plates</li>" in shown.split("<details>")[0]
    assert "flour on the &lt;b&gt;table" in shown and "<b>" not in shown
    for heading in [*HEADINGS.values(), "state"]:
        assert f">{heading}</th>" in shown


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rungs": BARE[:1]}, "rungs: a ladder has two or more"),
        ({"rungs": "two"}, "rungs: a ladder has two or more"),
        ({"rungs": ["one", "two"]}, "rungs, 1"),
        ({"rungs": [BARE[0], BARE[1] | {"state": "open"}]}, "rungs, 2"),
        ({"rungs": [BARE[0], {"name": "Offered?"}]}, "rungs, 2"),
        ({"rungs": [BARE[0], BARE[1] | {"claim": " "}]}, "rungs, 2"),
        ({"headings": {"name": "rung"}}, "headings: one for each of name, claim, evidence"),
        ({"headings": None}, "headings"),
        ({"colour": "red"}, "unknown entry colour"),
        ({"description": " "}, "description"),
    ],
)
def test_a_wrong_file_gets_a_sentence_that_names_the_entry(changes, says):
    with pytest.raises(CaseError, match="figure 'cake'") as error:
        drawn(**changes)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("given", "changes", "says"),
    [
        (("sure", "unheard"), {}, "nothing says how to draw unheard"),
        ((), {"states": {"sure": "solid", "open": "wavy"}}, "not wavy"),
        ((), {"states": {"sure": "solid", "open": "solid"}}, "could not be told apart"),
        ((), {"states": None}, "nothing says how to draw open, sure"),
    ],
)
def test_a_state_that_cannot_be_drawn_is_refused(given, changes, says):
    with pytest.raises(CaseError) as error:
        with_states(*given, **changes)
    assert says in str(error.value)


def test_the_ladders_of_this_case_can_be_drawn(monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    catalogue.forget()
    file = ROOT / "data" / "figures" / "00-start-here.toml"
    for name, entries in tomllib.loads(file.read_text("utf-8")).items():
        figure = charts.draw(name, entries)
        assert citations.unknown(figure.sources) == []
        assert len(rungs(figure)) == 3
        assert json.dumps(spec(figure)) == json.dumps(spec(charts.draw(name, entries)))
    catalogue.forget()
