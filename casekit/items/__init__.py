"""What a question is: one model per kind, and how an answer is marked.

Pure logic. Nothing here reads a file, draws on a screen or knows a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_origin

from attrs import has
from cattrs import Converter, transform_error
from cattrs.cols import list_structure_factory, mapping_structure_factory

from .base import AnswerError, Feedback, Item, ItemError, Message
from .board import Board
from .choice import Choice
from .choose import Choose
from .classify import Classify
from .code import Code
from .code_task import CodeTask
from .compare import Compare
from .estimate import Estimate
from .forecast import Forecast
from .guess import Guess
from .highlight import Highlight
from .judge import Judge
from .matrix import Matrix
from .order import Order
from .probabilities import Probabilities
from .rate import Rate
from .rule import Rule
from .update import Update
from .write import Write

KINDS: dict[str, type[Item]] = {
    kind.kind: kind
    for kind in (
        Board,
        Choice,
        Choose,
        Classify,
        Code,
        CodeTask,
        Compare,
        Estimate,
        Forecast,
        Guess,
        Highlight,
        Judge,
        Matrix,
        Order,
        Probabilities,
        Rate,
        Rule,
        Update,
        Write,
    )
}

__all__ = ["KINDS", "AnswerError", "Feedback", "Item", "ItemError", "Message", "read_item"]

_converter = Converter(forbid_extra_keys=True, prefer_attrib_converters=True)


def _strict(kind: type, name: str) -> None:
    """Accept only values that already are of this type: 3 is no text, "3" is no number."""

    def structure(value: Any, _: type) -> Any:
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise TypeError(f"{name}, not {value!r}")
        return value

    _converter.register_structure_hook(kind, structure)


for _kind, _name in (
    (str, "text"),
    (int, "a whole number"),
    (float, "a number"),
    (bool, "true or false"),
):
    _strict(_kind, _name)


def _strict_part(is_part: Callable, kind: type, name: str, factory: Callable) -> None:
    """Accept only real lists and tables for what holds parts: a text is no list of letters."""

    def make(wanted: Any, converter: Converter) -> Callable:
        structured = factory(wanted, converter)

        def structure(value: Any, wanted: Any) -> Any:
            if not isinstance(value, kind):
                raise TypeError(f"{name}, not {value!r}")
            return structured(value, wanted)

        return structure

    _converter.register_structure_hook_factory(is_part, make)


_strict_part(lambda part: get_origin(part) is list, list, "a list", list_structure_factory)
_strict_part(lambda part: get_origin(part) is dict, dict, "a table", mapping_structure_factory)
_strict_part(has, dict, "a table", lambda part, to: to.gen_structure_attrs_fromdict(part))


def read_item(content: Mapping[str, Any], where: str = "") -> Item:
    """Return the question described by a mapping (as read from TOML).

    Raises ItemError if something is missing, misspelt, of the wrong type or contradictory; the
    message begins with ``where`` (the file) and names question, field and what was expected.
    """
    content = dict(content)
    name = content.get("id", "without an id")
    kind = content.pop("kind", None)
    start = f"{where}: " if where else ""
    if not isinstance(kind, str) or kind not in KINDS:
        raise ItemError(
            f"{start}Question {name}, field kind: expected one of {', '.join(sorted(KINDS))}, "
            f"not {kind!r}."
        )
    try:
        return _converter.structure(content, KINDS[kind])
    except ItemError as error:
        raise ItemError(f"{start}{error}") from error
    except Exception as error:
        found = _causes(error)
        raise ItemError(f"{start}Question {name}, {'; '.join(found)}.") from error


def _causes(error: BaseException) -> list[str]:
    """Return what cattrs found, one "field …: expected …" per fault."""
    contradiction = _item_error(error)
    if contradiction:
        return [contradiction]
    found = transform_error(error, path="", format_exception=_say)
    return [
        text.removesuffix(" @ ").replace(" @ .", " @ ").replace(" @ ", " at field ")
        for text in found
    ]


def _item_error(error: BaseException) -> str:
    if isinstance(error, ItemError):
        return str(error).split(", ", 1)[1].rstrip(".")
    for part in getattr(error, "exceptions", ()):
        if text := _item_error(part):
            return text
    return ""


def _say(error: BaseException, _: type | None) -> str:
    if isinstance(error, KeyError):
        return f"the field {error.args[0]} is missing"
    if isinstance(error, TypeError):
        return f"expected {error}"
    if hasattr(error, "extra_fields"):
        return f"unknown field {', '.join(sorted(error.extra_fields))}"
    return str(error)
