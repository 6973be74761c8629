"""A class: a folder of passports, read into one tidy table, reported and exported.

`read_class` reads, `measures` counts, `page` draws the report, `write` puts the files on a disk.
Nothing is sent anywhere, nothing outside the folder is read, and no file in it is changed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..work import count
from .exports import keep_apart, write
from .page import Section, report, section, sections
from .reading import Classroom, Said, read_class, shown

__all__ = ["Classroom", "Section", "from_command", "progress", "read_class", "report"]
__all__ += ["section", "sections", "write"]


def progress(tell: Callable[[str], None]) -> Said:
    """Return what tells how far the reading is: at the first file, every tenth part, the last."""
    told: set[int] = set()

    def said(done: int, total: int) -> None:
        tenth = 10 * done // total
        if tenth not in told or done == 1:
            told.add(tenth)
            tell(f"Read {done:,} of {total:,} files.")

    return said


def from_command(folder: Path, out: Path, lesson: str, tell: Callable[[str], None]) -> int:
    """Read a folder, write the report and the exports, and tell how it goes, line by line.

    Returns 0, or 1 if no passport could be read; then nothing is written. Raises CaseError if
    there is no such folder or lesson, or the files cannot be written.
    """
    keep_apart(folder, out)
    room = read_class(folder, progress(tell))
    for file, why in room.skipped.itertuples(index=False):
        tell(f"Left out: {file}. {why}")
    for note in room.notes:
        tell(f"Not counted: {shown(note)}")
    if room.answers.empty:
        tell(f"There is no passport to report on in {shown(folder)}. Nothing was written.")
        return 1
    tell(f"{count(len(room.codenames), 'student')}, {count(len(room.answers), 'answer')}.")
    for path in write(room.only(lesson) if lesson else room, out, folder):
        tell(f"written: {shown(path)}")
    return 0
