"""The house: modules that are read in one sitting, and no two that import each other."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

from generator.emit.wording import describe
from generator.spec.constraints import CONSTRAINTS
from generator.spec.model import Limits, Value
from generator.targets import micropython
from generator.targets.models.input import LIMITS

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400

pytestmark = pytest.mark.once


def modules() -> dict[str, Path]:
    """Return the modules of the generator by their dotted names."""
    found = {}
    for file in (ROOT / "generator").rglob("*.py"):
        parts = file.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = file
    return found


def imports(name: str, file: Path, known: set[str]) -> set[str]:
    """Return the modules of ours that a module imports, at its top or later."""
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*parts, *([node.module] if node.module else [])])
            for each in node.names:
                inner = f"{base}.{each.name}"
                found.add(inner if inner in known else base)
    return found - {name}


def test_modules_are_read_in_one_sitting() -> None:
    files = [*modules().values()]
    # What all generated packages have alike; `_explain` ends with tables of the spec's own.
    shared = (ROOT / "generated/ocpp/v16", ROOT / "generated/micropython/usr/ocpp/v16")
    for folder in shared:
        files += [file for file in folder.glob("_*.py") if file.stem != "_explain"]
    long = {
        file.relative_to(ROOT).as_posix(): number
        for file in files
        if (number := len(file.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_two_modules_import_each_other() -> None:
    known = modules()
    graph = {name: imports(name, file, set(known)) for name, file in known.items()}
    # Take away what imports nothing that is left, until nothing more goes.
    while gone := {name for name in graph if not graph[name] & graph.keys()}:
        graph = {name: graph[name] for name in graph if name not in gone}
    assert graph == {}


@pytest.mark.parametrize("name", ["generator.spec.types", "generator.spec.enums"])
def test_what_resolves_a_spec_reads_nothing_itself(name: str) -> None:
    known = modules()
    found = imports(name, known[name], set(known))
    assert "generator.spec.entry" in found
    assert "generator.spec.reader" not in found


def test_only_one_module_of_import_knows_ocpp() -> None:
    for name, file in modules().items():
        if (
            name.startswith("generator.importing.")
            and name != "generator.importing.ocpp"
        ):
            text = file.read_text("utf-8")
            code = ast.unparse(ast.parse(text)) if "OCPP" in text else ""
            strings = [
                node.value
                for node in ast.walk(ast.parse(code))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
            docstrings = {
                ast.get_docstring(node, clean=False)
                for node in ast.walk(ast.parse(code))
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            }
            assert not [
                each for each in strings if "OCPP" in each and each not in docstrings
            ]


def phrase_books() -> dict[str, str]:
    """Return the templates that word the constraints."""
    names = ("python/_docstrings.jinja", "docs/en.md.jinja", "docs/zh.md.jinja")
    return {name: (ROOT / "templates" / name).read_text("utf-8") for name in names}


@pytest.mark.parametrize("key", CONSTRAINTS)
def test_every_target_has_a_rendering_of_every_constraint(key: str) -> None:
    keyword = CONSTRAINTS[key].keyword
    if key != "format":  # each format has phrases and types of its own
        assert key in micropython.SIGNS
        assert keyword in LIMITS
        for name, text in phrase_books().items():
            assert f'"{key}": ' in text, name
        value = Value("str", limits=Limits({key: 1}))
        assert describe(value, {key: "<{0}>"}) == ["<1>"]
    values = (ROOT / "generated/ocpp/v16/_values.py").read_text("utf-8")
    assert key == "format" or f"{key}: " in values


def test_nothing_that_a_run_leaves_behind_is_tracked() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "__pycache__" not in listed
