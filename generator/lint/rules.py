"""The rules of lint: each says of a spec what it may say, and had better not."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from ..diagnostics import Span, quoted
from ..spec import naming
from ..spec.model import Datatype, Enum, Value
from .context import LintContext, Remark, Rule, members_of, place_of, what_is
from .overlays import overlay_smaller

_CAP_WORDS = re.compile(r"[A-Z][A-Za-z0-9]*")
# An underscore at the end keeps a name apart from a keyword.
_SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*_?")


def unused_type(context: LintContext) -> Iterator[Remark]:
    """Yield types that no message holds."""
    reached: set[str] = set()
    ahead = [*context.spec.messages]
    waiting = [field.value for message in ahead for field in message.fields]
    while waiting:
        ref = waiting.pop().innermost.ref
        if ref and ref.name not in reached:
            reached.add(ref.name)
            if isinstance(ref, Datatype):
                waiting += [field.value for field in ref.fields]
    for named in context.spec.types:
        of_actions = isinstance(named, Enum) and named.from_actions
        if named.name not in reached and not of_actions:
            message = f"no message holds the {what_is(named)}"
            yield Remark(place_of(named), named.span, message, "remove it")


def name_style(context: LintContext) -> Iterator[Remark]:
    """Yield names that don't look like what they name in Python."""
    spec = context.spec
    for action in spec.actions:
        if not _CAP_WORDS.fullmatch(action.name):
            message = f"action {quoted(action.name)} is not in CapWords"
            hint = "name it so unless the protocol has it otherwise"
            yield Remark(f"actions.{action.name}", action.span, message, hint)
    for named in spec.types:
        if not _CAP_WORDS.fullmatch(named.name):
            hint = f"write {quoted(_cap_words(named.name))}"
            message = f"{what_is(named)} is not in CapWords"
            yield Remark(place_of(named), named.span, message, hint)
    for place, field in context.fields.items():
        yield from _not_in_snake_case("field", place, field.name, field.span)
    for place, name, span in members_of(spec):
        yield from _not_in_snake_case("enum member", f"{place}.{name}", name, span)


def _not_in_snake_case(
    kind: str, place: str, name: str, span: Span
) -> Iterator[Remark]:
    if not _SNAKE_CASE.fullmatch(name):
        message = f"{kind} {quoted(name)} is not in snake_case"
        yield Remark(place, span, message, f"write {quoted(naming.snake_case(name))}")


def _cap_words(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def missing_sender(context: LintContext) -> Iterator[Remark]:
    """Yield actions of an unknown sender."""
    for action in context.spec.actions:
        if action.sender == "unknown":
            message = f"nobody knows who sends {quoted(action.name)}"
            hint = "write 'sender: server', 'client' or 'both'"
            yield Remark(f"actions.{action.name}", action.span, message, hint)


def missing_description(context: LintContext) -> Iterator[Remark]:
    """Yield actions without a description."""
    for action in context.spec.actions:
        if not action.description:
            message = f"action {quoted(action.name)} has no description"
            hint = "say in a sentence what it is for"
            yield Remark(f"actions.{action.name}", action.span, message, hint)


def repeated_datatype(context: LintContext) -> Iterator[Remark]:
    """Yield datatypes for one field that have the fields of another."""
    values = [field.value.innermost for field in context.fields.values()]
    uses = Counter(value.type for value in values)
    equals = defaultdict(list)
    for datatype in context.spec.datatypes:
        equals[_shape(datatype)].append(datatype)
    for datatypes in equals.values():
        kept = max(datatypes, key=lambda datatype: uses[datatype.name])
        for datatype in datatypes:
            if datatype is not kept and uses[datatype.name] == 1:
                message = f"{what_is(datatype)} has the fields of {quoted(kept.name)}"
                hint = f"use that one; see {kept.span.seen_from(datatype.span)}"
                yield Remark(place_of(datatype), datatype.span, message, hint)


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


def repeated_enum(context: LintContext) -> Iterator[Remark]:
    """Yield enums with the values of another."""
    first: dict[object, Enum] = {}
    for enum in context.spec.enums:
        members = frozenset((member.name, member.value) for member in enum.members)
        other = first.setdefault(members, enum)
        if other is not enum:
            message = f"{what_is(enum)} has the values of {quoted(other.name)}"
            hint = f"see {other.span.seen_from(enum.span)}"
            yield Remark(place_of(enum), enum.span, message, hint)


def uneven_length(context: LintContext) -> Iterator[Remark]:
    """Yield limits that differ where the wire name is the same."""
    limits: dict[str, dict[str, int]] = defaultdict(dict)
    for place, field in context.fields.items():
        if limit := field.value.innermost.limit("max_length"):
            limits[field.wire][place] = limit
    for wire, by_place in limits.items():
        usual, _ = Counter(by_place.values()).most_common(1)[0]
        other = next(place for place, limit in by_place.items() if limit == usual)
        for place, limit in by_place.items():
            if limit != usual:
                message = f"max_length of {quoted(wire)} is {limit} here"
                hint = f"and {usual} in {other}"
                yield Remark(place, context.fields[place].span, message, hint)


def redundant_wire(context: LintContext) -> Iterator[Remark]:
    """Yield wire names that the rule gives."""
    for place, field in context.fields.items():
        if field.wire_span and field.wire_by_rule:
            message = f"field {quoted(field.name)} is {quoted(field.wire)} by the rule"
            yield Remark(place, field.wire_span, message, "leave 'wire' out")


def missing_length(context: LintContext) -> Iterator[Remark]:
    """Yield text of any length."""
    for place, field in context.fields.items():
        value = field.value.innermost
        is_bounded = {"max_length", "format"} & value.limits.keys()
        if value.type == "str" and not is_bounded:
            message = f"field {quoted(field.name)} can be a text of any length"
            yield Remark(place, field.span, message, "give it a max_length")


_RULES = (
    Rule(
        "unused-type",
        "warning",
        "Types that no message holds: they are classes and tables that say "
        "nothing of the protocol. Enums of all actions are for programs that sort "
        "messages; no message holds them.",
        unused_type,
    ),
    Rule(
        "name-style",
        "warning",
        "Names that don't look like what they name in Python: CapWords classes, "
        "snake_case fields.",
        name_style,
    ),
    Rule(
        "missing-sender",
        "warning",
        "Actions of an unknown sender: documents have to show them for both "
        "sides. Schemas don't tell who sends a message, so a spec made from them "
        "can't know.",
        missing_sender,
    ),
    Rule(
        "missing-description",
        "warning",
        "Actions without a description: the name alone seldom tells what a "
        "message is for.",
        missing_description,
    ),
    Rule(
        "repeated-datatype",
        "warning",
        "Datatypes for one field that have the fields of another: one fact stands "
        "twice. Those for several fields are left alone; they have a meaning of "
        "their own.",
        repeated_datatype,
    ),
    Rule(
        "repeated-enum",
        "info",
        "Enums with the values of another: often by chance, sometimes one fact "
        "that stands twice.",
        repeated_enum,
    ),
    Rule(
        "uneven-length",
        "info",
        "Limits that differ where the wire name is the same: a slip, or a trap "
        "for whoever copies. What most fields have is taken for right.",
        uneven_length,
    ),
    Rule(
        "redundant-wire",
        "warning",
        "Wire names that the rule gives: a reader would look for what is special "
        "about them.",
        redundant_wire,
    ),
    Rule(
        "missing-length",
        "info",
        "Text of any length: a receiver has to find room for whatever comes.",
        missing_length,
    ),
    Rule(
        "overlay-smaller",
        "warning",
        "Changes that an overlay can do without: a reader takes each for a "
        "difference to the base. Only the file's own changes count. An overlay "
        "between it and the base is a spec of its own, which others may extend, "
        "so undoing its changes is no waste.",
        overlay_smaller,
    ),
)
RULES = {rule.id: rule for rule in _RULES}
