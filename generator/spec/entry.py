"""What the reader hands to the loader: plain values with their places."""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar

from ..diagnostics import Span, quoted
from .source import Mapping, Node

T = TypeVar("T")


class Placed(NamedTuple, Generic[T]):
    """A value that was read, and its place."""

    value: T
    span: Span


class Beside(NamedTuple):
    """What stands around a value.

    Attributes:
        label: What to call the map that it is in; `{name}` is the last one of `names`.
        names: Names of the keys from the top of the spec to that map.
        kind: The type that the map states, as `Key.types` calls types; empty if nothing is
            known of it.
    """

    label: str
    names: tuple[str, ...] = ()
    kind: str = ""

    @property
    def what(self) -> str:
        """What to call the map; put together only for findings, as most maps have none."""
        return self.label.format(name=quoted(self.names[-1]) if self.names else "")

    def within(self, label: str, *names: str) -> Beside:
        """Return what stands around the values of a map in this one."""
        return Beside(label, self.names + names)


class Entry:
    """A map as it was read: a plain value for each key that is there, and its place.

    Attributes:
        beside: What stands around its values.
        values: The values by key; those that are wrong may be missing.
    """

    def __init__(
        self, node: Node, nodes: dict[str, Node], beside: Beside, bearer: str
    ) -> None:
        """Start with nodes only.

        Args:
            node: The map; or what stands in its place, if it isn't one.
            nodes: What is in it, by key.
            beside: What stands around its values.
            bearer: What to call that which has its type and limits; empty if that is the map.
        """
        self._node = node
        self._nodes = nodes
        self._bearer = bearer
        self.beside = beside
        self.values: dict[str, Any] = {}

    @property
    def is_map(self) -> bool:
        """Whether it is a map at all."""
        return isinstance(self._node, Mapping)

    @property
    def what(self) -> str:
        """What to call it."""
        return self.beside.what

    @property
    def bearer(self) -> str:
        """What to call that which has its type and limits."""
        return self._bearer or self.what

    def __contains__(self, key: str) -> bool:
        return key in self._nodes

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key; the default if it isn't there or is wrong."""
        value = self.values.get(key)
        return default if value is None else value

    def span(self, key: str) -> Span:
        """Return the place of what a key has; that of the map if it isn't there."""
        return self._nodes.get(key, self._node).span
