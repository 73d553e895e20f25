"""Target `python`: one package of modules for each spec."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from ...emit.jinja import environment, render_python
from ...emit.layout import (
    LINE_LENGTH,
    docstring,
    fit,
    formatted,
    python_string,
)
from ...emit.wording import sentence
from ...spec.model import Datatype, Field, Member, Message, Spec, Value
from .. import PLAIN, Artifact, Options
from .aliases import action_members, refuse_collisions
from .codec import Codec
from .modules import modules
from .values import rule

MODULES = (
    *("__init__", "enums", "datatypes", "call", "call_result", "errors"),
    *("_base", "_codec/__init__", "_codec/shared", "_explain", "_values"),
)


def artifacts(spec: Spec, options: Options = PLAIN) -> Iterator[Artifact]:
    """Yield the modules of the spec's package, and its `py.typed` mark."""
    members = []
    if options.aliases:
        refuse_collisions(spec)
        members = action_members(spec)
    codec = Codec(spec)
    env = environment(options.templates)
    env.filters.update(
        annotation=annotation,
        attribute=attribute,
        fit=fit,
        rule=partial(rule, codec=codec),
        words_in=words_in,
        names_used=names_used,
        declaration=declaration,
        docstring=docstring,
        member_line=member_line,
        python_string=python_string,
    )
    folder = spec.package.replace(".", "/")
    for module in MODULES:
        text = render_python(
            env,
            f"python/{module}.py.jinja",
            spec=spec,
            codec=codec,
            aliases=options.aliases,
            action_members=members,
        )
        yield Artifact(f"{folder}/{module}.py", formatted(text))
    for name, text in modules(spec, codec):
        yield Artifact(f"{folder}/_codec/{name}.py", formatted(text))
    yield Artifact(f"{folder}/py.typed", "")


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
    used = set()
    for owner in owners:
        for field in owner.fields:
            value = field.value.innermost
            if value.type == "any":
                used.add("Any")
            elif value.ref:
                used.add("enums" if value.enum else "datatypes")
        if isinstance(owner, Datatype) and owner.open:
            used |= {"Any", "field"}
    return used


def words_in(text: str, words: Iterable[str]) -> list[str]:
    """Return those of the words that stand in a text."""
    return sorted(set(words) & set(re.findall(r"\w+", text)))


def declaration(field: Field, prefix: bool = True) -> str:
    """Return the line of a class that declares a field, opened as black does if too long."""
    start = f"    {field.name}: {annotation(field.value, prefix)}"
    if field.required:
        return start
    start += " | None = "
    if len(start) + len("None") <= LINE_LENGTH or len(start) >= LINE_LENGTH:
        return f"{start}None"
    return f"{start}(\n        None\n    )"


def attribute(field: Field, facts: str, prefix: bool = True) -> str:
    """Return what a class's docstring says of a field."""
    needed = "Required." if field.required else "Optional."
    description = sentence(field.description) if facts else field.description
    words = (needed, description, facts)
    text = f"{field.name} ({annotation(field.value, prefix)}): {' '.join(filter(None, words))}"
    return docstring(text, indent=8, hang=4)


def member_line(member: Member) -> str:
    """Return the assignment of an enum member, in parentheses where it would be too long."""
    value = python_string(member.value)
    line = f"    {member.name} = {value}"
    if len(line) > LINE_LENGTH and line.isascii():
        return f"    {member.name} = (\n        {value}\n    )"
    return line
