"""Casekit shows a case: tables, charts, questions with feedback, and a record of the answers.

It knows no case. Text, tables, questions and figures lie beside it, in the case's folders.
"""

from .notebook import figure, say, sources, words
from .tables import CaseError, table
from .widgets import ask

__all__ = ["CaseError", "ask", "figure", "say", "sources", "table", "words"]
