"""The command `watch`: a process that generates whenever something is saved."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from click.testing import CliRunner
from specs import SMALL, write_spec
from test_cli import ROOT, SUMMARY

from generator.cli import main

PYPROJECT = """\
[tool.payloom]
spec = "spec.yaml"
overlay = "layers/top.yaml"
targets = ["python"]
out = "gen"
"""


class Watch:
    """A running `watch`, and the lines that it prints."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "generator", "watch"],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self._lines: queue.Queue[str] = queue.Queue()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.put(line.rstrip("\n"))

    def lines_to(self, last: str) -> list[str]:
        """Return what is printed up to a line that has this text in it."""
        lines: list[str] = []
        while not lines or last not in lines[-1]:
            lines.append(self._lines.get(timeout=30))
        return lines

    def silence(self, seconds: float) -> bool:
        """Return whether nothing is printed for so long."""
        try:
            self._lines.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_spec(tmp_path, SMALL)
    (tmp_path / "layers").mkdir()
    write_spec(tmp_path, "extends: bottom.yaml\n", "layers/top.yaml")
    write_spec(tmp_path, "add:\n  enums.Sky.values.red: Red\n", "layers/bottom.yaml")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    return tmp_path


@pytest.fixture
def watch(project: Path) -> Iterator[Watch]:
    running = Watch(project)
    yield running
    running.process.kill()
    running.process.wait()


def replace(file: Path, old: str, new: str) -> None:
    """Save a file as many editors do: a new one takes its place."""
    text = file.read_text("utf-8")
    assert old in text
    aside = file.with_suffix(".aside")
    aside.write_text(text.replace(old, new), "utf-8")
    aside.replace(file)


def test_each_file_that_a_run_reads_is_watched(project: Path, watch: Watch) -> None:
    assert any(line.startswith("create ") for line in watch.lines_to(": written ("))
    enums = project / "gen/weather/enums.py"
    for file, old, new in (
        (project / "layers/bottom.yaml", "Red", "Redder"),
        (project / "spec.yaml", "version: ", "# A remark\nversion: "),
        (project / "pyproject.toml", '"gen"', '"other"'),
    ):
        replace(file, old, new)
        said = watch.lines_to(": written (")
        assert SUMMARY.fullmatch(said[-1])
        assert len(said) > 1
    assert '"Redder"' in enums.read_text("utf-8")
    assert (project / "other/weather/enums.py").is_file()


def test_errors_are_told_once_and_so_is_their_end(project: Path, watch: Watch) -> None:
    watch.lines_to(": written (")
    replace(project / "layers/bottom.yaml", "enums.Sky", "enums.Sea")
    (error,) = watch.lines_to("Sea")
    assert error.startswith("layers/bottom.yaml:2:3: error: ")
    replace(project / "layers/bottom.yaml", "enums.Sea", "enums.Sky")
    (summary,) = watch.lines_to(", in step (")
    assert SUMMARY.fullmatch(summary)


def test_it_is_silent_where_nothing_changes_and_ends_quietly(
    project: Path, watch: Watch
) -> None:
    watch.lines_to(": written (")
    (project / "spec.yaml").touch()
    (project / "notes.txt").write_text("not ours", "utf-8")
    assert watch.silence(3)
    watch.process.send_signal(signal.SIGINT)
    assert watch.process.wait(timeout=10) == 0
    assert watch.silence(0.2)


def test_the_default_run_does_not_load_the_library_that_watches() -> None:
    code = (
        "import sys; from generator.cli import main; main(standalone_mode=False);"
        " assert 'watchfiles' not in sys.modules"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, "check"]
    assert (
        subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
    )


def test_without_the_library_it_says_what_to_install(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    result = CliRunner().invoke(main, ["watch"])
    assert result.exit_code == 2
    assert "pip install 'payloom[watch]'" in result.stderr
    assert not (project / "gen").exists()
