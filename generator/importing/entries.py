"""Shapes and names to what a spec says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..spec.naming import wire_name
from .names import (
    MessageShape,
    Owner,
    TypeNames,
    field_names,
    member_names,
)
from .shapes import (
    EnumShape,
    ObjectShape,
    Pool,
    Property,
    Ref,
    Shape,
    refs_of,
)
from .text import Fields, fields, scalar

# Fields that fewer objects share may be alike by accident.
_LEAST_CARRIERS = 3

_UNKNOWN_SENDER = "    sender: unknown  # TODO: the schemas don't say who sends this"


class Entries:
    """The lines of each action, datatype and enum, and the fields that all objects have."""

    def __init__(
        self, messages: list[MessageShape], pool: Pool, names: TypeNames
    ) -> None:
        """Take messages and their types.

        Args:
            messages: Each request before its response.
            pool: The types.
            names: Their names.
        """
        self._messages = messages
        self._pool = pool
        self._names = names
        self._objects = {
            ref: shape
            for _, ref in names.types
            if isinstance(shape := pool.shape(ref), ObjectShape)
        }
        self._common = tuple(self._shared())
        # What they are made of can't have them, or it would contain itself.
        self._without_common = self._parts(self._common)
        self._common_names = field_names([part.wire for part in self._common])

    @property
    def action_names(self) -> list[str]:
        """The name of each action."""
        return list(dict.fromkeys(message.action for message in self._messages))

    def common(self) -> Fields:
        """Return the fields that every message and datatype has but those they are made of."""
        return dict(
            self._field(part, self._common_names[part.wire]) for part in self._common
        )

    def actions(self) -> Iterator[list[str]]:
        """Yield the lines of each action."""
        shapes = {(message.action, message.kind): message for message in self._messages}
        for message in self._messages:
            if message.kind == "response":
                continue
            lines = [f"  {scalar(message.action)}:", _UNKNOWN_SENDER]
            lines += fields(self._fields(message.action, message.shape), "request", 4)
            response = shapes.get((message.action, "response"))
            if response:
                entries = self._fields(message.action, response.shape)
                lines += fields(entries, "response", 4)
            yield lines

    def datatypes(self) -> Iterator[list[str]]:
        """Yield the lines of each datatype."""
        for name, ref in self._names.types:
            if shape := self._objects.get(ref):
                lines = [f"  {scalar(name)}:"]
                if shape.open:
                    lines.append("    open: true")
                yield [*lines, *fields(self._fields(ref, shape), "fields", 4)]

    def enums(self, *, with_actions: bool) -> Iterator[list[str]]:
        """Yield the lines of each enum.

        Args:
            with_actions: Whether to have one of all actions, if no other type has its name.
        """
        types = self._names.types
        if with_actions and "Action" not in dict(types):
            yield ["  Action:", "    from: actions"]
        for name, ref in types:
            enum = self._pool.shape(ref)
            if isinstance(enum, EnumShape):
                yield [f"  {scalar(name)}:", "    values:", *_values(enum)]

    # Common fields

    def _shared(self) -> Iterator[Property]:
        """Yield the optional objects that all messages and datatypes have."""
        messages = [set(message.shape.properties) for message in self._messages]
        for part in self._messages[0].shape.properties:
            if part.required or part.shape.ref not in self._objects:
                continue
            parts = self._parts([part])
            carriers = messages + [
                set(shape.properties)
                for ref, shape in self._objects.items()
                if ref not in parts
            ]
            if len(carriers) >= _LEAST_CARRIERS and all(
                part in own for own in carriers
            ):
                yield part

    def _parts(self, properties: Iterable[Property]) -> set[Ref]:
        """Return all types that properties are made of."""
        found: set[Ref] = set()
        rest = [ref for _, ref in refs_of(properties)]
        while rest:
            ref = rest.pop()
            shape = self._pool.shape(ref)
            if ref not in found and isinstance(shape, ObjectShape):
                rest += [inner for _, inner in refs_of(shape.properties)]
            found.add(ref)
        return found

    # Fields

    def _fields(self, owner: Owner, shape: ObjectShape) -> Fields:
        own: Iterable[Property] = shape.properties
        taken: Iterable[str] = ()
        if owner not in self._without_common:
            own = [part for part in shape.properties if part not in self._common]
            taken = self._common_names.values()
        names = field_names([part.wire for part in own], taken)
        return dict(self._field(part, names[part.wire], owner) for part in own)

    def _field(
        self, part: Property, name: str, owner: Owner = ""
    ) -> tuple[str, dict[str, Any]]:
        value = self._value(part.shape, owner, part.wire)
        entry = {"type": value.pop("type")}
        if part.required:
            entry["required"] = True
        entry |= value
        if part.default is not None:
            entry["default"] = self._default(part)
        if wire_name(name) != part.wire:
            entry["wire"] = part.wire
        return name, entry

    def _value(self, shape: Shape, owner: Owner, wire: str) -> dict[str, Any]:
        name = self._names.name(shape.ref, owner, wire) if shape.ref else shape.type
        value: dict[str, Any] = {"type": name}
        if shape.items:
            items = self._value(shape.items, owner, wire)
            value["items"] = items if len(items) > 1 else items["type"]
        return value | dict(shape.limits)

    def _default(self, part: Property) -> Any:
        enum = self._pool.shape(part.shape.ref) if part.shape.ref else None
        if not isinstance(enum, EnumShape):
            return part.default
        assert isinstance(part.default, str | int)
        return member_names(enum.values)[part.default]


def _values(enum: EnumShape) -> Iterator[str]:
    names = member_names(enum.values)
    for value in enum.values:
        shown = scalar(value) if isinstance(value, str) else str(value)
        yield f"      {scalar(names[value])}: {shown}"
