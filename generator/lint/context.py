"""What rules of lint look at, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from ..diagnostics import Severity, Span, quoted
from ..spec.edits import Edit
from ..spec.model import Datatype, Enum, Field, Spec


class LintContext(NamedTuple):
    """What the rules look at.

    Attributes:
        spec: The spec.
        changes: What its file changes in the spec that it extends.
        fields: Every field once, by its place.
    """

    spec: Spec
    changes: Sequence[Edit]
    fields: dict[str, Field]


class Remark(NamedTuple):
    """Something that a rule dislikes: what part of the spec, where, why, and what to do."""

    place: str
    span: Span
    message: str
    hint: str


class Rule(NamedTuple):
    """A rule.

    Attributes:
        id: Its name, by which a spec switches it off.
        severity: How bad its findings are.
        purpose: What it finds, and why that is no good; sentences.
        findings: What finds them.
    """

    id: str
    severity: Severity
    purpose: str
    findings: Callable[[LintContext], Iterable[Remark]]


def fields_of(spec: Spec) -> dict[str, Field]:
    """Return every field once, by its place."""
    common = {f"common.fields.{field.name}": field for field in spec.common}
    spans = {field.span for field in spec.common}
    owners = {
        f"actions.{message.action}.{message.kind}": message.fields
        for message in spec.messages
    }
    owners |= {f"datatypes.{type.name}.fields": type.fields for type in spec.datatypes}
    return common | {
        f"{owner}.{field.name}": field
        for owner, fields in owners.items()
        for field in fields
        if field.span not in spans
    }


def places_of(context: LintContext) -> Iterator[str]:
    """Yield the places that a rule can be switched off for."""
    spec = context.spec
    for message in spec.messages:
        yield f"actions.{message.action}.{message.kind}"
    for named in spec.types:
        yield place_of(named)
    yield from context.fields
    yield from (f"{place}.{name}" for place, name, _ in members_of(spec))
    yield from (".".join(change.names) for change in context.changes)


def place_of(named: Datatype | Enum) -> str:
    """Return the place of a type."""
    return f"{'enums' if isinstance(named, Enum) else 'datatypes'}.{named.name}"


def what_is(named: Datatype | Enum) -> str:
    """Return what to call a type."""
    kind = "enum" if isinstance(named, Enum) else "datatype"
    return f"{kind} {quoted(named.name)}"


def members_of(spec: Spec) -> Iterator[tuple[str, str, Span]]:
    """Yield place of the enum, name and span of each member that has a name of its own."""
    for enum in spec.enums:
        if not enum.from_actions:
            for member in enum.members:
                yield f"enums.{enum.name}.values", member.name, member.span


def prefixes(place: str) -> Iterator[str]:
    """Yield the places that a place is in, and itself."""
    return accumulate(place.split("."), "{}.{}".format)
