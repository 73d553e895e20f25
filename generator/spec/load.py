"""Nodes to Spec: every rule of the spec language, every error collected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, cast

from ..diagnostics import Report, Span, did_you_mean, quoted
from . import naming
from .constraints import CONSTRAINTS, broken_limit
from .grammar import KINDS, VIOLATIONS
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
    Beside,
    Entry,
    Reader,
    emptied,
    is_integer,
    removal,
    span_of,
)
from .source import Mapping, Node, Scalar, Sequence, Source

# What the names in a map of the spec are called.
_KINDS = {"datatypes": "datatype", "values": "member"}

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
    """Makes a Spec of what the reader read; findings go to the report.

    A stand-in takes the place of what is wrong, so that one run names every error.
    """

    def __init__(self, source: Source, report: Report, overrides: Overrides) -> None:
        self._source = source
        self._report = report
        self._overrides = overrides
        self._root: Node = Scalar("", True, Span(source.file))
        self._read = Reader(report, KINDS, self._kind, source.file)
        self._type_names: dict[str, str] = {}  # what kind each name is of
        self._types_known = True  # otherwise no type is called unknown
        self._enums: dict[str, Enum] = {}
        self._datatypes: dict[str, Datatype] = {}
        # Those named by the spec; made on first use, so that each stands before its users.
        self._datatype_entries: dict[str, tuple[Scalar, Entry]] = {}
        self._common: tuple[Field, ...] = ()  # stand in every message and datatype
        self._without_common: set[str] = set()
        self._memberless: set[str] = set()  # enums whose stand-in must not cause errors
        self._reading: list[str] = []
        self._heights: dict[str, int] = {}

    # The parts of a spec

    def spec(self, root: Node) -> Spec:
        self._root = root
        self._note_types(root)
        entry = self._read.map(root, "spec", Beside("the spec"))
        class_suffix = self._class_suffix(entry)
        actions: list[tuple[Scalar, Entry]] = entry.get("actions", [])
        datatypes: list[tuple[Scalar, Entry]] = entry.get("datatypes", [])
        enums: list[tuple[Scalar, Entry]] = entry.get("enums", [])
        self._refuse_shared_names(datatypes, enums)
        self._datatype_entries = {key.text: (key, each) for key, each in datatypes}
        for key, each in enums:
            self._enums[key.text] = self._enum(key, each, actions)
        self._read_common(entry.get("common"))
        for name in self._datatype_entries:
            self._datatype(name)
        made = [self._action(key, each, class_suffix) for key, each in actions]
        node = entry.nodes.get("actions")
        if isinstance(node, Mapping) and not node.entries:
            hint = emptied(node) or "add one"
            self._report.error(node.span, "the spec has no actions", hint)
        return Spec(
            source=self._source.name,
            sha256=self._source.sha256,
            protocol=entry.get("protocol", ""),
            version=self._version(entry.nodes.get("version")),
            package=self._package(entry.nodes.get("package")),
            class_suffix=class_suffix or "",
            errors=self._errors(entry.get("errors")),
            actions=tuple(made),
            datatypes=tuple(self._datatypes[name] for name in self._datatype_entries),
            enums=tuple(self._enums.values()),
            lint=tuple(self._switch_offs(entry.get("lint", []))),
            common=self._common,
            format_words=self._format_words(entry.get("format_words")),
        )

    def _note_types(self, root: Node) -> None:
        """Note the names of types: what a field may say depends on the kind of its type."""
        entries = root.entries if isinstance(root, Mapping) else ()
        for key, node in entries:
            kind = {"datatypes": "datatype", "enums": "enum"}.get(key.text)
            if kind and isinstance(node, Mapping):
                self._type_names |= {name.text: kind for name, _ in node.entries}
            elif kind:
                self._types_known = False

    def _format_words(self, entry: Entry | None) -> dict[str, dict[str, str]]:
        """Return what documents call formats, by language."""
        languages: dict[str, dict[str, str]] = {}
        for form in entry.values if entry else ():
            for language, words in entry.get(form) if entry else ():
                languages.setdefault(language.text, {})[form] = words
        return languages

    def _switch_offs(
        self, rules: list[tuple[Scalar, list[tuple[Scalar, str]]]]
    ) -> Iterator[SwitchOff]:
        # Whether there are such rules and places is for lint to say: it knows them.
        for rule, places in rules:
            for place, reason in places:
                yield SwitchOff(
                    rule=rule.text,
                    place=place.text,
                    reason=reason,
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

    def _class_suffix(self, entry: Entry) -> str | None:
        """Return the suffix, None if it is wrong."""
        override = self._overrides.class_suffix
        node = override or entry.nodes.get("class_suffix")
        if node is None:
            return ""
        # `class_suffix:` alone is a suffix forgotten, not an empty one.
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

    def _errors(self, entry: Entry | None) -> dict[str, str]:
        if entry is None:
            return {}
        return {kind: entry.get(kind, "") for kind in VIOLATIONS if kind in entry}

    def _action(self, key: Scalar, entry: Entry, class_suffix: str | None) -> Action:
        self._check_class_name(key, class_suffix)
        sender = cast(ActionSender, entry.get("sender"))
        requester: Sender = "both" if sender == "unknown" else sender
        description = entry.get("description", "")

        def message(kind: Literal["request", "response"], sender: Sender) -> Message:
            fields = self._fields(entry.get(kind, []), f"the {kind} of {entry.what}")
            return Message(key.text, kind, sender, fields, description, key.span)

        answerer: dict[Sender, Sender] = {"server": "client", "client": "server"}
        return Action(
            name=key.text,
            sender=sender,
            request=message("request", requester),
            response=(
                message("response", answerer.get(requester, requester))
                if "response" in entry
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
        self, key: Scalar, entry: Entry, actions: list[tuple[Scalar, Entry]]
    ) -> Enum:
        members: list[Member] = []
        from_actions = "from" in entry
        if entry.is_map and ("values" in entry) == from_actions:
            message = f"{entry.what} takes either 'values' or 'from: actions'"
            self._report.error(key.span, message, "write one of them")
        elif from_actions:
            members = self._action_members(actions, entry.span("from"))
        else:
            members = self._members(entry)
        if not members:
            self._memberless.add(key.text)
            members = [Member("none", "none", key.span)]
        description = entry.get("description", "")
        return Enum(key.text, tuple(members), description, key.span, from_actions)

    def _action_members(
        self, actions: list[tuple[Scalar, Entry]], span: Span
    ) -> list[Member]:
        for key, _ in actions:
            problem = naming.member_problem(key.text, str)
            if problem and not naming.identifier_problem(key.text):
                message = f"action {quoted(key.text)} {problem}"
                self._report.error(span, message, "list the members under 'values'")
        return [Member(key.text, key.text, key.span) for key, _ in actions]

    def _members(self, entry: Entry) -> list[Member]:
        nodes: list[tuple[Scalar, Node]] = entry.get("values", [])
        node, what = entry.nodes.get("values"), entry.what
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

    def _read_common(self, entry: Entry | None) -> None:
        """Make the fields that every message and datatype has, but for those named.

        The datatypes that they are made of are made on the way, before there are any such
        fields, so they have none: otherwise they would contain themselves.
        """
        if entry is None:
            return
        exceptions = entry.nodes.get("except")
        if exceptions is not None:
            known = list(self._datatype_entries)
            self._without_common = self._known_names(
                exceptions, "except", known, "datatypes"
            )
        self._common = self._fields(entry.get("fields", []), "common")

    def _datatype(self, name: str) -> Datatype:
        if name in self._datatypes:
            return self._datatypes[name]
        key, entry = self._datatype_entries[name]
        self._reading.append(name)
        common = name not in self._without_common
        datatype = Datatype(
            name=name,
            fields=self._fields(entry.get("fields", []), entry.what, common=common),
            open=entry.get("open", False),
            description=entry.get("description", ""),
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
        self, entries: list[tuple[Scalar, Entry]], what: str, *, common: bool = True
    ) -> tuple[Field, ...]:
        fields: list[Field] = []
        last = self._common if common else ()
        names = {field.name for field in last}
        wires: dict[str, Field] = {field.wire: field for field in last}
        for key, entry in entries:
            field = self._field(key, entry)
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

    def _field(self, key: Scalar, entry: Entry) -> Field:
        if key.text in self._type_names:
            message = f"{entry.what} has the name of a type"
            self._report.error(key.span, message, "use another name")
        by_rule = naming.wire_name(key.text)
        wire = entry.get("wire", "") if "wire" in entry else by_rule
        value = self._value(entry, entry.what)
        required = entry.get("required", False)
        default = self._default(entry.nodes.get("default"), value)
        if default and required:
            message = f"{entry.what} is required, so it has no default"
            self._report.error(entry.span("default"), message, "remove one of them")
        return Field(
            name=key.text,
            wire=wire,
            wire_by_rule=wire == by_rule,
            value=value,
            required=required,
            default=default,
            description=entry.get("description", ""),
            span=key.span,
            wire_span=entry.span("wire") if "wire" in entry else None,
        )

    def _value(self, entry: Entry, what: str) -> Value:
        name = entry.get("type", "")
        ref = self._resolve(name, entry.span("type")) if name else None
        if name == "list" and "items" not in entry:
            message = f"{what} lacks the key 'items'"
            hint = "say what a list holds: 'items: str'"
            self._report.error(entry.span("type"), message, hint)
        items: Entry | None = entry.get("items")
        return Value(
            type=name,
            ref=ref,
            items=self._value(items, "the element") if items else None,
            limits=self._limits(entry),
            members=self._subset(entry, ref),
        )

    def _kind(self, name: str) -> str:
        """Return what the grammar calls a type; empty if nothing is known of it."""
        if name in naming.SCALAR_TYPES:
            return name
        return self._type_names.get(name, "")

    def _limits(self, entry: Entry) -> dict[str, Any]:
        given = {key: entry.get(key) for key in CONSTRAINTS if key in entry}
        limits = {key: limit for key, limit in given.items() if limit is not None}
        for key, limit in limits.items():
            upper = CONSTRAINTS[key].not_above
            if upper in limits and limits[upper] < limit:
                message = f"'{upper}' {limits[upper]} is less than '{key}' {limit}"
                self._report.error(entry.span(upper), message, "swap them")
        return limits

    def _subset(self, entry: Entry, ref: Datatype | Enum | None) -> tuple[Member, ...]:
        if not isinstance(ref, Enum) or ref.name in self._memberless:
            return ()
        if "only" in entry and "except" in entry:
            message = "'only' and 'except' exclude each other"
            self._report.error(entry.span("except"), message, "keep one of them")
        key = "only" if "only" in entry else "except"
        if key not in entry:
            return ref.members
        node = entry.nodes[key]
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
        elif name in self._datatype_entries:
            return self._nested(name, span)
        elif self._types_known:
            hint = (
                removal(self._root, "datatypes", name)
                or removal(self._root, "enums", name)
                or did_you_mean(
                    name, (*self._datatype_entries, *self._enums, *naming.SCALAR_TYPES)
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
        self, datatypes: list[tuple[Scalar, Entry]], enums: list[tuple[Scalar, Entry]]
    ) -> None:
        first = {key.text: key.span for key, _ in datatypes}
        for key, _ in enums:
            if key.text in first:
                message = f"name {quoted(key.text)} is a datatype's already"
                hint = f"see {first[key.text].seen_from(key.span)}"
                self._report.error(key.span, message, hint)
