"""Jobs: what to make of which spec, as pyproject.toml says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from generator.diagnostics import Report, Span, did_you_mean, fail, quoted

TABLE = "tool.payload-generator"
TABLE_KEYS = ("out", "jobs")
JOB_KEYS = ("spec", "targets", "out", "package", "class_suffix")


class Job(NamedTuple):
    """One spec and what to make of it.

    Attributes:
        spec: The spec file.
        targets: Names of the targets.
        out: The output folder.
        package: Python package to use in place of the spec's own; None for that.
        class_suffix: Class suffix to use in place of the spec's own; None for that.
        origin: Who says so, for messages about package and suffix.
    """

    spec: Path
    targets: tuple[str, ...]
    out: Path
    package: str | None
    class_suffix: str | None
    origin: str


def find_pyproject(start: Path) -> Path:
    """Return the nearest pyproject.toml with our table, in a folder or those above it.

    Raises:
        DiagnosticError: There is none.
    """
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file() and TABLE in file.read_text("utf-8", errors="replace"):
            return file
    raise fail(
        Span("pyproject.toml"),
        f"no [{TABLE}] table, here or in the folders above",
        "add one, or name a spec: python -m generator generate --spec ...",
    )


def read_jobs(file: Path, known_targets: Iterable[str]) -> list[Job]:
    """Return the jobs of a pyproject.toml; paths in it are relative to its folder.

    Args:
        file: The file.
        known_targets: Names that a job can list as `targets`.

    Raises:
        DiagnosticError: The file isn't TOML, or the table is wrong.
    """
    span = Span(str(file))
    try:
        table = tomllib.loads(file.read_text("utf-8"))["tool"]["payload-generator"]
    except (OSError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise fail(span, f"cannot read [{TABLE}]: {error}") from error
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at ")
        line, column = map(int, re.findall(r"\d+", place) or (0, 0))
        raise fail(Span(str(file), line, column), f"TOML syntax: {message}") from error
    report = Report()
    jobs = _JobReader(file, report, tuple(known_targets)).jobs(table)
    report.raise_errors()
    return jobs


class _JobReader:
    """Reads the table; tomllib tells no places, so findings name the job instead."""

    def __init__(
        self, file: Path, report: Report, known_targets: tuple[str, ...]
    ) -> None:
        self._folder = file.parent
        self._span = Span(str(file))
        self._report = report
        self._known_targets = known_targets

    def jobs(self, table: Any) -> list[Job]:
        where = f"[{TABLE}]"
        if not isinstance(table, dict):
            self._report.error(self._span, f"{where} must be a table")
            return []
        self._refuse_unknown(table, TABLE_KEYS, where)
        jobs = table.get("jobs")
        if not isinstance(jobs, list) or not jobs:
            self._report.error(
                self._span, f"{where} has no jobs", f"add [[{TABLE}.jobs]]"
            )
            return []
        shared = {"out": table["out"]} if "out" in table else {}
        return [
            self._job(
                {**shared, **job} if isinstance(job, dict) else {}, f"job {number}"
            )
            for number, job in enumerate(jobs, start=1)
        ]

    def _job(self, job: dict[str, Any], where: str) -> Job:
        self._refuse_unknown(job, JOB_KEYS, where)
        return Job(
            spec=self._folder / (self._text(job, "spec", where, required=True) or ""),
            targets=self._targets(job, where),
            out=self._folder / (self._text(job, "out", where, required=True) or ""),
            package=self._text(job, "package", where),
            class_suffix=self._text(job, "class_suffix", where),
            origin=f"{self._span} ({where})",
        )

    def _targets(self, job: dict[str, Any], where: str) -> tuple[str, ...]:
        targets = job.get("targets")
        if not isinstance(targets, list) or not targets:
            hint = f'write targets = ["{self._known_targets[0]}"]'
            self._report.error(self._span, f"{where} needs a list of 'targets'", hint)
            return ()
        for target in targets:
            if target not in self._known_targets:
                message = f"{where} has an unknown target {quoted(str(target))}"
                hint = did_you_mean(str(target), self._known_targets)
                self._report.error(self._span, message, hint)
        return tuple(dict.fromkeys(map(str, targets)))

    def _text(
        self, job: dict[str, Any], key: str, where: str, *, required: bool = False
    ) -> str | None:
        value = job.get(key)
        if isinstance(value, str) and (value or key == "class_suffix"):
            return value
        if key in job:
            self._report.error(self._span, f"'{key}' of {where} must be text")
        elif required:
            self._report.error(self._span, f"{where} lacks the key '{key}'")
        return None

    def _refuse_unknown(
        self, table: dict[str, Any], known: tuple[str, ...], where: str
    ) -> None:
        for key in table:
            if key not in known:
                hint = did_you_mean(key, known)
                self._report.error(
                    self._span, f"unknown key {quoted(key)} in {where}", hint
                )
