"""Two students compare their codings: a file out, a file in, the comparison, and a log.

The classmate's file is read where it is chosen and is not kept; what came of the talk about it
stands in the log, which is part of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from ..codebook import Book
from ..items import AnswerError
from ..items.code import LONGEST_NOTE, Coding
from . import agreed
from .parts import grid
from .view import WIDE, row, safe
from .work import Download

REFERENCE = "the reference"
STEPS = (
    "Download your coding file. It holds your codes and your codename, and nothing that you wrote.",
    "Exchange files with a classmate who has committed too: by mail, chat or stick, as you like.",
    "Choose the file that you were sent. It is read here and goes nowhere.",
    "Talk about where you differ, and put what came of it into the log. Then commit again: that "
    "saves the log.",
)


class Discuss:
    """What follows once codings are committed. ``box`` is what is shown, nothing before `begin`."""

    def __init__(self, item: Any, book: Book) -> None:
        self.item, self.book = item, book
        self.mine: dict[str, Coding] = {}
        self.codename = ""
        self.others: dict[str, dict[str, Coding]] = {}
        self.lines: list[dict[str, Any]] = []
        self.kept: list[dict[str, Any]] = []
        self.download = Download(kind="application/json")
        self.upload = widgets.FileUpload(
            accept=".json", multiple=False, description="3. Choose your classmate's file"
        )
        self.alert = widgets.HTML()
        self.compared = widgets.HTML()
        self.picture = widgets.Output()
        self.which = widgets.Dropdown(description="Which disagreement?", layout=WIDE)
        sorts = [("choose …", ""), *((sort.label, sort.id) for sort in item.sorts)]
        self.sort = widgets.Dropdown(
            options=sorts, value="", description="What sort of disagreement is it?", layout=WIDE
        )
        self.note = widgets.Text(
            description="What decides it? For a gap in a rule, the sentence you propose:",
            layout=WIDE,
        )
        self.put = widgets.Button(description="4. Put this into the log")
        self.drop = widgets.Button(description="Take the last line out of the log")
        self.log = widgets.HTML()
        self.upload.observe(self._take, "value")
        self.put.on_click(self._put)
        self.drop.on_click(self._drop)
        exchange = [row(self.download), row(self.upload), self.alert, self.compared, self.picture]
        log = [self.which, self.sort, self.note, row(self.put, self.drop), self.log]
        self.box = widgets.VBox(
            [
                widgets.HTML(self._head()),
                *(exchange if item.exchange else []),
                *(log if item.sorts else []),
            ]
        )
        self.box.layout.display = "none"

    def _head(self) -> str:
        if not self.item.exchange:
            return '<p class="ck-title">Settle the disagreements</p>'
        steps = "".join(f"<li>{safe(step)}</li>" for step in STEPS)
        return f'<p class="ck-title">With a classmate, in four steps</p><ol>{steps}</ol>'

    def begin(self, mine: Mapping[str, Coding], codename: str, log: list[dict[str, Any]]) -> None:
        """Show it for codings that are committed now; ``log`` is what is saved of the log."""
        if not (self.item.exchange or self.item.sorts):
            return
        self.mine, self.codename = dict(mine), codename
        self.lines, self.kept = [dict(line) for line in log], [dict(line) for line in log]
        self.download.text = self.item.file(self.mine, codename, self.book)
        self.download.name = (
            f"codings-{re.sub(r'[^A-Za-z0-9-]+', '-', f'{self.item.id}-{codename}')}.json"
        )
        self.download.label = f"1. Download your coding file ({len(self.mine)} segments)"
        self.box.layout.display = None
        self._compare()
        self._draw_log()

    # The exchange

    def _take(self, change: dict[str, Any]) -> None:
        if not change["new"]:
            return
        file = change["new"][0]
        try:
            who, theirs = self.item.from_file(bytes(file["content"]), self.codename, self.book)
            if who == REFERENCE:
                raise AnswerError(f"This file bears the name {who!r}, which is no classmate's.")
            if not self.mine.keys() & theirs.keys():
                raise AnswerError("You and your classmate have coded no segment in common.")
        except AnswerError as error:
            self.alert.value = (
                f'<p class="ck-error" role="alert">{safe(file["name"])}: {safe(error)} Nothing '
                "here has changed.</p>"
            )
        else:
            self.alert.value = ""
            self.others = {who: theirs}
            self._compare()
            self._draw_log()
        self.upload.value = ()  # so that the same file can be chosen again

    def _compare(self) -> None:
        """Show the comparison with the classmate whose file is here, if there is one."""
        parts, pairs = [], {}
        for who, theirs in self.others.items():
            pairs[who] = self.item.compare(self.mine, theirs)
            both = len(self.mine.keys() & theirs.keys())
            told = [f"Compared with {who}: {both} segments that you both coded."]
            told += agreed.sentences(pairs[who], who)
            parts.append(
                "".join(f"<p>{safe(line)}</p>" for line in told)
                + agreed.table(pairs[who], who)
                + agreed.differences(self.mine, theirs, self.item.apart(self.mine, theirs), who)
            )
        self.compared.value = f'<div role="status">{"".join(parts)}</div>' if parts else ""
        self.picture.outputs = tuple(
            {"output_type": "display_data", "data": bundle, "metadata": {}}
            for bundle in (agreed.bundles(pairs, _title(pairs)) if pairs else [])
        )

    # The log

    def _apart(self) -> dict[tuple[str, str], Coding]:
        """Return what can be settled: (segment, other coder) to what the other coder gave."""
        return {
            (name, who): theirs[name]
            for who, theirs in {REFERENCE: self.item.key(), **self.others}.items()
            for name in self.item.apart(self.mine, theirs)
        }

    def _draw_log(self, told: str = "") -> None:
        apart = self._apart()
        settled = {(line["segment"], line["with"]) for line in self.lines}
        options = [
            (
                f"{name} with {who}: you {_given(self.mine[name])}; {who} {_given(theirs)}"
                f"{' (in the log)' if (name, who) in settled else ''}",
                f"{name} {who}",
            )
            for (name, who), theirs in apart.items()
        ]
        chosen = self.which.value
        options = [("choose …" if apart else "You differ nowhere.", ""), *options]
        self.which.options = options
        self.which.index = None  # or a page that has the menu already would show an empty one
        self.which.value = chosen if chosen in dict(options).values() else ""
        self.log.value = f'<div role="status">{self._log_html(told, len(apart))}</div>'

    def _log_html(self, told: str, apart: int) -> str:
        labels = {sort.id: sort.label for sort in self.item.sorts}
        counts = {
            label: sum(line["sort"] == name for line in self.lines)
            for name, label in labels.items()
        }
        of_each = "; ".join(f"{label}: {n}" for label, n in counts.items() if n)
        state = "saved" if self.lines == self.kept else "not saved yet, commit again to save it"
        said = f"In the log: {len(self.lines)} of {apart} disagreements"
        said += f" ({of_each}). The log is {state}." if self.lines or self.kept else "."
        rows = [
            (
                line["segment"],
                f"{line['with']}: {', '.join(line['codes'])}",
                labels[line["sort"]],
                line.get("note", ""),
            )
            for line in self.lines
        ]
        table = grid("Log", ("Segment", "The other coder", "Sort", "What decides it"), rows)
        return f"<p>{safe(told)}</p><p>{safe(said)}</p>{table if rows else ''}"

    def _put(self, _: Any) -> None:
        name, _, who = (self.which.value or "").partition(" ")
        theirs = self._apart().get((name, who))
        if theirs is None or not self.sort.value:
            self._draw_log("Choose a disagreement and its sort first.")
            return
        if len(self.note.value) > LONGEST_NOTE:
            self._draw_log(f"At most {LONGEST_NOTE} characters in one line of the log.")
            return
        codes = [theirs.primary, *(code for code in theirs.codes if code != theirs.primary)]
        line = {"segment": name, "with": who, "codes": codes, "sort": self.sort.value}
        line["note"] = self.note.value.strip()
        before = [one for one in self.lines if (one["segment"], one["with"]) != (name, who)]
        self.lines = [*before, line]
        self.sort.value, self.note.value = "", ""
        self._draw_log(f"{name} is in the log.")

    def _drop(self, _: Any) -> None:
        gone = self.lines.pop() if self.lines else None
        self._draw_log(f"{gone['segment']} is out of the log." if gone else "The log is empty.")


def _given(one: Coding) -> str:
    return agreed.said(one.codes, one.primary)


def _title(pairs: Mapping[str, Any]) -> str:
    return f"Agreement with {' and '.join(pairs)}, code by code"
