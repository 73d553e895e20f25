"""Specs of any size: one for each direction in which a spec can grow."""

from __future__ import annotations

from collections.abc import Callable

from generator.spec.load import load
from generator.spec.model import Spec
from generator.spec.source import source_of

HEAD = (
    "protocol: Growth\nversion: '1'\npackage: growth.v1\n"
    "errors: {not_json: A, unknown_field: B, missing_field: C, wrong_count: D,"
    " wrong_type: E, wrong_value: F}\n"
)
ONE_ACTION = (
    "actions:\n  Ping:\n    sender: both\n    request:\n      first: {type: %s}\n"
)


def nesting(levels: int) -> str:
    """Datatypes in each other, with three optional fields each that hold the next one."""
    lines = [HEAD, ONE_ACTION % "D0", "datatypes:\n"]
    for level in range(levels):
        inner = f"D{level + 1}" if level + 1 < levels else "int"
        fields = "".join(f"      f{n}: {{type: {inner}}}\n" for n in range(3))
        lines.append(f"  D{level}:\n    fields:\n{fields}")
    return "".join(lines)


def fields(number: int) -> str:
    """Fields of one message."""
    lines = (f"      f{n}: {{type: str, max_length: 20}}\n" for n in range(number))
    return HEAD + ONE_ACTION % "int" + "".join(lines)


def members(number: int) -> str:
    """Members of one enum, which three fields have."""
    more = "".join(f"      more{n}: {{type: Big}}\n" for n in range(2))
    lines = (f"      m{n}: M{n}\n" for n in range(number))
    return (
        f"{HEAD}{ONE_ACTION % 'Big'}{more}enums:\n  Big:\n    values:\n{''.join(lines)}"
    )


def actions(number: int) -> str:
    """Actions with a request and a response of two fields each."""
    pair = "{a: {type: int}, b: {type: str, required: true}}"
    lines = (
        f"  A{n}:\n    sender: both\n    request: {pair}\n    response: {pair}\n"
        for n in range(number)
    )
    return f"{HEAD}actions:\n{''.join(lines)}"


def datatypes(number: int) -> str:
    """Datatypes of two fields, each of which stands in one field of a message."""
    held = "".join(f"      d{n}: {{type: D{n}}}\n" for n in range(number))
    lines = (
        f"  D{n}:\n    fields: {{a: {{type: int}}, b: {{type: str, required: true}}}}\n"
        for n in range(number)
    )
    return f"{HEAD}{ONE_ACTION % 'int'}{held}datatypes:\n{''.join(lines)}"


DIRECTIONS: dict[str, tuple[Callable[[int], str], int]] = {
    "nesting": (nesting, 12),
    "fields": (fields, 1000),
    "members": (members, 2000),
    "actions": (actions, 200),
    "datatypes": (datatypes, 400),
}


def spec_of(text: str) -> Spec:
    """Return the spec of a text."""
    return load(source_of("growth.yaml", text.encode()))
