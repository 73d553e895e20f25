"""Nodes to plain values: maps with known keys, text, flags, numbers.

A reader answers with a stand-in where a node is wrong, so that reading goes on and one run
names every error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from generator.diagnostics import Report, Span, did_you_mean, quoted
from generator.model import Number
from generator.naming import MAX_NAME
from generator.source import Mapping, Node, Scalar

MAX_TEXT = 1000
MAX_SHORT_TEXT = 100
MAX_COUNT = 2**31 - 1

_COUNT = re.compile(r"[0-9]{1,10}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")
_INTEGER = re.compile(r"-?[0-9]{1,15}")
# Control characters, line separators and the marks that change the direction of text.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


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
        if not isinstance(node, Mapping):
            report.error(
                node.span, f"{what} must be a map of keys", "write {} if it has none"
            )
            return
        required = tuple(required)
        known = (*required, *optional)
        for key, value in node.entries:
            if key.text in known:
                self._nodes[key.text] = value
            else:
                hint = did_you_mean(key.text, known)
                report.error(
                    key.span, f"unknown key {quoted(key.text)} in {what}", hint
                )
        for name in required:
            if name not in self._nodes:
                report.error(
                    node.span, f"{what} lacks the key '{name}'", f"add '{name}: ...'"
                )

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
        """Return a text as written, without the white space around it."""
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self._report.error(
                node.span, f"{quoted(what)} must be text, not a list or a map"
            )
            return ""
        text = node.text.strip()
        if not text:
            self._report.error(node.span, f"{quoted(what)} is empty")
        elif len(text) > limit:
            self._report.error(
                node.span, f"{quoted(what)} is longer than {limit} characters"
            )
        elif _UNPRINTABLE.search(text) or (
            limit <= MAX_SHORT_TEXT and len(text.splitlines()) > 1
        ):
            self._report.error(
                node.span, f"{quoted(what)} has a character that can't be printed"
            )
        return text

    def description(self, node: Node | None) -> str:
        """Return a paragraph; its line breaks don't count."""
        return " ".join(self.text(node, "description", MAX_TEXT).split())

    def flag(self, node: Node | None, what: str) -> bool:
        """Return a flag; False if it isn't there."""
        if node is None:
            return False
        if (
            not isinstance(node, Scalar)
            or not node.plain
            or node.text not in ("true", "false")
        ):
            self._report.error(node.span, f"'{what}' must be true or false")
            return False
        return node.text == "true"

    def choice(
        self, node: Node | None, what: str, known: tuple[str, ...]
    ) -> str | None:
        """Return one of the known words."""
        if node is None:
            return None
        word = self.text(node, what, MAX_NAME)
        if word and word not in known:
            hint = did_you_mean(word, known)
            self._report.error(node.span, f"unknown {what} {quoted(word)}", hint)
        return word

    def count(self, node: Node | None, what: str, least: int) -> int | None:
        """Return a whole number from `least` to MAX_COUNT."""
        if node is None:
            return None
        if isinstance(node, Scalar) and node.plain and _COUNT.fullmatch(node.text):
            count = int(node.text)
            if least <= count <= MAX_COUNT:
                return count
        hint = f"write a number from {least} to {MAX_COUNT}"
        self._report.error(node.span, f"'{what}' must be a whole number", hint)
        return None

    def number(self, node: Node | None, what: str, type_name: str) -> Number | None:
        """Return a number that suits the type: an int for `int`."""
        if node is None:
            return None
        if isinstance(node, Scalar) and node.plain:
            if is_integer(node):
                return int(node.text)
            if _NUMBER.fullmatch(node.text) and type_name == "float":
                return float(node.text)
        kind = "a whole number" if type_name == "int" else "a number"
        self._report.error(
            node.span, f"'{what}' must be {kind}", "write it with digits, as 10 or 0.5"
        )
        return None

    def names(
        self, node: Node | None, what: str, problem_of: Callable[[str], str]
    ) -> list[tuple[Scalar, Node]]:
        """Return the entries of a map whose keys are names, and check these."""
        if node is None:
            return []
        if not isinstance(node, Mapping):
            self._report.error(
                node.span, f"{what} must be a map of names", "write {} if none"
            )
            return []
        for key, _ in node.entries:
            if problem := problem_of(key.text):
                self._report.error(
                    key.span, f"name {quoted(key.text)} {problem}", "use another"
                )
        return list(node.entries)


def is_integer(node: Node) -> bool:
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
