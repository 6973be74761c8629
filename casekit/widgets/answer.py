"""Answering without controls: `answer` shows a question as text, or takes an answer from a cell.

What it shows needs no widget: text, and the charts that any page can draw. What it takes is
marked and saved exactly as a question on the page is.
"""

from __future__ import annotations

import html
import re
from pprint import pformat
from typing import Any

from IPython.display import display

from .. import passport
from ..catalogue import instead, item
from ..items import AnswerError, Item
from ..items.plain import Form, Part, form, full
from ..tables import CaseError, notice
from .code import codebook, plain
from .commit import commit, revealed_figures, saved
from .view import View, safe

_opened: dict[str, int] = {}  # hints opened here, by question


class _Text:
    """Text that is put together line by line: as HTML where it can be shown, else as it is."""

    def __init__(self) -> None:
        self.html: list[str] = []
        self.plain: list[str] = []

    def say(self, text: str, tag: str = "") -> None:
        """Add paragraphs; ``tag`` stands inside each, such as "strong"."""
        for part in filter(str.strip, text.split("\n\n")):
            inner = f"<{tag}>{safe(part)}</{tag}>" if tag else safe(part)
            self.html.append(f"<p>{inner}</p>")
            self.plain.append(part.strip())

    def code(self, text: str) -> None:
        """Add code, which can be selected and, where it is wide, scrolled by keyboard."""
        style = "overflow-x:auto;white-space:pre;word-break:normal"
        shown = f"<code>{safe(text)}</code>"
        self.html.append(
            f'<pre tabindex="0" role="group" aria-label="Code" style="{style}">{shown}</pre>'
        )
        self.plain.append(text)

    def parts(self, parts: tuple[Part, ...]) -> None:
        """Add ids with their labels, as a list."""
        lines, plain_lines = [], []
        for part in parts:
            label = part.text.removeprefix(f"{part.id}) ").removeprefix(f"{part.id}: ")
            more = f": {part.more}" if part.more else ""
            head = f"<code>{safe(part.id)}</code>: " if part.id else ""
            lines.append(f"<li>{head}{safe(label, part.lang)}{safe(more)}</li>")
            plain_lines.append(f"- {part.id + ': ' if part.id else ''}{label}{more}")
        self.html.append(f"<ul>{''.join(lines)}</ul>")
        self.plain.append("\n".join(plain_lines))

    def shown(self, text: str) -> None:
        """Add HTML of the kit's own."""
        self.html.append(text)
        broken = re.sub(r"</(?:p|li|tr|td|th|caption)>|<br>", "\n", text)
        self.plain.append(html.unescape(re.sub(r"<[^>]+>", " ", broken)).strip())

    def show(self) -> None:
        """Display it."""
        told = "\n\n".join(filter(None, self.plain))
        display({"text/html": "".join(self.html), "text/plain": told}, raw=True)


def answer(name: str, value: Any = None, reason: str = "", hints: int = 0) -> None:
    """Show a question as text, or take ``value`` as the answer to it: mark, save, say what follows.

    ``answer("E04")`` shows prompt, ids and an example of the form an answer has; ``hints`` opens
    that many hints. Whatever is wrong is said in a sentence.
    """
    text, bundles = _Text(), []
    try:
        question = item(str(name))
        told = instead(question.id)
        text.say(told or notice())
        if not told and value is None:
            _ask(text, question, hints)
        elif not told:
            bundles = _take(text, question, value, reason)
    except (AnswerError, CaseError) as error:
        text.say(str(error))
    text.show()
    for bundle in bundles:
        display(bundle, raw=True)


def _ask(text: _Text, question: Item, hints: int) -> None:
    shape = form(question, bool(passport.read().of(question.id)))
    text.say(f"{question.title} ({question.id})", "strong")
    text.say(question.prompt)
    for listing in filter(lambda listing: listing.heading, shape.listings):
        text.say(listing.heading, "strong")
        text.parts(tuple(map(_named, listing.parts)))
    text.say(shape.note)
    if question.reason:
        text.say(f"“reason”: {question.reason}")
    if shape.code:
        text.say("Code to begin with; copy it into a cell and fill the blanks:")
        text.code(shape.code)
    if shape.call:
        text.say("Then run the check, in the same cell or below it:")
        text.code(shape.call)
    elif shape.example:
        text.say("Answer in a cell like this. It shows the form; what it says need not be right.")
        text.code(_line(question, shape))
    _hint(text, question, hints)


def _named(part: Part) -> Part:
    """Return a part with what the codebook says, if it is a code without a label."""
    entry = {} if part.text or not part.id else codebook().get(part.id, {})
    return Part(part.id, entry.get("name", part.text), part.lang, _defined(entry) or part.more)


def _defined(entry: dict[str, Any]) -> str:
    return plain(entry.get("definition", ""))


def _line(question: Item, shape: Form) -> str:
    """Return the call that gives the example as an answer."""
    value = pformat(shape.short, width=72, sort_dicts=False).replace("\n", "\n  ")
    if isinstance(shape.short, str):
        value = f'"{shape.short}"'
    apart = "\n  " if "\n" in value else " "
    reason = f',{apart}reason="…"' if question.reason else ""
    start = "\n  " if "\n" in value else ""
    return f'answer("{question.id}",{start or " "}{value}{reason})'


def _hint(text: _Text, question: Item, hints: int) -> None:
    if not question.hints:
        return
    opened = min(hints if isinstance(hints, int) else 0, len(question.hints))
    _opened[question.id] = max(opened, _opened.get(question.id, 0))
    if opened < len(question.hints):
        text.say(
            f"There are {len(question.hints)} hints; the next one: "
            f'answer("{question.id}", hints={max(opened, 0) + 1})'
        )
    for number, hint in enumerate(question.hints[: max(opened, 0)], 1):
        text.say(f"Hint {number}: {hint}")


def _take(text: _Text, question: Item, value: Any, reason: Any) -> list[dict[str, Any]]:
    """Mark and save an answer, and only then say what it reveals; return the charts to show."""
    whole = full(question, value)
    why = reason if isinstance(reason, str) else ""
    opened = _opened.get(question.id, 0)
    try:
        last = commit(question, whole, why, opened, reason_as=', as reason="…"')[-1]
    except AnswerError as error:
        raise AnswerError(f'{error} What an answer looks like: answer("{question.id}")') from error
    given, feedback = last.answer, question.mark(last.answer)
    view = View.kinds[question.kind](question)
    view.show(given)
    text.say(feedback.score, "strong")
    for message in feedback.messages:
        text.say(message.text)
    text.say(question.after)
    if revealed := view.revealed(given):
        text.shown(revealed)
    text.say(saved(last))
    return [*view.charts(given), *revealed_figures(question)]
