"""The student's own record: one line for every answer committed, kept in one file.

The file is JSON Lines, written only by adding a line at its end, so that an interrupted write
can spoil that line and no other, and two windows can write at the same time. Nothing is sent
anywhere. Its place is ``passport.jsonl`` in the case's folder, or what the environment variable
``CASEKIT_PASSPORT`` names.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import asdict, field, frozen
from attrs.validators import ge, instance_of, max_len, min_len
from cattrs import Converter
from cattrs.errors import BaseValidationError

from .tables import CaseError, root, settings

LARGEST = 20_000_000  # bytes of a passport that is added
LONGEST = 20_000  # characters of one answer or reason: an essay fits, an accident does not

# Names that say nothing about who carries them.
_FIRST = ("amber", "calm", "clear", "deep", "early", "keen", "kind", "light", "mild", "quiet")
_SECOND = ("bay", "bridge", "field", "grove", "harbour", "island", "lane", "path", "pine", "river")


class PassportError(CaseError):
    """An answer could not be saved or read. The message says why and what to do."""


@frozen(kw_only=True)
class Entry:
    """One committed answer. ``time`` is UTC, to the second; ``attempt`` counts from 1."""

    case: str = field(validator=[instance_of(str), min_len(1)])
    version: str = field(validator=instance_of(str))
    codename: str = field(validator=[instance_of(str), min_len(1), max_len(60)])
    item: str = field(validator=[instance_of(str), min_len(1), max_len(60)])
    attempt: int = field(validator=[instance_of(int), ge(1)])
    time: str = field(validator=instance_of(str))
    answer: dict = field(validator=instance_of(dict))
    reason: str = field(default="", validator=[instance_of(str), max_len(LONGEST)])
    hints: int = field(default=0, validator=[instance_of(int), ge(0)])

    def __attrs_post_init__(self) -> None:
        datetime.fromisoformat(self.time)  # ValueError: a time must be a time


_converter = Converter(prefer_attrib_converters=True)
# As it stands: what a line holds must already have the right type, 3 is no text.
for _kind in (str, int, dict):
    _converter.register_structure_hook(_kind, lambda value, _: value)


@frozen
class Record:
    """What a passport file holds: its entries in order, and its unreadable lines."""

    entries: tuple[Entry, ...]
    damaged: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The readable entries as a passport file holds them, a line each."""
        return "".join(_written(entry).decode("utf-8") + "\n" for entry in self.entries)

    def of(self, item: str) -> tuple[Entry, ...]:
        """Return the entries of one question, oldest first."""
        mine = (entry for entry in self.entries if entry.item == item)
        return tuple(sorted(mine, key=lambda entry: entry.time))

    @property
    def problem(self) -> str:
        """A sentence about unreadable lines, or "" where there is none."""
        if not self.damaged:
            return ""
        count = len(self.damaged)
        lines = "line" if count == 1 else "lines"
        return (
            f"{count} {lines} of your passport file could not be read. They stay in the file as "
            "they are; all other answers are safe."
        )


def path() -> Path:
    """Return the passport's place: ``CASEKIT_PASSPORT``, or passport.jsonl in the case's folder."""
    named = os.environ.get("CASEKIT_PASSPORT")
    return Path(named) if named else root() / "passport.jsonl"


def read(file: Path | None = None) -> Record:
    """Return what the passport holds; an absent file holds nothing.

    A line that is torn or no entry is kept aside in ``Record.damaged``; the file is not changed.
    Raises PassportError if the file cannot be opened.
    """
    place = file or path()
    try:
        raw = place.read_bytes()
    except FileNotFoundError:
        return Record(())
    except OSError as error:
        raise PassportError(
            f"Your passport {place.name} cannot be opened: {error.strerror}."
        ) from error
    return _understood(raw)


def _understood(raw: bytes) -> Record:
    entries, damaged = [], []
    for line in raw.split(b"\n"):
        if not line.strip():
            continue
        try:
            entries.append(_entry(line))
        except (ValueError, TypeError, RecursionError, BaseValidationError):
            damaged.append(line.decode("utf-8", "replace"))
    return Record(tuple(entries), tuple(damaged))


def _entry(line: bytes) -> Entry:
    content = json.loads(line)
    _line(content)  # ValueError: no entry holds what could not be written again
    return _converter.structure(content, Entry)


def _line(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8")


def _written(entry: Entry) -> bytes:
    return _line(asdict(entry))


def storable(value: Any) -> Any:
    """Return a value as the passport will give it back; half a character becomes "?".

    Raises PassportError if no file could hold it.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise PassportError(f"Not saved: the answer cannot be written down ({error}).") from error
    return json.loads(text.encode("utf-8", "replace"))


def save(
    item: str,
    answer: Mapping[str, Any],
    reason: str = "",
    hints: int = 0,
    file: Path | None = None,
) -> Entry:
    """Add one answer to the passport, on the disk when this returns, and return its entry.

    Raises PassportError if the answer is too long or cannot be written; then nothing that was in
    the file has changed.
    """
    place = file or path()
    before = read(place)
    answer, reason = storable(answer), storable(reason)
    if max(len(json.dumps(answer, ensure_ascii=False)), len(reason)) > LONGEST:
        raise PassportError(
            f"Not saved: the answer is longer than {LONGEST:,} characters. Shorten it and commit "
            "again."
        )
    entry = Entry(
        case=str(settings().get("id", "case")),
        version=str(settings().get("version", "")),
        codename=before.entries[-1].codename if before.entries else codename(),
        item=item,
        attempt=len(before.of(item)) + 1,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        answer=answer,
        reason=reason,
        hints=hints,
    )
    _append(place, _written(entry))
    return entry


@frozen
class Added:
    """What came of adding another passport: entries new and known, lines left out."""

    new: int
    known: int
    damaged: int
    foreign: int

    def __str__(self) -> str:
        parts = [f"{self.new} answers were added", f"{self.known} were here already"]
        if self.foreign:
            parts.append(f"{self.foreign} belong to another module and were left out")
        if self.damaged:
            parts.append(f"{self.damaged} lines could not be read and were left out")
        return "; ".join(parts) + "."


def add(text: str | bytes, file: Path | None = None) -> Added:
    """Add what another passport of the same student holds and this one does not.

    Nothing that is in the file changes. Raises PassportError if the text is no passport at all,
    is too large, or the file cannot be written.
    """
    raw = _bytes(text)
    if len(raw) > LARGEST:
        raise PassportError(f"This is larger than {LARGEST // 10**6} MB: it is no passport.")
    incoming = _understood(raw)
    if raw.strip() and not incoming.entries:
        raise PassportError("This is no passport: not one line of it could be read.")
    new = missing(raw, file)
    for entry in new:
        _append(file or path(), _written(entry))
    own = sum(map(_own, incoming.entries))
    return Added(len(new), own - len(new), len(incoming.damaged), len(incoming.entries) - own)


def missing(text: str | bytes, file: Path | None = None) -> list[Entry]:
    """Return the entries of another passport of this case that are not in this one."""
    here = set(map(_written, read(file).entries))
    others = {_written(entry): entry for entry in _understood(_bytes(text)).entries if _own(entry)}
    return [entry for line, entry in others.items() if line not in here]


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "replace") if isinstance(text, str) else bytes(text)


def _own(entry: Entry) -> bool:
    return entry.case == str(settings().get("id", "case"))


def codename() -> str:
    """Return a new random name that says nothing about its bearer, like "calm-harbour-27"."""
    return f"{secrets.choice(_FIRST)}-{secrets.choice(_SECOND)}-{secrets.randbelow(90) + 10}"


def _append(place: Path, line: bytes) -> None:
    """Write one line at the end of a file, in one piece, and flush it to the disk."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(
            place, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600
        )
    except OSError as error:
        raise _unsaved(place, error) from error
    try:
        size = os.fstat(handle).st_size
        torn = size > 0 and _last_byte(handle, size) != b"\n"
        data = (b"\n" if torn else b"") + line + b"\n"
        written = os.write(handle, data)
        if written < len(data):
            raise OSError(28, "the disk is full")
        os.fsync(handle)
    except OSError as error:
        raise _unsaved(place, error) from error
    finally:
        os.close(handle)


def _last_byte(handle: int, size: int) -> bytes:
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1)


def _unsaved(place: Path, error: OSError) -> PassportError:
    return PassportError(
        f"Not saved: {place} cannot be written ({error.strerror or error}). Your answer is still "
        "on the page: copy it, make room or choose another folder, and commit again."
    )
