"""Target `pydantic`: models for pydantic 2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...spec.model import Field, Spec
from .. import PLAIN, Artifact, Options, models
from .input import (
    Definitions,
    Flavour,
    all_limits,
    is_closed,
)
from .output import OWN_TYPES


def artifacts(spec: Spec, options: Options = PLAIN) -> Iterator[Artifact]:
    """Yield the modules of the spec's package."""
    return models.artifacts(spec, options, FLAVOUR)


def _base_classes(definitions: Definitions) -> dict[str, Any]:
    """Return the options that give classes a base of ours, which configures them."""
    return {
        "base_class": f"{OWN_TYPES}.BaseModel",
        "base_class_map": {
            name: f"{OWN_TYPES}.OpenModel"
            for name, definition in definitions.items()
            if "properties" in definition and not is_closed(definition)
        },
    }


def _problem_of(field: Field) -> str:
    """Return why a model can't have a field; the tool avoids some more names itself."""
    from pydantic import BaseModel

    is_taken = field.name.startswith("model_") and hasattr(BaseModel, field.name)
    return "it is an attribute of every model" if is_taken else ""


FLAVOUR = Flavour(
    "pydantic",
    title="pydantic",
    base="type[BaseModel]",
    base_import="from pydantic import BaseModel",
    model="pydantic_v2.BaseModel",
    types={
        "integer": f"{OWN_TYPES}.JsonInt",
        "number": f"{OWN_TYPES}.JsonFloat",
        "boolean": "pydantic.StrictBool",
        "date-time": f"{OWN_TYPES}.DateTimeText",
        "uri": f"{OWN_TYPES}.UriText",
    },
    limits=all_limits,
    options=_base_classes,
    problem_of=_problem_of,
    constraint="Field",
)
