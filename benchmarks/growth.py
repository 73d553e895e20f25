"""How the time of each target grows with a spec, in each direction that a spec can grow.

    python benchmarks/growth.py [TARGET]...

A row for each direction and target: the seconds for n and 2n, and their ratio, the least of
three runs each. Linear growth is a ratio of 2; above 2.3 it is in bold.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests/helpers")]

from growing_specs import DIRECTIONS, spec_of  # noqa: E402

from generator.diagnostics import DiagnosticError  # noqa: E402
from generator.targets import PLAIN, TARGETS, target  # noqa: E402


def seconds(run: Callable[[], object]) -> float:
    """Return the least time of three runs."""
    times = []
    for _ in range(3):
        gc.collect()
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


def main(targets: list[str]) -> None:
    """Print the table."""
    print("| direction | target | n | s | s for 2n | ratio |")
    print("|:---|:---|---:|---:|---:|---:|")
    for direction, (text, size) in DIRECTIONS.items():
        for name in targets:
            times = []
            for number in (size, 2 * size):
                gc.disable()
                spec = spec_of(text(number))
                make = target(name)
                try:
                    times.append(seconds(lambda: list(make(spec, PLAIN))))  # noqa: B023
                except DiagnosticError as error:
                    print(f"| {direction} | {name} | {number} | {error} |")
                    break
            else:
                ratio = times[1] / times[0]
                shown = f"**{ratio:.2f}**" if ratio > 2.3 else f"{ratio:.2f}"
                row = f"{size} | {times[0]:.3f} | {times[1]:.3f} | {shown}"
                print(f"| {direction} | {name} | {row} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or list(TARGETS))
