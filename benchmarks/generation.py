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
from statistics import fmean
from typing import Any, NamedTuple

from processes import Run, measured, shortest
from project import ROOT, SPECS, spec_of
from tables import heading, table, verdict

from generator.spec.model import Spec

ALL_TARGETS = ("python", "docs", "schema", "vectors")
CODE_AND_DOCS = ("python", "docs")
FACTORS = (1, 10, 50)

# Creating thousands of files takes a disk's file system longer the more there are.
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


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
            f'[tool.payloom]\nout = "out"\n\n'
            f"[[tool.payloom.jobs]]\n"
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
    for part in (one_spec, all_specs, *([] if arguments.peer_only else [growth])):
        with tempfile.TemporaryDirectory(dir=IN_MEMORY) as name:
            part(Path(name), arguments.rounds)


# Against datamodel-code-generator


def one_spec(folder: Path, rounds: int) -> None:
    """Print the times for OCPP 1.6."""
    copy = Copy(folder / "copy")
    spec = SPECS["v16"].name
    copy.use(spec, CODE_AND_DOCS)
    full = Copy(folder / "full")
    full.use(spec, ALL_TARGETS)
    peer = Peer(folder / "peer", "v16")
    runs = {
        "outputs removed before": Run(copy.command, copy.remove_outputs, copy.folder),
        "outputs there, in step": Run(copy.command, folder=copy.folder),
        "schemas and test vectors too": Run(
            full.command, full.remove_outputs, full.folder
        ),
        "datamodel-codegen, default options": Run(peer.command, peer.remove_models),
        "datamodel-codegen, its own formatter": Run(
            [*peer.command, "--formatters", "builtin"], peer.remove_models
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
        f"\nThe generator makes code and documents; its peer, models of {peer.schemas}"
        " schemas."
    )
    theirs = best["datamodel-codegen, default options"]
    rows = [
        verdict("code and documents", theirs / best[first], 6, at_most=False),
        verdict(
            "all targets",
            theirs / best["schemas and test vectors too"],
            6,
            at_most=False,
        ),
    ]
    titles = ["times faster than datamodel-codegen", "ratio", "target", ""]
    print(f"\n{table(titles, rows)}")


def all_specs(folder: Path, rounds: int) -> None:
    """Print the times for all jobs of the repository, and for OCPP 2.1 alone."""
    copy = Copy(folder / "copy")
    shutil.copy(ROOT / "pyproject.toml", copy.folder)
    peer = Peer(folder / "peer", "v21")
    runs = {
        "generator": Run(copy.command, copy.remove_outputs, copy.folder),
        "datamodel-codegen, default options": Run(peer.command, peer.remove_models),
        "datamodel-codegen, its own formatter": Run(
            [*peer.command, "--formatters", "builtin"], peer.remove_models
        ),
    }
    first, *others = best = shortest(runs, rounds)
    print(f"\n### {heading('Generating all specs')}\n")
    print(
        table(
            ["whole process", "multiple of the generator's time"],
            [[other, best[other] / best[first]] for other in others],
        )
    )
    print(
        "\nThe generator makes everything that the repository holds; its peer, models of"
        f" the {peer.schemas} schemas of OCPP 2.1."
    )
    ratio = best["datamodel-codegen, default options"] / best[first]
    row = verdict("times faster than datamodel-codegen", ratio, 3, at_most=False)
    print(f"\n{table(['figure that counts', 'ratio', 'target', ''], [row])}")


class Peer:
    """The command that makes models of the JSON Schemas that PyPI's `ocpp` holds."""

    def __init__(self, folder: Path, version: str) -> None:
        self._models = folder / "models"
        source = folder / "schemas"
        self.schemas = copy_schemas(version, source)
        self.command = [
            str(Path(sys.executable).with_name("datamodel-codegen")),
            *("--input", str(source), "--input-file-type", "jsonschema"),
            *("--output", str(self._models)),
        ]

    def remove_models(self) -> None:
        """Remove what runs have written."""
        shutil.rmtree(self._models, ignore_errors=True)


def copy_schemas(version: str, folder: Path) -> int:
    """Copy the schemas of a version that PyPI's `ocpp` holds; return how many."""
    folder.mkdir(parents=True)
    files = importlib.metadata.files("ocpp") or []
    schemas = [file for file in files if file.match(f"ocpp/{version}/schemas/*.json")]
    for file in schemas:
        shutil.copy(str(file.locate()), folder)
    return len(schemas)


# Growth


def growth(folder: Path, rounds: int) -> None:
    """Print how the time grows with the spec."""
    text = SPECS["v16"].read_text(encoding="utf-8")
    runs = {}
    fields = {}
    for factor in FACTORS:
        name = f"{factor}x.yaml"
        copy = Copy(folder / name)
        spec = copy.folder / "spec" / name
        spec.write_text(multiplied(text, factor), encoding="utf-8")
        copy.use(name, ALL_TARGETS)
        runs[name] = Run(copy.command, copy.remove_outputs, copy.folder)
        fields[name] = field_count(spec_of(spec))
    # In the mean: the shortest of long runs meets more of what else the machine does than
    # the shortest of short ones.
    times = measured(runs, rounds)
    sizes = [
        Size(factor, fields[name], fmean(times[name]))
        for factor, name in zip(FACTORS, runs, strict=True)
    ]
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
    return sum(len(each.fields) for each in spec.messages) + sum(
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
