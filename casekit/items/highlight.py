"""Highlight words of a text and give each span a code."""

from __future__ import annotations

from typing import Any

from attrs import define, field, frozen

from .base import IDS, TRUTH, AnswerError, Item, condition, parts, wants
from .write import Check

MOST = 20  # spans of one answer


@frozen(kw_only=True)
class Passage:
    """Part of the text; its words are what blanks separate. ``why`` is said afterwards."""

    text: str
    lang: str = ""
    why: str = ""


@frozen(kw_only=True)
class Key:
    """A phrase of the text and the code it bears in the reference."""

    phrase: str
    code: str


@frozen
class Coded:
    """An answer as read: spans as (first word, last word, code), the primary code, the check."""

    spans: tuple[tuple[int, int, str], ...]
    primary: str
    check: str = ""

    @property
    def codes(self) -> set[str]:
        """The codes given to any span."""
        return {code for _, _, code in self.spans}


@define(kw_only=True)
class Highlight(Item):
    """Spans of words, each with a code, and the one code that is primary.

    Answer: ``{"spans": [{"from": 1, "to": 3, "code": code}], "primary": code, "check": id}``.
    Words are counted from 1 through ``passages`` (which may be coded) and on through ``around``
    (words of others, on the same page, which may not).
    """

    kind = "highlight"
    passages: list[Passage]
    codes: list[str]
    key: list[Key]
    primary: str
    passages_label: str = ""
    around: list[Passage] = field(factory=list)
    around_label: str = ""
    note: str = ""
    check_yourself: Check | None = None

    def check(self) -> None:
        super().check()
        self.expect(self._count(self.passages), "passages", "a text with words")
        self.expect(len(set(self.codes)) == len(self.codes) > 1, "codes", "two or more, each once")
        self.expect(self.key, "key", "one phrase and code or more")
        self.expect_known([self.primary], self.codes, "primary")
        for one in self.key:
            self.expect_known([one.code], self.codes, f"key, {one.phrase!r}")
            self.expect(self.find(one.phrase), f"key, {one.phrase!r}", "words of the text")
        for path, arg in self.paths_with("coded"):
            self.expect(self.find(arg["phrase"]), f"feedback, path {path!r}", "words of the text")
            self.expect_known(arg["as"], self.codes, f"feedback, path {path!r}, coded")
        for name in ("used", "primary"):
            for path, arg in self.paths_with(name):
                self.expect_known(arg, self.codes, f"feedback, path {path!r}, {name}")
        for path, arg in self.paths_with("checked"):
            self.expect_known(arg, self.check_ids, f"feedback, path {path!r}, checked")

    @staticmethod
    def _count(passages: list[Passage]) -> int:
        return sum(len(passage.text.split()) for passage in passages)

    @property
    def words(self) -> list[str]:
        """All words, in order; the first has the number 1."""
        return [word for part in (*self.passages, *self.around) for word in part.text.split()]

    @property
    def codable(self) -> int:
        """How many of the words, from the first on, may be coded."""
        return self._count(self.passages)

    @property
    def check_ids(self) -> list[str]:
        """The ids of the self-check's options; empty where there is no self-check."""
        return [option.id for option in self.check_yourself.options] if self.check_yourself else []

    def find(self, phrase: str) -> range:
        """Return the numbers of the words of a phrase, at its first place; empty if it has none."""
        wanted, words = _bare(phrase.split()), _bare(self.words)
        for start in range(len(words) - len(wanted) + 1):
            if wanted and words[start : start + len(wanted)] == wanted:
                return range(start + 1, start + 1 + len(wanted))
        return range(0)

    def read(self, answer: Any) -> Coded:
        (given,) = wants(answer, spans=list)
        if not given:
            raise AnswerError("Choose words and give them a code first; one span is enough.")
        if len(given) > MOST:
            raise AnswerError(f"At most {MOST} spans: keep the ones that carry a code best.")
        spans = tuple(self._span(one) for one in given)
        if len(set(spans)) < len(spans):
            raise AnswerError("The same words have the same code twice; remove one of the two.")
        primary, checked = answer.get("primary"), answer.get("check", "")
        if not isinstance(primary, str) or primary not in {code for _, _, code in spans}:
            raise AnswerError("Choose as primary one of the codes that you have given.")
        if self.check_yourself and (not isinstance(checked, str) or checked not in self.check_ids):
            raise AnswerError("Read the text once more and answer the question below it.")
        return Coded(spans, primary, checked if self.check_yourself else "")

    def _span(self, one: Any) -> tuple[int, int, str]:
        first, last, code = (
            (one.get("from"), one.get("to"), one.get("code"))
            if isinstance(one, dict)
            else (None, None, None)
        )
        count = len(self.words)
        if not (_place(first) and _place(last) and 1 <= first <= last <= count):
            raise AnswerError(
                f"A span runs from one word to a later one, within words 1 to {count}."
            )
        if not isinstance(code, str) or code not in self.codes:
            raise AnswerError(f"Words {first} to {last} have no code yet.")
        return first, last, code

    def score(self, answer: Coded) -> str:
        found = sum(self._touches(answer, one.phrase, [one.code]) for one in self.key)
        same = "as in the reference" if answer.primary == self.primary else "another one"
        return f"{found} of {len(self.key)} coded phrases as in the reference; primary: {same}."

    def _touches(self, answer: Coded, phrase: str, codes: list[str]) -> bool:
        """Whether a span with one of the codes shares a word with the phrase."""
        words = self.find(phrase)
        return any(
            code in codes and first < words.stop and words.start <= last
            for first, last, code in answer.spans
        )

    @condition("coded", parts("phrase", "as"))
    def _coded(self, answer: Coded, arg: dict[str, Any]) -> bool:
        return self._touches(answer, arg["phrase"], arg["as"])

    @condition("used", IDS)
    def _used(self, answer: Coded, arg: list[str]) -> bool:
        return not answer.codes.isdisjoint(arg)

    @condition("primary", IDS)
    def _primary(self, answer: Coded, arg: list[str]) -> bool:
        return answer.primary in arg

    @condition("outside", TRUTH)
    def _outside(self, answer: Coded, arg: bool) -> bool:
        return any(last > self.codable for _, last, _ in answer.spans) is arg

    @condition("checked", IDS)
    def _checked(self, answer: Coded, arg: list[str]) -> bool:
        return answer.check in arg

    @condition("all_right", TRUTH)
    def _all_right(self, answer: Coded, arg: bool) -> bool:
        right = (
            answer.primary == self.primary
            and answer.codes == {one.code for one in self.key}
            and all(self._touches(answer, one.phrase, [one.code]) for one in self.key)
            and self._outside(answer, False)
        )
        return right is arg


def _place(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _bare(words: list[str]) -> list[str]:
    """Return words without the marks around them, in small letters."""
    return [word.strip("“”‘’\"'.,;:!?()[]…").casefold() for word in words]
