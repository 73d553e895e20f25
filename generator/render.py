"""Jinja templates to text: the environment and the filters every target shares."""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path
from typing import Any

import jinja2

from generator.phrases import describe

# Beside this module in an installed package, beside the package in a checkout.
_HERE = Path(__file__).resolve().parent
TEMPLATES = next(
    folder
    for folder in (_HERE / "templates", _HERE.parent / "templates")
    if folder.is_dir()
)


class _CompiledTemplates(jinja2.FileSystemBytecodeCache):
    """Compiled templates beside their sources, as Python keeps compiled modules.

    Compiling takes longer than all the rest of a run. Nothing is kept where Python keeps no
    compiled modules either, or where the folder can't be written.
    """

    def __init__(self) -> None:
        folder = TEMPLATES / "__pycache__"
        with contextlib.suppress(OSError):
            folder.mkdir(exist_ok=True)
        version = f"{sys.implementation.cache_tag}-jinja{jinja2.__version__}"
        super().__init__(str(folder), f"{version}-%s")

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def environment() -> jinja2.Environment:
    """Return the environment that templates are rendered in.

    Undefined names are errors, and nothing is escaped by itself: what comes from a spec goes
    through a filter that fits the output (`python_string`, `docstring`, `markdown`, `code`).
    """
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=None if sys.dont_write_bytecode else _CompiledTemplates(),
    )
    env.filters.update(
        describe=describe,
        plain_name=plain_name,
        sentences=sentences,
    )
    return env


def render(env: jinja2.Environment, template: str, **context: Any) -> str:
    """Return the text of a template, with one newline at its end."""
    return env.get_template(template).render(**context).rstrip("\n") + "\n"


def plain_name(name: str) -> str:
    """Return a file name without the characters that could end a comment."""
    return re.sub(r"[^A-Za-z0-9._ -]", "_", name)


def sentences(phrases: list[str]) -> str:
    """Return phrases as sentences: a capital first, a full stop last."""
    return " ".join(
        phrase[:1].upper() + phrase[1:] + ("" if phrase.endswith(".") else ".")
        for phrase in phrases
        if phrase
    )
