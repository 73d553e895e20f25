"""Nodes to plain values: maps with known keys, text, flags, numbers.

A reader answers with a stand-in where a node is wrong, so that reading goes on and one run
names every error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TypeGuard, TypeVar

from ..diagnostics import Report, Span, did_you_mean, nearest, quoted
from .model import Number
from .naming import MAX_NAME, way_out
from .source import UNPRINTABLE, Mapping, Node, Scalar, Sequence, unprintable

MAX_TEXT = 1000
MAX_SHORT_TEXT = 100
MAX_COUNT = 2**31 - 1
NumberT = TypeVar("NumberT", int, float)

MAX_DIGITS = 15  # a float holds them all, so every reader of JSON does

# No leading zeros: 010 is eight to some readers of YAML, and a text with zeros to others.
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


class Entries:
    """The entries of one mapping; asks for required keys, refuses unknown ones."""

    def __init__(
        self,
        node: Node,
        what: str,
        report: Report,
        required: Iterable[str] = (),
        optional: Iterable[str] = (),
    ) -> None:
        self._nodes: dict[str, Node] = {}
        required = tuple(required)
        known = (*required, *optional)
        if not isinstance(node, Mapping):
            keys = ", ".join(known[:6]) + (", ..." if len(known) > 6 else "")
            report.error(node.span, f"{what} must be a map", f"its keys are: {keys}")
            return
        given = {key.text for key, _ in node.entries}
        for key, value in node.entries:
            if key.text in known:
                self._nodes[key.text] = value
                continue
            message = f"unknown key {quoted(key.text)} in {what}"
            hint = did_you_mean(key.text, known)
            if isinstance(value, Scalar) and value.plain and not value.text:
                # `description: PEM, leaf first` in braces is two keys, the second without value.
                hint = f"quote the text if it is one with a comma; {hint}"
            report.error(key.span, message, hint)
            # A slip of the pen: one error is enough, so its value stands for the right key's.
            meant = nearest(key.text, known, cutoff=0.8)
            if meant and meant not in given:
                self._nodes[meant] = value
        for name in required:
            if name not in self._nodes:
                message = f"{what} lacks the key '{name}'"
                hint = removal(node, name) or f"add '{name}: ...'"
                report.error(node.span, message, hint)

    def get(self, key: str) -> Node | None:
        """Return the node of a key, None if it isn't there."""
        return self._nodes.get(key)

    def __contains__(self, key: str) -> bool:
        return key in self._nodes


class Reader:
    """Reads nodes; findings go to its report."""

    def __init__(self, report: Report) -> None:
        """Take the report that collects the findings."""
        self._report = report

    def error(self, node: Node, message: str, hint: str) -> None:
        """Add a finding about a node."""
        self._report.error(node.span, message, hint)

    def entries(
        self,
        node: Node,
        what: str,
        required: Iterable[str] = (),
        optional: Iterable[str] = (),
    ) -> Entries:
        """Return the entries of a map that has no keys but these."""
        return Entries(node, what, self._report, required, optional)

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

    def description(self, node: Node | None) -> str:
        """Return a paragraph; its line breaks don't count."""
        return " ".join(self.text(node, "'description'", MAX_TEXT).split())

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
    text = number if isinstance(number, str) else format(Decimal(repr(number)), "f")
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
