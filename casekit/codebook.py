"""The case's codebook, ``data/codebook.toml``: what a coder reads, searches and codes by.

The file is the one place where a code stands. Screens, questions (by way of the catalogue) and
charts take codes and scopes from here, so that a change of the file changes them all.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import unicodedata
from typing import Any

from attrs import field, frozen

from .tables import CaseError, root

FILE = "data/codebook.toml"
PARTS = {  # parts of an entry that can be read and searched, in reading order
    "definition": "Definition",
    "include": "Include",
    "exclude": "Exclude",
    "tie_breaker": "Tie-breaker",
    "boundary": "Boundary cases",
    "near_miss": "Near miss (do not code)",
    "worked_example": "Worked example",
}


@frozen(kw_only=True)
class Book:
    """A codebook: ``codes`` and ``scopes`` by id, in the order of the file.

    ``language`` is the language it is written in, ``languages`` those that it quotes. ``digest``
    changes with every word of a rule, also where nobody has raised the version.
    """

    title: str = ""
    version: str = ""
    language: str = ""
    languages: list[str] = field(factory=list)
    codes: dict[str, dict[str, str]] = field(factory=dict)
    scopes: dict[str, str] = field(factory=dict)
    how: tuple[str, ...] = ()
    digest: str = ""

    def search(self, query: str) -> dict[str, tuple[str, ...]]:
        """Return the codes whose entry holds every word: code to the parts that hold one.

        Without a word that is every code, with no part. Capitals do not count.
        """
        wanted = words(query)
        found = {}
        for code, entry in self.codes.items():
            named = {"name": f"{code} {entry['name']}", **entry}
            texts = {p: _level(plain(named.get(p, ""))) for p in ("name", *PARTS)}
            if all(any(word in text for text in texts.values()) for word in wanted):
                found[code] = tuple(
                    p for p, text in texts.items() if any(w in text for w in wanted)
                )
        return found


def book() -> Book:
    """Return the codebook of the case, an empty one where there is none.

    Raises CaseError naming file, code and part if something in it is missing or no text.
    """
    path = root() / FILE
    if not path.is_file():
        return Book()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CaseError(f"{FILE} cannot be read: {error}.") from error
    codes = {
        entry["id"]: entry for entry in _entries(content, "codes", ["id", "name", "definition"])
    }
    scopes = {entry["id"]: entry["name"] for entry in _entries(content, "scopes", ["id", "name"])}
    languages, coding = content.get("languages", []), content.get("coding", {})
    if not isinstance(languages, list) or not isinstance(coding, dict):
        raise CaseError(f"{FILE}: languages is a list, and [coding] a table of texts.")
    ruled = json.dumps([codes, scopes, coding], sort_keys=True, default=str)
    return Book(
        title=str(content.get("title", "")),
        version=str(content.get("version", "")),
        language=str(content.get("language", "")),
        languages=list(map(str, languages)),
        codes=codes,
        scopes=scopes,
        how=tuple(map(str, coding.values())),
        digest=hashlib.sha256(ruled.encode()).hexdigest()[:16],
    )


def _entries(content: dict[str, Any], name: str, needed: list[str]) -> list[dict[str, str]]:
    """Return the tables [[name]], every part a text and every id there once."""
    entries = content.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise CaseError(f"{FILE}: write each entry as [[{name}]].")
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        where = f"{FILE}, [[{name}]] number {number}"
        for part in {**dict.fromkeys(needed), **entry}:
            if not isinstance(entry.get(part), str) or not entry[part].strip():
                raise CaseError(f"{where}: {part} is missing or no text.")
        if not re.fullmatch(r"[\w-]+", entry["id"]) or entry["id"] in seen:
            raise CaseError(
                f"{where}: id is letters, digits and hyphens, and no other entry has the same."
            )
        seen.add(entry["id"])
    return entries


def codebook() -> dict[str, dict[str, str]]:
    """Return the codes of the case's codebook: id to entry."""
    return book().codes


def plain(text: str) -> str:
    """Return a codebook's text without its marks of Markdown and its citations."""
    return re.sub(r"\s*\[@[^\]]*\]|[`*]", "", text)


def words(query: str) -> list[str]:
    """Return the words of a search as they are compared."""
    return _level(query).split()


def _level(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
