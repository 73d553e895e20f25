"""Nodes to plain values: maps with known keys, text, flags, numbers.

A reader answers with a stand-in where a node is wrong, so that reading goes on and one run
names every error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as MappingLike
from typing import Any, NamedTuple, Protocol, TypeGuard, TypeVar

from ..diagnostics import Report, Span, did_you_mean, nearest, quoted
from .model import Number
from .naming import MAX_NAME, way_out
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


class Beside(NamedTuple):
    """What stands around a value.

    Attributes:
        what: What to call the map that it is in.
        place: The path of that map, with dots; empty for the spec itself.
        kind: The type that the map states, as `Key.types` calls types; empty if nothing is
            known of it.
    """

    what: str
    place: str = ""
    kind: str = ""


class Entry:
    """A map as it was read: a plain value for each key that is there, and its place.

    Attributes:
        what: What to call it.
        place: Its path in the spec, with dots.
        node: The map; or what stands in its place, if it isn't one.
    """

    def __init__(self, node: Node, beside: Beside) -> None:
        """Start without keys."""
        self.what = beside.what
        self.place = beside.place
        self.node = node
        self.nodes: dict[str, Node] = {}
        self.values: dict[str, Any] = {}

    @property
    def is_map(self) -> bool:
        """Whether it is a map at all."""
        return isinstance(self.node, Mapping)

    def __contains__(self, key: str) -> bool:
        return key in self.nodes

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key; the default if it isn't there or is wrong."""
        value = self.values.get(key)
        return default if value is None else value

    def span(self, key: str) -> Span:
        """Return the place of what a key has; that of the map if it isn't there."""
        return self.nodes.get(key, self.node).span


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
        examples: Values to suggest.
    """

    form: Form
    meaning: str
    required: bool = False
    types: tuple[str, ...] = ()
    examples: tuple[Any, ...] = ()


class Kind(NamedTuple):
    """A kind of map.

    Attributes:
        meaning: What it describes.
        keys: Its keys, in the order in which they are told.
    """

    meaning: str
    keys: MappingLike[str, Key]


class Reader:
    """Reads nodes; findings go to its report."""

    def __init__(
        self,
        report: Report,
        kinds: MappingLike[str, Kind],
        kind_of: Callable[[str], str],
        file: str,
    ) -> None:
        """Take what reading needs.

        Args:
            report: Collects the findings.
            kinds: The kinds of maps, by name.
            kind_of: Returns what `Key.types` calls a type; empty if nothing is known of it.
            file: The file of the spec or of its outermost overlay.
        """
        self._report = report
        self._kinds = kinds
        self._kind_of = kind_of
        self._file = file

    def error(self, node: Node, message: str, hint: str) -> None:
        """Add a finding about a node."""
        self._report.error(node.span, message, hint)

    def map(self, node: Node, kind: str, beside: Beside) -> Entry:
        """Return a map with all that is in it; no keys but those of its kind are taken."""
        entry = Entry(node, beside)
        keys = self._kinds[kind].keys
        if not isinstance(node, Mapping):
            names = [*(k for k in keys if keys[k].required), *keys]
            names = list(dict.fromkeys(names))
            shown = ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
            self.error(node, f"{beside.what} must be a map", f"its keys are: {shown}")
            return entry
        entry.nodes = self._nodes(node, keys, beside.what)
        type_node = entry.nodes.get("type")
        if "type" in keys:
            name = "" if type_node is None else self.text(type_node, "'type'", MAX_NAME)
            entry.values["type"] = name
            beside = beside._replace(kind=self._kind_of(name))
        for key, inner in [*entry.nodes.items()]:
            types = keys[key].types
            if types and beside.kind and beside.kind not in types:
                self._refuse_key(entry, key, types)
                del entry.nodes[key]
            elif key != "type":
                entry.values[key] = keys[key].form.read(self, inner, key, beside)
        return entry

    def _nodes(
        self, node: Mapping, keys: MappingLike[str, Key], what: str
    ) -> dict[str, Node]:
        """Return the nodes of known keys; say which are unknown and which are missing."""
        nodes: dict[str, Node] = {}
        known = [*(key for key in keys if keys[key].required), *keys]
        known = list(dict.fromkeys(known))
        given = {key.text for key, _ in node.entries}
        for key, value in node.entries:
            if key.text in keys:
                nodes[key.text] = value
                continue
            hint = did_you_mean(key.text, known)
            if isinstance(value, Scalar) and value.plain and not value.text:
                # `description: PEM, leaf first` in braces is two keys, the second without value.
                hint = f"quote the text if it is one with a comma; {hint}"
            self._report.error(
                key.span, f"unknown key {quoted(key.text)} in {what}", hint
            )
            # A slip of the pen: one error is enough, so its value stands for the right key's.
            meant = nearest(key.text, known, cutoff=0.8)
            if meant and meant not in given:
                nodes[meant] = value
        for name in known:
            if keys[name].required and name not in nodes:
                hint = removal(node, name) or f"add '{name}: ...'"
                self.error(node, f"{what} lacks the key '{name}'", hint)
        return nodes

    def _refuse_key(self, entry: Entry, key: str, types: tuple[str, ...]) -> None:
        """Report a key that doesn't go with a type, where whoever can change it said so."""
        name = quoted(entry.values["type"])
        message = f"'{key}' goes with {' or '.join(types)}, and {entry.what} is {name}"
        place, type_place = entry.span(key), entry.span("type")
        if not self._file == type_place.file != place.file:
            self._report.error(place, message, "remove it")
            return
        # An overlay gave the field another type, and the key stands in what it extends.
        hint = f"write 'remove: [{entry.place}.{key}]', too; see {place}"
        self._report.error(type_place, message, hint)

    def text(self, node: Node | None, what: str, limit: int) -> str:
        """Return a text as written; empty if it isn't there or is wrong.

        Long texts lose the white space around them, short ones have none.
        """
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            kind = "a list" if isinstance(node, Sequence) else "a map"
            message = f"{what} must be a text, not {kind}"
            self._report.error(
                node.span, message, "write it after the colon, in quotes"
            )
            return ""
        text = node.text.strip()
        if problem := _text_problem(node.text, limit):
            self._report.error(node.span, f"{what} {problem[0]}", problem[1])
            return ""
        return text

    def flag(self, node: Node | None, what: str) -> bool:
        """Return a flag; False if it isn't there."""
        if node is None:
            return False
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

    def choice(
        self, node: Node | None, what: str, known: tuple[str, ...]
    ) -> str | None:
        """Return one of the known words."""
        if node is None:
            return None
        word = self.text(node, f"'{what}'", MAX_NAME)
        if word and word not in known:
            hint = did_you_mean(word, known)
            self._report.error(node.span, f"unknown {what} {quoted(word)}", hint)
        return word

    def count(self, node: Node | None, what: str, least: int) -> int | None:
        """Return a whole number from `least` to MAX_COUNT."""
        if node is None:
            return None
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

    def number(self, node: Node | None, what: str, type_name: str) -> Number | None:
        """Return a number that suits the type: an int for `int`."""
        if node is None:
            return None
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

    def names(
        self,
        node: Node | None,
        what: str,
        problem_of: Callable[[str], str],
        *,
        on_wire: bool = False,
    ) -> list[tuple[Scalar, Node]]:
        """Return the entries of a map whose keys are names, and check these.

        Args:
            node: The map.
            what: What to call it.
            problem_of: Says why a name won't do; empty if it will.
            on_wire: Whether the names are sent, so that none can be made up instead.
        """
        if node is None:
            return []
        if not isinstance(node, Mapping):
            hint = "write 'name: ...' lines under it, or {} for none"
            self._report.error(node.span, f"{what} must be a map of names", hint)
            return []
        for key, _ in node.entries:
            if problem := problem_of(key.text):
                hint = "use another name" if on_wire else way_out(key.text, problem_of)
                self._report.error(key.span, f"name {quoted(key.text)} {problem}", hint)
        return list(node.entries)


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


def span_of(node: Node | None) -> Span:
    """Return the place of a node that is known to be there."""
    assert node is not None
    return node.span
