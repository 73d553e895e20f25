"""Print, as JSON, the fields that PyPI's `ocpp` can't carry under our names.

    python names.py ocpp.v16 | ocpp.v201 | ocpp.v21

`ocpp` turns wire names into snake_case, and back, by a rule; it calls our classes with
what the rule gives, and sends what the rule makes of our names. The wire names are those
of the schemas that it checks messages with.
"""

# `ocpp` has no types, and `payloads` is generated when the tests run.
# mypy: disable-error-code="import-not-found,import-untyped"

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any, get_args, get_type_hints

import ocpp
from ocpp.charge_point import camel_to_snake_case, snake_to_camel_case
from payloads import REQUESTS, RESPONSES

HOST = sys.argv[1]
SCHEMAS = Path(ocpp.__file__).parent / HOST.removeprefix("ocpp.") / "schemas"


class Names:
    """Collects the names that don't come through, of each message and all within it."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._seen: set[Any] = set()

    def compare(self, cls: Any, schema: Any, root: Any) -> None:
        """Compare the fields of a class with the properties of a schema."""
        if cls in self._seen:
            return
        self._seen.add(cls)
        hints = get_type_hints(cls)
        fields = {field.name: hints[field.name] for field in dataclasses.fields(cls)}
        for wire, inner in schema.get("properties", {}).items():
            (name,) = camel_to_snake_case({wire: None})
            if name not in fields or list(snake_to_camel_case({name: None})) != [wire]:
                self.found.add(f"{cls.__name__}.{wire}")
                continue
            inner_schema = resolved(inner.get("items", inner), root)
            if "properties" in inner_schema:
                self.compare(structure_in(fields[name]), inner_schema, root)


def resolved(schema: Any, root: Any) -> Any:
    """Return a schema, or the definition that it refers to."""
    reference = schema.get("$ref", "").rpartition("/")[2]
    return root["definitions"][reference] if reference else schema


def structure_in(hint: Any) -> Any:
    """Return the datatype in a hint such as `list[MeterValue] | None`."""
    if dataclasses.is_dataclass(hint):
        return hint
    return next(filter(None, map(structure_in, get_args(hint))), None)


def schema_of(action: str, kind: str) -> Any:
    """Return the schema of the host; requests of 1.6 and one-way messages have no ending."""
    files = (SCHEMAS / f"{action}{kind}.json", SCHEMAS / f"{action}.json")
    file = next(file for file in files if file.is_file())
    return json.loads(file.read_text("utf-8-sig"))


names = Names()
for messages, kind in ((REQUESTS, "Request"), (RESPONSES, "Response")):
    for action, cls in messages.items():
        schema = schema_of(action, kind)
        names.compare(cls, schema, schema)
print(json.dumps(sorted(names.found)))
