"""What a document shows of a spec by example."""

from __future__ import annotations

import math
from fractions import Fraction

from ...spec.constraints import broken_limit
from ...spec.model import Action, Field, Spec, Value
from ...spec.numbers import highest, lowest, step

# A longer sample isn't short to say.
_LONGEST = 40
_SAMPLES = {"date-time": "2026-01-31T12:00:00Z", "uri": "https://example.com"}


def renamed(spec: Spec) -> Field | None:
    """Return the first field whose wire name differs by the rule, to show it with."""
    messages = (*spec.requests, *spec.responses)
    fields = [field for message in messages for field in message.fields]
    return next((f for f in fields if f.wire_by_rule and f.wire != f.name), None)


def example(spec: Spec) -> Action | None:
    """Return the action to show the classes with, if one is short to construct.

    Rather one with a response than without, rather one with fields than without; the first
    of these.
    """
    short = [
        action
        for action in spec.actions
        if all(literal(field.value) for field in _required(action))
    ]
    return max(
        short,
        key=lambda action: (action.response is not None, bool(_required(action))),
        default=None,
    )


def enums_needed(action: Action) -> list[str]:
    """Return the names of the enums without which its messages can't be constructed."""
    enums = (field.value.enum for field in _required(action))
    return list(dict.fromkeys(enum.name for enum in enums if enum))


def _required(action: Action) -> list[Field]:
    """Return the fields without which its messages can't be constructed."""
    messages = filter(None, (action.request, action.response))
    return [field for message in messages for field in message.fields if field.required]


def literal(value: Value) -> str:
    """Return Python code for some value that is allowed; empty if that isn't short to say."""
    if value.enum:
        return f"{value.enum.name}.{value.members[0].name}"
    if value.type == "str":
        form = value.limit("format")
        sample = _SAMPLES.get(form or "", "...")
        if not form:
            sample = sample.ljust(value.limit("min_length") or 0, ".")
            sample = sample[: value.limit("max_length")]
        is_short = len(sample) <= _LONGEST
        return (
            f'"{sample}"' if is_short and not broken_limit(value.limits, sample) else ""
        )
    if value.type in ("int", "float"):
        return _number(value)
    return "True" if value.type == "bool" else ""


def _number(value: Value) -> str:
    """Return the allowed number nearest to 1, or one beside it; empty if there is none."""
    low, high, by = lowest(value), highest(value), step(value)
    number = Fraction(1)
    if low is not None:
        number = max(number, low)
    if high is not None:
        number = min(number, high)
    if by is not None:
        up, down = math.ceil(number / by) * by, math.floor(number / by) * by
        number = up if high is None or up <= high else down
        if low is not None and number < low:
            return ""
    return str(int(number) if number.denominator == 1 else float(number))
