"""The passport's second copy: what the browser holds is offered, and taken only on request."""

import json

import pytest

from casekit import passport
from casekit.catalogue import item
from casekit.tables import CaseError
from casekit.widgets import shelf as shelves
from casekit.widgets.question import Question

CHOICE = "L1-recall-2"


@pytest.fixture(autouse=True)
def own_passport(tmp_path, monkeypatch):
    monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path / "passport.jsonl"))
    shelves.shelf.cache_clear()
    monkeypatch.setattr(Question, "_offering", "")
    yield
    shelves.shelf.cache_clear()


def answers(tmp_path, *choices, name="elsewhere.jsonl"):
    """Return the text of another passport with these choices."""
    place = tmp_path / name
    for choice in choices:
        passport.save(CHOICE, {"choice": choice}, file=place)
    return passport.read(place).text


def options():
    return [option.id for option in item(CHOICE).options]


def offered(question):
    """Return the offer of a question: its text and its buttons."""
    return question.box.children[1].children


def test_saving_hands_the_passport_to_the_browser(tmp_path):
    question = Question(item(CHOICE))
    question.view.radio.value = options()[0]
    question.commit.click()
    assert shelves.shelf().lines == passport.read().text
    assert len(passport.read().entries) == 1
    shelves.shelf().state = "kept"
    assert "A copy is kept" in question.copied.value


def test_what_only_the_browser_holds_is_offered_and_brought_back(tmp_path):
    lost = answers(tmp_path, options()[1])
    question = Question(item(CHOICE))
    assert offered(question)[1].layout.display == "none"
    shelves.shelf().found = lost
    assert "holds 1 answer under" in offered(question)[0].value
    assert offered(question)[1].layout.display == ""
    assert passport.read().entries == (), "Something was taken without being asked for."
    offered(question)[1].children[0].click()
    assert [entry.answer for entry in passport.read().entries] == [{"choice": options()[1]}]
    assert question.view.radio.value == options()[1], "The answer came back unseen."
    assert "1 answer was added" in offered(question)[0].value


def test_what_is_left_is_not_added(tmp_path):
    question = Question(item(CHOICE))
    shelves.shelf().found = answers(tmp_path, options()[1])
    offered(question)[1].children[1].click()
    assert passport.read().entries == ()
    assert offered(question)[0].value == ""


def test_only_the_first_question_offers(tmp_path):
    first, second = Question(item(CHOICE)), Question(item("L1-recall-1"))
    shelves.shelf().found = answers(tmp_path, options()[0])
    assert "holds 1" in offered(first)[0].value
    assert len(second.box.children) == len(first.box.children) - 1 + bool(second.item.reason)


@pytest.mark.parametrize("found", ["", "nonsense", "[1]\n", '{"case": "another"}', "\ud800"])
def test_nothing_is_offered_where_nothing_is_lost(found):
    question = Question(item(CHOICE))
    shelves.shelf().found = found.encode("utf-8", "replace").decode()
    assert offered(question)[0].value == ""


def test_a_hostile_codename_stays_text(tmp_path):
    line = json.loads(answers(tmp_path, options()[0]))
    line["codename"] = "<img src=x onerror=alert(1)>"
    question = Question(item(CHOICE))
    shelves.shelf().found = json.dumps(line)
    assert "<img" not in offered(question)[0].value
    assert "&lt;img" in offered(question)[0].value


def test_adding_twice_adds_once_and_keeps_what_was_there(tmp_path):
    here = answers(tmp_path, options()[0], name="passport.jsonl")
    other = answers(tmp_path, options()[1], options()[2])
    added = passport.add(other)
    assert (added.new, added.known) == (2, 0)
    again = passport.add(other)
    assert (again.new, again.known) == (0, 2)
    assert passport.path().read_text(encoding="utf-8").startswith(here)
    assert len(passport.read().entries) == 3


def test_merging_two_files_gives_the_same_answers_whichever_comes_first(tmp_path):
    one, two = (
        answers(tmp_path, *options()[:2], name="1"),
        answers(tmp_path, options()[2], name="2"),
    )
    for first, second, name in ((one, two, "a"), (two, one, "b")):
        passport.add(first, tmp_path / name)
        passport.add(second, tmp_path / name)
    held = [set(passport.read(tmp_path / name).text.splitlines()) for name in "ab"]
    assert held[0] == held[1] == {*one.splitlines(), *two.splitlines()}


@pytest.mark.parametrize("text", ["hello", "\x00\x01", "[]", '{"a": 1}\n{"b": 2}'])
def test_what_is_no_passport_is_refused_in_a_sentence(text):
    with pytest.raises(CaseError, match="no passport"):
        passport.add(text)
    assert not passport.path().exists()


def test_another_module_is_left_out(tmp_path):
    line = json.loads(answers(tmp_path, options()[0]))
    line["case"] = "another"
    assert str(passport.add(json.dumps(line))).count("another module") == 1
    assert passport.read().entries == ()


def test_too_large_a_file_is_refused(monkeypatch):
    monkeypatch.setattr(passport, "LARGEST", 10)
    with pytest.raises(CaseError, match="larger than"):
        passport.add("x" * 11)


def test_damaged_lines_are_counted_and_the_rest_is_added(tmp_path):
    text = answers(tmp_path, options()[0]) + '{"torn'
    assert "1 line could not be read" in str(passport.add(text))
    assert len(passport.read().entries) == 1


def test_hints_seen_before_are_seen_and_counted_again():
    question = Question(item("E04"))
    order, marks = list(item("E04").shuffled), item("E04").marks.options
    question.view.show({"order": order, "marks": dict.fromkeys(order, next(iter(marks)))})
    question.reason.value = "because"
    question.hint.click()
    question.hint.click()
    question.commit.click()
    again = Question(item("E04"))
    assert again.hinted == 2
    assert item("E04").hints[1] in again.hints.value.replace("&#x27;", "'")
    assert item("E04").hints[2] not in again.hints.value.replace("&#x27;", "'")
