"""A question that shows another one's answer stays shut until that one is answered."""

from __future__ import annotations

from pathlib import Path

import ipywidgets as widgets
import pytest

from casekit import ask, catalogue, passport
from casekit.tables import CaseError
from casekit.widgets.gate import Gate, shut

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def this_case(tmp_path, monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path / "passport.jsonl"))
    catalogue.forget()
    yield
    catalogue.forget()


def texts(box: widgets.Widget) -> str:
    """Everything a box says, at any depth."""
    own = f"{getattr(box, 'value', '')} {getattr(box, 'description', '')}"
    return own + " ".join(texts(child) for child in getattr(box, "children", ()))


def put(name: str, monkeypatch) -> widgets.Widget:
    shown: list = []
    monkeypatch.setattr("IPython.display.display", lambda one, **_: shown.append(one))
    ask(name)
    (box,) = [one for one in shown if isinstance(one, widgets.Widget)]
    return box


def test_shut_it_names_the_earlier_question_and_shows_nothing_of_its_own(monkeypatch):
    said = texts(put("E19C", monkeypatch))
    assert "E19B" in said and "Open E19C" in said
    assert "Kyoto" not in said and "1998" not in said


def test_the_button_opens_it_once_the_earlier_one_is_answered():
    gate = Gate(catalogue.item("E19B"))
    gate.open.click()
    assert "There is no answer to E19 yet." in gate.alert.value
    assert "know what followed" not in texts(gate.box)
    passport.save("E19", {"any": "answer"}, "because")
    gate.open.click()
    assert "know what followed" in texts(gate.box)
    assert "Commit this answer" in texts(gate.box)


def test_answered_before_it_is_shown_at_once(monkeypatch):
    assert shut(catalogue.item("E18B"))
    passport.save("E18", {"any": "answer"}, "because")
    assert not shut(catalogue.item("E18B"))
    assert "Commit this answer" in texts(put("E18B", monkeypatch))


def test_a_question_that_waits_for_none_is_never_shut():
    assert not shut(catalogue.item("E19"))


def test_a_torn_passport_keeps_it_shut_and_is_told(tmp_path, monkeypatch):
    place = tmp_path / "folder"
    place.mkdir()
    monkeypatch.setenv("CASEKIT_PASSPORT", str(place))
    gate = Gate(catalogue.item("E19B"))
    gate.open.click()
    assert shut(catalogue.item("E19B"))
    assert "ck-error" in gate.alert.value


def test_waiting_for_a_question_that_does_not_exist_is_an_error(monkeypatch):
    item = catalogue.item("E19B")
    monkeypatch.setattr(item, "opens_after", "E99")
    with pytest.raises(CaseError, match="E99"):
        Gate(item)


def test_every_question_waits_for_one_that_exists():
    waiting = {n: catalogue.item(n).opens_after for n in catalogue.item_ids()}
    assert {first for first in waiting.values() if first} <= set(waiting)
