"""Target `vectors`: messages with the expected verdict, as data for tests in any language.

Valid vectors hold every limit exactly at the limit, every value of an enum, and forms that
careless code stumbles over; each of the others breaks just one constraint of one field. All
constraints within a datatype are broken in the first message that holds it; other places of
the datatype have one vector for each kind of violation, which shows that it is checked there.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Container, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import cycle, islice
from typing import Any, NamedTuple

from ...emit.header import do_not_edit
from ...spec.constraints import broken_limit
from ...spec.model import Datatype, Field, Message, Number, Spec, Value
from .. import PLAIN, Artifact, Options, Room

# Limits beyond these have no vector: the file would be large, and say little more.
MAX_LENGTH = 20_000
MAX_SIZE = 5_000  # values in one message

# A full message holds this many values for each field of its datatypes, so that it grows with
# the spec and not with the number of ways into a datatype. No message of OCPP has more.
_VALUES_PER_FIELD = 4

# Stand for numbers that no float can hold. Their JSON text is found again in that of a
# message, as no text of a spec has this character.
HUGE = "\0 1e999"
HUGE_NEGATIVE = "\0 -1e999"
BEYOND_FLOATS = "number beyond all floats"
NO_JSON: tuple[str, ...] = (
    "",
    "{",
    "[1, 2",
    '{"a": 1,}',
    "{'a': 1}",
    "{} {}",
    '{"a": tru}',
    '"text',
    "NaN",
    '{"a": NaN}',
    '{"a": [1, -Infinity]}',
)

# Characters of one to four bytes in UTF-8, and such as have to be escaped.
CHARACTERS = 'é中😀"\\/\n\t\x1f '
LETTERS = "abcdefghijklmnopqrstuvwxyz"
MOMENT = "2026-01-31T12:00:00"
LEAP_DAY = "2024-02-29T23:59:59"
ANYTHING = {"some_key": [1, None, True, "text", {"Other Key": 0.5}]}

# Made once: `json.dumps` makes an encoder for each call.
_as_text = json.JSONEncoder(ensure_ascii=False).encode

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


def artifacts(spec: Spec, _: Options = PLAIN) -> Iterator[Artifact]:
    """Yield one file with the vectors of all messages, a vector on each line."""
    head = {
        "comment": do_not_edit(spec.source),
        "protocol": spec.protocol,
        "version": spec.version,
        "errors": spec.errors,
    }
    room = Room("vectors", spec.source)
    texts = (room.take(f"    {_as_text(vector)}") for vector in vectors(spec))
    lines = ",\n".join(texts)
    start = json.dumps(head, indent=2, ensure_ascii=False).removesuffix("\n}")
    yield Artifact(
        f"vectors/{spec.name}.json", f'{start},\n  "vectors": [\n{lines}\n  ]\n}}\n'
    )


def vectors(spec: Spec) -> Iterator[dict[str, Any]]:
    """Yield the vectors of a spec, message by message."""
    maker = _Maker()
    texts = NO_JSON
    for message in spec.messages:
        of_message = {"action": message.action, "kind": message.kind}
        for case in maker.cases(message):
            yield {**of_message, **_verdict(case, spec)}
            if case.kind:  # once: the parser is the same for all messages
                yield from ({**of_message, **_refusal(spec, text)} for text in texts)
                texts = ()


def _refusal(spec: Spec, text: str) -> dict[str, Any]:
    """Return the part of a vector that is the same for all text that is no JSON."""
    code = spec.errors["not_json"]
    return {"case": "not JSON", "valid": False, "text": text, "code": code, "path": ""}


def _verdict(case: Case, spec: Spec) -> dict[str, Any]:
    """Return the part of a vector that follows from its case."""
    if not case.kind:
        words = f"{case.path}: {case.case}" if case.path else case.case
        return {"case": words, "valid": True, "message": case.value}
    is_huge = case.case == BEYOND_FLOATS
    return {
        "case": case.case,
        "valid": False,
        **({"text": _huge_text(case.value)} if is_huge else {"message": case.value}),
        "code": spec.errors[case.kind],
        "path": case.path,
    }


def _huge_text(value: Any) -> str:
    """Return the JSON text of a message that holds a number beyond all floats."""
    return re.sub(r'"\\u0000 (-?1e999)"', r"\1", json.dumps(value))


class _Maker:
    """Makes the cases of messages; remembers which types have had theirs."""

    def __init__(self) -> None:
        # For each datatype that has had its cases, the first one of each kind of violation.
        self._kept: dict[str, dict[str, Case]] = {}

    def cases(self, message: Message) -> Iterator[Case]:
        """Yield the cases of a message; none if no message at all can be valid."""
        if _size_of_object(message.fields) > MAX_SIZE:
            return
        fields = _possible(message.fields)
        yield from _whole(fields)
        yield Case("not an object", [], "wrong_type")
        yield from self._in_object(fields, is_open=False)

    def _in_object(self, fields: tuple[Field, ...], *, is_open: bool) -> Iterator[Case]:
        """Yield objects with one field that isn't as in the minimal one."""
        base = _least_object(fields)
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
                broken = {field.wire: _least(field.value) for field in fields}
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
        fields = _possible(datatype.fields)
        yield Case("minimal", _least_object(fields))
        for case in self._in_object(fields, is_open=datatype.open):
            inner = case._replace(path=f".{case.path}")
            if case.kind:
                kept.setdefault(case.kind, inner)
            yield inner

    def _in_list(self, value: Value, items: Value) -> Iterator[Case]:
        item, least, most = (
            _least(items),
            value.limit("min_items") or 0,
            _most_items(value),
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


# Whole messages

Leaf = Callable[[Value], Any]


def _whole(fields: tuple[Field, ...]) -> Iterator[Case]:
    """Yield valid messages: with required fields only, and with all fields in other ways."""
    room = min(MAX_SIZE, _VALUES_PER_FIELD * _count_fields(fields))
    cases = [Case("minimal", _least_object(fields))]
    for name, leaf, length in _FILLINGS:
        filled = _filled_object(fields, leaf, length, room, {})
        cases.append(Case(name, filled))
    # As text: 1 and 1.0 are one number, but two spellings.
    texts = [json.dumps(case.value) for case in cases]
    for index, case in enumerate(cases):
        if index < 2 or texts[index] not in texts[:index]:
            yield case


def _filled_object(
    fields: tuple[Field, ...],
    leaf: Leaf,
    length: int,
    room: float,
    sizes: dict[str, float],
) -> dict[str, Any]:
    """Return an object with all fields, as far as there is room for them.

    Datatypes in datatypes can be millions of values. Of fields that are too large together,
    the first ones are filled, and one of them as far as it goes.

    Args:
        fields: The fields.
        leaf: What makes a value of those that hold no others.
        length: How many elements a list has, if it may.
        room: How many values the object may consist of.
        sizes: Those of full datatypes, as far as they are known, by name.
    """
    made = {}
    for field in _possible(fields):
        size = _full_size(field.value, length, sizes)
        if room > 0:
            within = min(size, room)
            made[field.wire] = _filled(field.value, leaf, length, within, sizes)
        elif field.required:
            made[field.wire] = _least(field.value)
        room -= size
    return made


def _filled(
    value: Value, leaf: Leaf, length: int, room: float, sizes: dict[str, float]
) -> Any:
    """Return a value with all fields within; lists are of a length if they may be."""
    if value.items:
        count = _filled_count(value, length)
        # One full element is enough: with more, those of nested lists would multiply.
        full = [_filled(value.items, leaf, length, room, sizes)] if count else []
        return [*full, *[_least(value.items)] * (count - 1)]
    if value.datatype:
        return _filled_object(value.datatype.fields, leaf, length, room, sizes)
    return leaf(value)


def _count_fields(fields: tuple[Field, ...]) -> int:
    """Return how many fields there are, those of each datatype within once."""
    seen: set[str] = set()
    waiting, number = list(fields), 0
    while waiting:
        datatype = waiting.pop().value.innermost.datatype
        number += 1
        if datatype and datatype.name not in seen:
            seen.add(datatype.name)
            waiting += datatype.fields
    return number


def _filled_count(value: Value, length: int) -> int:
    return int(min(max(length, value.limit("min_items") or 0), _most_items(value)))


def _full_size(value: Value, length: int, sizes: dict[str, float]) -> float:
    """Return of how many values a value with all fields within consists.

    Args:
        value: The value.
        length: How many elements a list has, if it may.
        sizes: Those of datatypes that are known already, by name.
    """
    if value.items:
        count = _filled_count(value, length)
        least = (count - 1) * _size(value.items) if count > 1 else 0
        return 1 + least + (_full_size(value.items, length, sizes) if count else 0)
    if value.datatype is None:
        return 1
    name = value.datatype.name
    if name not in sizes:
        fields = _possible(value.datatype.fields)
        sizes[name] = 1 + sum(_full_size(each.value, length, sizes) for each in fields)
    return sizes[name]


def _least_object(fields: tuple[Field, ...]) -> dict[str, Any]:
    """Return an object with the required fields only."""
    return {field.wire: _least(field.value) for field in fields if field.required}


def _least(value: Value) -> Any:
    """Return a value of few and ordinary elements, fields and characters."""
    if value.items:
        return [_least(value.items)] * (value.limit("min_items") or 0)
    if value.datatype:
        return _least_object(value.datatype.fields)
    return _text(value, 1) if value.type == "str" else _lowest(value)


def _lowest(value: Value) -> Any:
    """Return a value at its lower limit."""
    if value.enum:
        return value.members[0].value
    if value.type == "str":
        return _text(value, 0)
    if value.type in ("int", "float"):
        return _plain(_lowest_number(value))
    return False if value.type == "bool" else [None]


def _highest(value: Value) -> Any:
    """Return a value at its upper limit."""
    if value.enum:
        return value.members[-1].value
    if value.type == "str":
        length = value.limit("max_length") if reaches_limit(value) else None
        return _text(value, length or (1 if value.limit("format") else 200), LEAP_DAY)
    if value.type in ("int", "float"):
        return _plain(_highest_number(value))
    return True if value.type == "bool" else ANYTHING


_UNUSUAL_FORMS = {
    "date-time": f"{MOMENT}.123456+05:30",
    "uri": "ftp://user:word@[::1]:21/a%20b?c=d#e",
}


def _unusual(value: Value) -> Any:
    """Return a value that is legal, but seldom seen."""
    if value.type == "str" and value.limit("format"):
        text = _UNUSUAL_FORMS[value.limit("format")]
        return (
            _least(value)
            if len(text) > (value.limit("max_length") or math.inf)
            else text
        )
    if value.type == "str":
        length = value.limit("max_length") if reaches_limit(value) else None
        length = length or len(CHARACTERS)
        return (CHARACTERS + _text(value, max(0, length - len(CHARACTERS))))[:length]
    if value.type in ("int", "float"):
        return _plain(_below_zero(value))
    return "" if value.type == "any" else _lowest(value)


def _spelt_otherwise(value: Value) -> Any:
    """Return a value in another spelling: 1.0 for a whole number, no zone in a date-time."""
    if value.enum and value.enum.base == "int":
        return float(value.members[0].value)
    if value.type == "int":
        low, high = _lowest_number(value), _highest_number(value)
        return float(_step(value) if low <= _step(value) <= high else low)
    if value.limit("format") == "date-time":
        return MOMENT
    return _least(value)


# For each case what its values are, and how many elements a list has if it may.
_FILLINGS: tuple[tuple[str, Leaf, int], ...] = (
    ("full", _highest, 2),
    ("smallest", _lowest, 1),
    ("unusual", _unusual, 2),
    ("spelt otherwise", _spelt_otherwise, 2),
)


# What can be valid at all


def _possible(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return the fields that have a valid value of a sensible size."""
    return tuple(field for field in fields if _size(field.value) <= MAX_SIZE)


def _size_of_object(
    fields: tuple[Field, ...], sizes: dict[str, float] | None = None
) -> float:
    sizes = {} if sizes is None else sizes
    return 1 + sum(_size(field.value, sizes) for field in fields if field.required)


def _most_items(value: Value) -> float:
    """Return how many elements a list may have."""
    if value.items is None or _size(value.items) > MAX_SIZE:
        return 0
    return math.inf if value.limit("max_items") is None else value.limit("max_items")


def reaches_limit(value: Value) -> bool:
    """Return whether there are vectors for the upper limit of a text or list."""
    if value.items:
        return (_most_items(value) + 1) * _size(value.items) <= MAX_SIZE
    return (
        value.limit("max_length") is not None
        and value.limit("max_length") <= MAX_LENGTH
    )


def _size(value: Value, sizes: dict[str, float] | None = None) -> float:
    """Return of how many values the least valid one consists; infinity if there is none.

    Args:
        value: The value.
        sizes: Those of datatypes that are known already, by name.
    """
    sizes = {} if sizes is None else sizes
    if value.items:
        least = value.limit("min_items")
        return 1 + (least * _size(value.items, sizes) if least else 0)
    if value.datatype:
        name = value.datatype.name
        if name not in sizes:
            sizes[name] = _size_of_object(value.datatype.fields, sizes)
        return sizes[name]
    if value.type in ("int", "float"):
        low, high = _lowest_number(value), _highest_number(value)
        is_possible = low <= high and _is_exact(low) and _is_exact(high)
    else:
        shortest = {"date-time": len(MOMENT), "uri": len("a:")}.get(
            value.limit("format") or "", 0
        )
        is_possible = (
            value.limit("max_length") is None or value.limit("max_length") >= shortest
        )
    return 1 if is_possible else math.inf


# Text and numbers


def _text(value: Value, length: int, moment: str = MOMENT) -> str:
    """Return text of a length, longer if its format needs that."""
    if value.limit("format") == "date-time":
        more = length - len(moment)
        if more == 2:  # too short for fraction and zone
            return f"{moment}.0"
        if more > 2:
            return f"{moment}.{'0' * (more - 2)}Z"
        return (
            moment
            if value.limit("max_length") == len(moment) and more < 1
            else f"{moment}Z"
        )
    start = ""
    if value.limit("format") == "uri":
        start = next((s for s in ("https://", "urn:") if len(s) < length), "a:")
    return start + "".join(islice(cycle(LETTERS), max(0, length - len(start))))


def _step(value: Value) -> Decimal:
    return Decimal(str(value.limit("multiple_of") or 1))


def _lowest_number(value: Value) -> Decimal:
    if value.limit("minimum") is not None:
        return _rounded(value, Decimal(str(value.limit("minimum"))), ROUND_CEILING)
    if value.limit("maximum") is not None:
        return min(Decimal(0), _highest_number(value))
    return Decimal(0)


def _highest_number(value: Value) -> Decimal:
    if value.limit("maximum") is not None:
        return _rounded(value, Decimal(str(value.limit("maximum"))), ROUND_FLOOR)
    if value.type == "int":
        number = _rounded(value, Decimal(2**31 - 1), ROUND_FLOOR)
    else:
        number = 205 * _step(value) if value.limit("multiple_of") else Decimal("1234.5")
    return (
        number if value.limit("minimum") is None else max(number, _lowest_number(value))
    )


def _below_zero(value: Value) -> Decimal:
    """Return a number less than zero; the lowest one if none of them is allowed."""
    if value.limit("minimum") is not None:
        return _lowest_number(value)
    if value.type == "int":
        number = -_step(value)
    else:  # -21.4 is no multiple of 0.1 for those who divide floats
        number = -214 * _step(value) if value.limit("multiple_of") else Decimal("-0.5")
    return min(number, _highest_number(value))


def _rounded(value: Value, limit: Decimal, rounding: str) -> Decimal:
    """Return the multiple of the value's step that is next to a limit."""
    if value.limit("multiple_of") is None:
        return limit
    return _step(value) * (limit / _step(value)).to_integral_value(rounding)


def _is_exact(number: Decimal) -> bool:
    """Return whether a float has enough digits for a number."""
    return Decimal(str(_plain(number))) == number


def _plain(number: Decimal) -> Number:
    return int(number) if number == int(number) else float(number)


# What is wrong


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
    length = value.limit("max_length")
    if length is not None and reaches_limit(value):
        text = _text(value, length + 1)
        yield Case(f"longer than {length} characters", text, "wrong_value")
    for text, case in _WRONG_FORMS.get(value.limit("format") or "", ()):
        if length is None or len(text) <= length:
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
    step = _step(value)
    low, high = _lowest_number(value), _highest_number(value)
    if value.limit("minimum") is not None:
        yield Case(
            f"less than {value.limit('minimum')}", _plain(low - step), "wrong_value"
        )
    if value.limit("maximum") is not None:
        yield Case(
            f"greater than {value.limit('maximum')}", _plain(high + step), "wrong_value"
        )
    if value.limit("multiple_of") is not None and (value.type == "float" or step != 1):
        part = Decimal(1) if value.type == "int" else step / 2
        between = [n for n in (low + part, low - part) if _is_within(value, n)]
        for number in between[:1]:
            case = f"no multiple of {value.limit('multiple_of')}"
            yield Case(case, _plain(number), "wrong_value")


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
