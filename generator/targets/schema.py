"""Target `schema`: JSON Schemas, one file for each message and one bundle for each spec."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..emit.header import do_not_edit
from ..spec.constraints import CONSTRAINTS
from ..spec.model import Datatype, Enum, Field, Member, Message, Spec, Value
from . import PLAIN, Artifact, Options

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]
Naming = Callable[[Datatype | Enum], str]

_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}


def artifacts(spec: Spec, _: Options = PLAIN) -> Iterator[Artifact]:
    """Yield a schema for each message, and one that holds them all."""
    places = {ref.name: place for place, ref in enumerate(spec.types)}
    for message in spec.messages:
        used = sorted(_types_of(message), key=lambda ref: places[ref.name])
        path = f"schemas/{spec.name}/{title(message)}.json"
        yield Artifact(path, _text(_file(message, used, spec)))
    yield Artifact(f"schemas/{spec.name}.json", _text(bundle(spec)))


def title(message: Message) -> str:
    """Return the name of a message's schema, such as AuthorizeRequest."""
    return message.action + message.kind.title()


def bundle(spec: Spec) -> Schema:
    """Return one schema with every message and type of a spec below `$defs`.

    They are named as the classes of the Python modules are: `call.AuthorizePayload`.
    """
    types = {type_class(ref): _definition(ref, type_class) for ref in spec.types}
    messages = {
        message_class(message, spec): _object(
            message.fields, message.description, type_class
        )
        for message in spec.messages
    }
    return {
        "$schema": DIALECT,
        "$comment": do_not_edit(spec.source),
        "title": f"{spec.protocol} {spec.version}",
        "$defs": {**types, **messages},
    }


def message_class(message: Message, spec: Spec) -> str:
    """Return the module and name of a message's class."""
    module = "call" if message.kind == "request" else "call_result"
    return f"{module}.{message.action}{spec.class_suffix}"


def type_class(ref: Datatype | Enum) -> str:
    """Return the module and name of a type's class."""
    module = "datatypes" if isinstance(ref, Datatype) else "enums"
    return f"{module}.{ref.name}"


def _plain(ref: Datatype | Enum) -> str:
    return ref.name


def _file(message: Message, used: Iterable[Datatype | Enum], spec: Spec) -> Schema:
    """Return the schema of a message, with the types that it uses."""
    schema = {
        "$schema": DIALECT,
        "$comment": do_not_edit(spec.source),
        "title": title(message),
        **_object(message.fields, message.description, _plain),
    }
    definitions = {ref.name: _definition(ref, _plain) for ref in used}
    return {**schema, "$defs": definitions} if definitions else schema


def _definition(ref: Datatype | Enum, naming: Naming) -> Schema:
    if isinstance(ref, Datatype):
        return _object(ref.fields, ref.description, naming, is_open=ref.open)
    return {
        **({"description": ref.description} if ref.description else {}),
        "type": _TYPES[ref.base],
        **_members(ref.members),
    }


def _members(members: Iterable[Member]) -> Schema:
    """Return the values of an enum, with the names that code generators give them."""
    members = tuple(members)
    return {
        "enum": [member.value for member in members],
        "x-enum-varnames": [member.name for member in members],
    }


def _object(
    fields: Iterable[Field], description: str, naming: Naming, *, is_open: bool = False
) -> Schema:
    fields = tuple(fields)
    required = [field.wire for field in fields if field.required]
    return {
        **({"description": description} if description else {}),
        "type": "object",
        "properties": {field.wire: _property(field, naming) for field in fields},
        **({"required": required} if required else {}),
        **({} if is_open else {"additionalProperties": False}),
    }


def _property(field: Field, naming: Naming) -> Schema:
    schema = _value(field.value, naming)
    if field.description:
        schema = {"description": field.description, **schema}
    if field.default:
        schema["default"] = _default(field)
    return schema


def _default(field: Field) -> Any:
    value = field.value
    if value.enum:
        return next(m.value for m in value.members if m.name == field.default)
    return field.default if value.type == "str" else json.loads(field.default)


def _value(value: Value, naming: Naming) -> Schema:
    if value.ref:
        schema: Schema = {"$ref": f"#/$defs/{naming(value.ref)}"}
        if value.is_subset:
            schema |= _members(value.members)
        return schema
    schema = {}
    if value.items:
        schema = {"type": "array", "items": _value(value.items, naming)}
    if value.type in _TYPES:
        schema["type"] = _TYPES[value.type]
    for key, limit in value.limits.items():
        schema[CONSTRAINTS[key].keyword] = limit
    return schema


def _types_of(message: Message) -> Iterable[Datatype | Enum]:
    """Return the types of a message's fields, and those within them, each once."""
    found: dict[str, Datatype | Enum] = {}
    waiting = list(message.fields)
    while waiting:
        ref = waiting.pop().value.innermost.ref
        if ref is not None and ref.name not in found:
            found[ref.name] = ref
            waiting += ref.fields if isinstance(ref, Datatype) else ()
    return found.values()


def _text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
