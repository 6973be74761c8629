"""Files from a class: the page to project, completion for a learning platform, all answers.

A cell that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from ..tables import CaseError
from .measures import LEAST, letters
from .page import report
from .reading import Classroom, shown

REPORT, POINTS, ANSWERS, FILES = "report.html", "completion.csv", "answers.csv", "files.csv"

# A spreadsheet reads a formula where a cell begins so, blanks or not, also after a line break, a
# tab or a semicolon, at which some divide cells whatever stands around them. The wide forms count
# too, and a tab or a return at the very beginning.
SIGNS = r"(?=[^\S\t\r\n]*[=+\-@＝＋－＠])"
BEGINS = re.compile(rf"{SIGNS}|[\t\r]")
AFTER = re.compile(rf"[;\t\r\n]{SIGNS}")


def cell(value: Any) -> Any:
    """Return a value for a CSV file: numbers as they are, text that is no formula anywhere."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return value
    text = str(value).replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    text = AFTER.sub(r"\g<0>'", text)
    return f"'{text}" if BEGINS.match(text) else text


def text_of(frame: pd.DataFrame) -> str:
    """Return a frame as CSV: every text in quotation marks, lines that end as the standard says."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([cell(name) for name in frame.columns])
    writer.writerows(zip(*(_cells(frame[name]) for name in frame.columns), strict=True))
    return out.getvalue()


def _cells(column: pd.Series) -> Iterator[Any]:
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return map(cell, column.tolist())
    few = {value: cell(value) for value in column.cat.categories}  # each of them once
    return map(few.get, column.tolist())


def completion(room: Classroom) -> pd.DataFrame:
    """Return one row for each student and one column for each question, 1 or 0, and the sum.

    1: an answer that fits the question and, where a reason is asked for, a reason of five letters
    or more. What the answer says is not marked. Questions that no page asks and nobody answered
    have no column.
    """
    rows = room.answers[room.answers["fits"]]
    seen = set(rows["item"].unique())
    names = [name for name in room.questions if name in room.asked or name in seen]
    reasoned = {name for name in names if room.questions[name].reason}
    good = rows[~rows["item"].isin(list(reasoned)) | (letters(rows["reason"]) >= LEAST)]
    done = set(zip(good["codename"], good["item"], strict=True))
    found = [[who, *(int((who, n) in done) for n in names)] for who in room.codenames]
    frame = pd.DataFrame(found, columns=["codename", *names])
    frame["total"] = frame[names].sum(axis=1).astype(int)
    return frame


def write(room: Classroom, folder: str | Path, read_from: str | Path | None = None) -> list[Path]:
    """Write report, completion, answers and list of files into a folder, and return their paths.

    Older files of the same names are replaced, in one step each; nothing else in the folder is
    touched. Raises CaseError if the folder lies in the one that was read, or cannot be written.
    """
    place = Path(folder)
    if read_from:
        keep_apart(read_from, place)
    contents = {
        REPORT: report(room).encode("utf-8", "replace"),
        POINTS: text_of(completion(room)).encode("utf-8"),
        ANSWERS: text_of(room.answers).encode("utf-8-sig"),
        FILES: text_of(room.files).encode("utf-8-sig"),
    }
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            _replace(place / name, content)
    except OSError as error:
        raise CaseError(
            f"{shown(place)} cannot be written: {error.strerror}. Name another folder."
        ) from error
    return [place / name for name in contents]


def keep_apart(read_from: str | Path, out: str | Path) -> None:
    """Raise CaseError if what is written would lie in the folder that is read."""
    if Path(out).resolve().is_relative_to(Path(read_from).resolve()):
        raise CaseError(
            f"{shown(out)} lies in the folder with the passports, which stays as it is. Name "
            "another one."
        )


def _replace(path: Path, content: bytes) -> None:
    """Put a file in place in one step; a link of that name is replaced, not followed."""
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        scratch.write_bytes(content)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
