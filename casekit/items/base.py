"""What every question has in common, whatever its kind.

A question is data. Its feedback paths are a list: each names the conditions under which it is
said. A kind of question adds its own fields, its own conditions and its own answer; nothing
here touches a screen or a disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from attrs import define, field, frozen


class ItemError(ValueError):
    """A question file is wrong. The message names file, field and what was expected."""


class AnswerError(ValueError):
    """An answer is not complete, or not of the right form. The message tells the student."""


@frozen(kw_only=True)
class Path:
    """One feedback path: what is said (``say``) when all conditions (``when``) hold.

    ``right`` says that it is meant for answers that need no correction; unless told, only the path
    otherwise is. ``counts`` fills blanks in the sentence, see `Item.filled`.
    """

    path: str
    when: dict[str, Any]
    say: str
    right: bool | None = None
    counts: dict[str, dict[str, str]] = field(factory=dict)

    @property
    def otherwise(self) -> bool:
        """Whether this path is said when no other path applies."""
        return self.when == {"otherwise": True}

    @property
    def wrong(self) -> bool:
        """Whether this path is for answers that something is wrong with."""
        return not (self.otherwise if self.right is None else self.right)


@frozen
class Message:
    """One sentence of feedback and the name of the path it belongs to.

    ``about`` names the parts of the answer that it speaks of (a row, a card, a box), so that a
    page can put it beside them; it is empty where the sentence is about the whole.
    """

    path: str
    text: str
    about: tuple[str, ...] = ()


@frozen
class Feedback:
    """What an answer brings: messages in the order of the file, and a score in words or ""."""

    messages: tuple[Message, ...]
    score: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The names of the paths taken."""
        return tuple(message.path for message in self.messages)


def whole(value: Any) -> bool:
    """Whether a value is a finite number and no truth value."""
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and value == value
        and abs(value) != float("inf")
    )


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


@frozen
class Argument:
    """What a condition wants to be told: in words for an author, and as a test."""

    words: str
    fits: Callable[[Any], bool]


TRUTH = Argument("true or false", lambda value: isinstance(value, bool))
NUMBER = Argument("a number", whole)
ID = Argument("one id", lambda value: isinstance(value, str))
IDS = Argument("a list of ids", _texts)
PAIR = Argument("a list of two ids", lambda value: _texts(value) and len(value) == 2)
FACTS = Argument(
    "a table of facts and their texts",
    lambda value: isinstance(value, dict) and _texts([*value, *value.values()]),
)


def parts(one: str, several: str) -> Argument:
    """Return the argument ``{ one = id, several = [ids] }``."""
    return Argument(
        f"{{ {one} = one id, {several} = a list of ids }}",
        lambda value: (
            isinstance(value, dict)
            and set(value) == {one, several}
            and isinstance(value[one], str)
            and _texts(value[several])
        ),
    )


Condition = Callable[[Any, Any, Any], bool]
About = Callable[[Any, Any, Any], Iterable[str]]


def _whole(*_: Any) -> tuple[str, ...]:
    return ()


def condition(
    name: str, argument: Argument, about: About = _whole
) -> Callable[[Condition], Condition]:
    """Mark a method ``(self, answer, argument) -> bool`` as the condition ``name``.

    ``about``, called in the same way when the condition holds, returns the names of the parts of
    the answer that it looks at, as the kind's view knows them; without it, it looks at the whole.
    """

    def mark(method: Condition) -> Condition:
        method.condition = name  # type: ignore[attr-defined]
        method.argument = argument  # type: ignore[attr-defined]
        method.about = about  # type: ignore[attr-defined]
        return method

    return mark


@define(kw_only=True)
class Item:
    """A question: the fields every kind shares, and the rule that finds the feedback.

    ``reason`` is what the student is asked to justify ("" where no reason is asked for);
    ``after`` is said, and the figures in ``reveal`` are shown, once an answer is committed.
    ``opens_after`` is the id of a question whose answer this one shows: until that one is answered
    this one stays shut.
    """

    kind: ClassVar[str] = ""
    conditions: ClassVar[Mapping[str, Condition]] = {}

    id: str
    lesson: str
    title: str
    minutes: int
    difficulty: int
    bloom: list[str]
    outcomes: list[str]
    instructor: str
    prompt: str
    hints: list[str]
    feedback: list[Path]
    sources: list[str] = field(factory=list)
    reason: str = ""
    after: str = ""
    reveal: list[str] = field(factory=list)
    opens_after: str = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        found = {m.condition: m for m in vars(cls).values() if hasattr(m, "condition")}
        cls.conditions = {**cls.conditions, **found}

    def __attrs_post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raise ItemError if the question contradicts itself. Kinds add their own checks."""
        self.expect(
            len(self.hints) in (0, 3), "hints", "three hints, from a nudge to a step, or none"
        )
        self.expect(self.difficulty in (1, 2, 3), "difficulty", "1 (easy), 2 or 3 (hard)")
        self.expect(self.minutes > 0, "minutes", "a whole number of minutes, at least 1")
        names = [path.path for path in self.feedback]
        self.expect(len(set(names)) == len(names), "feedback", "a different name for every path")
        self.expect(
            sum(path.otherwise for path in self.feedback) == 1,
            "feedback",
            "exactly one path with when = { otherwise = true }",
        )
        for path in self.feedback:
            where = f"feedback, path {path.path!r}"
            self.expect(path.say.strip(), f"{where}, say", "a sentence")
            if path.otherwise:
                continue
            self.expect(
                path.when and set(path.when) <= set(self.conditions),
                f"{where}, when",
                f"conditions among: {', '.join(sorted(self.conditions))}; otherwise stands alone",
            )
            for name, given in path.when.items():
                argument = self.conditions[name].argument  # type: ignore[attr-defined]
                self.expect(argument.fits(given), f"{where}, {name}", argument.words)

    def expect(self, holds: Any, where: str, expected: str) -> None:
        """Raise ItemError for the field ``where`` unless ``holds``."""
        if not holds:
            raise ItemError(f"Question {self.id}, field {where}: expected {expected}.")

    def expect_known(self, names: Any, known: Any, where: str) -> None:
        """Raise ItemError unless every one of ``names`` is among ``known``."""
        unknown = [name for name in names if name not in known]
        self.expect(not unknown, where, f"one of {', '.join(map(str, known))}, not {unknown}")

    def paths_with(self, name: str) -> list[tuple[str, Any]]:
        """Return (path, argument) of every feedback path that uses the condition ``name``."""
        return [(path.path, path.when[name]) for path in self.feedback if name in path.when]

    def read(self, answer: Any) -> Any:
        """Return the answer, checked and made comparable. Raises AnswerError. For the kinds."""
        raise NotImplementedError

    def score(self, answer: Any) -> str:
        """Return the result in words, or "" where there is nothing to count."""
        return ""

    def mark(self, answer: Any) -> Feedback:
        """Return the feedback for an answer: every path whose conditions all hold.

        Raises AnswerError, with a sentence for the student, if the answer is not complete or
        not of the form this kind needs.
        """
        read = self.read(answer)
        taken = [path for path in self.feedback if not path.otherwise and self._holds(path, read)]
        if not taken:
            taken = [path for path in self.feedback if path.otherwise]
        messages = tuple(
            Message(path.path, self.filled(path), self._about(path, read)) for path in taken
        )
        return Feedback(messages, self.score(read))

    def _holds(self, path: Path, answer: Any) -> bool:
        return all(self.conditions[name](self, answer, arg) for name, arg in path.when.items())

    def _about(self, path: Path, answer: Any) -> tuple[str, ...]:
        """Return the parts of the answer that a path speaks of, each once."""
        if path.otherwise:
            return ()
        named = (self.conditions[name].about(self, answer, arg) for name, arg in path.when.items())
        return tuple(dict.fromkeys(part for parts in named for part in parts))

    def filled(self, path: Path) -> str:
        """Return the path's sentence. Kinds whose sentences hold blanks fill them here."""
        return path.say


def arg_itself(_: Any, __: Any, arg: Any) -> Iterable[str]:
    """Return what a condition was told: one id or several, as the parts that it looks at."""
    return [arg] if isinstance(arg, str) else arg


def part_of_arg(name: str) -> About:
    """Return what looks at the part that the entry ``name`` of a condition's argument names."""
    return lambda item, answer, arg: arg_itself(item, answer, arg[name])


def always(*names: str) -> About:
    """Return what looks at the same parts whatever the answer."""
    return lambda *_: names


def wants(answer: Any, **types: type) -> list[Any]:
    """Return the named parts of an answer, or raise AnswerError if one is missing or wrong.

    ``wants({"choice": "a"}, choice=str)`` returns ``["a"]``.
    """
    if not isinstance(answer, Mapping):
        raise AnswerError(f"An answer has the form {_form(types)}.")
    for name, kind in types.items():
        if not isinstance(answer.get(name), kind):
            raise AnswerError(f"An answer has the form {_form(types)}; {name} does not fit.")
    return [answer[name] for name in types]


def _form(types: Mapping[str, type]) -> str:
    words = {str: "text", dict: "{…}", list: "[…]", Mapping: "{…}"}
    parts = [f'"{name}": {words.get(kind, kind.__name__)}' for name, kind in types.items()]
    return "{" + ", ".join(parts) + "}"
