"""What can go wrong beside the passport: killed, two at once, no room, no permission, any order."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import random
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from casekit import passport
from casekit.building import notebooks
from casekit.catalogue import item
from casekit.widgets import answer as answering
from casekit.widgets import shelf as shelves
from casekit.widgets.code_task import check
from casekit.widgets.question import Question
from casekit.widgets.work import Work

ROOT = Path(__file__).resolve().parents[1]
WORDS = "약속을 지키다 約束を守る 🥁 " * 20
CHOICE = "L1-recall-2"
forked = pytest.mark.skipif(not hasattr(os, "fork"), reason="Only POSIX can kill and fork so.")


@pytest.fixture
def file(small_case):
    return small_case.root / "student" / "passport.jsonl"


# Killed at any moment


class Window:
    """A process that saves answers one after the other and says of each that it was saved."""

    def __init__(self, file: Path, name: str, most: int = 10_000, before=None) -> None:
        self.reading, writing = os.pipe()
        self.heard = b""
        self.pid = os.fork()
        if self.pid:
            os.close(writing)
            return
        try:
            os.close(self.reading)
            if before:
                before()
            for number in range(most):
                entry = passport.save("E01", {"id": f"{name}.{number}"}, WORDS, file=file)
                os.write(writing, f"{name}.{number} {entry.attempt}\n".encode())
        finally:
            os._exit(0)

    def wait(self, count: int) -> None:
        """Wait until so many answers were said to be saved."""
        while self.heard.count(b"\n") < count and (part := os.read(self.reading, 65536)):
            self.heard += part

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def said(self) -> dict[str, int]:
        """Wait for the end; return what was said to be saved: id to attempt."""
        while part := os.read(self.reading, 65536):
            self.heard += part
        os.close(self.reading)
        os.waitpid(self.pid, 0)
        whole = self.heard.decode().split("\n")[:-1]
        return {name: int(attempt) for name, attempt in (line.split() for line in whole)}


def found(file: Path) -> dict[str, int]:
    """Return the answers that a passport holds: id to attempt. Each is whole, and there once."""
    entries = passport.read(file).entries
    held = {entry.answer["id"]: entry.attempt for entry in entries}
    assert len(held) == len(entries), "An answer stands there twice."
    assert all(entry.reason == WORDS for entry in entries)
    return held


@forked
@pytest.mark.parametrize("windows", [1, 2])
def test_killed_at_any_moment_what_was_saved_is_there(file, monkeypatch, windows):
    """200 times: 10 files, killed 20 times each; the times cover start, writing and flushing.

    Every other kill waits for some answers first: on a slow machine the rest may come before any.
    """
    monkeypatch.setattr(passport, "PATIENCE", 60)  # they press harder than any student
    chance = random.Random(windows)
    saved_in_all, torn = 0, 0
    for book in range(10 // windows):
        place = file.with_name(f"{book}.jsonl")
        acknowledged: dict[str, int] = {}
        for kill in range(20 if windows == 1 else 10):
            damaged = len(passport.read(place).damaged)
            open_now = [Window(place, f"{kill}.{one}") for one in range(windows)]
            if kill % 2:
                open_now[0].wait(chance.randint(2, 9))
            time.sleep(chance.choice([0, chance.uniform(0, 0.004), chance.uniform(0, 0.03)]))
            for window in open_now:
                window.kill()
            for window in open_now:
                acknowledged |= window.said()
            held = found(place)
            assert acknowledged.items() <= held.items(), "A saved answer is gone."
            now = len(passport.read(place).damaged)
            assert now - damaged <= windows, "A kill spoilt more than the line it hit."
            torn += now - damaged
        assert len(set(held.values())) == len(held), "Two answers count the same attempt."
        saved_in_all += len(acknowledged)
        last = passport.save("E01", {"id": "last"}, WORDS, file=place)
        assert passport.read(place).of("E01")[-1] == last
    assert saved_in_all > 100, "Every kill came before the first answer: nothing was tried."


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def stage(step: str, when: str, share: float = 1.0):
    """Return what makes a process die at one step of saving: before it, in its middle, after it."""

    def patch() -> None:
        real = getattr(os, step)

        def dying(*arguments):
            if when == "before":
                die()
            if when == "middle":
                handle, data = arguments
                real(handle, data[: max(1, int(len(data) * share))])
                die()
            real(*arguments)
            die()

        setattr(os, step, dying)

    return patch


STAGES = [
    ("open", "before", 0),
    ("open", "after", 0),
    ("write", "before", 0),
    *(("write", "middle", share / 20) for share in range(1, 20)),
    ("write", "middle", 0.9999),
    ("write", "after", 0),
    ("fsync", "before", 0),
    ("fsync", "after", 0),
]


@forked
@pytest.mark.parametrize(("step", "when", "share"), STAGES)
def test_killed_at_every_stage_of_saving(file, step, when, share):
    kept = Window(file, "a", most=3).said()
    assert len(kept) == 3
    assert Window(file, "b", most=1, before=stage(step, when, share)).said() == {}
    held = found(file)
    assert kept.items() <= held.items()
    damaged = passport.read(file).damaged
    assert len(held) - 3 + len(damaged) <= 1, "One kill left more than one line."
    assert bool(damaged) == (when == "middle" and share < 0.999)
    again = Window(file, "c", most=2).said()
    assert (held | again).items() == found(file).items()
    assert passport.read(file).damaged == damaged


# Two at once


@forked
def test_two_windows_at_one_question_count_every_attempt_once(file, monkeypatch):
    """From an empty file, so that they also agree on one codename."""
    monkeypatch.setattr(passport, "PATIENCE", 60)  # they press harder than any student
    windows = [Window(file, name, most=150) for name in "ab"]
    said = {}
    for window in windows:
        said |= window.said()
    assert len(said) == 300
    assert found(file) == said
    assert sorted(said.values()) == list(range(1, 301))
    record = passport.read(file)
    assert not record.damaged
    assert len({entry.codename for entry in record.entries}) == 1
    assert [entry.attempt for entry in record.of("E01")] == list(range(1, 301))


@forked
def test_a_window_that_hangs_holds_nobody_up_for_ever(file, monkeypatch):
    monkeypatch.setattr(passport, "PATIENCE", 0.2)
    passport.save("E01", {"id": "first"}, WORDS, file=file)
    with passport._opened(file):
        start = time.monotonic()
        passport.save("E01", {"id": "second"}, WORDS, file=file)
        assert time.monotonic() - start >= 0.2
    assert found(file) == {"first": 1, "second": 2}


@forked
@pytest.mark.parametrize("without", ["no lock here", "refused"])
def test_where_nothing_can_be_locked_no_line_is_lost(file, monkeypatch, without):
    if without == "no lock here":
        monkeypatch.setattr(passport, "flock", None)
    else:

        def refuse(*_):
            raise OSError(errno.ENOLCK, "No locks available")

        monkeypatch.setattr(passport, "flock", refuse)
    windows = [Window(file, name, most=150) for name in "ab"]
    said = {}
    for window in windows:
        said |= window.said()
    assert len(said) == 300 and found(file) == said
    assert not passport.read(file).damaged


# No room, no permission


@contextlib.contextmanager
def room(size: int):
    """Let no file of this process grow beyond so many bytes, as on a disk that is full."""
    resource = pytest.importorskip("resource", reason="Only POSIX limits the size of files so.")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("left", [0, 1, 2, 100, 499])
def test_a_full_disk_in_truth(file, left):
    for number in range(3):
        passport.save("E01", {"id": f"a.{number}"}, WORDS, file=file)
    before = file.read_bytes()
    with room(len(before) + left):
        for number in range(3):
            with pytest.raises(passport.PassportError, match="Not saved") as caught:
                passport.save("E01", {"id": f"b.{number}"}, WORDS, file=file)
            assert one_sentence(str(caught.value))
        full = passport.read(file)
        assert [entry.answer["id"] for entry in full.waiting] == ["b.0", "b.1", "b.2"]
        assert "3 answers are not on the disk yet" in full.problem
        assert file.read_bytes().startswith(before)
    saved = passport.save("E01", {"id": "c"}, WORDS, file=file)
    names = ["a.0", "a.1", "a.2", "b.0", "b.1", "b.2", "c"]
    record = passport.read(file)
    assert [entry.answer["id"] for entry in record.of("E01")] == names
    assert [entry.attempt for entry in record.of("E01")] == [1, 2, 3, 4, 5, 6, 7]
    assert record.of("E01")[-1] == saved and not record.waiting
    assert len(record.damaged) <= 3 * bool(left)


def test_what_is_brought_in_while_the_disk_is_full_waits_too(file):
    other = file.with_name("other.jsonl")
    passport.save("E02", {"id": "x"}, WORDS, file=other)
    passport.save("E01", {"id": "y"}, WORDS, file=file)
    with room(file.stat().st_size), pytest.raises(passport.PassportError, match="Not saved"):
        passport.add(other.read_bytes(), file)
    assert {entry.answer["id"] for entry in passport.read(file).entries} == {"x", "y"}
    assert passport.add(other.read_bytes(), file).new == 0
    assert len(file.read_bytes().split(b"\n")) == 3, "What waited was not written."
    assert not passport.read(file).waiting


def one_sentence(text: str) -> bool:
    return text.endswith(".") and not re.search(r"[.!?]\s", text)


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The passport of a student who works on the real case."""
    place = tmp_path / "student" / "passport.jsonl"
    monkeypatch.setenv("CASEKIT_PASSPORT", str(place))
    shelves.shelf.cache_clear()
    answering._opened.clear()
    monkeypatch.setattr(Question, "_offering", "")
    yield place
    shelves.shelf.cache_clear()


REFUSALS = {
    "full": (errno.ENOSPC, "No space left on device"),
    "over the quota": (errno.EDQUOT, "Disk quota exceeded"),
    "read-only": (errno.EROFS, "Read-only file system"),
    "forbidden": (errno.EACCES, "Permission denied"),
    "broken": (errno.EIO, "Input/output error"),
}


@contextlib.contextmanager
def refusing(step: str, kind: str):
    number, said = REFUSALS[kind]
    real = getattr(os, step)

    def refuse(*_, **__):
        raise OSError(number, said)

    setattr(os, step, refuse)
    try:
        yield said
    finally:
        setattr(os, step, real)


@contextlib.contextmanager
def parent_is_a_file(place: Path):
    place.parent.write_text("I am no folder.", encoding="utf-8")
    try:
        yield "Not a directory"
    finally:
        place.parent.unlink()


@contextlib.contextmanager
def folder_in_its_place(place: Path):
    place.mkdir(parents=True)
    try:
        yield "Is a directory"
    finally:
        place.rmdir()


def faults() -> list:
    made = [
        pytest.param(lambda _, s=step, k=kind: refusing(s, k), id=f"{kind} at {step}")
        for kind in REFUSALS
        for step in ("open", "write", "fsync")
    ]
    return [
        *made,
        pytest.param(parent_is_a_file, id="the folder is a file"),
        pytest.param(folder_in_its_place, id="the file is a folder"),
    ]


def choose(question: Question, at: int) -> dict:
    question.view.radio.value = item(CHOICE).options[at].id
    return question.view.answer()


@pytest.mark.parametrize("fault", faults())
def test_an_answer_that_the_disk_refuses_is_told_and_kept(own, fault):
    """On the page, in the browser's copy, in the download; and on the disk once that goes."""
    with fault(own) as why:
        question = Question(item(CHOICE))
        answer = choose(question, 1)
        question.commit.click()
        said = text_of(question.alert.value)
        assert 'role="alert"' in question.alert.value
        assert "Not saved" in said and why in said
        assert one_sentence(said), said
        assert question.view.answer() == answer, "The answer is no longer on the page."
        assert question.said.value == "", "Something was revealed without being saved."

        lines = shelves.shelf().lines.splitlines()
        assert [json.loads(line)["answer"] for line in lines] == [answer], "Not in the browser."
        work = Work()
        assert [json.loads(line)["answer"] for line in work.passport.text.splitlines()] == [answer]
        assert "1 answer" in work.passport.label
        assert text_of(work.alert.value)
        assert answer["choice"] in work.page.text or item(CHOICE).options[1].label in work.page.text

        again = Question(item(CHOICE))  # the cell is run again
        assert again.view.answer() == answer
        assert "Not on the disk yet" in again.saved.value
        assert "Last saved" not in again.saved.value
        assert "1 answer is not on the disk yet" in text_of(again.alert.value)
        again.commit.click()
        assert "Not saved" in text_of(again.alert.value)
        assert len(passport.within_reach().entries) == 1, "Trying again made a second attempt."

    again.commit.click()
    assert again.alert.value == "" and again.said.value
    assert "Last saved" in again.saved.value
    (entry,) = passport.read().entries
    assert entry.answer == answer and entry.attempt == 1
    assert set(own.read_text("utf-8").splitlines()) == {passport.read().text.strip()}
    assert not passport.read().waiting and not Work().alert.value


def test_a_cell_s_answer_and_a_code_task_are_kept_in_the_browser_too(own, capsys):
    with parent_is_a_file(own):
        answering.answer("L1-log", 40, "because")
        check("C1", result=None)
    assert "Not saved" in capsys.readouterr().out
    kept = [json.loads(line)["item"] for line in shelves.shelf().lines.splitlines()]
    assert kept[:1] == ["L1-log"]
    answering.answer("L1-log", 40, "because")
    assert "Last saved" in capsys.readouterr().out
    assert own.is_file() and not passport.read().waiting


def test_another_notebook_offers_what_the_disk_refused_and_hands_it_out(own):
    """Each notebook is a process of its own: only the browser joins them."""
    with parent_is_a_file(own):
        question = Question(item(CHOICE))
        answer = choose(question, 2)
        question.commit.click()
        lines = shelves.shelf().lines
    passport._waiting.clear()
    shelves.shelf.cache_clear()
    with room(0):
        work = Work()
        shelves.shelf().found = lines
        offer = work.box.children[1]
        assert "holds 1" in offer.children[0].value
        offer.children[1].children[0].click()
        assert "Not saved" in offer.children[0].value
        assert [json.loads(one)["answer"] for one in work.passport.text.splitlines()] == [answer]
    passport._waiting.clear()


def test_a_passport_deleted_while_its_page_is_open_comes_back(own):
    question = Question(item(CHOICE))
    first = choose(question, 0)
    question.commit.click()
    kept = shelves.shelf().lines
    own.unlink()
    second = choose(question, 1)
    question.commit.click()
    assert question.alert.value == "" and "Last saved" in question.saved.value
    assert [entry.answer for entry in passport.read().entries] == [second]
    assert [entry.answer for entry in passport.missing(kept)] == [first]
    passport.add(kept)
    assert {entry.answer["choice"] for entry in passport.read().entries} == {
        first["choice"],
        second["choice"],
    }


# Cells in any order

SETUP = 'import sys; sys.path.insert(0, "..")'


def cells() -> list:
    """Return every code cell of a lesson, and every cell of an exercise that asks a question."""
    import nbformat

    found = []
    for path in notebooks(ROOT):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(("lessons/", "exercises/")):
            continue
        book = nbformat.read(path, as_version=4)
        code = [cell.source for cell in book.cells if cell.cell_type == "code"]
        setup = next((source for source in code if source.startswith(SETUP)), "")
        for number, source in enumerate(code):
            if name.startswith("lessons/") or "ask(" in source:
                found.append(pytest.param(name, setup, source, id=f"{name}-{number}"))
    return found


CELLS = cells()


@pytest.fixture
def bare(own, monkeypatch):
    """The search path as a new kernel has it; what a cell adds goes with the test."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    return own


@pytest.mark.parametrize(("name", "setup", "source"), CELLS)
def test_a_cell_needs_no_other_but_the_setup(name, setup, source, bare, monkeypatch, capsys):
    """It runs alone, and a second time."""
    monkeypatch.chdir((ROOT / name).parent)
    space: dict = {}
    exec(setup, space)
    for _ in range(2):
        exec(compile(source, name, "exec"), space)
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", sorted({one.values[0] for one in CELLS}))
def test_cells_may_run_in_any_order(name, seed, bare, monkeypatch, capsys):
    sources = [one.values for one in CELLS if one.values[0] == name]
    random.Random(seed).shuffle(sources)
    monkeypatch.chdir((ROOT / name).parent)
    space: dict = {}
    exec(sources[0][1], space)
    for _, _, source in sources:
        exec(compile(source, name, "exec"), space)
    assert not bare.exists(), "Showing questions has written something."
    assert "Traceback" not in capsys.readouterr().err
