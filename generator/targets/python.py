"""Target `python`: one package of modules for each spec."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from generator.model import Datatype, Field, Member, Message, Spec, Value
from generator.render import environment, render
from generator.targets import Artifact

LINE_LENGTH = 88

MODULES = ("__init__", "_base", "enums", "datatypes", "call", "call_result")


def artifacts(spec: Spec) -> Iterator[Artifact]:
    """Yield the modules of the spec's package, and its `py.typed` mark."""
    env = environment()
    env.filters.update(
        annotation=annotation,
        attribute=attribute,
        names_used=names_used,
        docstring=docstring,
        member_line=member_line,
        python_string=python_string,
    )
    folder = spec.package.replace(".", "/")
    for module in MODULES:
        text = render(env, f"python/{module}.py.jinja", spec=spec)
        yield Artifact(f"{folder}/{module}.py", formatted(text))
    yield Artifact(f"{folder}/py.typed", "")


def formatted(text: str) -> str:
    """Return a module as black leaves it.

    Templates emit what black would; only lines that are too long need black itself, which
    takes ten times as long as all the rest. Bytes are counted since black gives wide
    characters two columns.
    """
    if all(len(line.encode()) <= LINE_LENGTH for line in text.splitlines()):
        return text
    import black

    return black.format_str(text, mode=black.Mode(line_length=LINE_LENGTH))


def annotation(value: Value, prefix: bool = True) -> str:
    """Return the type annotation of a value.

    Args:
        value: The value.
        prefix: Whether datatypes need the name of their module.
    """
    if value.items:
        return f"list[{annotation(value.items, prefix)}]"
    if value.enum:
        return f"enums.{value.type}"
    if value.datatype:
        return f"datatypes.{value.type}" if prefix else value.type
    return "Any" if value.type == "any" else value.type


def names_used(owners: Iterable[Datatype | Message]) -> set[str]:
    """Return the imported names that the annotations of messages or datatypes use."""
    values = [field.value.innermost for owner in owners for field in owner.fields]
    return {
        "Any" if value.type == "any" else "enums" if value.enum else "datatypes"
        for value in values
        if value.ref or value.type == "any"
    }


def attribute(field: Field, facts: str, prefix: bool = True) -> str:
    """Return what a class's docstring says of a field."""
    needed = "Required." if field.required else "Optional."
    words = (needed, field.description, facts)
    text = f"{field.name} ({annotation(field.value, prefix)}): {' '.join(filter(None, words))}"
    return docstring(text, indent=8, hang=4)


def docstring(text: str, indent: int = 4, hang: int = 0) -> str:
    """Return text as indented lines for a docstring that it can't end or escape from."""
    escaped = text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    return textwrap.fill(
        escaped,
        LINE_LENGTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def member_line(member: Member) -> str:
    """Return the assignment of an enum member, in parentheses where it would be too long."""
    value = python_string(member.value)
    line = f"    {member.name} = {value}"
    if len(line) > LINE_LENGTH and line.isascii():
        return f"    {member.name} = (\n        {value}\n    )"
    return line


def python_string(text: Any) -> str:
    """Return a literal in the quotes that black would choose."""
    if not isinstance(text, str):
        return repr(text)
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = re.sub(rf"[\\{quote}]", r"\\\g<0>", text)
    return f"{quote}{escaped}{quote}"
