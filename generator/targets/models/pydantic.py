"""Target `pydantic`: models for pydantic 2."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

from ...spec.model import Spec
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


# Public attributes of every model, in any release of pydantic 2.
TAKEN = frozenset(
    {
        *("construct", "copy", "dict", "fields", "from_orm", "json", "parse_file"),
        *("parse_obj", "parse_raw", "schema", "schema_json", "update_forward_refs"),
        *("validate", "model_computed_fields", "model_config", "model_construct"),
        *("model_copy", "model_dump", "model_dump_json", "model_extra", "model_fields"),
        *("model_fields_set", "model_json_schema", "model_parametrized_name"),
        *("model_post_init", "model_rebuild", "model_validate", "model_validate_json"),
        "model_validate_strings",
    }
)


def _base_classes(definitions: Definitions, crossed: Set[str]) -> dict[str, Any]:
    """Return the options that give classes a base of ours, which configures them."""
    bases = {}
    for name, definition in definitions.items():
        if "properties" in definition:
            kind = "" if is_closed(definition) else "Open"
            kind += "Wire" if name in crossed else ""
            bases[name] = f"{OWN_TYPES}.{kind or 'Base'}Model"
    return {"base_class": f"{OWN_TYPES}.BaseModel", "base_class_map": bases}


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
    problem_of=lambda _: "",
    constraint="Field",
    taken=TAKEN,
    describes=True,
)
