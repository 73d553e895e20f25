"""Jobs: what to make of which spec, as pyproject.toml says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from generator.diagnostics import Report, Span, did_you_mean, fail, quoted
from generator.targets import PLAIN, Options

TABLE = "tool.payload-generator"
TABLE_KEYS = ("out", "jobs")
JOB_KEYS = ("spec", "targets", "out", "package", "class_suffix", "compare")


class Job(NamedTuple):
    """One spec and what to make of it.

    Attributes:
        spec: The spec file.
        targets: Names of the targets.
        out: The output folder.
        package: Python package to use in place of the spec's own; None for that.
        class_suffix: Class suffix to use in place of the spec's own; None for that.
        origin: Who says so, for messages about package and suffix.
        options: What it asks of the targets beyond the spec.
        compare: Spec file of an earlier version to compare with in the documents, if any.
    """

    spec: Path
    targets: tuple[str, ...]
    out: Path
    package: str | None
    class_suffix: str | None
    origin: str
    options: Options = PLAIN
    compare: Path | None = None


def read_jobs(known_targets: Iterable[str]) -> list[Job]:
    """Return the jobs of the nearest pyproject.toml with our table.

    It is looked for in the working folder and those above it. Paths in it are relative to
    its folder.

    Args:
        known_targets: Names that a job can list as `targets`.

    Raises:
        DiagnosticError: There is no such file, it isn't TOML, or the table is wrong.
    """
    for level in range(len(Path.cwd().parts)):
        file = Path(*[".."] * level, "pyproject.toml")
        table = _read_table(file) if file.is_file() else None
        if table is not None:
            report = Report()
            jobs = _JobReader(file, report, tuple(known_targets)).jobs(table)
            report.raise_errors()
            return jobs
    raise fail(
        Span("pyproject.toml"),
        f"no [{TABLE}] table, here or in the folders above",
        "add one, or name a spec: python -m generator generate --spec ...",
    )


def _read_table(file: Path) -> Any:
    """Return our table of a pyproject.toml; None if it has none."""
    try:
        tool = tomllib.loads(file.read_text("utf-8")).get("tool")
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at ")
        line, column = map(int, re.findall(r"\d+", place) or (0, 0))
        raise fail(Span(str(file), line, column), f"TOML syntax: {message}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise fail(Span(str(file)), f"cannot read it as TOML: {error}") from error
    return tool.get("payload-generator") if isinstance(tool, dict) else None


class _JobReader:
    """Reads the table; tomllib tells no places, so findings name the job instead."""

    def __init__(
        self, file: Path, report: Report, known_targets: tuple[str, ...]
    ) -> None:
        self._file = file
        self._report = report
        self._known_targets = known_targets

    def jobs(self, table: Any) -> list[Job]:
        where = f"[{TABLE}]"
        if not self._is_table(table, TABLE_KEYS, where):
            return []
        jobs = table.get("jobs")
        if not isinstance(jobs, list) or not jobs:
            self._error(f"{where} has no jobs", f"add [[{TABLE}.jobs]]")
            return []
        shared = {"out": table["out"]} if "out" in table else {}
        return [
            self._job(shared | job, where)
            for number, job in enumerate(jobs, start=1)
            if self._is_table(job, JOB_KEYS, where := f"job {number}")
        ]

    def _job(self, job: dict[str, Any], where: str) -> Job:
        return Job(
            spec=self._path(job, "spec", where),
            targets=self._targets(job, where),
            out=self._path(job, "out", where),
            package=self._text(job, "package", where),
            class_suffix=self._text(job, "class_suffix", where),
            origin=f"{self._file} ({where})",
            compare=self._older(job, where),
        )

    def _older(self, job: dict[str, Any], where: str) -> Path | None:
        if "compare" not in job:
            return None
        if "docs" not in job.get("targets", ()):
            message = f"'compare' of {where} makes a page of the target 'docs'"
            self._error(message, "add that target, or remove the key")
        return self._path(job, "compare", where)

    def _targets(self, job: dict[str, Any], where: str) -> tuple[str, ...]:
        targets = job.get("targets")
        if not isinstance(targets, list) or not targets:
            hint = f'write targets = ["{self._known_targets[0]}"]'
            self._error(f"{where} needs a list of 'targets'", hint)
            return ()
        for target in map(str, targets):
            if target not in self._known_targets:
                message = f"{where} has an unknown target {quoted(target)}"
                self._error(message, did_you_mean(target, self._known_targets))
        return tuple(map(str, targets))

    def _path(self, job: dict[str, Any], key: str, where: str) -> Path:
        path = self._text(job, key, where)
        if key not in job:
            self._error(f"{where} lacks the key '{key}'")
        elif path == "" or "\0" in (path or ""):
            self._error(f"'{key}' of {where} is no path")
        return self._file.parent / (path or "")

    def _text(self, job: dict[str, Any], key: str, where: str) -> str | None:
        value = job.get(key)
        if isinstance(value, str) or key not in job:
            return value
        self._error(f"'{key}' of {where} must be text")
        return None

    def _is_table(self, table: Any, known: tuple[str, ...], where: str) -> bool:
        if not isinstance(table, dict):
            self._error(f"{where} must be a table")
            return False
        for key in table:
            if key not in known:
                hint = did_you_mean(key, known)
                self._error(f"unknown key {quoted(key)} in {where}", hint)
        return True

    def _error(self, message: str, hint: str = "") -> None:
        self._report.error(Span(str(self._file)), message, hint)
