"""Python code that reads and writes values, line by line.

In the generated functions `d` is a JSON object, `o` an object of ours, `v` a value on its way
from one to the other, and `t` JSON text; `d1`, `o1` and so on are objects within them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from ...emit.layout import LINE_LENGTH, fit, python_string
from ...spec.model import Datatype, Enum, Field, Member, Message, Number, Spec, Value

# More fields than these take so long that a call makes no difference.
MOST_FIELDS_IN_PLACE = 8


class Structure(NamedTuple):
    """A class with fields: a datatype, a request or a response.

    Attributes:
        path: Its module and name.
        function: What the names of its functions end with.
        fields: Its fields.
        open: Whether it keeps fields that the spec doesn't know.
        listed: What the name of the function for a list of it ends with, if there are any.
    """

    path: str
    function: str
    fields: tuple[Field, ...]
    open: bool = False
    listed: str = ""


class Table(NamedTuple):
    """The members of an enum that some fields allow.

    Attributes:
        name: What the names of its variables end with.
        enum: The enum.
        members: The members, if they aren't all of them.
    """

    name: str
    enum: Enum
    members: tuple[Member, ...]


class Codec:
    """The code of one spec; its methods are filters of the templates."""

    def __init__(self, spec: Spec) -> None:
        """Find the classes, and which tables of enum members their fields need."""
        listed = _listed_datatypes(spec)
        self.structures = [
            *(
                Structure(
                    f"datatypes.{each.name}",
                    f"data_{each.name}",
                    each.fields,
                    each.open,
                    f"list_{each.name}" if each.name in listed else "",
                )
                for each in spec.datatypes
            ),
            *(_structure("call", message, spec) for message in spec.requests),
            *(_structure("call_result", message, spec) for message in spec.responses),
        ]
        # The datatypes come first.
        self._small = {
            datatype.name: structure
            for datatype, structure in zip(
                spec.datatypes, self.structures, strict=False
            )
            if _is_small(datatype)
        }
        self._enum_names = {enum.name for enum in spec.enums}
        self._tables: dict[tuple[str, ...], Table] = {}
        self._subsets: Counter[str] = Counter()
        for structure in self.structures:
            for field in structure.fields:
                self._add_table(field.value.innermost)

    @property
    def tables(self) -> list[Table]:
        """The tables of enum members, by name."""
        return sorted(self._tables.values(), key=lambda table: table.name)

    def _add_table(self, value: Value) -> None:
        if value.enum is None or _table_key(value) in self._tables:
            return
        name = value.enum.name
        members: tuple[Member, ...] = ()
        if value.is_subset:
            self._subsets[name] += 1
            name, members = f"{name}_subset{self._subsets[name]}", value.members
            while name in self._enum_names:  # an enum may be called like a subset
                name += "_"
        self._tables[_table_key(value)] = Table(name, value.enum, members)

    def converted(
        self, value: Value, verb: str, source: str = "v", depth: int = 1
    ) -> str:
        """Return the expression that turns a value into what a function makes.

        Args:
            value: The value.
            verb: What the function does: `decode`, `encode` or `write`.
            source: The value as an expression, narrowed already.
            depth: How many lists deep that is.
        """
        if value.items and value.items.datatype and verb == "decode":
            return f"decode_list_{value.items.type}({source})"
        if value.items:
            each = "x" * depth
            checked = _call(value.items, each, is_sent=verb != "decode")
            item = self.converted(value.items, verb, checked, depth + 1)
            items = f"[{item} for {each} in {source}]"
            return f"json_list({items})" if verb == "write" else items
        if value.datatype:
            return f"{verb}_data_{value.type}({source})"
        if value.enum:
            name = self._tables[_table_key(value)].name
            table = {"decode": "members", "encode": "values", "write": "texts"}[verb]
            return f"{table}_{name}[{source}]"
        return _JSON_TEXT[value.type].format(source) if verb == "write" else source

    def in_place(self, value: Value) -> Structure | None:
        """Return the class of an object that is read where it stands, without a call.

        That is a small one, with all that it holds itself; open ones are never.
        """
        return self._small.get(value.type) if value.datatype else None

    def assigned(
        self, field: Field, verb: str, indent: int = 4, made: str = "o"
    ) -> str:
        """Return the line that puts a narrowed value where it belongs.

        Args:
            field: The field that has the value.
            verb: What the function does: `decode` or `encode`.
            indent: Columns that the line is indented.
            made: The object that a value is decoded for.
        """
        place = (
            f"{made}.{field.name}"
            if verb == "decode"
            else f"d[{python_string(field.wire)}]"
        )
        return fit(f"{place} = {self.converted(field.value, verb)}", indent)

    def written(self, field: Field, indent: int = 4, first: bool = False) -> str:
        """Return the lines that add a narrowed value to the JSON text, or begin it."""
        text = self.converted(field.value, "write")
        lines = []
        if field.value.items:
            lines.append(fit(f"v = {text}", indent))
            text = "v"
        elif field.value.type in ("int", "float"):  # numbers format themselves
            text = "v" if field.value.type == "int" else "v!s"
        key = json.dumps(field.wire).replace("{", "{{").replace("}", "}}")
        start, before = ("t =", "{{") if first else ("t +=", ",")
        entry = python_string(f"{before}{key}:{{{text}}}")
        lines.append(f"{' ' * indent}{start} f{entry}")
        return "\n".join(lines)

    def rule(self, value: Value) -> str:
        """Return the expression for a value's entry in the tables of `_explain.py`."""
        if value.datatype:
            return f"Rule(structure=datatypes.{value.type})"
        if value.enum:
            return f"Rule(as_member, members=_codec.members_{self._tables[_table_key(value)].name})"
        items = [f"items={self.rule(value.items)}"] if value.items else []
        return f"Rule({', '.join((_function(value), *items, *_arguments(value)))})"


# JSON text of a value that is known to be right.
_JSON_TEXT = {
    "str": "quote({})",
    "int": "str({})",
    "float": "str({})",
    "bool": "texts_bool[{}]",
    "any": "dumps({})",
}


def narrowed(value: Value, indent: int = 4, is_sent: bool = False) -> str:
    """Return the lines that make a variable `v` hold the plain type, or raise.

    Args:
        value: What it is to hold.
        indent: Columns that the lines are indented.
        is_sent: Whether it is being written, not read.
    """
    margin = " " * indent
    assignment = f"v = {_call(value, 'v', is_sent)}"
    if value.type == "any" or (value.enum and value.enum.base == "int"):
        return f"{margin}{assignment}\n"
    doubts = list(_doubts(value))
    if not doubts:
        return ""
    condition = f"{margin}if {' or '.join(doubts)}:"
    if len(condition) > LINE_LENGTH:
        parts = f"\n{margin}    or ".join(doubts)
        condition = f"{margin}if (\n{margin}    {parts}\n{margin}):"
    return f"{condition}\n{fit(assignment, indent + 4)}\n"


def _structure(module: str, message: Message, spec: Spec) -> Structure:
    name = message.action
    return Structure(
        f"{module}.{name}{spec.class_suffix}", f"{message.kind}_{name}", message.fields
    )


def _listed_datatypes(spec: Spec) -> set[str]:
    """Return the names of the datatypes that are elements of lists."""
    holders: list[Datatype | Message] = [
        *spec.datatypes,
        *spec.requests,
        *spec.responses,
    ]
    return {
        field.value.innermost.type
        for holder in holders
        for field in holder.fields
        if field.value.items and field.value.innermost.datatype
    }


def _is_small(datatype: Datatype) -> bool:
    return not datatype.open and _room(datatype.fields, MOST_FIELDS_IN_PLACE) >= 0


def _room(fields: tuple[Field, ...], room: int) -> int:
    """Return for how many more fields there is room, those of objects within included."""
    room -= len(fields)
    for field in fields:
        datatype = field.value.datatype
        if room >= 0 and datatype and not datatype.open:
            room = _room(datatype.fields, room)
    return room


def _table_key(value: Value) -> tuple[str, ...]:
    return (value.type, *(member.name for member in value.members))


def _doubts(value: Value) -> Iterator[str]:
    """Yield the conditions under which `v` is not certain to be right as it is."""
    if value.items:
        yield "type(v) is not list"
        if value.limit("min_items"):
            yield f"len(v) < {value.limit('min_items')}"
        if value.limit("max_items") is not None:
            yield f"len(v) > {value.limit('max_items')}"
    elif value.type == "str":
        yield "type(v) is not str"
        if value.limit("max_length") is not None:
            yield f"len(v) > {value.limit('max_length')}"
        if value.limit("format") == "date-time":
            yield "not is_date_time(v)"
        elif value.limit("format") == "uri":
            yield "not match_scheme(v)"
    elif value.type == "bool":
        yield "v is not True and v is not False"
    elif value.type in ("int", "float"):
        yield from _number_doubts(value)


def _number_doubts(value: Value) -> Iterator[str]:
    low, high = value.limit("minimum"), value.limit("maximum")
    if value.type == "int":
        yield "type(v) is not int"
        if low is not None:
            yield f"v < {low}"
        if high is not None:
            yield f"v > {high}"
    else:
        yield "not (type(v) is float or type(v) is int)"
        if low is None and high is None:
            yield "v - v"  # not zero for NaN and infinities
        else:
            least = "-INFINITY <" if low is None else f"{low} <="
            most = "< INFINITY" if high is None else f"<= {high}"
            yield f"not {least} v {most}"
    if value.limit("multiple_of") is not None:
        yield _step_doubt(value.limit("multiple_of"))


def _step_doubt(step: Number) -> str:
    if isinstance(step, int):
        return f"v % {step}"
    digits = str(step).removeprefix("0.")
    if digits.strip("0") == "1" and digits.endswith("1"):  # 0.1, 0.01, ...
        return f"round(v, {len(digits)}) != v"
    return f'not is_multiple(v, "{step}")'


def _call(value: Value, variable: str, is_sent: bool = False) -> str:
    """Return the call that converts a variable to the plain type, or raises."""
    function = _function(value)
    if not function:
        return variable
    if is_sent and function == "as_date_time":
        function = "as_sent_date_time"
    return f"{function}({', '.join((variable, *_arguments(value)))})"


def _function(value: Value) -> str:
    if value.ref:
        return "as_int" if value.enum and value.enum.base == "int" else ""
    return {"date-time": "as_date_time", "uri": "as_uri"}.get(
        value.limit("format") or "", f"as_{value.type}"
    )


def _arguments(value: Value) -> Iterator[str]:
    for name in ("max_length", "minimum", "maximum", "min_items", "max_items"):
        limit = value.limit(name)
        if limit is not None:
            yield f"{name}={limit}"
    step = value.limit("multiple_of")
    if step is not None:
        yield f'multiple_of="{step}"'
