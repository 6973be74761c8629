"""Questions on the page. One file for each kind; `ask` puts a question where it is called."""

from __future__ import annotations

from ..catalogue import instead, item
from ..tables import notice
from . import (  # noqa: F401
    board,
    choice,
    choose,
    classify,
    code,
    code_task,
    compare,
    estimate,
    forecast,
    guess,
    highlight,
    judge,
    matrix,
    order,
    probabilities,
    rate,
    rule,
    update,
    write,
)
from .gate import Gate, shut
from .question import Question
from .view import safe

__all__ = ["Question", "ask"]


def ask(name: str) -> None:
    """Show the question with this id, with the last answer that the passport holds.

    A view that shows the case up to a day only says so, or shows a sentence in its place. Raises
    CaseError, with the ids that exist, if there is no such question.
    """
    from IPython.display import display

    in_its_place = instead(name)
    if told := in_its_place or notice():
        display({"text/html": f"<p><small>{safe(told)}</small></p>", "text/plain": told}, raw=True)
    if not in_its_place:
        asked = item(name)
        display(Gate(asked).box if shut(asked) else Question(asked).box)
