"""What a student has done: an overview, the path of the beliefs, and all answers as a page.

Reads the passport and the catalogue, writes nothing and draws nothing on the screen.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from datetime import UTC
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from attrs import frozen

from . import catalogue
from .items import AnswerError, Feedback, Item, Probabilities
from .items.plain import Words, in_words
from .passport import Entry, Record, in_order, moment
from .tables import CaseError, root, settings

if TYPE_CHECKING:
    import altair as alt

    from .charts import Figure

FOLDERS = ("lessons", "exercises")  # where a page asks questions; the first to ask one is its page
COLUMNS = ["item", "title", "lesson", "minutes", "attempts", "last saved", "hints", "feedback"]


# What is done and what is open


@frozen
class Page:
    """A notebook of the case: its place, its title, and the questions it asks, in order."""

    file: str
    title: str
    asks: tuple[str, ...]


def pages() -> list[Page]:
    """Return the notebooks of the case that ask questions."""
    files = chain.from_iterable(sorted((root() / name).glob("*.ipynb")) for name in FOLDERS)
    found = [_page(file) for file in files]
    return [page for page in found if page.asks]


def _page(file: Path) -> Page:
    name = file.relative_to(root()).as_posix()
    try:
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        texts = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError):
        return Page(name, "", ())
    prose = "\n".join(text for kind, text in texts if kind == "markdown")
    code = "\n".join(text for kind, text in texts if kind == "code")
    title = re.search(r"^# +(.+)$", prose, re.MULTILINE)
    asked = re.findall(r"^\s*ask\(\s*[\"']([^\"']+)[\"']\s*\)", code, re.MULTILINE)
    return Page(name, title[1].strip() if title else name, tuple(dict.fromkeys(asked)))


def overview(record: Record) -> pd.DataFrame:
    """Return one row for each question that a notebook asks or the passport answers.

    In the order of the pages; what no page asks comes last. A question without an answer has 0
    attempts. ``feedback`` names the paths that the last answer takes, "" where it fits no more.
    """
    found = pages()
    places = {name: page.title for page in reversed(found) for name in page.asks}
    asked = dict.fromkeys(name for page in found for name in page.asks)
    others = dict.fromkeys(entry.item for entry in record.entries if entry.item not in asked)
    rows = [_row(name, places.get(name, ""), record.of(name)) for name in [*asked, *others]]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(name: str, lesson: str, entries: tuple[Entry, ...]) -> list[Any]:
    question, last = _question(name), entries[-1] if entries else None
    feedback = _feedback(question, last.answer) if last else None
    return [
        name,
        question.title if question else "",
        lesson or (question.lesson if question else ""),
        question.minutes if question else 0,
        len(entries),
        when(last) if last else "",
        last.hints if last else 0,
        ", ".join(feedback.paths) if feedback else "",
    ]


def when(entry: Entry, form: str = "%Y-%m-%d %H:%M") -> str:
    """Return the time of an entry in UTC, as it is shown, by default to the minute."""
    try:
        return f"{moment(entry).astimezone(UTC):{form}} UTC"
    except OverflowError:  # the first hours of year 1, or the last of year 9999
        return entry.time


def _question(name: str) -> Item | None:
    """Return a question, or None if there is none of that name or it cannot be read."""
    try:
        return catalogue.item(name)
    except CaseError:
        return None


def _feedback(question: Item | None, answer: Any) -> Feedback | None:
    """Return the feedback on an answer, or None if it does not fit the question (any more)."""
    try:
        return question.mark(answer) if question else None
    except AnswerError:
        return None


# The path of the beliefs


@frozen
class Step:
    """What one saved answer said of one statement, in per cent; ``number`` is its place in time."""

    number: int
    entry: Entry
    statement: str
    text: str
    value: float


def steps(record: Record) -> list[Step]:
    """Return what was believed, oldest first, of every statement that questions ask again.

    Two questions ask the same if statement and id are the same; a letter before the text, as in
    "A) …", does not count.
    """
    asked = {name: _question(name) for name in catalogue.item_ids()}
    asked = {name: item for name, item in asked.items() if isinstance(item, Probabilities)}
    texts = [one for item in asked.values() for one in _statements(item)]
    again = {one for one in texts if texts.count(one) > 1}
    found: list[Step] = []
    number = 0
    for entry in in_order(record.entries):
        item = asked.get(entry.item)
        if not _feedback(item, entry.answer):
            continue
        values = item.read(entry.answer)
        said = [one for one in _statements(item) if one in again]
        number += bool(said)
        found += [Step(number, entry, name, text, values[name]) for name, text in said]
    return found


def _statements(item: Probabilities) -> list[tuple[str, str]]:
    """Return the id and bare text of every statement."""
    return [(one.id, _bare(one.text)) for one in item.statements]


def _bare(text: str) -> str:
    return re.sub(r"^\w\)\s*", "", text.strip())


def belief_path(record: Record) -> Figure | None:
    """Return the path of the beliefs as a figure, one chart a statement; None if there is none."""
    from .charts import Figure  # here, so that a question need not wait for it

    found = steps(record)
    if not found:
        return None
    last = max(step.number for step in found)
    grouped: dict[tuple[str, str], list[Step]] = {}
    for step in sorted(found, key=lambda step: (step.statement, step.number)):
        grouped.setdefault((step.statement, step.text), []).append(step)
    logs = {step.number: step.entry for step in found}
    rows = [
        [step.statement, step.number, _title(step.entry.item), when(step.entry), step.value]
        for step in found
    ]
    return Figure(
        charts=tuple(_panel(part, last) for part in grouped.values()),
        captions=tuple(f"{name}: {text}" for name, text in grouped),
        data=pd.DataFrame(rows, columns=["statement", "log", "question", "saved", "per cent"]),
        title="Your beliefs, log by log",
        note="A line joins one answer to the next about the same statement. A log that did not ask "
        "about it has no point.",
        key=tuple(
            f"{number}: {_title(entry.item)}, {when(entry)}"
            for number, entry in sorted(logs.items())
        ),
    )


def _title(name: str) -> str:
    question = _question(name)
    return f"{question.title} ({name})" if question else name


def _panel(part: list[Step], last: int) -> alt.LayerChart:
    import altair as alt

    from .charts.theme import INK

    points = pd.DataFrame(
        {"log": [step.number for step in part], "value": [step.value for step in part]}
    )
    said = ", ".join(f"log {step.number}: {step.value:g} per cent" for step in part)
    x = alt.X(
        "log:O",
        title="Log",
        scale=alt.Scale(domain=list(range(1, last + 1))),
        axis=alt.Axis(labelAngle=0, labelOverlap=True),
    )
    y = alt.Y(
        "value:Q",
        title="per cent",
        scale=alt.Scale(domain=[0, 100]),
        axis=alt.Axis(values=[0, 25, 50, 75, 100]),
    )
    base = alt.Chart(points).encode(x=x, y=y)
    layers = (
        base.mark_line(strokeWidth=2, color=INK),
        base.mark_point(filled=True, size=60, opacity=1, color=INK),
        base.mark_text(dy=-12, clip=False).encode(text=alt.Text("value:Q", format="~g")),
    )
    return alt.layer(*layers).properties(
        width="container",
        height=150,
        description=f"What you believed, in per cent, of “{part[0].text}” {said}.",
    )


# All answers as a page to print

STYLE = """
body{font:16px/1.5 system-ui,'Noto Sans','Noto Sans CJK KR','Noto Sans CJK JP',sans-serif;
  color:#1f2328;background:#fff;max-width:46em;margin:2em auto;padding:0 1em;overflow-wrap:anywhere}
h2{margin-top:2em}
article{border-top:1px solid #5b6470;margin-top:1.5em}
blockquote{margin:.5em 0;padding-left:1em;border-left:3px solid #5b6470;white-space:pre-wrap}
.quiet{color:#5b6470}
table{border-collapse:collapse}
td,th{text-align:left;vertical-align:top;padding:.2em .6em;border-bottom:1px solid #d5d9de}
@media print{
  body{font-size:11pt;max-width:none;margin:0;padding:0}
  h2,h3{break-after:avoid}
  article{break-inside:auto}
  blockquote,tr,li{break-inside:avoid}
  @page{margin:2cm}
}
""".strip()
# Whatever a text may hold, the page fetches nothing and runs nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def printable(record: Record) -> str:
    """Return all answers as one HTML page that needs nothing else: no script, no network.

    Every question with its prompt, each answer in words, the reason, and the feedback that the
    last answer brings; the language of a text is kept where the question knows it.
    """
    case = settings().get("title", "")
    rows = overview(record)
    done = rows[rows["attempts"] > 0]
    body = [
        "<h1>My answers</h1>",
        f"<p>{_safe(case)}</p>" if case else "",
        _told(
            f"{codenames(record)} {count(len(done), 'question')} answered, "
            f"{count(len(record.entries), 'answer')} in all."
        ),
        _told(record.problem) if record.problem else "",
    ]
    for lesson, part in done.groupby("lesson", sort=False):
        body.append(f"<h2>{_safe(lesson or 'Other questions')}</h2>")
        body += [_article(name, record.of(name)) for name in part["item"]]
    if path := belief_path(record):
        table = path.data.drop(columns="log").to_html(index=False, escape=True, border=0)
        body.append(f"<h2>{_safe(path.title)}</h2>")
        body += [f"<p>{_safe(caption)}</p>" for caption in path.captions]
        body.append(table)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>My answers</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in body if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _article(name: str, entries: tuple[Entry, ...]) -> str:
    question, last = _question(name), entries[-1]
    feedback = _feedback(question, last.answer)
    parts = [f"<h3>{_safe(question.title if question else name)} ({_safe(name)})</h3>"]
    parts += _paragraphs(question.prompt) if question else [_told("This module no longer asks it.")]
    parts += _answered(question, last, "My answer")
    if feedback:
        said = [feedback.score, *(message.text for message in feedback.messages)]
        parts += ["<h4>Feedback</h4>", *_paragraphs("\n\n".join(filter(None, said)))]
    if len(entries) > 1:
        parts.append("<h4>Earlier answers</h4>")
        for entry in entries[:-1]:
            parts += _answered(question, entry, "")
    return f"<article>\n{chr(10).join(parts)}\n</article>"


def _answered(question: Item | None, entry: Entry, heading: str) -> list[str]:
    parts = [f"<h4>{heading}</h4>"] if heading else []
    hints = f", {count(entry.hints, 'hint')} opened" if entry.hints else ""
    parts.append(_told(f"Attempt {entry.attempt}, {when(entry)}{hints}."))
    if question and _feedback(question, entry.answer):
        parts.append(words_html(in_words(question, entry.answer)))
    else:
        parts.append(_told("This answer does not fit the question as it stands now."))
        parts.append(
            f"<blockquote>{_safe(json.dumps(entry.answer, ensure_ascii=False))}</blockquote>"
        )
    if entry.reason:
        asked = question.reason if question and question.reason else "Reason"
        parts.append(f"<p>{_safe(asked)}</p><blockquote>{_safe(entry.reason)}</blockquote>")
    return parts


def words_html(lines: Iterable[Words], numbered: bool = False) -> str:
    """Return an answer in words as a list, every text harmless and marked with its language."""
    tag = "ol" if numbered else "ul"
    inner = "".join(
        f"<li>{_joined(line.said)}"
        f"{words_html(line.below, line.numbered) if line.below else ''}</li>"
        for line in lines
    )
    return f"<{tag}>{inner}</{tag}>"


def _joined(said: tuple[tuple[str, str], ...]) -> str:
    """Return label and value in one line: "A label: value", "A question? value"."""
    *heads, last = said or (("", ""),)
    parts = [
        f"{_safe(text, lang)} " if text.endswith("?") else f"{_safe(text.rstrip('.:'), lang)}: "
        for text, lang in heads
    ]
    return "".join([*parts, _safe(*last)])


def _paragraphs(text: str) -> list[str]:
    return [f"<p>{_safe(part)}</p>" for part in text.split("\n\n") if part.strip()]


def _told(text: str) -> str:
    return f'<p class="quiet">{_safe(text)}</p>'


def _safe(text: Any, lang: str = "") -> str:
    shown = html.escape(str(text), quote=True)
    return f'<span lang="{html.escape(lang, quote=True)}">{shown}</span>' if lang else shown


# Words and names


def count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 answer", "2 answers"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def codenames(record: Record) -> str:
    """Return in a sentence under which codename, or codenames, the answers stand."""
    names = list(dict.fromkeys(entry.codename for entry in record.entries))
    if not names:
        return "No codename yet: the first answer brings one."
    return f"Codename{'s' if len(names) > 1 else ''}: {', '.join(names)}."


def file_name(record: Record, start: str, ending: str) -> str:
    """Return a name for a file of this student: "passport-calm-bay-12.jsonl", fit for any disk."""
    name = record.entries[-1].codename if record.entries else ""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:60]
    return f"{start}-{plain}.{ending}" if plain else f"{start}.{ending}"
