"""The evening view: nothing later than the case's evening is on screen, in any notebook.

Every notebook is run in that view, every question in it is answered as its example answers it,
and all that a student could then read is searched for dates after the evening.
"""

from __future__ import annotations

import datetime
import html
import json
import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client import KernelManager
from nbclient import NotebookClient

from casekit import CaseError, answer, ask, catalogue, citations, figure, passport, say, tables
from casekit.building import calls, notebooks
from casekit.charts import draw
from casekit.items.plain import form
from casekit.widgets import Question

ROOT = Path(__file__).resolve().parents[1]
EVENING = datetime.date(2026, 1, 14)
NOTEBOOKS = [p for p in notebooks(ROOT) if p.parent.name in ("lessons", "exercises", "solutions")]
# Their code opens the files on disk, which stay whole: docs/evening-view.md says so.
FROM_DISK = {"solutions/code-track", "solutions/broken-charts"}


def place(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture
def evening(tmp_path, monkeypatch):
    monkeypatch.setenv("CASEKIT_VIEW", "evening")
    monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path / "passport.jsonl"))


# Dates in a text

MONTHS = [datetime.date(2000, month, 1).strftime("%B") for month in range(1, 13)]
MONTH = rf"(?P<name>{'|'.join(MONTHS)}|(?:{'|'.join(m[:3] for m in MONTHS)}|Sept)\b\.?)"
YEAR = r"(?P<year>20\d\d)"
FORMS = [
    rf"(?<!\d){YEAR}[-/](?P<month>\d\d)(?:[-/](?P<day>\d\d))?(?!\d)",
    rf"(?<!\d){YEAR}\.\s?(?P<month>\d\d?)\.\s?(?P<day>\d\d?)(?!\d)",
    rf"(?:(?P<day>\d\d?)(?:st|nd|rd|th)?\s+)?{MONTH}(?:\s+of)?\s+{YEAR}(?!\d)",
    rf"{MONTH}\s+(?:\d\d?\s?[–-]\s?)?(?P<day>\d\d?)(?:st|nd|rd|th)?,\s+{YEAR}(?!\d)",
    rf"(?<!\d){YEAR}\s?[年년](?:\s?(?P<month>\d\d?)\s?[月월])?(?:\s?(?P<day>\d\d?)\s?[日일])?",
    rf"(?<![\w.,:/#@=-]){YEAR}(?![a-zA-Z_\d%]|[.,]\d|:\d)",
]
SEASON = re.compile(r"\b(?:spring|summer|autumn|fall|winter) (?:of )?(20\d\d)\b", re.IGNORECASE)
SAVED = re.compile(r"Last saved \S+ \S+ UTC")  # when a student answered, not what is told
ADDRESS = re.compile(r"https?://\S+|\w+:[A-Za-z0-9_.-]*\d[\w.-]*")


def later(text: str) -> list[str]:
    """Return the dates in a text that lie after the evening, each with the words around it."""
    text = ADDRESS.sub(lambda match: " " * len(match[0]), SAVED.sub("", text))
    found = [match.start() for match in SEASON.finditer(text) if int(match[1]) >= EVENING.year]
    for pattern in FORMS:
        for match in re.finditer(pattern, text):
            parts = match.groupdict()
            month = int(parts.get("month") or 0)
            if name := parts.get("name"):
                month = [m[:3] for m in MONTHS].index(name[:3]) + 1
            try:
                first = datetime.date(int(match["year"]), month or 1, int(parts.get("day") or 1))
            except ValueError:
                continue
            if first > EVENING:
                found.append(match.start())
    return [" ".join(text[max(0, at - 60) : at + 60].split()) for at in sorted(set(found))]


@pytest.mark.parametrize(
    "text",
    [
        *("2026-01-15", "2026-02", "2027", "2026-05-19T00:00:00", "on 20 February 2026."),
        *("19–20 May 2026", "May 2026", "in May of 2026", "February 8, 2026", "Feb. 2026"),
        *("2026年2月9日", "2026년 5월 19일", "2026. 5. 19.", "summer 2026", "by 30 June 2027"),
        *("<td>2026-09</td>", "2026/03/16", "15 January 2026", "Sept 2026", "(2028)"),
    ],
)
def test_a_later_date_is_found(text):
    assert later(text)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-01-14", "2026-01", "14 January 2026", "2026", "January 2026", "13–14 January 2026"),
        *(
            "2026年1月14日",
            "2026년 1월",
            "31 December 2025",
            "2,027 persons",
            "20270",
            "22 February",
        ),
        *("https://example.org/2026/02/03", "case:fnnews-2026-0210", "1.2027", "Winter 2025"),
    ],
)
def test_an_earlier_date_and_a_number_are_not(text):
    assert later(text) == []


# What is on screen


def strings(value: Any, key: str = "") -> Iterator[str]:
    """Return every text in a nested value; a whole number counts where its name says year."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield str(name)
            yield from strings(part, str(name))
    elif isinstance(value, (list, tuple, set)):
        for part in value:
            yield from strings(part, key)
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and "year" in key.lower():
        yield str(value)
    elif hasattr(value, "__attrs_attrs__"):
        yield from strings({a.name: getattr(value, a.name) for a in value.__attrs_attrs__})


def readable(text: str) -> str:
    """Return text without tags, and with every character as it is read."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def in_bundles(bundles: Iterable[dict[str, Any]]) -> str:
    return "\n".join(readable(text) for bundle in bundles for text in strings(dict(bundle)))


def in_widget(widget: Any) -> str:
    """Return all text of a widget and of those in it, options and outputs included."""
    told = [*strings({n: v for n, v in widget.get_state().items() if n in SHOWN})]
    told += [text for output in getattr(widget, "outputs", ()) for text in strings(dict(output))]
    inside = [in_widget(child) for child in getattr(widget, "children", ())]
    return "\n".join([*map(readable, told), *inside])


SHOWN = {"value", "description", "placeholder", "_options_labels", "options", "titles", "text"}
BEHIND = {"instructor", "id", "lesson", "sources", "reveal", "bloom", "outcomes", "kind"}


@cache
def in_question(name: str) -> str:
    """Return all that a question can show: before and after an answer, on any path, by any hint."""
    if told := catalogue.instead(name):
        return told
    item = catalogue.item(name)
    said = {a.name: getattr(item, a.name) for a in item.__attrs_attrs__ if a.name not in BEHIND}
    shown = [*map(readable, strings(said)), *citations.source_items(item.sources)]
    shown += [in_bundles(draw(one, catalogue.figures()[one]).bundles()) for one in item.reveal]
    question = Question(item)
    shown.append(in_widget(question.box))
    example = form(item, True).example
    if example:
        question.view.show(example)
        question.reason.value = "Because."
        question.commit.click()
        assert question.said.value, f"{name}: {readable(question.alert.value)}"
        shown.append(readable(question.view.revealed(example)))
    shown.append(in_widget(question.box))
    return without_deadlines("\n".join(shown))


def without_deadlines(text: str) -> str:
    """Return the text without the days that forecasts are about: they were asked, not known."""
    questions = catalogue.item("E22").questions
    days = sorted(asked.closes for asked in questions)
    for asked in questions:
        for own in (asked.text, f"closes {asked.closes}", f"between {days[0]} and {days[-1]}"):
            text = text.replace(own, "")
        text = re.sub(rf"^{asked.closes}$", "", text, flags=re.MULTILINE)
    return text


BEFORE = """%reset -f
%cd -q {folder}
import os
os.environ["CASEKIT_PASSPORT"] = "{passport}"
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a function: a notebook as it is in the evening view, all run by one kernel."""
    scratch = tmp_path_factory.mktemp("evening")
    kernel = KernelManager(kernel_name="python3")
    kernel.start_kernel(env={**os.environ, "CASEKIT_VIEW": "evening"})

    @cache
    def done(path: Path) -> nbformat.NotebookNode:
        book, passport = nbformat.read(path, as_version=4), scratch / f"{len(names)}.jsonl"
        names.append(path)
        first = nbformat.v4.new_code_cell(
            BEFORE.format(folder=path.parent.as_posix(), passport=passport.as_posix())
        )
        book.cells.insert(0, first)
        NotebookClient(book, km=kernel, record_timing=False, timeout=300).execute()
        assert book.cells.pop(0).outputs == []
        return book

    names: list[Path] = []
    yield done
    kernel.shutdown_kernel(now=True)


def screen(path: Path, book: nbformat.NotebookNode) -> Iterator[tuple[str, str]]:
    """Return (place, text) for all that a notebook, run, shows in the evening view."""
    for number, cell in enumerate(book.cells, 1):
        where = f"{place(path)}, cell {number}"
        if cell.cell_type == "markdown":
            yield f"{where}, text", readable(cell.source)
        for output in [] if place(path) in FROM_DISK else cell.get("outputs", []):
            told = output.get("text", "") or in_bundles([output.get("data", {})])
            yield f"{where}, output", without_deadlines(told)
        if cell.cell_type == "code":
            for call in calls(cell.source, "ask"):
                name = call.args[0].value
                yield f"{where}, question {name}", in_question(name)


def test_every_notebook_that_is_taught_from_is_read():
    read = {place(path) for path in NOTEBOOKS}
    for folder in ("lessons", "exercises", "solutions"):
        on_disk = {place(path) for path in (ROOT / folder).glob("*.ipynb")}
        assert on_disk and on_disk <= read
    assert {"lessons/my-work", "exercises/unseen-coverage", *FROM_DISK} <= read


@cache
def told_later() -> dict[str, str]:
    """Return what only rows and cells left out of the view say: text, and where it stands."""
    kept, found = [], {}
    for name in tables.names():
        full, shown = tables.table_by(name, None), tables.table_by(name, EVENING)
        kept += [readable(text) for text in strings(shown.to_numpy().tolist())]
        for column in full:
            texts = map(readable, strings(full[column].tolist()))
            found |= {text: f"table {name}, {column}" for text in texts if len(text) >= 25}
    known = "\n".join(kept)
    return {text: place for text, place in found.items() if text not in known}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=place)
def test_no_later_date_is_on_screen(path, evening, run):
    found = [f"{where}: … {at} …" for where, text in screen(path, run(path)) for at in later(text)]
    assert found == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=place)
def test_nothing_that_later_rows_say_is_on_screen(path, evening, run):
    hidden = told_later()
    assert len(hidden) > 200
    for where, text in screen(path, run(path)):
        assert [(at, words) for words, at in hidden.items() if words in text] == [], where


# What the view does


def test_the_case_shows_everything_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("CASEKIT_VIEW", raising=False)
    assert tables.settings()["view"] == "all"
    assert tables.cutoff() is None
    assert tables.notice() == ""
    assert max(tables.table("post_events")["date"]) > "2026-02"


def test_the_day_is_that_of_the_case(evening):
    assert tables.settings()["evening"] == tables.cutoff() == EVENING
    assert "14 January 2026" in tables.notice()


@pytest.mark.parametrize("name", tables.names())
def test_every_table_keeps_its_columns_and_types(name, evening):
    full, shown = tables.table_by(name, None), tables.table(name)
    assert list(shown.columns) == list(full.columns)
    assert shown.dtypes.to_dict() == full.dtypes.to_dict()
    assert len(shown) <= len(full)


DATED = {
    name: [f["name"] for f in tables.describe(name)["schema"]["fields"]] for name in tables.names()
}
WHEN = (
    "date",
    "datetime_local",
    "published",
    "start_date",
    "status_date",
    "resolved_on",
    "open_date",
)


@pytest.mark.parametrize(
    ("name", "column"),
    [(name, column) for name, columns in DATED.items() for column in WHEN if column in columns],
)
def test_no_dated_row_is_later(name, column, evening):
    cells = tables.table(name)[column].dropna().astype(str)
    assert all(tables.last_day(cell) <= EVENING for cell in cells)
    assert len(tables.table_by(name, None)) > 0


def test_the_cards_agree_with_what_the_table_says_of_that_day(evening):
    cards = tables.table_by("evidence_cards", None)
    known = set(cards.loc[cards["known_on_14_jan"] == "y", "card_id"])
    assert set(tables.table("evidence_cards")["card_id"]) == known
    assert known < set(cards["card_id"])


def test_outcomes_of_questions_are_not_known(evening):
    asked = tables.table("forecast_questions")
    assert set(asked["set"]) == {"R"}
    assert asked["outcome"].isna().all()
    assert asked["text"].notna().all()


def test_meetings_are_counted_up_to_the_evening(evening):
    assert tables.table("summits")["date"].max() == "2026-01-13"
    visits = tables.series("visits_per_year").set_index("year")["value"]
    assert visits[2026] == 1
    assert catalogue.item("E21").events[-1].label == "Nara"


def test_later_sources_keep_their_numbers_and_are_not_told(evening):
    early, late = citations.source_items(["case:kantei-en-0113", "followthrough:S050"])
    assert "kantei.go.jp" in early
    assert late == "Published after 14 January 2026: not shown in this view."


@pytest.mark.parametrize("name", catalogue.item_ids())
def test_every_question_can_be_built_or_is_hidden(name, evening):
    if told := catalogue.instead(name):
        assert told == tables.in_its_place("question")
    assert catalogue.item(name).id == name


def test_questions_lose_only_what_came_later(evening, monkeypatch):
    shown = {thing.id for thing in catalogue.item("E03").things}
    paths = {path.path for path in catalogue.item("E03").feedback}
    monkeypatch.setenv("CASEKIT_VIEW", "all")
    full = catalogue.item("E03")
    assert {thing.id for thing in full.things} - shown == {"K06", "K07"}
    assert {path.path for path in full.feedback} - paths == {"home-town-as-staged"}


@pytest.mark.parametrize("name", sorted(catalogue.figures()))
def test_every_figure_is_drawn_or_says_why_not(name, evening):
    bundles = draw(name, catalogue.figures()[name]).bundles()
    assert in_bundles(bundles).strip()
    assert later(in_bundles(bundles)) == []


def test_every_question_is_without_a_later_date(evening):
    found = [f"{name}: {at}" for name in catalogue.item_ids() for at in later(in_question(name))]
    assert found == []


def displayed(monkeypatch) -> list[dict]:
    shown: list[Any] = []
    for place in ("casekit.notebook.display", "IPython.display.display"):
        monkeypatch.setattr(place, lambda one, **_: shown.append(one))
    monkeypatch.setattr("casekit.widgets.answer.display", lambda one, **_: shown.append(one))
    return shown


def test_the_view_says_that_it_is_on_above_every_question_and_figure(evening, monkeypatch):
    shown = displayed(monkeypatch)
    ask("E04")
    figure("visits_per_year")
    answer("E04")
    texts = [one.get("text/plain", "") for one in shown if isinstance(one, dict)]
    assert sum(tables.notice() in text for text in texts) == 3
    assert texts[0] == tables.notice()


def test_a_hidden_question_is_a_sentence_on_the_page_and_in_a_cell(evening, monkeypatch):
    shown = displayed(monkeypatch)
    ask("E23")
    answer("E23")
    answer("E23", {"text": {}})
    told = tables.in_its_place("question")
    assert [one["text/plain"] for one in shown] == [told] * 3


def test_forecasts_are_asked_for_and_saved_and_neither_settled_nor_scored(evening):
    item = catalogue.item("E22")
    rows = tables.table_by("forecast_questions", None)
    asked_that_evening = rows[rows["open_date"].dt.date <= EVENING]
    assert item.ids == sorted(asked_that_evening["qid"]) and len(item.ids) >= 10
    assert not any(asked.settled or asked.resolved for asked in item.questions)
    given = {"values": dict.fromkeys(item.ids, 30), "known": []}
    question = Question(item)
    question.view.show(given)
    question.reason.value = "Because."
    question.commit.click()
    assert passport.read().of("E22")[-1].answer == given
    said = readable(question.said.value)
    assert (
        "Your numbers are saved and not scored." in said
        and f"{len(item.ids)} questions on record" in said
    )
    assert not re.search("Brier score|Outcome|Distance|confidence|coin|none on record;", said)
    assert question.shown.outputs == ()
    ruled_out = {"values": {**given["values"], "R02": 5}, "known": []}
    told = " ".join(message.text for message in item.mark(ruled_out).messages)
    assert "is that a no?" in told and "close on an absence" not in told


def test_a_forecast_of_that_evening_is_scored_once_everything_is_shown(evening, monkeypatch):
    that_evening = catalogue.item("E22")
    monkeypatch.setenv("CASEKIT_VIEW", "all")
    item = catalogue.item("E22")
    assert set(that_evening.ids) <= set(item.ids)
    given = {"values": dict.fromkeys(item.ids, 30), "known": []}
    assert "Brier" not in that_evening.mark(given).score
    assert item.mark(given).score.startswith("Brier score")


def test_an_outcome_that_is_not_known_is_open_in_the_solutions(evening, run):
    cells = {cell.id: cell for cell in run(ROOT / "solutions" / "05-follow-through.ipynb").cells}
    said = cells["outcomes"].outputs[0]["data"]["text/markdown"].splitlines()
    assert said and all("**open**" in line for line in said)


def test_without_the_view_nothing_is_said_of_it(monkeypatch):
    monkeypatch.setenv("CASEKIT_VIEW", "all")
    shown = displayed(monkeypatch)
    ask("E22")
    figure("visits_per_year")
    assert "Evening view" not in str([one for one in shown if isinstance(one, dict)])
    assert len([one for one in shown if not isinstance(one, dict)]) == 1


def test_a_sentence_of_later_is_not_even_made(evening, monkeypatch):
    shown = displayed(monkeypatch)
    say(lambda: 1 / 0, since="2026-05-19")
    say("Told.", since="2026-01-14")
    say(lambda: "Made.")
    assert [one.data for one in shown] == [tables.in_its_place("text"), "Told.", "Made."]
    with pytest.raises(CaseError, match="no date like"):
        say("When?", since="some day")


# A small case, and what its author may get wrong


@pytest.fixture
def small(small_case, monkeypatch):
    """A case whose evening is 31 January 2020; two of its three events came before."""
    package = json.loads((small_case.root / "data/datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        if resource["name"] == "events":
            resource["known"] = [{"field": "date"}]
        if resource["name"] == "sources":
            resource["known"] = [{"field": "published", "blanks": ["publisher", "title", "url"]}]
    small_case.package = package
    small_case.write("data/datapackage.json", json.dumps(package))
    small_case.write("data/case.toml", 'id = "small"\nview = "evening"\nevening = 2020-01-31\n')
    monkeypatch.delenv("CASEKIT_VIEW", raising=False)
    return small_case


def dates() -> list[str]:
    return tables.table("events")["date"].tolist()


@pytest.mark.parametrize(
    ("date", "kept"),
    [
        *(("2020-01-31", True), ("2020-02-01", False), ("2020-01", True), ("2020-02", False)),
        *(("2020", False), ("2019", True), ("2020-01-31 23:59", True), ("2018/2019", True)),
        ("2019/2020", False),
    ],
)
def test_a_month_and_a_year_count_once_they_are_over(small, date, kept):
    small.replace("data/tables/events.csv", "2020-01-02", date)
    assert (date in dates()) is kept


def test_the_variable_goes_before_the_file(small, monkeypatch):
    small.replace("data/tables/events.csv", "2020-01-02", "2020-03-01")
    assert dates() == ["2019-05-01"]
    monkeypatch.setenv("CASEKIT_VIEW", "all")
    assert dates() == ["2019-05-01", "2020-03-01"]
    monkeypatch.setenv("CASEKIT_VIEW", "morning")
    with pytest.raises(CaseError, match=r"CASEKIT_VIEW: 'morning' is no view\. The views are: all"):
        tables.table("events")


def test_a_figure_without_rows_says_so(small):
    small.replace("data/tables/events.csv", "2020-01-02", "2020-03-01")
    small.replace("data/tables/events.csv", "2019-05-01", "2020-02-01")
    (bundle,) = draw("strip", catalogue.figures()["strip"]).bundles()
    assert bundle["text/plain"] == tables.in_its_place("figure")


def test_a_figure_or_question_can_be_hidden_and_reworded(small):
    small.write(
        "data/figures/01-a.toml",
        (small.root / "data/figures/01-a.toml").read_text() + "[strip.evening]\nhidden = true\n",
    )
    (bundle,) = draw("strip", catalogue.figures()["strip"]).bundles()
    assert bundle["text/plain"] == tables.in_its_place("figure")
    text = (small.root / "data/items/E01.toml").read_text("utf-8")
    small.write(
        "data/items/E01.toml",
        text + '[evening]\nprompt = "Then?"\nsay = { otherwise = "So it was." }\n',
    )
    item = catalogue.item("E01")
    assert (item.prompt, item.feedback[0].say) == ("Then?", "So it was.")
    small.replace("data/case.toml", '"evening"', '"all"')
    item = catalogue.item("E01")
    assert (item.prompt, item.feedback[0].say) == ("Which?", "So it is.")


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("case.toml", "evening = 2020-01-31", "", "data/case.toml names no day"),
        ("case.toml", "evening = 2020-01-31", 'evening = "soon"', "names no day"),
        ("case.toml", '"evening"', '"dusk"', "'dusk' is no view"),
        ("datapackage.json", '"field": "date"', '"field": "day"', "no column 'day'"),
        ("datapackage.json", '"field": "date"', '"day": "soon"', "Table 'events', known"),
        ("datapackage.json", '"field": "date"', '"field": "kind"', "Table 'events', known"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(small, file, old, new, says):
    small.replace(f"data/{file}", old, new)
    with pytest.raises(CaseError, match=re.escape(says)) as caught:
        tables.table("events")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("evening = true\n", "expected a table of entries"),
        ("[evening]\nhidden = 1\n", "hidden is true or false"),
        ('[evening]\nsay = { nowhere = "…" }\n', "there is no path nowhere"),
        ('[evening]\nmood = "dark"\n', "mood"),
    ],
)
def test_a_mistake_in_a_question_is_told_in_a_sentence(small, more, says):
    text = (small.root / "data/items/E01.toml").read_text("utf-8")
    text = more + text if more.startswith("evening") else text + more
    small.write("data/items/E01.toml", text)
    with pytest.raises(CaseError, match=says):
        catalogue.item("E01")
