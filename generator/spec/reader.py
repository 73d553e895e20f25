"""Nodes to plain values: maps with known keys, text, flags, numbers.

A reader answers with a stand-in where a node is wrong, so that reading goes on and one run
names every error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingLike
from typing import Any, NamedTuple, Protocol, TypeGuard, TypeVar

from ..diagnostics import Report, did_you_mean, nearest, quoted
from .entry import Beside, Entry
from .model import Number
from .naming import MAX_NAME, SCALAR_TYPES
from .numbers import digits
from .source import UNPRINTABLE, Mapping, Node, Scalar, Sequence, unprintable

MAX_TEXT = 1000
MAX_SHORT_TEXT = 100
MAX_COUNT = 2**31 - 1
Schema = dict[str, Any]
NumberT = TypeVar("NumberT", int, float)

MAX_DIGITS = 15  # a float holds them all, so every reader of JSON does

# No leading zeros: 010 is eight to some readers of YAML, and a text with zeros to others.
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


class Form(Protocol):
    """What the value of a key may be."""

    def read(self, reader: Reader, node: Node, key: str, beside: Beside) -> Any:
        """Return the value of a node; a stand-in, and a finding, if it is wrong.

        Args:
            reader: Takes findings.
            node: The node.
            key: The key that has it.
            beside: What stands around it.
        """

    def schema(self) -> Schema:
        """Return what an editor is to take for right."""


class Key(NamedTuple):
    """One key of a map.

    Attributes:
        form: What it holds.
        meaning: What it says, for whoever edits a spec.
        required: Whether it must be there.
        types: The types that it goes with: those of the spec language, `datatype` or `enum`;
            empty if it goes with any.
        defines: The type that its names are, as `types` calls types; empty if they are none.
        examples: Values to suggest.
    """

    form: Form
    meaning: str
    required: bool = False
    types: tuple[str, ...] = ()
    defines: str = ""
    examples: tuple[Any, ...] = ()


class Kind:
    """A kind of map.

    Attributes:
        meaning: What it describes.
        keys: Its keys, in the order in which they are told.
        bearer: What to call that which has its type and limits, if that isn't the map.
        required: The keys that must be there.
        told: All keys as findings tell them, those that must be there first.
        defining: The keys whose names are types.
    """

    def __init__(
        self, meaning: str, keys: MappingLike[str, Key], bearer: str = ""
    ) -> None:
        """Sort the keys once; there are many maps of each kind."""
        self.meaning = meaning
        self.keys = keys
        self.bearer = bearer
        self.required = tuple(key for key, each in keys.items() if each.required)
        self.told = tuple(sorted(keys, key=lambda key: not keys[key].required))
        self.defining = tuple(key for key, each in keys.items() if each.defines)


class Reader:
    """Reads nodes; findings go to its report."""

    def __init__(
        self, report: Report, kinds: MappingLike[str, Kind], file: str
    ) -> None:
        """Take what reading needs.

        Args:
            report: Collects the findings.
            kinds: The kinds of maps, by name.
            file: The file of the spec or of its outermost overlay.
        """
        self._report = report
        self._kinds = kinds
        self._file = file
        self._types = {name: name for name in SCALAR_TYPES}

    def error(self, node: Node, message: str, hint: str) -> None:
        """Add a finding about a node."""
        self._report.error(node.span, message, hint)

    def map(
        self,
        node: Node,
        kind_name: str,
        beside: Beside,
        instead: MappingLike[str, Node] | None = None,
    ) -> Entry:
        """Return a map with all that is in it; no keys but those of its kind are taken.

        Args:
            node: The map.
            kind_name: Its kind.
            beside: What to call it, and its path.
            instead: What to read in place of what some of its keys have.
        """
        kind = self._kinds[kind_name]
        if not isinstance(node, Mapping):
            shown = ", ".join(kind.told[:6]) + (", ..." if len(kind.told) > 6 else "")
            self.error(node, f"{beside.what} must be a map", f"its keys are: {shown}")
            return Entry(node, {}, beside, kind.bearer)
        nodes = {**self._nodes(node, kind, beside), **(instead or {})}
        entry = Entry(node, nodes, beside, kind.bearer)
        for key in kind.defining:
            self._note_types(nodes.get(key), kind.keys[key].defines)
        # What a key may hold depends on the type that stands beside it.
        if "type" in nodes:
            name = kind.keys["type"].form.read(self, nodes["type"], "type", beside)
            entry.values["type"] = name
            beside = beside._replace(kind=self._types.get(name, ""))
        for key, inner in [*nodes.items()]:
            types = kind.keys[key].types
            if types and beside.kind and beside.kind not in types:
                self._refuse_key(entry, key, types)
                del nodes[key]
            elif key != "type":
                form = kind.keys[key].form
                entry.values[key] = form.read(self, inner, key, beside)
        return entry

    def _nodes(self, node: Mapping, kind: Kind, beside: Beside) -> dict[str, Node]:
        """Return the nodes of known keys; say which are unknown and which are missing."""
        nodes: dict[str, Node] = {}
        unknown = []
        for key, value in node.entries:
            if key.text in kind.keys:
                nodes[key.text] = value
            else:
                unknown.append((key, value))
        for key, value in unknown:
            self._refuse_unknown(key, value, kind, beside)
            # A slip of the pen: one error is enough, so its value stands for the right key's.
            meant = nearest(key.text, kind.told, cutoff=0.8)
            if meant:
                nodes.setdefault(meant, value)
        for name in kind.required:
            if name not in nodes:
                hint = removal(node, name) or f"add '{name}: ...'"
                self.error(node, f"{beside.what} lacks the key '{name}'", hint)
        return nodes

    def _refuse_unknown(
        self, key: Scalar, value: Node, kind: Kind, beside: Beside
    ) -> None:
        hint = did_you_mean(key.text, kind.told)
        if isinstance(value, Scalar) and value.plain and not value.text:
            # `description: PEM, leaf first` in braces is two keys, the second without value.
            hint = f"quote the text if it is one with a comma; {hint}"
        message = f"unknown key {quoted(key.text)} in {beside.what}"
        self._report.error(key.span, message, hint)

    def _note_types(self, node: Node | None, kind: str) -> None:
        """Note the names that a map gives to types; those of the language stay what they are."""
        if isinstance(node, Mapping):
            for name, _ in node.entries:
                if name.text not in SCALAR_TYPES:
                    self._types[name.text] = kind

    def _refuse_key(self, entry: Entry, key: str, types: tuple[str, ...]) -> None:
        """Report a key that doesn't go with a type, where whoever can change it said so."""
        name = quoted(entry.values["type"])
        message = (
            f"'{key}' goes with {' or '.join(types)}, and {entry.bearer} is {name}"
        )
        place, type_place = entry.span(key), entry.span("type")
        if not self._file == type_place.file != place.file:
            self._report.error(place, message, "remove it")
            return
        # An overlay gave the field another type, and the key stands in what it extends.
        path = ".".join((*entry.beside.names, key))
        hint = f"write 'remove: [{path}]', too; see {place}"
        self._report.error(type_place, message, hint)

    def text(self, node: Node, what: str, limit: int) -> str:
        """Return a text as written; empty if it is wrong.

        Long texts lose the white space around them, short ones have none.
        """
        if not isinstance(node, Scalar):
            kind = "a list" if isinstance(node, Sequence) else "a map"
            message = f"{what} must be a text, not {kind}"
            self._report.error(
                node.span, message, "write it after the colon, in quotes"
            )
            return ""
        text = node.text.strip()
        # Nearly all texts are returned here, in half the time; UNPRINTABLE matches nothing
        # that is printable.
        if text == node.text and 0 < len(text) <= limit and text.isprintable():
            return text
        if problem := _text_problem(node.text, limit):
            self._report.error(node.span, f"{what} {problem[0]}", problem[1])
            return ""
        return text

    def flag(self, node: Node, what: str) -> bool:
        """Return a flag; False if it is wrong."""
        if (
            not isinstance(node, Scalar)
            or not node.plain
            or node.text not in ("true", "false")
        ):
            message = f"'{what}' must be true or false"
            self._report.error(
                node.span, message, "write one of the two, without quotes"
            )
            return False
        return node.text == "true"

    def choice(self, node: Node, what: str, known: tuple[str, ...]) -> str:
        """Return one of the known words; what is there, or nothing, if it is wrong."""
        word = self.text(node, f"'{what}'", MAX_NAME)
        if word and word not in known:
            hint = did_you_mean(word, known)
            self._report.error(node.span, f"unknown {what} {quoted(word)}", hint)
        return word

    def count(self, node: Node, what: str, least: int) -> int | None:
        """Return a whole number from `least` to MAX_COUNT."""
        if is_integer(node) and len(node.text) <= MAX_DIGITS:
            count = int(node.text)
            if least <= count <= MAX_COUNT:
                return count
        message = f"'{what}' must be a whole number from {least} to {MAX_COUNT}"
        self._report.error(node.span, message, "write it in plain digits, as 20")
        return None

    def integer(self, node: Node, what: str) -> int | None:
        """Return a whole number."""
        return self._number(node, what, int)

    def number(self, node: Node, what: str, type_name: str) -> Number | None:
        """Return a number that suits the type: an int for `int`."""
        whole = type_name == "int" or is_integer(node)
        return self._number(node, f"'{what}'", int if whole else float)

    def _number(self, node: Node, what: str, kind: type[NumberT]) -> NumberT | None:
        form = _INTEGER if kind is int else _NUMBER
        text = node.text if isinstance(node, Scalar) and node.plain else ""
        if not form.fullmatch(text):
            whole, example = ("whole ", "10") if kind is int else ("", "10 or 0.5")
            message = f"{what} must be a {whole}number"
            self._report.error(
                node.span, message, f"write it in plain digits, as {example}"
            )
            return None
        if decimal_digits(text) > MAX_DIGITS:
            message = f"{what} has more than {MAX_DIGITS} digits"
            self._report.error(node.span, message, "write fewer")
            return None
        return kind(text)


def _text_problem(text: str, limit: int) -> tuple[str, str] | None:
    """Return what is wrong with a text, and the hint; None if nothing is."""
    stripped = text.strip()
    if not stripped:
        return "is empty", "write a text"
    if len(stripped) > limit:
        return f"is longer than {limit} characters", "shorten it"
    if match := UNPRINTABLE.search(stripped):
        message, hint = unprintable(match)
        return f"won't do: {message}", hint
    if limit <= MAX_SHORT_TEXT and re.search(r"[\t\r\n]", stripped):
        return "has a tab or a line break", "write it in one line"
    if limit <= MAX_SHORT_TEXT and text != stripped:
        return "has white space around it", "remove it"
    return None


def removal(root: Node, *path: str) -> str:
    """Return the hint that an overlay removed what stood at a path; empty if none did."""
    node: Node | None = root
    for name in path:
        if not isinstance(node, Mapping):
            break
        for key in node.removed:
            if key.text == name:
                return f"{key.span} removes it"
        node = next((value for key, value in node.entries if key.text == name), None)
    return ""


def emptied(node: Mapping) -> str:
    """Return the hint that an overlay removed the last key of a map; empty if none did."""
    return f"{node.removed[-1].span} removes the last one" if node.removed else ""


def decimal_digits(number: Number | str) -> int:
    """Return how many digits a number has when written without an exponent."""
    text = number if isinstance(number, str) else digits(number)
    return sum(map(str.isdigit, text))


def is_integer(node: Node) -> TypeGuard[Scalar]:
    """Return whether a node is a whole number without quotes."""
    return (
        isinstance(node, Scalar)
        and node.plain
        and _INTEGER.fullmatch(node.text) is not None
    )
