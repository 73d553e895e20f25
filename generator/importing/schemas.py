"""JSON Schemas to shapes: what a schema allows, as far as the spec language can say it.

Takes draft 4 with everything inlined, and draft 6 with definitions, as the Open Charge
Alliance publishes them. Every keyword is either understood, or known to say nothing about
messages, or named in a warning. Texts that describe are left behind: they are other people's.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from ..diagnostics import Report, Span, quoted
from ..spec.constraints import CONSTRAINTS
from ..spec.model import Number
from ..spec.reader import MAX_DIGITS
from ..spec.types import MAX_NESTED_DATATYPES
from . import ocpp
from .notes import DEFINITIONS, Notes
from .plain import escaped, lists_in, plain_default, shown, text_problem, unescaped
from .shapes import (
    EnumShape,
    ObjectShape,
    Pool,
    Property,
    Ref,
    Shape,
)

# Lists of lists that a spec can hold within the levels that its reader takes.
MAX_NESTED_LISTS = 6
# Schemas in each other; far more than a spec can hold, far fewer than overflow the stack.
MAX_LEVELS = 60

# They say nothing about messages.
_ANNOTATIONS = {
    *(
        "$schema",
        "$id",
        "id",
        "$comment",
        "comment",
        "title",
        "description",
        "javaType",
    ),
    *DEFINITIONS,
}
_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
# The keys of constraints by their keywords, for each type.
_LIMITS = {
    kind: {each.keyword: key for key, each in CONSTRAINTS.items() if kind in each.types}
    for kind in (*_SCALARS.values(), "list", "any")
}
# What is understood beside `type` and `default`; additionalItems has no effect beside a
# single schema of all items.
_KEYWORDS = {
    **{kind: {*_LIMITS[kind], ocpp.STRAY_KEYWORD} for kind in _SCALARS.values()},
    "list": {*_LIMITS["list"], "items", "additionalItems"},
    "any": set[str](),
    "enum": {"enum", ocpp.STRAY_KEYWORD},
    "object": {"properties", "required", "additionalProperties"},
}
Schema = dict[str, Any]


class Document:
    """One schema file: a message, and the types that it defines."""

    def __init__(
        self, file: str, root: Schema, pool: Pool, notes: Notes, report: Report
    ) -> None:
        """Take the file.

        Args:
            file: Its name, for findings.
            root: Its content.
            pool: Takes its types.
            notes: Takes what can't be said.
            report: Takes what makes it no schema; reading goes on.
        """
        self._file = file
        self._root = root
        self._pool = pool
        self._notes = notes
        self._report = report
        self._targets = dict(self._definitions())
        self._shapes: dict[str, Shape] = {}
        self._reading: list[str] = []
        self._referred: set[str] = set()
        self._depth = 0

    def read_definitions(self) -> None:
        """Read every definition, so that types without a name can be found among them."""
        for pointer in self._targets:
            self._definition(pointer, pointer)

    def message(self) -> ObjectShape:
        """Return the message; an empty one if the file is no schema of an object."""
        root = self._root
        if root.get("type", "object") != "object" or not (
            {"properties", "type"} & set(root)
        ):
            message = "this is no JSON Schema of an object"
            hint = "keep only schemas of messages in the folder"
            self._report.error(Span(self._file), message, hint)
            return ObjectShape((), open=False)
        if "default" in root:
            self._refuse("default", root, "#")
        shape = self._object(root, "#")
        if shape.open:
            message = "messages may have unknown fields, which only a datatype can say"
            self._note("#/additionalProperties", message, "messages refuse them now")
        return shape

    def note_unused(self, used: Container[Ref]) -> None:
        """Note each definition that isn't among the types that messages use."""
        for pointer, shape in self._shapes.items():
            ref = shape.innermost.ref
            if pointer not in self._referred if ref is None else ref not in used:
                self._note(pointer, "no message uses it", "it isn't in the spec")

    # Definitions

    def _definitions(self) -> Iterator[tuple[str, Any]]:
        for key in DEFINITIONS:
            definitions = self._root.get(key, {})
            if not isinstance(definitions, dict):
                self._error(f"#/{key}", "must be an object")
                continue
            for name, schema in definitions.items():
                yield f"#/{key}/{escaped(name)}", schema

    def _definition(self, pointer: str, path: str) -> Shape:
        """Return the shape of a definition; `path` is what refers to it."""
        if pointer in self._reading:
            self._note(path, "the type contains itself", "it is 'any' in the spec")
            return Shape("any")
        if pointer not in self._shapes:
            self._reading.append(pointer)
            name = unescaped(pointer.rpartition("/")[2])
            schema = self._targets[pointer]
            self._shapes[pointer] = self._shape(schema, pointer, name, declared=name)
            self._reading.pop()
        return self._shapes[pointer]

    def _target(self, schema: Schema, path: str) -> str:
        """Return where a reference leads; empty, and an error, if nowhere."""
        pointer = schema["$ref"]
        if isinstance(pointer, str) and pointer in self._targets:
            self._referred.add(pointer)
            return pointer
        shown = quoted(pointer) if isinstance(pointer, str) else "this"
        self._error(f"{path}/$ref", f"{shown} refers to nothing in this file")
        return ""

    # Values

    def _shape(self, schema: Any, path: str, wire: str, declared: str = "") -> Shape:
        """Return what a schema allows.

        Args:
            schema: The schema.
            path: Its place in the file.
            wire: The property that it is of.
            declared: Its name, if it is a definition.
        """
        if schema is True:
            return Shape("any")
        if not isinstance(schema, dict):
            if schema is False:
                self._note(
                    path, "no value at all is allowed", "it is 'any' in the spec"
                )
            else:
                self._error(path, "is no schema")
            return Shape("any")
        if self._depth >= MAX_LEVELS:
            message = f"schemas nest more than {MAX_LEVELS} levels deep"
            self._report.fatal(Span(self._file), message, "no message needs that")
        self._depth += 1
        if "$ref" in schema:
            self._refuse_keywords(schema, path, {"$ref", "default"})
            target = self._target(schema, path)
            shape = self._definition(target, path) if target else Shape("any")
        else:
            shape = self._value(schema, path, wire, declared)
        self._depth -= 1
        return shape

    def _value(self, schema: Schema, path: str, wire: str, declared: str) -> Shape:
        kind = self._kind(schema, path)
        if kind == "enum":
            return self._enum(schema, path, wire, declared)
        if kind == "object":
            shape = self._object(schema, path)
            if self._pool.inner_height(shape) < MAX_NESTED_DATATYPES:
                return Shape("", ref=self._type(shape, schema, wire, declared))
            message = f"objects nest more than {MAX_NESTED_DATATYPES} levels deep"
            self._note(path, message, "it is 'any' in the spec")
            return Shape("any")
        self._refuse_keywords(schema, path, {"type", "default", *_KEYWORDS[kind]})
        items = self._items(schema, path, wire) if kind == "list" else None
        if items and lists_in(items) >= MAX_NESTED_LISTS:
            message = f"lists nest more than {MAX_NESTED_LISTS} levels deep"
            self._note(path, message, "it is 'any' in the spec")
            return Shape("any")
        return Shape(
            kind,
            items=items,
            limits=tuple(self._limits(schema, path, kind)),
        )

    def _kind(self, schema: Schema, path: str) -> str:
        """Return a scalar type of the spec language, `list`, `object` or `enum`."""
        if "enum" in schema:
            return "enum"
        given = schema.get("type")
        if given is None:
            implied = {"properties": "object", "items": "list"}
            kinds = (kind for keyword, kind in implied.items() if keyword in schema)
            return next(kinds, "any")
        if isinstance(given, str) and given in _SCALARS:
            return _SCALARS[given]
        if given in ("array", "object"):
            return "list" if given == "array" else "object"
        self._note(f"{path}/type", "no single type", "it is 'any' in the spec")
        return "any"

    def _type(
        self, shape: ObjectShape | EnumShape, schema: Schema, wire: str, declared: str
    ) -> Ref:
        java = schema.get("javaType")
        name = declared or (java.rpartition(".")[2] if isinstance(java, str) else "")
        if name:
            return self._pool.declare(shape, name)
        return self._pool.inline(shape, wire)

    def _items(self, schema: Schema, path: str, wire: str) -> Shape:
        items = schema.get("items", True)
        if isinstance(items, list):
            message = "each element has a schema of its own"
            self._note(f"{path}/items", message, "they are 'any' in the spec")
            return Shape("any")
        if isinstance(items, dict) and self._default_of(items) is not None:
            message = "elements of a list have no default in a spec"
            self._note(f"{path}/items", message, "say it in a description")
        return self._shape(items, f"{path}/items", wire)

    def _enum(self, schema: Schema, path: str, wire: str, declared: str) -> Shape:
        self._refuse_keywords(schema, path, {"type", "default", *_KEYWORDS["enum"]})
        given = schema["enum"]
        if not isinstance(given, list) or not given:
            self._error(f"{path}/enum", "must be a list of values")
            return Shape("any")
        whole = all(type(value) is int for value in given)
        kinds = ("int", "float") if whole else ("str",)
        kind = _SCALARS.get(str(schema.get("type", "any")), "any")
        if not (whole or all(isinstance(value, str) for value in given)) or (
            "type" in schema and kind not in kinds
        ):
            message = "the values are neither all text nor all whole numbers"
            self._note(f"{path}/enum", message, "they aren't limited in the spec")
            return Shape(kind)
        values = [
            value
            for number, value in enumerate(given)
            if self._can_be_value(value, f"{path}/enum/{number}")
        ]
        if not values:
            return Shape(kinds[0])
        enum = EnumShape(tuple(dict.fromkeys(values)))
        return Shape("", ref=self._type(enum, schema, wire, declared))

    def _can_be_value(self, value: str | int, path: str) -> bool:
        if isinstance(value, int):
            problem = "has too many digits" if len(str(abs(value))) > MAX_DIGITS else ""
        else:
            problem = text_problem(value)
        if problem:
            message = f"value {quoted(str(value))} {problem}"
            self._note(path, message, "it isn't in the spec")
        return not problem

    def _limits(
        self, schema: Schema, path: str, kind: str
    ) -> Iterator[tuple[str, Any]]:
        limits: dict[str, Any] = {}
        for keyword, key in _LIMITS[kind].items():
            if keyword in schema:
                form = CONSTRAINTS[key].form
                limit = form.of_json(schema[keyword], whole=kind == "int")
                if limit is None:
                    self._refuse(keyword, schema, path)
                else:
                    limits[key] = limit
        for low in [*limits]:
            high = CONSTRAINTS[low].not_above
            if high in limits and limits[low] > limits[high]:
                message = f"'{high}' is less than '{low}'"
                self._note(path, message, "neither is in the spec")
                del limits[low], limits[high]
        yield from limits.items()

    # Objects

    def _object(self, schema: Schema, path: str) -> ObjectShape:
        self._refuse_keywords(schema, path, {"type", "default", *_KEYWORDS["object"]})
        properties = schema.get("properties", {})
        required = schema.get("required", [])
        if not isinstance(properties, dict) or not isinstance(required, list):
            self._error(path, "has 'properties' or 'required' of a wrong type")
            return ObjectShape((), open=False)
        for wire in required:
            if not isinstance(wire, str) or wire not in properties:
                message = "requires a property that it doesn't describe"
                self._note(f"{path}/required", message, "it isn't in the spec")
        parts = (
            self._property(wire, part, f"{path}/properties/{escaped(wire)}", required)
            for wire, part in properties.items()
        )
        # What is required stands first, as in the classes that come of it.
        known = sorted(filter(None, parts), key=lambda part: not part.required)
        return ObjectShape(tuple(known), self._is_open(schema, path))

    def _is_open(self, schema: Schema, path: str) -> bool:
        others = schema.get("additionalProperties", True)
        if not isinstance(others, bool) and others != {}:
            message = "unknown properties have a schema"
            hint = "they are kept as they are by the spec"
            self._note(f"{path}/additionalProperties", message, hint)
        return others is not False

    def _property(
        self, wire: str, schema: Any, path: str, required: list[Any]
    ) -> Property | None:
        if problem := text_problem(wire):
            self._note(path, f"the name {problem}", "the field isn't in the spec")
            return None
        shape = self._shape(schema, path, wire)
        must = wire in required
        default = self._default_of(schema)
        if default is not None and must:
            message = "the property is required, so its default says nothing"
            self._note(path, message, "it isn't in the spec")
            default = None
        if default is not None:
            default = self._default(default, shape, f"{path}/default")
        return Property(wire, shape, must, default)

    def _default_of(self, schema: Any) -> Any:
        """Return the default of a schema or of the enum it refers to; None if it has none."""
        seen: set[int] = set()
        while isinstance(schema, dict) and id(schema) not in seen:
            if "default" in schema:
                return schema["default"]
            seen.add(id(schema))
            schema = self._targets.get(str(schema.get("$ref")))
        return None

    def _default(
        self, default: Any, shape: Shape, path: str
    ) -> str | Number | bool | None:
        """Return a default if the spec language can say it, and None if it can't."""
        enum = self._pool.shape(shape.ref) if shape.ref else None
        values = enum.values if isinstance(enum, EnumShape) else ()
        found = default if default in values else plain_default(default, shape)
        if found is None:
            hint = "say it in a description"
            self._note(path, "no default that a spec can say", hint)
        return found

    # Findings

    def _refuse_keywords(self, schema: Schema, path: str, known: set[str]) -> None:
        for keyword in schema:
            if keyword not in known and keyword not in _ANNOTATIONS:
                self._refuse(keyword, schema, path)

    def _refuse(self, keyword: str, schema: Schema, path: str) -> None:
        value = schema[keyword]
        no_effect = (keyword == "minLength" and value == 0) or (
            keyword == "uniqueItems" and value is False
        )
        if not no_effect:
            message = f"a spec can't say {quoted(keyword)} {shown(value)}".rstrip()
            hint = "say it in a description, or check it yourself"
            self._note(f"{path}/{escaped(keyword)}", message, hint)

    def _note(self, path: str, message: str, hint: str) -> None:
        self._notes.add(self._file, path, message, hint)

    def _error(self, path: str, problem: str) -> None:
        message = f"{quoted(path, 200)}: {problem}"
        self._report.error(Span(self._file), message, "mend the schema")
