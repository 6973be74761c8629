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


def answer(name: str, value: object = None, reason: str = "", hints: int = 0) -> None:
    """Show a question as plain text, or take ``value`` as the answer to it, without any controls.

    ``answer("E04")`` shows prompt, ids and the form an answer has; ``hints`` opens that many hints.
    An answer is marked and saved in the passport. Whatever is wrong is said in a sentence.
    """
    from .widgets.answer import answer as take

    take(name, value, reason, hints)


def look_back(*names: str, beliefs: bool = False) -> None:
    """Show the student's own answers to these questions and, if wanted, the path of the beliefs.

    Raises CaseError, with the ids that exist, if there is no such question.
    """
    from .widgets.look_back import look_back as show

    show(*names, beliefs=beliefs)


def my_work() -> None:
    """Show what the passport holds: done and open, beliefs, files to take away and to bring in."""
    from .widgets.work import my_work as show

    show()


__all__ = [
    "CaseError",
    "answer",
    "ask",
    "check",
    "figure",
    "look_back",
    "my_work",
    "say",
    "sources",
    "table",
    "words",
]
