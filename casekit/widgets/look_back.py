"""A student's own earlier answers on the page, in their own words, and the path of the beliefs."""

from __future__ import annotations

import ipywidgets as widgets

from .. import passport
from ..catalogue import item
from ..items import AnswerError
from ..items.plain import in_words
from ..tables import CaseError
from ..work import belief_path, pages, when, words_html
from .view import STYLE, safe


class LookBack:
    """Earlier answers to some questions, oldest first, and the beliefs. ``box`` is what is shown.

    Nothing of it is kept in the page: it is read from the passport when the cell runs and when
    the button is pressed. A student's words are shown as text, whatever they hold.
    """

    def __init__(self, names: tuple[str, ...], beliefs: bool) -> None:
        self.items = [item(name) for name in names]
        self.beliefs = beliefs
        self.look = widgets.Button(description="Look again")
        self.said = widgets.HTML()
        self.path = widgets.Output()
        self.look.on_click(lambda _: self.draw())
        self.box = widgets.VBox(
            [widgets.HTML(f"<style>{STYLE}</style>"), self.said, self.path, self.look]
        )
        self.draw()

    def draw(self) -> None:
        """Read the passport anew and show it."""
        try:
            record = passport.read()
        except CaseError as error:
            self.said.value = f'<p class="ck-error" role="alert">{safe(str(error))}</p>'
            return
        parts = [_problem(record)]
        parts += [_answers(one, record.of(one.id)) for one in self.items]
        figure = belief_path(record) if self.beliefs else None
        if self.beliefs and not figure:
            parts.append("<p>No belief is on record yet.</p>")
        self.said.value = f'<div role="status">{"".join(parts)}</div>'
        self.path.outputs = tuple(
            {"output_type": "display_data", "data": bundle, "metadata": {}}
            for bundle in (figure.bundles() if figure else ())
        )


def _problem(record: passport.Record) -> str:
    return f'<p class="ck-error">{safe(record.problem)}</p>' if record.problem else ""


def _answers(question, entries) -> str:
    """Return every answer to one question in words; a sentence if there is none."""
    head = f"<p><strong>{safe(f'{question.title} ({question.id})')}</strong></p>"
    if not entries:
        place = next((page.title for page in pages() if question.id in page.asks), "")
        where = f" It is asked in: {place}." if place else ""
        return f"{head}<p>{safe(f'You have not answered this yet.{where}')}</p>"
    return head + "".join(_answer(question, entry) for entry in entries)


def _answer(question, entry) -> str:
    time = f'<p class="ck-quiet">{safe(f"Your words of {when(entry)}")}</p>'
    try:
        question.mark(entry.answer)
        shown = words_html(in_words(question, entry.answer))
    except AnswerError:
        shown = "<p>This answer does not fit the question as it stands now.</p>"
    reason = f"<p>{safe(entry.reason)}</p>" if entry.reason else ""
    return f"{time}{shown}{reason}"


def look_back(*names: str, beliefs: bool = False) -> None:
    """Show the student's own answers to these questions and, if wanted, the path of the beliefs.

    Raises CaseError, with the ids that exist, if there is no such question.
    """
    from IPython.display import display

    display(LookBack(names, beliefs).box)
