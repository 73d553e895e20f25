"""Nodes to Spec: every rule of the spec language, every error collected."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, cast

from generator import naming
from generator.diagnostics import Report, Span, did_you_mean, quoted
from generator.model import (
    Action,
    Datatype,
    Enum,
    Field,
    Member,
    Message,
    Sender,
    Spec,
    Value,
)
from generator.reader import (
    MAX_SHORT_TEXT,
    MAX_TEXT,
    Entries,
    Reader,
    is_integer,
    span_of,
)
from generator.source import Mapping, Node, Scalar, Sequence, Source, parse

SPEC_KEYS = ("protocol", "version", "package", "errors", "actions")
SPEC_OPTIONS = ("class_suffix", "datatypes", "enums")
VIOLATIONS = (
    "not_json",
    "unknown_field",
    "missing_field",
    "wrong_count",
    "wrong_type",
    "wrong_value",
)
SENDERS = ("server", "client", "both")
FORMATS = ("date-time", "uri")

# Which limits go with which types.
LIMITS = {
    "max_length": ("str",),
    "format": ("str",),
    "minimum": ("int", "float"),
    "maximum": ("int", "float"),
    "multiple_of": ("int", "float"),
    "items": ("list",),
    "min_items": ("list",),
    "max_items": ("list",),
    "only": ("enum",),
    "except": ("enum",),
}
FIELD_OPTIONS = ("required", "wire", "default", "description", *LIMITS)

_VERSION = re.compile(r"[0-9A-Za-z]+([._-][0-9A-Za-z]+)*")


class Overrides(NamedTuple):
    """What a job says in place of the spec; each with the place that said it."""

    package: Scalar | None = None
    class_suffix: Scalar | None = None


def load(source: Source, overrides: Overrides | None = None) -> Spec:
    """Read a spec.

    Args:
        source: The spec file.
        overrides: Package and class suffix to use instead of the spec's own.

    Raises:
        DiagnosticError: The spec has errors; all of them are named.
    """
    report = Report()
    root = parse(source, report)
    spec = _Loader(source, report, overrides or Overrides()).spec(root)
    report.raise_errors()
    return spec


class _Loader:
    """Reads one spec; findings go to the report and a stand-in takes the wrong part's place."""

    def __init__(self, source: Source, report: Report, overrides: Overrides) -> None:
        self._source = source
        self._report = report
        self._read = Reader(report)
        self._overrides = overrides
        self._enums: dict[str, Enum] = {}
        self._datatypes: dict[str, Datatype] = {}
        # Datatypes named by the spec; read on first use, so that each stands before its users.
        self._datatype_nodes: dict[str, tuple[Scalar, Node]] = {}
        self._type_names: tuple[str, ...] = ()
        self._reading: list[str] = []

    # The parts of a spec

    def spec(self, root: Node) -> Spec:
        entries = self._read.entries(root, "the spec", SPEC_KEYS, SPEC_OPTIONS)
        class_suffix = self._class_suffix(entries.get("class_suffix"))
        action_nodes = self._read.names(
            entries.get("actions"), "actions", naming.identifier_problem
        )
        datatype_nodes = self._read.names(
            entries.get("datatypes"), "datatypes", naming.type_problem
        )
        enum_nodes = self._read.names(
            entries.get("enums"), "enums", naming.type_problem
        )
        self._refuse_shared_names(datatype_nodes, enum_nodes)

        self._datatype_nodes = {key.text: (key, node) for key, node in datatype_nodes}
        self._type_names = (*self._datatype_nodes, *(key.text for key, _ in enum_nodes))
        for key, node in enum_nodes:
            self._enums[key.text] = self._enum(key, node, action_nodes)
        for name in self._datatype_nodes:
            self._datatype(name)
        actions = [self._action(key, node, class_suffix) for key, node in action_nodes]
        if not actions and "actions" in entries:
            self._report.error(
                span_of(entries.get("actions")), "the spec has no actions"
            )
        return Spec(
            source=self._source.name,
            sha256=self._source.sha256,
            protocol=self._read.text(
                entries.get("protocol"), "protocol", MAX_SHORT_TEXT
            ),
            version=self._version(entries.get("version")),
            package=self._package(entries.get("package")),
            class_suffix=class_suffix,
            errors=self._errors(entries.get("errors")),
            actions=tuple(actions),
            datatypes=tuple(self._datatypes[name] for name in self._datatype_nodes),
            enums=tuple(self._enums.values()),
        )

    def _version(self, node: Node | None) -> str:
        version = self._read.text(node, "version", MAX_SHORT_TEXT)
        if version and not _VERSION.fullmatch(version):
            hint = "it takes ASCII letters and digits with . _ or - between them"
            self._report.error(span_of(node), f"{quoted(version)} is no version", hint)
        return version

    def _package(self, node: Node | None) -> str:
        node = self._overrides.package or node
        package = self._read.text(node, "package", MAX_TEXT)
        for part in package.split(".") if package else ():
            if problem := naming.identifier_problem(part):
                self._report.error(
                    span_of(node),
                    f"{quoted(package)} is no package: {quoted(part)} {problem}",
                    "write a dotted name such as my_app.ocpp",
                )
        return package

    def _class_suffix(self, node: Node | None) -> str:
        node = self._overrides.class_suffix or node
        suffix = node.text if isinstance(node, Scalar) else ""
        if (node is not None and not isinstance(node, Scalar)) or (
            suffix and naming.identifier_problem(f"X{suffix}")
        ):
            hint = "it takes ASCII letters, digits and underscores"
            self._report.error(
                span_of(node), "class_suffix can't end a class name", hint
            )
        return suffix

    def _errors(self, node: Node | None) -> dict[str, str]:
        if node is None:
            return {}
        entries = self._read.entries(node, "errors", VIOLATIONS)
        return {
            kind: self._read.text(entries.get(kind), kind, MAX_SHORT_TEXT)
            for kind in VIOLATIONS
            if kind in entries
        }

    def _action(self, key: Scalar, node: Node, class_suffix: str) -> Action:
        what = f"action {quoted(key.text)}"
        required = ("sender", "request")
        optional = ("response", "description")
        entries = self._read.entries(node, what, required, optional)
        if problem := naming.type_problem(key.text + class_suffix):
            name = quoted(key.text + class_suffix)
            self._report.error(
                key.span, f"class name {name} {problem}", "use another suffix"
            )
        sender = cast(
            Sender, self._read.choice(entries.get("sender"), "sender", SENDERS)
        )
        description = self._read.description(entries.get("description"))

        def message(kind: Literal["request", "response"], sender: Sender) -> Message:
            node = entries.get(kind)
            fields = self._fields(node, f"{kind} of {key.text}") if node else ()
            return Message(key.text, kind, sender, fields, description, key.span)

        answerer: dict[Sender, Sender] = {"server": "client", "client": "server"}
        return Action(
            name=key.text,
            sender=sender,
            request=message("request", sender),
            response=(
                message("response", answerer.get(sender, sender))
                if "response" in entries
                else None
            ),
            description=description,
            span=key.span,
        )

    def _enum(
        self, key: Scalar, node: Node, actions: list[tuple[Scalar, Node]]
    ) -> Enum:
        what = f"enum {quoted(key.text)}"
        entries = self._read.entries(node, what, (), ("description", "values", "from"))
        members: list[Member] = []
        if isinstance(node, Mapping) and ("values" in entries) == ("from" in entries):
            self._report.error(
                key.span, f"{what} takes either 'values' or 'from: actions'"
            )
        elif "from" in entries:
            self._read.choice(entries.get("from"), "from", ("actions",))
            members = [
                Member(action.text, action.text, action.span) for action, _ in actions
            ]
            for member in members:
                self._check_member_name(member, str)
        else:
            members = self._members(entries.get("values"), what)
        description = self._read.description(entries.get("description"))
        # A stand-in keeps an enum without members from causing errors of its own.
        stand_in = Member("none", "none", key.span)
        return Enum(key.text, tuple(members) or (stand_in,), description, key.span)

    def _members(self, node: Node | None, what: str) -> list[Member]:
        nodes = self._read.names(node, f"values of {what}", lambda name: "")
        if node is not None and isinstance(node, Mapping) and not node.entries:
            self._report.error(node.span, f"{what} has no values")
        numeric = [is_integer(value) for _, value in nodes]
        members: list[Member] = []
        seen: dict[str | int, Scalar] = {}
        for key, value_node in nodes:
            value: str | int = self._read.text(
                value_node, f"value of {key.text}", MAX_SHORT_TEXT
            )
            if all(numeric):
                value = int(value)
            member = Member(key.text, value, key.span)
            self._check_member_name(member, int if all(numeric) else str)
            if value in seen:
                other = quoted(seen[value].text)
                message = f"value {quoted(str(value))} stands for {other} already"
                self._report.error(span_of(value_node), message)
            seen.setdefault(value, key)
            members.append(member)
        if any(numeric) and not all(numeric):
            span = span_of(nodes[numeric.index(True)][1])
            message = f"{what} mixes numbers and text"
            self._report.error(
                span, message, "put the numbers in quotes if they are text"
            )
        return members

    def _check_member_name(self, member: Member, base: type[str] | type[int]) -> None:
        if problem := naming.member_problem(member.name, base):
            message = f"enum member {quoted(member.name)} {problem}"
            self._report.error(
                member.span, message, f"write {quoted(member.name + '_')}"
            )

    def _datatype(self, name: str) -> Datatype:
        if name in self._datatypes:
            return self._datatypes[name]
        key, node = self._datatype_nodes[name]
        what = f"datatype {quoted(name)}"
        entries = self._read.entries(node, what, ("fields",), ("description", "open"))
        self._reading.append(name)
        datatype = Datatype(
            name=name,
            fields=self._fields(entries.get("fields"), what),
            open=self._read.flag(entries.get("open"), "open"),
            description=self._read.description(entries.get("description")),
            span=key.span,
        )
        self._reading.pop()
        self._datatypes[name] = datatype
        return datatype

    # Fields and their values

    def _fields(self, node: Node | None, what: str) -> tuple[Field, ...]:
        fields: list[Field] = []
        wires: dict[str, Field] = {}
        for key, value in self._read.names(
            node, f"fields of {what}", naming.field_problem
        ):
            field = self._field(key, value)
            if other := wires.get(field.wire):
                message = f"wire name {quoted(field.wire)} belongs to {quoted(other.name)} already"
                self._report.error(key.span, message, "give one of them another 'wire'")
            wires[field.wire] = field
            fields.append(field)
        # A Python signature wants the required ones first; otherwise the spec's order stands.
        return tuple(sorted(fields, key=lambda field: not field.required))

    def _field(self, key: Scalar, node: Node) -> Field:
        what = f"field {quoted(key.text)}"
        entries = self._read.entries(node, what, ("type",), FIELD_OPTIONS)
        if key.text in self._type_names:
            self._report.error(
                key.span, f"{what} has the name of a type", "use another name"
            )
        by_rule = naming.wire_name(key.text)
        wire = by_rule
        if "wire" in entries:
            wire = self._read.text(entries.get("wire"), "wire", MAX_SHORT_TEXT)
        value = self._value(entries, what)
        required = self._read.flag(entries.get("required"), "required")
        default = self._default(entries.get("default"), value)
        if default and required:
            span = span_of(entries.get("default"))
            self._report.error(span, f"{what} is required, so it has no default")
        return Field(
            name=key.text,
            wire=wire,
            wire_by_rule=wire == by_rule,
            value=value,
            required=required,
            default=default,
            description=self._read.description(entries.get("description")),
            span=key.span,
        )

    def _value(self, entries: Entries, what: str) -> Value:
        type_node = entries.get("type")
        name = self._read.text(type_node, "type", naming.MAX_NAME) if type_node else ""
        ref = self._resolve(name, span_of(type_node)) if name else None
        kind = "enum" if isinstance(ref, Enum) else name
        for limit, kinds in LIMITS.items():
            if limit in entries and name and kind not in kinds:
                message = f"'{limit}' goes with {' or '.join(kinds)}, and {what} is {quoted(name)}"
                self._report.error(span_of(entries.get(limit)), message, "remove it")
        if name == "list" and "items" not in entries:
            message = f"{what} lacks the key 'items'"
            self._report.error(
                span_of(type_node), message, "say what a list holds: 'items: str'"
            )
        value = Value(
            type=name,
            ref=ref,
            items=self._items(entries.get("items")) if name == "list" else None,
            max_length=self._read.count(entries.get("max_length"), "max_length", 1),
            format=self._read.choice(entries.get("format"), "format", FORMATS),
            minimum=self._read.number(entries.get("minimum"), "minimum", name),
            maximum=self._read.number(entries.get("maximum"), "maximum", name),
            multiple_of=self._read.number(
                entries.get("multiple_of"), "multiple_of", name
            ),
            min_items=self._read.count(entries.get("min_items"), "min_items", 0),
            max_items=self._read.count(entries.get("max_items"), "max_items", 0),
            members=self._subset(entries, ref),
        )
        self._check_limits(value, entries)
        return value

    def _check_limits(self, value: Value, entries: Entries) -> None:
        for low, high, name in (
            (value.minimum, value.maximum, "maximum"),
            (value.min_items, value.max_items, "max_items"),
        ):
            if low is not None and high is not None and low > high:
                self._report.error(
                    span_of(entries.get(name)),
                    f"'{name}' {high} is less than the minimum {low}",
                )
        if value.multiple_of is not None and value.multiple_of <= 0:
            span = span_of(entries.get("multiple_of"))
            self._report.error(span, "'multiple_of' must be greater than 0")

    def _items(self, node: Node | None) -> Value | None:
        if node is None:
            return None
        if isinstance(node, Scalar):  # a type name alone
            node = Mapping(((Scalar("type", True, node.span), node),), node.span)
        entries = self._read.entries(node, "items", ("type",), LIMITS)
        return self._value(entries, "the element")

    def _subset(
        self, entries: Entries, ref: Datatype | Enum | None
    ) -> tuple[Member, ...]:
        if not isinstance(ref, Enum):
            return ()
        if "only" in entries and "except" in entries:
            span = span_of(entries.get("except"))
            self._report.error(
                span, "'only' and 'except' exclude each other", "keep one"
            )
        key = "only" if "only" in entries else "except"
        node = entries.get(key)
        if node is None:
            return ref.members
        known = [member.name for member in ref.members]
        named = self._member_names(node, key, known)
        members = tuple(
            member
            for member in ref.members
            if (member.name in named) == (key == "only")
        )
        if named and len(members) in (0, len(known)):
            left = "none" if not members else "all"
            self._report.error(
                node.span, f"'{key}' leaves {left} of the members of {ref.name}"
            )
        return members

    def _member_names(self, node: Node, key: str, known: list[str]) -> set[str]:
        names: set[str] = set()
        if not isinstance(node, Sequence) or not node.items:
            self._report.error(node.span, f"'{key}' must be a list of member names")
            return names
        for item in node.items:
            name = self._read.text(item, f"element of {key}", naming.MAX_NAME)
            if name and name not in known:
                hint = did_you_mean(name, known)
                self._report.error(item.span, f"unknown member {quoted(name)}", hint)
            elif name in names:
                self._report.error(
                    item.span, f"member {quoted(name)} stands here twice"
                )
            names.add(name)
        return names

    def _resolve(self, name: str, span: Span) -> Datatype | Enum | None:
        if name in naming.SCALAR_TYPES:
            return None
        if name in self._enums:
            return self._enums[name]
        if name in self._reading:
            cycle = " -> ".join((*self._reading[self._reading.index(name) :], name))
            message = f"datatype {quoted(name)} contains itself: {cycle}"
            self._report.error(span, message, "a datatype must end somewhere")
        elif name in self._datatype_nodes:
            return self._datatype(name)
        else:
            hint = did_you_mean(name, (*self._type_names, *naming.SCALAR_TYPES))
            self._report.error(span, f"unknown type {quoted(name)}", hint)
        return None

    def _default(self, node: Node | None, value: Value) -> str:
        if node is None:
            return ""
        text = self._read.text(node, "default", MAX_SHORT_TEXT)
        if value.enum:
            names = [member.name for member in value.members]
            if text not in names:
                hint = did_you_mean(text, names)
                self._report.error(node.span, f"unknown member {quoted(text)}", hint)
        elif value.type == "bool":
            self._read.flag(node, "default")
        elif value.type in ("int", "float"):
            self._read.number(node, "default", value.type)
        elif value.type and value.type != "str":
            self._report.error(node.span, f"a {value.type} has no default", "remove it")
        return text

    def _refuse_shared_names(
        self, datatypes: list[tuple[Scalar, Node]], enums: list[tuple[Scalar, Node]]
    ) -> None:
        first = {key.text: key.span for key, _ in datatypes}
        for key, _ in enums:
            if key.text in first:
                message = f"name {quoted(key.text)} is a datatype's already"
                self._report.error(
                    key.span, message, f"see line {first[key.text].line}"
                )
