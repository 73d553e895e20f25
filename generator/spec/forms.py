"""Forms: how the value of a key is written in a spec, and in the schema for editors.

A form reads a node and answers with a plain value, or with None and a finding.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from .model import Number
from .reader import MAX_COUNT, MAX_DIGITS, Reader, decimal_digits
from .source import Node

Schema = dict[str, Any]


class Form(Protocol):
    """How the value of a key is written."""

    def read(self, reader: Reader, node: Node, key: str, kind: str) -> Any:
        """Return the value of a node; None, and a finding, if it is wrong.

        Args:
            reader: Takes findings.
            node: The node.
            key: The key that has it, for findings.
            kind: The type that the key stands beside, such as `int`.
        """

    def schema(self) -> Schema:
        """Return what an editor is to take for right."""

    def of_json(self, value: Any, *, whole: bool) -> Any:
        """Return what a spec says for a value of JSON Schema; None if it can't.

        Args:
            value: The value of a keyword.
            whole: Whether it limits whole numbers.
        """


class Count(NamedTuple):
    """A whole number of characters or elements, from `least` to MAX_COUNT."""

    least: int

    def read(self, reader: Reader, node: Node, key: str, kind: str) -> int | None:
        """Return the number."""
        return reader.count(node, key, self.least)

    def schema(self) -> Schema:
        """Return the schema of such a number."""
        return {"type": "integer", "minimum": self.least, "maximum": MAX_COUNT}

    def of_json(self, value: Any, *, whole: bool) -> int | None:
        """Return the number, if it is in range."""
        number = plain_number(value, whole=True)
        in_range = number is not None and self.least <= number <= MAX_COUNT
        return int(number) if number is not None and in_range else None


class Quantity(NamedTuple):
    """A number that suits the type it limits, above zero if `positive`."""

    positive: bool = False

    def read(self, reader: Reader, node: Node, key: str, kind: str) -> Number | None:
        """Return the number; an int for `int`."""
        number = reader.number(node, key, kind)
        if self.positive and number is not None and number <= 0:
            reader.error(
                node,
                f"'{key}' must be greater than 0",
                "remove it or give the step",
            )
        return number

    def schema(self) -> Schema:
        """Return the schema of such a number."""
        if self.positive:
            return {"type": "number", "exclusiveMinimum": 0}
        return {"$ref": "#/$defs/number"}

    def of_json(self, value: Any, *, whole: bool) -> Number | None:
        """Return the number, if a spec can say it."""
        number = plain_number(value, whole=whole)
        return None if self.positive and (number or 0) <= 0 else number


class Choice(NamedTuple):
    """One of some words."""

    words: tuple[str, ...]

    def read(self, reader: Reader, node: Node, key: str, kind: str) -> str | None:
        """Return the word."""
        return reader.choice(node, key, self.words)

    def schema(self) -> Schema:
        """Return the schema of the words."""
        return {"enum": list(self.words)}

    def of_json(self, value: Any, *, whole: bool) -> str | None:
        """Return the word, if it is one of them."""
        return value if value in self.words else None


def plain_number(value: Any, *, whole: bool) -> Number | None:
    """Return a number that a spec can say, an int if it is whole; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float):
        if value - value != 0:  # NaN and infinities
            return None
        value = int(value) if value.is_integer() else value
    if whole and not isinstance(value, int):
        return None
    return value if decimal_digits(value) <= MAX_DIGITS else None
