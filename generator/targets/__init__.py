"""Targets: Spec to artifacts, in memory.

A target is a module of this package with a function `artifacts(spec, options)`; it never
touches the disk. Its module is imported when a job asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from ..diagnostics import Span, fail
from ..spec.model import Spec

# Each gives a package of its own in place of that of target `python`.
MODELS = ("pydantic", "msgspec", "typeddict")
TARGETS = ("python", "docs", "schema", "vectors", "micropython", *MODELS)
_MODULES = {name: f"models.{name}" for name in MODELS}


class Artifact(NamedTuple):
    """One generated file.

    Attributes:
        path: Its place below the output folder, with forward slashes.
        text: Its content; lines end with a newline character.
    """

    path: str
    text: str


class Older(NamedTuple):
    """An earlier version of a spec.

    Attributes:
        spec: The spec.
        documented: Whether its documents stand beside those of the spec.
    """

    spec: Spec
    documented: bool


class Options(NamedTuple):
    """What a job asks of its targets beyond the spec; each heeds what concerns it.

    Attributes:
        aliases: Whether classes of messages and members of enums of actions have a second
            name, for programs that expect that one.
        templates: Folder of templates that take the place of ours with the same path.
        older: The earlier version to compare with in the documents, if any.
    """

    aliases: bool = False
    templates: Path | None = None
    older: Older | None = None


PLAIN = Options()

# What a target may write for one spec, in characters: twenty times what OCPP 2.1 takes. More
# helps nobody, and takes minutes.
MAX_WRITTEN = 64 * 1024 * 1024


class Room:
    """What is left of MAX_WRITTEN for one target of one spec."""

    def __init__(self, target: str, source: str) -> None:
        """Start with all of it.

        Args:
            target: Name of the target.
            source: Name of the spec file, for the error.
        """
        self._target = target
        self._source = source
        self._left = MAX_WRITTEN

    def take(self, text: str) -> str:
        """Return a text, and take its length off.

        Raises:
            DiagnosticError: There isn't that much left.
        """
        self._left -= len(text)
        if self._left < 0:
            message = (
                f"target {self._target} would write more than {MAX_WRITTEN} characters"
            )
            raise fail(
                Span(self._source), message, "split the spec, or leave the target out"
            )
        return text


Target = Callable[[Spec, Options], Iterator[Artifact]]


def target(name: str) -> Target:
    """Return a target by its name, one of TARGETS."""
    made: Target = import_module(f"{__name__}.{_MODULES.get(name, name)}").artifacts
    return made
