"""Commands, their flags and exit codes.

Exit codes: 0 done or in step, 1 `check` found a difference, `lint` something to mend or
`diff` something that breaks, 2 wrong usage, spec or folder.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, NamedTuple

import click

from . import __version__
from .diagnostics import (
    FORMATS,
    Diagnostic,
    DiagnosticError,
    Report,
    Span,
    fail,
    printable,
    quoted,
)
from .diff import VICTIMS
from .jobs import COMMAND_LINE, Job, read_jobs
from .output.lock import locked
from .output.plan import Change, Plan, State
from .output.write import write
from .pipeline import plan_jobs
from .spec.locate import find_file, find_source
from .spec.source import Source, read_source
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


class _Group(click.Group):
    """Commands whose errors are printed, never raised."""

    def invoke(self, ctx: click.Context) -> Any:
        # What a run makes it keeps to its end; going through all of that again and again to
        # find garbage took as long as loading a large spec.
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            return super().invoke(ctx)
        except DiagnosticError as error:
            _say_errors(error)
        except BrokenPipeError:
            raise  # who reads the output has seen enough; click ends the run quietly
        except OSError as error:
            click.echo(f"error: {error}", err=True)
        except UnicodeEncodeError as error:
            what = f"this locale cannot spell the file name {quoted(error.object)}"
            click.echo(f"error: {what}, set PYTHONUTF8=1", err=True)
        finally:
            if was_enabled:
                gc.enable()
        raise click.exceptions.Exit(2)


Command = Callable[..., None]


def _path(text: str) -> Path:
    """Return the path that a flag names; an empty one isn't taken for the working folder."""
    if not text:
        raise click.BadParameter("it is empty")
    return Path(text)


def _job_flags(command: Command) -> Command:
    """Add the flags that say what a job of pyproject.toml says; names are those of Job."""
    for flag in (
        click.option(
            "--compare",
            metavar="SPEC",
            type=find_file,
            help="Earlier version to compare with, on a page of the documents.",
        ),
        click.option(
            "--templates",
            metavar="PATH",
            type=_path,
            help="Folder of your own templates, in place of those with the same path.",
        ),
        click.option(
            "--aliases/--no-aliases",
            default=None,
            help="Second names of classes and actions, for hosts that want them.",
        ),
        click.option(
            "--class-suffix", help="Ends class names of messages; may be empty."
        ),
        click.option(
            "--package", help="Dotted Python package; without it, the spec's own."
        ),
        click.option("--out", metavar="PATH", type=_path, help="The output folder."),
        click.option(
            "--target",
            "targets",
            multiple=True,
            type=click.Choice(TARGETS),
            help="Repeatable.",
        ),
        click.option(
            "--overlay", metavar="PATH", type=_path, help="Overlay to put on the spec."
        ),
        click.option(
            "--spec",
            metavar="SPEC",
            type=find_file,
            help="Spec file, or name of a bundled spec (ocpp16).",
        ),
    ):
        command = flag(command)
    return command


_quiet_flag = click.option(
    "-q", "--quiet", is_flag=True, help="Print errors and warnings only."
)


def _write_flags(command: Command) -> Command:
    """Add the flags of commands that write."""
    dry_run = click.option("--dry-run", is_flag=True, help="Say what would be written.")
    force = click.option(
        "--force", is_flag=True, help="Overwrite files that were edited or aren't ours."
    )
    return dry_run(force(_quiet_flag(command)))


class _Chosen(NamedTuple):
    """The jobs of a run, and whether they are all that pyproject.toml has."""

    jobs: list[Job]
    complete: bool


def _chosen(flags: dict[str, Any]) -> _Chosen:
    """Return the one job that flags describe, or the jobs of pyproject.toml changed by them."""
    given = {key: value for key, value in flags.items() if value not in (None, ())}
    spec = given.pop("spec", None)
    if spec is None:
        jobs = [job.changed(given) for job in read_jobs(TARGETS)]
        return _Chosen(jobs, complete=not given)
    if not {"targets", "out"} <= given.keys():
        raise click.UsageError("one spec needs --spec, --target and --out")
    job = Job(spec, (), Path(), None, None, COMMAND_LINE)
    return _Chosen([job.changed(given)], complete=False)


@click.group(cls=_Group, invoke_without_command=True)
@click.version_option(__version__, prog_name="payloom")
@_write_flags
@click.pass_context
def main(ctx: click.Context, dry_run: bool, force: bool, quiet: bool) -> None:
    """Turn specs into modules and documents.

    Without a command: all jobs of [tool.payloom] in pyproject.toml.
    """
    for stream in (sys.stdout, sys.stderr):
        # File names and spec text can hold what the terminal can't show.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    if ctx.invoked_subcommand is None:
        _generate(_chosen({}), dry_run=dry_run, force=force, quiet=quiet)
    elif dry_run or force or quiet:
        raise click.UsageError("write --dry-run, --force and -q after the command")


@main.command()
@_job_flags
@_write_flags
def generate(dry_run: bool, force: bool, quiet: bool, **flags: Any) -> None:
    """Write the files of all jobs, as flags change them, or those of one --spec."""
    _generate(_chosen(flags), dry_run=dry_run, force=force, quiet=quiet)


@main.command()
@_job_flags
@click.option("--brief", is_flag=True, help="Name the files that differ, no more.")
@_quiet_flag
@click.pass_context
def check(ctx: click.Context, /, brief: bool, quiet: bool, **flags: Any) -> None:
    """Compare all files with their specs; write nothing; exit 1 if they differ."""
    started = time.perf_counter()
    chosen = _chosen(flags)
    plans = plan_jobs(chosen.jobs, complete=chosen.complete)
    pending = _pending(plans)
    for plan, change in pending:
        if not quiet:
            click.echo(f"{_place(plan, change)}: {_STATE_WORDS[change.state]}")
        if not (quiet or brief):
            _say(map(printable, change.diff()))
    if not quiet:
        _say_summary(chosen.jobs, plans, started)
    if pending:
        if not quiet:
            command = ctx.find_root().command_path
            click.echo(f"run `{command}` to bring them in step", err=True)
        ctx.exit(1)


@main.command()
@_job_flags
def watch(**flags: Any) -> None:
    """Generate whenever a spec, a template or pyproject.toml is saved, until Ctrl-C.

    Prints the files that change, and errors with their places. Of runs that change nothing
    it is silent, but for the first one and one that follows errors.
    """
    from .watch import run_on_change

    gc.enable()  # this one goes on for hours
    is_known = False

    def run() -> None:
        nonlocal is_known
        try:
            _generate(_chosen(flags), only_changes=is_known)
            is_known = True
        except DiagnosticError as error:
            _say_errors(error)
            is_known = False

    with contextlib.suppress(KeyboardInterrupt):
        run_on_change(lambda: _chosen(flags).jobs, run)


@main.command()
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="text for people, json for programs (an object on each line),"
    " github for annotations in a workflow.",
)
@click.option("--info", is_flag=True, help="Show what is only info, too.")
@click.option(
    "--overlay",
    metavar="PATH",
    type=_path,
    help="Overlay to put on each SPEC, and to lint with it.",
)
@click.pass_context
def lint(
    ctx: click.Context,
    specs: tuple[str, ...],
    form: str,
    info: bool,
    overlay: Path | None,
) -> None:
    """Say what could be better in specs; those of all jobs if none is named.

    Exit 1 if there is something to mend, 2 if a spec can't be used at all; what is only info
    doesn't count. A spec can switch rules off for its parts, under its key `lint`.
    """
    from .lint import lint_specs

    if overlay and not specs:
        raise click.UsageError("--overlay goes with a SPEC")
    started = time.perf_counter()
    reads: dict[Any, Callable[[], Source]] = {
        name: partial(_source, name, overlay) for name in specs
    } or {(job.spec, job.overlay): job.read for job in read_jobs(TARGETS)}
    findings = lint_specs(reads.values())
    for finding in findings:
        if info or finding.severity != "info":
            # Rules of the spec language have no name.
            to_stderr = form == "text" and not finding.rule
            click.echo(FORMATS[form](finding), err=to_stderr)
    severities = Counter(finding.severity for finding in findings)
    if form == "text":
        seconds = time.perf_counter() - started
        click.echo(
            f"{_count(len(reads), 'spec')}, {_count(severities['error'], 'error')},"
            f" {_count(severities['warning'], 'warning')}, {severities['info']} info"
            f" ({seconds:.2f} s)"
        )
    if not all(finding.rule for finding in findings):
        ctx.exit(2)
    ctx.exit(1 if severities["error"] or severities["warning"] else 0)


@main.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--overlay",
    metavar="PATH",
    type=_path,
    help="Overlay to put on NEW; one that stands beside a job needs no 'extends'.",
)
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    type=click.Choice([*VICTIMS, "any", "none"]),
    default=("any",),
    show_default="any",
    help="Whose harm makes the exit code 1; repeatable.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="text with places, json for programs, markdown for a changelog.",
)
@click.pass_context
def diff(
    ctx: click.Context,
    old: str,
    new: str,
    overlay: Path | None,
    fail_on: tuple[str, ...],
    form: str,
) -> None:
    """Say what changed between two specs, and whom it can hurt.

    OLD and NEW are files, names of bundled specs (ocpp16), REV:path of a git revision, or
    job:N, what the N-th job of pyproject.toml makes. Exit 1 if a peer on the old version or a
    Python caller can break.
    """
    from .diff.report import diff_specs

    if len(fail_on) > 1 and "none" in fail_on:
        raise click.UsageError("--fail-on none excludes the others")
    before, after = _source(old), _source(new, overlay)
    text, hurt = diff_specs(before, after, form)
    click.echo(text, nl=not text.endswith("\n"))
    ctx.exit(1 if hurt & (hurt if "any" in fail_on else set(fail_on)) else 0)


def _source(name: str, overlay: Path | None = None) -> Source:
    """Return the spec of a name, or of a job, with an overlay put on it."""
    number = name.removeprefix("job:")
    if number == name or os.path.isfile(name):
        source = find_source(name)
    else:
        jobs = read_jobs(TARGETS)
        if not number.isdecimal() or not 0 < int(number) <= len(jobs):
            hint = f"write job:1 to job:{len(jobs)}" if len(jobs) > 1 else "write job:1"
            raise fail(Span(name), "pyproject.toml has no such job", hint)
        source = jobs[int(number) - 1].read()
    return read_source(overlay)._replace(base=source) if overlay else source


@main.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--version", required=True, help="Version of the protocol, such as 2.0.1."
)
@click.option(
    "--package", help="Dotted Python package; without it, one after the version."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.option("--force", is_flag=True, help="Overwrite the spec if it is there.")
def import_spec(
    folder: Path, version: str, package: str | None, output: Path, force: bool
) -> None:
    """Write a spec from a folder of JSON Schemas, one for each request and response.

    What the schemas don't say, and what a spec can't express, is listed on stderr.
    """
    from .importing import import_schemas

    if output.exists() and not force:
        hint = "name another file, or use --force to overwrite it"
        raise fail(Span(str(output)), "is there already", hint)
    text, notes = import_schemas(folder, version, package)
    _say(map(str, notes), err=True)
    output.write_text(text, encoding="utf-8", newline="\n")
    click.echo(
        f"{output}: {_count(len(text.splitlines()), 'line')}, {_count(len(notes), 'note')}"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _generate(
    chosen: _Chosen,
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


def _refuse_conflicts(plans: list[Plan]) -> None:
    """Raise an error if a run would touch what isn't the generator's."""
    report = Report()
    for plan in plans:
        for change in plan.conflicts:
            message = f"{_STATE_WORDS[change.state]}; nothing was written"
            report.error(Span(_place(plan, change)), message, _HINTS[change.state])
    report.raise_errors()


def _pending(plans: list[Plan]) -> list[tuple[Plan, Change]]:
    return [(plan, change) for plan in plans for change in plan.pending]


def _place(plan: Plan, change: Change) -> str:
    return (plan.out / change.path).as_posix()


def _say_summary(
    jobs: list[Job], plans: list[Plan], started: float, outcome: str = "not in step"
) -> None:
    """Print the one line that a run ends with."""
    states = Counter(change.state for plan in plans for change in plan.changes)
    specs = _count(len({(job.spec, job.overlay) for job in jobs}), "spec")
    changed = states.total() - states[State.SAME]
    result = f"{changed} changed: {outcome}" if changed else "in step"
    seconds = time.perf_counter() - started
    click.echo(f"{specs}, {_count(states.total(), 'file')}, {result} ({seconds:.2f} s)")


def _say_errors(error: DiagnosticError) -> None:
    _say(map(str, error.diagnostics[:MAX_SHOWN]), err=True)
    more = len(error.diagnostics) - MAX_SHOWN
    if more > 0:
        click.echo(f"... and {more} more errors", err=True)


def _say(lines: Iterable[str], *, err: bool = False) -> None:
    for line in lines:
        click.echo(line, err=err)
