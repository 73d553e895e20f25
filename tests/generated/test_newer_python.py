"""The generated packages on a Python that is newer than those that run the suite.

npm's `pyodide` brings CPython 3.14 for Node. It is fetched once, into pytest's cache; without
Node or network the test is skipped, but not where CI is set.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1]
GENERATED = HERE.parent / "generated"
PACKAGE = "pyodide@314.0.7"
VERSION = "3.14"

pytestmark = pytest.mark.once


def replayed(*command: str | Path) -> list[str]:
    """Return the lines that the program prints."""
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def all_packages() -> set[str]:
    return {file.parent.name for file in GENERATED.glob("ocpp/*/__init__.py")}


def test_program_replays_every_package_here() -> None:
    version, *packages = replayed(sys.executable, HERE / "newer/replay.py", GENERATED)
    assert version == f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert {line.split()[0] for line in packages} == all_packages()


def test_vectors_hold_on_a_newer_python(pytestconfig: pytest.Config) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    must = bool(os.environ.get("CI")) and os.environ.get("PAYLOOM_OFFLINE") != "1"
    if not (node and npm):
        assert not must, "CI needs Node"
        pytest.skip("needs Node")
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("pyodide")
    module = folder / "node_modules/pyodide/pyodide.mjs"
    if not module.is_file():
        done = subprocess.run(
            [npm, "install", "--silent", "--no-audit", "--no-fund", PACKAGE],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            assert not must, done.stderr
            pytest.skip(f"npm has no {PACKAGE} here")
    program = HERE / "newer/replay.py"
    version, *packages = replayed(
        node, HERE / "newer/run.mjs", module, program, GENERATED
    )
    assert version == VERSION
    assert {line.split()[0] for line in packages} == all_packages()
