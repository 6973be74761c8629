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


__all__ = ["CaseError", "ask", "figure", "say", "sources", "table", "words"]
