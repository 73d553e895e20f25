"""Forms: what the value of a key may be, in a spec and in the schema for editors.

A form reads a node and answers with a plain value, or with a stand-in and a finding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from ..diagnostics import quoted
from . import naming
from .model import Number
from .reader import (
    MAX_COUNT,
    MAX_DIGITS,
    MAX_SHORT_TEXT,
    MAX_TEXT,
    Beside,
    Form,
    Reader,
    Schema,
    decimal_digits,
)
from .source import Mapping, Node, Scalar


class Limit(Form, Protocol):
    """What the limit of a constraint may be."""

    def of_json(self, value: Any, *, whole: bool) -> Any:
        """Return what a spec says for a value of JSON Schema; None if it can't.

        Args:
            value: The value of a keyword.
            whole: Whether it limits whole numbers.
        """


class Text(NamedTuple):
    """A text in one line, or of up to `limit` characters; read as it is written."""

    limit: int = MAX_SHORT_TEXT
    what: str = ""

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> str:
        """Return the text; an empty one if it is wrong."""
        return reader.text(node, self.what or f"'{key}'", self.limit)

    def schema(self) -> Schema:
        """Return the schema of such a text."""
        name = "shortText" if self.limit == MAX_SHORT_TEXT else "text"
        return {"$ref": f"#/$defs/{name}"}


class Paragraph(NamedTuple):
    """A text whose line breaks don't count."""

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> str:
        """Return the text; an empty one if it is wrong."""
        return " ".join(reader.text(node, f"'{key}'", MAX_TEXT).split())

    def schema(self) -> Schema:
        """Return the schema of such a text."""
        return {"$ref": "#/$defs/text"}


class Flag(NamedTuple):
    """True or false."""

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> bool:
        """Return the flag; False if it is wrong."""
        return reader.flag(node, key)

    def schema(self) -> Schema:
        """Return the schema of a flag."""
        return {"type": "boolean"}


class Choice(NamedTuple):
    """One of some words."""

    words: tuple[str, ...]

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> str | None:
        """Return the word."""
        return reader.choice(node, key, self.words)

    def schema(self) -> Schema:
        """Return the schema of the words."""
        return {"enum": list(self.words)}

    def of_json(self, value: Any, *, whole: bool) -> str | None:
        """Return the word, if it is one of them."""
        return value if value in self.words else None


class Count(NamedTuple):
    """A whole number of characters or elements, from `least` to MAX_COUNT."""

    least: int

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> int | None:
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

    def read(
        self, reader: Reader, node: Node, key: str, beside: Beside
    ) -> Number | None:
        """Return the number; an int for `int`."""
        number = reader.number(node, key, beside.kind)
        if self.positive and number is not None and number <= 0:
            message = f"'{key}' must be greater than 0"
            reader.error(node, message, "remove it or give the step")
        return number

    def schema(self) -> Schema:
        """Return the schema of such a number."""
        number = {"$ref": "#/$defs/number"}
        return {**number, "exclusiveMinimum": 0} if self.positive else number

    def of_json(self, value: Any, *, whole: bool) -> Number | None:
        """Return the number, if a spec can say it."""
        number = plain_number(value, whole=whole)
        return None if self.positive and (number or 0) <= 0 else number


class Raw(NamedTuple):
    """Something that only the loader can judge; it gets the node."""

    json: Schema

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> Node:
        """Return the node."""
        return node

    def schema(self) -> Schema:
        """Return what can be said without the rest of the spec."""
        return self.json


class MapOf(NamedTuple):
    """A map of a kind that the grammar knows; an Entry when it is read.

    Attributes:
        kind: The kind.
        what: What to call it, if there is but one.
    """

    kind: str
    what: str = ""

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> Any:
        """Return the entry."""
        if self.what:
            beside = beside._replace(what=self.what, place=key)
        return reader.map(node, self.kind, beside)

    def schema(self) -> Schema:
        """Return the schema of the kind."""
        return {"$ref": f"#/$defs/{self.kind}"}


class Items(NamedTuple):
    """What a list holds: the name of a type alone, or a map of the kind `items`."""

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> Any:
        """Return the entry."""
        if isinstance(node, Scalar) and node.text:
            node = Mapping(((Scalar("type", True, node.span), node),), node.span)
        inner = beside._replace(what=key, place=f"{beside.place}.{key}")
        return reader.map(node, "items", inner)

    def schema(self) -> Schema:
        """Return the schema of both."""
        name = {**TYPE_NAME.schema(), "not": {"const": "list"}}
        return {"oneOf": [name, {"$ref": "#/$defs/items"}]}


class Named(NamedTuple):
    """A map of names, each with a value of one form; a list of pairs when it is read.

    Attributes:
        form: What each name has.
        label: What to call the map; `{key}` is its key, `{what}` what it stands in.
        entry: What to call an entry; `{name}` is its name.
        problem_of: Says why a name won't do; empty if it will.
        on_wire: Whether the names are sent, so that none can be made up instead.
        pattern: What names look like.
        is_more: Whether there must be one at least; for editors, as the loader can say more.
    """

    form: Form
    label: str
    entry: str = ""
    problem_of: Callable[[str], str] = lambda name: ""
    on_wire: bool = False
    pattern: str = f"^[A-Za-z][A-Za-z0-9_]{{0,{naming.MAX_NAME - 1}}}$"
    is_more: bool = False

    def read(
        self, reader: Reader, node: Node, key: str, beside: Beside
    ) -> list[tuple[Scalar, Any]]:
        """Return names and values, in the order of the file."""
        label = self.label.format(key=key, what=beside.what)
        nodes = reader.names(node, label, self.problem_of, on_wire=self.on_wire)
        return [
            (name, self.form.read(reader, value, key, self._within(name, key, beside)))
            for name, value in nodes
        ]

    def _within(self, name: Scalar, key: str, beside: Beside) -> Beside:
        place = ".".join(filter(None, (beside.place, key, name.text)))
        what = self.entry.format(name=quoted(name.text))
        return beside._replace(what=what, place=place)

    def schema(self) -> Schema:
        """Return the schema of a map of names."""
        return {
            "type": "object",
            **({"minProperties": 1} if self.is_more else {}),
            "patternProperties": {self.pattern: self.form.schema()},
            "additionalProperties": False,
        }


TYPE_NAME = Raw(
    {
        "type": "string",
        "pattern": f"^[A-Za-z][A-Za-z0-9_]{{0,{naming.MAX_NAME - 1}}}$",
        "examples": [*naming.SCALAR_TYPES, "IdTagInfo"],
    }
)


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
