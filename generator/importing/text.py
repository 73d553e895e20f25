"""A spec as text: one field a line, blank lines between entries, quotes only where needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..spec.numbers import digits
from ..spec.source import UNPRINTABLE

WIDTH = 120

# Text that every reader of YAML takes for text, except for the words that mean null.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:[./+ -][A-Za-z0-9_]+)*")
_ESCAPED = re.compile(rf"{UNPRINTABLE.pattern}|\s(?<! )")
_NULL = re.compile("null", re.IGNORECASE)

Fields = Mapping[str, Mapping[str, Any]]
"""Fields by their names, each with its keys in the spec language."""


def scalar(text: str) -> str:
    """Return a text as YAML that reads back as this text, in a flow map too."""
    if _PLAIN.fullmatch(text) and not _NULL.fullmatch(text):
        return text
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_ESCAPED.sub(_escape, quoted)}"'


def _escape(match: re.Match[str]) -> str:
    return f"\\U{ord(match.group()):08x}"


def flow(value: Any) -> str:
    """Return a map, list, text, number or flag in one line."""
    if isinstance(value, Mapping):
        return (
            f"{{{', '.join(f'{key}: {flow(inner)}' for key, inner in value.items())}}}"
        )
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return scalar(value) if isinstance(value, str) else digits(value)


def fields(entries: Fields, key: str, indent: int) -> Iterator[str]:
    """Yield the lines of a map of fields.

    Args:
        entries: The fields.
        key: What the map is the value of.
        indent: Spaces before the key.
    """
    margin = " " * indent
    if not entries:
        yield f"{margin}{key}: {{}}"
        return
    yield f"{margin}{key}:"
    for name, entry in entries.items():
        line = f"{margin}  {scalar(name)}: {flow(entry)}"
        if len(line) <= WIDTH:
            yield line
            continue
        yield f"{margin}  {scalar(name)}:"
        for part, value in entry.items():
            yield f"{margin}    {part}: {flow(value)}"


def section(key: str, entries: Iterable[Iterable[str]]) -> str:
    """Return a part of a spec, with a blank line between its entries; empty if it has none."""
    body = "\n\n".join("\n".join(lines) for lines in entries)
    return f"{key}:\n{body}\n" if body else ""
