"""Pages of the desk made from its data: tables between marks in a text, and pages to print.

In a text of the desk, what stands between these two lines is written by `make sync`:

    <!-- begin outcomes, written by make sync -->
    <!-- end outcomes -->
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .. import catalogue
from ..tables import CaseError
from . import sessions as planning
from .files import FOLDER, there
from .marks import FILE as RUBRIC
from .marks import rubric
from .printing import role_packs, rubric_page
from .roles import FILE as ROLES
from .roles import role_play

BLOCK = re.compile(
    r"^<!-- begin (?P<name>[^,\n]+), written by make sync -->\n.*?^<!-- end (?P=name) -->$",
    re.DOTALL | re.MULTILINE,
)
BEGINS = re.compile(r"^<!-- (?:begin|end)\b.*$", re.MULTILINE)
PRINTED = {
    "role-packs.html": (ROLES, lambda: role_packs(role_play())),
    "rubric.html": (RUBRIC, lambda: rubric_page(rubric())),
}


def pages(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield every page of the desk that is made, or made in part, and what it has to hold.

    Raises CaseError if a mark is wrong, or the data that a page is made from.
    """
    folder = root / FOLDER
    for path in sorted(folder.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if BEGINS.search(text):
            yield path, filled(text, f"{FOLDER}/{path.name}")
    for name, (data, made) in PRINTED.items():
        if there(data):
            yield folder / name, made()


def filled(text: str, where: str) -> str:
    """Return a text with everything between its marks made anew."""

    def made(match: re.Match) -> str:
        name = match["name"].strip()
        kind, _, about = name.partition(" ")
        if kind not in BLOCKS:
            raise CaseError(
                f"{where}: there is no table {name!r}; write one of {', '.join(sorted(BLOCKS))}."
            )
        block = BLOCKS[kind](about)
        return f"<!-- begin {name}, written by make sync -->\n\n{block}\n\n<!-- end {name} -->"

    left = BLOCK.sub("", text)
    if match := BEGINS.search(left):
        raise CaseError(f"{where}: the mark {match[0]!r} has no partner.")
    return BLOCK.sub(made, text)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", r"\|")


# Outcomes and minutes


def _short(file: str) -> str:
    """Return the number of a lesson, or its name where it has none: "Lesson 2"."""
    number = re.match(r"\d+", file)
    return f"Lesson {int(number[0])}" if number else file


def outcomes(_: str = "") -> str:
    """Return where each outcome is practised: lessons down, outcomes across."""
    named = {_short(planning.lesson_of(p)): planning.own(p) for p in planning.lesson_pages()}
    shown = {name for names in named.values() for name in names}
    content = {name: catalogue.content(name) for name in catalogue.item_ids()}
    for name in sorted(content.keys() - shown):
        named.setdefault(content[name]["lesson"].replace("-", " "), []).append(name)
    wanted = sorted({one for entries in content.values() for one in entries["outcomes"]})
    rows = [
        [place, *(", ".join(n for n in names if o in content[n]["outcomes"]) for o in wanted)]
        for place, names in named.items()
    ]
    return _table(["", *wanted], rows)


def lessons(_: str = "") -> str:
    """Return the minutes of every lesson, added up, beside what its design gave it."""
    designed, rows, whole = planning.designed(), [], [0, 0]
    for page in planning.lesson_pages():
        names, design = planning.own(page), designed.get(planning.lesson_of(page), 0)
        total = sum(map(planning.minutes, names))
        whole = [whole[0] + total, whole[1] + design]
        rows.append([page.title, len(names), total, design or ""])
    rows.append(["**Together**", "", whole[0], whole[1]])
    return _table(["Lesson", "Questions", "Minutes to answer", "Minutes in the design"], rows)


def plan(about: str) -> str:
    """Return one plan: for each meeting a table of its steps, and what is done beside it."""
    found = {one.id: one for one in planning.plans()}
    if about not in found:
        raise CaseError(f"{FOLDER}/{planning.FILE} has no plan {about!r}.")
    parts = []
    for meeting in found[about].meetings:
        rows, cut, begin, summed = [], [], 0, 0
        for step in meeting.steps:
            end, taken = begin + step.minutes, planning.taken(step)
            rows.append([_span(begin, end), step.minutes, *_step(step), taken or "–"])
            cut += [f"- From {_clock(begin)}: {step.cut}"] if step.cut else []
            begin, summed = end, summed + taken
        rows.append(["", meeting.minutes, "**Together**", "", summed])
        table = _table(["From–to", "Plan", "What happens", "Questions", "Their minutes"], rows)
        parts += [f"#### {meeting.title}"] if meeting.title else []
        parts += [table, *(["To stay in time:\n\n" + "\n".join(cut)] if cut else [])]
        if meeting.home:
            parts.append(f"At home: {meeting.home}.")
        if meeting.reading:
            keys = ", ".join(f"`{key}`" for key in meeting.reading)
            parts.append(f"Reading: {keys} ({meeting.reading_note}).")
    return "\n\n".join(parts)


def _span(begin: int, end: int) -> str:
    return f"{_clock(begin)}–{_clock(end)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _step(step: planning.Step) -> tuple[str, str]:
    """Return what happens in a step, and its questions in words."""
    said = f"{step.text}. *{step.output}*" if step.output else step.text
    named = [f"all of {_short(lesson)}" for lesson in step.lessons]
    named += step.asks
    named += [f"{name} again" for name in step.again]
    return said, ", ".join(named)


# Questions, one by one


def questions(_: str = "") -> str:
    """Return what to do with each question's answers, and its paths with their sentences."""
    parts = []
    for page in planning.lesson_pages():
        parts.append(f"## {page.title}")
        parts += [_question(name) for name in planning.own(page)]
    return "\n\n".join(parts)


def _question(name: str) -> str:
    content = catalogue.content(name)
    minutes = f"{content['minutes']} minute{'' if content['minutes'] == 1 else 's'}"
    paths = [path for path in content["feedback"] if path.get("when") != {"otherwise": True}]
    lines = [f"- **{path['path'].replace('-', ' ')}**: {_said(path['say'])}" for path in paths]
    listed = (
        f"\n\nAnswers to expect, and what they are told:\n\n{chr(10).join(lines)}" if lines else ""
    )
    return (
        f"### {name}: {content['title']}\n\n{minutes}; {', '.join(content['outcomes'])}. "
        f"{content['instructor']}{listed}"
    )


def _said(text: str) -> str:
    """Return a sentence of feedback in one line; numbers that an answer fills in are left open."""
    return re.sub(r"\{\w+\}", "…", " ".join(text.split()))


# The role-play and the rubric


def teams(_: str = "") -> str:
    """Return the teams as all may know them."""
    rows = [
        [role.name, role.office, ", ".join(map(str, role.posts)), role.public]
        for role in role_play().roles
    ]
    return _table(["Team", "Office", "Posts in rounds", "What all know of it"], rows)


def timeline(about: str) -> str:
    """Return the rounds of one form, with the minutes from the beginning."""
    form = next((form for form in role_play().forms if form.id == about), None)
    if form is None:
        raise CaseError(f"{FOLDER}/{ROLES} has no form {about!r}.")
    rows, begin = [], 0
    for step in form.steps:
        rows.append([f"{begin}–{begin + step.minutes}", step.minutes, step.text])
        begin += step.minutes
    return _table(["From–to", "Minutes", "Round"], [*rows, ["", form.minutes, "**Together**"]])


def shocks(_: str = "") -> str:
    """Return the shock cards and how to use each."""
    return "\n".join(f"- **{card.text}** {card.how}" for card in role_play().shocks)


def debrief(_: str = "") -> str:
    """Return the parts of the debrief."""
    rows = [[part.title, part.minutes, part.text] for part in role_play().debrief]
    whole = sum(part.minutes for part in role_play().debrief)
    return _table(["Part", "Minutes", "What happens"], [*rows, ["**Together**", whole, ""]])


def constraints(_: str = "") -> str:
    """Return what holds for every post, and how the room stays safe."""
    play = role_play()
    both = {"Every post:": play.constraints, "For the room:": play.safety}
    return "\n\n".join(
        f"{head}\n\n{chr(10).join(f'- {line}' for line in lines)}" for head, lines in both.items()
    )


def criteria(_: str = "") -> str:
    """Return the rubric: criteria down, levels across."""
    found = rubric()
    head = ["Criterion (weight)", *(f"{level.value} {level.name}" for level in found.levels)]
    rows = [[f"**{one.name}** ({one.weight})", *one.at] for one in found.criteria]
    return _table(head, rows)


def conversion(_: str = "") -> str:
    """Return the suggested conversion, labelled as that."""
    found = rubric()
    rows = [
        [f"{level.value} {level.name}", f"{level.lowest} to {level.highest}"]
        for level in found.levels
    ]
    return _table(["Level", "Suggested conversion, of 100"], rows)


BLOCKS: dict[str, Callable[[str], str]] = {
    "constraints": constraints,
    "conversion": conversion,
    "debrief": debrief,
    "lessons": lessons,
    "outcomes": outcomes,
    "plan": plan,
    "questions": questions,
    "rubric": criteria,
    "shocks": shocks,
    "teams": teams,
    "timeline": timeline,
}
