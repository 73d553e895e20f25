"""The repository that is measured, importable from any folder."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "spec/ocpp16.yaml"
PACKAGE = ROOT / "generated/ocpp/v16"

sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from generated_modules import load_package  # noqa: E402

from generator.loader import load  # noqa: E402
from generator.model import Spec  # noqa: E402
from generator.source import read_source  # noqa: E402


def generated_package() -> ModuleType:
    """Import the generated package; PyPI's `ocpp` has the name that it has at home."""
    return load_package(PACKAGE, "generated_v16")


def spec_of(file: Path = SPEC) -> Spec:
    """Load a spec."""
    return load(read_source(file))


def peer(name: str) -> Any:
    """Import a module of another library; by name, so that type checks need none."""
    return importlib.import_module(name)
