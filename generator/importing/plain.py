"""Plain values of schemas, and whether a spec can say them."""

from __future__ import annotations

import re
from typing import Any

from ..diagnostics import quoted
from ..spec.constraints import broken_limit
from ..spec.forms import plain_number
from ..spec.model import Number
from ..spec.reader import MAX_SHORT_TEXT
from ..spec.source import UNPRINTABLE
from .shapes import Shape


def text_problem(text: str) -> str:
    """Return why a spec can't have a text as a wire name or value; empty if it can."""
    if not text.strip():
        return "is empty"
    if len(text) > MAX_SHORT_TEXT:
        return f"is longer than {MAX_SHORT_TEXT} characters"
    if UNPRINTABLE.search(text) or re.search(r"[\t\r\n]", text):
        return "has a character that can't be printed"
    return "has white space around it" if text != text.strip() else ""


def plain_default(default: Any, shape: Shape) -> str | Number | bool | None:
    """Return the default of a scalar; None if the spec language can't say it."""
    limits = dict(shape.limits)
    if shape.type == "bool" and isinstance(default, bool):
        return default
    said: str | Number | None = None
    if shape.type == "str" and isinstance(default, str) and not text_problem(default):
        said = default
    elif shape.type in ("int", "float"):
        said = plain_number(default, whole=shape.type == "int")
    return None if said is None or broken_limit(limits, said) else said


def lists_in(shape: Shape | None) -> int:
    """Return how many lists stand in each other."""
    depth = 0
    while shape:
        depth += shape.type == "list"
        shape = shape.items
    return depth


def shown(value: Any) -> str:
    """Return a short value of a keyword in quotes; nothing for a long or nested one."""
    return quoted(str(value), 40) if isinstance(value, str | int | float) else ""


def escaped(name: str) -> str:
    """Return a name as a part of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def unescaped(part: str) -> str:
    """Return a part of a JSON pointer as a name."""
    return part.replace("~1", "/").replace("~0", "~")
