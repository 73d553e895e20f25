"""How long programs run: each run a process of its own."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


def _nothing() -> None:
    pass


class Run(NamedTuple):
    """A program to measure, what is done before each run, unmeasured, and where it runs."""

    command: list[str]
    prepare: Callable[[], None] = _nothing
    folder: Path = Path()


def shortest(runs: dict[str, Run], rounds: int) -> dict[str, float]:
    """Return the shortest processor time of each program, in seconds.

    It is what a run takes on a machine that does nothing else.
    """
    return {name: min(times) for name, times in measured(runs, rounds).items()}


def measured(runs: dict[str, Run], rounds: int) -> dict[str, list[float]]:
    """Return the processor times of each program, in seconds; they run in turns."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(-1, rounds):
        for name, run in runs.items():
            run.prepare()
            before = _spent()
            subprocess.run(
                run.command,
                cwd=run.folder,
                env=_environment(),
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            if turn >= 0:  # the first one compiles what is kept compiled
                times[name].append(_spent() - before)
    return times


def _spent() -> float:
    """Return the processor time of all children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _environment() -> dict[str, str]:
    """Return the environment without settings of Python: compiled modules are kept."""
    return {
        key: value for key, value in os.environ.items() if not key.startswith("PYTHON")
    }
