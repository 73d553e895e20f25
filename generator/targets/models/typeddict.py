"""Target `typeddict`: the types of plain dictionaries with wire names, for type checkers."""

from __future__ import annotations

from collections.abc import Iterator

from ...spec.model import Spec
from .. import PLAIN, Artifact, Options, models
from .input import Flavour


def artifacts(spec: Spec, options: Options = PLAIN) -> Iterator[Artifact]:
    """Yield the modules of the spec's package."""
    return models.artifacts(spec, options, FLAVOUR)


FLAVOUR = Flavour(
    "typeddict",
    title="type checkers",
    base="Any",
    base_import="from typing import Any",
    model="typing.TypedDict",
    types={},
    limits=lambda _: {},
    options=lambda *_: {},
    problem_of=lambda _: "",
    by_wire=True,
)
