"""Jobs: what to make of which spec, as pyproject.toml says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, NamedTuple

from .diagnostics import (
    DiagnosticError,
    Report,
    Span,
    did_you_mean,
    fail,
    quoted,
)
from .spec.locate import find_file
from .spec.source import Source, read_source

TABLE = "tool.payloom"
COMMAND_LINE = "command line"


class JobKey(NamedTuple):
    """A key of a job, and the flag that takes its place.

    Attributes:
        kind: What it holds: `spec` (a file, or the name of a bundled spec), `path`, `text`,
            `flag` (true or false), or `targets`.
        flag: The flag.
        help: What it says.
        metavar: What its help calls the value; empty for the usual.
    """

    kind: Literal["spec", "path", "text", "flag", "targets"]
    flag: str
    help: str
    metavar: str = ""


# Every key once: the reader of pyproject.toml and the flags are made of it.
JOB_KEYS = {
    "spec": JobKey(
        "spec", "--spec", "Spec file, or name of a bundled spec (ocpp16).", "SPEC"
    ),
    "overlay": JobKey("path", "--overlay", "Overlay to put on the spec.", "PATH"),
    "targets": JobKey("targets", "--target", "Repeatable."),
    "out": JobKey("path", "--out", "The output folder.", "PATH"),
    "package": JobKey(
        "text", "--package", "Dotted Python package; without it, the spec's own."
    ),
    "class_suffix": JobKey(
        "text", "--class-suffix", "Ends class names of messages; may be empty."
    ),
    "aliases": JobKey(
        "flag",
        "--aliases/--no-aliases",
        "Second names of classes and actions, for hosts that want them.",
    ),
    "templates": JobKey(
        "path",
        "--templates",
        "Folder of your own templates, in place of those with the same path.",
        "PATH",
    ),
    "compare": JobKey(
        "spec",
        "--compare",
        "Earlier version to compare with, on a page of the documents.",
        "SPEC",
    ),
}


class Job(NamedTuple):
    """One spec and what to make of it.

    Attributes:
        spec: The spec file.
        targets: Names of the targets.
        out: The output folder.
        package: Python package to use in place of the spec's own; None for that.
        class_suffix: Class suffix to use in place of the spec's own; None for that.
        origin: Who says so, for messages about package and suffix.
        overlay: Overlay to put on the spec; None for the spec as it is.
        aliases: Whether classes and members of enums of actions have a second name.
        templates: Folder of templates that take the place of ours, if any.
        compare: Spec file of an earlier version to compare with in the documents, if any.
    """

    spec: Path
    targets: tuple[str, ...]
    out: Path
    package: str | None
    class_suffix: str | None
    origin: str
    overlay: Path | None = None
    aliases: bool = False
    templates: Path | None = None
    compare: Path | None = None

    def read(self) -> Source:
        """Read the spec, or the overlay to put on it.

        Raises:
            DiagnosticError: A file can't be read, is too large or isn't UTF-8.
        """
        spec = self.source_of("spec", self.spec)
        if self.overlay is None:
            return spec
        return self.source_of("overlay", self.overlay).put_on(spec)

    def source_of(self, key: str, file: Path) -> Source:
        """Read a file that a key of the job names.

        Raises:
            DiagnosticError: It can't be read, is too large or isn't UTF-8.
        """
        try:
            return read_source(file)
        except DiagnosticError as error:
            problem = error.diagnostics[0]
            if problem.span.line:
                raise
            hint = f"the job's '{key}' names it"
            raise fail(problem.span, problem.message, hint) from error

    def changed(self, flags: dict[str, Any]) -> Job:
        """Return the job with what flags of the command line say in its place.

        Args:
            flags: By their keys in a job.
        """
        names = {"package", "class_suffix"} & flags.keys()
        origin = COMMAND_LINE if names else self.origin
        return Job(**{**self._asdict(), **flags, "origin": origin})


def read_jobs(known_targets: Iterable[str]) -> list[Job]:
    """Return the jobs of the nearest pyproject.toml with our table.

    It is looked for in the working folder and those above it. Paths in it are relative to
    its folder.

    Args:
        known_targets: Names that a job can list as `targets`.

    Raises:
        DiagnosticError: There is no such file, it isn't TOML, or the table is wrong.
    """
    file, table = _nearest_table()
    if file is None:
        raise fail(
            Span("pyproject.toml"),
            f"no [{TABLE}] table, here or in the folders above",
            "add one, or name a spec: generate --spec ...",
        )
    report = Report()
    jobs = _JobReader(file, report, tuple(known_targets)).jobs(table)
    report.raise_errors()
    return jobs


def project_file() -> Path | None:
    """Return the nearest pyproject.toml with our table; None if there is none.

    Raises:
        DiagnosticError: A file on the way to it isn't TOML.
    """
    return _nearest_table()[0]


def _nearest_table() -> tuple[Path | None, Any]:
    for level in range(len(Path.cwd().parts)):
        file = Path(*[".."] * level, "pyproject.toml")
        table = _read_table(file) if file.is_file() else None
        if table is not None:
            return file, table
    return None, None


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
    return tool.get("payloom") if isinstance(tool, dict) else None


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
        if not self._is_table(table, (*JOB_KEYS, "jobs"), where):
            return []
        shared = {key: value for key, value in table.items() if key != "jobs"}
        if "jobs" not in table and "spec" in table:
            return [self._job(shared, where)]
        jobs = table.get("jobs")
        if not isinstance(jobs, list) or not jobs:
            self._error(f"{where} has no jobs", f"add [[{TABLE}.jobs]]")
            return []
        return [
            self._job(shared | job, where)
            for number, job in enumerate(jobs, start=1)
            if self._is_table(job, JOB_KEYS, where := f"job {number}")
        ]

    def _job(self, job: dict[str, Any], where: str) -> Job:
        self._need(job, ("spec", "out"), where)
        if "compare" in job and "docs" not in job.get("targets", ()):
            message = f"'compare' of {where} makes a page of the target 'docs'"
            self._error(message, "add that target, or remove the key")
        readers = {
            "spec": self._spec,
            "path": self._path,
            "text": self._text,
            "flag": self._flag,
            "targets": self._targets,
        }
        values: dict[str, Any] = {
            key: readers[each.kind](job, key, where) for key, each in JOB_KEYS.items()
        }
        for key in ("spec", "out"):
            values[key] = values[key] or Path()  # wrong, and said already
        return Job(**values, origin=f"{self._file} ({where})")

    def _need(self, job: dict[str, Any], keys: Iterable[str], where: str) -> None:
        for key in keys:
            if key not in job:
                self._error(f"{where} lacks the key '{key}'")

    def _targets(self, job: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
        targets = job.get(key)
        if not isinstance(targets, list) or not targets:
            hint = f'write targets = ["{self._known_targets[0]}"]'
            self._error(f"{where} needs a list of 'targets'", hint)
            return ()
        for target in map(str, targets):
            if target not in self._known_targets:
                message = f"{where} has an unknown target {quoted(target)}"
                self._error(message, did_you_mean(target, self._known_targets))
        return tuple(map(str, targets))

    def _spec(self, job: dict[str, Any], key: str, where: str) -> Path | None:
        if self._path(job, key, where) is None:
            return None
        try:
            return find_file(job[key], self._file.parent)
        except DiagnosticError as error:
            (problem,) = error.diagnostics
            message = f"'{key}' of {where} is {quoted(job[key])}: {problem.message}"
            self._error(message, problem.hint)
            return None

    def _path(self, job: dict[str, Any], key: str, where: str) -> Path | None:
        path = self._text(job, key, where)
        if path == "" or "\0" in (path or ""):
            self._error(f"'{key}' of {where} is no path")
            return None
        return None if path is None else self._file.parent / path

    def _flag(self, job: dict[str, Any], key: str, where: str) -> bool:
        value = job.get(key, False)
        if not isinstance(value, bool):
            self._error(f"'{key}' of {where} must be true or false")
        return value is True

    def _text(self, job: dict[str, Any], key: str, where: str) -> str | None:
        value = job.get(key)
        if isinstance(value, str) or key not in job:
            return value
        self._error(f"'{key}' of {where} must be text")
        return None

    def _is_table(self, table: Any, known: Iterable[str], where: str) -> bool:
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
