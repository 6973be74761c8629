"""Casekit shows a case: tables, charts, questions with feedback, and a record of the answers.

It knows no case. Text, tables, questions and figures lie beside it, in the case's folders.
"""

from .notebook import figure, say, sources, words
from .tables import CaseError, table


def ask(name: str) -> None:
    """Show the question with this id, with the last answer that the passport holds.

    Raises CaseError, with the ids that exist, if there is no such question.
    """
    from .widgets import ask as show  # here, so that a page of charts need not wait for it

    show(name)


def check(*names: object, **values: object) -> None:
    """Check the values that a code task asks for, and say in a sentence what to do next.

    ``check("C1", per_speaker=per_speaker)``: the task says which values it wants. The result is
    saved in the passport.
    """
    from .widgets.code_task import check as look

    look(*names, **values)


__all__ = ["CaseError", "ask", "check", "figure", "say", "sources", "table", "words"]
