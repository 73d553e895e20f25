"""Forms of maps: of a kind that the grammar knows, of names, of the members of an enum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..diagnostics import quoted
from . import naming
from .entry import Beside, Placed
from .forms import NAME, TypeName
from .reader import (
    MAX_SHORT_TEXT,
    Form,
    Reader,
    Schema,
    emptied,
    is_integer,
)
from .source import Mapping, Node, Scalar


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
            beside = beside.within(self.what, key)
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
        return reader.map(node, "items", beside.within(key, key))

    def schema(self) -> Schema:
        """Return the schema of both."""
        name = {**TypeName().schema(), "not": {"const": "list"}}
        return {"oneOf": [name, {"$ref": "#/$defs/items"}]}


class Named(NamedTuple):
    """A map of names, each with a value of one form; a list of pairs when it is read.

    Attributes:
        form: What each name has.
        label: What to call the map; `{key}` is its key, `{what}` what it stands in.
        entry: What to call an entry; `{name}` is its name.
        problem_of: Says why a name won't do; empty if it will.
        on_wire: Whether the names are sent, so that none can be made up instead.
        pattern: What names look like, for editors.
        hint_if_none: What to do if there is none; empty if there may be none.
    """

    form: Form
    label: str
    entry: str = ""
    problem_of: Callable[[str], str] | None = None
    on_wire: bool = False
    pattern: str = f"^{NAME}$"
    hint_if_none: str = ""

    def read(
        self, reader: Reader, node: Node, key: str, beside: Beside
    ) -> list[tuple[Scalar, Any]] | None:
        """Return names and values, in the order of the file; None if it is no map."""
        if not isinstance(node, Mapping):
            label = self.label.format(key=key, what=beside.what)
            hint = "write 'name: ...' lines under it, or {} for none"
            reader.error(node, f"{label} must be a map of names", hint)
            return None
        if self.hint_if_none and not node.entries:
            hint = emptied(node) or self.hint_if_none
            reader.error(node, f"{beside.what} has no {key}", hint)
        for name, _ in node.entries:
            self._check(name, reader)
        return self.values(reader, node, key, beside)

    def values(
        self, reader: Reader, node: Mapping, key: str, beside: Beside
    ) -> list[tuple[Scalar, Any]]:
        """Return names and values of a map."""
        read, label = self.form.read, self.entry
        return [
            (name, read(reader, value, key, beside.within(label, key, name.text)))
            for name, value in node.entries
        ]

    def _check(self, name: Scalar, reader: Reader) -> None:
        if self.problem_of and (problem := self.problem_of(name.text)):
            way_out = naming.way_out(name.text, self.problem_of)
            hint = "use another name" if self.on_wire else way_out
            reader.error(name, f"name {quoted(name.text)} {problem}", hint)

    def schema(self) -> Schema:
        """Return the schema of a map of names."""
        return {
            "type": "object",
            **({"minProperties": 1} if self.hint_if_none else {}),
            "patternProperties": {self.pattern: self.form.schema()},
            "additionalProperties": False,
        }


class MemberValue(NamedTuple):
    """The value of a member of an enum: text, or a whole number if `base` is int."""

    base: type[str] | type[int] = str

    def read(
        self, reader: Reader, node: Node, key: str, beside: Beside
    ) -> Placed[str | int | None]:
        """Return the value; None if it is wrong."""
        if self.base is int:
            return Placed(reader.integer(node, beside.what), node.span)
        text = reader.text(node, beside.what, MAX_SHORT_TEXT)
        return Placed(text or None, node.span)

    def schema(self) -> Schema:
        """Return the schema of both."""
        return {"$ref": "#/$defs/memberValue"}


class Members(Named):
    """The members of an enum: a map of names, each with text or each with a whole number."""

    def values(
        self, reader: Reader, node: Mapping, key: str, beside: Beside
    ) -> list[tuple[Scalar, Any]]:
        """Return names and values of a map; whole numbers if they all are."""
        # Values that are wrong in themselves don't decide.
        given = [
            value
            for _, value in node.entries
            if isinstance(value, Scalar) and value.text
        ]
        numbers = [value for value in given if is_integer(value)]
        base = int if numbers and len(numbers) == len(given) else str
        if numbers and base is str:
            hint = "put the numbers in quotes if they are text"
            reader.error(numbers[0], f"{beside.what} mixes numbers and text", hint)
        form = MemberValue(base)
        return Named(form, self.label, self.entry).values(reader, node, key, beside)
