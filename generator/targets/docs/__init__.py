"""Target `docs`: one Markdown document for each spec and language.

A job that names an earlier version gets a page of changes beside each; see `changes`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterator
from functools import partial

from ...emit.jinja import environment, render
from ...emit.wording import sentence
from ...spec.model import Message, Spec, Value
from .. import PLAIN, Artifact, Options
from .example import enums_needed, example, literal, renamed
from .markdown import cell_code, code, markdown
from .places import all_ids, names


def artifacts(spec: Spec, options: Options = PLAIN) -> Iterator[Artifact]:
    """Yield the document in each language; each links to the other."""
    unknown = {action.name for action in spec.actions if action.sender == "unknown"}
    env = environment(options.templates)
    env.filters.update(
        cell_code=cell_code,
        code=code,
        enums_needed=enums_needed,
        label=label,
        literal=literal,
        markdown=markdown,
        sent_by=partial(sent_by, unknown=unknown),
        sentence=sentence,
    )
    files = names(spec)
    pages: dict[str, Artifact] = {}
    if options.older:
        from . import changes

        pages = changes.pages(spec, options.older, env)
    for language, file in files.items():
        text = render(
            env,
            f"docs/{language}.md.jinja",
            spec=spec,
            example=example(spec),
            renamed=renamed(spec),
            one_way=[action.name for action in spec.actions if not action.response],
            ids=all_ids(spec),
            links={other: f"../{other}/{name}" for other, name in files.items()},
            older=options.older.spec if options.older else None,
            format_words=format_words(spec, language),
            changes=posixpath.basename(pages[language].path) if pages else "",
        )
        yield Artifact(f"docs/{language}/{file}", text)
    yield from pages.values()


def format_words(spec: Spec, language: str) -> dict[str, str]:
    """Return the phrases for formats that a spec has words of its own for."""
    words = spec.format_words.get(language, {})
    return {
        form: markdown(text).replace("{", "{{").replace("}", "}}")
        for form, text in words.items()
    }


def label(value: Value) -> str:
    """Return the short name of a type in the tables."""
    if value.datatype:
        return "obj"
    return value.enum.base if value.enum else value.type


def sent_by(
    messages: tuple[Message, ...], sender: str, unknown: Container[str] = ()
) -> list[Message]:
    """Return the messages that one side sends.

    Args:
        messages: Some messages.
        sender: The side; or `both`, or `unknown`.
        unknown: Actions whose sender the spec doesn't know.
    """
    return [
        message
        for message in messages
        if sender == ("unknown" if message.action in unknown else message.sender)
    ]
