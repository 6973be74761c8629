"""Every kind of question on one page, looked over by axe before and after a careless answer.

What is said to an answer, and that it comes back, is proved by the walk through all notebooks.
"""

from __future__ import annotations

import nbformat
import pytest
from entering import WAYS, place, two_answers
from keys import Keys

from casekit.catalogue import item
from casekit.items import KINDS
from casekit.passport import save

pytestmark = pytest.mark.browser

PAGE = "lessons/keys.ipynb"
ASKED = {
    "choice": "L3-recall-1",
    "choose": "E06",
    "classify": "L3-check",
    "compare": "E17B",
    "estimate": "E14",
    "forecast": "E22L",
    "guess": "E05A",
    "highlight": "E15",
    "judge": "E07",
    "order": "E04",
    "probabilities": "L1-log",
    "rate": "E11",
    "rule": "E21",
    "update": "E13",
    "write": "L3-hook",
    "board": "E08",
    "matrix": "E12",
    "code": "E16P",
    "code_task": "C1",
}


@pytest.fixture(scope="module")
def page(lab, lasting_reader):
    """The notebook with a question of every kind, run."""
    cells = [
        nbformat.v4.new_markdown_cell("# Every kind"),
        nbformat.v4.new_code_cell(
            'import sys; sys.path.insert(0, "..")\nfrom casekit import ask, check'
        ),
        *(nbformat.v4.new_code_cell(f'ask("{name}")') for name in ASKED.values()),
    ]
    for cell in cells[1:]:
        cell.metadata["jupyter"] = {"source_hidden": True}
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(book, lab.case / PAGE)
    one = lasting_reader
    one.open(lab.address(PAGE))
    one.run_all(len(ASKED))
    return one


@pytest.fixture(scope="module")
def keys(page):
    made = Keys(page.page)
    made.settle()
    return made


def sentence(name: str, path: str) -> str:
    return next(one.say for one in item(name).feedback if one.path == path).split("\n\n")[0]


def test_every_kind_is_asked_and_can_be_entered():
    assert {kind: item(name).kind for kind, name in ASKED.items()} == {kind: kind for kind in KINDS}
    assert set(WAYS) == set(KINDS)


def test_axe_finds_nothing_before_an_answer(page, keys):
    assert page.axe() == []


def test_marking_a_card_leaves_the_focus_where_it_went(keys):
    """The labels of the cards change when the focus is back with them already, and it stays."""
    question = item("E04")
    keys.begin(question.title)
    for number in range(len(question.cards)):
        keys.radio(number)
        keys.see(f"place {number + 1} of {len(question.cards)}")
        keys.menu(f"(card {number + 1}:", 1 + place(question.marks.options, "warming"))
        keys.go("", "radio")
        keys.see(f"Marked so far: {number + 1} of {len(question.cards)}")
        keys.settle()
        assert keys.here()["type"] == "radio"


def test_axe_finds_nothing_in_what_is_said(lab, page, keys):
    """To a careless answer of every kind; the walk looks at what is said to careful ones."""
    asked = [item(ASKED[kind]) for kind in ASKED if kind != "code_task"]
    for question in asked:
        reason = "Because of the dates." if question.reason else ""
        answer = two_answers(question)[0]
        save(question.id, answer, reason, file=lab.case / "passport.jsonl")
    page.page.evaluate("document.querySelectorAll('.ck-item').forEach(part => part.remove())")
    page.run_all(len(ASKED))
    keys.settle()
    assert page.page.locator(".ck-said").count() == len(asked)
    assert page.axe() == []


def test_every_place_that_can_have_the_focus_has_a_name(page):
    nameless = page.page.evaluate(
        """() => [...document.querySelectorAll(
          '.ck-item :is(a[href],button,input,select,textarea,summary,[tabindex],' +
          '[contenteditable])')]
          .filter(part => part.checkVisibility() && part.tabIndex >= 0)
          .filter(part => !(part.getAttribute('aria-label') || part.textContent.trim()
            || [...(part.labels ?? [])].some(label => label.textContent.trim())))
          .map(part => part.outerHTML.slice(0, 200))"""
    )
    assert nameless == []


def test_nothing_left_the_machine_and_nothing_complained(page):
    assert not page.outside
    assert not page.errors
