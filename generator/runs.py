"""What a run does, and what it prints: `generate`, `check` and `watch` share it."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable
from functools import partial
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, NamedTuple

import click

from .diagnostics import (
    Diagnostic,
    DiagnosticError,
    Report,
    Span,
    printable,
    quoted,
)
from .jobs import COMMAND_LINE, Job, read_jobs
from .output.lock import locked
from .output.plan import FileChange, Plan, State
from .output.write import write
from .pipeline import plan_jobs
from .targets import TARGETS

MAX_SHOWN = 100

_STATE_WORDS = {
    State.CREATE: "missing",
    State.UPDATE: "out of step",
    State.DELETE: "orphaned",
    State.EDITED: "edited by hand",
    State.FOREIGN: "not written by these jobs",
}
_HINTS = {
    State.EDITED: "say it in the spec instead, or use --force to lose the edit",
    State.FOREIGN: "move it away, or use --force to overwrite it",
}


class Chosen(NamedTuple):
    """The jobs of a run, and whether they are all that pyproject.toml has."""

    jobs: list[Job]
    complete: bool


def chosen(flags: dict[str, Any]) -> Chosen:
    """Return the one job that flags describe, or the jobs of pyproject.toml changed by them."""
    given = {key: value for key, value in flags.items() if value not in (None, ())}
    spec = given.pop("spec", None)
    if spec is None:
        jobs = [job.changed(given) for job in read_jobs(TARGETS)]
        return Chosen(jobs, complete=not given)
    if not {"targets", "out"} <= given.keys():
        raise click.UsageError("one spec needs --spec, --target and --out")
    job = Job(spec, (), Path(), None, None, COMMAND_LINE)
    return Chosen([job.changed(given)], complete=False)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def generate(
    chosen: Chosen,
    *,
    dry_run: bool = False,
    force: bool = False,
    quiet: bool = False,
    only_changes: bool = False,
) -> None:
    """Write the files of jobs.

    Args:
        chosen: The jobs.
        dry_run: Say what would be written, and write nothing.
        force: Overwrite what isn't ours.
        quiet: Print errors and warnings only.
        only_changes: Print nothing of a run that changes nothing.
    """
    started = time.perf_counter()
    # A run that writes nothing needs no lock, and no right to write.
    folders = [] if dry_run else [job.out for job in chosen.jobs]
    with locked(folders, partial(click.echo, err=True)):
        plans = plan_jobs(chosen.jobs, complete=chosen.complete, force=force)
        if not force:
            _refuse_conflicts(plans)
        if not dry_run:
            write(plans)
    _warn_of_hidden_packages(plans)
    pending = _pending(plans)
    if quiet or (only_changes and not pending):
        return
    for plan, change in pending:
        verb = "overwrite" if change.is_conflict else change.state.value
        if change.new is None:
            verb = "delete"
        click.echo(f"{verb} {_place(plan, change)}")
    _say_summary(
        chosen.jobs,
        plans,
        started,
        "dry run, nothing written" if dry_run else "written",
    )


def _warn_of_hidden_packages(plans: list[Plan]) -> None:
    """Warn of packages that are imported from elsewhere in place of ours.

    A folder without `__init__.py` loses against any package of its name, in silence.
    """
    for plan in plans:
        paths = [change.path for change in plan.changes if change.new is not None]
        roots = {
            path.partition("/")[0] for path in paths if path.endswith("/__init__.py")
        }
        for root in sorted(roots):
            other = _importable(root, plan.out)
            if other and f"{root}/__init__.py" not in paths:
                message = f"the package {quoted(root)} in {other} hides this one"
                hint = f'say package = "my_app.{root}...", or keep the two apart'
                place = Span((plan.out / root).as_posix())
                click.echo(Diagnostic(place, message, hint, "warning"), err=True)


def _importable(root: str, out: Path) -> str:
    """Return the folder of a package that Python finds outside of a folder; empty if none."""
    paths = [path for path in sys.path if Path(path or ".").resolve() != out.resolve()]
    found = PathFinder.find_spec(root, paths)
    return Path(found.origin).parent.as_posix() if found and found.origin else ""


def check(chosen: Chosen, *, brief: bool, quiet: bool) -> bool:
    """Return whether the files of jobs are in step, and print which aren't.

    Args:
        chosen: The jobs.
        brief: Name files without a diff.
        quiet: Print nothing.
    """
    started = time.perf_counter()
    plans = plan_jobs(chosen.jobs, complete=chosen.complete)
    pending = _pending(plans)
    for plan, change in pending:
        if not quiet:
            click.echo(f"{_place(plan, change)}: {_STATE_WORDS[change.state]}")
        if not (quiet or brief):
            say(map(printable, change.diff()))
    if not quiet:
        _say_summary(chosen.jobs, plans, started)
    return not pending


def _refuse_conflicts(plans: list[Plan]) -> None:
    """Raise an error if a run would touch what isn't the generator's."""
    report = Report()
    for plan in plans:
        for change in plan.conflicts:
            message = f"{_STATE_WORDS[change.state]}; nothing was written"
            report.error(Span(_place(plan, change)), message, _HINTS[change.state])
    report.raise_errors()


def _pending(plans: list[Plan]) -> list[tuple[Plan, FileChange]]:
    return [(plan, change) for plan in plans for change in plan.pending]


def _place(plan: Plan, change: FileChange) -> str:
    return (plan.out / change.path).as_posix()


def _say_summary(
    jobs: list[Job], plans: list[Plan], started: float, outcome: str = "not in step"
) -> None:
    """Print the one line that a run ends with."""
    states = Counter(change.state for plan in plans for change in plan.changes)
    specs = counted(len({(job.spec, job.overlay) for job in jobs}), "spec")
    changed = states.total() - states[State.SAME]
    result = f"{changed} changed: {outcome}" if changed else "in step"
    seconds = time.perf_counter() - started
    click.echo(
        f"{specs}, {counted(states.total(), 'file')}, {result} ({seconds:.2f} s)"
    )


def say_errors(error: DiagnosticError) -> None:
    """Print errors, the first MAX_SHOWN of them."""
    say(map(str, error.diagnostics[:MAX_SHOWN]), err=True)
    more = len(error.diagnostics) - MAX_SHOWN
    if more > 0:
        click.echo(f"... and {more} more errors", err=True)


def say(lines: Iterable[str], *, err: bool = False) -> None:
    """Print lines."""
    for line in lines:
        click.echo(line, err=err)
