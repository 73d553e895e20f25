"""The official JSON Schemas of OCPP, as PyPI's `ocpp` carries them, and their facts.

Facts of a schema are what it allows, in one form: references resolved, annotations and
order left aside. So the facts of two schemas are equal if they say the same.
"""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from generator.spec.model import Message

Schema = dict[str, Any]

# Keywords that say nothing about what is allowed.
ANNOTATIONS = {
    *("$schema", "$id", "$comment", "title", "description", "default"),
    *("javaType", "x-enum-varnames", "$defs", "definitions"),
}
# Keywords whose values are taken as they stand.
LIMITS = {
    *("type", "maxLength", "format", "minimum", "maximum", "multipleOf"),
    *("minItems", "maxItems"),
}


@cache
def files(version: str = "v16") -> dict[str, Path]:
    """Return the official schema files of a version by the names of the messages.

    They are looked up in the list of the distribution's files: its package can't be
    imported, as it has the name of ours.
    """
    listed = importlib.metadata.files("ocpp") or []
    found = {
        entry.stem: Path(str(entry.locate()))
        for entry in listed
        if entry.parent.as_posix() == f"ocpp/{version}/schemas"
        and entry.suffix == ".json"
    }
    assert found, "the distribution ocpp isn't installed, or has no schemas"
    return found


def name_of(message: Message, version: str = "v16") -> str:
    """Return the name of a message's official schema file, without its ending.

    Requests of 1.6 and one-way messages are called like the action alone.
    """
    name = message.action + message.kind.title()
    return name if name in files(version) else message.action


def official_schema(message: Message, version: str = "v16") -> Schema:
    """Return the official schema of a message."""
    file = files(version)[name_of(message, version)]
    schema: Schema = json.loads(file.read_text("utf-8-sig"))
    return schema


# Facts


def facts(schema: Schema, root: Schema | None = None) -> Schema:
    """Return what a schema allows.

    Args:
        schema: A schema, or a part of one.
        root: The whole schema, where references lead.
    """
    root = schema if root is None else root
    schema = _resolved(schema, root)
    is_object = schema.get("type") == "object"
    found: Schema = {"properties": {}} if is_object else {}
    for keyword, value in schema.items():
        if keyword in LIMITS:
            found[keyword] = value
        elif keyword == "properties":
            found[keyword] = {name: facts(value[name], root) for name in value}
        elif keyword == "items":
            found[keyword] = facts(value, root)
        elif keyword in ("required", "enum"):
            found |= {keyword: dict.fromkeys(value, True)} if value else {}
        elif keyword == "additionalProperties" and is_object:
            found[keyword] = value
        else:
            assert keyword in ANNOTATIONS or _is_void(keyword, schema), keyword
    return found


def _is_void(keyword: str, schema: Schema) -> bool:
    """Return whether a keyword has no effect where it stands.

    `additionalProperties` says nothing of strings, `additionalItems` nothing beside
    `items` that are for all elements.
    """
    if keyword == "additionalItems":
        return isinstance(schema.get("items"), dict)
    return keyword == "additionalProperties" and schema.get("type") != "object"


def _resolved(schema: Schema, root: Schema) -> Schema:
    """Return a schema with what it refers to; what it says itself goes first."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    assert reference.startswith("#/"), reference
    target: Any = root
    for step in reference.removeprefix("#/").split("/"):
        target = target[step]
    own = {keyword: schema[keyword] for keyword in schema if keyword != "$ref"}
    return {**_resolved(target, root), **own}


class Difference(NamedTuple):
    """One fact that two schemas state differently; None where one says nothing."""

    path: str
    ours: Any
    theirs: Any


def differences(ours: Any, theirs: Any, path: str = "$") -> Iterator[Difference]:
    """Yield where facts differ; paths are JSON paths, values of enums are their last step."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in {**ours, **theirs}:
            yield from differences(ours.get(key), theirs.get(key), f"{path}.{key}")
    elif ours != theirs or type(ours) is not type(theirs):
        yield Difference(path, ours, theirs)
