"""A newcomer walks through a notebook: every question answered twice, then all closed and reopened.

Nothing is clicked but the menu bar. What the page says to an answer is held against what the
question says to it, and the passport against what was entered. A question that a lesson asks too
was answered there: an exercise opened later, in a kernel of its own, must show that answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from entering import enter, two_answers
from keys import Keys

from casekit.catalogue import item
from casekit.items import CodeTask, Item
from casekit.passport import save

ROOT = Path(__file__).resolve().parents[2]
# Two files of tests walk through a half each, for each file may go to a process of its own.
HALVES = (
    [
        "lessons/00-start-here.ipynb",
        "lessons/01-history.ipynb",
        "lessons/04-framing.ipynb",
        "exercises/01-history.ipynb",
        "exercises/05-follow-through.ipynb",
        "exercises/code-track.ipynb",
        "exercises/unseen-coverage.ipynb",
    ],
    [
        "lessons/02-alliance.ipynb",
        "lessons/03-drum-moment.ipynb",
        "lessons/05-follow-through.ipynb",
        "exercises/02-alliance.ipynb",
        "exercises/03-drum-moment.ipynb",
        "exercises/04-framing.ipynb",
        "exercises/broken-charts.ipynb",
    ],
)
LESSONS = [notebook for half in HALVES for notebook in half if notebook.startswith("lessons/")]
REASONS = ("Because of the dates.", "On second thoughts, because of who speaks.")
# The paragraphs that the page says to an answer, before what is revealed.
SAID = "said => [...said.children].filter(part => part.tagName === 'P').map(p => p.textContent)"
FRESH = """count => [...document.querySelectorAll('.ck-item')]
  .filter(part => !part.matches('.ck-seen')).length >= count"""
SEEN = "document.querySelectorAll('.ck-item').forEach(part => part.classList.add('ck-seen'))"
# Kinds whose controls show the answer, or a page of it, and nothing that is not part of it.
LOOKED_AT = {
    *("choice", "choose", "classify", "estimate", "forecast"),
    *("probabilities", "rate", "rule", "update", "write"),
}
# Scrolls through the whole page, for charts are drawn anew when they come into view, and gives
# each so many milliseconds; then says what reaches beyond the notebook's own edge.
BEYOND = """async time => {
  const pause = time => new Promise(done => setTimeout(done, time)), found = [];
  for (const cell of document.querySelectorAll('.jp-Cell')) {
    cell.scrollIntoView();
    await pause(cell.querySelector('svg.marks') ? time : 20);
  }
  await pause(2 * time);
  const home = document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
  for (const part of document.querySelectorAll(
    '.ck-item, .ck-item *, .jp-Cell svg.marks, .jp-Cell .jp-RenderedHTMLCommon > *')) {
    const svg = part.closest('svg');
    if (svg && svg !== part) continue;
    if (part.closest('details, .jp-OutputArea-output [role=region]')) continue;
    const box = part.getBoundingClientRect();
    if (box.width > 1 && box.right > home.right)
      found.push([part.tagName, Math.round(box.width), Math.round(box.right - home.right),
                  part.textContent.slice(0, 60)].join(' '));
  }
  return found;
}"""
# The passport in the storage of the browser build, "" where there is none.
STORED = """async () => {
  try {
    const files = window.jupyterapp.serviceManager.contents;
    return (await files.get('passport.jsonl.txt', {content: true})).content;
  } catch {
    return '';
  }
}"""
Read = Callable[[], list[dict[str, Any]]]


def asked(notebook: str) -> list[str]:
    """Return the ids of the questions that a notebook puts on the page, in order."""
    cells = nbformat.read(ROOT / notebook, as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    return re.findall(r"^ask\([\"']([^\"']+)[\"']\)", code, re.MULTILINE)


class InLab:
    """A walk in JupyterLab: where a notebook opens, and what its passport says."""

    def __init__(self, lab) -> None:
        self.address, self.passport = lab.address, lab.case / "passport.jsonl"
        self.passport.unlink(missing_ok=True)

    def written(self) -> str:
        """Return the text of the passport, "" where there is none."""
        return self.passport.read_text(encoding="utf-8") if self.passport.exists() else ""

    def run_anew(self, one, questions: int) -> None:
        """Restart the kernel, which outlived the page, and run all cells."""
        one.ready()
        one.page.evaluate(SEEN)
        one.menu("Kernel", "Restart Kernel and Run All Cells…")
        one.page.wait_for_selector(".jp-Dialog .jp-mod-accept:focus")
        one.page.keyboard.press("Enter")
        one.page.wait_for_function(FRESH, arg=questions, timeout=120_000)


class InBrowser:
    """A walk in the browser build at an address: its passport is in the storage of the page."""

    def __init__(self, site: str, one) -> None:
        self.site, self.page = site, one.page

    def address(self, notebook: str) -> str:
        return f"{self.site}/start.html?path={notebook}"

    def written(self) -> str:
        return self.page.evaluate(STORED)

    def run_anew(self, one, questions: int) -> None:
        """Run all cells: the kernel went with the page, and a new one came."""
        one.run_all(questions)


def walk(place: InLab | InBrowser, one, notebook: str) -> None:
    """Answer every question of a notebook wrong and then right, close it, and find all again.

    In an exercise, find the answers that were given in the lesson, and answer what is new.
    """
    names = asked(notebook)
    assert names, f"{notebook} asks nothing."
    known = {} if notebook in LESSONS else answered_before(names, place)
    new = [name for name in names if name not in known]
    one.open(place.address(notebook))
    one.run_all(len(names))
    keys = Keys(one.page)
    keys.settle()
    for name, lines in known.items():
        found_again(keys, item(name), lines)
    done = [line for lines in known.values() for line in lines]
    assert kept(place) == done, "Committing what had come back changed the passport."
    left = {}  # what the controls of each question said when it was left
    for name in new:
        question = item(name)
        if isinstance(question, CodeTask):
            done += worked(keys, question, notebook, lambda: kept(place))
        else:
            done += answered(keys, question)
        left[name] = keys.says()
        assert kept(place) == done, f"{name}: the passport holds something else."

    if new:
        reopened(place, one, notebook, keys, done, left)
    assert keys.lost == [], f"A button left the focus nowhere: {keys.lost}"
    nameless = [stop for stop in keys.stops.values() if not (stop["name"] and stop["marked"])]
    assert nameless == [], "A control without a name, or without a mark of the focus."
    assert one.axe() == []
    for width, time in ((1280, 20), (400, 400)):  # at the first width charts are drawn already
        one.page.set_viewport_size({"width": width, "height": 1000})
        beyond = one.page.evaluate(BEYOND, time)
        for _ in range(2):  # a busy machine draws a chart anew a little later
            beyond = beyond and one.page.evaluate(BEYOND, 400)
        assert not beyond, f"Beyond the edge at {width} pixels: {beyond[:5]}"
    assert not one.outside, f"A request left the machine: {one.outside}"
    assert not one.errors, f"The page complained: {one.errors}"
    assert one.failures() == []
    one.page.evaluate("window.jupyterapp.serviceManager.sessions.shutdownAll()")


def answered_before(names: list[str], place: InLab) -> dict[str, list[dict[str, Any]]]:
    """Put into a passport what lessons ask too; return what it then holds of each question."""
    told = [name for name in names if any(name in asked(lesson) for lesson in LESSONS)]
    for name in told:
        question = item(name)
        for answer, reason in zip(two_answers(question), REASONS, strict=True):
            save(name, answer, reason if question.reason else "", file=place.passport)
    return {name: [line for line in kept(place) if line["item"] == name] for name in told}


def reopened(
    place, one, notebook: str, keys: Keys, done: list[dict[str, Any]], left: dict[str, dict]
) -> None:
    """Close a notebook, open it in a new kernel, and see that every answer is back.

    ``done`` is what the passport holds, ``left`` what the controls of each question said.
    """
    names = asked(notebook)
    one.page.keyboard.press("Control+s")
    one.open(place.address(notebook))
    place.run_anew(one, len(names))
    keys.settle()
    again = kept(place)
    # A cell with a check runs again too, and adds what it found.
    asked_only = [
        [line for line in lines if not isinstance(item(line["item"]), CodeTask)]
        for lines in (done, again)
    ]
    assert asked_only[0] == asked_only[1], "Opening the notebook again changed the passport."
    for name in names:
        lines = [line for line in done if line["item"] == name]
        found_again(keys, item(name), lines, left.get(name))
    assert kept(place) == again, "Committing what had come back changed the passport."


def kept(place: InLab | InBrowser) -> list[dict[str, Any]]:
    """Return what the passport holds, without when and under which name."""
    lines = place.written().splitlines()
    wanted = ("item", "attempt", "answer", "reason", "hints")
    return [{name: line[name] for name in wanted} for line in map(json.loads, lines)]


def answered(keys: Keys, question: Item) -> list[dict[str, Any]]:
    """Answer a question twice; return what the passport should hold of it."""
    keys.begin(question.title)
    if question.opens_after:
        keys.push(f"Open {question.id}", f"{question.id} · about")
    lines = []
    for attempt, answer in enumerate(two_answers(question), 1):
        enter(keys, question, answer)
        reason = REASONS[attempt - 1] if question.reason else ""
        if reason:
            keys.type(question.reason.strip()[:40], reason)
        keys.push("Commit")
        told(keys, question, answer, attempt)
        hints = attempt - 1 if question.hints else 0
        lines.append(
            {
                "item": question.id,
                "attempt": attempt,
                "answer": answer,
                "reason": reason,
                "hints": hints,
            }
        )
        if attempt == 1 and question.hints:
            hinted(keys, question)
    return lines


def hinted(keys: Keys, question: Item) -> None:
    """Open the first hint."""
    keys.push("Show hint 1 of 3", "Show hint 2 of 3")
    shown = keys.box.locator("[role=status] ol li").all_text_contents()
    assert question.hints[0] in shown, f"{question.id}: the hint is not shown: {shown}"


def worked(keys: Keys, task: CodeTask, notebook: str, read: Read) -> list[dict[str, Any]]:
    """Do a task in code with values that are none and then as the solution does it.

    Every check saves what it found; committing adds the explanation.
    """
    before, (ask, cells) = len(read()), cells_of(task, notebook)
    keys.begin(task.title)
    keys.type(task.reason.strip()[:40], REASONS[0])
    keys.push("Commit", "Run the check in a cell first")
    nothing = ", ".join(f"{name}=0" for name in task.names)
    run_in(keys, [(cells[-1][0] - ask, f'check("{task.id}", {nothing})')])
    below = keys.page.locator(".jp-Cell").nth(cells[-1][0]).locator(".jp-OutputArea-output")
    checked(task, read, below)
    committed(keys, task, REASONS[0], read)
    hinted(keys, task)
    run_in(keys, [(at - ask, source) for at, source in cells])
    checked(task, read, below)
    committed(keys, task, REASONS[1], read)
    lines = read()[before:]
    first, *between, last = lines
    assert [line["attempt"] for line in lines] == list(range(1, len(lines) + 1))
    assert {line["item"] for line in lines} == {task.id}
    assert (first["reason"], first["hints"]) == ("", 0)
    assert between[0] == {**first, "attempt": 2, "reason": REASONS[0]}
    assert {line["reason"] for line in between} == {REASONS[0]}
    assert (last["reason"], last["hints"]) == (REASONS[1], 1)
    assert "otherwise" not in task.mark(first["answer"]).paths
    assert task.mark(last["answer"]).paths == ("otherwise",)
    return lines


def cells_of(task: CodeTask, notebook: str) -> tuple[int, list[tuple[int, str]]]:
    """Return the place of the cell that asks, and of each that checks with how it is solved."""
    solved = nbformat.read(ROOT / notebook.replace("exercises/", "solutions/"), as_version=4).cells
    sources = {cell.id: cell.source for cell in solved}
    cells = nbformat.read(ROOT / notebook, as_version=4).cells
    ask = next(at for at, cell in enumerate(cells) if f'ask("{task.id}")' in cell.source)
    checks = [at for at, cell in enumerate(cells) if f'check("{task.id}"' in cell.source]
    return ask, [(at, sources[cells[at].id]) for at in checks]


def run_in(keys: Keys, cells: list[tuple[int, str]]) -> None:
    """Write code into cells so many below the question's own, and run each."""
    for below, source in cells:
        keys.begin(keys.item)
        keys.press("Escape", *["ArrowDown"] * below, "Enter", "Control+a")
        keys.page.keyboard.insert_text(source)
        keys.press("Control+Enter")
        keys.settle()
    keys.begin(keys.item)


def checked(task: CodeTask, read: Read, below) -> None:
    """See that a cell shows what the task says to what was found."""
    feedback, shown = task.mark(read()[-1]["answer"]), below.all_inner_texts()
    for text in (feedback.score, *(message.text for message in feedback.messages)):
        assert any(text in one for one in shown), f"{task.id}: {text!r} is not in {shown}"


def committed(keys: Keys, task: CodeTask, reason: str, read: Read) -> None:
    keys.type(task.reason.strip()[:40], reason)
    keys.push("Commit")
    last = read()[-1]
    enter(keys, task, last["answer"])
    told(keys, task, last["answer"], last["attempt"])


def told(keys: Keys, question: Item, answer: dict[str, Any], attempt: int) -> None:
    """See that the page says to an answer what the question says to it, and that it is saved."""
    feedback = question.mark(answer)
    texts = [feedback.score, *(message.text for message in feedback.messages), question.after]
    wanted = [part for text in texts for part in text.split("\n\n") if part.strip()]
    said = keys.box.locator(".ck-said")
    shown = said.evaluate(SAID) if said.count() else []
    alert = keys.box.get_by_role("alert").all_inner_texts()
    assert shown[: len(wanted)] == wanted, f"{question.id}, attempt {attempt}: {alert}"
    keys.see(f"attempt {attempt}, codename ")
    assert said.is_visible()


def found_again(
    keys: Keys, question: Item, lines: list[dict[str, Any]], left: dict[Any, Any] | None = None
) -> None:
    """See that a question came back as it was left, and that committing it again adds nothing.

    ``left`` is what its controls said, if they were seen. What is committed is what they say now.
    """
    last = lines[-1]
    keys.begin(question.title)
    keys.see("Last saved ")
    told(keys, question, last["answer"], last["attempt"])
    keys.go(f"Earlier attempts at this question ({last['attempt'] - 1})")
    keys.press("Enter")
    keys.see("Attempt 1, ")
    if left is not None and question.kind in LOOKED_AT:
        says = keys.says()
        both = left.keys() & says.keys()  # some controls are shown at one time or the other
        other = {name: (left[name], says[name]) for name in both if left[name] != says[name]}
        assert not other, f"{question.id}: a control says something else: {other}"
    keys.push(f"Commit again (attempt {last['attempt'] + 1})")
    if not isinstance(question, CodeTask):
        keys.see("Committed again without a change")
        told(keys, question, last["answer"], last["attempt"])
