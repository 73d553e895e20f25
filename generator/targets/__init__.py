"""Targets: Spec to artifacts, in memory.

A target is a module of this package with a function `artifacts(spec, options)`; it never
touches the disk. Its module is imported when a job asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from generator.model import Spec

TARGETS = ("python", "docs", "schema", "vectors", "micropython")


class Artifact(NamedTuple):
    """One generated file.

    Attributes:
        path: Its place below the output folder, with forward slashes.
        text: Its content; lines end with a newline character.
    """

    path: str
    text: str


class Options(NamedTuple):
    """What a job asks of its targets beyond the spec; each heeds what concerns it.

    Attributes:
        aliases: Whether classes of messages and members of enums of actions have a second
            name, for programs that expect that one.
        templates: Folder of templates that take the place of ours with the same path.
    """

    aliases: bool = False
    templates: Path | None = None


PLAIN = Options()

Target = Callable[[Spec, Options], Iterator[Artifact]]


def target(name: str) -> Target:
    """Return a target by its name, one of TARGETS."""
    made: Target = import_module(f"{__name__}.{name}").artifacts
    return made
