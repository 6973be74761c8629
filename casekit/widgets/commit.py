"""What happens to an answer when it is committed, on the page and in a cell alike."""

from __future__ import annotations

from typing import Any

from .. import passport
from ..catalogue import figures
from ..items import AnswerError, Item
from ..work import when
from .shelf import keep

Entries = tuple[passport.Entry, ...]
SECONDS = "%Y-%m-%d %H:%M:%S"


def commit(item: Item, answer: Any, reason: str, hints: int, reason_as: str = "") -> Entries:
    """Mark an answer and save it, unless it stands in the passport last; return all its attempts.

    Oldest first; the last is the answer as it was stored. ``hints`` is how many were opened here,
    ``reason_as`` how to write the reason. Raises AnswerError if answer or reason is not complete
    and PassportError if it cannot be saved; then it waits, and the browser has it.
    """
    answer, reason = passport.storable([answer, reason.strip()])
    item.mark(answer)
    if item.reason and not reason:
        raise AnswerError(f"Write the reason first{reason_as}; one line is enough.")
    before = passport.within_reach().of(item.id)
    hints = max(hints, before[-1].hints if before else 0)
    try:
        last = passport.commit(item.id, answer, reason, hints)
    finally:
        keep()  # so that the browser has what the disk refuses
    return before if last in before else (*before, last)


def saved(entry: passport.Entry) -> str:
    """Return in words when and where an answer was saved."""
    done = "Not on the disk yet: answered" if passport.waits(entry) else "Last saved"
    return (
        f"{done} {when(entry, SECONDS)} in {passport.path().name}, attempt {entry.attempt}, "
        f"codename {entry.codename}."
    )


def revealed_figures(item: Item) -> list[dict[str, Any]]:
    """Return the media bundles of the figures that a question shows once it is answered."""
    from ..charts import draw  # here, so that a question need not wait for it

    return [bundle for name in item.reveal for bundle in draw(name, figures()[name]).bundles()]
