"""Nodes to Spec: every rule of the spec language, every error collected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, cast

from ..diagnostics import Report, Span, did_you_mean, quoted
from . import naming
from .constraints import CONSTRAINTS, FORMATS, broken_limit
from .model import (
    Action,
    ActionSender,
    Datatype,
    Enum,
    Field,
    Member,
    Message,
    Number,
    Sender,
    Spec,
    SwitchOff,
    Value,
)
from .overlay import compose
from .reader import (
    MAX_SHORT_TEXT,
    MAX_TEXT,
    Entries,
    Reader,
    emptied,
    is_integer,
    removal,
    span_of,
)
from .source import Mapping, Node, Scalar, Sequence, Source

SPEC_KEYS = ("protocol", "version", "package", "errors", "actions")
SPEC_OPTIONS = ("class_suffix", "common", "datatypes", "enums", "format_words", "lint")
VIOLATIONS = (
    "not_json",
    "unknown_field",
    "missing_field",
    "wrong_count",
    "wrong_type",
    "wrong_value",
)
SENDERS = ("server", "client", "both", "unknown")

# Keys that say what a value is made of, and the types that they go with.
_PARTS = {"items": ("list",), "only": ("enum",), "except": ("enum",)}
# The same of all keys that narrow a type.
VALUE_KEYS = {key: each.types for key, each in CONSTRAINTS.items()} | _PARTS
# What the names in a map of the spec are called.
_KINDS = {"datatypes": "datatype", "values": "member"}
FIELD_OPTIONS = ("required", "wire", "default", "description", *VALUE_KEYS)

# Deeper ones would overflow the stack, here and in every reader of the generated code.
MAX_NESTED_DATATYPES = 24

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
    composed = compose(source, report)
    spec = (
        _Loader(source, report, overrides or Overrides())
        .spec(composed.root)
        ._replace(sha256=composed.sha256)
    )
    report.raise_errors()
    return spec


class _Loader:
    """Reads one spec; findings go to the report and a stand-in takes the wrong part's place."""

    def __init__(self, source: Source, report: Report, overrides: Overrides) -> None:
        self._source = source
        self._report = report
        self._read = Reader(report)
        self._overrides = overrides
        self._root: Node = Scalar("", True, Span(source.file))
        self._enums: dict[str, Enum] = {}
        self._datatypes: dict[str, Datatype] = {}
        # Datatypes named by the spec; read on first use, so that each stands before its users.
        self._datatype_nodes: dict[str, tuple[Scalar, Node]] = {}
        self._types_known = True  # otherwise no type is called unknown
        self._common: tuple[Field, ...] = ()  # stand in every message and datatype
        self._without_common: set[str] = set()
        self._memberless: set[str] = set()  # enums whose stand-in must not cause errors
        self._reading: list[str] = []
        self._heights: dict[str, int] = {}

    # The parts of a spec

    def spec(self, root: Node) -> Spec:
        self._root = root
        entries = self._read.entries(root, "the spec", SPEC_KEYS, SPEC_OPTIONS)
        class_suffix = self._class_suffix(entries.get("class_suffix"))
        action_nodes = self._read.names(
            entries.get("actions"), "actions", naming.identifier_problem, on_wire=True
        )
        datatype_nodes = self._read.names(
            entries.get("datatypes"), "datatypes", naming.type_problem
        )
        enum_nodes = self._read.names(
            entries.get("enums"), "enums", naming.type_problem
        )
        self._refuse_shared_names(datatype_nodes, enum_nodes)
        self._types_known = all(
            isinstance(entries.get(key), Mapping | None)
            for key in ("datatypes", "enums")
        )

        self._datatype_nodes = {key.text: (key, node) for key, node in datatype_nodes}
        for key, node in enum_nodes:
            self._enums[key.text] = self._enum(key, node, action_nodes)
        self._read_common(entries.get("common"))
        for name in self._datatype_nodes:
            self._datatype(name)
        actions = [self._action(key, node, class_suffix) for key, node in action_nodes]
        actions_node = entries.get("actions")
        if isinstance(actions_node, Mapping) and not actions_node.entries:
            hint = emptied(actions_node) or "add one"
            self._report.error(actions_node.span, "the spec has no actions", hint)
        return Spec(
            source=self._source.name,
            sha256=self._source.sha256,
            protocol=self._read.text(
                entries.get("protocol"), "'protocol'", MAX_SHORT_TEXT
            ),
            version=self._version(entries.get("version")),
            package=self._package(entries.get("package")),
            class_suffix=class_suffix or "",
            errors=self._errors(entries.get("errors")),
            actions=tuple(actions),
            datatypes=tuple(self._datatypes[name] for name in self._datatype_nodes),
            enums=tuple(self._enums.values()),
            lint=tuple(self._switch_offs(entries.get("lint"))),
            format_words=self._format_words(entries.get("format_words")),
            common=self._common,
        )

    def _format_words(self, node: Node | None) -> dict[str, dict[str, str]]:
        """Return what documents call formats, by language."""
        if node is None:
            return {}
        languages: dict[str, dict[str, str]] = {}
        entries = self._read.entries(node, "'format_words'", (), FORMATS)
        for form in FORMATS:
            what = f"the words for {quoted(form)}"
            words = self._read.names(entries.get(form), what, naming.identifier_problem)
            for language, text in words:
                of_language = languages.setdefault(language.text, {})
                of_language[form] = self._read.text(text, what, MAX_SHORT_TEXT)
        return languages

    def _switch_offs(self, node: Node | None) -> Iterator[SwitchOff]:
        # Whether there are such rules and places is for lint to say: it knows them.
        for rule, places in self._read.names(node, "'lint'", lambda name: ""):
            what = f"'lint' of rule {quoted(rule.text)}"
            for place, reason in self._read.names(places, what, lambda name: ""):
                yield SwitchOff(
                    rule=rule.text,
                    place=place.text,
                    reason=self._read.text(reason, "the reason", MAX_TEXT),
                    span=place.span,
                    inherited=place.span.file != self._source.file,
                )

    def _version(self, node: Node | None) -> str:
        version = self._read.text(node, "'version'", MAX_SHORT_TEXT)
        if version and not _VERSION.fullmatch(version):
            hint = "it takes ASCII letters and digits with . _ or - between them"
            self._report.error(span_of(node), f"{quoted(version)} is no version", hint)
        return version

    def _package(self, node: Node | None) -> str:
        node = self._overrides.package or node
        package = self._read.text(node, "'package'", MAX_TEXT)
        for part in package.split(".") if package else ():
            if problem := naming.identifier_problem(part):
                self._report.error(
                    span_of(node),
                    f"part {quoted(part)} of the package {problem}",
                    "write a dotted name such as my_app.messages",
                )
        return package

    def _class_suffix(self, node: Node | None) -> str | None:
        """Return the suffix, None if it is wrong."""
        node = self._overrides.class_suffix or node
        if node is None:
            return ""
        # `class_suffix:` alone is a suffix forgotten, not an empty one.
        override = node is self._overrides.class_suffix
        if not isinstance(node, Scalar) or not (
            node.text or override or not node.plain
        ):
            self._read.text(node, "'class_suffix'", MAX_SHORT_TEXT)
            return None
        if naming.identifier_problem(f"X{node.text}"):
            message = f"the class_suffix {quoted(node.text)} can't end a class name"
            hint = "it takes ASCII letters, digits and underscores"
            self._report.error(node.span, message, hint)
            return None
        return node.text

    def _errors(self, node: Node | None) -> dict[str, str]:
        if node is None:
            return {}
        entries = self._read.entries(node, "errors", VIOLATIONS)
        return {
            kind: self._read.text(entries.get(kind), f"'{kind}'", MAX_SHORT_TEXT)
            for kind in VIOLATIONS
            if kind in entries
        }

    def _action(self, key: Scalar, node: Node, class_suffix: str | None) -> Action:
        what = f"action {quoted(key.text)}"
        required = ("sender", "request")
        optional = ("response", "description")
        entries = self._read.entries(node, what, required, optional)
        self._check_class_name(key, class_suffix)
        sender = cast(
            ActionSender, self._read.choice(entries.get("sender"), "sender", SENDERS)
        )
        requester: Sender = "both" if sender == "unknown" else sender
        description = self._read.description(entries.get("description"))

        def message(kind: Literal["request", "response"], sender: Sender) -> Message:
            node = entries.get(kind)
            place = f"actions.{key.text}.{kind}"
            fields = self._fields(node, f"the {kind} of {what}", place)
            return Message(key.text, kind, sender, fields, description, key.span)

        answerer: dict[Sender, Sender] = {"server": "client", "client": "server"}
        return Action(
            name=key.text,
            sender=sender,
            request=message("request", requester),
            response=(
                message("response", answerer.get(requester, requester))
                if "response" in entries
                else None
            ),
            description=description,
            span=key.span,
        )

    def _check_class_name(self, key: Scalar, class_suffix: str | None) -> None:
        if class_suffix is None or naming.identifier_problem(key.text):
            return  # said already
        name = key.text + class_suffix
        if problem := naming.type_problem(name):
            message = f"class name {quoted(name)} {problem}"
            self._report.error(key.span, message, "use another class_suffix")

    def _enum(
        self, key: Scalar, node: Node, actions: list[tuple[Scalar, Node]]
    ) -> Enum:
        what = f"enum {quoted(key.text)}"
        entries = self._read.entries(node, what, (), ("values", "from", "description"))
        members: list[Member] = []
        if isinstance(node, Mapping) and ("values" in entries) == ("from" in entries):
            message = f"{what} takes either 'values' or 'from: actions'"
            self._report.error(key.span, message, "write one of them")
        elif "from" in entries:
            self._read.choice(entries.get("from"), "from", ("actions",))
            members = self._action_members(actions, span_of(entries.get("from")))
        else:
            members = self._members(entries.get("values"), what)
        description = self._read.description(entries.get("description"))
        if not members:
            self._memberless.add(key.text)
            members = [Member("none", "none", key.span)]
        from_actions = "from" in entries
        return Enum(key.text, tuple(members), description, key.span, from_actions)

    def _action_members(
        self, actions: list[tuple[Scalar, Node]], span: Span
    ) -> list[Member]:
        for key, _ in actions:
            problem = naming.member_problem(key.text, str)
            if problem and not naming.identifier_problem(key.text):
                message = f"action {quoted(key.text)} {problem}"
                self._report.error(span, message, "list the members under 'values'")
        return [Member(key.text, key.text, key.span) for key, _ in actions]

    def _members(self, node: Node | None, what: str) -> list[Member]:
        nodes = self._read.names(node, f"values of {what}", lambda name: "")
        if isinstance(node, Mapping) and not nodes:
            hint = emptied(node) or "write 'name: value'"
            self._report.error(node.span, f"{what} has no values", hint)
        # Values that are wrong in themselves don't decide.
        given = [
            value for _, value in nodes if isinstance(value, Scalar) and value.text
        ]
        numbers = [value for value in given if is_integer(value)]
        base = int if numbers and len(numbers) == len(given) else str
        members: list[Member] = []
        first: dict[str | int, str] = {}
        for key, value_node in nodes:
            self._check_member_name(key, base)
            value = self._member_value(value_node, f"value of {quoted(key.text)}", base)
            if value in first:
                message = f"value {quoted(str(value))} stands for {quoted(first[value])} already"
                self._report.error(value_node.span, message, "remove one of them")
            elif value is not None:
                first[value] = key.text
            members.append(Member(key.text, value or base(), key.span))
        if numbers and base is str:
            hint = "put the numbers in quotes if they are text"
            self._report.error(numbers[0].span, f"{what} mixes numbers and text", hint)
        return members

    def _member_value(
        self, node: Node, what: str, base: type[str] | type[int]
    ) -> str | int | None:
        """Return a value, None if it is wrong."""
        if base is int:
            return self._read.integer(node, what)
        return self._read.text(node, what, MAX_SHORT_TEXT) or None

    def _check_member_name(self, key: Scalar, base: type[str] | type[int]) -> None:
        def problem_of(name: str) -> str:
            return naming.member_problem(name, base)

        if problem := problem_of(key.text):
            message = f"enum member {quoted(key.text)} {problem}"
            self._report.error(key.span, message, naming.way_out(key.text, problem_of))

    def _read_common(self, node: Node | None) -> None:
        """Read the fields that every message and datatype has, but for those named.

        The datatypes that they are made of are read on the way, before there are any such
        fields, so they have none: otherwise they would contain themselves.
        """
        if node is None:
            return
        entries = self._read.entries(node, "common", ("fields",), ("except",))
        exceptions = entries.get("except")
        if exceptions is not None:
            known = list(self._datatype_nodes)
            self._without_common = self._known_names(
                exceptions, "except", known, "datatypes"
            )
        self._common = self._fields(entries.get("fields"), "common", "common.fields")

    def _datatype(self, name: str) -> Datatype:
        if name in self._datatypes:
            return self._datatypes[name]
        key, node = self._datatype_nodes[name]
        what = f"datatype {quoted(name)}"
        entries = self._read.entries(node, what, ("fields",), ("description", "open"))
        self._reading.append(name)
        datatype = Datatype(
            name=name,
            fields=self._fields(
                entries.get("fields"),
                what,
                f"datatypes.{name}.fields",
                common=name not in self._without_common,
            ),
            open=self._read.flag(entries.get("open"), "open"),
            description=self._read.description(entries.get("description")),
            span=key.span,
        )
        self._reading.pop()
        self._datatypes[name] = datatype
        self._heights[name] = 1 + max(
            (
                self._heights[inner.name]
                for field in datatype.fields
                if (inner := field.value.innermost.datatype)
            ),
            default=0,
        )
        return datatype

    # Fields and their values

    def _fields(
        self, node: Node | None, what: str, place: str, *, common: bool = True
    ) -> tuple[Field, ...]:
        fields: list[Field] = []
        last = self._common if common else ()
        names = {field.name for field in last}
        wires: dict[str, Field] = {field.wire: field for field in last}
        for key, value in self._read.names(
            node, f"fields of {what}", naming.field_problem
        ):
            field = self._field(key, value, f"{place}.{key.text}")
            if field.name in names:
                message = (
                    f"{what} has the field {quoted(field.name)} from 'common' already"
                )
                self._report.error(key.span, message, "remove one of them")
                continue
            fields.append(field)
            if not field.wire:
                continue  # wrong, and said already
            if other := wires.get(field.wire):
                message = f"wire name {quoted(field.wire)} belongs to {quoted(other.name)} already"
                self._report.error(key.span, message, "give one of them another 'wire'")
            wires.setdefault(field.wire, field)
        # A Python signature wants the required ones first; otherwise the spec's order stands.
        return tuple(sorted((*fields, *last), key=lambda field: not field.required))

    def _field(self, key: Scalar, node: Node, place: str) -> Field:
        what = f"field {quoted(key.text)}"
        entries = self._read.entries(node, what, ("type",), FIELD_OPTIONS)
        if key.text in self._datatype_nodes or key.text in self._enums:
            self._report.error(
                key.span, f"{what} has the name of a type", "use another name"
            )
        by_rule = naming.wire_name(key.text)
        wire = by_rule
        if "wire" in entries:
            wire = self._read.text(entries.get("wire"), "'wire'", MAX_SHORT_TEXT)
        value = self._value(entries, what, place)
        required = self._read.flag(entries.get("required"), "required")
        default = self._default(entries.get("default"), value)
        if default and required:
            span = span_of(entries.get("default"))
            message = f"{what} is required, so it has no default"
            self._report.error(span, message, "remove one of them")
        return Field(
            name=key.text,
            wire=wire,
            wire_by_rule=wire == by_rule,
            value=value,
            required=required,
            default=default,
            description=self._read.description(entries.get("description")),
            span=key.span,
            wire_span=span_of(entries.get("wire")) if "wire" in entries else None,
        )

    def _value(self, entries: Entries, what: str, place: str) -> Value:
        type_node = entries.get("type")
        name = self._read.text(type_node, "'type'", naming.MAX_NAME)
        ref = self._resolve(name, span_of(type_node)) if name else None
        kind = self._kind(name)
        nodes: dict[str, Node] = {}
        for key, kinds in VALUE_KEYS.items():
            node = entries.get(key)
            if node and kind and kind not in kinds:
                message = f"'{key}' goes with {' or '.join(kinds)}, and {what} is {quoted(name)}"
                self._refuse_key(key, node, span_of(type_node), message, place)
            elif node:
                nodes[key] = node
        if kind == "list" and "items" not in nodes:
            message = f"{what} lacks the key 'items'"
            self._report.error(
                span_of(type_node), message, "say what a list holds: 'items: str'"
            )
        return Value(
            type=name,
            ref=ref,
            items=self._items(nodes.get("items"), f"{place}.items"),
            limits=self._limits(nodes, kind),
            members=self._subset(nodes, ref),
        )

    def _refuse_key(
        self, key: str, node: Node, type_span: Span, message: str, place: str
    ) -> None:
        """Report a key that doesn't go with a type, where whoever can change it said so."""
        is_overlaid = self._source.file == type_span.file != node.span.file
        if not is_overlaid:
            self._report.error(node.span, message, "remove it")
            return
        # An overlay gave the field another type, and the key stands in what it extends.
        hint = f"write 'remove: [{place}.{key}]', too; see {node.span}"
        self._report.error(type_span, message, hint)

    def _limits(self, nodes: dict[str, Node], kind: str) -> dict[str, Any]:
        limits = {}
        for key, constraint in CONSTRAINTS.items():
            if key in nodes:
                limit = constraint.form.read(self._read, nodes[key], key, kind)
                if limit is not None:
                    limits[key] = limit
        for key, limit in limits.items():
            upper = CONSTRAINTS[key].not_above
            if upper in limits and limits[upper] < limit:
                message = f"'{upper}' {limits[upper]} is less than '{key}' {limit}"
                self._report.error(nodes[upper].span, message, "swap them")
        return limits

    def _kind(self, name: str) -> str:
        """Return what VALUE_KEYS calls a type; empty if nothing is known of it."""
        if name in naming.SCALAR_TYPES:
            return name
        if name in self._enums:
            return "enum"
        return "datatype" if name in self._datatype_nodes else ""

    def _items(self, node: Node | None, place: str) -> Value | None:
        if node is None:
            return None
        if isinstance(node, Scalar) and node.text:  # a type name alone
            node = Mapping(((Scalar("type", True, node.span), node),), node.span)
        entries = self._read.entries(node, "items", ("type",), VALUE_KEYS)
        return self._value(entries, "the element", place)

    def _subset(
        self, limits: dict[str, Node], ref: Datatype | Enum | None
    ) -> tuple[Member, ...]:
        if not isinstance(ref, Enum) or ref.name in self._memberless:
            return ()
        if "only" in limits and "except" in limits:
            message = "'only' and 'except' exclude each other"
            self._report.error(limits["except"].span, message, "keep one of them")
        key = "only" if "only" in limits else "except"
        if key not in limits:
            return ref.members
        node = limits[key]
        known = [member.name for member in ref.members]
        named = self._known_names(node, key, known, "enums", ref.name, "values")
        members = tuple(
            member
            for member in ref.members
            if (member.name in named) == (key == "only")
        )
        if named and len(members) in (0, len(known)):
            left = "none" if not members else "all"
            message = f"'{key}' leaves {left} of the members of {quoted(ref.name)}"
            self._report.error(node.span, message, "name some of them, not all")
        return members

    def _known_names(
        self, node: Node, key: str, known: list[str], *path: str
    ) -> set[str]:
        """Return the known ones among the names that a list holds; a path leads to them."""
        names: set[str] = set()
        kind = _KINDS[path[-1]]
        if not isinstance(node, Sequence) or not node.items:
            message = f"'{key}' must be a list of {kind} names"
            hint = f"write [{known[0]}]" if known else "remove it"
            self._report.error(node.span, message, hint)
            return names
        for item in node.items:
            name = self._known_name(item, f"element of '{key}'", known, *path)
            if name in names:
                message = f"{kind} {quoted(name)} stands here twice"
                self._report.error(item.span, message, "remove one of them")
            elif name:
                names.add(name)
        return names

    def _known_name(self, node: Node, what: str, known: list[str], *path: str) -> str:
        """Return a known name; empty if it is wrong."""
        name = self._read.text(node, what, naming.MAX_NAME)
        if not name or name in known:
            return name
        hint = did_you_mean(name, known) if known else "remove it"
        hint = removal(self._root, *path, name) or hint
        message = f"unknown {_KINDS[path[-1]]} {quoted(name)}"
        self._report.error(node.span, message, hint)
        return ""

    def _resolve(self, name: str, span: Span) -> Datatype | Enum | None:
        if name in naming.SCALAR_TYPES:
            return None
        if name in self._enums:
            return self._enums[name]
        if name in self._reading:
            loop = (*self._reading[self._reading.index(name) :], name)
            shown = " -> ".join(quoted(part)[1:-1] for part in loop)
            message = f"datatype {quoted(name)} contains itself: {shown}"
            hint = "no datatype can hold itself, not even in a list; use 'any' in one place"
            self._report.error(span, message, hint)
        elif name in self._datatype_nodes:
            return self._nested(name, span)
        elif self._types_known:
            hint = (
                removal(self._root, "datatypes", name)
                or removal(self._root, "enums", name)
                or did_you_mean(
                    name, (*self._datatype_nodes, *self._enums, *naming.SCALAR_TYPES)
                )
            )
            self._report.error(span, f"unknown type {quoted(name)}", hint)
        return None

    def _nested(self, name: str, span: Span) -> Datatype | None:
        """Return a datatype that stands in the one being read."""
        depth = len(self._reading)
        datatype = self._datatype(name) if depth < MAX_NESTED_DATATYPES else None
        if datatype and depth + self._heights[name] <= MAX_NESTED_DATATYPES:
            return datatype
        message = f"datatypes nest more than {MAX_NESTED_DATATYPES} levels deep"
        self._report.error(span, message, "no message needs that; take a level out")
        return None

    def _default(self, node: Node | None, value: Value) -> str:
        if node is None:
            return ""
        text = self._read.text(node, "'default'", MAX_SHORT_TEXT)
        kind = self._kind(value.type)
        if not text or value.type in self._memberless:
            return text
        if kind == "enum":
            known = [member.name for member in value.members]
            path = ("enums", value.type, "values")
            self._known_name(node, "'default'", known, *path)
        elif kind == "bool":
            self._read.flag(node, "default")
        elif kind in ("int", "float"):
            number = self._read.number(node, "default", value.type)
            if number is not None:
                self._check_default(node, number, value)
        elif kind == "str":
            self._check_default(node, text, value)
        elif kind:
            message = f"type {quoted(value.type)} has no default"
            self._report.error(node.span, message, "remove it")
        return text

    def _check_default(self, node: Node, default: str | Number, value: Value) -> None:
        if key := broken_limit(value.limits, default):
            message = f"'default' breaks the {key} {value.limit(key)}"
            self._report.error(node.span, message, "change one of them")

    def _refuse_shared_names(
        self, datatypes: list[tuple[Scalar, Node]], enums: list[tuple[Scalar, Node]]
    ) -> None:
        first = {key.text: key.span for key, _ in datatypes}
        for key, _ in enums:
            if key.text in first:
                message = f"name {quoted(key.text)} is a datatype's already"
                hint = f"see {first[key.text].seen_from(key.span)}"
                self._report.error(key.span, message, hint)
