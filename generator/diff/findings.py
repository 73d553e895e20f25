"""What the passes of a comparison find, and what they share: words, rules, pairs of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

from ..diagnostics import Span
from ..spec.constraints import CONSTRAINTS
from ..spec.model import Datatype, Field, Message, Sender, Spec, Value

# Where a change shows: in messages, in names of the generated classes, or in words only.
Area = Literal["wire", "python", "text"]
_AREAS: tuple[Area, ...] = ("wire", "python", "text")

# Names of one list that are shown.
MAX_LISTED = 12

# What can become of a limit, and the argument for the verdict.
_LIMIT_CHANGES = {
    "added": "old senders may send what it refuses",
    "removed": "old receivers refuse what is allowed now",
    "raised": "the side with the narrower limit refuses what the other may send",
    "lowered": "the side with the narrower limit refuses what the other may send",
    "changed": "the side with the narrower limit refuses what the other may send",
}

# Every rule, with the argument for its verdicts. "Old" means a peer, or a caller, that was made
# for the old spec; objects are closed unless said otherwise.
RULES = {
    "action-added": "old receivers have no handler for it",
    "action-removed": "nobody handles what old senders send; its classes are gone",
    "response-added": "old peers neither send an answer nor await one",
    "response-removed": "old peers await an answer, and send one; its class is gone",
    "sender-widened": "a side sends it to old peers that never received it",
    "sender-narrowed": "nobody handles what old peers of one side send",
    "sender-changed": "it goes the other way, where neither side handles it",
    "sender-unknown": "one of the specs doesn't say who sends it, so nothing can be said",
    "field-added-required": "old senders leave it out, old receivers refuse it as unknown",
    "field-added-optional": "old receivers refuse it as unknown; open ones of old senders may"
    " hold anything under its name",
    "field-removed": "it is refused as unknown; old receivers miss it if they require it",
    "field-made-required": "old senders may leave it out; constructor calls may lack it",
    "field-made-optional": "old receivers miss it; what reads it must expect None",
    "wire-name-changed": "each side refuses the other's name as unknown",
    "field-renamed": "another attribute and keyword for the same name on the wire",
    "fields-reordered": "positional arguments mean other fields",
    "type-widened": "old receivers refuse values of the new type",
    "type-narrowed": "values that old senders may send are refused",
    "type-changed": "each side refuses what the other sends",
    "python-type-changed": "attributes are of another type",
    "allowed-values-added": "old receivers refuse the new values",
    "allowed-values-removed": "old senders may send the values that went",
    "enum-value-added": "old receivers refuse it",
    "enum-value-removed": "old senders may send it; the member is gone",
    "enum-value-changed": "each side refuses the other's value; looked up by value, it is gone",
    "enum-member-renamed": "the member has another name in code",
    "datatype-opened": "old receivers refuse fields that they don't know",
    "datatype-closed": "old senders may send more fields; `extra` is gone",
    "datatype-added": "a new class, nobody uses it yet",
    "datatype-removed": "the class is gone",
    "datatype-renamed": "the class has another name",
    "enum-added": "a new class, nobody uses it yet",
    "enum-removed": "the class is gone",
    "enum-renamed": "the class has another name",
    **{
        f"{key.replace('_', '-')}-{verb}": argument
        for key, constraint in CONSTRAINTS.items()
        for verb, argument in _LIMIT_CHANGES.items()
        if bool(constraint.bound) != (verb == "changed") or verb in ("added", "removed")
    },
    "limit-restated": "another number, but the same values are allowed",
    "error-code-changed": "`ValidationError.code`, and what a peer is told, is another",
    "package-changed": "imports name another package",
    "class-suffix-changed": "the classes of messages have other names",
    "protocol-changed": "a title",
    "version-changed": "a title",
    "default-changed": "documented, never sent",
    "description-changed": "words",
    "order-changed": "the order of documents, and of going through an enum",
}

# Rules by which the passes look at one and the same thing.
_ASPECTS = {
    "type-widened": "type",
    "type-narrowed": "type",
    "type-changed": "type",
    "python-type-changed": "type",
}


class Phrase(NamedTuple):
    """Words with names in them.

    Attributes:
        form: Our words, with `{}` for each name.
        names: What comes from the specs: untrusted, to be escaped where it is shown.
    """

    form: str
    names: tuple[str, ...] = ()

    def then(self, form: str, *names: str) -> Phrase:
        """Return this phrase with more words after it."""
        return Phrase(self.form + form, self.names + names)

    def shown(self, show: Callable[[str], str]) -> str:
        """Return the text, each name as `show` returns it."""
        return self.form.format(*map(show, self.names))


# What has fields or members, or stands alone.
SubjectKind = Literal[
    "action", "request", "response", "datatype", "enum", "common", "error", "spec"
]


class Subject(NamedTuple):
    """What has changed.

    Attributes:
        kind: What it is, or what it is a part of.
        owner: The action or type; empty for fields of all messages and for what the spec
            says as a whole.
        part: The field or member; empty for the owner itself.
    """

    kind: SubjectKind
    owner: str = ""
    part: str = ""

    @property
    def words(self) -> Phrase:
        """What to call it."""
        if self.kind == "spec":
            return Phrase(self.part)  # a word of ours
        forms = _FORMS_OF_PARTS if self.part else _FORMS
        return Phrase(forms[self.kind], tuple(filter(None, (self.part, self.owner))))


_FORMS = {
    "action": "action {}",
    "request": "{} request",
    "response": "{} response",
    "datatype": "datatype {}",
    "enum": "enum {}",
}
_FORMS_OF_PARTS = {
    "request": "field {} of {} request",
    "response": "field {} of {} response",
    "datatype": "field {} of {}",
    "enum": "value {} of enum {}",
    "common": "common field {}",
    "error": "error code for {}",
}

# What findings of two passes have in common if they are about one change.
FindingKey = tuple[str, Span, Subject]


class Finding(NamedTuple):
    """What one pass finds.

    Attributes:
        rule: A key of RULES.
        place: Where in the new spec, or in the old one for what is gone.
        subject: What has changed.
        predicate: How; goes after the subject.
        wire_sender: Whether what an old peer may send is refused now.
        wire_receiver: Whether an old peer refuses what may be sent now.
        python: Whether callers of the generated classes break.
        area: Where it shows.
        note: Our words to end the sentence with.
    """

    rule: str
    place: Span
    subject: Subject
    predicate: Phrase
    wire_sender: bool = False
    wire_receiver: bool = False
    python: bool = False
    area: Area = "wire"
    note: str = ""

    def joined(self, other: Finding) -> Finding:
        """Return this finding with the verdicts and the note of another one added."""
        return self._replace(
            wire_sender=self.wire_sender or other.wire_sender,
            wire_receiver=self.wire_receiver or other.wire_receiver,
            python=self.python or other.python,
            area=min(self.area, other.area, key=_AREAS.index),
            note=self.note or other.note,
        )

    @property
    def key(self) -> FindingKey:
        """What it is about: one thing, in one way."""
        return _ASPECTS.get(self.rule, self.rule), self.place, self.subject


class Reach(NamedTuple):
    """A message that a finding shows in, and who sends it."""

    action: str
    kind: Literal["request", "response"]
    sender: Sender


def reach(message: Message) -> Reach:
    """Return a message as one that a finding shows in."""
    return Reach(message.action, message.kind, message.sender)


class Owner(NamedTuple):
    """What has fields: a message or a datatype.

    Attributes:
        subject: It as what has changed.
        fields: Its fields, in the order of their arguments.
        is_open: Whether it takes unknown fields.
        span: Its place.
    """

    subject: Subject
    fields: tuple[Field, ...]
    is_open: bool
    span: Span


def message_owner(message: Message) -> Owner:
    """Return a message as owner of its fields."""
    subject = Subject(message.kind, message.action)
    return Owner(subject, message.fields, False, message.span)


def datatype_owner(datatype: Datatype) -> Owner:
    """Return a datatype as owner of its fields."""
    subject = Subject("datatype", datatype.name)
    return Owner(subject, datatype.fields, datatype.open, datatype.span)


class Subjects:
    """Fields as what has changed: one that all messages have is told once for them all."""

    def __init__(self, old: Spec, new: Spec) -> None:
        """Take the specs."""
        self._then = {field.wire: field.span for field in old.common}
        self._now = {field.wire: field.span for field in new.common}

    def gone(self, field: Field, owner: Owner) -> Subject:
        """Return a field that is no more."""
        is_common = self._then.get(field.wire) == field.span
        return _field_of(field, owner, is_common and field.wire not in self._now)

    def new(self, field: Field, owner: Owner) -> Subject:
        """Return a field that wasn't there."""
        is_common = self._now.get(field.wire) == field.span
        return _field_of(field, owner, is_common and field.wire not in self._then)

    def kept(self, field: Field, owner: Owner) -> Subject:
        """Return a field that was there before."""
        return _field_of(field, owner, self._now.get(field.wire) == field.span)


def _field_of(field: Field, owner: Owner, is_common: bool) -> Subject:
    if is_common:
        return Subject("common", part=field.name)
    return owner.subject._replace(part=field.name)


def type_name(value: Value) -> str:
    """Return the type of a value as the generated code names it, but for modules."""
    return f"list[{type_name(value.items)}]" if value.items else value.type


def listing(names: Sequence[str]) -> Phrase:
    """Return names with commas between them, a long list cut."""
    shown = tuple(names[:MAX_LISTED])
    more = len(names) - len(shown)
    form = ", ".join(["{}"] * len(shown)) + (f" and {more} more" if more else "")
    return Phrase(form, shown)


class Pairs(NamedTuple):
    """Fields of an object then and now.

    Attributes:
        both: What is there in both, in the order of now.
        gone: What is there no more.
        new: What wasn't there.
    """

    both: list[tuple[Field, Field]]
    gone: list[Field]
    new: list[Field]


def paired(old: Iterable[Field], new: Iterable[Field]) -> Pairs:
    """Return which field is which.

    The name on the wire decides, as that is what peers know; fields that are left over are
    the same if they have the same name in code.
    """
    old, new = tuple(old), tuple(new)
    by_wire = {field.wire: field for field in old}
    wires = {field.wire for field in new}
    left = {field.name: field for field in old if field.wire not in wires}
    before: list[tuple[Field | None, Field]] = []
    for field in new:
        match = by_wire.get(field.wire) or left.pop(field.name, None)
        before.append((match, field))
    return Pairs(
        both=[(match, field) for match, field in before if match],
        gone=list(left.values()),
        new=[field for match, field in before if match is None],
    )
