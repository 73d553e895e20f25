"""This working tree against an earlier revision of the project, figure by figure.

    python benchmarks/against.py REVISION [--rounds 5]

Each figure of both is measured in turns, in processes of their own, and printed as the ratio of
the medians: above 1, the working tree is slower. What the generated packages do is measured
with the messages of `samples.py`; what the generator does, with the specs of each revision.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from project import ROOT
from tables import heading, table

# Runs in a process of its own, with a revision's folder as its argument, and prints seconds.
CHILD = """
import importlib, importlib.util, json, pathlib, sys, time, timeit
root, version, kind, samples = sys.argv[1:]
def least(run, number=1):
    run()
    while timeit.timeit(run, number=number) < 0.02:
        number *= 2
    return min(timeit.repeat(run, number=number, repeat=5)) / number
def package():
    file = pathlib.Path(root, "generated/ocpp", version, "__init__.py")
    spec = importlib.util.spec_from_file_location(
        "measured", file, submodule_search_locations=[str(file.parent)])
    module = importlib.util.module_from_spec(spec)
    sys.modules["measured"] = module
    started = time.perf_counter()
    spec.loader.exec_module(module)
    for name in ("call", "call_result", "datatypes", "enums"):
        importlib.import_module("measured." + name)
    return module, time.perf_counter() - started
found = {}
messages = json.loads(samples)
if kind == "messages":
    module, found["import"] = package()
    first, *_ = messages
    started = time.perf_counter()
    module.REQUESTS[first].from_dict(messages[first]).to_json()
    found["first message"] = time.perf_counter() - started
    for name, data in messages.items():
        cls, text = module.REQUESTS[name], json.dumps(data)
        made = cls.from_dict(data)
        found["from_dict " + name] = least(lambda: cls.from_dict(data))
        found["from_json " + name] = least(lambda: cls.from_json(text))
        found["to_dict " + name] = least(made.to_dict)
        found["to_json " + name] = least(made.to_json)
else:
    sys.path.insert(0, root)
    import os
    os.chdir(root)
    from generator.cli import main
    for command in ("check", "lint"):
        started = time.process_time()
        main([command], standalone_mode=False)
        found[command] = time.process_time() - started
print("\\n" + json.dumps(found))
"""


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder, "other")
        git = ("git", "-C", str(ROOT), "worktree")
        command = [*git, "add", "--quiet", "--detach", str(other), arguments.revision]
        subprocess.run(command, check=True)
        try:
            compare({"now": ROOT, "then": other}, arguments.rounds)
        finally:
            subprocess.run([*git, "remove", "--force", str(other)], check=True)


def compare(roots: dict[str, Path], rounds: int) -> None:
    """Print the ratios of two checkouts.

    Args:
        roots: The checkouts, the one to judge first.
        rounds: How often each figure is measured.
    """
    from samples import OCPP16, OCPP21

    runs = {
        ("OCPP 1.6", "v16", "messages"): OCPP16,
        ("OCPP 2.1", "v21", "messages"): OCPP21,
        ("the generator", "-", "generator"): {},
    }
    for (title, version, kind), samples in runs.items():
        found: dict[str, dict[str, list[float]]] = defaultdict(
            lambda: {name: [] for name in roots}
        )
        for turn in range(-1, rounds):
            for name, root in roots.items():
                figures = measured(root, version, kind, json.dumps(samples))
                for figure, seconds in figures.items():
                    if turn >= 0:  # the first one compiles what is kept compiled
                        found[figure][name].append(seconds)
        print(f"\n### {heading(f'{title}: now, as a multiple of then')}\n")
        print(table(["figure", "ratio of medians"], ratios(found)))


def measured(root: Path, version: str, kind: str, samples: str) -> dict[str, float]:
    """Return the figures of one run, in seconds."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith("PYTHON")
    }
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(root), version, kind, samples],
        check=True,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def ratios(found: dict[str, dict[str, list[float]]]) -> list[list[object]]:
    """Return a row for each figure, and one for the mean of each way over all messages."""
    rows: list[list[object]] = []
    by_way: dict[str, list[float]] = defaultdict(list)
    for figure, times in found.items():
        now, then = map(statistics.median, times.values())
        way, _, message = figure.partition(" ")
        if message and "_" in way:
            by_way[way].append(now / then)
        rows.append([figure, now / then])
    means = [
        [f"**{way}, geometric mean**", statistics.geometric_mean(each)]
        for way, each in by_way.items()
    ]
    return [*rows, *means]


if __name__ == "__main__":
    main()
