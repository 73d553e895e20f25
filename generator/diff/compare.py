"""What differs between two specs, and whom that breaks.

There are two passes. `compare_wire` compares messages as they stand on the wire, whatever
the names in code; `compare_python` compares the names in code, whatever stands on the wire.
What both of them find is one change. What is left is words: descriptions, defaults, titles.

Verdicts are those of a peer, or a caller, that was made for the old spec and doesn't change:

- `wire_sender`: it may send what we refuse now.
- `wire_receiver`: we may send what it refuses.
- `python`: its code for the generated classes fails, or gets something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from ..diagnostics import Span
from ..spec.model import Action, Enum, Field, Spec
from . import VICTIMS
from .findings import (
    Area,
    Finding,
    FindingKey,
    Owner,
    Phrase,
    Reach,
    Subject,
    Subjects,
    datatype_owner,
    message_owner,
    paired,
)
from .python import Types, pair_types, python_findings
from .wire import Wire

StepName = Literal["major", "minor", "patch", "none"]


class Change(NamedTuple):
    """One change from the old spec to the new one.

    Attributes:
        place: Where in the new spec, or in the old one for what is gone.
        rule: A key of `compare_findings.RULES`.
        subject: What has changed.
        predicate: How, in words; goes after the subject.
        wire_sender: Whether old peers may send what is refused now.
        wire_receiver: Whether old peers may refuse what is sent now.
        python: Whether callers of the generated classes break.
        area: `wire` if it shows in messages, else `python` if it shows in the names of the
            generated classes, else `text`.
        messages: The messages that it shows in.
    """

    place: Span
    rule: str
    subject: Subject
    predicate: Phrase
    wire_sender: bool
    wire_receiver: bool
    python: bool
    area: Area
    messages: tuple[Reach, ...]

    @property
    def phrase(self) -> Phrase:
        """What it is, in words."""
        return self.subject.words.then(self.predicate.form, *self.predicate.names)

    @property
    def breaking(self) -> bool:
        """Whether it breaks anybody."""
        return self.wire_sender or self.wire_receiver or self.python


class Step(NamedTuple):
    """A version step, and why."""

    name: StepName
    reason: str


def compare(old: Spec, new: Spec, file: str = "") -> tuple[Change, ...]:
    """Return every change from one spec to another, in the order of their places.

    Args:
        old: The spec as it was.
        new: The spec as it is.
        file: The file of the new spec, as the place of what it says as a whole.
    """
    place = Span(file or new.source)
    wire = Wire(old, new)
    on_wire = wire.findings()
    types = pair_types(old, new, wire)
    for finding in wire.unreached(types.datatypes):
        on_wire.setdefault(finding, [])
    changes = _merged(on_wire, python_findings(old, new, types, place))
    changes += map(_change, _error_codes(old, new, place))
    # Words of a field that all messages have are told once.
    changes += map(_change, dict.fromkeys(_texts(old, new, types, place)))
    return tuple(sorted(changes, key=_order_of))


def same_on_wire(changes: Iterable[Change]) -> bool:
    """Return whether no message differs, nor any error code."""
    return all(change.area != "wire" for change in changes)


def verdict(changes: Iterable[Change]) -> str:
    """Return in a few words where changes show."""
    areas = Counter(change.area for change in changes)
    words = f"; {areas['text']} of words" if areas["text"] else ""
    if areas["wire"]:
        naming = (
            f", {areas['python']} of naming and grouping" if areas["python"] else ""
        )
        return f"{areas['wire']} on the wire{naming}{words}"
    if areas["python"]:
        return f"only naming and grouping differ, nothing on the wire{words}"
    return "only words differ, nothing on the wire" if words else "nothing differs"


def victims(changes: Iterable[Change]) -> dict[str, int]:
    """Return how many changes can hurt each of VICTIMS."""
    changes = tuple(changes)
    return {
        name: sum(getattr(change, attribute) for change in changes)
        for name, attribute in VICTIMS.items()
    }


def is_breaking(changes: Iterable[Change]) -> bool:
    """Return whether any change breaks anybody."""
    return any(change.breaking for change in changes)


def version_step(changes: Iterable[Change]) -> Step:
    """Return the version step that changes ask for.

    Who upgrades and changes nothing else still sends what was legal before. That breaks
    somebody if senders or callers break; old receivers only refuse what is newly allowed,
    so they break once somebody makes use of it.
    """
    changes = tuple(changes)
    senders = sum(change.wire_sender for change in changes)
    callers = sum(change.python for change in changes)
    receivers = sum(change.wire_receiver for change in changes)
    if senders or callers:
        who = [
            *([f"{senders} for old senders"] if senders else []),
            *([f"{callers} for Python callers"] if callers else []),
        ]
        reason = f"breaking changes, {' and '.join(who)}"
        return Step("major", reason)
    if receivers:
        reason = "an upgrade alone breaks nobody, but old receivers refuse what is new"
        return Step("minor", reason)
    if any(change.area != "text" for change in changes):
        return Step("minor", "something is new, and nothing breaks")
    if changes:
        return Step("patch", "only words differ")
    return Step("none", "nothing differs")


def _order_of(change: Change) -> tuple[Span, str, Phrase]:
    return change.place, change.rule, change.phrase


# Two passes, one list


def _merged(
    on_wire: Mapping[Finding, list[Reach]], in_python: Mapping[FindingKey, Finding]
) -> list[Change]:
    """Return the findings of both passes, those about one and the same thing as one change."""
    changes = [
        _change(finding.joined(in_python.get(finding.key, finding)), messages)
        for finding, messages in on_wire.items()
    ]
    told = {finding.key for finding in on_wire}
    return changes + [_change(in_python[key]) for key in in_python if key not in told]


def _change(finding: Finding, messages: Iterable[Reach] = ()) -> Change:
    return Change(
        place=finding.place,
        rule=finding.rule,
        subject=finding.subject,
        predicate=finding.predicate.then(finding.note),
        wire_sender=finding.wire_sender,
        wire_receiver=finding.wire_receiver,
        python=finding.python,
        area=finding.area,
        messages=tuple(messages),
    )


# What is neither in messages nor in names


def _error_codes(old: Spec, new: Spec, place: Span) -> Iterator[Finding]:
    """Yield error codes that differ: a peer is told another one, and so is the caller."""
    for kind in dict.fromkeys((*new.errors, *old.errors)):
        was, now = old.errors.get(kind, ""), new.errors.get(kind, "")
        if was != now:
            subject = Subject("error", part=kind)
            predicate = Phrase(": {}, was {}", (now, was))
            rule = "error-code-changed"
            yield Finding(rule, place, subject, predicate, python=True)


def _texts(old: Spec, new: Spec, types: Types, place: Span) -> Iterator[Finding]:
    """Yield words and orders that differ; nobody breaks by them."""
    for key in ("protocol", "version"):
        was, now = getattr(old, key), getattr(new, key)
        if was != now:
            predicate = Phrase(": {}, was {}", (now, was))
            subject = Subject("spec", part=key)
            yield _text(f"{key}-changed", place, subject, predicate)
    subjects = Subjects(old, new)
    actions = {action.name: action for action in old.actions}
    for action in new.actions:
        if action.name in actions:
            yield from _texts_of_action(actions[action.name], action, subjects)
    for before, ref in types.both:
        subject = Subject("enum" if isinstance(ref, Enum) else "datatype", ref.name)
        yield from _described(before.description, ref.description, subject, ref.span)
    for old_type, datatype in types.datatypes:
        owners = datatype_owner(old_type), datatype_owner(datatype)
        yield from _texts_of_fields(*owners, subjects)
    yield from _orders(old, new, types, place)


def _texts_of_action(old: Action, new: Action, subjects: Subjects) -> Iterator[Finding]:
    subject = Subject("action", new.name)
    yield from _described(old.description, new.description, subject, new.span)
    before, after = message_owner(old.request), message_owner(new.request)
    yield from _texts_of_fields(before, after, subjects)
    if old.response and new.response:
        before, after = message_owner(old.response), message_owner(new.response)
        yield from _texts_of_fields(before, after, subjects)


def _texts_of_fields(old: Owner, new: Owner, subjects: Subjects) -> Iterator[Finding]:
    for before, field in paired(old.fields, new.fields).both:
        subject = subjects.kept(field, new)
        yield from _described(
            before.description, field.description, subject, field.span
        )
        if _default(before) != _default(field):
            predicate = _default_changed(before.default, field.default)
            yield _text("default-changed", field.span, subject, predicate)


def _default_changed(was: str, now: str) -> Phrase:
    if was and now:
        return Phrase(": default {}, was {}", (now, was))
    return Phrase(f": default {{}} {'added' if now else 'removed'}", (now or was,))


def _default(field: Field) -> str | int:
    """Return a default as it would stand on the wire."""
    values = {member.name: member.value for member in field.value.members}
    return values.get(field.default, field.default)


def _described(was: str, now: str, subject: Subject, place: Span) -> Iterator[Finding]:
    if was != now:
        verb = "changed" if was and now else "added" if now else "removed"
        predicate = Phrase(f": description {verb}")
        yield _text("description-changed", place, subject, predicate)


def _orders(old: Spec, new: Spec, types: Types, place: Span) -> Iterator[Finding]:
    """Yield what stands in another order, of what was there before."""
    names = types.names
    for what, then, now in (
        ("actions", [action.name for action in old.actions], new.actions),
        ("datatypes", [names.get(ref.name) for ref in old.datatypes], new.datatypes),
        ("enums", [names.get(ref.name) for ref in old.enums], new.enums),
    ):
        if _is_reordered(then, [named.name for named in now]):
            predicate = Phrase(": in another order")
            yield _text("order-changed", place, Subject("spec", part=what), predicate)
    for before, enum in types.enums:
        values = [[member.value for member in ref.members] for ref in (before, enum)]
        of_actions = before.from_actions and enum.from_actions
        if _is_reordered(*values) and not of_actions:
            subject = Subject("enum", enum.name)
            predicate = Phrase(": values in another order")
            yield _text("order-changed", enum.span, subject, predicate)


def _is_reordered(then: Sequence[object], now: Sequence[object]) -> bool:
    """Return whether what is in both lists is in another order."""
    both = set(then) & set(now)
    return [x for x in then if x in both] != [x for x in now if x in both]


def _text(rule: str, place: Span, subject: Subject, predicate: Phrase) -> Finding:
    return Finding(rule, place, subject, predicate, area="text")
