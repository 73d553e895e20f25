"""The enums of a spec: their members, their values, and the names that these can have."""

from __future__ import annotations

from ..diagnostics import Report, Span, quoted
from . import naming
from .model import Enum, Member
from .reader import MAX_SHORT_TEXT, Entry, Reader, emptied, is_integer
from .source import Mapping, Node, Scalar


class Enums:
    """Makes enums of what the reader read; findings go to the report.

    Attributes:
        memberless: Names of those that are wrong; their stand-in must not cause errors.
    """

    def __init__(self, report: Report, read: Reader) -> None:
        """Take where findings go, and what reads single values."""
        self._report = report
        self._read = read
        self.memberless: set[str] = set()

    def enum(
        self, key: Scalar, entry: Entry, actions: list[tuple[Scalar, Entry]]
    ) -> Enum:
        """Return an enum; one with a single stand-in member if it is wrong."""
        members: list[Member] = []
        from_actions = "from" in entry
        if entry.is_map and ("values" in entry) == from_actions:
            message = f"{entry.what} takes either 'values' or 'from: actions'"
            self._report.error(key.span, message, "write one of them")
        elif from_actions:
            members = self._action_members(actions, entry.span("from"))
        else:
            members = self._members(entry)
        if not members:
            self.memberless.add(key.text)
            members = [Member("none", "none", key.span)]
        description = entry.get("description", "")
        return Enum(key.text, tuple(members), description, key.span, from_actions)

    def _action_members(
        self, actions: list[tuple[Scalar, Entry]], span: Span
    ) -> list[Member]:
        for key, _ in actions:
            problem = naming.member_problem(key.text, str)
            if problem and not naming.identifier_problem(key.text):
                message = f"action {quoted(key.text)} {problem}"
                self._report.error(span, message, "list the members under 'values'")
        return [Member(key.text, key.text, key.span) for key, _ in actions]

    def _members(self, entry: Entry) -> list[Member]:
        nodes: list[tuple[Scalar, Node]] = entry.get("values", [])
        node, what = entry.nodes.get("values"), entry.what
        if isinstance(node, Mapping) and not nodes:
            hint = emptied(node) or "write 'name: value'"
            self._report.error(node.span, f"{what} has no values", hint)
        # Values that are wrong in themselves don't decide.
        given = [
            value for _, value in nodes if isinstance(value, Scalar) and value.text
        ]
        numbers = [value for value in given if is_integer(value)]
        base = int if numbers and len(numbers) == len(given) else str
        members: list[Member] = []
        first: dict[str | int, str] = {}
        for key, value_node in nodes:
            self._check_member_name(key, base)
            value = self._member_value(value_node, f"value of {quoted(key.text)}", base)
            if value in first:
                message = f"value {quoted(str(value))} stands for {quoted(first[value])} already"
                self._report.error(value_node.span, message, "remove one of them")
            elif value is not None:
                first[value] = key.text
            members.append(Member(key.text, value or base(), key.span))
        if numbers and base is str:
            hint = "put the numbers in quotes if they are text"
            self._report.error(numbers[0].span, f"{what} mixes numbers and text", hint)
        return members

    def _member_value(
        self, node: Node, what: str, base: type[str] | type[int]
    ) -> str | int | None:
        """Return a value, None if it is wrong."""
        if base is int:
            return self._read.integer(node, what)
        return self._read.text(node, what, MAX_SHORT_TEXT) or None

    def _check_member_name(self, key: Scalar, base: type[str] | type[int]) -> None:
        def problem_of(name: str) -> str:
            return naming.member_problem(name, base)

        if problem := problem_of(key.text):
            message = f"enum member {quoted(key.text)} {problem}"
            self._report.error(key.span, message, naming.way_out(key.text, problem_of))
