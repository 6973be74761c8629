"""A JSON schema of question files, made from the models, for editors that complete and check.

The schema says which fields a kind has, their types, and which conditions its feedback knows.
What a question means as a whole, such as that exactly one path is ``otherwise``, the models say.
"""

from __future__ import annotations

import inspect
import json
import types
import typing
from pathlib import Path
from typing import Any

import attrs

from .items import KINDS, Item

SCHEMA = Path("docs") / "item.schema.json"
PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}
FROM_TABLE = {  # what may stand in the place of a list or a table, see catalogue
    "rows": {
        "description": "Records from the rows of a table: field of the question = column.",
        "type": "object",
        "required": ["table", "fields"],
        "properties": {
            "table": {"type": "string"},
            "where": {"type": "object"},
            "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "additionalProperties": False,
    },
    "series": {
        "description": "Values by year, of a row of the table series.",
        "type": "object",
        "required": ["series"],
        "properties": {"series": {"type": "string"}},
        "additionalProperties": False,
    },
    "codebook": {
        "description": "The codes or the scopes of the codebook.",
        "type": "object",
        "required": ["codebook"],
        "properties": {"codebook": {"enum": ["codes", "scopes"]}},
        "additionalProperties": False,
    },
    "sources": {
        "description": "The sources of rows of a table.",
        "type": "object",
        "required": ["rows"],
        "properties": {"rows": {"type": "string"}, "where": {"type": "object"}},
        "additionalProperties": False,
    },
}


def item_schema() -> dict[str, Any]:
    """Return the schema of a file in ``data/items/``, as JSON Schema (draft 2020-12)."""
    parts: dict[str, Any] = {f"from-{name}": rule for name, rule in FROM_TABLE.items()}
    for kind in KINDS.values():
        parts[kind.kind] = _kind(kind, parts)
    choice = [
        {
            "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
            "then": {"$ref": f"#/$defs/{name}"},
        }
        for name in sorted(KINDS)
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A question",
        "description": "Made from casekit/items by `python -m casekit schema`: change it there.",
        "type": "object",
        "required": ["id", "kind"],
        "properties": {
            "kind": {"description": "What sort of question it is.", "enum": sorted(KINDS)}
        },
        "allOf": choice,
        "$defs": dict(sorted(parts.items())),
    }


def schema_text() -> str:
    """Return the schema as the text of `SCHEMA`."""
    return json.dumps(item_schema(), ensure_ascii=False, indent=1) + "\n"


def _kind(kind: type[Item], parts: dict[str, Any]) -> dict[str, Any]:
    made = _fields(kind, parts)
    made["properties"]["kind"] = {"const": kind.kind}
    made["properties"]["evening"] = {"type": "object"}
    conditions = {
        name: {"description": f"Expects {method.argument.words}."}  # type: ignore[attr-defined]
        for name, method in sorted(kind.conditions.items())
    }
    conditions["otherwise"] = {"const": True, "description": "When no other path applies."}
    parts[f"path-{kind.kind}"] = {
        "type": "object",
        "required": ["path", "when", "say"],
        "properties": {
            "path": {"type": "string"},
            "when": {"type": "object", "properties": conditions, "additionalProperties": False},
            "say": {"type": "string"},
            "right": {
                "type": "boolean",
                "description": "For answers that need no correction; unless told, otherwise is.",
            },
            "counts": {"type": "object"},
        },
        "additionalProperties": False,
    }
    made["properties"]["feedback"] = {
        "type": "array",
        "minItems": 1,
        "items": {"$ref": f"#/$defs/path-{kind.kind}"},
    }
    made["properties"]["sources"] = {
        "type": "array",
        "items": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/from-sources"}]},
    }
    return made


def _fields(model: type, parts: dict[str, Any]) -> dict[str, Any]:
    """Return the object that a model reads; the models it holds are added to ``parts``."""
    hints = typing.get_type_hints(model)
    fields = [field for field in attrs.fields(model) if field.init]
    described = inspect.getdoc(model) or ""
    return {
        "description": described.split("\n\n")[0].replace("\n", " "),
        "type": "object",
        "required": [field.name for field in fields if field.default is attrs.NOTHING],
        "properties": {field.name: _type(hints[field.name], parts) for field in fields},
        "additionalProperties": False,
    }


def _type(hint: Any, parts: dict[str, Any]) -> dict[str, Any]:
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is list:
        own = {"type": "array", "items": _type(inner[0], parts)}
        return _or_from(own, "rows", "codebook")
    if origin is dict:
        own = {"type": "object", "additionalProperties": _type(inner[1], parts)}
        return _or_from(own, "rows", "series", "codebook")
    if origin in (types.UnionType, typing.Union):
        wanted = [one for one in inner if one is not type(None)]
        return _type(wanted[0], parts) if len(wanted) == 1 else {}
    if attrs.has(hint):
        name = f"{hint.__module__.rpartition('.')[2]}-{hint.__name__}"
        if name not in parts:
            parts[name] = {}  # a model may hold itself
            parts[name] = _fields(hint, parts)
        return _or_from({"$ref": f"#/$defs/{name}"}, "codebook")
    return {}


def _or_from(own: dict[str, Any], *others: str) -> dict[str, Any]:
    return {"anyOf": [own, *({"$ref": f"#/$defs/from-{name}"} for name in others)]}
