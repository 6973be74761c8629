"""The student's own record: one line for every answer committed, kept in one file.

The file is JSON Lines, written only by adding at its end, so that an interrupted write can spoil
the line it was writing and no other. Two windows write one after the other. An answer that the
disk refuses waits here, is part of all that is read, and goes first at the next write. Nothing is
sent anywhere. The file's place is ``passport.jsonl`` in the case's folder, or what the environment
variable ``CASEKIT_PASSPORT`` names.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import asdict, field, fields_dict, frozen
from attrs.validators import and_, ge, instance_of, le, max_len, min_len, not_
from cattrs import Converter
from cattrs.errors import BaseValidationError

from .tables import CaseError, root, settings

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:  # Windows, and Python in a browser
    flock = None

LARGEST = 20_000_000  # bytes of a passport that is added
LONGEST = 20_000  # characters of one answer or reason: an essay fits, an accident does not
LINE = 300_000  # bytes: more than the longest answer and reason take, every character escaped
DEEPEST = 100  # lists within lists
DIGITS = 300  # of a whole number: any of these is a floating-point number too
MOST = 1_000_000  # attempts
PATIENCE = 5  # seconds to wait for another window

# Names that say nothing about who carries them.
_FIRST = ("amber", "calm", "clear", "deep", "early", "keen", "kind", "light", "mild", "quiet")
_SECOND = ("bay", "bridge", "field", "grove", "harbour", "island", "lane", "path", "pine", "river")


class PassportError(CaseError):
    """An answer could not be saved or read. The message says why and what to do."""


_NUMBER = and_(instance_of(int), not_(instance_of(bool)))


@frozen(kw_only=True)
class Entry:
    """One committed answer. ``time`` is UTC, to the second; ``attempt`` counts from 1.

    ``more`` is what a later version of the module wrote beside; it is kept and written again.
    """

    case: str = field(validator=[instance_of(str), min_len(1)])
    version: str = field(validator=instance_of(str))
    codename: str = field(validator=[instance_of(str), min_len(1), max_len(60)])
    item: str = field(validator=[instance_of(str), min_len(1), max_len(60)])
    attempt: int = field(validator=[_NUMBER, ge(1), le(MOST)])
    time: str = field(validator=instance_of(str))
    answer: dict = field(validator=instance_of(dict))
    reason: str = field(default="", validator=[instance_of(str), max_len(LONGEST)])
    hints: int = field(default=0, validator=[_NUMBER, ge(0), le(MOST)])
    more: dict = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        moment(self)  # ValueError: a time must be a time


def moment(entry: Entry) -> datetime:
    """Return when an answer was committed; a time without a zone is UTC."""
    said = datetime.fromisoformat(entry.time)
    return said if said.tzinfo else said.replace(tzinfo=UTC)


_converter = Converter(prefer_attrib_converters=True)
# As it stands: what a line holds must already have the right type, 3 is no text.
for _kind in (str, int, dict):
    _converter.register_structure_hook(_kind, lambda value, _: value)


@frozen
class Record:
    """What there is of a passport: its entries as they came, and what is wrong with it.

    ``damaged`` are lines that could not be read, ``waiting`` the entries that the disk has
    refused so far, and ``closed`` says why the file cannot be opened.
    """

    entries: tuple[Entry, ...]
    damaged: tuple[str, ...] = ()
    waiting: tuple[Entry, ...] = ()
    closed: str = ""

    @property
    def text(self) -> str:
        """The entries as a passport file holds them, a line each."""
        return "".join(_written(entry).decode("utf-8") + "\n" for entry in self.entries)

    def of(self, item: str) -> tuple[Entry, ...]:
        """Return the entries of one question, oldest first."""
        return in_order(entry for entry in self.entries if entry.item == item)

    @property
    def problem(self) -> str:
        """What is wrong, a sentence for each thing, or "" where nothing is."""
        said = [self.closed] if self.closed else []
        if count := len(self.damaged):
            lines, they = ("line", "it stays") if count == 1 else ("lines", "they stay")
            said.append(
                f"{count} {lines} of your passport file could not be read; {they} in the file, "
                "and all other answers are safe."
            )
        if count := len(self.waiting):
            answers = "answer is" if count == 1 else "answers are"
            said.append(
                f"{count} {answers} not on the disk yet: make room or choose another folder, and "
                "commit again."
            )
        return " ".join(said)


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries oldest first.

    Time decides, except that the attempts at one question under one codename keep their order
    even where the computer's clock was changed between them.
    """
    reached: dict[tuple[str, str], datetime] = {}
    placed = []
    for entry in sorted(entries, key=lambda entry: (entry.attempt, moment(entry))):
        chain, when = (entry.codename, entry.item), moment(entry)
        reached[chain] = max(reached.get(chain, when), when)
        placed.append(((reached[chain], entry.attempt), entry))
    return tuple(entry for _, entry in sorted(placed, key=lambda pair: pair[0]))


def path() -> Path:
    """Return the passport's place: ``CASEKIT_PASSPORT``, or passport.jsonl in the case's folder."""
    named = os.environ.get("CASEKIT_PASSPORT")
    return Path(named) if named else root() / "passport.jsonl"


def read(file: Path | None = None) -> Record:
    """Return what the passport holds; an absent file holds nothing.

    A line that is torn or no entry is kept aside in ``Record.damaged``; the file is not changed.
    Raises PassportError if the file cannot be opened.
    """
    record = within_reach(file)
    if record.closed:
        raise PassportError(record.closed)
    return record


def within_reach(file: Path | None = None) -> Record:
    """Return what `read` returns, and what there is without the file if it cannot be opened."""
    place = file or path()
    closed = ""
    try:
        known, bad = _told_apart(place.read_bytes())
    except FileNotFoundError:
        known, bad = {}, []
    except OSError as error:
        known, bad = {}, []
        closed = f"Your passport {place.name} cannot be opened: {error.strerror}."
    waiting = _waiting.get(place, {})
    return Record(
        entries=tuple((known | waiting).values()),
        damaged=tuple(line.decode("utf-8", "replace") for line in bad),
        waiting=tuple(waiting.values()),
        closed=closed,
    )


def waits(entry: Entry) -> bool:
    """Whether an entry is one that the disk has refused so far."""
    return entry in within_reach().waiting


_waiting: dict[Path, dict[bytes, Entry]] = {}


def _told_apart(raw: bytes) -> tuple[dict[bytes, Entry], list[bytes]]:
    """Return what a file holds: each entry once, by its line as it is written, and bad lines."""
    entries, damaged = {}, []
    for line in raw.split(b"\n"):
        if not line.strip():
            continue
        try:
            entry = _entry(line)
            entries.setdefault(_written(entry), entry)
        except (ValueError, TypeError, RecursionError, BaseValidationError):
            damaged.append(line)
    return entries, damaged


def _entry(line: bytes) -> Entry:
    if len(line) > LINE:
        raise ValueError("longer than any answer")
    # A lost connection to the disk leaves runs of zeros, an editor leaves a mark at the start.
    content = _parsed(line.strip(b"\0").decode("utf-8-sig"))
    if not isinstance(content, dict):
        raise ValueError("no entry")
    more = {name: value for name, value in content.items() if name not in _KNOWN}
    known = {name: value for name, value in content.items() if name in _KNOWN}
    return _converter.structure(known | {"more": more}, Entry)


_KNOWN = fields_dict(Entry).keys() - {"more"}


def _parsed(text: str, deepest: int = DEEPEST) -> Any:
    """Return JSON as Python. ValueError: a number is too large, or lists are nested too deep."""
    content = json.loads(text, parse_int=_whole)
    level, depth = [content], 0
    while level:
        held = [one.values() if isinstance(one, dict) else one for one in level]
        level = [one for part in held if not isinstance(part, _PLAIN) for one in part]
        depth += 1
    if depth > deepest:
        raise ValueError(f"nested more than {deepest} deep")
    return content


_PLAIN = (str, int, float, type(None))


def _whole(digits: str) -> int:
    if len(digits) > DIGITS:
        raise ValueError(f"a number of more than {DIGITS} digits")
    return int(digits)


def _line(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8")


def _written(entry: Entry) -> bytes:
    content = asdict(entry, recurse=False)
    return _line(content | content.pop("more"))


def storable(value: Any) -> Any:
    """Return a value as the passport will give it back; half a character becomes "?".

    Raises PassportError if no file could hold it.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        return _parsed(text.encode("utf-8", "replace").decode("utf-8"), DEEPEST // 2)
    except (TypeError, ValueError, RecursionError) as error:
        raise PassportError(f"Not saved: the answer cannot be written down ({error}).") from error


def save(
    item: str,
    answer: Mapping[str, Any],
    reason: str = "",
    hints: int = 0,
    file: Path | None = None,
) -> Entry:
    """Add one answer to the passport, on the disk when this returns, and return its entry.

    Raises PassportError if the answer is too long, or if the disk refuses it; then it waits. What
    was in the file has not changed.
    """
    answer, reason = storable(answer), storable(reason)
    if max(len(json.dumps(answer, ensure_ascii=False)), len(reason)) > LONGEST:
        raise PassportError(
            f"Not saved: the answer is longer than {LONGEST:,} characters. Shorten it and commit "
            "again."
        )

    def made(before: Record) -> list[Entry]:
        mine = before.of(item)
        return [
            Entry(
                case=str(settings().get("id", "case")),
                version=str(settings().get("version", "")),
                codename=before.entries[0].codename if before.entries else codename(),
                item=item,
                attempt=min(max([len(mine), *(entry.attempt for entry in mine)]) + 1, MOST),
                time=datetime.now(UTC).isoformat(timespec="seconds"),
                answer=answer,
                reason=reason,
                hints=hints,
            )
        ]

    (entry,) = _put(file or path(), made)
    return entry


def commit(
    item: str,
    answer: Mapping[str, Any],
    reason: str = "",
    hints: int = 0,
    file: Path | None = None,
) -> Entry:
    """Do what `save` does, unless the last entry of the question says the same: return that then.

    In both cases nothing waits any more when this returns. Raises PassportError as `save` does.
    """
    last = within_reach(file).of(item)[-1:]
    if not last or (last[0].answer, last[0].reason) != (answer, reason):
        return save(item, answer, reason, hints, file)
    if _waiting.get(file or path()):
        _put(file or path(), lambda _: [])
    return last[0]


@frozen
class Added:
    """What came of adding another passport: entries new and known, lines left out.

    ``codename`` is the one under which the student goes on: the first that the file bore.
    """

    new: int
    known: int
    damaged: int
    foreign: int
    codename: str = ""

    def __str__(self) -> str:
        parts = [
            _counted(self.new, "answer was added", "answers were added"),
            _counted(self.known, "was here already", "were here already"),
        ]
        if self.foreign:
            parts.append(
                _counted(
                    self.foreign,
                    "belongs to another module and was left out",
                    "belong to another module and were left out",
                )
            )
        if self.damaged:
            parts.append(
                _counted(
                    self.damaged,
                    "line could not be read and was left out",
                    "lines could not be read and were left out",
                )
            )
        on = f" New answers go on under the codename {self.codename}." if self.codename else ""
        return f"{'; '.join(parts)}.{on}"


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def add(text: str | bytes, file: Path | None = None) -> Added:
    """Add what another passport of the same student holds and this one does not.

    Nothing that is in the file changes. Raises PassportError if the text is no passport at all,
    is too large, or the file cannot be written.
    """
    raw = _bytes(text)
    if len(raw) > LARGEST:
        raise PassportError(f"This is larger than {LARGEST // 10**6} MB: it is no passport.")
    incoming, damaged = _told_apart(raw)
    if raw.strip() and not incoming:
        raise PassportError("This is no passport: not one line of it could be read.")
    new = _put(file or path(), lambda here: _others(incoming, here)) if incoming else []
    own = sum(map(_own, incoming.values()))
    here = read(file).entries
    name = here[0].codename if len({entry.codename for entry in here}) > 1 else ""
    return Added(len(new), own - len(new), len(damaged), len(incoming) - own, name)


def missing(text: str | bytes, file: Path | None = None) -> list[Entry]:
    """Return the entries of another passport of this case that are not in this one."""
    return _others(_told_apart(_bytes(text))[0], read(file))


def _others(incoming: dict[bytes, Entry], here: Record) -> list[Entry]:
    known = set(map(_written, here.entries))
    return [entry for line, entry in incoming.items() if line not in known and _own(entry)]


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "replace") if isinstance(text, str) else bytes(text)


def _own(entry: Entry) -> bool:
    return entry.case == str(settings().get("id", "case"))


def codename() -> str:
    """Return a new random name that says nothing about its bearer, like "calm-harbour-27"."""
    return f"{secrets.choice(_FIRST)}-{secrets.choice(_SECOND)}-{secrets.randbelow(90) + 10}"


def _put(place: Path, make: Callable[[Record], list[Entry]]) -> list[Entry]:
    """Write what waits, and what ``make`` returns for the passport as it stands; return the latter.

    All in one piece, flushed to the disk when this returns. What the disk refuses waits, and
    PassportError is raised.
    """
    waiting, new = _waiting.get(place, {}), None
    try:
        with _opened(place) as handle:
            raw = place.read_bytes()
            known, bad = _told_apart(raw)
            new = make(Record(tuple((known | waiting).values())))
            # What waits may stand there already, written but not flushed: twice counts as once.
            _append(handle, raw, [*waiting, *map(_written, new)])
            _set_aside(place, bad)
    except OSError as error:
        new = make(Record(tuple(waiting.values()))) if new is None else new
        _waiting[place] = waiting | {_written(entry): entry for entry in new}
        raise PassportError(
            f"Not saved: {place} cannot be opened or written ({error.strerror or error}); your "
            "answer is still on the page and waits, so make room or choose another folder and "
            "commit again."
        ) from error
    _waiting.pop(place, None)
    return new


@contextlib.contextmanager
def _opened(place: Path) -> Iterator[int]:
    """Open a file to add to it, alone: while this lasts, other windows wait."""
    if not place.parent.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    handle = os.open(place, flags, 0o600)
    try:
        _wait(handle)
        yield handle
    finally:
        os.close(handle)


def _wait(handle: int) -> None:
    """Wait until no other window writes; not for ever, and not where a file cannot be locked.

    Where files cannot be locked, two windows that save in the same moment may count the same
    attempt. On Windows, where nothing adds to a file in one step, one of the two lines may even be
    lost from the file; the browser's copy has it.
    """
    end = time.monotonic() + PATIENCE
    while flock and time.monotonic() < end:
        try:
            return flock(handle, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            time.sleep(0.005)
        except OSError:
            return None
    return None


def _append(handle: int, raw: bytes, lines: list[bytes]) -> None:
    """Add lines at the end of a file that held ``raw``, and flush them to the disk."""
    if not lines:
        return
    start = b"" if raw.endswith(b"\n") or not raw else b"\n"  # the last line is torn
    data = start + b"\n".join(lines) + b"\n"
    if os.write(handle, data) < len(data):
        raise OSError(28, "the disk is full")
    os.fsync(handle)


def _set_aside(place: Path, bad: list[bytes]) -> None:
    """Copy bad lines into a file beside the passport, each once. They stay in the passport too."""
    if not bad:
        return
    beside = place.with_name(f"{place.stem}-unread{place.suffix}")
    with contextlib.suppress(OSError), _opened(beside) as handle:
        raw = beside.read_bytes()
        known = set(raw.split(b"\n"))
        _append(handle, raw, [line for line in dict.fromkeys(bad) if line not in known])
