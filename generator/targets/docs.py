"""Target `docs`: one Markdown document for each spec and language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.model import Action, Message, Spec, Value
from generator.render import environment, render
from generator.targets import Artifact

# Title of the document in its file name, by language.
TITLES = {
    "en": "Request_and_Response_Message_Data_Structure_Description",
    "zh": "请求与应答消息数据结构说明",
}

_SPECIAL = re.compile(r"[\\`*\[\]<>|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_BLOCK_START = re.compile(r"^([#+=-]|[0-9]+(?=[.)]))")


def artifacts(spec: Spec) -> Iterator[Artifact]:
    """Yield the document in each language; each links to the other."""
    env = environment()
    env.filters.update(
        code=code, label=label, literal=literal, markdown=markdown, sent_by=sent_by
    )
    suffix = spec.package.rpartition(".")[2].upper()
    files = {language: f"{title}_{suffix}.md" for language, title in TITLES.items()}
    for language, file in files.items():
        text = render(
            env,
            f"docs/{language}.md.jinja",
            spec=spec,
            example=example(spec),
            links={other: f"../{other}/{name}" for other, name in files.items()},
        )
        yield Artifact(f"docs/{language}/{file}", text)


def markdown(text: str) -> str:
    """Return text as a paragraph that Markdown shows as it is."""
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    return _BLOCK_START.sub(
        r"\\\g<0>" if not text[:1].isdigit() else r"\g<0>\\", escaped
    )


def code(text: str | int) -> str:
    """Return text as a code span, also for a cell of a table."""
    text = str(text)
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if "`" in text else ""
    return f"{ticks}{pad}{text}{pad}{ticks}".replace("|", r"\|")


def label(value: Value) -> str:
    """Return the short name of a type in the tables."""
    if value.datatype:
        return "obj"
    return value.enum.base if value.enum else value.type


def sent_by(messages: tuple[Message, ...], sender: str) -> list[Message]:
    """Return the messages that one side sends."""
    return [message for message in messages if message.sender == sender]


def example(spec: Spec) -> Action | None:
    """Return the first action that is short to construct: no datatypes, and some fields."""
    for action in spec.actions:
        messages = (action.request, action.response)
        if all(message and _is_short(message) for message in messages):
            return action
    return None


def _is_short(message: Message) -> bool:
    required = [field for field in message.fields if field.required]
    return bool(required) and all(
        field.value.enum or field.value.type in ("str", "int", "float", "bool")
        for field in required
    )


def literal(value: Value) -> str:
    """Return Python code for some value that is allowed."""
    if value.enum:
        return f"{value.enum.name}.{value.members[0].name}"
    if value.type == "str":
        return {
            "date-time": '"2026-01-31T12:00:00Z"',
            "uri": '"https://example.com"',
        }.get(value.format or "", '"..."')
    return (
        "True" if value.type == "bool" else str(value.minimum or value.multiple_of or 1)
    )
