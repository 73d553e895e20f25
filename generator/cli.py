"""Commands, their flags and exit codes.

Exit codes: 0 done or in step, 1 `check` found a difference, 2 wrong usage, spec or folder.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from generator import __version__
from generator.config import Job, find_pyproject, read_jobs
from generator.diagnostics import DiagnosticError
from generator.output import Change, Plan, State, write
from generator.pipeline import plan_jobs
from generator.targets import targets

MAX_SHOWN = 100

_STATE_WORDS = {
    State.CREATE: "missing",
    State.UPDATE: "out of step",
    State.DELETE: "orphaned",
    State.EDITED: "edited by hand",
    State.FOREIGN: "not written by the generator",
}


class _Group(click.Group):
    """Commands whose errors are printed, never raised."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DiagnosticError as error:
            _say(map(str, error.diagnostics[:MAX_SHOWN]), err=True)
            more = len(error.diagnostics) - MAX_SHOWN
            if more > 0:
                click.echo(f"... and {more} more errors", err=True)
            ctx.exit(2)


def _write_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Add the flags of commands that write."""
    dry_run = click.option("--dry-run", is_flag=True, help="Say what would be written.")
    force = click.option(
        "--force", is_flag=True, help="Overwrite files that were edited or aren't ours."
    )
    return dry_run(force(command))


@click.group(cls=_Group, invoke_without_command=True)
@click.version_option(__version__, prog_name="payload-generator")
@_write_flags
@click.pass_context
def main(ctx: click.Context, dry_run: bool, force: bool) -> None:
    """Turn specs into modules and documents.

    Without a command: all jobs of [tool.payload-generator] in pyproject.toml.
    """
    for stream in (sys.stdout, sys.stderr):
        # File names and spec text can hold what the terminal can't show.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    if ctx.invoked_subcommand is None:
        _generate(_configured_jobs(), complete=True, dry_run=dry_run, force=force)
    elif dry_run or force:
        raise click.UsageError("write --dry-run and --force after the command")


@main.command()
@click.option("--spec", type=click.Path(path_type=Path), help="The spec file.")
@click.option(
    "--target",
    "chosen",
    multiple=True,
    type=click.Choice(list(targets())),
    help="Repeatable.",
)
@click.option("--out", type=click.Path(path_type=Path), help="The output folder.")
@click.option("--package", help="Dotted Python package; without it, the spec's own.")
@click.option("--class-suffix", help="Ends class names of messages; may be empty.")
@_write_flags
def generate(
    spec: Path | None,
    chosen: tuple[str, ...],
    out: Path | None,
    package: str | None,
    class_suffix: str | None,
    dry_run: bool,
    force: bool,
) -> None:
    """Write the files of one spec, or those of all jobs."""
    if spec is None:
        if chosen or out or package is not None or class_suffix is not None:
            raise click.UsageError("--spec is missing")
        _generate(_configured_jobs(), complete=True, dry_run=dry_run, force=force)
        return
    if not chosen or out is None:
        raise click.UsageError("--spec needs --target and --out")
    job = Job(
        spec, tuple(dict.fromkeys(chosen)), out, package, class_suffix, "command line"
    )
    _generate([job], complete=False, dry_run=dry_run, force=force)


@main.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Compare all files with their specs; write nothing; exit 1 if they differ."""
    started = time.perf_counter()
    jobs = _configured_jobs()
    plans = plan_jobs(jobs, complete=True)
    for plan in plans:
        for change in _pending(plan):
            click.echo(f"{_place(plan, change)}: {_STATE_WORDS[change.state]}")
            _say(change.diff())
    in_step = all(plan.in_step for plan in plans)
    _say_summary(jobs, plans, started, "in step" if in_step else "not in step")
    if not in_step:
        click.echo("run `python -m generator` to bring them in step", err=True)
        ctx.exit(1)


def _configured_jobs() -> list[Job]:
    return read_jobs(_relative(find_pyproject(Path.cwd())), tuple(targets()))


def _generate(jobs: list[Job], *, complete: bool, dry_run: bool, force: bool) -> None:
    started = time.perf_counter()
    plans = plan_jobs(jobs, complete=complete, force=force)
    conflicts = [(plan, change) for plan in plans for change in plan.conflicts]
    if conflicts and not force:
        for plan, change in conflicts:
            click.echo(
                f"{_place(plan, change)}: error: {_STATE_WORDS[change.state]}", err=True
            )
        hint = "nothing was written; move the changes into the spec, or use --force to lose them"
        click.echo(hint, err=True)
        click.get_current_context().exit(2)
    for plan in plans:
        for change in _pending(plan):
            overwrites = change.state in (State.EDITED, State.FOREIGN)
            verb = (
                "overwrite" if overwrites and change.new is not None else change.state
            )
            click.echo(f"{verb} {_place(plan, change)}")
    if not dry_run:
        for plan in plans:
            if not plan.in_step:
                write(plan)
    _say_summary(
        jobs, plans, started, "dry run, nothing written" if dry_run else "written"
    )


def _pending(plan: Plan) -> list[Change]:
    return [change for change in plan.changes if change.state != State.SAME]


def _place(plan: Plan, change: Change) -> str:
    return (plan.out / change.path).as_posix()


def _say_summary(
    jobs: list[Job], plans: list[Plan], started: float, outcome: str
) -> None:
    """Print the one line that a run ends with."""
    states = Counter(change.state for plan in plans for change in plan.changes)
    specs = len({job.spec for job in jobs})
    changed = states.total() - states[State.SAME]
    seconds = time.perf_counter() - started
    click.echo(
        f"{specs} {'spec' if specs == 1 else 'specs'}, {states.total()} files,"
        f" {changed} changed: {outcome} ({seconds:.2f} s)"
    )


def _say(lines: Iterable[str], *, err: bool = False) -> None:
    for line in lines:
        click.echo(line, err=err)


def _relative(path: Path) -> Path:
    """Return a path as seen from the working folder, if it is below that."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
