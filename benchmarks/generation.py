"""How long the generator takes: against datamodel-code-generator, and as specs grow.

Each run is a process of its own, in a copy of the repository; whole processes are timed.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from processes import Run, shortest
from project import ROOT, SPEC, spec_of
from tables import heading, table, verdict

from generator.model import Spec

ALL_TARGETS = ("python", "docs", "schema", "vectors")
CODE_AND_DOCS = ("python", "docs")
FACTORS = (1, 10, 50)


class Copy:
    """A copy of the repository in which one spec is generated."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("generator", "templates", "spec"):
            shutil.copytree(
                ROOT / name,
                folder / name,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        self.command = [sys.executable, "-m", "generator"]

    def use(self, spec: str, targets: tuple[str, ...]) -> None:
        """Make one spec and its targets the only job."""
        listed = ", ".join(f'"{target}"' for target in targets)
        (self.folder / "pyproject.toml").write_text(
            f'[tool.payload-generator]\nout = "out"\n\n'
            f"[[tool.payload-generator.jobs]]\n"
            f'spec = "spec/{spec}"\ntargets = [{listed}]\n',
            encoding="utf-8",
        )

    def remove_outputs(self) -> None:
        """Remove what runs have written."""
        shutil.rmtree(self.folder / "out", ignore_errors=True)


class Size(NamedTuple):
    """A spec and how long it takes."""

    factor: int
    fields: int
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=10, help="runs of each")
    parser.add_argument("--peer-only", action="store_true", help="leave out the growth")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        against_peer(Path(name), arguments.rounds)
    if not arguments.peer_only:
        with tempfile.TemporaryDirectory() as name:
            growth(Path(name), max(3, arguments.rounds // 3))


# Against datamodel-code-generator


def against_peer(folder: Path, rounds: int) -> None:
    """Print the times for OCPP 1.6."""
    copy = Copy(folder / "copy")
    copy.use(SPEC.name, CODE_AND_DOCS)
    full = Copy(folder / "full")
    full.use(SPEC.name, ALL_TARGETS)
    schemas = folder / "schemas"
    count = copy_schemas(schemas)
    models = folder / "models"
    peer = [
        str(Path(sys.executable).with_name("datamodel-codegen")),
        *("--input", str(schemas), "--input-file-type", "jsonschema"),
        *("--output", str(models)),
    ]

    def remove_models() -> None:
        shutil.rmtree(models, ignore_errors=True)

    runs = {
        "outputs removed before": Run(copy.command, copy.remove_outputs, copy.folder),
        "outputs there, in step": Run(copy.command, folder=copy.folder),
        "schemas and test vectors too": Run(
            full.command, full.remove_outputs, full.folder
        ),
        "datamodel-codegen, default options": Run(peer, remove_models),
        "datamodel-codegen, its own formatter": Run(
            [*peer, "--formatters", "builtin"], remove_models
        ),
    }
    best = shortest(runs, rounds)
    first, *others = best
    print(f"\n### {heading('Generating OCPP 1.6')}\n")
    print(
        table(
            ["whole process", f"multiple of the time with {first}"],
            [[other, best[other] / best[first]] for other in others],
        )
    )
    print(
        f"\nThe generator makes code and documents; its peer, models of {count} schemas."
    )
    ratio = best["datamodel-codegen, default options"] / best[first]
    row = verdict("times faster than datamodel-codegen", ratio, 6, at_most=False)
    print(f"\n{table(['figure that counts', 'ratio', 'target', ''], [row])}")


def copy_schemas(folder: Path) -> int:
    """Copy the JSON Schemas for OCPP 1.6 that PyPI's `ocpp` holds; return how many."""
    folder.mkdir()
    files = importlib.metadata.files("ocpp") or []
    schemas = [file for file in files if file.match("ocpp/v16/schemas/*.json")]
    for file in schemas:
        shutil.copy(str(file.locate()), folder)
    return len(schemas)


# Growth


def growth(folder: Path, rounds: int) -> None:
    """Print how the time grows with the spec."""
    copy = Copy(folder / "copy")
    text = SPEC.read_text(encoding="utf-8")
    sizes = []
    for factor in FACTORS:
        spec = copy.folder / f"spec/{factor}x.yaml"
        spec.write_text(multiplied(text, factor), encoding="utf-8")
        copy.use(spec.name, ALL_TARGETS)
        runs = {spec.name: Run(copy.command, copy.remove_outputs, copy.folder)}
        best = shortest(runs, rounds)
        sizes.append(Size(factor, field_count(spec_of(spec)), best[spec.name]))
    base = sizes[0]
    print(f"\n### {heading('Generating larger specs')}\n")
    rows: list[list[Any]] = [
        [
            f"{size.factor} times OCPP 1.6",
            size.fields,
            size.seconds / base.seconds,
            per_field(size) / per_field(base),
        ]
        for size in sizes
    ]
    print(table(["spec", "fields", "time", "time per field"], rows))
    slower = marginal(sizes[1], sizes[2]) / marginal(sizes[0], sizes[1])
    largest = per_field(sizes[-1]) / per_field(base)
    print("\nTimes are multiples of the first line's; all targets, outputs removed.\n")
    rows = [
        verdict("time per field, largest spec", largest, 1.0, at_most=True),
        verdict("each field added beyond 10 times", slower, 1.1, at_most=True),
    ]
    print(table(["figure that counts", "ratio", "target", ""], rows))


def per_field(size: Size) -> float:
    return size.seconds / size.fields


def marginal(small: Size, large: Size) -> float:
    """Return the time that each field beyond those of the smaller spec takes."""
    return (large.seconds - small.seconds) / (large.fields - small.fields)


def field_count(spec: Spec) -> int:
    return sum(len(each.fields) for each in (*spec.requests, *spec.responses)) + sum(
        len(each.fields) for each in spec.datatypes
    )


def multiplied(text: str, factor: int) -> str:
    """Return a spec with copies of each action, datatype and enum under other names."""
    sections = re.split(r"(?m)^(?=\w+:)", text)
    repeated = [
        section
        for section in sections
        if section.startswith(("actions:", "datatypes:", "enums:"))
    ]
    types = "".join(repeated[1:])  # what fields can name
    known = "|".join(re.findall(r"(?m)^  (\w+):", types))
    made = []
    for section in sections:
        made.append(section)
        if section not in repeated:
            continue
        # The enum of all actions would grow with every copy.
        entries = [
            entry
            for entry in re.split(r"(?m)^(?=  \w+:)", section)[1:]
            if "from: actions" not in entry
        ]
        for number in range(2, factor + 1):
            for entry in entries:
                name = rf"\g<0>Nr{number}"
                renamed = re.sub(r"^  \w+", name, entry)
                made.append(re.sub(rf"\b(?:type|items): (?:{known})\b", name, renamed))
    return "".join(made)


if __name__ == "__main__":
    main()
