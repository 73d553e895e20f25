"""Forms: what the value of a key may be, in a spec and in the schema for editors.

A form reads a node and answers with a plain value, or with a stand-in and a finding.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple, Protocol

from ..diagnostics import quoted
from . import naming
from .entry import Beside, Placed
from .model import Number
from .reader import (
    MAX_COUNT,
    MAX_DIGITS,
    MAX_SHORT_TEXT,
    MAX_TEXT,
    Form,
    Reader,
    Schema,
    decimal_digits,
)
from .source import Node, Scalar, Sequence

NAME = f"[A-Za-z][A-Za-z0-9_]{{0,{naming.MAX_NAME - 1}}}"  # as editors check it
_VERSION = "[0-9A-Za-z]+([._-][0-9A-Za-z]+)*"


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

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> str:
        """Return the word; what is there, or nothing, if it is wrong."""
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


class Version(NamedTuple):
    """A version of a protocol."""

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> str:
        """Return the version as it is written."""
        version = reader.text(node, f"'{key}'", MAX_SHORT_TEXT)
        if version and not re.fullmatch(_VERSION, version):
            hint = "it takes ASCII letters and digits with . _ or - between them"
            reader.error(node, f"{quoted(version)} is no version", hint)
        return version

    def schema(self) -> Schema:
        """Return the schema of versions; numbers are versions, too."""
        return {
            "type": ["string", "number"],
            "pattern": f"^{_VERSION}$",
            "maxLength": MAX_SHORT_TEXT,
            "minimum": 0,
        }


class Package(NamedTuple):
    """The dotted name of a Python package."""

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> str:
        """Return the name as it is written."""
        package = reader.text(node, f"'{key}'", MAX_TEXT)
        for part in package.split(".") if package else ():
            if problem := naming.identifier_problem(part):
                message = f"part {quoted(part)} of the package {problem}"
                hint = "write a dotted name such as my_app.messages"
                reader.error(node, message, hint)
        return package

    def schema(self) -> Schema:
        """Return the schema of such names."""
        pattern = rf"^{NAME}(\.{NAME})*$"
        return {"type": "string", "pattern": pattern, "maxLength": MAX_TEXT}


class Suffix(NamedTuple):
    """What ends names of classes; may be empty in quotes."""

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> str | None:
        """Return the suffix; None if it is wrong."""
        # `class_suffix:` alone is a suffix forgotten, not an empty one.
        if not isinstance(node, Scalar) or (node.plain and not node.text):
            reader.text(node, f"'{key}'", MAX_SHORT_TEXT)
            return None
        if naming.identifier_problem(f"X{node.text}"):
            message = f"the {key} {quoted(node.text)} can't end a class name"
            hint = "it takes ASCII letters, digits and underscores"
            reader.error(node, message, hint)
            return None
        return node.text

    def schema(self) -> Schema:
        """Return the schema of suffixes; digits alone will do."""
        return {
            "type": ["string", "integer"],
            "minimum": 0,
            "pattern": f"^[A-Za-z0-9_]{{0,{naming.MAX_NAME - 1}}}$",
        }


class TypeName(NamedTuple):
    """The name of a type of the language, of a datatype or of an enum."""

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> str:
        """Return the name; an empty one if it is no text."""
        return reader.text(node, f"'{key}'", naming.MAX_NAME)

    def schema(self) -> Schema:
        """Return the schema of such names."""
        examples = [*naming.SCALAR_TYPES, "IdTagInfo"]
        return {"type": "string", "pattern": f"^{NAME}$", "examples": examples}


class Names(NamedTuple):
    """A list of names."""

    def read(
        self, reader: Reader, node: Node, key: str, beside: Beside
    ) -> list[Placed[str]]:
        """Return the names, empty where they are no text; none if it is no list."""
        what = f"element of '{key}'"
        return [
            Placed(reader.text(item, what, naming.MAX_NAME), item.span)
            for item in (node.items if isinstance(node, Sequence) else ())
        ]

    def schema(self) -> Schema:
        """Return the schema of such a list."""
        return {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "string", "pattern": f"^{NAME}$"},
        }


class Written(NamedTuple):
    """A default as it was read.

    Attributes:
        text: What is written.
        kind: The type that it is for, as `Key.types` calls types; empty if nothing is known.
        value: The text or number that limits hold for; None if none do.
    """

    text: str
    kind: str
    value: str | Number | None = None


class Default(NamedTuple):
    """A value of the type that stands beside it."""

    def read(
        self, reader: Reader, node: Node, key: str, beside: Beside
    ) -> Written | None:
        """Return the value; None if it is no text."""
        text = reader.text(node, f"'{key}'", MAX_SHORT_TEXT)
        if not text:
            return None
        value: str | Number | None = text if beside.kind == "str" else None
        if beside.kind in ("int", "float"):
            value = reader.number(node, key, beside.kind)
        elif beside.kind == "bool":
            reader.flag(node, key)
        return Written(text, beside.kind, value)

    def schema(self) -> Schema:
        """Return the schema of all of them; `type` says more."""
        return {"$ref": "#/$defs/shortText"}


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
