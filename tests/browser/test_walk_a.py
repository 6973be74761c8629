"""One half of the notebooks, walked through as a newcomer would, and what both halves leave out."""

import pytest
from entering import as_first, two_answers
from walking import HALVES, InLab, asked, walk

from casekit.catalogue import item
from casekit.items import KINDS
from casekit.work import pages

pytestmark = pytest.mark.browser

WALKED = [notebook for half in HALVES for notebook in half]
ASKED = sorted({name for notebook in WALKED for name in asked(notebook)})


def test_no_notebook_and_no_kind_of_question_is_left_out():
    assert sorted(WALKED) == sorted(page.file for page in pages())
    assert {item(name).kind for name in ASKED} == set(KINDS)


@pytest.mark.parametrize("name", ASKED)
def test_the_two_answers_are_told_different_things(name):
    """Each is valid; only where a question says the same to everybody are they told the same."""
    question = item(name)
    careless, careful = two_answers(question)
    assert careless != careful
    told = [question.mark(as_first(answer)) for answer in (careless, careful)]
    assert told[0] != told[1] or len(question.feedback) == 1


@pytest.mark.parametrize("notebook", HALVES[0])
def test_a_notebook_is_walked_through(lab, reader, notebook):
    walk(InLab(lab), reader(1280), notebook)
