"""The Python pass of a comparison: which names, types and positions callers lose.

Classes are compared by their names, whatever stands on the wire. A class is taken for one
that was there under another name if it is the same on the wire and stands in the same places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from ..diagnostics import Span
from ..spec.model import Action, Datatype, Enum, Field, Member, Spec, Value
from .findings import (
    Finding,
    FindingKey,
    Owner,
    Pairs,
    Phrase,
    Subject,
    Subjects,
    datatype_owner,
    message_owner,
    paired,
    type_name,
)
from .wire import Wire

Type = Datatype | Enum

# A place where a type is used: the owner of a field, and the field's name on the wire.
_Use = tuple[str, ...]


class Types(NamedTuple):
    """Which named type is which.

    Attributes:
        both: Each type that is in both specs, then and now.
        gone: Those that are no more.
        new: Those that weren't there.
    """

    both: list[tuple[Type, Type]]
    gone: list[Type]
    new: list[Type]

    @property
    def datatypes(self) -> list[tuple[Datatype, Datatype]]:
        """Each datatype that is in both specs, then and now."""
        return [
            (old, new)
            for old, new in self.both
            if isinstance(old, Datatype) and isinstance(new, Datatype)
        ]

    @property
    def enums(self) -> list[tuple[Enum, Enum]]:
        """Each enum that is in both specs, then and now."""
        return [
            (old, new)
            for old, new in self.both
            if isinstance(old, Enum) and isinstance(new, Enum)
        ]

    @property
    def names(self) -> dict[str, str]:
        """The names that types have now, by those that they had."""
        return {old.name: new.name for old, new in self.both}


def pair_types(old: Spec, new: Spec, wire: Wire) -> Types:
    """Return which type of a spec is which one of the other.

    Args:
        old: The spec as it was.
        new: The spec as it is.
        wire: Tells whether two datatypes are the same on the wire.
    """
    now = {(type(ref), ref.name): ref for ref in new.types}
    then = {(type(ref), ref.name): ref for ref in old.types}
    types = Types(
        both=[(ref, now[key]) for key, ref in then.items() if key in now],
        gone=[ref for key, ref in then.items() if key not in now],
        new=[ref for key, ref in now.items() if key not in then],
    )
    # With each type found, those within it can be seen to stand in the same places.
    while found := _renamed(types, _uses(old, types.names), _uses(new, {}), wire):
        before, after = (
            {ref.name for ref in side} for side in zip(*found, strict=True)
        )
        types = Types(
            both=[*types.both, *found],
            gone=[ref for ref in types.gone if ref.name not in before],
            new=[ref for ref in types.new if ref.name not in after],
        )
    return types


def _renamed(
    types: Types,
    uses_then: Mapping[str, frozenset[_Use]],
    uses_now: Mapping[str, frozenset[_Use]],
    wire: Wire,
) -> list[tuple[Type, Type]]:
    """Return types that are the same under another name, as far as there is no doubt."""
    found = [
        (old, new)
        for old in types.gone
        for new in types.new
        if uses_then.get(old.name) == uses_now.get(new.name) and _same(old, new, wire)
    ]
    of_old = Counter(old.name for old, _ in found)
    of_new = Counter(new.name for _, new in found)
    return [
        (old, new) for old, new in found if of_old[old.name] == of_new[new.name] == 1
    ]


def _same(old: Type, new: Type, wire: Wire) -> bool:
    if isinstance(old, Enum) and isinstance(new, Enum):
        return _values(old) == _values(new)
    if isinstance(old, Datatype) and isinstance(new, Datatype):
        return wire.same(old, new)
    return False


def _values(enum: Enum) -> set[str | int]:
    return {member.value for member in enum.members}


def _uses(spec: Spec, names: Mapping[str, str]) -> dict[str, frozenset[_Use]]:
    """Return where each type is used, by its name.

    Args:
        spec: The spec.
        names: The names of its types in the other spec.
    """
    owners: list[tuple[_Use, tuple[Field, ...]]] = [
        ((message.action, message.kind), message.fields) for message in spec.messages
    ]
    owners += [((names.get(ref.name, ref.name),), ref.fields) for ref in spec.datatypes]
    uses: dict[str, set[_Use]] = {}
    for owner, fields in owners:
        for field in fields:
            ref = field.value.innermost.ref
            if ref:
                uses.setdefault(ref.name, set()).add((*owner, field.wire))
    return {name: frozenset(places) for name, places in uses.items()}


def python_findings(
    old: Spec, new: Spec, types: Types, file: Span
) -> dict[FindingKey, Finding]:
    """Return what differs in the generated classes, each finding once, by its key.

    Args:
        old: The spec as it was.
        new: The spec as it is.
        types: Which named type is which.
        file: The place of what the spec as a whole says.
    """
    found: dict[FindingKey, Finding] = {}
    for finding in _Classes(old, new, types).findings(file):
        # A field that all classes have may break callers of some of them only.
        found[finding.key] = found.get(finding.key, finding).joined(finding)
    return found


def _finding(
    rule: str, place: Span, subject: Subject, predicate: Phrase, *, breaks: bool = True
) -> Finding:
    return Finding(rule, place, subject, predicate, python=breaks, area="python")


def _became(was: str, now: str) -> Phrase:
    """Return the words for a text of the spec that is another now; either may be empty."""
    if was and now:
        return Phrase(": {}, was {}", (now, was))
    return (
        Phrase(": {}, was empty", (now,)) if now else Phrase(": empty, was {}", (was,))
    )


class _Classes:
    """Compares the classes of two specs."""

    def __init__(self, old: Spec, new: Spec, types: Types) -> None:
        self._old = old
        self._new = new
        self._types = types
        self._names = types.names
        self._subjects = Subjects(old, new)

    def findings(self, file: Span) -> Iterator[Finding]:
        old, new = self._old, self._new
        for key, was, now in (
            ("package", old.package, new.package),
            ("class_suffix", old.class_suffix, new.class_suffix),
        ):
            if was != now:
                rule = f"{key.replace('_', '-')}-changed"
                yield _finding(rule, file, Subject("spec", part=key), _became(was, now))
        yield from self._actions()
        for before, datatype in self._types.datatypes:
            yield from _opened(before, datatype)
            yield from self._class(datatype_owner(before), datatype_owner(datatype))
        for enum_before, enum in self._types.enums:
            yield from _enum(enum_before, enum)
        yield from _came_or_went(self._types)

    def _actions(self) -> Iterator[Finding]:
        before = {action.name: action for action in self._old.actions}
        for action in self._new.actions:
            if action.name in before:
                yield from self._action(before.pop(action.name), action)
            else:
                yield _of_action("action-added", action, breaks=False)
        for action in before.values():
            yield _of_action("action-removed", action)

    def _action(self, old: Action, new: Action) -> Iterator[Finding]:
        yield from self._class(message_owner(old.request), message_owner(new.request))
        if old.response and new.response:
            before, after = message_owner(old.response), message_owner(new.response)
            yield from self._class(before, after)
        elif new.response:
            yield _of_action("response-added", new, breaks=False)
        elif old.response:
            yield _of_action("response-removed", old)

    def _class(self, old: Owner, new: Owner) -> Iterator[Finding]:
        """Yield what differs in the attributes of a class, and the arguments to make it."""
        fields = paired(old.fields, new.fields)
        for field in fields.gone:
            subject = self._subjects.gone(field, old)
            yield _finding("field-removed", field.span, subject, Phrase(": removed"))
        before_known = {field.wire for field in _before_known(fields, old, new)}
        for field in fields.new:
            subject = self._subjects.new(field, new)
            yield _added(field, subject, moves=field.wire in before_known)
        for before, field in fields.both:
            yield from self._field(before, field, self._subjects.kept(field, new))
        if _is_reordered(fields, old):
            predicate = Phrase(
                ": fields in another order, so positional arguments move"
            )
            yield _finding("fields-reordered", new.span, new.subject, predicate)

    def _field(self, old: Field, new: Field, subject: Subject) -> Iterator[Finding]:
        if old.name != new.name:
            predicate = Phrase(": was named {}", (old.name,))
            yield _finding("field-renamed", new.span, subject, predicate)
        if old.required != new.required:
            # The argument has to be there now, or the attribute may be None.
            words = (
                "required, was optional" if new.required else "optional, was required"
            )
            rule = f"field-made-{'required' if new.required else 'optional'}"
            yield _finding(rule, new.span, subject, Phrase(f": {words}"))
        was, now = self._type_now(old.value), type_name(new.value)
        if was != now:
            predicate = Phrase(": type {} became {}", (type_name(old.value), now))
            yield _finding("python-type-changed", new.span, subject, predicate)

    def _type_now(self, value: Value) -> str:
        """Return the name that an old type has now; what is gone has none."""
        if value.items:
            return f"list[{self._type_now(value.items)}]"
        return self._names.get(value.type, "") if value.ref else value.type


def _of_action(rule: str, action: Action, *, breaks: bool = True) -> Finding:
    # The wire pass has the same finding, and the words for it.
    subject = Subject("action", action.name)
    return _finding(rule, action.span, subject, Phrase(""), breaks=breaks)


# Fields


def _before_known(fields: Pairs, old: Owner, new: Owner) -> Iterable[Field]:
    """Return the fields after which there are arguments that were there before."""
    if old.is_open and new.is_open:
        return new.fields  # `extra` is the last argument
    known = {field.wire for _, field in fields.both}
    places = [n for n, field in enumerate(new.fields) if field.wire in known]
    return new.fields[: max(places, default=0)]


def _added(field: Field, subject: Subject, *, moves: bool) -> Finding:
    kind = "required" if field.required else "optional"
    finding = _finding(
        f"field-added-{kind}",
        field.span,
        subject,
        Phrase(f": added, {kind}"),
        breaks=field.required or moves,
    )
    note = "" if field.required or not moves else "; later positional arguments move"
    return finding._replace(note=note)


def _is_reordered(fields: Pairs, old: Owner) -> bool:
    """Return whether arguments are in another order.

    Where a field stands that became required, or optional, is told with that.
    """
    positions = {field.wire: number for number, field in enumerate(old.fields)}
    kept = [
        positions[before.wire]
        for before, field in fields.both
        if before.required == field.required
    ]
    return kept != sorted(kept)


# Types


def _came_or_went(types: Types) -> Iterator[Finding]:
    """Yield types that came, went, or have another name."""
    for old, new in types.both:
        if old.name != new.name:
            predicate = Phrase(": was named {}", (old.name,))
            yield _of_type("renamed", new, predicate)
    for ref in types.gone:
        yield _of_type("removed", ref, Phrase(": removed"))
    for ref in types.new:
        yield _of_type("added", ref, Phrase(": added"), breaks=False)


def _of_type(
    verb: str, ref: Type, predicate: Phrase, *, breaks: bool = True
) -> Finding:
    kind: Literal["datatype", "enum"]
    kind = "datatype" if isinstance(ref, Datatype) else "enum"
    subject = Subject(kind, ref.name)
    return _finding(f"{kind}-{verb}", ref.span, subject, predicate, breaks=breaks)


def _opened(old: Datatype, new: Datatype) -> Iterator[Finding]:
    """Yield the finding that the attribute `extra` came, as the last one, or went."""
    if old.open != new.open:
        verb = "opened" if new.open else "closed"
        form = f": {'takes' if new.open else 'refuses'} unknown fields"
        yield _of_type(verb, new, Phrase(form), breaks=old.open)


def _enum(old: Enum, new: Enum) -> Iterator[Finding]:
    if old.base != new.base:
        # Its members are members of another class, whatever their names.
        predicate = Phrase(f": values are {new.base}, were {old.base}")
        subject = Subject("enum", new.name)
        yield _finding("python-type-changed", new.span, subject, predicate)
        return
    by_value = {member.value: member for member in old.members}
    values = _values(new)
    gone = {member.name: member for member in old.members if member.value not in values}
    for member in new.members:
        before = by_value.get(member.value) or gone.pop(member.name, None)
        yield from _member(before, member, new)
    for member in gone.values():
        predicate = Phrase(": removed, was {} on the wire", (str(member.value),))
        yield _of_member("enum-value-removed", member, old, predicate)


def _member(old: Member | None, new: Member, enum: Enum) -> Iterator[Finding]:
    if old is None:
        predicate = Phrase(": added, {} on the wire", (str(new.value),))
        yield _of_member("enum-value-added", new, enum, predicate, breaks=False)
    elif old.value != new.value:
        # `Size("S")` finds no member any more.
        words = ": is {} on the wire, was {}"
        predicate = Phrase(words, (str(new.value), str(old.value)))
        yield _of_member("enum-value-changed", new, enum, predicate)
    elif old.name != new.name:
        predicate = Phrase(": was named {}", (old.name,))
        yield _of_member("enum-member-renamed", new, enum, predicate)


def _of_member(
    rule: str, member: Member, enum: Enum, predicate: Phrase, *, breaks: bool = True
) -> Finding:
    subject = Subject("enum", enum.name, member.name)
    return _finding(rule, member.span, subject, predicate, breaks=breaks)
