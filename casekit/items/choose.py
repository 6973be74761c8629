"""Choose n of m."""

from __future__ import annotations

from typing import Any

from attrs import define

from .base import FACTS, IDS, AnswerError, Item, Path, condition, wants


@define(kw_only=True)
class Choose(Item):
    """Exactly ``n`` of the options. Answer: ``{"chosen": [option ids]}``.

    An option is ``{"id", "text", …}``; further entries are facts about it that conditions and
    blanks can use, and that are shown only after committing.
    """

    kind = "choose"
    options: list[dict[str, str]]
    n: int

    def check(self) -> None:
        super().check()
        for option in self.options:
            self.expect({"id", "text"} <= set(option), "options", "an id and a text for each")
        ids = self.ids
        self.expect(len(set(ids)) == len(ids), "options", "a different id for each")
        self.expect(0 < self.n < len(ids), "n", f"a number from 1 to {len(ids) - 1}")
        for name in ("all_in", "any_in", "none_in"):
            for path, arg in self.paths_with(name):
                self.expect_known(arg, ids, f"feedback, path {path!r}, {name}")
        for path in self.feedback:
            self.expect(
                _blanks_fit(path), f"feedback, path {path.path!r}", "a count for each blank"
            )

    @property
    def ids(self) -> list[str]:
        """The ids of all options, in the order offered."""
        return [option["id"] for option in self.options]

    def read(self, answer: Any) -> list[dict[str, str]]:
        (chosen,) = wants(answer, chosen=list)
        picked = [option for option in self.options if option["id"] in chosen]
        if any(name not in self.ids for name in chosen):
            raise AnswerError("Choose among the options offered.")
        if len(picked) != self.n:
            raise AnswerError(f"Choose {self.n}; you have chosen {len(picked)}.")
        return picked

    def filled(self, path: Path) -> str:
        return path.say.format(**{name: self._count(facts) for name, facts in path.counts.items()})

    def _count(self, facts: dict[str, str]) -> int:
        """Number of all options offered that have these facts."""
        return sum(all(o.get(k) == v for k, v in facts.items()) for o in self.options)

    @condition("all_in", IDS)
    def _all_in(self, answer: list[dict], arg: list[str]) -> bool:
        return all(option["id"] in arg for option in answer)

    @condition(
        "any_in",
        IDS,
        about=lambda _, answer, arg: [one["id"] for one in answer if one["id"] in arg],
    )
    def _any_in(self, answer: list[dict], arg: list[str]) -> bool:
        return any(option["id"] in arg for option in answer)

    @condition("none_in", IDS)
    def _none_in(self, answer: list[dict], arg: list[str]) -> bool:
        return not self._any_in(answer, arg)

    @condition("all_have", FACTS)
    def _all_have(self, answer: list[dict], arg: dict[str, str]) -> bool:
        return all(option.get(k) == v for option in answer for k, v in arg.items())


def _blanks_fit(path: Path) -> bool:
    try:
        path.say.format(**dict.fromkeys(path.counts, 0))
    except (KeyError, IndexError, ValueError, AttributeError, TypeError):
        return False
    return True
