"""Names: the rule for wire names, and which names generated code can carry."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable

MAX_NAME = 100

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

SCALAR_TYPES = ("str", "int", "float", "bool", "any", "list")

# What annotations and default values in the body of a class refer to by plain name.
_IN_CLASS_BODIES = {
    "str",
    "int",
    "float",
    "bool",
    "list",
    "Any",
    "None",
    "enums",
    "datatypes",
    "dict",
    "field",
}

# Attributes of every payload and datatype class.
_CLASS_ATTRIBUTES = {
    *("ACTION", "extra"),
    *("from_dict", "from_json", "to_dict", "to_json", "validate"),
}

# Every name that a generated module imports, defines or uses beside the spec's own classes.
_IN_MODULES = {
    *_IN_CLASS_BODIES,
    *(
        "Any",
        "IntEnum",
        "Payload",
        "StrEnum",
        "Structure",
        "dataclass",
        "annotations",
        "call",
        "call_result",
    ),
    *("object", "type", "classmethod", "errors", "ValidationError"),
}

# Attributes that enum members must leave alone; written out where Python versions differ.
_ENUM_ATTRIBUTES = {"name", "value", "mro"}
_OF_BASE = {
    base: {name for name in dir(base) if not name.startswith("_")} | _ENUM_ATTRIBUTES
    for base in (str, int)
}
_OF_BASE[int].add("is_integer")  # since Python 3.12


def wire_name(name: str) -> str:
    """Return the wire name that a field has unless the spec says otherwise.

    `charge_point_model` becomes `chargePointModel`: underscores go, the letter after each
    becomes a capital.
    """
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def snake_case(name: str) -> str:
    """Return a name in snake_case; acronyms stay whole: `get_ev_info` for `GetEVInfo`."""
    words = _WORD_START.sub("_", name).lower().split("_")
    return "_".join(filter(None, words))


def identifier_problem(name: str) -> str:
    """Return why a name can't be an identifier in generated code; empty if it can."""
    if len(name) > MAX_NAME:
        return f"is longer than {MAX_NAME} characters"
    if not _IDENTIFIER.fullmatch(name):
        return (
            "is no identifier (ASCII letters, digits and underscores, a letter first)"
        )
    if keyword.iskeyword(name):
        return "is a Python keyword"
    return ""


def field_problem(name: str) -> str:
    """Return why a name can't be a field; empty if it can."""
    if name in _IN_CLASS_BODIES:
        return "would hide a name that its class uses"
    if name in _CLASS_ATTRIBUTES:
        return "is an attribute of every generated class"
    return identifier_problem(name)


def member_problem(name: str, base: type[str] | type[int]) -> str:
    """Return why a name can't be a member of an enum of such values; empty if it can."""
    if name in _OF_BASE[base]:
        return f"is an attribute of every {base.__name__} enum"
    return identifier_problem(name)


def type_problem(name: str) -> str:
    """Return why a name can't be a class; empty if it can."""
    if name in _IN_MODULES or name in SCALAR_TYPES:
        return "is used in the generated modules"
    return identifier_problem(name)


def way_out(name: str, problem_of: Callable[[str], str]) -> str:
    """Return the hint for a name that won't do: the one with an underscore, if that will."""
    return "use another name" if problem_of(f"{name}_") else f"write '{name}_'"
