"""From jobs to plans: load each spec, run its targets, compare each output folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from generator.config import Job
from generator.diagnostics import Diagnostic, DiagnosticError, Span
from generator.loader import Overrides, load
from generator.output import Output, Plan, plan
from generator.source import Scalar, read_source
from generator.targets import targets


def plan_jobs(
    jobs: Iterable[Job], *, complete: bool, force: bool = False
) -> list[Plan]:
    """Return a plan for each output folder of the jobs; nothing is written.

    Args:
        jobs: What to make.
        complete: Whether these are all jobs that write to their folders.
        force: Whether a broken manifest counts as none.

    Raises:
        DiagnosticError: A spec or a folder has errors; those of all jobs are named.
    """
    known = targets()
    outputs: dict[Path, list[Output]] = {}
    findings: list[Diagnostic] = []
    for job in jobs:
        try:
            spec = load(read_source(job.spec), _overrides(job))
        except DiagnosticError as error:
            findings += error.diagnostics
            continue
        outputs.setdefault(job.out, []).extend(
            Output(
                spec.source,
                spec.sha256,
                target,
                spec.package,
                tuple(known[target](spec)),
            )
            for target in job.targets
        )
    if findings:
        raise DiagnosticError(findings)
    return [
        plan(out, made, complete=complete, force=force) for out, made in outputs.items()
    ]


def _overrides(job: Job) -> Overrides:
    span = Span(job.origin)
    return Overrides(
        package=None if job.package is None else Scalar(job.package, True, span),
        class_suffix=(
            None if job.class_suffix is None else Scalar(job.class_suffix, True, span)
        ),
    )
