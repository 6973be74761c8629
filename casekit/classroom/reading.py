"""From a folder of passports to one tidy table. Whatever cannot be read is named with its reason.

A folder comes from many hands: every file is a stranger's. Links are not followed, archives are
not opened, large files are not read, and what stands in a file is text and never more.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import define, evolve, field, frozen

from .. import catalogue, passport
from ..items import Item
from ..passport import LARGEST, LONGEST, Entry, PassportError
from ..tables import CaseError, settings
from ..work import Page, count, pages

ENDINGS = (".jsonl", ".jsonl.txt")  # the second is what a notebook in a browser writes
ARCHIVES = (".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".xz", ".bz2", ".zst")
DEEPEST = 6  # folders inside folders
REMEMBERED = 20_000  # marks kept, for answers that many give alike
COLUMNS = [
    *("codename", "lesson", "item", "title", "attempt", "saved", "version", "hints"),
    *("fits", "paths", "score", "reason", "answer", "file"),
]
FILES = ["file", "read", "answers", "codename", "note"]

Said = Callable[[int, int], None]


@frozen(eq=False)
class Classroom:
    """A class as read.

    ``answers``: one row for each student, question and attempt. codename, lesson, item, title;
    attempt (from 1, in order of time); saved (UTC); version of the module; hints opened (0 to 3);
    fits (whether the answer is one of its question as it stands now); paths (names of the
    feedback, with commas between); score in words; reason; answer (JSON); file.

    ``files``: one row for each file found. file, read (true or false), answers, codename, note.
    ``questions`` holds the case's questions in the order of its pages, ``titles`` the title of
    each lesson, ``asked`` the questions that a page asks, ``notes`` what is wrong with the case.
    """

    answers: pd.DataFrame
    files: pd.DataFrame
    questions: dict[str, Item]
    titles: dict[str, str]
    asked: frozenset[str]
    notes: tuple[str, ...] = ()

    @property
    def codenames(self) -> list[str]:
        """The students, in alphabetical order."""
        return sorted(self.answers["codename"].unique())

    @property
    def skipped(self) -> pd.DataFrame:
        """The files that were not read, each with its reason."""
        return self.files.loc[~self.files["read"].astype(bool), ["file", "note"]]

    def only(self, lesson: str) -> Classroom:
        """Return the class with the questions of one lesson only, given by the lesson's id.

        Raises CaseError, with the lessons that exist, if there is none of that id.
        """
        if lesson not in self.titles:
            known = ", ".join(self.titles)
            raise CaseError(f"There is no lesson {lesson!r}. The lessons are: {known}.")
        kept = self.answers[self.answers["lesson"] == lesson].reset_index(drop=True)
        asked = {name: item for name, item in self.questions.items() if item.lesson == lesson}
        return evolve(self, answers=kept, questions=asked)


def read_class(folder: str | Path, said: Said | None = None) -> Classroom:
    """Return what the passports in a folder, and in folders inside it, hold.

    ``said(done, total)`` is called after every file. Raises CaseError if the folder is missing or
    cannot be opened. A file that cannot be read stops nothing: see `Classroom.files`.
    """
    place = Path(folder)
    try:
        if not place.is_dir():
            raise CaseError(f"There is no folder {shown(place)}. Name the one with the passports.")
        with os.scandir(place):
            pass
    except OSError as error:
        raise CaseError(f"{shown(place)} cannot be opened: {error.strerror}.") from error
    listed = pages()
    questions, notes = _questions(listed)
    students = _Students()
    found = list(_inside(place))
    for done, (name, path, reason) in enumerate(found, 1):
        if reason:
            students.leave_out(name, reason)
        else:
            students.take(name, path, questions)
        if said:
            said(done, len(found))
    rows, files = students.rows(), students.files()
    return Classroom(
        answers=_table(rows),
        files=pd.DataFrame(files, columns=FILES),
        questions=questions,
        titles=_titles(listed, questions),
        asked=frozenset(name for page in listed for name in page.asks),
        notes=notes,
    )


def shown(text: Any) -> str:
    """Return text from a stranger on one line, without characters that steer a screen."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in str(text))


def _titles(listed: list[Page], questions: dict[str, Item]) -> dict[str, str]:
    """Return lesson id -> title of its page, or the id in words where no page has that name."""
    found: dict[str, str] = {}
    for page in listed:  # lessons come first, and a later page of that name is about one of them
        found.setdefault(page.file.rsplit("/", 1)[-1].removesuffix(".ipynb"), page.title)
    lessons = dict.fromkeys(item.lesson for item in questions.values())
    return {name: found.get(name, name.replace("-", " ").capitalize()) for name in lessons}


def _questions(listed: list[Page]) -> tuple[dict[str, Item], tuple[str, ...]]:
    """Return the questions in the order of the pages, and what could not be read of them."""
    asked = dict.fromkeys(name for page in listed for name in page.asks)
    known = catalogue.item_ids()
    names = [*(name for name in asked if name in known), *(n for n in known if n not in asked)]
    found, notes = {}, []
    for name in names:
        try:
            found[name] = catalogue.item(name)
        except CaseError as error:
            notes.append(str(error))
    lessons = sorted({item.lesson for item in found.values()})
    return dict(sorted(found.items(), key=lambda one: lessons.index(one[1].lesson))), tuple(notes)


# What lies in the folder


def _inside(folder: Path, start: str = "", depth: int = 0) -> Iterator[tuple[str, Path, str]]:
    """Yield (name, path, reason not to read it or "") of all that lies in a folder, in order."""
    if depth > DEEPEST:
        yield start, folder, f"More than {DEEPEST} folders deep: not looked into."
        return
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield start, folder, f"The folder cannot be opened: {error.strerror}."
        return
    for entry in entries:
        name, path = f"{start}{entry.name}", Path(entry.path)
        try:
            about = entry.stat(follow_symlinks=False)
        except OSError as error:
            yield name, path, f"It cannot be looked at: {error.strerror}."
            continue
        if stat.S_ISLNK(about.st_mode) or getattr(entry, "is_junction", bool)():
            yield name, path, "It is a link. Links are not followed; put the file itself here."
        elif stat.S_ISDIR(about.st_mode):
            yield from _inside(path, f"{name}/", depth + 1)
        else:
            yield name, path, _not_wanted(entry.name, about)


def _not_wanted(name: str, about: os.stat_result) -> str:
    """Return why a file is not read, or "" if it is."""
    if not stat.S_ISREG(about.st_mode):
        return "It is no file that can be read."
    if name.lower().endswith(ARCHIVES):
        return "It is an archive. Archives are not opened: unpack it, and read the folder again."
    if not name.lower().endswith(ENDINGS):
        return f"It is no passport: its name does not end in {ENDINGS[0]}."
    if about.st_size > LARGEST:
        return f"It is larger than {LARGEST // 10**6} MB: no passport grows so large."
    return "" if about.st_size else "It is empty."


# Whose answers they are


@define
class _File:
    """One file: its answers to this case, each with what tells it from all others."""

    name: str
    note: list[str] = field(factory=list)
    read: bool = False
    rows: dict[int, list[Any]] = field(factory=dict)
    codename: str = ""
    student: int = 0
    twin: str = ""


class _Students:
    """Files, and which of them belong to one student.

    Files that begin under the same codename and share an answer (question, time, words) are one
    student's: one is a later copy of the other. The same codename without a shared answer is a
    coincidence of two students, who are kept apart; so are a shared answer and two codenames,
    or anybody could make a classmate's answers part of their own.
    """

    def __init__(self) -> None:
        self._files: list[_File] = []
        self._owner: dict[tuple[str, int], int] = {}
        self._seen: dict[int, int] = {}
        self._same: list[int] = []
        self._labels: dict[int, str] = {}
        self._marks: dict[tuple[str, str], tuple[bool, str, str]] = {}

    def leave_out(self, name: str, reason: str) -> None:
        self._add(_File(shown(name), [reason]))

    def _add(self, file: _File) -> None:
        file.student = len(self._files)
        self._files.append(file)
        self._same.append(file.student)

    def take(self, name: str, path: Path, questions: dict[str, Item]) -> None:
        """Read one file. Whatever it holds, this comes to an end and raises nothing."""
        file = _File(shown(name))
        self._add(file)
        try:
            record = passport.read(path)
        except (PassportError, MemoryError) as error:
            reason = str(error).rsplit(": ", 1)[-1].rstrip(".") or "there is no room for it"
            file.note.append(f"It cannot be opened: {shown(reason)}.")
            return
        case = str(settings().get("id", "case"))
        own = [entry for entry in record.entries if entry.case == case]
        left = len(record.damaged)
        for entry in own:
            answer = json.dumps(entry.answer, ensure_ascii=False)
            if len(answer) > LONGEST:
                left += 1
            else:
                self._keep(file, entry, answer, questions)
        if foreign := len(record.entries) - len(own):
            says = "belongs" if foreign == 1 else "belong"
            file.note.append(f"{count(foreign, 'answer')} {says} to another module: left out.")
        if left:
            file.note.append(f"{count(left, 'line')} could not be read: left out.")
        file.read = bool(file.rows)
        if not file.read:
            file.note.insert(0, "It holds no answer to this module.")
            return
        self._recognise(file, own[0].codename)
        here = str(settings().get("version", ""))
        others = sorted({shown(entry.version) for entry in own} - {here})
        if others:
            file.note.append(
                f"Made with version {', '.join(others)[:80]} of the module (here: {here}); answers "
                "that no longer fit are not counted."
            )

    def _keep(self, file: _File, entry: Entry, answer: str, questions: dict[str, Item]) -> None:
        key = hash((entry.codename, entry.item, entry.time, answer, entry.reason))
        item = questions.get(entry.item)
        fits, paths, score = self._marked(item, answer) if item else (False, "", "")
        file.rows[key] = [
            item.lesson if item else "",
            entry.item if item else shown(entry.item),
            item.title if item else "",
            entry.attempt,
            _moment(entry.time),
            shown(entry.version)[:40],
            min(entry.hints, 3),
            fits,
            paths,
            score,
            entry.reason,
            answer,
            file.name,
        ]

    def _recognise(self, file: _File, codename: str) -> None:
        """Join a file with those of the same student, or remark on what it shares with others."""
        file.codename = shown(codename)
        for key in file.rows:
            mine = self._owner.setdefault((codename, key), file.student)
            other = self._seen.setdefault(key, file.student)
            if mine != file.student:
                self._join(mine, file.student)
            elif other != file.student:
                file.twin = self._files[other].name

    def _join(self, one: int, other: int) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        self._same[second] = first

    def _root(self, student: int) -> int:
        while self._same[student] != student:
            student = self._same[student]
        return student

    def _marked(self, item: Item, answer: str) -> tuple[bool, str, str]:
        """Return whether an answer fits its question, the paths it takes, its score in words."""
        if (item.id, answer) not in self._marks:
            if len(self._marks) > REMEMBERED:
                self._marks.clear()
            try:
                feedback = item.mark(json.loads(answer))
                marks = (True, ", ".join(feedback.paths), feedback.score)
            except Exception:  # whatever an answer does to a question, the class report goes on
                marks = (False, "", "")
            self._marks[item.id, answer] = marks
        return self._marks[item.id, answer]

    def _named(self) -> dict[int, str]:
        """Return a label of its own for each student: the codename, numbered where two share it."""
        if self._labels:
            return self._labels
        names = {self._root(f.student): f.codename for f in self._files if f.read}
        taken = set(names.values())
        seen: set[str] = set()
        for student, name in sorted(names.items()):
            label, number = name, 1
            while label in seen or (number > 1 and label in taken):
                number += 1
                label = f"{name} ({number})"
            seen.add(label)
            self._labels[student] = label
        return self._labels

    def rows(self) -> Iterator[list[Any]]:
        """Yield the rows of the tidy table; attempts are numbered as in the files."""
        labels, known = self._named(), set()
        for file in self._files:
            root = self._root(file.student)
            for key, row in file.rows.items():
                if (root, key) not in known:
                    known.add((root, key))
                    yield [labels[root], *row]

    def files(self) -> list[list[Any]]:
        """Return the rows of the table of files."""
        labels, first = self._named(), {}
        listed = []
        for file in self._files:
            root, note = self._root(file.student), list(file.note)
            if file.read:
                if root in first:
                    note.insert(0, f"A later copy of {first[root]}: taken together with it.")
                elif labels[root] != file.codename:
                    note.insert(0, "Another student has the same codename: kept apart.")
                if file.twin and root == file.student:
                    note.insert(0, f"Shares answers with {file.twin} under another codename.")
                first.setdefault(root, file.name)
            label = labels.get(root, "") if file.read else ""
            listed.append([file.name, file.read, len(file.rows), label, " ".join(note)])
        return listed


def _moment(text: str) -> str:
    """Return a time as UTC, so that times of any zone sort as text; what has none is UTC."""
    moment = datetime.fromisoformat(text)
    try:
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        moment = moment.replace(tzinfo=UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}".rjust(19, "0")


def _table(rows: Iterator[list[Any]]) -> pd.DataFrame:
    """Return the tidy table; attempts keep their order even where a clock was changed."""
    frame = pd.DataFrame(list(rows), columns=COLUMNS)
    order = ["codename", "item", "attempt", "saved"]
    frame = frame.sort_values(order, kind="stable", ignore_index=True)
    frame["attempt"] = frame.groupby(["codename", "item"]).cumcount() + 1
    frame["fits"] = frame["fits"].astype(bool)
    for name in ("codename", "lesson", "item", "title", "version", "file"):
        frame[name] = frame[name].astype("category")
    return frame
