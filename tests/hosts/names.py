"""Print, as JSON, the fields that PyPI's `ocpp` can't carry under our names.

`ocpp` turns wire names into snake_case, and back, by a rule; it calls our classes with
what the rule gives, and sends what the rule makes of our names. The wire names are those
of the schemas that it checks messages with.
"""

# `ocpp` has no types, and `payloads` is generated when the tests run.
# mypy: disable-error-code="import-not-found,import-untyped"

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import ocpp
from ocpp.charge_point import camel_to_snake_case, snake_to_camel_case
from payloads import REQUESTS, RESPONSES

SCHEMAS = Path(ocpp.__file__).parent / "v16" / "schemas"


def misfits(cls: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    """Yield the path of each field whose name doesn't come through."""
    hints = get_type_hints(cls)
    fields = {field.name: hints[field.name] for field in dataclasses.fields(cls)}
    for wire, inner in schema.get("properties", {}).items():
        (name,) = camel_to_snake_case({wire: None})
        if name not in fields or list(snake_to_camel_case({name: None})) != [wire]:
            yield f"{path}.{wire}"
            continue
        inner_schema = inner.get("items", inner)
        if "properties" in inner_schema:
            datatype = structure_in(fields[name])
            yield from misfits(datatype, inner_schema, f"{path}.{wire}")


def structure_in(hint: Any) -> Any:
    """Return the datatype in a hint such as `list[MeterValue] | None`."""
    if dataclasses.is_dataclass(hint):
        return hint
    return next(filter(None, map(structure_in, get_args(hint))), None)


print(
    json.dumps(
        [
            misfit
            for messages, ending in ((REQUESTS, ""), (RESPONSES, "Response"))
            for action, cls in messages.items()
            for misfit in misfits(
                cls,
                json.loads((SCHEMAS / f"{action}{ending}.json").read_text("utf-8-sig")),
                action + ending,
            )
        ]
    )
)
