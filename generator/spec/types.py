"""The datatypes of a spec, and the fields and values of datatypes and messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set

from ..diagnostics import Report, Span, did_you_mean, quoted
from . import naming
from .constraints import CONSTRAINTS, broken_limit
from .entry import Entry, Placed
from .forms import Written
from .model import Datatype, Enum, Field, Limits, Member, Value
from .source import Scalar

# What the names in a map of the spec are called.
_KINDS = {"datatypes": "datatype", "values": "member"}

# Deeper ones would overflow the stack, here and in every reader of the generated code.
MAX_NESTED_DATATYPES = 24


class Types:
    """Makes datatypes and fields of what the reader read; findings go to the report."""

    def __init__(
        self,
        report: Report,
        removed: Callable[..., str],
        datatypes: Mapping[str, tuple[Scalar, Entry]],
        enums: Mapping[str, Enum],
        *,
        memberless: Set[str],
        types_known: bool,
    ) -> None:
        """Take what the spec names.

        Args:
            report: Where findings go.
            removed: Returns the hint that an overlay removed what stood at a path, given as
                names; empty if none did.
            datatypes: Each is made on first use, so that it stands before its users.
            enums: The enums.
            memberless: Names of enums whose stand-in must not cause errors.
            types_known: Whether all types are known; otherwise none is called unknown.
        """
        self._report = report
        self._removed = removed
        self._datatype_entries = datatypes
        self._enums = enums
        self._memberless = memberless
        self._types_known = types_known
        self.common: tuple[Field, ...] = ()  # stand in every message and datatype
        self._without_common: set[str] = set()
        self._datatypes: dict[str, Datatype] = {}
        self._reading: list[str] = []
        self._heights: dict[str, int] = {}

    def read_common(self, entry: Entry | None) -> None:
        """Make the fields that every message and datatype has, but for those named.

        The datatypes that they are made of are made on the way, before there are any such
        fields, so they have none: otherwise they would contain themselves.
        """
        if entry is None:
            return
        if "except" in entry:
            known = list(self._datatype_entries)
            self._without_common = self._known_names(
                entry, "except", known, "datatypes"
            )
        self.common = self.fields(entry.get("fields", []), "common")

    def datatype(self, name: str) -> Datatype:
        """Return a datatype by its name; it is made on first use."""
        if name in self._datatypes:
            return self._datatypes[name]
        key, entry = self._datatype_entries[name]
        self._reading.append(name)
        common = name not in self._without_common
        datatype = Datatype(
            name=name,
            fields=self.fields(entry.get("fields", []), entry.what, common=common),
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

    def fields(
        self, entries: list[tuple[Scalar, Entry]], what: str, *, common: bool = True
    ) -> tuple[Field, ...]:
        """Return fields, the required ones first.

        Args:
            entries: Their names, and what the spec says of them.
            what: What to call the message or datatype that has them.
            common: Whether the fields of all messages and datatypes are among them.
        """
        fields: list[Field] = []
        last = self.common if common else ()
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
        if key.text in self._datatype_entries or key.text in self._enums:
            message = f"{entry.what} has the name of a type"
            self._report.error(key.span, message, "use another name")
        by_rule = naming.wire_name(key.text)
        wire = entry.get("wire", "") if "wire" in entry else by_rule
        value = self._value(entry)
        required = entry.get("required", False)
        default = self._default(entry, value)
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

    def _value(self, entry: Entry) -> Value:
        name = entry.get("type", "")
        ref = self._resolve(name, entry.span("type")) if name else None
        if name == "list" and "items" not in entry:
            message = f"{entry.bearer} lacks the key 'items'"
            hint = "say what a list holds: 'items: str'"
            self._report.error(entry.span("type"), message, hint)
        items: Entry | None = entry.get("items")
        return Value(
            type=name,
            ref=ref,
            items=self._value(items) if items else None,
            limits=self._limits(entry),
            members=self._subset(entry, ref),
        )

    def _limits(self, entry: Entry) -> Limits:
        given = entry.values
        limits = Limits(
            {key: given[key] for key in CONSTRAINTS if given.get(key) is not None}
        )
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
        known = [member.name for member in ref.members]
        named = self._known_names(entry, key, known, "enums", ref.name, "values")
        members = tuple(
            member
            for member in ref.members
            if (member.name in named) == (key == "only")
        )
        if named and len(members) in (0, len(known)):
            left = "none" if not members else "all"
            message = f"'{key}' leaves {left} of the members of {quoted(ref.name)}"
            self._report.error(entry.span(key), message, "name some of them, not all")
        return members

    def _known_names(
        self, entry: Entry, key: str, known: list[str], *path: str
    ) -> set[str]:
        """Return the known ones among the names that a key lists; a path leads to them."""
        given: list[Placed[str]] = entry.get(key, [])
        names: set[str] = set()
        kind = _KINDS[path[-1]]
        if not given:
            message = f"'{key}' must be a list of {kind} names"
            hint = f"write [{known[0]}]" if known else "remove it"
            self._report.error(entry.span(key), message, hint)
        for name, span in given:
            if name in names:
                message = f"{kind} {quoted(name)} stands here twice"
                self._report.error(span, message, "remove one of them")
            elif name and self._is_known(name, span, known, *path):
                names.add(name)
        return names

    def _is_known(self, name: str, span: Span, known: list[str], *path: str) -> bool:
        """Return whether a name is known, and say so if it isn't."""
        if name not in known:
            hint = did_you_mean(name, known) if known else "remove it"
            hint = self._removed(*path, name) or hint
            message = f"unknown {_KINDS[path[-1]]} {quoted(name)}"
            self._report.error(span, message, hint)
        return name in known

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
                self._removed("datatypes", name)
                or self._removed("enums", name)
                or did_you_mean(
                    name, (*self._datatype_entries, *self._enums, *naming.SCALAR_TYPES)
                )
            )
            self._report.error(span, f"unknown type {quoted(name)}", hint)
        return None

    def _nested(self, name: str, span: Span) -> Datatype | None:
        """Return a datatype that stands in the one being read."""
        depth = len(self._reading)
        datatype = self.datatype(name) if depth < MAX_NESTED_DATATYPES else None
        if datatype and depth + self._heights[name] <= MAX_NESTED_DATATYPES:
            return datatype
        message = f"datatypes nest more than {MAX_NESTED_DATATYPES} levels deep"
        self._report.error(span, message, "no message needs that; take a level out")
        return None

    def _default(self, entry: Entry, value: Value) -> str:
        written: Written | None = entry.get("default")
        if written is None:
            return ""
        span = entry.span("default")
        if written.kind == "enum":
            if value.type not in self._memberless:
                known = [member.name for member in value.members]
                path = ("enums", value.type, "values")
                self._is_known(written.text, span, known, *path)
        elif written.kind in ("any", "list", "datatype"):
            message = f"type {quoted(value.type)} has no default"
            self._report.error(span, message, "remove it")
        elif written.value is not None and (
            key := broken_limit(value.limits, written.value)
        ):
            message = f"'default' breaks the {key} {value.limit(key)}"
            self._report.error(span, message, "change one of them")
        return written.text
