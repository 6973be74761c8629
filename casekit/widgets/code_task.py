"""A task in code: what to do, code to begin with, and what the last check found.

`check` is what a student calls in a cell. It looks into values that may be anything: nothing that
they do (raise, compare strangely, exit) comes out of it but a sentence.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import ipywidgets as widgets
import pandas as pd

from .. import passport
from ..catalogue import item, item_ids
from ..items import AnswerError, Item
from ..items.code_task import HUGE, NOT_A_NUMBER, Check, CodeTask
from ..tables import CaseError
from .parts import status
from .shelf import keep
from .view import View, paragraphs, safe

MOST = 200  # characters of a text that was found, names of a list
BLANK = re.compile(r"(?<!\w)____(?!\w)")

_open: weakref.WeakSet[CodeTaskView] = weakref.WeakSet()


class CodeTaskView(View):
    """Text only: the work is done in a cell. Committing stores the explanation with the result."""

    kind = "code_task"

    def __init__(self, item: Item) -> None:
        super().__init__(item)
        _open.add(self)
        mind_blanks()

    def controls(self) -> list[widgets.Widget]:
        self.last: dict[str, Any] = {"found": {}}
        self.result = widgets.HTML()
        text = (
            "<details><summary>Code to begin with, where it stands in no cell below</summary>"
            "<p>Copy it into a cell and fill the blanks:</p>"
            f"{_code(self.item.starter)}"
            "<p>Then run the check, in the same cell or below it:</p>"
            f"{_code(self.item.call)}</details>"
        )
        if self.item.open_task:
            text += f"<p>After that, on your own:</p>{paragraphs(self.item.open_task)}"
        self._say()
        return [widgets.HTML(text), self.result]

    def _say(self) -> None:
        try:
            said = "The last check: " + self.item.score(self.item.read(self.last))
        except AnswerError:
            said = "No check has been run yet."
        self.result.value = status(said)

    def answer(self) -> dict[str, Any]:
        return {"found": dict(self.last["found"])}

    def show(self, answer: dict[str, Any]) -> None:
        self.last = {"found": dict(answer["found"])}
        self._say()


def _code(text: str) -> str:
    """Return code that can be read, selected and scrolled by keyboard."""
    return (
        '<pre tabindex="0" role="group" aria-label="Code" '
        'style="overflow-x:auto;white-space:pre;word-break:normal">'
        f"<code>{safe(text.strip())}</code></pre>"
    )


def mind_blanks() -> None:
    """From now on, have a cell that still holds a blank say so in a sentence, and not run."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None and blanks_first not in shell.input_transformers_post:
        shell.input_transformers_post.append(blanks_first)


def blanks_first(lines: list[str]) -> list[str]:
    """Return the lines of a cell, or, where blanks are left, one that names their lines.

    A line that is all comment holds no blank.
    """
    code = {number: line for number, line in enumerate(lines, 1) if line.lstrip()[:1] != "#"}
    at = [str(number) for number, line in code.items() if BLANK.search(line)]
    if not at:
        return lines
    named = f"Line {at[0]} still holds a blank"
    if len(at) > 1:
        named = f"Lines {', '.join(at[:-1])} and {at[-1]} still hold blanks"
    said = f"{named} (____). Fill in what is missing and run the cell again; it has not run yet."
    return [f"print({said!r})\n"]


def check(*names: Any, **values: Any) -> None:
    """Check what a task in code has produced: ``check("C1", result=result)``.

    Shows one sentence for each thing that is not yet as it should be, and saves what was found.
    Values that are not ready may be left out.
    """
    try:
        sentences = _checked(names, values)
    except CaseError as error:
        sentences = [str(error)]
    except Exception:
        sentences = ["The check itself failed. Your code and your answers are as they were."]
    _show(sentences)


def _checked(names: tuple[Any, ...], values: Mapping[str, Any]) -> list[str]:
    task = _task(names)
    if isinstance(task, str):
        return [task]
    unknown = [name for name in values if name not in task.names]
    if unknown or not values:
        return [
            *([f"{task.id} asks for no value called {', '.join(unknown)}."] if unknown else []),
            f"Give the values by name: {task.call}",
        ]
    found, troubles = _observed(task, values)
    answer = {"found": found}
    feedback = task.mark(answer)
    texts = [message.text for message in feedback.messages]
    return [feedback.score, *troubles, *texts, *_saved(task.id, answer)]


def _task(names: tuple[Any, ...]) -> CodeTask | str:
    """Return the task that is named, or a sentence on how to name one."""
    ids = item_ids()
    name = names[0] if len(names) == 1 and type(names[0]) is str else ""
    task = item(name) if name in ids else None
    if isinstance(task, CodeTask):
        return task
    tasks = [one for one in ids if isinstance(item(one), CodeTask)]
    shown = f'check("{tasks[0] if tasks else "…"}", result=result)'
    return (
        "A check begins with the name of its task, and every value has a name: "
        f"{shown}. The tasks are: {', '.join(tasks)}."
    )


def _saved(name: str, answer: dict[str, Any]) -> list[str]:
    """Save what was found beside the last explanation; return what went wrong."""
    for view in list(_open):
        if view.item.id == name:
            view.show(answer)
    try:
        answer = passport.storable(answer)
        last = passport.within_reach().of(name)[-1:]
        reason, hints = (last[0].reason, last[0].hints) if last else ("", 0)
        passport.commit(name, answer, reason, hints)
    except CaseError as error:
        return [str(error)]
    finally:
        keep()
    return []


def _show(sentences: list[str]) -> None:
    from IPython.display import display

    sentences = [sentence for sentence in sentences if sentence]
    lines = "".join(f"<p>{safe(sentence)}</p>" for sentence in sentences)
    bundle = {
        "text/html": f'<div role="status">{lines}</div>',
        "text/plain": "\n".join(sentences),
    }
    display(bundle, raw=True)


def _observed(task: CodeTask, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return what each check finds, and a sentence for each value of the wrong sort."""
    found: dict[str, Any] = {}
    troubles = []
    for name in task.names:
        if name not in values:
            continue
        wrong = False
        for one in task.checks:
            if one.name != name or (one.not_above and one.not_above not in values):
                continue
            try:
                found[one.id] = _look(one, values)
            except (Exception, SystemExit):
                found[one.id] = None
                wrong = True
        if wrong:
            troubles.append(
                f"{name} could not be looked into everywhere: something in it is missing or of "
                "another sort than the task asks for."
            )
    return found, troubles


def _look(one: Check, values: Mapping[str, Any]) -> Any:
    """Return what a check finds in the value given, as a plain number, text or list.

    May raise anything: values are whatever a student's code has made.
    """
    value = values[one.name]
    if one.not_above:
        return [_scalar(value), _scalar(pd.Series(values[one.not_above]).mean())]
    if one.column and not one.by:
        value = value[one.column]
    if one.last:
        value = value.tail(one.last)
    return _plain(LOOKS[one.find](value, one))


def _where(value: Any, one: Check) -> Any:
    """Return for each row whether it has ``at`` in the index or in the column ``by``."""
    return (value[one.by] if one.by else value.index).astype(str) == one.at


def _entry(value: Any, one: Check) -> Any:
    rows = value[_where(value, one)]
    if len(rows) != 1:
        raise ValueError("not exactly one entry")
    return (rows[one.column] if one.by else rows).iloc[0]


def _rows(value: Any, one: Check) -> int:
    return int(_where(value, one).sum())


def _encoded(chart: Any) -> list[tuple[str, Any]]:
    """Return the channels of a chart and of its layers that show a field, with what they say."""
    found: list[tuple[str, Any]] = []

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            for name, channel in (part.get("encoding") or {}).items():
                if isinstance(channel, list) or (isinstance(channel, dict) and "field" in channel):
                    found.append((name, channel))
            for inner in part.values():
                collect(inner)
        elif isinstance(part, list):
            for inner in part:
                collect(inner)

    spec = chart.to_dict()
    spec.pop("datasets", None)
    collect(spec)
    return found


def _channels(value: Any, _: Check) -> list[str]:
    return sorted({name for name, _ in _encoded(value)})


def _on(chart: Any, one: Check) -> list[dict[str, Any]]:
    """Return what a chart and its layers say of the channel ``at``; raise where nothing does."""
    found = [said for name, said in _encoded(chart) if name == one.at and isinstance(said, dict)]
    if not found:
        raise ValueError("the chart does not use this channel")
    return found


def _types(value: Any, one: Check) -> list[str]:
    return sorted({str(said.get("type")) for said in _on(value, one)})


def _axis_start(value: Any, one: Check) -> Any:
    """Return where an axis of quantities begins: 0 unless its scale says something else."""
    starts = []
    for said in _on(value, one):
        scale = said.get("scale") or {}
        domain = scale.get("domain")
        start = domain[0] if isinstance(domain, list) else scale.get("domainMin", 0)
        starts.append("the data" if scale.get("zero") is False and start == 0 else start)
    return next((start for start in starts if start != 0), 0)


LOOKS: dict[str, Callable[[Any, Check], Any]] = {
    "value": lambda value, _: value,
    "length": lambda value, _: len(value),
    "index name": lambda value, _: value.index.name,
    "columns": lambda value, _: [str(name) for name in value.columns],
    "entry": _entry,
    "rows": _rows,
    "empty": lambda value, _: int(value.isna().sum()),
    "empty at start": lambda value, _: bool(value.isna().iloc[0] and value.isna().sum() == 1),
    "largest": lambda value, _: value.max(),
    "smallest": lambda value, _: value.min(),
    "median": lambda value, _: value.median(),
    "mean": lambda value, _: value.mean(),
    "channels": _channels,
    "types": _types,
    "axis start": _axis_start,
    "call": lambda value, one: value(*[list(part) for part in one.args]),
}


def _plain(value: Any) -> Any:
    """Return a value as a plain number or text, or a list of them; raise for anything else."""
    if isinstance(value, (list, tuple)):
        return [_scalar(part) for part in list(value)[:MOST]]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, str):
        return str.__str__(value)[:MOST]
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if hasattr(value, "item"):
        value = value.item()  # a number of numpy's
    if type(value) is bool:
        return value
    number = float(value)
    if number != number:
        return NOT_A_NUMBER
    if abs(number) >= HUGE:
        raise ValueError("too large")
    return int(number) if number == int(number) and abs(number) < 2**53 else number
