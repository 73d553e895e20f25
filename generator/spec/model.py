"""The spec as targets see it: checked, resolved, immutable.

Every node keeps the span of its name in the spec, for findings made later.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from ..diagnostics import Span

Number = int | float


class Limits(dict[str, Any]):
    """Limits by the keys of their constraints; nobody changes them, so they have a hash."""

    def __hash__(self) -> int:  # type: ignore[override]
        """Return a hash that equal limits share."""
        return hash(frozenset(self.items()))


NO_LIMITS = Limits()
Sender = Literal["server", "client", "both"]
# A spec that was made from schemas doesn't know who sends what.
ActionSender = Literal["server", "client", "both", "unknown"]


class Member(NamedTuple):
    """One member of an enum: its name in code and its value on the wire."""

    name: str
    value: str | int
    span: Span


class Enum(NamedTuple):
    """A closed set of values; all of them text or all of them whole numbers.

    Attributes:
        name: Its name in code.
        members: In the order of the spec.
        description: What it is; one paragraph, may be empty.
        span: Its place in the spec.
        from_actions: Whether its members are the names of the actions.
    """

    name: str
    members: tuple[Member, ...]
    description: str
    span: Span
    from_actions: bool = False

    @property
    def base(self) -> str:
        """The type of its values: `str` or `int`."""
        return type(self.members[0].value).__name__


class Value(NamedTuple):
    """What one value may be: a type and its limits.

    Attributes:
        type: `str`, `int`, `float`, `bool`, `any`, `list`, or the name of `ref`.
        ref: The datatype or enum that `type` names.
        items: What each element of a list may be.
        limits: Its limits, in the order of CONSTRAINTS.
        members: The members of the enum that are allowed here.
    """

    type: str
    ref: Datatype | Enum | None = None
    items: Value | None = None
    limits: Limits = NO_LIMITS
    members: tuple[Member, ...] = ()

    def limit(self, key: str) -> Any:
        """Return one of its limits, as its constraint defines it; None if it has none such."""
        return self.limits.get(key)

    @property
    def enum(self) -> Enum | None:
        """The enum this is a value of."""
        return self.ref if isinstance(self.ref, Enum) else None

    @property
    def datatype(self) -> Datatype | None:
        """The datatype this is an object of."""
        return self.ref if isinstance(self.ref, Datatype) else None

    @property
    def innermost(self) -> Value:
        """What the elements of a list are, of lists of lists too; the value itself if none."""
        return self.items.innermost if self.items else self

    @property
    def is_subset(self) -> bool:
        """Whether some members of the enum are not allowed here."""
        return self.enum is not None and len(self.members) < len(self.enum.members)


class Field(NamedTuple):
    """One field of a message or datatype.

    Attributes:
        name: Its name in code.
        wire: Its name on the wire.
        wire_by_rule: Whether the naming rule gives `wire`.
        value: Its type and limits.
        required: Whether a message without it is wrong.
        default: What its absence means; documented, never sent.
        description: What it means; one paragraph, may be empty.
        span: Its place in the spec.
        wire_span: The place that gives `wire`; None if only the naming rule does.
    """

    name: str
    wire: str
    wire_by_rule: bool
    value: Value
    required: bool
    default: str
    description: str
    span: Span
    wire_span: Span | None = None


class Datatype(NamedTuple):
    """A named object; `open` ones keep fields that the spec doesn't know."""

    name: str
    fields: tuple[Field, ...]
    open: bool
    description: str
    span: Span


class Message(NamedTuple):
    """The request or the response of an action; its fields have the required ones first."""

    action: str
    kind: Literal["request", "response"]
    sender: Sender
    fields: tuple[Field, ...]
    description: str
    span: Span


class Action(NamedTuple):
    """A request and its response; one-way messages have no response.

    Messages of an action whose sender is unknown count as sent by both sides.
    """

    name: str
    sender: ActionSender
    request: Message
    response: Message | None
    description: str
    span: Span


class SwitchOff(NamedTuple):
    """A rule of lint that doesn't hold for a part of a spec.

    Attributes:
        rule: The rule.
        place: The part, such as `enums.Reason`; `*` for the whole spec.
        reason: Why it doesn't hold there.
        span: The place that says so.
        inherited: Whether a spec says so that this one extends.
    """

    rule: str
    place: str
    reason: str
    span: Span
    inherited: bool


class Spec(NamedTuple):
    """One version of a protocol.

    Attributes:
        source: Name of the spec file, without folders.
        sha256: Hex digest of the spec file.
        protocol: Name of the protocol.
        version: Its version.
        package: Dotted name of the Python package to generate.
        class_suffix: What class names of messages have after the action's name.
        errors: The error code for each kind of violation.
        actions: In the order of the spec.
        datatypes: In the order of the spec.
        enums: In the order of the spec.
        lint: Where rules of lint don't hold.
        common: Fields that stand in every message, and in every datatype but some.
        format_words: What documents in a language call a format, by language and format.
    """

    source: str
    sha256: str
    protocol: str
    version: str
    package: str
    class_suffix: str
    errors: dict[str, str]
    actions: tuple[Action, ...]
    datatypes: tuple[Datatype, ...]
    enums: tuple[Enum, ...]
    lint: tuple[SwitchOff, ...] = ()
    common: tuple[Field, ...] = ()
    format_words: Mapping[str, Mapping[str, str]] = MappingProxyType({})

    @property
    def name(self) -> str:
        """What files about it are called: the last part of its package."""
        return self.package.rpartition(".")[2]

    @property
    def messages(self) -> tuple[Message, ...]:
        """Every request, then every response, in the order of the actions."""
        return self.requests + self.responses

    @property
    def types(self) -> list[Datatype | Enum]:
        """Every named type, datatypes first."""
        return [*self.datatypes, *self.enums]

    @property
    def requests(self) -> tuple[Message, ...]:
        """Every request, in the order of the actions."""
        return tuple(action.request for action in self.actions)

    @property
    def responses(self) -> tuple[Message, ...]:
        """Every response, in the order of the actions."""
        return tuple(action.response for action in self.actions if action.response)
