"""Targets: Spec to artifacts, in memory.

A target is a module with a function `artifacts(spec)`; it never touches the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from generator.model import Spec


class Artifact(NamedTuple):
    """One generated file.

    Attributes:
        path: Its place below the output folder, with forward slashes.
        text: Its content; lines end with a newline character.
    """

    path: str
    text: str


Target = Callable[[Spec], Iterator[Artifact]]


def targets() -> dict[str, Target]:
    """Return every target by its name."""
    from generator.targets import docs, python, schema, vectors

    return {
        "python": python.artifacts,
        "docs": docs.artifacts,
        "schema": schema.artifacts,
        "vectors": vectors.artifacts,
    }
