"""Questions on the page. One file for each kind; `ask` puts a question where it is called."""

from __future__ import annotations

from ..catalogue import item
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
from .question import Question

__all__ = ["Question", "ask"]


def ask(name: str) -> None:
    """Show the question with this id, with the last answer that the passport holds.

    Raises CaseError, with the ids that exist, if there is no such question.
    """
    from IPython.display import display

    display(Question(item(name)).box)
