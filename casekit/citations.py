"""Who says so: from a citation in a text to a line in the list of sources.

An author writes ``[@area:id]`` or ``[@a; @b]``. `number` turns that into a numbered link that
shows the ids when pointed at and leads to the heading *Sources*:
``[[1, 2]](#Sources "@a; @b")``. Both forms are citations; numbering again changes nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from .tables import CaseError, cutoff_in_words, names, sources, table

ID = r"[a-z]+:[A-Za-z0-9][A-Za-z0-9_.-]*"
IDS = rf"@{ID}(?:; ?@{ID})*"
CITATION = re.compile(
    rf"\[\[[\d, ]+\]\]\(#Sources \\?\"(?P<numbered>{IDS})\\?\"\)|\[(?P<plain>{IDS})\]"
)
WORDS_HEADING = "Words-used-here"
WORD = re.compile(rf"\[(?P<shown>[^\]]+)\]\(#{WORDS_HEADING}(?: \\?\"(?P<term>[^\"\\]+)\\?\")?\)")
BOOK = "bib:"


def cited(text: str) -> list[str]:
    """Return the ids cited in a text, in order of first mention."""
    found = (match["numbered"] or match["plain"] for match in CITATION.finditer(text))
    return list(dict.fromkeys(part for ids in found for part in _ids(ids)))


def _ids(text: str) -> list[str]:
    return [part.strip().removeprefix("@") for part in text.split(";")]


def number(text: str, order: list[str], quote: str = '"') -> str:
    """Return the text with every citation numbered as in ``order`` (ids, first is 1).

    ``quote`` is the quotation mark as the text needs it (escaped inside a string of code).
    """

    def link(match: re.Match) -> str:
        ids = _ids(match["numbered"] or match["plain"])
        numbers = ", ".join(str(order.index(name) + 1) for name in ids)
        return f"[[{numbers}]](#Sources {quote}{'; '.join('@' + name for name in ids)}{quote})"

    return CITATION.sub(link, text)


def words(text: str) -> list[str]:
    """Return the glossary terms a text links to, in order of first mention."""
    found = (match["term"] or match["shown"] for match in WORD.finditer(text))
    return list(dict.fromkeys(term.lower() for term in found))


def unknown(ids: Iterable[str]) -> list[str]:
    """Return those of the ids that neither the source list nor the literature holds."""
    listed = {*table("sources")["id"], *(BOOK + key for key in _books())}
    return [name for name in dict.fromkeys(ids) if name not in listed]


def source_items(ids: Iterable[str]) -> list[str]:
    """Return one line of HTML for each id, in the order given: who, what, when, where.

    Where nothing after a day is shown, what was published later keeps its place and is not told.
    Raises CaseError naming every id that is not known.
    """
    ids = list(dict.fromkeys(ids))
    if missing := unknown(ids):
        raise CaseError(
            f"No such source: {', '.join(missing)}. See data/tables/sources.csv and, for bib: ids, "
            "data/references.bib."
        )
    rows = sources(name for name in ids if not name.startswith(BOOK)).set_index("id")
    books = _books()
    return [
        _book(books[name.removeprefix(BOOK)]) if name.startswith(BOOK) else _source(rows.loc[name])
        for name in ids
    ]


def _books() -> dict[str, dict]:
    """Return the literature by key; empty where a case has no table of it."""
    if "literature" not in names():
        return {}
    return table("literature").set_index("key", drop=False).fillna("").to_dict("index")


def _source(row) -> str:
    row = row.fillna("")
    parts = [row["publisher"], row["title"], row["published"]]
    if not any(parts):
        return _hidden()
    text = ". ".join(html.escape(str(part).rstrip(".")) for part in parts if part)
    return f"{text}.{_link(row['url'])}"


def _hidden() -> str:
    return f"Published after {cutoff_in_words()}: not shown in this view."


def _book(row: dict) -> str:
    head = f"{row['authors']} ({row['year']})".strip()
    parts = [head, row["title"], row["published_in"]]
    if not row["title"]:
        return _hidden()
    text = ". ".join(html.escape(str(part).rstrip(".")) for part in parts if part)
    return f"{text}.{_link('https://doi.org/' + row['doi'] if row['doi'] else '')}"


def _link(url: str) -> str:
    """Return a link with the host as its text, or nothing where there is no usable address."""
    match = re.match(r"https?://([^/\s]+)", url)
    if not match:
        return ""
    host = match[1].removeprefix("www.")
    return f' <a href="{html.escape(url, quote=True)}">{html.escape(host)}</a>'
