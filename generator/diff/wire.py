"""The wire pass of a comparison: which messages one side may send and the other refuses.

Messages are compared as they stand on the wire: names on the wire, values, limits. Names of
datatypes and enums only serve to say where a finding is; how fields are grouped into them
makes no difference.

A finding is a rule that one spec has and the other hasn't, or has in another form. It breaks
old senders if some message that is legal by the old spec breaks the new rule, and old
receivers if some message that is legal by the new spec breaks the old one. So exchanging
the specs exchanges senders and receivers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..spec.model import (
    Action,
    Datatype,
    Enum,
    Field,
    Message,
    Spec,
    Value,
)
from .findings import (
    Area,
    Finding,
    Owner,
    Phrase,
    Reach,
    Subject,
    Subjects,
    datatype_owner,
    listing,
    message_owner,
    paired,
    reach,
)
from .values import (
    Site,
    enum_changes,
    kind_of,
    limits_changed,
    takes,
    type_changed,
    without,
)

_SIDES = {"both": {"server", "client"}, "server": {"server"}, "client": {"client"}}

DatatypePair = tuple[Datatype, Datatype]
PairKey = tuple[str, str]


class _Outcome:
    """What comparing two objects gives, but for what is within their datatypes."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.pairs: dict[PairKey, DatatypePair] = {}

    def add(self, old: Datatype, new: Datatype) -> None:
        """Note that two datatypes stand in the same place."""
        self.pairs[old.name, new.name] = (old, new)


class Wire:
    """Compares the messages of two specs.

    Each pair of datatypes that stands in the same place is compared once, however many
    messages hold it: written out, datatypes in datatypes can be millions of fields.
    """

    def __init__(self, old: Spec, new: Spec) -> None:
        """Take the specs."""
        self._old = old
        self._new = new
        self._subjects = Subjects(old, new)
        self._old_enums = {enum.name for enum in old.enums}
        self._new_enums = {enum.name for enum in new.enums}
        self._outcomes: dict[PairKey, _Outcome] = {}
        self._reached: set[PairKey] = set()

    def findings(self) -> dict[Finding, list[Reach]]:
        """Return what differs, each finding once, with the messages that it shows in."""
        found: dict[tuple[object, ...], tuple[Finding, dict[Reach, None]]] = {}
        for raw, messages in self._findings():
            # If nobody breaks, the same messages are legal, only said in another way.
            area: Area = "wire" if _matters(raw) else "text"
            finding = raw._replace(area=area)
            key = (*finding.key, finding.rule, finding.predicate)
            # A field that all messages have may break other peers in some than in others.
            before, reached = found.get(key, (finding, {}))
            found[key] = (before.joined(finding), reached | dict.fromkeys(messages))
        return {finding: list(reached) for finding, reached in found.values()}

    def unreached(self, pairs: Iterable[DatatypePair]) -> Iterator[Finding]:
        """Yield what differs within datatypes that no message holds; nobody breaks by it.

        Args:
            pairs: Each datatype then and now.
        """
        for old, new in pairs:
            if (old.name, new.name) not in self._reached:
                for finding in self._outcome(old, new).findings:
                    yield finding._replace(
                        wire_sender=False, wire_receiver=False, area="text"
                    )

    def same(self, old: Datatype, new: Datatype) -> bool:
        """Return whether two datatypes are the same on the wire."""
        outcome = _Outcome()
        outcome.add(old, new)
        return not any(map(_matters, self._all(outcome, set())))

    def _findings(self) -> Iterator[tuple[Finding, tuple[Reach, ...]]]:
        before = {action.name: action for action in self._old.actions}
        for action in self._new.actions:
            if action.name in before:
                yield from self._in_action(before.pop(action.name), action)
            else:
                finding = _of_action("action-added", action, ": added", receiver=True)
                yield finding, _messages(action)
        for action in before.values():
            finding = _of_action("action-removed", action, ": removed", sender=True)
            yield finding, _messages(action)

    def _in_action(
        self, old: Action, new: Action
    ) -> Iterator[tuple[Finding, tuple[Reach, ...]]]:
        if old.sender != new.sender:
            in_both = new.response if old.response else None
            messages = _messages(new._replace(response=in_both))
            yield _sender_changed(old, new), messages
        yield from self._in_message(old.request, new.request)
        if old.response and new.response:
            yield from self._in_message(old.response, new.response)
        elif new.response:
            # Old peers leave us waiting for an answer, and don't await ours.
            form = ": has a response now"
            finding = _of_action(
                "response-added", new, form, sender=True, receiver=True
            )
            yield finding, (reach(new.response),)
        elif old.response:
            # Old peers wait for an answer in vain, and send one that nobody awaits.
            form = ": has no response any more"
            finding = _of_action(
                "response-removed", old, form, sender=True, receiver=True
            )
            yield finding, (reach(old.response),)

    def _in_message(
        self, old: Message, new: Message
    ) -> Iterator[tuple[Finding, tuple[Reach, ...]]]:
        outcome = self._compared(message_owner(old), message_owner(new))
        for finding in self._all(outcome, self._reached):
            yield finding, (reach(new),)

    def _all(self, outcome: _Outcome, reached: set[PairKey]) -> Iterator[Finding]:
        """Yield findings, those within datatypes too, and note which datatypes these are."""
        yield from outcome.findings
        waiting, seen = list(outcome.pairs.values()), set(outcome.pairs)
        while waiting:
            old, new = waiting.pop()
            inner = self._outcome(old, new)
            yield from inner.findings
            waiting += [pair for key, pair in inner.pairs.items() if key not in seen]
            seen |= inner.pairs.keys()
        reached |= seen

    def _outcome(self, old: Datatype, new: Datatype) -> _Outcome:
        key = (old.name, new.name)
        if key not in self._outcomes:
            outcome = self._compared(datatype_owner(old), datatype_owner(new))
            if old.open != new.open:
                outcome.findings.append(_openness_changed(new))
            self._outcomes[key] = outcome
        return self._outcomes[key]

    # Fields

    def _compared(self, old: Owner, new: Owner) -> _Outcome:
        """Return what comparing the fields of two objects gives."""
        outcome = _Outcome()
        fields = paired(old.fields, new.fields)
        for field in fields.gone:
            subject = self._subjects.gone(field, old)
            outcome.findings.append(_field_removed(field, subject, new))
        for field in fields.new:
            subject = self._subjects.new(field, new)
            outcome.findings.append(_field_added(field, subject, old))
        for before, field in fields.both:
            site = Site(self._subjects.kept(field, new), field.span)
            outcome.findings += _name_or_presence(before, field, site, old, new)
            self._in_value(before.value, field.value, site, outcome)
        return outcome

    # Values

    def _in_value(self, old: Value, new: Value, site: Site, outcome: _Outcome) -> None:
        kind = kind_of(old)
        if kind != kind_of(new):
            outcome.findings += type_changed(
                old, new, site, takes(new, old), takes(old, new)
            )
        elif kind in ("number", "str"):
            outcome.findings += limits_changed(old, new, site)
        elif old.enum and new.enum:
            outcome.findings += self._choice(old, new, old.enum, new.enum, site)
        elif old.datatype and new.datatype:
            outcome.add(old.datatype, new.datatype)
        elif old.items and new.items:
            outcome.findings += limits_changed(old, new, site)
            # The elements of lists that are always empty don't matter.
            if old.limit("max_items") != 0 and new.limit("max_items") != 0:
                self._in_value(old.items, new.items, site.of_elements(), outcome)

    def _choice(
        self, old: Value, new: Value, before: Enum, enum: Enum, site: Site
    ) -> Iterator[Finding]:
        """Yield how the allowed members of two enums differ on the wire."""
        is_same = before.name == enum.name or (
            before.name not in self._new_enums and enum.name not in self._old_enums
        )
        if before.base != enum.base:
            # Text or numbers: all values are others.
            if not is_same:
                yield from type_changed(old, new, site, False, False)
                return
            site = Site(Subject("enum", enum.name), enum.span)
            form = f"values are {enum.base}, were {before.base}"
            yield site.finding("type-changed", True, True, form)
            return
        gone = without(old.members, new.members)
        come = without(new.members, old.members)
        if is_same:
            # What one of the enums doesn't have at all is a change of the enum, told there;
            # the rest is a change of what this field allows of it.
            own_gone = without(gone, enum.members)
            own_come = without(come, before.members)
            yield from enum_changes(own_gone, own_come, before, enum)
            gone, come = without(gone, own_gone), without(come, own_come)
        if come:
            names = listing([str(member.value) for member in come])
            form = f"allows {names.form} too"
            yield site.finding("allowed-values-added", False, True, form, *names.names)
        if gone:
            names = listing([str(member.value) for member in gone])
            form = f"no longer allows {names.form}"
            yield site.finding(
                "allowed-values-removed", True, False, form, *names.names
            )


def _matters(finding: Finding) -> bool:
    """Return whether other messages are legal."""
    return finding.wire_sender or finding.wire_receiver


# Actions


def _messages(action: Action) -> tuple[Reach, ...]:
    return tuple(map(reach, filter(None, (action.request, action.response))))


def _of_action(
    rule: str,
    action: Action,
    form: str,
    *,
    sender: bool = False,
    receiver: bool = False,
) -> Finding:
    subject = Subject("action", action.name)
    return Finding(rule, action.span, subject, Phrase(form), sender, receiver)


def _sender_changed(old: Action, new: Action) -> Finding:
    """Return the finding that other sides send an action.

    A side that sends it no more doesn't tell old peers so; one that sends it now meets old
    peers that never received it.
    """
    if "unknown" in (old.sender, new.sender):
        form = f": sender {new.sender}, was {old.sender}"
        return _of_action("sender-unknown", new, form)
    stopped = bool(_SIDES[old.sender] - _SIDES[new.sender])
    began = bool(_SIDES[new.sender] - _SIDES[old.sender])
    rule = "sender-changed"
    if stopped != began:
        rule = "sender-widened" if began else "sender-narrowed"
    form = f": sent by {_side(new)}, was by {_side(old)}"
    return _of_action(rule, new, form, sender=stopped, receiver=began)


def _side(action: Action) -> str:
    return "either side" if action.sender == "both" else f"the {action.sender}"


def _openness_changed(new: Datatype) -> Finding:
    rule = "datatype-opened" if new.open else "datatype-closed"
    form = ": takes unknown fields" if new.open else ": refuses unknown fields"
    subject = Subject("datatype", new.name)
    return Finding(rule, new.span, subject, Phrase(form), not new.open, new.open)


# Fields


def _field_added(field: Field, subject: Subject, old: Owner) -> Finding:
    """Return the finding that a field is new.

    In an open object, an old peer may have sent anything under that name.
    """
    kind = "required" if field.required else "optional"
    sender = field.required or (old.is_open and field.value.type != "any")
    predicate = Phrase(f": added, {kind}")
    rule = f"field-added-{kind}"
    return Finding(rule, field.span, subject, predicate, sender, not old.is_open)


def _field_removed(field: Field, subject: Subject, new: Owner) -> Finding:
    """Return the finding that a field is gone; the mirror of one that is new."""
    receiver = field.required or (new.is_open and field.value.type != "any")
    predicate = Phrase(": removed")
    return Finding(
        "field-removed", field.span, subject, predicate, not new.is_open, receiver
    )


def _name_or_presence(
    before: Field, field: Field, site: Site, old: Owner, new: Owner
) -> Iterator[Finding]:
    if before.wire != field.wire:
        # To peers, one field goes and another comes.
        gone = _field_removed(before, site.subject, new)
        come = _field_added(field, site.subject, old)
        yield site.finding(
            "wire-name-changed",
            gone.wire_sender or come.wire_sender,
            gone.wire_receiver or come.wire_receiver,
            "is {} on the wire, was {}",
            field.wire,
            before.wire,
        )
    if field.required and not before.required:
        yield site.finding("field-made-required", True, False, "required, was optional")
    if before.required and not field.required:
        yield site.finding("field-made-optional", False, True, "optional, was required")
