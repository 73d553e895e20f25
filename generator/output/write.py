"""Plans to files: first all are written aside, then put in place."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from ..diagnostics import Span, fail
from .manifest import MANIFEST, STAGING
from .plan import Plan


def write(plans: Sequence[Plan]) -> None:
    """Carry plans out, conflicts included: first all files are written aside, then put in place.

    A run that ends early leaves files that are old or new, and `check` names the old ones.

    Raises:
        DiagnosticError: The disk refuses; if it does so before the first file is in place,
            no file has changed.
    """
    changed = [plan for plan in plans if plan.pending]
    steps = [(_clear, plan) for plan in plans]
    steps += [(_stage, plan) for plan in changed]
    steps += [(_put_in_place, plan) for plan in changed]
    try:
        for step, plan in steps:
            step(plan)
    except OSError as error:
        file = error.filename2 or error.filename or plan.out
        raise fail(Span(str(file)), f"cannot write: {error.strerror}") from error
    finally:
        for plan in changed:
            with contextlib.suppress(OSError):
                _clear(plan)


def _clear(plan: Plan) -> None:
    """Remove what a run has left aside."""
    staging = plan.out / STAGING
    if staging.is_dir() and not staging.is_symlink():
        for file in staging.glob("*.staged"):
            file.unlink()
        with contextlib.suppress(OSError):
            staging.rmdir()  # what else is in it is somebody's, and stays


def _stage(plan: Plan) -> None:
    staging = plan.out / STAGING
    if os.path.lexists(staging) and (staging.is_symlink() or not staging.is_dir()):
        message = "stands where files wait before they are put in place"
        raise fail(Span(str(staging)), message, "move it away")
    staging.mkdir(parents=True, exist_ok=True)
    _aside(plan, 0).write_bytes(plan.meanwhile)
    for number, change in enumerate(plan.pending, start=1):
        if change.new is not None:
            _aside(plan, number).write_bytes(change.new)
            _keep_mode(plan.out / change.path, _aside(plan, number))
            (plan.out / change.path).parent.mkdir(parents=True, exist_ok=True)


def _keep_mode(place: Path, aside: Path) -> None:
    """Give a file that is to take the place of another one its permissions."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        old = place.lstat().st_mode
        if stat.S_ISREG(old):
            aside.chmod(stat.S_IMODE(old))


def _put_in_place(plan: Plan) -> None:
    os.replace(_aside(plan, 0), plan.out / MANIFEST)
    for number, change in enumerate(plan.pending, start=1):
        place = plan.out / change.path
        if change.new is None:
            place.unlink(missing_ok=True)
        else:
            os.replace(_aside(plan, number), place)


def _aside(plan: Plan, number: int) -> Path:
    """Return where a file waits; two runs at the same time never take each other's."""
    return plan.out / STAGING / f"{os.getpid()}-{number}.staged"
