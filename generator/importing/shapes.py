"""Shapes: what the values of messages may be, and the types among them.

They stand between the JSON Schemas and the spec: checked for what the spec language can say,
but without the names that code will have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ..spec.model import Number

# Field names that don't tell what their values are, unless one knows whose field it is.
_VAGUE = {
    *("code", "data", "item", "items", "kind", "list", "mode", "result", "state"),
    *("status", "type", "value", "values"),
}


class Ref(NamedTuple):
    """A type: the number of its structure, and its name if the schemas give it one."""

    structure: int
    declared: str


class Shape(NamedTuple):
    """What one value may be.

    Attributes:
        type: A scalar type of the spec language; empty for an object or enum.
        ref: The object or enum.
        items: What each element of a list may be.
        limits: Its limits by their keys in the spec language.
    """

    type: str
    ref: Ref | None = None
    items: Shape | None = None
    limits: tuple[tuple[str, Any], ...] = ()

    @property
    def innermost(self) -> Shape:
        """What the elements of a list are, of lists of lists too."""
        return self.items.innermost if self.items else self


class Property(NamedTuple):
    """One property of an object; `default` is None if there is none."""

    wire: str
    shape: Shape
    required: bool
    default: str | Number | bool | None


class ObjectShape(NamedTuple):
    """An object, and whether it may have properties beyond these."""

    properties: tuple[Property, ...]
    open: bool


class EnumShape(NamedTuple):
    """The values of an enum: all text or all whole numbers."""

    values: tuple[str | int, ...]


class Pool:
    """The types of all files; structurally equal ones are the same."""

    def __init__(self) -> None:
        """Start with no types."""
        self._numbers: dict[object, int] = {}
        self._shapes: dict[Ref, ObjectShape | EnumShape] = {}
        self._heights: list[int] = []
        self._declared: dict[int, list[str]] = {}

    def shape(self, ref: Ref) -> ObjectShape | EnumShape:
        """Return what a type is."""
        return self._shapes[ref]

    def inner_height(self, shape: ObjectShape) -> int:
        """Return how many objects stand in each other in an object's properties."""
        refs = (ref for _, ref in refs_of(shape.properties))
        return max((self._heights[ref.structure] for ref in refs), default=0)

    def declare(self, shape: ObjectShape | EnumShape, name: str) -> Ref:
        """Return the type that the schemas give a name."""
        ref = self._ref(shape, name)
        names = self._declared.setdefault(ref.structure, [])
        if name not in names:
            names.append(name)
        return ref

    def inline(self, shape: ObjectShape | EnumShape, wire: str) -> Ref:
        """Return the type of the property that a shape stands in.

        It is a declared one, if one such and no other has the same structure.
        """
        ref = self._ref(shape, "")
        names = self._declared.get(ref.structure, [])
        if len(names) == 1 and (isinstance(shape, ObjectShape) or not is_vague(wire)):
            return Ref(ref.structure, names[0])
        return ref

    def _ref(self, shape: ObjectShape | EnumShape, declared: str) -> Ref:
        # The order of properties and values doesn't count.
        key: object
        if isinstance(shape, ObjectShape):
            key = (shape.open, frozenset(shape.properties))
            height = 1 + self.inner_height(shape)
        else:
            key = frozenset(shape.values)
            height = 0
        ref = Ref(self._numbers.setdefault(key, len(self._numbers)), declared)
        if ref.structure == len(self._heights):
            self._heights.append(height)
        self._shapes.setdefault(ref, shape)
        return ref


def is_vague(wire: str) -> bool:
    """Return whether a property's name says nothing without the name of its object."""
    return wire.lower() in _VAGUE


def refs_of(properties: Iterable[Property]) -> Iterator[tuple[Property, Ref]]:
    """Yield the types that properties name."""
    for part in properties:
        ref = part.shape.innermost.ref
        if ref:
            yield part, ref
