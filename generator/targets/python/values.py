"""Code for single values: what checks them, and what they become."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ...emit.pycode import PyCode
from ...spec.model import Number, Value
from .codec import Codec


class Forms(NamedTuple):
    """What values become.

    Attributes:
        datatype: What the functions for datatypes begin with.
        enum: What the tables for enums begin with.
        items: A list, of the text of the list in Python.
        plain: Other values by type, of the value; those that aren't there stay as they are.
        date_time: The function that checks a date-time by itself.
        lists: Whether functions take a list of a datatype, if there are any.
    """

    datatype: str
    enum: str
    items: str = "{}"
    plain: Mapping[str, str] = {}
    date_time: str = "as_sent_date_time"
    lists: bool = False


DECODE = Forms("decode_data_", "members_", date_time="as_date_time", lists=True)
ENCODE = Forms("encode_data_", "values_")
WRITE = Forms(
    *("write_data_", "texts_", "json_list({})"),
    {
        "str": "quote({})",
        "int": "str({})",
        "float": "str({})",
        "bool": "texts_bool[{}]",
        "any": "dumps({})",
    },
)


def needs_check(value: Value) -> bool:
    """Return whether there is more to check than what it becomes checks by itself."""
    return not value.ref or (value.enum is not None and value.enum.base == "int")


def check(code: PyCode, value: Value, forms: Forms) -> None:
    """Write the lines that make `v` hold the plain type that JSON knows, or raise.

    A value of exactly that type takes the short way.

    Args:
        code: Where to.
        value: The value.
        forms: What it is checked for.
    """
    if not needs_check(value):
        return
    assignment = f"v = {checked(value, 'v', forms)}"
    if doubts := list(filter(None, _doubts(value))):
        with code.block(f"if {' or '.join(doubts)}:"):
            code.line(assignment)
    else:
        code.line(assignment)


def checked(value: Value, variable: str, forms: Forms) -> str:
    """Return the call that converts a variable to the plain type, or raises."""
    name = forms.date_time if value.limit("format") == "date-time" else _function(value)
    return f"{name}({', '.join((variable, *_arguments(value)))})" if name else variable


def converted(
    value: Value, forms: Forms, codec: Codec, source: str = "v", depth: int = 1
) -> str:
    """Return the expression for what a checked value becomes.

    Args:
        value: The value.
        forms: What values become.
        codec: Knows the tables of enums.
        source: The value as an expression.
        depth: How many lists deep that is, and one.
    """
    if value.items and value.items.datatype and forms.lists:
        return f"{forms.datatype}{value.items.type}({source})"
    if value.items:
        each = "x" * depth
        inner = checked(value.items, each, forms)
        item = converted(value.items, forms, codec, inner, depth + 1)
        return forms.items.format(f"[{item} for {each} in {source}]")
    if value.datatype:
        return f"{forms.datatype}{value.type}({source})"
    if value.enum:
        return f"{forms.enum}{codec.table(value)}[{source}]"
    return forms.plain.get(value.type, "{}").format(source)


def rule(value: Value, codec: Codec) -> str:
    """Return the expression for a value's entry in the tables of `_explain.py`."""
    if value.datatype:
        return f"Rule(structure=datatypes.{value.type})"
    if value.enum:
        return f"Rule(as_member, members=decode_enums.members_{codec.table(value)})"
    items = [f"items={rule(value.items, codec)}"] if value.items else []
    return f"Rule({', '.join((_function(value), *items, *_arguments(value)))})"


def _function(value: Value) -> str:
    """Return the name of the function that checks a value by itself, if there is one."""
    if value.ref:
        return "as_int" if value.enum and value.enum.base == "int" else ""
    return _FORMATS.get(value.limit("format"), f"as_{value.type}")


def _arguments(value: Value) -> Iterator[str]:
    """Yield the arguments that tell that function the limits of the value."""
    for key, limit in value.limits.items():
        if key == "multiple_of":
            yield f'{key}="{limit}"'  # as the spec has it, to the last digit
        elif key != "format":
            yield f"{key}={limit}"


def _doubts(value: Value) -> Iterator[str]:
    """Yield the conditions under which `v` is not certain to be right as it is."""
    if value.type in _TYPES:
        yield _TYPES[value.type]
    if value.type == "float":
        yield _range_doubt(value.limit("minimum"), value.limit("maximum"))
    for key, doubt in _DOUBTS.items():
        limit = value.limit(key)
        if limit is not None and not (value.type == "float" and key in _RANGE):
            yield doubt(limit)


def _range_doubt(low: Number | None, high: Number | None) -> str:
    if low is None and high is None:
        return "v - v"  # not zero for NaN and infinities
    least = "-INFINITY <" if low is None else f"{low} <="
    most = "< INFINITY" if high is None else f"<= {high}"
    return f"not {least} v {most}"


def _step_doubt(step: Number) -> str:
    if isinstance(step, int):
        return f"v % {step}"
    digits = str(step).removeprefix("0.")
    if digits.strip("0") == "1" and digits.endswith("1"):  # 0.1, 0.01, ...
        return f"round(v, {len(digits)}) != v"
    return f'not is_multiple(v, "{step}")'


_TYPES = {
    "list": "type(v) is not list",
    "str": "type(v) is not str",
    "bool": "v is not True and v is not False",
    "int": "type(v) is not int",
    "float": "not (type(v) is float or type(v) is int)",
}

_FORMATS = {"date-time": "as_date_time", "uri": "as_uri"}
_FORMAT_DOUBTS = {"date-time": "not is_date_time(v)", "uri": "not match_scheme(v)"}

# The doubts about each constraint, those first that take the least time.
_DOUBTS: dict[str, Callable[[Any], str]] = {
    "min_length": lambda least: f"len(v) < {least}" if least else "",
    "max_length": "len(v) > {}".format,
    "min_items": lambda least: f"len(v) < {least}" if least else "",
    "max_items": "len(v) > {}".format,
    "minimum": "v < {}".format,
    "maximum": "v > {}".format,
    "multiple_of": _step_doubt,
    "format": _FORMAT_DOUBTS.__getitem__,
}

# For fractions these two are one doubt, which NaN raises as well.
_RANGE = ("minimum", "maximum")
