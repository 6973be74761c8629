"""The codebook beside a coding screen: open it, search it, read a code's rules."""

from __future__ import annotations

import re

import ipywidgets as widgets

from ..codebook import PARTS, Book, plain, words
from .compare import spoken
from .view import WIDE, safe

RULES = ("definition", "include", "exclude", "tie_breaker")  # what is shown beside a choice
COVERED = "worked_example"  # stays folded: it says how a line is coded
FEW = 3  # codes found that are opened by themselves


def code_label(code: str, book: Book) -> str:
    """Return a code with its name: "AREA: Area of agreement"."""
    name = book.codes.get(code, {}).get("name")
    return f"{code}: {name}" if name else code


class BookPanel:
    """A button that opens the book, a box to search it, and its entries. ``box`` is shown.

    Worked examples stay covered until they are asked for, as the training wants it.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.toggle = widgets.Button()
        self.query = widgets.Text(description="Search the codebook:", layout=WIDE)
        self.count = widgets.HTML()
        self.entries = widgets.HTML()
        self.panel = widgets.VBox([self.query, self.count, self.entries])
        self.panel.add_class("ck-book")
        self.box = widgets.VBox([self.toggle, self.panel] if book.codes else [])
        self.box.add_class("ck-shelf-of-book")
        self.toggle.on_click(lambda _: self.open(self.panel.layout.display == "none"))
        self.query.observe(lambda _: self.draw(), "value")
        self.open(False)

    def open(self, shown: bool) -> None:
        """Show or hide the book."""
        count = len(self.book.codes)
        self.panel.layout.display = None if shown else "none"
        self.toggle.description = (
            "Close the codebook" if shown else f"Open the codebook ({count} codes)"
        )
        if shown:
            self.draw()
            self.panel.add_class("ck-book-open")
        else:
            self.panel.remove_class("ck-book-open")

    def draw(self) -> None:
        """Show the codes that hold every word searched for, and how many they are."""
        asked = self.query.value.strip()
        found = self.book.search(asked)
        all_of_them = len(self.book.codes)
        said = f"{len(found)} of {all_of_them} codes"
        said += f" hold “{asked}”." if asked else "."
        if not found:
            said += " Try one word, or a part of it."
        self.count.value = f'<p role="status" class="ck-quiet">{safe(said)}</p>'
        opened = bool(asked) and len(found) <= FEW
        self.entries.value = self._how(asked) + "".join(
            self._entry(code, parts, opened) for code, parts in found.items()
        )

    def _how(self, asked: str) -> str:
        if asked or not self.book.how:
            return ""
        lines = "".join(f"<p>{self._text(text)}</p>" for text in self.book.how)
        version = f" (codebook {safe(self.book.version)})" if self.book.version else ""
        return f"<details><summary>How to code{version}</summary>{lines}</details>"

    def _entry(self, code: str, parts: tuple[str, ...], opened: bool) -> str:
        entry = self.book.codes[code]
        lines = "".join(
            f"<p><strong>{label}.</strong> {self._text(entry[part])}</p>"
            for part, label in PARTS.items()
            if part != COVERED and entry.get(part)
        )
        invites = f"<p>{self._text(entry['invites'])}</p>" if entry.get("invites") else ""
        names = {"name": "name", **{part: label.lower() for part, label in PARTS.items()}}
        where = f" · found in: {', '.join(names[part] for part in parts)}" if parts else ""
        section = f" ({safe(entry['section'])})" if entry.get("section") else ""
        return (
            f"<details{' open' if opened else ''}><summary>"
            f"{self._text(code_label(code, self.book))}{section}"
            f'<span class="ck-quiet">{safe(where)}</span></summary>'
            f"{invites}{lines}{self._covered(entry)}</details>"
        )

    def _covered(self, entry: dict[str, str]) -> str:
        if not entry.get(COVERED):
            return ""
        return (
            f"<details><summary>{PARTS[COVERED]}: uncover it once you have coded, it says how a "
            f"line is coded</summary><p>{self._text(entry[COVERED])}</p></details>"
        )

    def _text(self, text: str) -> str:
        """Return a text of the book, with the words searched for marked and languages named."""
        wanted = "|".join(re.escape(word) for word in words(self.query.value))
        parts = (
            re.split(f"({wanted})", plain(text), flags=re.IGNORECASE) if wanted else [plain(text)]
        )
        said = "".join(
            f"<mark>{self._spoken(part)}</mark>" if place % 2 else self._spoken(part)
            for place, part in enumerate(parts)
        )
        return in_language(said, self.book.language)

    def _spoken(self, text: str) -> str:
        return spoken(text, self.book.languages)


def in_language(said: str, lang: str) -> str:
    """Return HTML of the kit's own, marked with a language where that is known."""
    return f'<span lang="{safe(lang)}">{said}</span>' if lang else said


def text_html(text: str, book: Book, lang: str = "") -> str:
    """Return text as harmless HTML, marked with its language and with those that it quotes.

    Without ``lang`` it is in the language of the book.
    """
    return in_language(spoken(text, book.languages), lang or book.language)


def rule(code: str, book: Book) -> str:
    """Return the book's rule for a code, as HTML; "" where the book has none."""
    entry = book.codes.get(code)
    if not entry:
        return ""
    lines = "".join(
        f"<li>{PARTS[part]}: {text_html(plain(entry[part]), book)}</li>"
        for part in RULES
        if entry.get(part)
    )
    head = f"The book on {safe(code_label(code, book))} ({safe(entry.get('section', ''))})"
    return f'<div class="ck-quiet"><p>{head}</p><ul>{lines}</ul></div>'
