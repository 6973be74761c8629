"""Coding with a codebook: the book as data, its search, the file between classmates, the log."""

from __future__ import annotations

import copy
import json
import re
import shutil
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casekit import agreement, catalogue
from casekit.charts.alphas import alpha_chart
from casekit.codebook import FILE, PARTS, Book, book, plain
from casekit.items import AnswerError, ItemError, read_item
from casekit.items.code import PRIMARY, Coding
from casekit.items.coding_file import LARGEST, text_digest
from casekit.tables import CaseError
from casekit.widgets import agreed
from casekit.widgets.book import BookPanel, in_language, rule, text_html
from casekit.widgets.discuss import REFERENCE
from casekit.widgets.view import STYLE, View

ROOT = Path(__file__).resolve().parents[1]
RAW = tomllib.loads((ROOT / FILE).read_text(encoding="utf-8"))
CODED = ["E15", "E16", "E16P", "E18", "E19"]
EVIL = '<img src=x onerror="alert(1)">'
RULES = Book(version="1", digest="d")


# A question of our own, so that nothing here rests on the case


def question(**own) -> dict:
    segments = {"s1": ["A"], "s2": ["A", "B"], "s3": ["B"], "s4": ["C"], "s5": []}
    return {
        "id": "Q1",
        "kind": "code",
        "lesson": "x",
        "title": "T",
        "minutes": 1,
        "difficulty": 1,
        "bloom": ["apply"],
        "outcomes": ["O1"],
        "instructor": "I.",
        "prompt": "P.",
        "hints": [],
        "codes": ["A", "B", "C"],
        "codes_label": "Codes?",
        "primary_label": "Primary:",
        "scopes": {"IN": "inside"},
        "scope_label": "Scope:",
        "exchange": True,
        "sorts": [{"id": "slip", "label": "a slip"}, {"id": "gap", "label": "a gap"}],
        "segments": [
            {
                "id": name,
                "text": f"Text {name}",
                "codes": codes,
                "primary": (*codes, "NONE")[0],
                "scope": "IN",
                "why": "So.",
            }
            for name, codes in segments.items()
        ],
        "feedback": [{"path": "else", "when": {"otherwise": True}, "say": "Look."}],
        **own,
    }


def given_codes(**changed: list[str]) -> dict:
    """An answer as in the reference; s1=["B"] changes one segment."""
    codings = {}
    for segment in question()["segments"]:
        codes = changed.get(segment["id"], segment["codes"])
        primary = (*codes, "NONE")[0]
        codings[segment["id"]] = {"codes": list(codes), "primary": primary, "scope": "IN"}
    return {"codings": codings}


def made(**own):
    return read_item(question(**own))


def sent(**changed: list[str]) -> dict:
    """A classmate's file, to be spoiled."""
    item = made()
    mine = item.read(given_codes(**changed)).first
    return json.loads(item.file(mine, "calm-river-12", RULES))


# The codebook as data


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """The case's data in a folder of its own; ``copied((old, new))`` changes the codebook there."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.setenv("CASEKIT_CASE", str(tmp_path))
    catalogue.forget()

    def change(*pairs: tuple[str, str]) -> None:
        text = (tmp_path / FILE).read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        (tmp_path / FILE).write_text(text, encoding="utf-8")
        catalogue.forget()

    yield change
    monkeypatch.undo()
    catalogue.forget()


NEW = """
[[codes]]
id = "WEATHER"
section = "5.11"
name = "Weather"
definition = "The segment speaks of rain."

[[scopes]]
id = "MOON"
name = "the moon"

[[scopes]]"""


def test_a_changed_book_changes_screen_checks_and_charts(copied):
    before = book()
    old = next(entry["definition"] for entry in RAW["codes"] if entry["id"] == "HOST")
    copied((old, "A new rule about guests."), ('\n[[scopes]]\nid = "NONE"', NEW + '\nid = "NONE"'))
    after = book()
    assert list(after.codes) == [*before.codes, "WEATHER"]
    assert after.digest != before.digest and after.version == before.version

    # The screen: codes to choose, the rule beside the choice, the book, the scopes.
    item = catalogue.item("E16")
    view = View.kinds["code"](item)
    assert any(label.startswith("WEATHER: Weather") for label, _ in view.codes.options)
    assert ("the moon", "MOON") in view.scope.options
    view.codes.value = "HOST"
    assert "A new rule about guests." in view.rule.value
    view.codes.value = "WEATHER"
    assert "speaks of rain" in view.rule.value
    assert view.shelf.toggle.description == "Open the codebook (11 codes)"
    view.shelf.open(True)
    view.shelf.query.value = "rain"
    assert "1 of 11 codes" in view.shelf.count.value and "WEATHER" in view.shelf.entries.value
    for name in CODED:
        assert "WEATHER" in catalogue.item(name).codes

    # The check: the new code counts, and a code that is gone is refused.
    one = {"codes": ["WEATHER"], "primary": "WEATHER", "scope": "MOON", "known": False}
    answer = {"codings": dict.fromkeys(item.ids, one), "predicted": 0.5}
    assert item.mark(answer).messages

    # The charts: a row for the new code.
    view.show(answer)
    spec = json.dumps(view.charts(answer))
    assert "WEATHER" in spec
    assert '<th scope="row">WEATHER</th>' in view.revealed(answer)


def test_a_code_taken_out_of_the_book_is_missed_by_name(copied):
    copied(('id = "HOST"\n', 'id = "GUEST"\n'))
    with pytest.raises(CaseError) as error:
        catalogue.item("E16")
    assert "E16.toml" in str(error.value) and "HOST" in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[codes]]", "[[codes]", "cannot be read"),
        ('id = "HOST"', 'id = "CULTURE"', "number 8: id is letters"),
        ('id = "HOST"', 'id = "HO ST"', "number 8: id is letters"),
        ('id = "HOST"', "id = 7", "number 8: id is missing or no text"),
        ('name = "Hosting and hospitality"', 'name = " "', "number 8: name is missing"),
        ('languages = ["ja", "ko"]', 'languages = "ja"', "languages is a list"),
        ("[coding]\n", "coding = 3\n[other]\n", "[coding] a table"),
    ],
)
def test_a_fault_of_the_book_is_named(copied, old, new, said):
    copied((old, new))
    with pytest.raises(CaseError) as error:
        book()
    assert str(error.value).startswith(FILE) and said in str(error.value)


def test_what_a_question_may_take_from_the_book(copied):
    path = Path(catalogue.root() / "data" / "items" / "E15.toml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('codebook = "codes"', 'codebook = "rules"'), encoding="utf-8")
    catalogue.forget()
    with pytest.raises(CaseError, match="codebook: expected one of codes, scopes"):
        catalogue.item("E15")


def test_a_case_without_a_book_has_an_empty_one(small_case):
    assert book() == Book()
    assert BookPanel(book()).box.children == ()
    assert rule("A", book()) == ""


def test_the_book_holds_every_part_that_a_coder_reads():
    for code, entry in book().codes.items():
        wanted = ["definition", "include", "exclude", "tie_breaker", "worked_example"]
        assert all(entry.get(part) for part in wanted), code
    assert {"definition", "include", "exclude", "tie_breaker", "worked_example"} <= set(PARTS)


# The search


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stability", {"SECURITY"}),
        ("STABILITY threat", {"SECURITY"}),
        ("어설프지만", {"RAPPORT"}),
        ("両国を取り巻く", {"SECURITY"}),
        ("shuttle diplomacy", {"DOMESTIC", "PROCESS"}),
        ("no such word", set()),
        ("(.*", set()),
        ("", set(book().codes)),
        ("   ", set(book().codes)),
    ],
)
def test_a_search_finds_what_holds_every_word(query, found):
    expected = {  # read from the file itself, by another road
        entry["id"]
        for entry in RAW["codes"]
        if all(
            word
            in " ".join(re.sub(r"[`*]|\s*\[@[^\]]*\]", "", str(v)) for v in entry.values()).lower()
            for word in query.lower().split()
        )
    }
    assert set(book().search(query)) == expected
    assert found <= expected or not found


def test_the_search_says_how_many_and_marks_the_words():
    panel = BookPanel(book())
    assert panel.panel.layout.display == "none" and panel.entries.value == ""
    panel.toggle.click()
    assert panel.toggle.description == "Close the codebook"
    assert "10 of 10 codes" in panel.count.value and 'role="status"' in panel.count.value
    assert panel.entries.value.count("<summary>") == 1 + 10 + 10  # how to code, codes, examples
    panel.query.value = "Stability"
    assert "1 of 10 codes hold “Stability”." in panel.count.value
    assert "<mark>" in panel.entries.value and "<details open>" in panel.entries.value
    assert "found in: include, tie-breaker" in panel.entries.value
    panel.query.value = EVIL
    assert "0 of 10 codes" in panel.count.value and "Try one word" in panel.count.value
    assert "<img" not in panel.count.value + panel.entries.value
    panel.toggle.click()
    assert panel.toggle.description == "Open the codebook (10 codes)"


def test_worked_examples_stay_covered():
    """A worked example says how a line of the set is coded; it opens only when it is asked for."""
    panel = BookPanel(book())
    panel.open(True)
    panel.query.value = "strategic environment"
    entry = panel.entries.value
    assert "<details open>" in entry
    covered = entry[entry.index("Worked example") :]
    assert "SECURITY primary" in covered.replace("</mark>", "").replace("<mark>", "")
    before = entry[: entry.index("Worked example")]
    assert before.rstrip().endswith("<summary>"), "The fold of a worked example begins open."
    assert before.rstrip().removesuffix("<summary>").endswith("<details>")


def test_every_entry_says_its_languages():
    panel = BookPanel(book())
    panel.open(True)
    said = panel.entries.value
    for letters in re.findall(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]+", said):
        place = said.index(letters)
        lang = re.findall(r'<span lang="(\w+)">', said[:place])[-1]
        assert lang == ("ko" if "\uac00" <= letters[0] <= "\ud7af" else "ja"), letters
    assert said.count('<span lang="en">') > 50
    assert in_language("x", "") == "x"
    assert text_html("a 日本", Book(language="en", languages=["ja"])) == (
        '<span lang="en">a <span lang="ja">日本</span></span>'
    )


def test_the_style_names_fonts_of_every_system_for_both_languages():
    fonts = dict(re.findall(r":lang\((\w+)\)\s*\{\s*font-family:([^}]*)\}", STYLE))
    for lang, wanted in {
        "ko": ("Noto Sans CJK KR", "Malgun Gothic", "Apple SD Gothic Neo"),
        "ja": ("Noto Sans CJK JP", "Yu Gothic", "Meiryo", "Hiragino Sans"),
    }.items():
        assert all(name in fonts[lang] for name in wanted), lang
        assert fonts[lang].strip().endswith("sans-serif")


def test_every_segment_is_shown_with_a_language():
    for name in ("E16", "E16P", "E19"):
        view = View.kinds["code"](catalogue.item(name))
        assert '<blockquote><span lang="en">' in view.head.value
    assert View.kinds["highlight"](catalogue.item("E15")).text.lang == "en"


# The file between classmates


def test_a_coding_survives_the_file():
    item = made()
    mine = item.read(given_codes(s2=["B", "A"])).first
    who, theirs = item.from_file(item.file(mine, "calm-river-12", RULES), "dark-hill-10", RULES)
    assert who == "calm-river-12"
    assert {n: c.decision for n, c in theirs.items()} == {n: c.decision for n, c in mine.items()}


def test_the_file_holds_codes_and_a_codename_and_nothing_that_was_written():
    item = made(notes=[{"id": "why", "label": "Why?"}], recognised="Known.")
    answer = given_codes()
    for one in answer["codings"].values():
        one |= {"notes": {"why": "my secret"}, "known": True}
    text = item.file(item.read(answer).first, "calm-river-12", RULES)
    assert "my secret" not in text and "known" not in text
    content = json.loads(text)
    assert set(content) == {"file", "format", "item", "codebook", "codename", "segments"}
    assert content["codebook"] == {"version": "1", "digest": "d"}
    assert content["segments"]["s1"]["text"] == text_digest("Text s1")
    assert "Text s1" not in text


def spoiled(**changes) -> str:
    return json.dumps({**sent(), **changes})


def with_segment(name: str, **changes) -> str:
    content = sent()
    content["segments"].setdefault(name, copy.deepcopy(content["segments"]["s1"]))
    content["segments"][name] |= changes
    return json.dumps(content)


REFUSED = [
    ("", "torn"),
    ("{", "torn"),
    (json.dumps(sent())[:-9], "torn"),
    (b"\xff\xfe\x00", "torn"),
    ("[" * 100_000, "torn"),
    ("[]", "no file of codings"),
    ("3", "no file of codings"),
    ('{"codename": "x"}', "no file of codings"),
    (spoiled(format=2), "no file of codings"),
    ("x" * (LARGEST + 1), "larger than"),
    (spoiled(item="Q2"), "another question, “Q2”"),
    (spoiled(item=EVIL), "another question"),
    (spoiled(codebook={"version": "0.9", "digest": "d"}), "version “0.9” of the codebook"),
    (spoiled(codebook={"version": "1", "digest": "e"}), "their rules differ"),
    (spoiled(codebook=None), "version without a name"),
    (spoiled(codename="dark-hill-10"), "your own codename"),
    (spoiled(codename=""), "names no coder"),
    (spoiled(codename="a\nb"), "names no coder"),
    (spoiled(codename="x" * 61), "names no coder"),
    (spoiled(codename=["x"]), "names no coder"),
    (spoiled(segments={}), "holds no codings"),
    (spoiled(segments=[1]), "holds no codings"),
    (with_segment("s9"), "other segments: “s9”"),
    (with_segment("s1", text="0" * 16), "another text as segment s1"),
    (spoiled(segments={"s1": None}), "another text as segment s1"),
    (with_segment("s1", codes=["Z"]), "codes of the book"),
    (with_segment("s1", codes=[["A"]]), "codes of the book"),
    (with_segment("s1", codes="A"), "codes of the book"),
    (with_segment("s1", codes=["A", "A"]), "one code twice"),
    (with_segment("s1", primary="B"), "primary"),
    (with_segment("s1", primary={}), "primary"),
    (with_segment("s1", scope="OUT"), "no scope"),
]


@pytest.mark.parametrize(("raw", "reason"), REFUSED)
def test_another_file_is_refused_with_the_reason_in_one_sentence(raw, reason):
    with pytest.raises(AnswerError) as error:
        made().from_file(raw, "dark-hill-10", RULES)
    said = str(error.value)
    assert reason in said
    assert said.endswith(".") and "\n" not in said and len(said) < 260
    assert not re.search(r"[.!?] [A-Z]", said), "More than one sentence."


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_file_does_anything_but_compare_or_be_refused(data):
    content = sent()
    way: list = []
    inside = content
    while isinstance(inside, dict) and inside and (not way or data.draw(st.booleans())):
        way.append(data.draw(st.sampled_from(sorted(inside))))
        parent, inside = inside, inside[way[-1]]
    anything = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
    parent[way[-1]] = data.draw(anything | st.lists(anything, max_size=3))
    try:
        _, theirs = made().from_file(json.dumps(content), "dark-hill-10", RULES)
    except AnswerError as error:
        assert str(error).endswith((".", ")"))
        return
    item = made()
    assert item.compare(item.key(), theirs, 0)


# On the page


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A passport of our own with one answer in it, so that there is a codename."""
    monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path / "passport.jsonl"))
    from casekit import passport

    return passport.save("Q1", given_codes(), "because").codename


def committed(**changed):
    view = View.kinds["code"](made())
    answer = given_codes(**changed)
    view.show(answer)
    view.revealed(answer)
    return view


NEWS = {"type": "application/json", "size": 1, "last_modified": datetime.now(UTC)}


def choose(view, raw: str | bytes, name: str = "mate.json") -> None:
    content = raw.encode() if isinstance(raw, str) else raw
    view.discuss.upload.value = ({"name": name, "content": memoryview(content), **NEWS},)


def mates_file(**changed) -> str:
    item = made()
    return item.file(item.read(given_codes(**changed)).first, "calm-river-12", book())


def test_nothing_of_the_exchange_is_there_before_the_commit(own):
    view = View.kinds["code"](made())
    assert view.discuss.box.layout.display == "none" and view.discuss.download.text == ""


def test_a_pair_compares_by_file_alone(own):
    view = committed(s1=["B"])
    panel = view.discuss
    assert panel.box.layout.display is None
    assert panel.download.label == "1. Download your coding file (5 segments)"
    assert panel.download.name == f"codings-Q1-{own}.json"
    # What was downloaded can be read on the classmate's page, whose codename is another.
    assert made().from_file(panel.download.text, "calm-river-12", book())[0] == own
    choose(view, mates_file())
    assert panel.alert.value == ""
    assert "Compared with calm-river-12: 5 segments" in panel.compared.value
    assert '<th scope="row">s1</th><td>B</td><td>A</td>' in panel.compared.value
    assert panel.picture.outputs and "calm-river-12" in json.dumps(panel.picture.outputs)
    assert panel.upload.value == ()


def test_a_refused_file_changes_nothing(own):
    view = committed(s1=["B"])
    choose(view, mates_file())
    answer, shown = view.answer(), view.discuss.compared.value
    pictures = view.discuss.picture.outputs
    choose(view, EVIL, name=f"{EVIL}.json")
    assert 'role="alert"' in view.discuss.alert.value and "torn" in view.discuss.alert.value
    assert "Nothing here has changed." in view.discuss.alert.value
    assert "<img" not in view.discuss.alert.value
    assert (view.answer(), view.discuss.compared.value) == (answer, shown)
    assert view.discuss.picture.outputs == pictures
    choose(view, view.discuss.download.text)
    assert "your own codename" in view.discuss.alert.value


def test_a_hostile_codename_is_shown_as_text(own):
    view = committed(s1=["B"])
    choose(view, mates_file().replace("calm-river-12", EVIL.replace('"', "'")))
    panel = view.discuss
    assert "&lt;img" in panel.compared.value
    assert "<img" not in panel.compared.value + panel.log.value
    html = [b["data"].get("text/html", "") for b in panel.picture.outputs]
    assert all("<img" not in one for one in html)


def test_classmates_who_coded_other_segments_have_nothing_to_compare(own):
    item = made(at_least=1)
    one = given_codes()
    one["codings"] = {"s5": one["codings"]["s5"]}
    view = View.kinds["code"](item)
    view.show(one)
    view.revealed(one)
    content = json.loads(mates_file())
    del content["segments"]["s5"]
    choose(view, json.dumps(content))
    assert "no segment in common" in view.discuss.alert.value


def test_no_classmate_passes_for_the_reference(own):
    view = committed(s1=["B"])
    content = json.loads(mates_file(s3=["C"])) | {"codename": REFERENCE}
    choose(view, json.dumps(content))
    assert "This file bears the name" in view.discuss.alert.value
    assert not view.discuss.others


def test_an_answer_from_a_cell_may_say_more_than_the_controls_ask(own):
    """A scope where the question knows none: the answer counts, and is shown all the same."""
    item = made(scopes={}, scope_label="")
    answer = given_codes()
    view = View.kinds["code"](item)
    view.show(answer)
    assert item.mark(view.answer()).messages and view.scope.value == ""


# The log of an adjudication


def test_disagreements_are_settled_in_a_log_that_is_part_of_the_answer(own):
    view = committed(s1=["B"])
    panel = view.discuss
    choose(view, mates_file(s3=["C"]))
    labels = [label for label, _ in panel.which.options]
    assert labels[1:] == [
        f"s1 with {REFERENCE}: you B; {REFERENCE} A",
        "s1 with calm-river-12: you B; calm-river-12 A",
        "s3 with calm-river-12: you B; calm-river-12 C",
    ]
    panel.put.click()
    assert "Choose a disagreement" in panel.log.value and not panel.lines
    panel.which.value, panel.sort.value = "s3 calm-river-12", "gap"
    panel.note.value = f" {EVIL} "
    panel.put.click()
    assert "1 of 3 disagreements (a gap: 1). The log is not saved yet" in panel.log.value
    assert "<img" not in panel.log.value
    answer = view.answer()
    line = {"segment": "s3", "with": "calm-river-12", "codes": ["C"], "sort": "gap", "note": EVIL}
    assert answer["log"] == [line]
    assert view.item.mark(answer).messages
    # Put in once more, it takes the place of the first.
    panel.which.value, panel.sort.value = "s3 calm-river-12", "slip"
    panel.put.click()
    assert [one["sort"] for one in panel.lines] == ["slip"]
    # A later page finds it, without the classmate's file.
    again = View.kinds["code"](made())
    again.show(answer)
    again.revealed(answer)
    assert again.answer() == answer
    assert "The log is saved." in again.discuss.log.value
    again.discuss.drop.click()
    again.discuss.drop.click()
    assert "The log is empty." in again.discuss.log.value
    assert "log" not in again.answer()


GOOD_LINE = {"segment": "s1", "with": "x", "codes": ["A"], "sort": "slip", "note": ""}


@pytest.mark.parametrize(
    "log",
    [
        3,
        "s1",
        {},
        [3],
        [[]],
        [GOOD_LINE] * 101,
        *([GOOD_LINE | bad] for bad in ({"segment": "s9"}, {"segment": ["s1"]}, {"sort": "Z"})),
        *([GOOD_LINE | bad] for bad in ({"with": None}, {"with": "x" * 501}, {"note": 3})),
        *([GOOD_LINE | bad] for bad in ({"codes": "A"}, {"codes": ["Z"]}, {"codes": [["A"]]})),
    ],
)
def test_another_log_is_refused(log):
    with pytest.raises(AnswerError):
        made().mark({**given_codes(), "log": log})


def test_the_log_does_not_count_as_a_changed_coding():
    item = made(
        feedback=[
            {"path": "changed", "when": {"revised": True}, "say": "Changed."},
            {"path": "else", "when": {"otherwise": True}, "say": "Look."},
        ]
    )
    assert item.mark({**given_codes(), "log": [GOOD_LINE]}).paths == ("else",)


def test_sorts_have_ids_of_their_own():
    with pytest.raises(ItemError, match="sorts"):
        made(sorts=[{"id": "slip", "label": "a"}, {"id": "slip", "label": "b"}])
    with pytest.raises(ItemError, match="primary"):
        made(peers=[{"coder": "x", "segment": "s1", "codes": ["A"], "primary": "B"}])


# What the numbers say


def columns(*pairs: tuple[bool, bool]) -> dict[str, dict]:
    """Two coders of twelve segments and one code, as codings of the question below."""
    return {
        name: {
            f"s{place}": Coding(("A",) if pair[side] else ("B",), "A" if pair[side] else "B")
            for place, pair in enumerate(pairs)
        }
        for side, name in enumerate(("mine", "other"))
    }


def twelve():
    one = question()["segments"][0]
    return made(segments=[one | {"id": f"s{n}"} for n in range(12)])


def line_of(*pairs: tuple[bool, bool]):
    both = columns(*pairs)
    return twelve().compare(both["mine"], both["other"], 50)[0]


def test_a_perfect_alpha_says_what_one_other_decision_would_do():
    line = line_of((True, True), *[(False, False)] * 11)
    assert line.alpha.value == 1 and line.used == (1, 1)
    said = " ".join(agreed.sentences([line], "x"))
    worst = agreement.alpha([[False, True], *[[False, False]] * 11]).value
    assert line.lowest == pytest.approx(worst) == pytest.approx(0)
    assert "down to, at worst: A .00" in said and "no certificate" in said


def test_a_rare_code_is_agreed_on_by_silence():
    line = line_of((True, False), (False, True), *[(False, False)] * 10)
    assert line.percent.value == pytest.approx(10 / 12)
    said = " ".join(agreed.sentences([line], "x"))
    assert "Below .667 with x, do not report: A (−.05)." in said
    assert "you agree on 83% of the segments, and alpha is −.05" in said and "rare" in said


def test_a_code_that_is_not_rare_is_not_called_so():
    pairs = [(True, True)] * 5 + [(True, False), (False, True)] + [(False, False)] * 5
    said = " ".join(agreed.sentences([line_of(*pairs)], "x"))
    assert "rare" not in said and "A (.68)" not in said


def test_a_code_that_nobody_used_has_nothing_to_agree_about():
    line = line_of(*[(False, False)] * 12)
    assert line.alpha.value is None and agreed.allows(line) == "no alpha"
    assert "Used by neither of you, so there is nothing to agree about: A." in agreed.sentences(
        [line], "x"
    )
    assert re.search(r"<td>–</td><td>–</td><td>–</td><td>no alpha</td>", agreed.table([line], "x"))


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (1.0, "1.00"), (0.574, ".57"), (-0.0455, "−.05"), (0.999, "1.00"), (0.0, ".00")],
)
def test_a_coefficient_is_printed_as_usual(value, text):
    assert agreed.coefficient(value) == text


def test_the_table_of_a_pair_shows_kappa_and_every_verdict_in_words():
    item = catalogue.item("E16")
    lines = item.compare(item.key(), item.peer_coders()["demo-3 (synthetic)"], 20)
    said = agreed.table(lines, "demo-3 (synthetic)")
    assert [line.code for line in lines] == [*item.codes, PRIMARY]
    # On record for the reference and demo-3 on the main set: SECURITY .425, PARTNER .574.
    assert re.search(r'<th scope="row">SECURITY</th>.*?do not report', said)
    assert said.count("do not report") == 3 and "may be reported" in said
    assert "Kappa" in said and "Alpha" in said
    assert "do not report: PARTNER (.57), SECURITY (.42), PROCESS (.57)." in agreed.sentences(
        lines, "x"
    )[0].replace("Below .667 with x, ", "")


def test_the_chart_says_everything_it_draws_and_leans_on_no_colour():
    item = catalogue.item("E16")
    pairs = {who: item.compare(item.key(), codes, 20) for who, codes in item.peer_coders().items()}
    figure = alpha_chart(agreed.chart_rows(pairs), title="Agreement")
    (chart,) = figure.charts
    spec = chart.to_dict()
    said = spec["description"]
    for who in pairs:
        assert f"you and {who}: RAPPORT" in said
    assert "SECURITY .42" in said and "do not report" in figure.html()
    shapes = [layer["encoding"].get("shape", {}) for layer in spec["layer"]]
    (drawn,) = [shape["scale"]["range"] for shape in shapes if shape]
    assert len(set(drawn)) == len(pairs) == 2
    assert len(figure.data) == 2 * (len(item.codes) + 1)


def test_a_code_without_alpha_is_named_in_the_chart():
    rows = [
        {"code": "A", "pair": "p", "alpha": None, "low": None, "high": None, "says": "no alpha"}
    ]
    (chart,) = alpha_chart(rows, title="T").charts
    assert "A no alpha" in chart.description
    assert '"text": "no alpha"' in json.dumps(chart.to_dict())


def test_invented_coders_are_called_synthetic_wherever_they_are_named():
    item = catalogue.item("E16")
    assert item.peers and all(peer.synthetic for peer in item.peers)
    assert set(item.peer_coders()) == {"demo-2 (synthetic)", "demo-3 (synthetic)"}


def test_the_texts_of_the_book_carry_no_marks_of_markdown():
    panel = BookPanel(book())
    panel.open(True)
    assert not re.search(r"[`*]|\[@", panel.entries.value)
    assert plain("`A` **b** [@bib:x].") == "A b."
