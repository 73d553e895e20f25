"""The enums of a spec: their members, their values, and the names that these can have."""

from __future__ import annotations

from ..diagnostics import Report, Span, quoted
from . import naming
from .entry import Entry, Placed
from .model import Enum, Member
from .source import Scalar


class Enums:
    """Makes enums of what the reader read; findings go to the report.

    Attributes:
        memberless: Names of those that are wrong; their stand-in must not cause errors.
    """

    def __init__(self, report: Report) -> None:
        """Take where findings go."""
        self._report = report
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
        values: list[tuple[Scalar, Placed[str | int | None]]] = entry.get("values", [])
        is_whole = any(isinstance(value, int) for _, (value, _) in values)
        base = int if is_whole else str
        members: list[Member] = []
        first: dict[str | int, str] = {}
        for key, (value, span) in values:
            self._check_member_name(key, base)
            if value in first:
                message = f"value {quoted(str(value))} stands for {quoted(first[value])} already"
                self._report.error(span, message, "remove one of them")
            elif value is not None:
                first[value] = key.text
            members.append(Member(key.text, value or base(), key.span))
        return members

    def _check_member_name(self, key: Scalar, base: type[str] | type[int]) -> None:
        def problem_of(name: str) -> str:
            return naming.member_problem(name, base)

        if problem := problem_of(key.text):
            message = f"enum member {quoted(key.text)} {problem}"
            self._report.error(key.span, message, naming.way_out(key.text, problem_of))
