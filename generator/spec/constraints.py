"""The constraints of values: what each means, stated once.

The loader, the schema for editors, `import`, `diff`, `lint` and the targets `schema` and
`vectors` walk this table. A target that writes code or prose has a table of its own, with a
rendering for each key; a test says which one is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from .forms import Choice, Count, Limit, Quantity
from .model import Value
from .numbers import digits, exact, highest, lowest, step

FORMATS = ("date-time", "uri")

Narrows = Callable[[Value, Value], bool]


class Constraint(NamedTuple):
    """One constraint of values.

    Attributes:
        types: The types that it goes with.
        violation: The kind of violation, a key of a spec's `errors`, of a value that breaks it.
        keyword: What JSON Schema calls it.
        form: How its limit is written.
        narrows: Whether the limit of the second value refuses something that the first one
            allows.
        holds: Whether a value of the right type and a limit go together; None where that is
            for the code of a format to say.
        meaning: What it says, for whoever edits a spec.
        bound: Whether it is the `least` or the `most` that is allowed; empty if neither.
        not_above: The key of the constraint whose limit may not be less than this one's.
    """

    types: tuple[str, ...]
    violation: Literal["wrong_value", "wrong_count"]
    keyword: str
    form: Limit
    narrows: Narrows
    holds: Callable[[Any, Any], bool] | None
    meaning: str
    bound: Literal["least", "most", ""] = ""
    not_above: str = ""


def _at_least(key: str) -> Narrows:
    """Return whether a count must be greater than before."""

    def narrows(old: Value, new: Value) -> bool:
        return bool(new.limits.get(key, 0) > old.limits.get(key, 0))

    return narrows


def _at_most(key: str) -> Narrows:
    """Return whether a count may not be as great as before."""

    def narrows(old: Value, new: Value) -> bool:
        limit, before = new.limits.get(key), old.limits.get(key)
        return limit is not None and (before is None or before > limit)

    return narrows


def _reaches_below(old: Value, new: Value) -> bool:
    """Return whether a value allows numbers below the minimum of another one."""
    limit, least = new.limits.get("minimum"), lowest(old)
    return limit is not None and (least is None or least < exact(limit))


def _reaches_above(old: Value, new: Value) -> bool:
    """Return whether a value allows numbers above the maximum of another one."""
    limit, most = new.limits.get("maximum"), highest(old)
    return limit is not None and (most is None or most > exact(limit))


def steps_between(old: Value, new: Value) -> bool:
    """Return whether a value allows numbers between the steps of another one."""
    then, now = step(old), step(new)
    return now is not None and (then is None or then % now != 0)


def _other_format(old: Value, new: Value) -> bool:
    """Return whether a value has a format that another one hasn't."""
    asked = new.limits.get("format")
    return asked is not None and asked != old.limits.get("format")


def _is_multiple(number: Any, of: Any) -> bool:
    return Fraction(str(number)) % exact(of) == 0


# In the order in which a value's limits are told.
CONSTRAINTS: dict[str, Constraint] = {
    "format": Constraint(
        types=("str",),
        violation="wrong_value",
        keyword="format",
        form=Choice(FORMATS),
        narrows=_other_format,
        holds=None,
        meaning="The form that the text has.",
    ),
    "min_length": Constraint(
        types=("str",),
        violation="wrong_value",
        keyword="minLength",
        form=Count(1),
        narrows=_at_least("min_length"),
        holds=lambda text, limit: len(text) >= limit,
        meaning="Least number of characters of a str.",
        bound="least",
        not_above="max_length",
    ),
    "max_length": Constraint(
        types=("str",),
        violation="wrong_value",
        keyword="maxLength",
        form=Count(1),
        narrows=_at_most("max_length"),
        holds=lambda text, limit: len(text) <= limit,
        meaning="Greatest number of characters of a str.",
        bound="most",
    ),
    "minimum": Constraint(
        types=("int", "float"),
        violation="wrong_value",
        keyword="minimum",
        form=Quantity(),
        narrows=_reaches_below,
        holds=lambda number, limit: number >= limit,
        meaning="Least number allowed.",
        bound="least",
        not_above="maximum",
    ),
    "maximum": Constraint(
        types=("int", "float"),
        violation="wrong_value",
        keyword="maximum",
        form=Quantity(),
        narrows=_reaches_above,
        holds=lambda number, limit: number <= limit,
        meaning="Greatest number allowed.",
        bound="most",
    ),
    "multiple_of": Constraint(
        types=("int", "float"),
        violation="wrong_value",
        keyword="multipleOf",
        form=Quantity(positive=True),
        narrows=steps_between,
        holds=_is_multiple,
        meaning="The number is a whole multiple of this one.",
    ),
    "min_items": Constraint(
        types=("list",),
        violation="wrong_count",
        keyword="minItems",
        form=Count(0),
        narrows=_at_least("min_items"),
        holds=lambda items, limit: len(items) >= limit,
        meaning="Least number of elements of a list.",
        bound="least",
        not_above="max_items",
    ),
    "max_items": Constraint(
        types=("list",),
        violation="wrong_count",
        keyword="maxItems",
        form=Count(0),
        narrows=_at_most("max_items"),
        holds=lambda items, limit: len(items) <= limit,
        meaning="Greatest number of elements of a list.",
        bound="most",
    ),
}


def broken_limit(limits: Mapping[str, Any], data: Any) -> str:
    """Return the key of the first limit that data of the right type breaks; empty if none."""
    for key, limit in limits.items():
        holds = CONSTRAINTS[key].holds
        if holds and not holds(data, limit):
            return key
    return ""


def shown(limit: Any) -> str:
    """Return a limit in words or plain digits."""
    return limit if isinstance(limit, str) else digits(limit)
