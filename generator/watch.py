"""Run again whenever a file changes that a run reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from .diagnostics import DiagnosticError, Report, Span, fail
from .jobs import Job, project_file
from .spec.overlay import compose

# How often to look without being told to: not every file system tells of changes.
LOOK_MS = 2000

# What a file is like, as far as can be told without reading it.
State = tuple[int, int, int] | None


def run_on_change(jobs: Callable[[], list[Job]], run: Callable[[], None]) -> None:
    """Run at once, and again after each change, until the user interrupts.

    Args:
        jobs: Returns the jobs as they are now.
        run: What to do; prints what it has to say, errors too.

    Raises:
        DiagnosticError: The library that watches files isn't installed.
    """
    try:
        import watchfiles
    except ImportError as error:
        hint = "install it: pip install 'payloom[watch]'"
        raise fail(Span("watch"), "needs the package 'watchfiles'", hint) from error
    while True:
        files = inputs(jobs)
        before = _states(files)
        run()
        for _ in watchfiles.watch(
            *_folders(files),
            watch_filter=None,
            recursive=False,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
        ):
            if _states(files) != before:
                break


def inputs(jobs: Callable[[], list[Job]]) -> set[Path]:
    """Return the files that a run reads: pyproject.toml, specs, overlays, own templates.

    Of what is wrong, the files that must be mended first are among them.
    """
    try:
        project, known = project_file(), jobs()
    except DiagnosticError as error:
        return _named(error)
    files = {project} if project else set()
    for job in known:
        files |= {job.spec, *filter(None, (job.overlay, job.compare))}
        if job.templates:
            files |= {job.templates, *job.templates.rglob("*")}
        try:
            files |= {Path(file) for file in compose(job.read(), Report()).files}
        except DiagnosticError as error:
            files |= _named(error)
    return files


def _named(error: DiagnosticError) -> set[Path]:
    return {Path(finding.span.file) for finding in error.diagnostics}


def _states(files: Iterable[Path]) -> dict[Path, State]:
    return {file: _state(file) for file in files}


def _state(file: Path) -> State:
    try:
        status = file.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _folders(files: Iterable[Path]) -> list[Path]:
    """Return the folders of files; editors replace a file rather than write into it."""
    folders = {file if file.is_dir() else file.parent for file in files}
    return sorted(folder for folder in folders if folder.is_dir())
