"""The repository that is measured, importable from any folder."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# The versions of OCPP that are measured, by the names of their packages.
SPECS = {"v16": ROOT / "spec/ocpp16.yaml", "v21": ROOT / "spec/ocpp21.yaml"}

sys.path[:0] = [str(ROOT), str(ROOT / "tests/helpers")]

from generated_modules import load_package  # noqa: E402

from generator.spec.load import load  # noqa: E402
from generator.spec.model import Spec  # noqa: E402
from generator.spec.source import read_source  # noqa: E402


def package_folder(version: str) -> Path:
    """Return where the generated package of a version is."""
    return ROOT / "generated/ocpp" / version


def generated_package(version: str) -> ModuleType:
    """Import the generated package; PyPI's `ocpp` has the name that it has at home."""
    return load_package(package_folder(version), f"generated_{version}")


def spec_of(file: Path) -> Spec:
    """Load a spec."""
    return load(read_source(file))


def peer(name: str) -> Any:
    """Import a module of another library; by name, so that type checks need none."""
    return importlib.import_module(name)
