"""Reading the desk's files into what they describe, with a sentence for every fault."""

from __future__ import annotations

import tomllib
from typing import Any, TypeVar

from cattrs import Converter, transform_error

from ..tables import CaseError, root

FOLDER = "instructor"
T = TypeVar("T")

_converter = Converter(forbid_extra_keys=True)


def there(name: str) -> bool:
    """Whether the case has this file of the desk."""
    return (root() / FOLDER / name).is_file()


def content(name: str) -> dict[str, Any]:
    """Return what stands in a TOML file of the desk. Raises CaseError if it cannot be read."""
    try:
        return tomllib.loads((root() / FOLDER / name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CaseError(f"{FOLDER}/{name} cannot be read: {error}.") from error


def read(name: str, kind: type[T], given: dict[str, Any] | None = None) -> T:
    """Return a file of the desk as an object of a class; unknown entries are refused.

    Raises CaseError naming file and entry.
    """
    try:
        return _converter.structure(content(name) if given is None else given, kind)
    except CaseError:
        raise
    except Exception as error:
        found = "; ".join(transform_error(error))
        raise CaseError(f"{FOLDER}/{name}: {found}.") from error


def once(name: str, what: str, ids: list[str]) -> None:
    """Raise CaseError if an id stands twice."""
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise CaseError(f"{FOLDER}/{name}: {what} {', '.join(twice)} stands there twice.")
