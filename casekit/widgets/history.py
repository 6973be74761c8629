"""Earlier attempts at a question, folded: when, what, why, and what was said to it."""

from __future__ import annotations

import json

from .. import passport
from ..items import AnswerError, Item
from ..items.plain import in_words
from ..work import count, when, words_html
from .commit import SECONDS, Entries
from .view import paragraphs, safe


def history(item: Item, earlier: Entries) -> str:
    """Return the attempts as HTML, the latest first; "" where there is none."""
    if not earlier:
        return ""
    lines = "".join(f"<li>{_attempt(item, entry)}</li>" for entry in reversed(earlier))
    label = f"Earlier attempts at this question ({len(earlier)})"
    return f'<details class="ck-history"><summary>{safe(label)}</summary><ul>{lines}</ul></details>'


def _attempt(item: Item, entry: passport.Entry) -> str:
    hints = f", {count(entry.hints, 'hint')} opened" if entry.hints else ""
    told = safe(when(entry, SECONDS) + hints)
    head = f"<p><strong>Attempt {entry.attempt}</strong>, {told}.</p>"
    reason = ""
    if entry.reason:
        asked = item.reason or "Reason"
        reason = f"<p>{safe(asked)}</p><blockquote>{paragraphs(entry.reason)}</blockquote>"
    try:
        feedback = item.mark(entry.answer)
    except AnswerError:
        told = "This answer does not fit the question as it stands now."
        answer = safe(json.dumps(entry.answer, ensure_ascii=False))
        return f"{head}<p>{safe(told)}</p><blockquote>{answer}</blockquote>{reason}"
    said = "".join(paragraphs(message.text) for message in feedback.messages)
    return (
        f"{head}{words_html(in_words(item, entry.answer))}{reason}"
        f"<p>What was said to it:</p><blockquote>{paragraphs(feedback.score)}{said}</blockquote>"
    )
