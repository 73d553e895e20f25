"""Messages that are right, and such as break one rule each."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from ...spec.constraints import broken_limit
from ...spec.model import Datatype, Field, Message, Value
from .samples import (
    ANYTHING,
    MAX_SIZE,
    VALUES_PER_FIELD,
    Leaf,
    count_fields,
    filled_object,
    highest,
    highest_number,
    least_object,
    least_value,
    lowest,
    lowest_number,
    most_items,
    plain,
    possible,
    reaches_limit,
    shortest,
    size_of_object,
    spelt_otherwise,
    step_of,
    text_of,
    unusual,
)

# Stand for numbers that no float can hold. Their JSON text is found again in that of a
# message, as no text of a spec has this character.
HUGE = "\0 1e999"


HUGE_NEGATIVE = "\0 -1e999"


BEYOND_FLOATS = "number beyond all floats"


# Values of other types for each type, among them those that a careless check lets through.
_WRONG_TYPES: dict[str, tuple[Any, ...]] = {
    "str": (None, 1, []),
    "int": (None, True, False, "1", 1.5),
    "float": (None, True, "1"),
    "bool": (None, 1, "true"),
    "list": (None, {}, "text"),
    "object": (None, [], "text"),
}


class Case(NamedTuple):
    """A message, or a value on its way to become one, with its verdict.

    Attributes:
        case: What it shows, in words.
        value: The message or value.
        kind: Kind of violation, a key of the spec's errors; empty if it is valid.
        path: Place of what is shown, in wire names; begins with `.` or `[` below a value.
    """

    case: str
    value: Any
    kind: str = ""
    path: str = ""


class Maker:
    """Makes the cases of messages; remembers which types have had theirs."""

    def __init__(self) -> None:
        # For each datatype that has had its cases, the first one of each kind of violation.
        self._kept: dict[str, dict[str, Case]] = {}

    def cases(self, message: Message) -> Iterator[Case]:
        """Yield the cases of a message; none if no message at all can be valid."""
        if size_of_object(message.fields) > MAX_SIZE:
            return
        fields = possible(message.fields)
        yield from _whole(fields)
        yield Case("not an object", [], "wrong_type")
        yield from self._in_object(fields, is_open=False)

    def _in_object(self, fields: tuple[Field, ...], *, is_open: bool) -> Iterator[Case]:
        """Yield objects with one field that isn't as in the minimal one."""
        base = least_object(fields)
        unknown = _unused("unknownField", base.keys() | {f.wire for f in fields})
        if is_open:
            kept = {**base, unknown: ANYTHING}
            yield Case("unknown field is kept", kept, path=unknown)
            broken = {**base, unknown: HUGE}
            yield Case(BEYOND_FLOATS, broken, "wrong_value", unknown)
        else:
            broken = {**base, unknown: 1}
            yield Case("unknown field", broken, "unknown_field", unknown)
            if len(fields) > len(base):
                broken = {field.wire: least_value(field.value) for field in fields}
                broken[unknown] = 1
                what = "unknown field beside all others"
                yield Case(what, broken, "unknown_field", unknown)
        for field in fields:
            if field.required:
                rest = {wire: base[wire] for wire in base if wire != field.wire}
                yield Case("missing", rest, "missing_field", field.wire)
            for case in self._in_value(field.value):
                yield case._replace(
                    path=field.wire + case.path, value={**base, field.wire: case.value}
                )

    def _in_value(self, value: Value) -> Iterator[Case]:
        base = "object" if value.datatype else value.type
        base = value.enum.base if value.enum else base
        for wrong in _WRONG_TYPES.get(base, ()):
            yield Case(f"{json.dumps(wrong)} for {base}", wrong, "wrong_type")
        if value.enum:
            yield from (Case(f"value {m.value}", m.value) for m in value.members)
            yield from _wrong_members(value)
        elif value.datatype:
            yield from self._in_datatype(value.datatype)
        elif value.items:
            yield from self._in_list(value, value.items)
        else:
            yield from _beyond_limits(value)

    def _in_datatype(self, datatype: Datatype) -> Iterator[Case]:
        if datatype.name in self._kept:
            yield from self._kept[datatype.name].values()
            return
        kept = self._kept[datatype.name] = {}
        fields = possible(datatype.fields)
        yield Case("minimal", least_object(fields))
        for case in self._in_object(fields, is_open=datatype.open):
            inner = case._replace(path=f".{case.path}")
            if case.kind:
                kept.setdefault(case.kind, inner)
            yield inner

    def _in_list(self, value: Value, items: Value) -> Iterator[Case]:
        item, least, most = (
            least_value(items),
            value.limit("min_items") or 0,
            most_items(value),
        )
        yield Case(f"{least} elements", [item] * least)
        if least:
            yield Case("too few elements", [item] * (least - 1), "wrong_count")
        if reaches_limit(value):
            longest = [item] * int(most)
            if most > least:
                yield Case(f"{most} elements", longest)
            yield Case("too many elements", [*longest, item], "wrong_count")
        if most == 0:
            return
        # The last one of several, if there may be several: all are to be checked.
        before = [item] * int(min(max(1, least - 1), most - 1))
        for case in self._in_value(items):
            path = f"[{len(before)}]{case.path}"
            yield case._replace(path=path, value=[*before, case.value])


def _whole(fields: tuple[Field, ...]) -> Iterator[Case]:
    """Yield valid messages: with required fields only, and with all fields in other ways."""
    room = min(MAX_SIZE, VALUES_PER_FIELD * count_fields(fields))
    cases = [Case("minimal", least_object(fields))]
    for name, leaf, length in _FILLINGS:
        filled = filled_object(fields, leaf, length, room, {})
        cases.append(Case(name, filled))
    # As text: 1 and 1.0 are one number, but two spellings.
    texts = [json.dumps(case.value) for case in cases]
    for index, case in enumerate(cases):
        if index < 2 or texts[index] not in texts[:index]:
            yield case


# For each case what its values are, and how many elements a list has if it may.
_FILLINGS: tuple[tuple[str, Leaf, int], ...] = (
    ("full", highest, 2),
    ("smallest", lowest, 1),
    ("unusual", unusual, 2),
    ("spelt otherwise", spelt_otherwise, 2),
)


def _beyond_limits(value: Value) -> Iterator[Case]:
    """Yield values of the right type outside each limit."""
    if value.type == "str":
        yield from _wrong_texts(value)
    elif value.type in ("int", "float"):
        yield from _wrong_numbers(value)
    if value.type in ("float", "any"):
        yield Case(BEYOND_FLOATS, HUGE, "wrong_value")
    if value.type == "float":
        yield Case(BEYOND_FLOATS, HUGE_NEGATIVE, "wrong_value")


def _wrong_texts(value: Value) -> Iterator[Case]:
    length, least = value.limit("max_length"), shortest(value)
    text = text_of(value, least - 1)
    if least and len(text) < least:
        yield Case(f"shorter than {least} characters", text, "wrong_value")
    if length is not None and reaches_limit(value):
        text = text_of(value, length + 1)
        yield Case(f"longer than {length} characters", text, "wrong_value")
    for text, case in _WRONG_FORMS.get(value.limit("format") or "", ()):
        if not broken_limit(value.limits, text):
            yield Case(case, text, "wrong_value")


_WRONG_FORMS = {
    "date-time": (
        ("tomorrow", "no date-time"),
        ("2026-13-31T12:00:00Z", "no month 13"),
        ("2026-02-29T12:00:00Z", "no leap year"),
        ("2026-01-31T24:01:00Z", "no hour 24"),
        ("2026-01-31", "date without time"),
        ("2026-01-31 12:00:00Z", "no T before the time"),
    ),
    "uri": (
        ("no scheme", "no URI"),
        ("//a/b", "no scheme"),
        ("1a:b", "scheme begins with a digit"),
    ),
}


def _wrong_numbers(value: Value) -> Iterator[Case]:
    step = step_of(value)
    low, high = lowest_number(value), highest_number(value)
    if value.limit("minimum") is not None:
        yield Case(
            f"less than {value.limit('minimum')}", plain(low - step), "wrong_value"
        )
    if value.limit("maximum") is not None:
        yield Case(
            f"greater than {value.limit('maximum')}", plain(high + step), "wrong_value"
        )
    if value.limit("multiple_of") is not None and (value.type == "float" or step != 1):
        part = Decimal(1) if value.type == "int" else step / 2
        between = [n for n in (low + part, low - part) if _is_within(value, n)]
        for number in between[:1]:
            case = f"no multiple of {value.limit('multiple_of')}"
            yield Case(case, plain(number), "wrong_value")


def _is_within(value: Value, number: Decimal) -> bool:
    limits = ("minimum", "maximum")
    return not broken_limit(
        {key: value.limits[key] for key in limits if key in value.limits}, number
    )


def _wrong_members(value: Value) -> Iterator[Case]:
    """Yield values that the enum hasn't, and members that aren't allowed here."""
    assert value.enum is not None
    known = {member.value for member in value.enum.members}
    if value.enum.base == "int":
        number = min(int(value) for value in known) - 1
        yield Case("not in the enum", number, "wrong_value")
    else:
        unknown = _unused("unknown value", known)
        yield Case("not in the enum", unknown, "wrong_value")
        other = str(value.members[0].value).swapcase()
        if other not in known:
            yield Case("in other case", other, "wrong_value")
    allowed = {member.value for member in value.members}
    for member in value.enum.members:
        if member.value not in allowed:
            yield Case("not allowed here", member.value, "wrong_value")


def _unused(name: str, taken: Container[object]) -> str:
    while name in taken:
        name += "X"
    return name
