"""The tools beside the tests still work: each is run on a sample of what it is for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
TOOLS = TESTS / "helpers"

pytestmark = pytest.mark.once

# What a tool says of a run in which it found nothing wrong.
SAMPLES = {
    "mutate_facts.py": (
        ["--every", "400"],
        r"(?s).*\d+ of \d+ mutants tried, 0 survive.*",
    ),
    "three_way.py": (["200", "1", "v16_oca"], r"(?s).*\d.*"),
    "mutate_codec.py": (["base"], r"(?s).*\d+.*"),
}


@pytest.mark.parametrize("tool", SAMPLES)
def test_tool_works(tool: str) -> None:
    arguments, said = SAMPLES[tool]
    done = subprocess.run(
        [sys.executable, str(TOOLS / tool), *arguments],
        cwd=TESTS.parent,
        env={"PYTHONPATH": f"{TESTS.parent}:{TOOLS}", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch(said, done.stdout), done.stdout


def test_every_tool_is_run_by_the_suite() -> None:
    """Tools are programs of this folder; some are also what tests import."""
    tested = "".join(file.read_text("utf-8") for file in TESTS.rglob("test_*.py"))
    for file in TOOLS.glob("*.py"):
        is_program = "__main__" in file.read_text("utf-8")
        if is_program and not file.name.startswith("test_"):
            name = re.escape(file.stem)
            assert re.search(rf'"{name}\.py"|(from|import) {name}\b', tested), file.name
