"""The time to the first message of a new process, and its peak of memory, against PyPI's `ocpp`.

    python benchmarks/first_message.py [--rounds 5]

A process imports the package of a version, reads one message and writes one. Once with the
bytecode of the package cached, and once without: where a program runs from a read-only image,
or with PYTHONDONTWRITEBYTECODE, which many set. Other packages keep theirs in both cases.
"""

from __future__ import annotations

import argparse
import compileall
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from project import peer
from samples import OCPP16, OCPP21
from tables import heading, table

ROOT = Path(__file__).resolve().parent.parent
MESSAGES = {"v16": ("MeterValues", OCPP16), "v21": ("TransactionEvent", OCPP21)}

_TIMED = """
import json, sys, time
folder, action, text = sys.argv[1:]
sys.path.insert(0, folder)
data = json.loads(text)
started = time.perf_counter()
BODY
seconds = time.perf_counter() - started
# Not ru_maxrss, which a process inherits from the one that started it.
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(json.dumps([seconds, peak / 1024]))
"""
OURS = _TIMED.replace(
    "BODY",
    """
from measured import REQUESTS
made = REQUESTS[action].from_json(text)
made.to_json()
""",
)
# What its ChargePoint does with a message that it receives, and with one that it sends.
PYPI = _TIMED.replace(
    "BODY",
    """
import importlib
from ocpp import charge_point, messages
from ocpp.messages import Call
version = "VERSION"
messages.ASYNC_VALIDATION = False
call = importlib.import_module(f"ocpp.{version}.call")
number = {"v16": "1.6", "v201": "2.0.1", "v21": "2.1"}[version]
def check(message):
    try:
        messages.validate_payload(message, number).send(None)
    except StopIteration:
        pass
message = Call("1", action, data)
check(message)
made = getattr(call, action)(**charge_point.camel_to_snake_case(data))
sent = charge_point.snake_to_camel_case(charge_point.serialize_as_dict(made))
sent = charge_point.remove_nones(sent)
message = Call("2", action, sent)
check(message)
message.to_json()
""",
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for version, (action, samples) in MESSAGES.items():
            text = json.dumps(samples[action])
            for cached in (True, False):
                found = {}
                for name, package, program in (
                    ("ours", ROOT / "generated/ocpp" / version, OURS),
                    ("PyPI", Path(peer("ocpp").__file__).parent, PYPI),
                ):
                    copy = Path(folder, f"{version}-{cached}-{name}")
                    inner = copy / ("measured" if name == "ours" else "ocpp")
                    pyc = shutil.ignore_patterns("__pycache__")
                    shutil.copytree(package, inner, ignore=pyc)
                    if cached:
                        compileall.compile_dir(inner, quiet=1)
                    code = program.replace("VERSION", version)
                    command = [
                        sys.executable,
                        "-B",
                        "-c",
                        code,
                        str(copy),
                        action,
                        text,
                    ]
                    runs = [run(command) for _ in range(rounds)]
                    found[name] = [
                        statistics.median(each) for each in zip(*runs, strict=True)
                    ]
                (ours, peak), (theirs, their_peak) = found["ours"], found["PyPI"]
                rows.append(
                    [
                        version,
                        "cached" if cached else "none",
                        f"{ours * 1000:.0f}",
                        f"{theirs * 1000:.0f}",
                        ours / theirs,
                        f"{peak:.0f}",
                        f"{their_peak:.0f}",
                    ]
                )
    print(f"\n### {heading('Time to the first message')}\n")
    titles = ["version", "bytecode", "ours, ms", "PyPI's ocpp, ms", "ratio"]
    print(table([*titles, "ours, peak MB", "PyPI's ocpp, peak MB"], rows))


def run(command: list[str]) -> list[float]:
    """Return seconds and megabytes of one run."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: list[float] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    main()
