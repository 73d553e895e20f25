"""Numbers as they are written: exact, and printed without an exponent."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

from .model import Number, Value


def exact(number: Number) -> Fraction:
    """Return a number as it is written: 0.1 is a tenth, which no float is."""
    return Fraction(repr(number))


def digits(number: Number) -> str:
    """Return a number in plain digits, without an exponent."""
    return format(Decimal(repr(number)), "f")


def step(value: Value) -> Fraction | None:
    """Return the step between allowed numbers, 1 for an int; None if all are allowed."""
    multiple_of = value.limit("multiple_of")
    if multiple_of is None:
        return Fraction(1) if value.type == "int" else None
    return exact(multiple_of)


def lowest(value: Value) -> Fraction | None:
    """Return the lowest allowed number; None if there is no lower limit."""
    limit, by = value.limit("minimum"), step(value)
    if limit is None or by is None:
        return None if limit is None else exact(limit)
    return math.ceil(exact(limit) / by) * by


def highest(value: Value) -> Fraction | None:
    """Return the highest allowed number; None if there is no upper limit."""
    limit, by = value.limit("maximum"), step(value)
    if limit is None or by is None:
        return None if limit is None else exact(limit)
    return math.floor(exact(limit) / by) * by
