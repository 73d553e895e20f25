"""Runs that write to one folder go one after the other, whatever becomes of them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from specs import SMALL, changed, write_spec

from generator.diagnostics import DiagnosticError
from generator.output import lock
from generator.output.lock import locked

ROOT = Path(__file__).resolve().parents[2]
HOLD = (
    "import sys, time, pathlib\n"
    "from generator.output.lock import locked\n"
    "with locked([pathlib.Path(sys.argv[1])], print):\n"
    "    print('held', flush=True)\n"
    "    time.sleep(60)\n"
)


@contextlib.contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a process that holds the lock of a folder."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_second_run_waits_says_so_and_gives_up_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE_S", 0.2)
    said: list[str] = []
    with (
        holder(tmp_path / "out"),
        pytest.raises(DiagnosticError, match="another run has been at work here"),
        locked([tmp_path / "out"], said.append),
    ):
        pass
    assert said == [f"{(tmp_path / 'out').as_posix()}: waiting for another run to end"]
    assert not (tmp_path / "out").exists()


def test_lock_ends_with_its_process(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        started = time.monotonic()
        with locked([tmp_path], pytest.fail):
            assert time.monotonic() - started < lock.PATIENCE_S


def test_other_folders_are_free_and_links_to_one_folder_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE_S", 0.0)
    (tmp_path / "out").mkdir()
    (tmp_path / "link").symlink_to("out")
    with holder(tmp_path / "out"):
        with locked([tmp_path / "other"], pytest.fail):
            pass
        with (
            pytest.raises(DiagnosticError),
            locked([tmp_path / "link"], lambda text: None),
        ):
            pass


def test_runs_at_the_same_time_leave_what_one_of_them_makes(tmp_path: Path) -> None:
    def run(*command: str) -> subprocess.Popen[bytes]:
        generate = [sys.executable, "-m", "generator", *command]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            generate, cwd=tmp_path, env=environment, stderr=subprocess.PIPE
        )

    flags = ("--spec", "spec.yaml", "--target", "python", "--out", "out")
    for number in range(3):
        write_spec(
            tmp_path, changed(SMALL, ("protocol: Weather", f"protocol: W{number}"))
        )
        runs = [run("generate", *flags) for _ in range(3)]
        assert [each.wait() for each in runs] == [0, 0, 0]
        check = run("check", *flags)
        assert check.wait() == 0
        for each in (*runs, check):
            assert each.stderr is not None
            each.stderr.close()


def test_a_check_and_a_dry_run_wait_for_nobody(tmp_path: Path) -> None:
    write_spec(tmp_path, SMALL)
    flags = ("--spec", "spec.yaml", "--target", "docs", "--out", "out")
    with holder(tmp_path / "out"):
        for command, code in (("check",), 1), (("generate", "--dry-run"), 0):
            done = subprocess.run(
                [sys.executable, "-m", "generator", *command, *flags],
                cwd=tmp_path,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                capture_output=True,
                timeout=lock.PATIENCE_S / 2,
                check=False,
            )
            assert done.returncode == code
            assert b"waiting" not in done.stderr
