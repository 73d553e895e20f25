"""Lint: what a spec may say, and had better not.

A rule says of each part of a spec that it dislikes where that is, and why. A spec can switch a
rule off for a part, for what is below it too, or for all parts (`*`), and gives the reason:

    lint:
      unused-type:
        enums.ConfigurationKey: Values of key, which can have others as well.
      missing-description:
        "*": The schemas that this was imported from have none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from ..diagnostics import (
    Diagnostic,
    DiagnosticError,
    Report,
    Severity,
    Span,
    did_you_mean,
    quoted,
)
from ..spec import naming
from ..spec.changes import Change, Names
from ..spec.load import load
from ..spec.model import Datatype, Enum, Field, Spec, SwitchOff, Value
from ..spec.overlay import compose
from ..spec.source import Source

_CAP_WORDS = re.compile(r"[A-Z][A-Za-z0-9]*")
# An underscore at the end keeps a name apart from a keyword.
_SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*_?")


class Subject(NamedTuple):
    """What the rules look at.

    Attributes:
        spec: The spec.
        changes: What its file changes in the spec that it extends.
        fields: Every field once, by its place.
    """

    spec: Spec
    changes: Sequence[Change]
    fields: dict[str, Field]


class Finding(NamedTuple):
    """Something that a rule dislikes: what part of the spec, where, why, and what to do."""

    place: str
    span: Span
    message: str
    hint: str


class Rule(NamedTuple):
    """A rule: how bad its findings are, and the function that finds them."""

    severity: Severity
    findings: Callable[[Subject], Iterable[Finding]]


def lint_specs(specs: Iterable[Callable[[], Source]]) -> list[Diagnostic]:
    """Return what the rules find in specs, and the errors of those that have any.

    What two of them have from one base is named once.

    Args:
        specs: Functions that read a spec each.
    """
    found: set[Diagnostic] = set()
    for read in specs:
        try:
            found.update(lint_source(read()))
        except DiagnosticError as error:
            found.update(error.diagnostics)
    return sorted(found)


def lint_source(source: Source) -> list[Diagnostic]:
    """Return what the rules find in a spec file, sorted by place.

    Raises:
        DiagnosticError: The spec has errors.
    """
    return lint(load(source), compose(source, Report()).changes)


def lint(spec: Spec, changes: Sequence[Change] = ()) -> list[Diagnostic]:
    """Return what the rules find in a spec, sorted by place.

    Args:
        spec: The spec.
        changes: What its file changes in the spec that it extends.
    """
    subject = Subject(spec, changes, _fields(spec))
    found = []
    used: set[SwitchOff] = set()
    for name, rule in RULES.items():
        switched_off = {off.place: off for off in spec.lint if off.rule == name}
        for finding in rule.findings(subject):
            places = ("*", *_prefixes(finding.place))
            if covering := [switched_off[at] for at in places if at in switched_off]:
                used.update(covering)
            else:
                _, span, message, hint = finding
                found.append(Diagnostic(span, message, hint, rule.severity, name))
    found += _wrong_switch_offs(subject, used)
    return sorted(set(found))


def _fields(spec: Spec) -> dict[str, Field]:
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


def _prefixes(place: str) -> Iterator[str]:
    """Yield the places that a place is in, and itself."""
    return accumulate(place.split("."), "{}.{}".format)


def _wrong_switch_offs(subject: Subject, used: set[SwitchOff]) -> Iterator[Diagnostic]:
    """Yield those that are no use: a reader would take the reason for a fact of the spec.

    What an overlay inherits is not looked at. It may be of use to the base alone.
    """
    places = {"*": None}
    for place in _places(subject):
        places |= dict.fromkeys(_prefixes(place))
    for off in subject.spec.lint:
        if off.inherited or off in used:
            continue
        severity: Severity = "error"
        if off.rule not in RULES:
            message = f"lint has no rule {quoted(off.rule)}"
            hint = did_you_mean(off.rule, RULES)
        elif off.place not in places:
            message = f"the spec has no {quoted(off.place)}"
            ending = next((at for at in places if at.endswith(f".{off.place}")), "")
            hint = did_you_mean(off.place, [ending] if ending else places)
        else:
            severity = "warning"
            message = f"{off.rule} finds nothing at {quoted(off.place)}"
            hint = "leave it out"
        yield Diagnostic(off.span, message, hint, severity, "switch-off")


def _places(subject: Subject) -> Iterator[str]:
    spec = subject.spec
    for message in spec.messages:
        yield f"actions.{message.action}.{message.kind}"
    for named in spec.types:
        yield _place(named)
    yield from subject.fields
    yield from (f"{place}.{name}" for place, name, _ in _members(spec))
    yield from (".".join(change.names) for change in subject.changes)


def _place(named: Datatype | Enum) -> str:
    return f"{'enums' if isinstance(named, Enum) else 'datatypes'}.{named.name}"


def _what(named: Datatype | Enum) -> str:
    kind = "enum" if isinstance(named, Enum) else "datatype"
    return f"{kind} {quoted(named.name)}"


def _members(spec: Spec) -> Iterator[tuple[str, str, Span]]:
    """Yield place of the enum, name and span of each member that has a name of its own."""
    for enum in spec.enums:
        if not enum.from_actions:
            for member in enum.members:
                yield f"enums.{enum.name}.values", member.name, member.span


# The rules


def unused_type(subject: Subject) -> Iterator[Finding]:
    """Types that no message holds: they are classes and tables that say nothing of the protocol.

    Enums of all actions are for programs that sort messages; no message holds them.
    """
    reached: set[str] = set()
    ahead = [*subject.spec.messages]
    waiting = [field.value for message in ahead for field in message.fields]
    while waiting:
        ref = waiting.pop().innermost.ref
        if ref and ref.name not in reached:
            reached.add(ref.name)
            if isinstance(ref, Datatype):
                waiting += [field.value for field in ref.fields]
    for named in subject.spec.types:
        of_actions = isinstance(named, Enum) and named.from_actions
        if named.name not in reached and not of_actions:
            message = f"no message holds the {_what(named)}"
            yield Finding(_place(named), named.span, message, "remove it")


def name_style(subject: Subject) -> Iterator[Finding]:
    """Names that don't look like what they name in Python: CapWords classes, snake_case fields."""
    spec = subject.spec
    for action in spec.actions:
        if not _CAP_WORDS.fullmatch(action.name):
            message = f"action {quoted(action.name)} is not in CapWords"
            hint = "name it so unless the protocol has it otherwise"
            yield Finding(f"actions.{action.name}", action.span, message, hint)
    for named in spec.types:
        if not _CAP_WORDS.fullmatch(named.name):
            hint = f"write {quoted(_cap_words(named.name))}"
            message = f"{_what(named)} is not in CapWords"
            yield Finding(_place(named), named.span, message, hint)
    for place, field in subject.fields.items():
        yield from _not_in_snake_case("field", place, field.name, field.span)
    for place, name, span in _members(spec):
        yield from _not_in_snake_case("enum member", f"{place}.{name}", name, span)


def _not_in_snake_case(
    kind: str, place: str, name: str, span: Span
) -> Iterator[Finding]:
    if not _SNAKE_CASE.fullmatch(name):
        message = f"{kind} {quoted(name)} is not in snake_case"
        yield Finding(place, span, message, f"write {quoted(naming.snake_case(name))}")


def _cap_words(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def missing_sender(subject: Subject) -> Iterator[Finding]:
    """Actions of an unknown sender: documents have to show them for both sides.

    Schemas don't tell who sends a message, so a spec made from them can't know.
    """
    for action in subject.spec.actions:
        if action.sender == "unknown":
            message = f"nobody knows who sends {quoted(action.name)}"
            hint = "write 'sender: server', 'client' or 'both'"
            yield Finding(f"actions.{action.name}", action.span, message, hint)


def missing_description(subject: Subject) -> Iterator[Finding]:
    """Actions without a description: the name alone seldom tells what a message is for."""
    for action in subject.spec.actions:
        if not action.description:
            message = f"action {quoted(action.name)} has no description"
            hint = "say in a sentence what it is for"
            yield Finding(f"actions.{action.name}", action.span, message, hint)


def repeated_datatype(subject: Subject) -> Iterator[Finding]:
    """Datatypes for one field that have the fields of another: one fact stands twice.

    Those for several fields are left alone; they have a meaning of their own.
    """
    values = [field.value.innermost for field in subject.fields.values()]
    uses = Counter(value.type for value in values)
    equals = defaultdict(list)
    for datatype in subject.spec.datatypes:
        equals[_shape(datatype)].append(datatype)
    for datatypes in equals.values():
        kept = max(datatypes, key=lambda datatype: uses[datatype.name])
        for datatype in datatypes:
            if datatype is not kept and uses[datatype.name] == 1:
                message = f"{_what(datatype)} has the fields of {quoted(kept.name)}"
                hint = f"use that one; see {kept.span.seen_from(datatype.span)}"
                yield Finding(_place(datatype), datatype.span, message, hint)


def _shape(datatype: Datatype) -> object:
    """Return what a datatype is, but for names and descriptions that no message shows."""
    fields = (
        (
            field.name,
            field.wire,
            _value_shape(field.value),
            field.required,
            field.default,
        )
        for field in datatype.fields
    )
    return datatype.open, frozenset(fields)


def _value_shape(value: Value | None) -> object:
    if value is None:
        return None
    members = tuple(member.name for member in value.members)
    limits = tuple(value.limits.items())
    return value.type, limits, _value_shape(value.items), members


def repeated_enum(subject: Subject) -> Iterator[Finding]:
    """Enums with the values of another: often by chance, sometimes one fact that stands twice."""
    first: dict[object, Enum] = {}
    for enum in subject.spec.enums:
        members = frozenset((member.name, member.value) for member in enum.members)
        other = first.setdefault(members, enum)
        if other is not enum:
            message = f"{_what(enum)} has the values of {quoted(other.name)}"
            hint = f"see {other.span.seen_from(enum.span)}"
            yield Finding(_place(enum), enum.span, message, hint)


def uneven_length(subject: Subject) -> Iterator[Finding]:
    """Limits that differ where the wire name is the same: a slip, or a trap for whoever copies.

    What most fields have is taken for right.
    """
    limits: dict[str, dict[str, int]] = defaultdict(dict)
    for place, field in subject.fields.items():
        if limit := field.value.innermost.limit("max_length"):
            limits[field.wire][place] = limit
    for wire, by_place in limits.items():
        usual, _ = Counter(by_place.values()).most_common(1)[0]
        other = next(place for place, limit in by_place.items() if limit == usual)
        for place, limit in by_place.items():
            if limit != usual:
                message = f"max_length of {quoted(wire)} is {limit} here"
                hint = f"and {usual} in {other}"
                yield Finding(place, subject.fields[place].span, message, hint)


def redundant_wire(subject: Subject) -> Iterator[Finding]:
    """Wire names that the rule gives: a reader would look for what is special about them."""
    for place, field in subject.fields.items():
        if field.wire_span and field.wire_by_rule:
            message = f"field {quoted(field.name)} is {quoted(field.wire)} by the rule"
            yield Finding(place, field.wire_span, message, "leave 'wire' out")


def missing_length(subject: Subject) -> Iterator[Finding]:
    """Text of any length: a receiver has to find room for whatever comes."""
    for place, field in subject.fields.items():
        value = field.value.innermost
        is_bounded = {"max_length", "format"} & value.limits.keys()
        if value.type == "str" and not is_bounded:
            message = f"field {quoted(field.name)} can be a text of any length"
            yield Finding(place, field.span, message, "give it a max_length")


def overlay_smaller(subject: Subject) -> Iterator[Finding]:
    """Changes that an overlay can do without: a reader takes each for a difference to the base.

    Only the file's own changes count. An overlay between it and the base is a spec of its own,
    which others may extend, so undoing its changes is no waste.
    """
    removed: dict[Names, int] = {}
    replaced: dict[Names, int] = {}
    for index, change in enumerate(subject.changes):
        if change.kind != "add":
            (removed if change.value is None else replaced)[change.names] = index
    for index, change in enumerate(subject.changes):
        later = _last(removed, change)
        if change.value is not None:
            later = max(later, _last(replaced, change))
        path = quoted(".".join(change.names))
        if later > index:
            end = subject.changes[later]
            both = change.kind == "add" and change.names == end.names
            message = f"line {end.span.line} undoes the change of {path}"
            hint = "leave out both" if both else "leave this one out"
            yield _needless(change, message, hint)
        elif change.same and change.kind == "restate":
            yield _needless(change, f"{path} is so in the base", "leave it out")
        elif change.same and removed.get(change.names, index) < index:
            message = f"{path} is put back as it was"
            yield _needless(change, message, "leave out its removal as well")
    yield from _parts_of_additions(subject.changes)


def _last(indexes: dict[Names, int], change: Change) -> int:
    """Return the greatest index of a place that this change is in; -1 if there is none."""
    depths = range(1, len(change.names) + 1)
    return max(indexes.get(change.names[:depth], -1) for depth in depths)


def _needless(change: Change, message: str, hint: str) -> Finding:
    return Finding(".".join(change.names), change.span, message, hint)


def _parts_of_additions(changes: Sequence[Change]) -> Iterator[Finding]:
    # A value with an alias is added twice, so one of the two has to be changed afterwards.
    uses = Counter(change.value.span for change in changes if change.value)
    added: dict[Names, Change] = {}
    for change in changes:
        above = (change.names[:depth] for depth in range(1, len(change.names)))
        whole = next((added[names] for names in above if names in added), None)
        if whole and whole.value and uses[whole.value.span] == 1:
            path = quoted(".".join(change.names))
            message = f"line {whole.span.line} adds what {path} is in"
            yield _needless(change, message, "say it there")
        if change.kind == "add":
            added[change.names] = change
        else:
            added.pop(change.names, None)


RULES: dict[str, Rule] = {
    "unused-type": Rule("warning", unused_type),
    "name-style": Rule("warning", name_style),
    "missing-sender": Rule("warning", missing_sender),
    "missing-description": Rule("warning", missing_description),
    "repeated-datatype": Rule("warning", repeated_datatype),
    "repeated-enum": Rule("info", repeated_enum),
    "uneven-length": Rule("info", uneven_length),
    "redundant-wire": Rule("warning", redundant_wire),
    "missing-length": Rule("info", missing_length),
    "overlay-smaller": Rule("warning", overlay_smaller),
}
