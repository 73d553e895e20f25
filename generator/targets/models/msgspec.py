"""Target `msgspec`: structs for msgspec."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Set
from fractions import Fraction
from typing import Any

from ...spec.model import Field, Spec
from .. import PLAIN, Artifact, Options, models
from ..schema import Schema
from .input import (
    Definitions,
    Flavour,
    all_limits,
    is_closed,
)
from .output import OWN_TYPES


def artifacts(spec: Spec, options: Options = PLAIN) -> Iterator[Artifact]:
    """Yield the modules of the spec's package."""
    return models.artifacts(spec, options, FLAVOUR)


def _limits(value: Schema) -> Schema:
    """Return the limits that msgspec can check.

    It divides floats, so that 0.3 is no multiple of 0.1; and limits of an int must fit into
    64 bits.
    """
    limits = all_limits(value)
    if value.get("type") == "integer":
        return {key: n for key, n in limits.items() if -(2**63) <= n < 2**63}
    step = limits.get("multipleOf")
    if step is not None and Fraction(step) != Fraction(str(step)):
        del limits["multipleOf"]
    return limits


def _struct_options(definitions: Definitions, _: Set[str]) -> dict[str, Any]:
    """Return the option that closes structs."""
    closed = {"base_class_kwargs": {"forbid_unknown_fields": True}}
    of_classes = {name: closed for name, each in definitions.items() if is_closed(each)}
    return {"extra_template_data": defaultdict(dict, of_classes)}


def _problem_of(field: Field) -> str:
    """Return why a struct can't have a field: msgspec writes its name as it is."""
    is_plain = not re.search(r'["\\\x00-\x1f]', field.wire)
    return "" if is_plain else "its name on the wire has to be escaped in JSON"


FLAVOUR = Flavour(
    "msgspec",
    title="msgspec",
    base="type[Struct]",
    base_import="from msgspec import Struct",
    model="msgspec.Struct",
    types={
        "date-time": f"{OWN_TYPES}.DateTimeText",
        "uri": f"{OWN_TYPES}.UriText",
    },
    limits=_limits,
    options=_struct_options,
    problem_of=_problem_of,
    constraint="Meta",
)
