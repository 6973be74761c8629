"""A question on the page: prompt, controls, reason, hints, feedback, and when it was saved."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
from traitlets import TraitError

from .. import passport
from ..citations import source_items
from ..items import AnswerError, Item
from ..tables import CaseError
from .commit import Entries, commit, revealed_figures, saved
from .history import history
from .names import controlled
from .shelf import STATES, Offer, shelf
from .view import GONE, STYLE, WIDE, View, paragraphs, row, safe


class Question:
    """One question with all it needs. ``box`` is what is shown.

    Nothing of an answer lives in widget state: what counts is in the passport, and a question
    shown anew begins with the last answer that stands there.
    """

    def __init__(self, item: Item) -> None:
        self.item = item
        self.view = View.kinds[item.kind](item)
        self.hinted = 0
        self.entries: Entries = ()  # the attempts that the page shows
        # told to Python when it is left: a click would overtake the last of many keys
        self.reason = widgets.Textarea(
            description=item.reason, layout=WIDE, continuous_update=False
        )
        self.commit = widgets.Button(description="Commit this answer", button_style="primary")
        self.hint = widgets.Button(description="")
        self.hints = widgets.HTML()
        self.alert = widgets.HTML()
        self.said = widgets.HTML()
        self.shown = widgets.Output()
        self.saved = widgets.HTML()
        self.history = widgets.HTML(layout=GONE)
        self.copied = widgets.HTML()
        shelf().observe(self._copied, "state")
        self.commit.on_click(self._commit)
        self.hint.on_click(self._hint)
        self._label_hint()
        self.box = widgets.VBox(
            [
                widgets.HTML(self._head()),
                *self._offer(),
                self.view.box,
                *([self.reason] if item.reason else []),
                row(self.commit, *([self.hint] if item.hints else [])),
                self.hints,
                self.alert,
                self.said,
                self.shown,
                self.saved,
                self.history,
                self.copied,
            ]
        )
        controlled(self.box)
        self._restore()

    _offering = ""  # the question that offers what the browser holds: the first of the page

    def _offer(self) -> list[widgets.Widget]:
        if Question._offering not in ("", self.item.id):
            return []
        Question._offering = self.item.id
        return [Offer(self._restore).box]

    def _head(self) -> str:
        item = self.item
        minutes = f"{item.minutes} minute{'s' if item.minutes > 1 else ''}"
        title = f'<p class="ck-title">{safe(item.title)}</p>'
        quiet = f'<p class="ck-quiet">{safe(item.id)} · about {minutes}</p>'
        return f"<style>{STYLE}</style>{title}{quiet}{paragraphs(item.prompt)}"

    def _label_hint(self) -> None:
        left = len(self.item.hints) - self.hinted
        self.hint.description = (
            f"Show hint {self.hinted + 1} of {len(self.item.hints)}" if left else "No more hints"
        )

    def _hint(self, _: Any) -> None:
        self._show_hints(self.hinted + 1)

    def _show_hints(self, count: int) -> None:
        self.hinted = min(count, len(self.item.hints))
        lines = "".join(f"<li>{safe(hint)}</li>" for hint in self.item.hints[: self.hinted])
        self.hints.value = f'<div role="status"><p class="ck-quiet">Hints</p><ol>{lines}</ol></div>'
        self._label_hint()

    def _commit(self, _: Any) -> None:
        """Mark the answer, save it, and only then show what it reveals."""
        self.alert.value = ""
        try:
            given, before = self.view.answer(), self.entries
            self._reveal(commit(self.item, given, self.reason.value, self.hinted))
            if self.entries == before:
                self._tell_the_same()
        except (AnswerError, CaseError) as error:
            self._warn(str(error))
        except Exception as error:
            self._warn(
                f"Something in the module failed ({error}). Your answer is still on the page."
            )
            raise

    def _tell_the_same(self) -> None:
        """Say that a commit changed nothing, or the page would wait for a word in vain."""
        last = self.entries[-1]
        same = f"Committed again without a change, so it stays attempt {last.attempt}."
        self.saved.value = f'<p class="ck-quiet" role="status">{safe(saved(last))} {same}</p>'

    def _warn(self, text: str) -> None:
        self.alert.value = f'<p class="ck-error" role="alert">{safe(text)}</p>'

    def _reveal(self, entries: Entries) -> None:
        """Show what the last of these attempts brings, the words before the charts."""
        self.entries = entries
        *earlier, entry = entries
        answer = entry.answer
        feedback = self.item.mark(answer)
        said = "".join(paragraphs(message.text) for message in feedback.messages)
        score = paragraphs(feedback.score, "ck-title") if feedback.score else ""
        after = paragraphs(self.item.after)
        self.said.value = (
            f'<div role="status" class="ck-said">{score}{said}{after}{self.view.revealed(answer)}'
            f"{self._sources()}</div>"
        )
        self.view.tell(feedback)
        self.commit.description = f"Commit again (attempt {entry.attempt + 1})"
        self.saved.value = f'<p class="ck-quiet" role="status">{safe(saved(entry))}</p>'
        self.history.value = history(self.item, tuple(earlier))
        self.history.layout = WIDE if earlier else GONE
        bundles = [*self.view.charts(answer), *revealed_figures(self.item)]
        self.shown.outputs = tuple(
            {"output_type": "display_data", "data": bundle, "metadata": {}} for bundle in bundles
        )

    def _copied(self, _: Any = None) -> None:
        said = STATES.get(shelf().state, "")
        self.copied.value = f'<p class="ck-quiet">{safe(said)}</p>' if said else ""

    def _sources(self) -> str:
        lines = "".join(f"<li>{line}</li>" for line in source_items(self.item.sources))
        return (
            f"<details><summary>Sources of this question</summary><ul>{lines}</ul></details>"
            if lines
            else ""
        )

    def _restore(self) -> None:
        """Show the last answer that the passport holds, if it still fits the question."""
        record = passport.within_reach()
        if record.problem:
            self._warn(record.problem)
        entries = record.of(self.item.id)
        if not entries and record.closed:
            return
        if not entries:
            self.saved.value = '<p class="ck-quiet">Not saved yet: nothing has been committed.</p>'
            return
        last = entries[-1]
        try:
            self.item.mark(last.answer)
            self.view.show(last.answer)
            self.reason.value = last.reason
            if last.hints:
                self._show_hints(last.hints)
            self._reveal(entries)
        except CaseError as error:
            self._warn(str(error))
        except (AnswerError, KeyError, TypeError, ValueError, AttributeError, TraitError):
            self._warn(
                "Your passport holds an answer that does not fit this question any more. It stays "
                "in the passport; answer again here."
            )
