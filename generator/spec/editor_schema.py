"""The schema by which editors check a spec: the grammar and the constraints as JSON Schema.

python -m generator.spec.editor_schema > spec/spec.schema.json
"""

from __future__ import annotations

import json
import re
from typing import Any, cast

from ..lint.rules import RULES
from . import naming
from .constraints import CONSTRAINTS
from .edits import KEYS, RESTATED
from .grammar import KINDS, paths
from .maps import MapOf, Named
from .reader import MAX_SHORT_TEXT, MAX_TEXT, Key, Kind, Schema

_NAME = "[A-Za-z][A-Za-z0-9_]*"
# Keys of the language, such as `date-time`, that look unlike names.
_OTHER = [
    key for kind in KINDS.values() for key in kind.keys if not re.fullmatch(_NAME, key)
]
_PART = f"({'|'.join([_NAME, *_OTHER])})"
_PATH = rf"^({_PART}(\.{_PART})*|lint\.[a-z-]+(\..+)?)$"
_LINT = KINDS["spec"].keys["lint"]


def editor_schema() -> Schema:
    """Return the schema of specs and overlays."""
    changes = ("extends", "amend", "add", "remove")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Protocol spec",
        "description": "The messages, datatypes and enums of one version of a protocol, or an"
        " overlay that changes another spec.",
        "type": "object",
        "if": {"anyOf": [{"required": [key]} for key in changes]},
        "then": {"$ref": "#/$defs/overlay"},
        "else": {"$ref": "#/$defs/spec"},
        "$defs": {
            **{name: _kind(name, kind) for name, kind in KINDS.items()},
            "overlay": _overlay(),
            "lint": _lint(),
            "switchOffs": {
                "description": "Where the rule doesn't hold: a part of the spec with all that is"
                " in it, or * for all of it; and the reason.",
                **cast(Named, _LINT.form).form.schema(),
                "examples": [
                    {"enums.ConfigurationKey": "Vendors have keys of their own."}
                ],
            },
            "keysFitType": _keys_fit_type(),
            **_SCALARS,
        },
    }


_SCALARS: dict[str, Schema] = {
    "memberValue": {
        "description": "The value that is sent, as written: Off is text. Whole numbers and text"
        " do not mix.",
        "$ref": "#/$defs/shortText",
    },
    "path": {
        "description": "Keys from the top of the spec to the place, with dots between. Below"
        " lint: a rule, and the place that it leaves out.",
        "type": "string",
        "pattern": _PATH,
        "examples": ["enums.UnitOfMeasure.values.hertz"],
    },
    "shortText": {
        "$comment": "Scalars are read as they are written, so numbers and booleans are text too.",
        "type": ["string", "number", "boolean"],
        "pattern": r"^[^\s]([^\t\r\n]*[^\s])?$",
        "maxLength": MAX_SHORT_TEXT,
    },
    "text": {
        "type": ["string", "number", "boolean"],
        "pattern": r"\S",
        "maxLength": MAX_TEXT,
    },
    "number": {
        "type": "number",
        "minimum": -999999999999999,
        "maximum": 999999999999999,
    },
}


def _kind(name: str, kind: Kind) -> Schema:
    """Return the schema of a kind of map."""
    schema: Schema = {
        "description": kind.meaning,
        "type": "object",
        "properties": {key: _key(each) for key, each in kind.keys.items()},
        **({"required": [*kind.required]} if kind.required else {}),
        "additionalProperties": False,
    }
    if name == "spec":
        schema["properties"]["lint"] = {"$ref": "#/$defs/lint"}
    elif name == "enum":
        schema["oneOf"] = [{"required": ["values"]}, {"required": ["from"]}]
    elif "type" in kind.keys:
        schema["allOf"] = [{"$ref": "#/$defs/keysFitType"}]
    return schema


def _key(key: Key) -> Schema:
    examples = {"examples": [*key.examples]} if key.examples else {}
    return {"description": key.meaning, **key.form.schema(), **examples}


def _overlay() -> Schema:
    path = {"$ref": "#/$defs/path"}
    own: dict[str, Schema] = {
        "extends": {
            "description": "The spec or overlay that this one changes, relative to this file; left"
            " out where a job names it.",
            "type": "string",
            "pattern": r"\S",
            "examples": ["ocpp16.yaml"],
        },
        "lint": {
            "description": "Rules of lint that don't hold for parts of the spec, beside those of"
            " the base.",
            "$ref": "#/$defs/lint",
        },
        "amend": {
            "description": "What is changed, by paths that exist: keys of a map to merge into it,"
            " or another value.",
            "type": "object",
            "propertyNames": path,
            "additionalProperties": {
                "type": ["object", "array", "string", "number", "boolean"]
            },
        },
        "add": {
            "description": "What is new, by paths that don't exist.",
            "type": "object",
            "propertyNames": path,
            "patternProperties": _added(),
        },
        "remove": {
            "description": "Paths of what is taken out; they exist.",
            "type": "array",
            "items": path,
        },
    }
    restated = {key: _key(KINDS["spec"].keys[key]) for key in RESTATED}
    return {
        "description": "A spec told as changes of another one.",
        "type": "object",
        "properties": {key: (own | restated)[key] for key in KEYS},
        "additionalProperties": False,
    }


def _added() -> dict[str, Schema]:
    """Return what may stand at each path to a map, or to something that has a name."""
    schemas = {
        "^" + r"\.".join("[^.]+" if name == "*" else name for name in path) + "$": form
        for path, form in paths()
        if path[0] != "lint" and (path[-1] == "*" or isinstance(form, MapOf | Named))
    }
    return {
        **{pattern: form.schema() for pattern, form in schemas.items()},
        # What lint calls a place is one key, dots and all.
        r"^lint\.[^.]+$": {"$ref": "#/$defs/switchOffs"},
        r"^lint\.[^.]+\..+$": {"$ref": "#/$defs/text"},
    }


def _lint() -> Schema:
    return {
        "description": _LINT.meaning,
        "type": "object",
        "properties": {
            rule.id: {"description": rule.purpose, "$ref": "#/$defs/switchOffs"}
            for rule in RULES.values()
        },
        "additionalProperties": False,
    }


def _keys_fit_type() -> Schema:
    """Return which keys go with which types, as far as the name of a type tells."""

    def of_type(name: str, then: Schema) -> Schema:
        condition = {"properties": {"type": {"const": name}}, "required": ["type"]}
        return {"if": condition, "then": then}

    whole = [key for key, each in CONSTRAINTS.items() if "int" in each.types]
    integers: Schema = {key: {"type": "integer"} for key in (*whole, "default")}
    number = {"$ref": "#/$defs/number"}
    named: dict[str, Any] = {"not": {"enum": [*naming.SCALAR_TYPES]}}
    fitting: dict[str, Schema] = {
        key: {"properties": {"type": {"enum": [*each.types]}}}
        for key, each in KINDS["field"].keys.items()
        if each.types and "enum" not in each.types
    }
    return {
        "$comment": "Each limit belongs to certain types; a list says what it holds.",
        "allOf": [
            of_type("list", {"required": ["items"]}),
            of_type("int", {"properties": integers}),
            of_type("float", {"properties": {"default": number}}),
            of_type("bool", {"properties": {"default": {"type": "boolean"}}}),
        ],
        "dependentSchemas": {
            **fitting,
            "default": {
                "properties": {
                    "required": {"const": False},
                    "type": {"not": {"enum": ["any", "list"]}},
                }
            },
            "only": {"properties": {"except": False, "type": named}},
            "except": {"properties": {"type": named}},
        },
    }


def text() -> str:
    """Return the schema as it is kept in `spec/spec.schema.json`."""
    return json.dumps(editor_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(text(), end="")
