"""Values for test vectors: at each limit, in every form, and no larger than they have to be."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import cycle, islice
from typing import Any

from ...spec.constraints import broken_limit
from ...spec.model import Field, Number, Value

# Limits beyond these have no vector: the file would be large, and say little more.
MAX_LENGTH = 20_000


MAX_SIZE = 5_000  # values in one message


# A full message holds this many values for each field of its datatypes, so that it grows with
# the spec and not with the number of ways into a datatype. No message of OCPP has more.
VALUES_PER_FIELD = 4


# Characters of one to four bytes in UTF-8, and such as have to be escaped.
CHARACTERS = 'é中😀"\\/\n\t\x1f '


LETTERS = "abcdefghijklmnopqrstuvwxyz"


MOMENT = "2026-01-31T12:00:00"


LEAP_DAY = "2024-02-29T23:59:59"


ANYTHING = {"some_key": [1, None, True, "text", {"Other Key": 0.5}]}


Leaf = Callable[[Value], Any]


def filled_object(
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
    for field in possible(fields):
        size = _full_size(field.value, length, sizes)
        if room > 0:
            within = min(size, room)
            made[field.wire] = _filled(field.value, leaf, length, within, sizes)
        elif field.required:
            made[field.wire] = least_value(field.value)
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
        return [*full, *[least_value(value.items)] * (count - 1)]
    if value.datatype:
        return filled_object(value.datatype.fields, leaf, length, room, sizes)
    return leaf(value)


def count_fields(fields: tuple[Field, ...]) -> int:
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
    return int(min(max(length, value.limit("min_items") or 0), most_items(value)))


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
        fields = possible(value.datatype.fields)
        sizes[name] = 1 + sum(_full_size(each.value, length, sizes) for each in fields)
    return sizes[name]


def least_object(fields: tuple[Field, ...]) -> dict[str, Any]:
    """Return an object with the required fields only."""
    return {field.wire: least_value(field.value) for field in fields if field.required}


def least_value(value: Value) -> Any:
    """Return a value of few and ordinary elements, fields and characters."""
    if value.items:
        return [least_value(value.items)] * (value.limit("min_items") or 0)
    if value.datatype:
        return least_object(value.datatype.fields)
    return (
        text_of(value, max(1, shortest(value)))
        if value.type == "str"
        else lowest(value)
    )


def lowest(value: Value) -> Any:
    """Return a value at its lower limit."""
    if value.enum:
        return value.members[0].value
    if value.type == "str":
        return text_of(value, shortest(value))
    if value.type in ("int", "float"):
        return plain(lowest_number(value))
    return False if value.type == "bool" else [None]


def highest(value: Value) -> Any:
    """Return a value at its upper limit."""
    if value.enum:
        return value.members[-1].value
    if value.type == "str":
        length = value.limit("max_length") if reaches_limit(value) else None
        length = length or max(shortest(value), 1 if value.limit("format") else 200)
        return text_of(value, length, LEAP_DAY)
    if value.type in ("int", "float"):
        return plain(highest_number(value))
    return True if value.type == "bool" else ANYTHING


_UNUSUAL_FORMS = {
    "date-time": f"{MOMENT}.123456+05:30",
    "uri": "ftp://user:word@[::1]:21/a%20b?c=d#e",
}


def unusual(value: Value) -> Any:
    """Return a value that is legal, but seldom seen."""
    if value.type == "str" and value.limit("format"):
        text = _UNUSUAL_FORMS[value.limit("format")]
        return least_value(value) if broken_limit(value.limits, text) else text
    if value.type == "str":
        length = value.limit("max_length") if reaches_limit(value) else None
        length = length or max(shortest(value), len(CHARACTERS))
        return (CHARACTERS + text_of(value, max(0, length - len(CHARACTERS))))[:length]
    if value.type in ("int", "float"):
        return plain(_below_zero(value))
    return "" if value.type == "any" else lowest(value)


def spelt_otherwise(value: Value) -> Any:
    """Return a value in another spelling: 1.0 for a whole number, no zone in a date-time."""
    if value.enum and value.enum.base == "int":
        return float(value.members[0].value)
    if value.type == "int":
        low, high = lowest_number(value), highest_number(value)
        return float(step_of(value) if low <= step_of(value) <= high else low)
    if value.limit("format") == "date-time" and len(MOMENT) >= shortest(value):
        return MOMENT
    return least_value(value)


def possible(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return the fields that have a valid value of a sensible size."""
    return tuple(field for field in fields if _size(field.value) <= MAX_SIZE)


def size_of_object(
    fields: tuple[Field, ...], sizes: dict[str, float] | None = None
) -> float:
    """Return of how many values the least valid object consists; infinity if there is none."""
    sizes = {} if sizes is None else sizes
    return 1 + sum(_size(field.value, sizes) for field in fields if field.required)


def most_items(value: Value) -> float:
    """Return how many elements a list may have."""
    if value.items is None or _size(value.items) > MAX_SIZE:
        return 0
    return math.inf if value.limit("max_items") is None else value.limit("max_items")


def reaches_limit(value: Value) -> bool:
    """Return whether there are vectors for the upper limit of a text or list."""
    if value.items:
        return (most_items(value) + 1) * _size(value.items) <= MAX_SIZE
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
            sizes[name] = size_of_object(value.datatype.fields, sizes)
        return sizes[name]
    if value.type in ("int", "float"):
        low, high = lowest_number(value), highest_number(value)
        is_possible = low <= high and _is_exact(low) and _is_exact(high)
    else:
        most, least = value.limit("max_length"), shortest(value)
        forms = {"date-time": len(MOMENT), "uri": len("a:")}
        least = max(least, forms.get(value.limit("format"), 0))
        is_possible = least <= (MAX_LENGTH if most is None else most)
        if value.limit("format") == "date-time" and most is not None:
            is_possible = is_possible and len(text_of(value, least)) <= most
    return 1 if is_possible else math.inf


def shortest(value: Value) -> int:
    """Return how many characters a text has at least, whatever its format."""
    return value.limit("min_length") or 0


def text_of(value: Value, length: int, moment: str = MOMENT) -> str:
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


def step_of(value: Value) -> Decimal:
    """Return the step between numbers; 1 where there is none."""
    return Decimal(str(value.limit("multiple_of") or 1))


def lowest_number(value: Value) -> Decimal:
    """Return the lowest number allowed; one near zero if there is no lower limit."""
    if value.limit("minimum") is not None:
        return _rounded(value, Decimal(str(value.limit("minimum"))), ROUND_CEILING)
    if value.limit("maximum") is not None:
        return min(Decimal(0), highest_number(value))
    return Decimal(0)


def highest_number(value: Value) -> Decimal:
    """Return the highest number allowed; an ordinary one if there is no upper limit."""
    if value.limit("maximum") is not None:
        return _rounded(value, Decimal(str(value.limit("maximum"))), ROUND_FLOOR)
    if value.type == "int":
        number = _rounded(value, Decimal(2**31 - 1), ROUND_FLOOR)
    else:
        number = (
            205 * step_of(value) if value.limit("multiple_of") else Decimal("1234.5")
        )
    return (
        number if value.limit("minimum") is None else max(number, lowest_number(value))
    )


def _below_zero(value: Value) -> Decimal:
    """Return a number less than zero; the lowest one if none of them is allowed."""
    if value.limit("minimum") is not None:
        return lowest_number(value)
    if value.type == "int":
        number = -step_of(value)
    else:  # -21.4 is no multiple of 0.1 for those who divide floats
        number = (
            -214 * step_of(value) if value.limit("multiple_of") else Decimal("-0.5")
        )
    return min(number, highest_number(value))


def _rounded(value: Value, limit: Decimal, rounding: str) -> Decimal:
    """Return the multiple of the value's step that is next to a limit."""
    if value.limit("multiple_of") is None:
        return limit
    return step_of(value) * (limit / step_of(value)).to_integral_value(rounding)


def _is_exact(number: Decimal) -> bool:
    """Return whether a float has enough digits for a number."""
    return Decimal(str(plain(number))) == number


def plain(number: Decimal) -> Number:
    """Return a number as JSON has it."""
    return int(number) if number == int(number) else float(number)
