"""Give a verdict on each of a few statements, with the reason in a few words."""

from __future__ import annotations

from typing import Any

from attrs import define, frozen

from .base import (
    ID,
    IDS,
    TRUTH,
    AnswerError,
    Item,
    arg_itself,
    condition,
    part_of_arg,
    parts,
    wants,
)

Verdicts = dict[str, str]


@frozen(kw_only=True)
class Statement:
    """One statement; ``answer`` and what follows it are shown after committing.

    ``words`` are the words on record in the original, ``lang`` their language; a slash between
    blanks separates two speakers, and a slash their two languages.
    """

    id: str
    text: str
    answer: str = ""
    note: str = ""
    words: str = ""
    lang: str = ""
    rendering: str = ""
    said_by: str = ""


@define(kw_only=True)
class Judge(Item):
    """A verdict on every statement.

    Answer: ``{"verdicts": {statement id: verdict id}, "reasons": {statement id: text}}``.
    ``reference`` holds the verdicts accepted for a statement, the reference first. ``why`` asks
    for the few words beside each verdict; "" where none are wanted.
    """

    kind = "judge"
    question: str
    verdicts: dict[str, str]
    statements: list[Statement]
    reference: dict[str, list[str]]
    why: str = ""
    noun: str = "statement"

    def check(self) -> None:
        super().check()
        ids, verdicts = self.ids, list(self.verdicts)
        self.expect(len(set(ids)) == len(ids) > 0, "statements", "ids of their own, at least one")
        self.expect(len(verdicts) > 1, "verdicts", "two or more")
        self.expect(sorted(self.reference) == sorted(ids), "reference", "every statement id once")
        for name, accepted in self.reference.items():
            self.expect(accepted, f"reference, {name}", "at least one verdict")
            self.expect_known(accepted, verdicts, f"reference, {name}")
        for path, arg in self.paths_with("judged"):
            self.expect_known([arg["statement"]], ids, f"feedback, path {path!r}, judged")
            self.expect_known(arg["as"], verdicts, f"feedback, path {path!r}, judged")
        for path, arg in self.paths_with("fits"):
            self.expect_known(arg, ids, f"feedback, path {path!r}, fits")
        for path, arg in self.paths_with("all_as"):
            self.expect_known([arg], verdicts, f"feedback, path {path!r}, all_as")

    @property
    def ids(self) -> list[str]:
        """The ids of all statements, in order."""
        return [statement.id for statement in self.statements]

    def read(self, answer: Any) -> Verdicts:
        (given,) = wants(answer, verdicts=dict)
        known = list(self.verdicts)
        left = [name for name in self.ids if given.get(name) not in known]
        if left:
            raise AnswerError(f"{len(left)} of {len(self.ids)} have no verdict yet.")
        if self.why:
            (reasons,) = wants(answer, reasons=dict)
            written = [reasons.get(name) for name in self.ids]
            empty = sum(not isinstance(text, str) or not text.strip() for text in written)
            if empty:
                raise AnswerError(f"{empty} of {len(self.ids)} lack the few words beside them.")
        return {name: given[name] for name in self.ids}

    def score(self, answer: Verdicts) -> str:
        right = sum(answer[name] in self.reference[name] for name in self.ids)
        return f"{right} of {len(self.ids)} as in the reference."

    @condition("judged", parts("statement", "as"), about=part_of_arg("statement"))
    def _judged(self, answer: Verdicts, arg: dict[str, Any]) -> bool:
        return answer[arg["statement"]] in arg["as"]

    @condition("fits", IDS, about=arg_itself)
    def _fits(self, answer: Verdicts, arg: list[str]) -> bool:
        return all(answer[name] in self.reference[name] for name in arg)

    @condition("all_as", ID)
    def _all_as(self, answer: Verdicts, arg: str) -> bool:
        return set(answer.values()) == {arg}

    @condition("all_right", TRUTH)
    def _all_right(self, answer: Verdicts, arg: bool) -> bool:
        return self._fits(answer, self.ids) is arg
