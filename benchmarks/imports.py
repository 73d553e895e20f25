"""How long the first import of the generated package takes, against its peers.

Each import has a fresh process of its own; compiled modules are there, as on a machine
where the program has run before.
"""

from __future__ import annotations

import argparse
import compileall
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from processes import Run, shortest
from project import SPECS, package_folder, spec_of
from tables import heading, table, verdict

from generator.spec.model import Datatype, Enum, Field, Spec, Value

BARE = "nothing"
OURS = "generated package"
STRUCTS = "the same as msgspec Structs"
PYPI = "PyPI's package"
IMPORTS = {
    BARE: "pass",
    OURS: "import generated_{0}",
    STRUCTS: "import structs_{0}",
    PYPI: "import ocpp.{0}",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=40, help="processes for each")
    rounds = parser.parse_args().rounds
    for version in SPECS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            shutil.copytree(
                package_folder(version),
                folder / f"generated_{version}",
                ignore=shutil.ignore_patterns("__pycache__"),
            )
            write_structs(spec_of(SPECS[version]), folder / f"structs_{version}")
            compileall.compile_dir(folder, quiet=1)
            show(version, measure(version, folder, rounds))


def measure(version: str, folder: Path, rounds: int) -> dict[str, float]:
    """Return the shortest time of a process for each import."""
    path = f"import sys; sys.path.insert(0, {str(folder)!r})"
    runs = {
        name: Run([sys.executable, "-c", f"{path}; {statement.format(version)}"])
        for name, statement in IMPORTS.items()
    }
    return shortest(runs, rounds)


def show(version: str, seconds: dict[str, float]) -> None:
    """Print the ratios of a version."""
    print(f"\n### {heading(f'Import of ocpp.{version}')}\n")
    bare = seconds[BARE]
    ours = seconds[OURS] - bare
    ratios = {other: ours / (seconds[other] - bare) for other in (PYPI, STRUCTS)}
    rows = [
        [other, ratio, seconds[OURS] / seconds[other]]
        for other, ratio in ratios.items()
    ]
    print(table([f"{OURS} against", "import itself", "whole process"], rows))
    print("\nThe import itself is the whole process less one that imports nothing.\n")
    verdicts = [verdict(f"import, against {PYPI}", ratios[PYPI], 0.4, at_most=True)]
    print(
        table(
            ["figure that counts: the import itself", "ratio", "target", ""], verdicts
        )
    )


def write_structs(spec: Spec, folder: Path) -> None:
    """Write the classes of a spec as msgspec Structs with the same constraints."""
    folder.mkdir()
    enums = [line for enum in spec.enums for line in _enum_lines(enum)]
    datatypes = [
        line
        for each in spec.datatypes
        for line in _struct_lines(each.name, each.fields, "", each.open)
    ]
    modules = {
        "enums": ["from enum import IntEnum, StrEnum", *enums],
        "datatypes": [*_HEAD, "from . import enums", *datatypes],
        "call": [*_HEAD, "from . import datatypes, enums"],
        "call_result": [*_HEAD, "from . import datatypes, enums"],
        "__init__": ["from . import call, call_result, datatypes, enums"],
    }
    for module, messages in (
        ("call", spec.requests),
        ("call_result", spec.responses),
    ):
        for message in messages:
            name = message.action + spec.class_suffix
            modules[module] += _struct_lines(name, message.fields, "datatypes.")
        table_lines = [
            f'    "{message.action}": {module}.{message.action}{spec.class_suffix},'
            for message in messages
        ]
        variable = "REQUESTS" if module == "call" else "RESPONSES"
        modules["__init__"] += [f"{variable} = {{", *table_lines, "}"]
    for name, lines in modules.items():
        (folder / f"{name}.py").write_text("\n".join(lines) + "\n", encoding="utf-8")


_HEAD = [
    "from __future__ import annotations",
    "from typing import Annotated, Any",
    "from msgspec import UNSET, Meta, Struct, UnsetType",
]


def _enum_lines(enum: Enum) -> Iterator[str]:
    yield f"class {enum.name}({'StrEnum' if enum.base == 'str' else 'IntEnum'}):"
    for member in enum.members:
        yield f"    {member.name} = {member.value!r}"


def _struct_lines(
    name: str, fields: tuple[Field, ...], module: str, is_open: bool = False
) -> Iterator[str]:
    names = {field.name: field.wire for field in fields if field.name != field.wire}
    options = f", rename={names}" if names else ""
    yield f"class {name}(Struct, forbid_unknown_fields={not is_open}{options}):"
    if not fields:
        yield "    pass"
    for field in fields:
        kind = _annotation(field.value, module)
        optional = "" if field.required else " | UnsetType = UNSET"
        yield f"    {field.name}: {kind}{optional}"


def _annotation(value: Value, module: str) -> str:
    if value.items:
        kind = f"list[{_annotation(value.items, module)}]"
    elif isinstance(value.ref, Datatype):
        kind = module + value.ref.name
    elif isinstance(value.ref, Enum):
        kind = f"enums.{value.ref.name}"
    else:
        kind = "Any" if value.type == "any" else value.type
    limits = {
        "max_length": value.limit("max_length") or value.limit("max_items"),
        "min_length": value.limit("min_items"),
        "ge": value.limit("minimum"),
        "le": value.limit("maximum"),
        "multiple_of": value.limit("multiple_of"),
    }
    meta = ", ".join(
        f"{key}={limit}" for key, limit in limits.items() if limit is not None
    )
    return f"Annotated[{kind}, Meta({meta})]" if meta else kind


if __name__ == "__main__":
    main()
