"""Session plans, and the minutes that their questions take, added up from the questions."""

from __future__ import annotations

from attrs import field, frozen

from .. import catalogue
from ..tables import CaseError
from ..work import Page, pages
from .files import FOLDER, content, once, read
from .roles import FILE as ROLES
from .roles import role_play

FILE = "plans.toml"
LESSONS = "lessons/"


@frozen(kw_only=True)
class Step:
    """One step of a meeting. ``minutes`` is what the plan gives it.

    ``asks`` are questions done in it, ``lessons`` stands for all questions of a lesson's page,
    ``again`` for questions looked at a second time, which are not counted.
    """

    minutes: int
    text: str
    asks: list[str] = field(factory=list)
    lessons: list[str] = field(factory=list)
    again: list[str] = field(factory=list)
    role_play: str = ""
    output: str = ""
    cut: str = ""


@frozen(kw_only=True)
class Meeting:
    """One meeting, its steps in order, and what is done and read beside it."""

    minutes: int
    steps: list[Step]
    title: str = ""
    home: str = ""
    reading: list[str] = field(factory=list)
    reading_note: str = ""


@frozen(kw_only=True)
class Plan:
    """A way to teach the case in the time there is."""

    id: str
    title: str
    minutes: int
    meetings: list[Meeting]


@frozen(kw_only=True)
class _File:
    plans: list[Plan]
    lessons: dict[str, int] = field(factory=dict)


def plans() -> list[Plan]:
    """Return the plans of the case.

    Raises CaseError if minutes do not add up, a question is not there, or a step's questions take
    longer than the step and nothing says how it stays in time.
    """
    found = read(FILE, _File)
    once(FILE, "the plan", [plan.id for plan in found.plans])
    for plan in found.plans:
        _same(plan.minutes, [meeting.minutes for meeting in plan.meetings], f"plan {plan.id}")
        for meeting in plan.meetings:
            where = f"plan {plan.id}, {meeting.title or 'its meeting'}"
            _same(meeting.minutes, [step.minutes for step in meeting.steps], where)
            for step in meeting.steps:
                _check(step, f"{where}, “{step.text}”")
    return found.plans


def _same(whole: int, parts: list[int], where: str) -> None:
    if sum(parts) != whole:
        raise CaseError(
            f"{FOLDER}/{FILE}, {where}: {' + '.join(map(str, parts))} is {sum(parts)}, not {whole}."
        )


def _check(step: Step, where: str) -> None:
    if step.minutes < 1:
        raise CaseError(f"{FOLDER}/{FILE}, {where}: a step takes a minute or more.")
    if unknown := [name for name in [*step.asks, *step.again] if name not in catalogue.item_ids()]:
        raise CaseError(f"{FOLDER}/{FILE}, {where}: there is no question {', '.join(unknown)}.")
    if taken(step) > step.minutes and not step.cut:
        raise CaseError(
            f"{FOLDER}/{FILE}, {where}: its questions take {taken(step)} minutes, the step has "
            f"{step.minutes}. Say in the entry cut what is left out."
        )


def asked(step: Step) -> list[str]:
    """Return the questions that a step counts, in order."""
    return [*(name for lesson in step.lessons for name in of_lesson(lesson)), *step.asks]


def taken(step: Step) -> int:
    """Return the minutes of a step's questions, or of the role-play that it plays."""
    if step.role_play:
        forms = {form.id: form.minutes for form in role_play().forms}
        if step.role_play not in forms:
            raise CaseError(f"{FOLDER}/{ROLES} has no form {step.role_play!r}.")
        return forms[step.role_play]
    return sum(minutes(name) for name in asked(step))


def minutes(name: str) -> int:
    """Return the minutes of a question."""
    return int(catalogue.content(name)["minutes"])


def of_lesson(lesson: str) -> list[str]:
    """Return the questions that a lesson's page asks and that are its own, in order."""
    return own(page(lesson))


def own(page: Page) -> list[str]:
    """Return the questions of a page that belong to its lesson, in order."""
    lesson = lesson_of(page)
    return [n for n in page.asks if catalogue.content(n)["lesson"] == lesson]


def lesson_of(page: Page) -> str:
    """Return the name of the lesson whose page this is."""
    return page.file.removeprefix(LESSONS).removesuffix(".ipynb")


def page(lesson: str) -> Page:
    """Return the page of a lesson. Raises CaseError if there is none."""
    for one in lesson_pages():
        if lesson_of(one) == lesson:
            return one
    raise CaseError(f"{FOLDER}/{FILE}: there is no lesson {lesson!r} that asks a question.")


def lesson_pages() -> list[Page]:
    """Return the pages of the lessons, in order."""
    return [one for one in pages() if one.file.startswith(LESSONS)]


def designed() -> dict[str, int]:
    """Return how many minutes the design gave each lesson."""
    return content(FILE).get("lessons", {})
