"""Write a few sentences, then judge them yourself; or read a classmate's and review it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from attrs import define, field, frozen

from .base import (
    IDS,
    NUMBER,
    TRUTH,
    AnswerError,
    Item,
    always,
    condition,
    part_of_arg,
    parts,
    wants,
)
from .choice import Option

# An address on the web, or an account called by its name.
LINK = re.compile(r"https?://|\bwww\.|\b[\w-]+\.(?:com|org|net|info|jp|kr|go)\b|@\w", re.IGNORECASE)


@frozen(kw_only=True)
class TextField:
    """One box to write in. ``words`` is advice on length, ``limit`` the most characters allowed.

    0 means none of either. A ``sealed`` box is not part of what is handed to a classmate.
    """

    id: str
    label: str
    words: int = 0
    limit: int = 0
    sealed: bool = False


@frozen(kw_only=True)
class Check:
    """The student's own judgement of what was written: one choice among statements about it."""

    label: str
    options: list[Option]


@frozen(kw_only=True)
class Declared:
    """What is declared before writing: one choice, such as a leading frame.

    If it is ``sealed`` it is not part of what is handed to a classmate.
    """

    id: str
    label: str
    options: list[Option]
    sealed: bool = False

    @property
    def ids(self) -> list[str]:
        """The ids of its options."""
        return [option.id for option in self.options]


@frozen(kw_only=True)
class Shown:
    """A text to read before writing, and what stands above it."""

    text: str
    label: str = ""
    lang: str = ""


@frozen(kw_only=True)
class Watch:
    """Phrases a program can find, in small letters or capitals, as whole words."""

    id: str
    phrases: list[str]

    def finds(self, text: str) -> bool:
        """Whether any of the phrases stands in the text."""
        return any(_stands(phrase, text) for phrase in self.phrases)


@frozen(kw_only=True)
class Pair:
    """Two sides' names of one thing; a text with names of one side only is ``one_sided``."""

    id: str
    first: list[str]
    second: list[str]

    def one_sided(self, text: str) -> bool:
        """Whether the text holds a name of one side and none of the other."""
        sides = [any(_stands(n, text) for n in side) for side in (self.first, self.second)]
        return sides[0] != sides[1]


def _stands(phrase: str, text: str) -> bool:
    """Whether a phrase stands in a text, as whole words where its letters have blanks."""
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    edge = r"\b" if phrase.isascii() else ""
    return bool(re.search(f"{edge}{words}{edge}", text, re.IGNORECASE))


@frozen
class Written:
    """An answer as read: texts by box, the self-check, and what was declared."""

    texts: dict[str, str]
    check: str = ""
    declared: dict[str, str] = field(factory=dict)


@define(kw_only=True)
class Write(Item):
    """Text in one or more boxes. Answer: ``{"text": {field id: text}, "check": option id,
    "declared": {declared id: option id}}``, the last two only where asked for.

    No program judges prose here. Feedback follows what can be seen (an empty box, a few words, a
    phrase of a list) and the student's own check, if the question asks for one. ``needed`` names
    boxes that may not stay empty; ``watched`` the boxes that the lists of phrases look into, all
    if it is empty; ``exchange`` is the label of the text to hand to a classmate.
    """

    kind = "write"
    fields: list[TextField]
    check_yourself: Check | None = None
    models: list[str] = field(factory=list)
    declare: list[Declared] = field(factory=list)
    needed: list[str] = field(factory=list)
    watch: list[Watch] = field(factory=list)
    pairs: list[Pair] = field(factory=list)
    watched: list[str] = field(factory=list)
    exchange: str = ""
    shown: list[Shown] = field(factory=list)

    def check(self) -> None:
        super().check()
        ids = [box.id for box in self.fields]
        self.expect(len(set(ids)) == len(ids) > 0, "fields", "one or more, each with its own id")
        self.expect(all(b.limit >= 0 for b in self.fields), "fields, limit", "0 for none, or more")
        self.expect_known(self.needed, ids, "needed")
        self.expect_known(self.watched, ids, "watched")
        declared = {one.id: one.ids for one in self.declare}
        self.expect(len(declared) == len(self.declare), "declare", "a different id for each")
        for one in self.declare:
            fits = len(set(one.ids)) == len(one.ids) > 1
            self.expect(fits, f"declare, {one.id}", "two options or more, each with its own id")
        for part in self.watch:
            self.expect(all(map(str.strip, part.phrases)), f"watch, {part.id}", "phrases")
        for pair in self.pairs:
            names = [*pair.first, *pair.second]
            fits = pair.first and pair.second and all(map(str.strip, names))
            self.expect(fits, f"pairs, {pair.id}", "names on both sides")
        known = {
            "empty": ids,
            "checked": self.check_ids,
            "found": [part.id for part in self.watch],
            "one_sided": [pair.id for pair in self.pairs],
        }
        for name, allowed in known.items():
            for path, arg in self.paths_with(name):
                self.expect_known(arg, allowed, f"feedback, path {path!r}, {name}")
        for path, arg in self.paths_with("declared"):
            where = f"feedback, path {path!r}, declared"
            self.expect_known([arg["what"]], list(declared), where)
            self.expect_known(arg["as"], declared[arg["what"]], where)

    @property
    def check_ids(self) -> list[str]:
        """The ids of the self-check's options; empty where there is no self-check."""
        return [option.id for option in self.check_yourself.options] if self.check_yourself else []

    def read(self, answer: Any) -> Written:
        (text,) = wants(answer, text=dict)
        texts = {box.id: text.get(box.id, "") for box in self.fields}
        if not all(isinstance(written, str) for written in texts.values()):
            raise AnswerError("Every box holds text.")
        texts = {name: written.strip() for name, written in texts.items()}
        if not any(texts.values()):
            raise AnswerError("Write something first; one sentence is enough.")
        for box in self.fields:
            if box.id in self.needed and not texts[box.id]:
                raise AnswerError(f"{box.label}: this box is still empty.")
            count = len(texts[box.id])
            if box.limit and count > box.limit:
                raise AnswerError(f"{box.label}: at most {box.limit} characters, not {count}.")
        declared = self._declared_in(answer)
        if not self.check_yourself:
            return Written(texts, "", declared)
        checked = answer.get("check")
        if checked not in self.check_ids:
            raise AnswerError("Read your text once more and choose what fits it.")
        return Written(texts, checked, declared)

    def _declared_in(self, answer: Any) -> dict[str, str]:
        given = answer.get("declared", {})
        if not isinstance(given, dict):
            raise AnswerError("What you declare is one choice for each menu.")
        for one in self.declare:
            if given.get(one.id) not in one.ids:
                raise AnswerError(f"{one.label}: choose one.")
        return {one.id: given[one.id] for one in self.declare}

    def _seen(self, answer: Written) -> str:
        """Return the texts that the lists of phrases look into."""
        return "\n".join(answer.texts[name] for name in self.watched or answer.texts)

    def _left_empty(self, answer: Written, arg: list[str]) -> list[str]:
        """Return those of the boxes named that hold nothing."""
        return [name for name in arg if not answer.texts[name]]

    @condition("empty", IDS, about=_left_empty)
    def _empty(self, answer: Written, arg: list[str]) -> bool:
        return bool(self._left_empty(answer, arg))

    @condition("checked", IDS, about=always("check"))
    def _checked(self, answer: Written, arg: list[str]) -> bool:
        return answer.check in arg

    @condition("fewer_words", NUMBER)
    def _fewer_words(self, answer: Written, arg: int) -> bool:
        return sum(len(text.split()) for text in answer.texts.values()) < arg

    @condition("declared", parts("what", "as"), about=part_of_arg("what"))
    def _declared(self, answer: Written, arg: dict[str, Any]) -> bool:
        return answer.declared[arg["what"]] in arg["as"]

    def _boxes_with(self, answer: Written, found: Callable[[str], Any]) -> list[str]:
        """Return the boxes looked into whose text has what is found."""
        return [n for n in self.watched or answer.texts if found(answer.texts[n])]

    def _boxes_found(self, answer: Written, arg: list[str]) -> list[str]:
        lists = [part for part in self.watch if part.id in arg]
        return self._boxes_with(answer, lambda text: any(part.finds(text) for part in lists))

    @condition("found", IDS, about=_boxes_found)
    def _found(self, answer: Written, arg: list[str]) -> bool:
        seen = self._seen(answer)
        return any(part.id in arg and part.finds(seen) for part in self.watch)

    def _boxes_one_sided(self, answer: Written, arg: list[str]) -> list[str]:
        seen = self._seen(answer)
        pairs = [pair for pair in self.pairs if pair.id in arg and pair.one_sided(seen)]
        return self._boxes_with(answer, lambda text: any(pair.one_sided(text) for pair in pairs))

    @condition("one_sided", IDS, about=_boxes_one_sided)
    def _one_sided(self, answer: Written, arg: list[str]) -> bool:
        seen = self._seen(answer)
        return any(pair.id in arg and pair.one_sided(seen) for pair in self.pairs)

    def _boxes_linked(self, answer: Written, _: bool) -> list[str]:
        return self._boxes_with(answer, LINK.search)

    @condition("linked", TRUTH, about=_boxes_linked)
    def _linked(self, answer: Written, arg: bool) -> bool:
        return bool(LINK.search(self._seen(answer))) is arg
