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
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from . import __version__, runs
from .diagnostics import (
    FORMATS,
    DiagnosticError,
    Span,
    fail,
    quoted,
)
from .diff import VICTIMS
from .flags import job_flags, path, quiet_flag, write_flags
from .jobs import read_jobs
from .spec.locate import find_source
from .spec.source import Source, read_source
from .targets import TARGETS


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
            runs.say_errors(error)
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


@click.group(cls=_Group, invoke_without_command=True)
@click.version_option(__version__, prog_name="payloom")
@write_flags
@click.pass_context
def main(ctx: click.Context, dry_run: bool, force: bool, quiet: bool) -> None:
    """Turn specs into modules and documents.

    Without a command: all jobs of [tool.payloom] in pyproject.toml.
    """
    for stream in (sys.stdout, sys.stderr):
        # File names and spec text can hold what the terminal can't show.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    if ctx.invoked_subcommand is None:
        runs.generate(runs.chosen({}), dry_run=dry_run, force=force, quiet=quiet)
    elif dry_run or force or quiet:
        raise click.UsageError("write --dry-run, --force and -q after the command")


@main.command()
@job_flags
@write_flags
def generate(dry_run: bool, force: bool, quiet: bool, **flags: Any) -> None:
    """Write the files of all jobs, as flags change them, or those of one --spec."""
    runs.generate(runs.chosen(flags), dry_run=dry_run, force=force, quiet=quiet)


@main.command()
@job_flags
@click.option("--brief", is_flag=True, help="Name the files that differ, no more.")
@quiet_flag
@click.pass_context
def check(ctx: click.Context, /, brief: bool, quiet: bool, **flags: Any) -> None:
    """Compare all files with their specs; write nothing; exit 1 if they differ."""
    if not runs.check(runs.chosen(flags), brief=brief, quiet=quiet):
        if not quiet:
            command = ctx.find_root().command_path
            click.echo(f"run `{command}` to bring them in step", err=True)
        ctx.exit(1)


@main.command()
@job_flags
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
            runs.generate(runs.chosen(flags), only_changes=is_known)
            is_known = True
        except DiagnosticError as error:
            runs.say_errors(error)
            is_known = False

    with contextlib.suppress(KeyboardInterrupt):
        run_on_change(lambda: runs.chosen(flags).jobs, run)


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
@click.option("--explain", "rule", metavar="RULE", help="Say what a rule is for.")
@click.option(
    "--overlay",
    metavar="PATH",
    type=path,
    help="Overlay to put on each SPEC, and to lint with it.",
)
@click.pass_context
def lint(
    ctx: click.Context,
    specs: tuple[str, ...],
    form: str,
    info: bool,
    rule: str | None,
    overlay: Path | None,
) -> None:
    """Say what could be better in specs; those of all jobs if none is named.

    Exit 1 if there is something to mend, 2 if a spec can't be used at all; what is only info
    doesn't count. A spec can switch rules off for its parts, under its key `lint`.
    """
    from .lint import explain, lint_specs

    if rule is not None:
        click.echo(explain(rule))
        return
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
            f"{runs.counted(len(reads), 'spec')}, {runs.counted(severities['error'], 'error')},"
            f" {runs.counted(severities['warning'], 'warning')}, {severities['info']} info"
            f" ({seconds:.2f} s)"
        )
    if not all(finding.rule for finding in findings):
        ctx.exit(2)
    ctx.exit(1 if severities["error"] or severities["warning"] else 0)


@main.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--explain", "rule", metavar="RULE", help="Say why a rule breaks whom.")
@click.option(
    "--overlay",
    metavar="PATH",
    type=path,
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
    old: str | None,
    new: str | None,
    rule: str | None,
    overlay: Path | None,
    fail_on: tuple[str, ...],
    form: str,
) -> None:
    """Say what changed between two specs, and whom it can hurt.

    OLD and NEW are files, names of bundled specs (ocpp16), REV:path of a git revision, or
    job:N, what the N-th job of pyproject.toml makes. Exit 1 if a peer on the old version or a
    Python caller can break.
    """
    from .diff.report import diff_specs, explain

    if rule is not None:
        click.echo(explain(rule))
        return
    if old is None or new is None:
        raise click.UsageError("name two specs, OLD and NEW")
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
    return read_source(overlay).put_on(source) if overlay else source


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
    runs.say(map(str, notes), err=True)
    output.write_text(text, encoding="utf-8", newline="\n")
    lines = runs.counted(len(text.splitlines()), "line")
    click.echo(f"{output}: {lines}, {runs.counted(len(notes), 'note')}")
