"""The student's own work: overview, beliefs, print, files, and answers without controls."""

import copy
import html.parser
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import casekit
from casekit import passport, work
from casekit.catalogue import item, item_ids
from casekit.items import KINDS, plain
from casekit.widgets import answer as answering
from casekit.widgets import shelf as shelves
from casekit.widgets.work import FORGET, Work

CHOICE, EVIL = "L1-recall-2", '<img src=x onerror="alert(1)">'
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


@pytest.fixture(autouse=True)
def own_passport(tmp_path, monkeypatch):
    monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path / "passport.jsonl"))
    shelves.shelf.cache_clear()
    answering._opened.clear()
    yield
    shelves.shelf.cache_clear()


@pytest.fixture
def shown(monkeypatch):
    """What `answer` displays: media bundles, in order."""
    bundles: list[dict] = []
    monkeypatch.setattr(answering, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def log(name: str, reason: str = "because", **values: float) -> passport.Entry:
    return passport.save(name, {"values": values}, reason)


# An answer in plain text


def test_every_kind_has_a_form():
    assert set(plain.FORMS) == set(KINDS)


@pytest.mark.parametrize("name", item_ids())
def test_the_example_is_an_answer_and_its_short_form_is_understood(name):
    question = item(name)
    for answered in (False, True):
        shape = plain.form(question, answered)
        assert question.mark(shape.example).messages
        assert plain.full(question, shape.short) == shape.example
        assert plain.full(question, shape.example) == shape.example


@pytest.mark.parametrize("name", item_ids())
def test_no_label_of_a_form_is_doubtful(name):
    """Within its reach every id of a form means one thing."""
    meant: dict[tuple[str, str], set[str]] = {}
    for listing in plain.form(item(name), True).listings:
        for part in filter(lambda part: part.id, listing.parts):
            meant.setdefault((listing.under, part.id), set()).add(part.text)
    assert not {key: texts for key, texts in meant.items() if len(texts) > 1}


@pytest.mark.parametrize(
    ("name", "value", "whole"),
    [
        (CHOICE, "jackets", {"choice": "jackets"}),
        ("L1-log", 40, {"values": {"C": 40}}),
        ("L1-log", {"C": 40}, {"values": {"C": 40}}),
        ("L1-log", {"values": {"C": 40}}, {"values": {"C": 40}}),
        ("E01", {"A": 1, "B": 2, "C": 3}, {"values": {"A": 1, "B": 2, "C": 3}}),
        ("E06", ["W01", "W02"], {"chosen": ["W01", "W02"]}),
        ("E05A", {1998: 1, 2020: 0}, {"points": {"visits": {1998: 1, 2020: 0}}}),
        ("E04", 3, 3),
    ],
)
def test_a_value_stands_for_a_whole_answer_where_that_is_clear(name, value, whole):
    assert plain.full(item(name), value) == whole


def said(lines: tuple[plain.Words, ...]) -> list:
    return [
        (": ".join(text for text, _ in line.said), *([said(line.below)] if line.below else []))
        for line in lines
    ]


def test_answers_in_words():
    options = {option.id: option.label for option in item(CHOICE).options}
    assert said(plain.in_words(item(CHOICE), {"choice": "jackets"})) == [(options["jackets"],)]
    text = item("L1-log").statements[0].text
    assert said(plain.in_words(item("L1-log"), {"values": {"C": 12.5}})) == [(f"{text}: 12.5",)]
    order = plain.form(item("E04")).example
    first, marks = plain.in_words(item("E04"), order)
    titles = {card.id: card.title for card in item("E04").cards}
    assert first.numbered and said(first.below) == [(titles[name],) for name in order["order"]]
    assert said(marks.below)[0] == (f"{titles[order['order'][0]]}: warming",)


def test_a_student_s_own_words_are_never_taken_for_an_id():
    written = {"text": {"headline": "no-matter"}, "check": "no-matter"}
    text, check = plain.in_words(item("E06H"), written)
    assert said(text.below)[0][0].endswith(": no-matter")
    assert not said((check,))[0][0].endswith("no-matter")


@pytest.mark.parametrize("name", ["E04", CHOICE, "E06H", "E13", "E12"])
@settings(max_examples=60, deadline=None)
@given(answer=JSON)
def test_any_answer_can_be_put_into_words(name, answer):
    work.words_html(plain.in_words(item(name), answer))


def test_no_depth_is_too_deep():
    deep: dict = {}
    for _ in range(300):
        deep = {"a": [deep, 1]}
    assert plain.DOTS in work.words_html(plain.in_words(item("E04"), deep))


# answer(…)


def test_without_a_value_the_question_is_shown_and_nothing_saved(shown):
    casekit.answer("E04")
    (bundle,) = shown
    told = bundle["text/plain"]
    for part in (item("E04").title, item("E04").prompt.split("\n")[0], "EV2015", "warming"):
        assert part in told
    assert item("E04").hints[0] not in told and item("E04").after not in told
    assert not any(card.note and card.note in told for card in item("E04").cards)
    assert not passport.path().exists()


@pytest.mark.parametrize("name", item_ids())
def test_the_line_shown_is_python_that_answers(name, shown):
    casekit.answer(name)
    question = item(name)
    line = re.search(rf'^(?:answer|check)\("{name}",.*?\)$', shown[0]["text/plain"], re.M | re.S)
    call = compile(line[0], "cell", "exec")
    if question.kind == "code_task":
        return
    exec(call, {"answer": casekit.answer})
    (entry,) = passport.read().of(name)
    assert entry.answer == json.loads(json.dumps(plain.form(question).example))
    assert "Last saved" in shown[1]["text/plain"]
    assert question.mark(entry.answer).messages[0].text.split("\n")[0] in shown[1]["text/plain"]


def test_an_answer_is_saved_once_and_its_figures_follow(shown):
    example = plain.form(item("E04")).example
    for _ in range(2):
        casekit.answer("E04", copy.deepcopy(example), reason="Kyoto")
    (entry,) = passport.read().of("E04")
    assert (entry.answer, entry.reason, entry.hints) == (example, "Kyoto", 0)
    assert shelves.shelf().lines == passport.read().text
    assert any("vegalite" in kind for bundle in shown for kind in bundle)


def test_hints_come_one_after_the_other_and_are_counted(shown):
    casekit.answer("E04", hints=2)
    hints = item("E04").hints
    assert [hint in shown[0]["text/plain"] for hint in hints] == [True, True, False]
    casekit.answer("E04", plain.form(item("E04")).example, reason="Kyoto")
    answering._opened.clear()  # another kernel
    casekit.answer("E04", plain.form(item("E04")).example, reason="Osaka")
    assert [entry.hints for entry in passport.read().of("E04")] == [2, 2]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("NONE",), "There is no question 'NONE'"),
        (([],), "There is no question '[]'"),
        ((CHOICE, "nowhere"), "Choose one of the options first."),
        ((CHOICE, {"choice": None}), "An answer has the form"),
        ((CHOICE, {1, 2}), "cannot be written down"),
        (("L1-log", 101, "r"), "needs a number from 0 to 100"),
        (("L1-log", 40), "Write the reason first"),
        (("L1-log", 40, 3), "Write the reason first"),
        (("L1-log", 40, "x" * 30_000), "longer than"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(arguments, sentence, shown):
    casekit.answer(*arguments)
    assert sentence in shown[0]["text/plain"]
    assert not passport.read().entries


def test_nothing_said_back_becomes_markup(shown):
    casekit.answer(EVIL)
    casekit.answer("L1-causes", {"text": dict.fromkeys(("tokyo", "seoul"), EVIL)}, EVIL)
    casekit.answer(CHOICE, EVIL)
    for bundle in shown:
        assert "<img" not in bundle.get("text/html", "")


# Overview


def test_the_overview_lists_every_question_of_every_page_in_order():
    rows = work.overview(passport.read())
    asked = [name for page in work.pages() for name in page.asks]
    assert list(rows.columns) == work.COLUMNS
    assert list(rows["item"]) == list(dict.fromkeys(asked))
    assert CHOICE in asked and not rows["attempts"].any()
    asks = {page.file: page.asks for page in work.pages()}
    assert asks["lessons/01-history.ipynb"][:2] == ("L1-recall-1", CHOICE)


def test_what_is_answered_is_done_and_names_its_paths():
    for choice in ("jackets", "home-base"):
        passport.save(CHOICE, {"choice": choice}, hints=1)
    passport.save("E99", {"choice": "gone"})
    passport.save("L1-recall-1", {"choice": "no such option"})
    rows = work.overview(passport.read()).set_index("item")
    done = rows.loc[CHOICE]
    assert (done["attempts"], done["hints"]) == (2, 1)
    assert done["feedback"] == ", ".join(item(CHOICE).mark({"choice": "home-base"}).paths)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", done["last saved"])
    assert rows.loc["E99", "attempts"] == 1 and rows.loc["E99", "title"] == ""
    assert rows.loc["L1-recall-1", "feedback"] == ""
    assert rows.loc["L1-hook", "attempts"] == 0


# The path of the beliefs


def test_without_beliefs_there_is_no_path():
    passport.save(CHOICE, {"choice": "jackets"})
    assert work.belief_path(passport.read()) is None


def test_the_path_holds_what_was_said_in_order():
    log("E01", A=90, B=70, C=40)
    log("L1-log", C=25)
    log("L3-log", B=75, C=30)
    log("L1-log", C=35)
    record = passport.read()
    path = {(s.statement, s.number): s.value for s in work.steps(record) if s.statement == "C"}
    assert path == {("C", 1): 40, ("C", 2): 25, ("C", 3): 30, ("C", 4): 35}
    figure = work.belief_path(record)
    charts = dict(zip((caption[0] for caption in figure.captions), figure.charts, strict=True))
    assert "log 1: 40 per cent, log 2: 25 per cent" in charts["C"].description
    assert "log 1: 70 per cent, log 3: 75 per cent" in charts["B"].description
    assert len(figure.key) == 4 and "L1-log" in figure.key[1]
    assert list(figure.data["per cent"])[-1] == 35


def test_every_chart_of_the_path_says_its_values_without_colour():
    log("E01", A=90, B=70, C=40)
    for chart in work.belief_path(passport.read()).charts:
        spec = chart.to_dict()
        assert {layer["mark"]["type"] for layer in spec["layer"]} == {"line", "point", "text"}
        assert all("color" not in layer["encoding"] for layer in spec["layer"])


def test_beliefs_that_do_not_fit_are_left_out():
    passport.save("E01", {"values": {"A": 200}})
    passport.save("L1-log", {"values": {"C": 25}})
    assert [step.value for step in work.steps(passport.read())] == [25]


# The page to print


class Seen(html.parser.HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))


def test_the_page_holds_every_answer_and_needs_nothing_else():
    passport.save(CHOICE, {"choice": "jackets"})
    passport.save(CHOICE, {"choice": "home-base"}, hints=1)
    passport.save("L1-hook", {"placed": {"A": "2026", "B": "1998"}}, "the word “path”")
    log("E01", A=90, B=70, C=40)
    page = work.printable(passport.read())
    labels = {option.id: option.label for option in item(CHOICE).options}
    for text in (
        item(CHOICE).prompt,
        labels["jackets"],
        labels["home-base"],
        item(CHOICE).mark({"choice": "home-base"}).messages[0].text,
        "1 hint opened",
        "the word “path”",
        item("E01").statements[0].text.rstrip("."),
    ):
        assert work._safe(text) in page
    seen = Seen(page).elements
    assert ("html", {"lang": "en"}) in seen
    assert not {tag for tag, _ in seen} & {"script", "link", "img", "iframe", "object", "a", "form"}
    assert not [
        name for _, attrs in seen for name in attrs if name.startswith(("on", "src", "href"))
    ]
    assert "url(" not in page and "@import" not in page and "@media print" in page
    assert "default-src 'none'" in page


def test_the_language_of_a_text_is_kept(monkeypatch):
    question = item("L1-hook")
    things = [type(t)(id=t.id, text=t.text, lang="ja", key=t.key) for t in question.things]
    monkeypatch.setattr(question, "things", things)
    passport.save("L1-hook", {"placed": {"A": "2026", "B": "1998"}}, "reason")
    assert work.printable(passport.read()).count('<span lang="ja">') == 2


def test_a_hostile_passport_stays_text():
    lines = [
        ("L1-causes", {"text": {"tokyo": EVIL, EVIL: EVIL}}, EVIL),
        (EVIL[:50], {EVIL: [EVIL]}, EVIL),
        (CHOICE, {"choice": EVIL}, ""),
    ]
    for name, answer, reason in lines:
        passport.save(name, answer, reason)
    entry = json.loads(passport.read().text.split("\n")[0])
    entry |= {"codename": EVIL, "time": "2027-01-01T00:00:00+00:00"}
    passport.add(json.dumps(entry))
    record = passport.read()
    assert "<img" not in work.printable(record) and "&lt;img" in work.printable(record)
    assert work.file_name(record, "passport", "jsonl") == "passport-img-src-x-onerror-alert-1.jsonl"
    shown = Work()
    for part in (shown.told, shown.lessons, shown.alert, shown.copy):
        assert "<img" not in part.value


@pytest.mark.parametrize("codename", ["../../etc", "..", "a/b\\c", "日本", " ", "x" * 60])
def test_a_file_name_is_fit_for_any_disk(codename):
    passport.save(CHOICE, {"choice": "jackets"})
    entry = json.loads(passport.read().text) | {"codename": codename}
    record = passport.Record((passport._converter.structure(entry, passport.Entry),))
    assert re.fullmatch(
        r"answers(-[A-Za-z0-9-]+)?\.html", work.file_name(record, "answers", "html")
    )


def test_an_empty_passport_has_a_page_too():
    assert "0 questions answered, 0 answers" in work.printable(passport.read())
    assert work.file_name(passport.read(), "passport", "jsonl") == "passport.jsonl"


# On the page


def choose(shown: Work, *files: bytes, name: str = "a.jsonl") -> None:
    """Do what the browser does when files are chosen."""
    shown.upload.value = tuple(
        {
            "name": name,
            "type": "",
            "size": len(content),
            "content": memoryview(content),
            "last_modified": passport.datetime.now(passport.UTC),
        }
        for content in files
    )


def elsewhere(tmp_path, *choices: str, name: str = "b.jsonl") -> bytes:
    for choice in choices:
        passport.save(CHOICE, {"choice": choice}, file=tmp_path / name)
    return (tmp_path / name).read_bytes()


def test_what_can_be_downloaded_is_the_passport_and_the_page():
    passport.save(CHOICE, {"choice": "jackets"}, "日本 한국")
    shown = Work()
    assert shown.passport.text == passport.read().text
    assert shown.page.text == work.printable(passport.read())
    assert "1 answer)" in shown.passport.label
    passport.save(CHOICE, {"choice": "home-base"})
    shown.told.value, order = "", []
    for part, name in ((shown.passport, "text"), (shown.page, "text"), (shown.told, "value")):
        part.observe(lambda change: order.append(change["owner"]), name)
    shown.look.click()
    assert order == [shown.passport, shown.page, shown.told], "Told before the files are there."
    assert shown.passport.text == passport.read().text and "2 answers)" in shown.passport.label
    assert "done: 2 attempts" in shown.lessons.value


def test_files_are_added_and_counted(tmp_path):
    shown = Work()
    one, two = elsewhere(tmp_path, "jackets"), elsewhere(tmp_path, "home-base", name="c.jsonl")
    choose(shown, one, two)
    assert shown.added.value.count("1 answer was added") == 2
    assert "Codenames: " in shown.told.value
    choose(shown, one)
    assert "0 answers were added; 1 was here already" in shown.added.value
    assert len(passport.read().entries) == 2
    assert shown.upload.value == ()
    assert shelves.shelf().lines == passport.read().text == shown.passport.text


@pytest.mark.parametrize(
    "content", [b"\x89PNG\x00", b"<script>alert(1)</script>", b"[]", b"\xff" * 9]
)
def test_what_is_no_passport_is_refused_in_a_sentence(content):
    shown = Work()
    choose(shown, content, name=EVIL)
    assert "This is no passport" in shown.added.value and "<img" not in shown.added.value
    assert not passport.path().exists()


def test_forgetting_the_browser_s_copy_takes_two_clicks(monkeypatch):
    asked = []
    monkeypatch.setattr(shelves.Shelf, "forget", lambda self: asked.append(True))
    shown = Work()
    shown.forget.click()
    assert not asked and shown.forget.description != FORGET and "Delete it?" in shown.copy.value
    shown.leave.click()
    assert not asked and shown.forget.description == FORGET
    shown.forget.click()
    shown.forget.click()
    assert asked == [True] and shown.forget.description == FORGET
    shelves.shelf().state = "forgotten"
    assert "is forgotten" in shown.copy.value


def test_what_only_the_browser_holds_is_offered_here_too(tmp_path):
    shown = Work()
    shelves.shelf().found = elsewhere(tmp_path, "jackets").decode()
    offer = shown.box.children[1]
    assert "holds 1 answer under" in offer.children[0].value
    offer.children[1].children[0].click()
    assert "done: 1 attempt" in shown.lessons.value


def test_a_passport_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path))
    assert "cannot be opened" in Work().alert.value


def test_damaged_lines_are_told():
    passport.save(CHOICE, {"choice": "jackets"})
    with passport.path().open("a", encoding="utf-8") as file:
        file.write("torn\n")
    assert "could not be read" in Work().alert.value
