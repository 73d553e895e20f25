"""How one value differs on the wire: its type, its limits, the members of its enum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ..diagnostics import Span
from ..spec.constraints import CONSTRAINTS, broken_limit, shown, steps_between
from ..spec.model import Enum, Member, Value
from ..spec.numbers import highest, lowest, step
from .findings import Finding, Phrase, Subject, type_name


class Site(NamedTuple):
    """Where a value stands: its field, and how deep in lists."""

    subject: Subject
    place: Span
    prefix: str = ": "

    def finding(
        self, rule: str, sender: bool, receiver: bool, form: str, *names: str
    ) -> Finding:
        """Return a finding about the value."""
        predicate = Phrase(self.prefix + form, names)
        return Finding(rule, self.place, self.subject, predicate, sender, receiver)

    def of_elements(self) -> Site:
        """Return the site of the elements of a list here."""
        inner = self.prefix.replace(", ", ", elements of ", 1)
        return self._replace(prefix=", elements: " if inner == self.prefix else inner)


# Types


def kind_of(value: Value) -> str:
    """Return what kind of JSON value it is, as far as limits go."""
    if value.ref:
        return "object" if value.datatype else "choice"
    return "number" if value.type in ("int", "float") else value.type


def type_changed(
    old: Value, new: Value, site: Site, takes_old: bool, takes_new: bool
) -> Iterator[Finding]:
    """Yield the finding that a type is another, if that makes a difference.

    Args:
        old: The value as it was.
        new: The value as it is.
        site: Where it stands.
        takes_old: Whether the new type allows all values of the old one.
        takes_new: Whether the old type allows all values of the new one.
    """
    if takes_old and takes_new:
        return  # said another way, such as `int` from 0 to 1 by an enum of the two
    rule = "type-changed"
    if takes_old or takes_new:
        rule = "type-widened" if takes_old else "type-narrowed"
    form = "type {} became {}"
    names = (type_name(old), type_name(new))
    yield site.finding(rule, not takes_old, not takes_new, form, *names)


def takes(wide: Value, narrow: Value) -> bool:
    """Return whether a value allows all that another one, of another kind, allows."""
    if wide.type == "any":
        return True
    if narrow.enum:
        return all(_allows(wide, member.value) for member in narrow.members)
    if wide.enum and wide.enum.base == "int" and kind_of(narrow) == "number":
        return _is_within(narrow, {member.value for member in wide.members})
    return False


def _allows(value: Value, constant: str | int) -> bool:
    """Return whether a plain value allows a constant.

    No constant is taken for a text of a format: to be wrong there is to be careful.
    """
    if isinstance(constant, str) != (value.type == "str") or value.type == "bool":
        return False
    is_decided = all(CONSTRAINTS[key].holds for key in value.limits)
    return is_decided and not broken_limit(value.limits, constant)


def _is_within(value: Value, constants: set[str | int]) -> bool:
    """Return whether each number that a value allows is one of the constants."""
    low, high, by = lowest(value), highest(value), step(value)
    if low is None or high is None:
        return False
    if by is None:
        return low == high and low in constants
    count = int((high - low) / by) + 1
    return count <= len(constants) and all(
        low + index * by in constants for index in range(count)
    )


# Limits


def limits_changed(old: Value, new: Value, site: Site) -> Iterator[Finding]:
    """Yield the findings that limits of text, numbers or lists are others."""
    if old.type != new.type:  # an int has steps of 1
        sender, receiver = steps_between(old, new), steps_between(new, old)
        yield from type_changed(old, new, site, not sender, not receiver)
    for key, constraint in CONSTRAINTS.items():
        is_told = key == "multiple_of" and old.type != new.type
        then, now = old.limit(key), new.limit(key)
        if then == now or is_told:
            continue
        sender, receiver = constraint.narrows(old, new), constraint.narrows(new, old)
        verb, form = _limit_changed(key, then, now, ordered=bool(constraint.bound))
        rule = f"{key.replace('_', '-')}-{verb}"
        if not sender and not receiver:
            rule, form = "limit-restated", f"{form}, which allows the same values"
        yield site.finding(rule, sender, receiver, form)


def _limit_changed(key: str, then: Any, now: Any, *, ordered: bool) -> tuple[str, str]:
    """Return what became of a limit: a verb, and words for it."""
    if then is None or now is None:
        verb = "added" if then is None else "removed"
        return verb, f"{key} {shown(now if then is None else then)} {verb}"
    if not ordered:
        return "changed", f"{key} {shown(then)} became {shown(now)}"
    verb = "raised" if now > then else "lowered"
    return verb, f"{key} {verb} from {shown(then)} to {shown(now)}"


# Enums


def without(members: Iterable[Member], others: Iterable[Member]) -> tuple[Member, ...]:
    """Return the members whose values the others don't have."""
    values = {member.value for member in others}
    return tuple(member for member in members if member.value not in values)


def enum_changes(
    gone: tuple[Member, ...], come: tuple[Member, ...], before: Enum, enum: Enum
) -> Iterator[Finding]:
    """Yield the findings that values went from an enum, came to it, or changed."""
    old = {member.name: member for member in gone}
    for member in come:
        subject = Subject("enum", enum.name, member.name)
        match = old.pop(member.name, None)
        if match:
            predicate = Phrase(
                ": is {} on the wire, was {}", (str(member.value), str(match.value))
            )
            rule = "enum-value-changed"
            yield Finding(rule, member.span, subject, predicate, True, True)
        else:
            predicate = Phrase(": added, {} on the wire", (str(member.value),))
            yield Finding(
                "enum-value-added", member.span, subject, predicate, False, True
            )
    for member in old.values():
        subject = Subject("enum", before.name, member.name)
        predicate = Phrase(": removed, was {} on the wire", (str(member.value),))
        yield Finding(
            "enum-value-removed", member.span, subject, predicate, True, False
        )
