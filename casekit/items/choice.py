"""Choose one of a few."""

from __future__ import annotations

from typing import Any

from attrs import define, frozen

from .base import IDS, AnswerError, Item, always, condition, wants


@frozen(kw_only=True)
class Option:
    """One possible choice; ``right`` where the record settles it."""

    id: str
    label: str
    right: bool = False


@define(kw_only=True)
class Choice(Item):
    """One choice among labelled options. Answer: ``{"choice": option id}``."""

    kind = "choice"
    options: list[Option]

    def check(self) -> None:
        super().check()
        ids = [option.id for option in self.options]
        self.expect(len(set(ids)) == len(ids) > 1, "options", "two or more, each with its own id")
        for path, chosen in self.paths_with("chosen"):
            self.expect_known(chosen, ids, f"feedback, path {path!r}, chosen")

    def read(self, answer: Any) -> str:
        (choice,) = wants(answer, choice=str)
        if choice not in [option.id for option in self.options]:
            raise AnswerError("Choose one of the options first.")
        return choice

    @condition("chosen", IDS, about=always("choice"))
    def _chosen(self, answer: str, ids: list[str]) -> bool:
        return answer in ids
