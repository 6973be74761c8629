"""Write a few sentences, then judge them yourself."""

from __future__ import annotations

from typing import Any

from attrs import define, field, frozen

from .base import IDS, NUMBER, AnswerError, Item, condition, wants
from .choice import Option


@frozen(kw_only=True)
class TextField:
    """One box to write in; ``words`` is advice on length, 0 for none."""

    id: str
    label: str
    words: int = 0


@frozen(kw_only=True)
class Check:
    """The student's own judgement of what was written: one choice among statements about it."""

    label: str
    options: list[Option]


@define(kw_only=True)
class Write(Item):
    """Text in one or more boxes. Answer: ``{"text": {field id: text}, "check": option id}``.

    No program judges prose here. Feedback follows what can be seen (an empty box, a few words)
    and the student's own check, if the question asks for one.
    """

    kind = "write"
    fields: list[TextField]
    check_yourself: Check | None = None
    models: list[str] = field(factory=list)

    def check(self) -> None:
        super().check()
        ids = [box.id for box in self.fields]
        self.expect(len(set(ids)) == len(ids) > 0, "fields", "one or more, each with its own id")
        for path, arg in self.paths_with("empty"):
            self.expect_known(arg, ids, f"feedback, path {path!r}, empty")
        for path, arg in self.paths_with("checked"):
            self.expect_known(arg, self.check_ids, f"feedback, path {path!r}, checked")

    @property
    def check_ids(self) -> list[str]:
        """The ids of the self-check's options; empty where there is no self-check."""
        return [option.id for option in self.check_yourself.options] if self.check_yourself else []

    def read(self, answer: Any) -> tuple[dict[str, str], str]:
        (text,) = wants(answer, text=dict)
        texts = {box.id: text.get(box.id, "") for box in self.fields}
        if not all(isinstance(written, str) for written in texts.values()):
            raise AnswerError("Every box holds text.")
        texts = {name: written.strip() for name, written in texts.items()}
        if not any(texts.values()):
            raise AnswerError("Write something first; one sentence is enough.")
        if not self.check_yourself:
            return texts, ""
        checked = answer.get("check")
        if checked not in self.check_ids:
            raise AnswerError("Read your text once more and choose what fits it.")
        return texts, checked

    @condition("empty", IDS)
    def _empty(self, answer: tuple[dict[str, str], str], arg: list[str]) -> bool:
        return any(not answer[0][name] for name in arg)

    @condition("checked", IDS)
    def _checked(self, answer: tuple[dict[str, str], str], arg: list[str]) -> bool:
        return answer[1] in arg

    @condition("fewer_words", NUMBER)
    def _fewer_words(self, answer: tuple[dict[str, str], str], arg: int) -> bool:
        return sum(len(text.split()) for text in answer[0].values()) < arg
