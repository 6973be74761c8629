"""A student's own words come back: all of them, unchanged, and as text whatever they hold."""

from __future__ import annotations

import pytest

from casekit import CaseError, catalogue, look_back, passport
from casekit.widgets.look_back import LookBack

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    place = tmp_path / "passport.jsonl"
    monkeypatch.setenv("CASEKIT_PASSPORT", str(place))
    monkeypatch.delenv("CASEKIT_VIEW", raising=False)
    catalogue.forget()
    yield place
    catalogue.forget()


def word(said: str) -> None:
    passport.save("L0-hook", {"text": {"word": said}}, "", 0)


def test_nothing_answered_yet_says_where_it_is_asked():
    shown = LookBack(("L0-hook",), beliefs=True)
    assert "You have not answered this yet." in shown.said.value
    assert "Lesson 0" in shown.said.value
    assert "No belief is on record yet." in shown.said.value
    assert shown.path.outputs == ()


def test_every_earlier_word_comes_back_in_order():
    word("rhythm")
    word("odd")
    said = LookBack(("L0-hook",), beliefs=False).said.value
    assert said.index("rhythm") < said.index("odd")


def test_a_students_words_are_text_and_never_markup():
    word(EVIL)
    passport.save("L3-log", {"values": {"B": 60, "C": 40}}, EVIL, 0)
    shown = LookBack(("L0-hook", "L3-log"), beliefs=True)
    assert "<img" not in shown.said.value
    assert shown.said.value.count("&lt;img src=x onerror=alert(1)&gt;") == 2
    assert not any("<img" in str(output["data"]) for output in shown.path.outputs)


def test_looking_again_shows_what_has_been_committed_since():
    shown = LookBack(("L0-hook",), beliefs=True)
    word("rhythm")
    passport.save("E01", {"values": {"A": 80, "B": 60, "C": 50}}, "posters", 0)
    passport.save("L5-log", {"values": {"A": 90, "B": 60, "C": 65}}, "visits", 0)
    assert "rhythm" not in shown.said.value
    shown.look.click()
    assert "rhythm" in shown.said.value
    told = " ".join(str(output["data"].get("text/plain", "")) for output in shown.path.outputs)
    assert "log 1: 50 per cent, log 2: 65 per cent" in told


def test_an_answer_that_fits_no_more_is_said_and_kept():
    passport.save("L0-hook", {"words": ["old"]}, "", 0)
    assert "does not fit the question as it stands now" in (
        LookBack(("L0-hook",), beliefs=False).said.value
    )


def test_a_torn_line_is_reported_and_the_rest_is_shown(file):
    word("rhythm")
    with file.open("a", encoding="utf-8") as end:
        end.write('{"torn')
    said = LookBack(("L0-hook",), beliefs=False).said.value
    assert "could not be read" in said and "rhythm" in said


def test_an_unknown_question_is_named():
    with pytest.raises(CaseError, match="no question 'L9-hook'"):
        look_back("L9-hook")
