"""Other libraries, set up to do for a message what the generated package does.

Their classes and schemas are made from the spec, with the constraints that the generated
code checks; date-times are parsed where a library can.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from types import GenericAlias
from typing import Annotated, Any, Literal, NamedTuple

from project import SPECS, generated_package, peer, spec_of

from generator.spec.model import Datatype, Enum, Field, Message, Value

fastjsonschema = peer("fastjsonschema")
msgspec = peer("msgspec")
pydantic = peer("pydantic")

FRAME = '[2,"{}","{}",{}]'
FRAME_ID = "19223201"
URI = "^[A-Za-z][A-Za-z0-9+.-]*:"
PLAIN_TYPES = {"str": str, "int": int, "float": float, "bool": bool, "any": Any}
SCHEMA_TYPES = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
}


class Contestant(NamedTuple):
    """One library at work on one message; each function takes one argument.

    Attributes:
        name: The library.
        receive: From JSON text to an object.
        text: What `receive` is given.
        send: From an object to JSON text.
        made: What `send` is given.
        decode: From parsed JSON to an object.
        data: What `decode` is given.
        plain: From an object back to parsed JSON, to compare.
        checks: Whether `receive` and `decode` refuse wrong messages.
    """

    name: str
    receive: Callable[[Any], Any]
    text: str
    send: Callable[[Any], str | bytes]
    made: Any
    decode: Callable[[Any], Any]
    data: Any
    plain: Callable[[Any], Any]
    checks: bool = True


class Peers:
    """Makes the contestants for the requests of one version."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.spec = spec_of(SPECS[version])
        self.ours: Any = generated_package(version)
        self._requests = {request.action: request for request in self.spec.requests}
        self._structs: dict[str, Any] = {}
        self._models: dict[str, Any] = {}

    def contestants(self, action: str, data: dict[str, Any]) -> list[Contestant]:
        """Return ours first, then the peers."""
        data = json.loads(compact(data))  # text as it comes from parsing, not interned
        request = self._requests[action]
        return [
            self._ours(request, data),
            self._ocpp(request, data),
            self._pydantic(request, data),
            self._msgspec(request, data),
            self._fastjsonschema(request, data),
            self._json(data),
        ]

    def broken(
        self, action: str, data: dict[str, Any]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield wrong messages that every peer with the same constraints refuses."""
        yield "unknown field", {**data, "unknownField": 1}
        for field in self._requests[action].fields:
            if field.wire not in data:
                continue
            if field.required:
                yield f"no {field.wire}", {
                    key: value for key, value in data.items() if key != field.wire
                }
            yield f"{field.wire} null", {**data, field.wire: None}
            value = field.value
            wrong: Any = {"str": 1, "int": "1"}.get(value.type, "No such value")
            yield f"{field.wire} {wrong!r}", {**data, field.wire: wrong}
            if value.limit("max_length") is not None:
                long = "x" * (value.limit("max_length") + 1)
                yield f"{field.wire} too long", {**data, field.wire: long}

    def _ours(self, request: Message, data: dict[str, Any]) -> Contestant:
        cls = self.ours.REQUESTS[request.action]
        return Contestant(
            name="generated",
            receive=cls.from_json,
            text=compact(data),
            send=cls.to_json,
            made=cls.from_dict(data),
            decode=cls.from_dict,
            data=data,
            plain=cls.to_dict,
        )

    # PyPI `ocpp`

    def _ocpp(self, request: Message, data: dict[str, Any]) -> Contestant:
        """What its `ChargePoint` does with a call, without a connection between.

        Nested objects are dicts, as it makes them itself when it receives.
        """
        action = request.action
        messages: Any = peer("ocpp.messages")
        charge_point: Any = peer("ocpp.charge_point")
        cls: Any = getattr(peer(f"ocpp.{self.version}.call"), action)
        messages.ASYNC_VALIDATION = False  # no thread for each message
        version = self.spec.version

        def checked(message: Any) -> None:
            try:
                messages.validate_payload(message, version).send(None)
            except StopIteration:
                return
            raise AssertionError("the validation waits for something")

        def built(message: Any) -> Any:
            checked(message)
            return cls(**charge_point.camel_to_snake_case(message.payload))

        def receive(text: str) -> Any:
            return built(messages.unpack(text))

        def fields(payload: Any) -> Any:
            made = charge_point.serialize_as_dict(payload)
            return charge_point.remove_nones(charge_point.snake_to_camel_case(made))

        def send(payload: Any) -> Any:
            message = messages.Call(
                unique_id=FRAME_ID,
                action=payload.__class__.__name__,
                payload=fields(payload),
            )
            checked(message)
            return message.to_json()

        def decode(data: Any) -> Any:
            return built(messages.Call(FRAME_ID, action, data))

        return Contestant(
            name="ocpp",
            receive=receive,
            text=FRAME.format(FRAME_ID, action, compact(data)),
            send=send,
            made=cls(**charge_point.camel_to_snake_case(data)),
            decode=decode,
            data=data,
            plain=fields,
        )

    # pydantic

    def _pydantic(self, request: Message, data: dict[str, Any]) -> Contestant:
        model = self._model(f"{request.action}Request", request.fields)
        send = functools.partial(
            model.model_dump_json, by_alias=True, exclude_unset=True
        )
        return Contestant(
            name="pydantic",
            receive=model.model_validate_json,
            text=compact(data),
            send=send,
            made=model.model_validate(data),
            decode=model.model_validate,
            data=data,
            plain=lambda made: json.loads(send(made)),
        )

    def _model(
        self, name: str, fields: tuple[Field, ...], is_open: bool = False
    ) -> Any:
        if name not in self._models:
            config = pydantic.ConfigDict(
                strict=True, extra="allow" if is_open else "forbid"
            )
            # A default isn't checked: None stands for a field left out, null is refused.
            members: dict[str, Any] = {
                field.name: (
                    self._pydantic_type(field.value),
                    pydantic.Field(
                        default=... if field.required else None, alias=field.wire
                    ),
                )
                for field in fields
            }
            self._models[name] = pydantic.create_model(
                name, __config__=config, **members
            )
        return self._models[name]

    def _pydantic_type(self, value: Value) -> Any:
        """Return a type; text for enums and date-times is no conversion to be strict about."""
        limits: dict[str, Any] = {}
        if value.type == "float":
            limits["allow_inf_nan"] = False
        if value.items:
            item = self._pydantic_type(value.items)
            return Annotated[
                GenericAlias(list, (item,)),
                pydantic.Field(
                    min_length=value.limit("min_items"),
                    max_length=value.limit("max_items"),
                ),
            ]
        if isinstance(value.ref, Datatype):
            return self._model(value.ref.name, value.ref.fields, value.ref.open)
        if isinstance(value.ref, Enum):
            return self._enum(value, self._lax)
        if value.limit("format") == "date-time":
            return self._lax(datetime)
        if value.limit("format") == "uri":
            limits["pattern"] = URI
        limits |= _limits(value)
        return Annotated[PLAIN_TYPES[value.type], pydantic.Field(**limits)]

    @staticmethod
    def _lax(base: Any) -> Any:
        return Annotated[base, pydantic.Field(strict=False)]

    def _enum(self, value: Value, whole: Callable[[Any], Any]) -> Any:
        assert value.enum
        if value.is_subset:
            return Literal[tuple(member.value for member in value.members)]
        return whole(getattr(self.ours.enums, value.enum.name))

    # msgspec

    def _msgspec(self, request: Message, data: dict[str, Any]) -> Contestant:
        struct = self._struct(f"{request.action}Request", request.fields)
        return Contestant(
            name="msgspec",
            receive=msgspec.json.Decoder(struct).decode,
            text=compact(data),
            send=msgspec.json.Encoder().encode,
            made=msgspec.convert(data, struct),
            decode=functools.partial(msgspec.convert, type=struct),
            data=data,
            plain=msgspec.to_builtins,
        )

    def _struct(
        self, name: str, fields: tuple[Field, ...], is_open: bool = False
    ) -> Any:
        if name not in self._structs:
            self._structs[name] = msgspec.defstruct(
                name,
                [
                    (
                        (field.name, self._struct_type(field.value))
                        if field.required
                        else (
                            field.name,
                            self._struct_type(field.value) | msgspec.UnsetType,
                            msgspec.UNSET,
                        )
                    )
                    for field in fields
                ],
                rename={field.name: field.wire for field in fields},
                forbid_unknown_fields=not is_open,
            )
        return self._structs[name]

    def _struct_type(self, value: Value) -> Any:
        if value.items:
            item = self._struct_type(value.items)
            sizes = {
                "min_length": value.limit("min_items"),
                "max_length": value.limit("max_items"),
            }
            return Annotated[GenericAlias(list, (item,)), msgspec.Meta(**sizes)]
        if isinstance(value.ref, Datatype):
            return self._struct(value.ref.name, value.ref.fields, value.ref.open)
        if isinstance(value.ref, Enum):
            return self._enum(value, lambda enum: enum)
        if value.limit("format") == "date-time":
            return datetime
        limits = _limits(value)
        if value.limit("format") == "uri":
            limits["pattern"] = URI
        base = PLAIN_TYPES[value.type]
        return Annotated[base, msgspec.Meta(**limits)] if limits else base

    # JSON Schema

    def _fastjsonschema(self, request: Message, data: dict[str, Any]) -> Contestant:
        """Checks only: what it gives is the dict that it was given."""
        check = fastjsonschema.compile(schema(request.fields))
        encode = json.JSONEncoder(separators=(",", ":")).encode

        def receive(text: str) -> Any:
            return check(json.loads(text))

        def send(data: Any) -> str:
            return encode(check(data))

        return Contestant(
            name="fastjsonschema",
            receive=receive,
            text=compact(data),
            send=send,
            made=data,
            decode=check,
            data=data,
            plain=lambda made: made,
        )

    @staticmethod
    def _json(data: dict[str, Any]) -> Contestant:
        """Checks nothing; `decode` is the parsing of the same text."""
        return Contestant(
            name="json",
            receive=json.loads,
            text=compact(data),
            send=json.JSONEncoder(separators=(",", ":")).encode,
            made=data,
            decode=json.loads,
            data=compact(data),
            plain=lambda made: made,
            checks=False,
        )


def compact(data: Any) -> str:
    """Return JSON text without spaces."""
    return json.dumps(data, separators=(",", ":"))


def schema(fields: tuple[Field, ...], is_open: bool = False) -> dict[str, Any]:
    """Return the JSON Schema of an object with these fields."""
    return {
        "type": "object",
        "properties": {field.wire: _schema_of(field.value) for field in fields},
        "required": [field.wire for field in fields if field.required],
        "additionalProperties": is_open,
    }


def _schema_of(value: Value) -> dict[str, Any]:
    made: dict[str, Any]
    if value.items:
        sizes = {
            "minItems": value.limit("min_items"),
            "maxItems": value.limit("max_items"),
        }
        made = {"type": "array", "items": _schema_of(value.items), **sizes}
    elif value.datatype:
        return schema(value.datatype.fields, value.datatype.open)
    elif value.enum:
        return {"enum": [member.value for member in value.members]}
    else:
        made = {
            "type": SCHEMA_TYPES.get(value.type),
            "format": value.limit("format"),
            "maxLength": value.limit("max_length"),
            "minimum": value.limit("minimum"),
            "maximum": value.limit("maximum"),
            "multipleOf": value.limit("multiple_of"),
        }
    return {key: limit for key, limit in made.items() if limit is not None}


def _limits(value: Value) -> dict[str, Any]:
    """Return limits by the names that pydantic and msgspec share."""
    limits = {
        "max_length": value.limit("max_length"),
        "ge": value.limit("minimum"),
        "le": value.limit("maximum"),
        "multiple_of": value.limit("multiple_of"),
    }
    return {key: limit for key, limit in limits.items() if limit is not None}
