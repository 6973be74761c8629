"""The other half of the notebooks, walked through as a newcomer would."""

import pytest
from walking import HALVES, InLab, walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("notebook", HALVES[1])
def test_a_notebook_is_walked_through(lab, reader, notebook):
    walk(InLab(lab), reader(1280), notebook)
