"""From jobs to plans: load each spec, run its targets, compare each output folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from .diagnostics import Diagnostic, DiagnosticError, Report, Span, quoted
from .jobs import Job
from .output.plan import Output, Plan, plan
from .spec.load import Overrides, load
from .spec.model import Spec
from .spec.source import Scalar, read_source
from .targets import Artifact, Older, Options, Room, target


def plan_jobs(
    jobs: Iterable[Job], *, complete: bool, force: bool = False
) -> list[Plan]:
    """Return a plan for each output folder of the jobs; nothing is written.

    Args:
        jobs: What to make.
        complete: Whether these are all jobs that write to their folders.
        force: Whether a broken manifest counts as none.

    Raises:
        DiagnosticError: A spec or a folder has errors; those of all specs are named.
    """
    jobs = list(jobs)
    spec_of = cache(_spec)
    folders: dict[str, Path] = {}
    outputs: dict[Path, list[Output]] = {}
    findings: list[Diagnostic] = []
    for job in jobs:
        # One folder has one plan, however the jobs spell it.
        out = folders.setdefault(os.path.realpath(job.out), job.out)
        try:
            outputs.setdefault(out, []).extend(_outputs(job, jobs, spec_of))
        except DiagnosticError as error:
            findings += error.diagnostics
    if findings:
        raise DiagnosticError(findings)
    _refuse_shared_files(outputs)
    return [
        plan(out, made, complete=complete, force=force) for out, made in outputs.items()
    ]


def _outputs(
    job: Job, jobs: Iterable[Job], spec_of: Callable[[Job], Spec]
) -> list[Output]:
    spec = spec_of(job)
    older = _older(job, jobs, spec_of)
    options = Options(job.aliases, job.templates, older)
    return [
        Output(
            spec.source,
            spec.sha256,
            name,
            spec.package,
            _artifacts(name, spec, options),
        )
        for name in dict.fromkeys(job.targets)
    ]


def _artifacts(name: str, spec: Spec, options: Options) -> tuple[Artifact, ...]:
    made = []
    room = Room(name, spec.source)
    for artifact in target(name)(spec, options):
        room.take(artifact.text)
        made.append(artifact)
    return tuple(made)


def _spec(job: Job) -> Spec:
    span = Span(job.origin)
    package, suffix = (
        None if text is None else Scalar(text, True, span)
        for text in (job.package, job.class_suffix)
    )
    return load(job.read(), Overrides(package, suffix))


def _older(
    job: Job, jobs: Iterable[Job], spec_of: Callable[[Job], Spec]
) -> Older | None:
    """Return the version that a job compares with, as the job that documents it has it."""
    if job.compare is None:
        return None
    for other in jobs:
        is_beside = os.path.realpath(other.out) == os.path.realpath(job.out)
        is_older = os.path.realpath(other.spec) == os.path.realpath(job.compare)
        if is_older and is_beside and not other.overlay and "docs" in other.targets:
            return Older(spec_of(other), documented=True)
    return Older(load(read_source(job.compare)), documented=False)


def _refuse_shared_files(outputs: dict[Path, list[Output]]) -> None:
    """Raise an error for each file that comes from two places."""
    report = Report()
    makers: dict[str, tuple[Output, str]] = {}
    for out, made in outputs.items():
        folder = os.path.realpath(out)
        for output in made:
            for path, _ in output.artifacts:
                # Some file systems don't tell A.py from a.py.
                place = os.path.join(folder, path).casefold()
                other, first = makers.setdefault(place, (output, path))
                if other is output and first != path:
                    message = (
                        f"{quoted(first)} and {quoted(path)} are one file"
                        " on systems that don't tell capitals from small letters"
                    )
                    hint = "give what they are called after names that differ otherwise"
                    report.error(Span(output.spec), message, hint)
                elif other is not output:
                    message = (
                        f"target {output.target} gives the file {quoted(path)},"
                        f" as target {other.target} of {other.spec} does"
                    )
                    hint = "give one of the jobs another package or output folder"
                    report.error(Span(output.spec), message, hint)
    report.raise_errors()
