"""Artifacts to files: plan in memory, then compare or write.

`generate`, `check` and the dry run share one plan. What the last run wrote stands in
`manifest.json`; a file that isn't as recorded there belongs to somebody else.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from generator import __version__
from generator.diagnostics import Report, Span, fail, quoted
from generator.targets import Artifact

MANIFEST = "manifest.json"
STAGING = ".payload-generator"


class Output(NamedTuple):
    """What one target made of one spec.

    Attributes:
        spec: Name of the spec file.
        spec_sha256: Hex digest of the spec file.
        target: Name of the target.
        package: Python package that the files speak of.
        artifacts: The files.
    """

    spec: str
    spec_sha256: str
    target: str
    package: str
    artifacts: tuple[Artifact, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells this output from others in the same folder."""
        return (self.spec, self.target, self.package)


class State(StrEnum):
    """How a file on disk stands to what the spec gives."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    EDITED = "edited"  # as recorded once, changed by hand since
    FOREIGN = "foreign"  # never ours


class Change(NamedTuple):
    """One file of a plan.

    Attributes:
        path: Its place below the output folder, with forward slashes.
        state: How it stands on disk.
        old: Its bytes on disk; None if it isn't there, or isn't a plain file.
        new: The bytes that the spec gives; None if it gives no such file.
    """

    path: str
    state: State
    old: bytes | None
    new: bytes | None

    def diff(self) -> Iterator[str]:
        """Yield the lines of a unified diff from disk to spec."""
        import difflib  # needed only when something differs

        old, new = (
            (data or b"").decode("utf-8", "replace").splitlines(keepends=True)
            for data in (self.old, self.new)
        )
        for line in difflib.unified_diff(
            old, new, f"{self.path} (disk)", f"{self.path} (spec)"
        ):
            yield line.rstrip("\n")


class Plan(NamedTuple):
    """What has to happen in one output folder, the manifest last."""

    out: Path
    changes: tuple[Change, ...]

    def having(self, *states: State) -> list[Change]:
        """Return the changes in some of the states."""
        return [change for change in self.changes if change.state in states]

    @property
    def conflicts(self) -> list[Change]:
        """Files that a run must not touch."""
        return self.having(State.EDITED, State.FOREIGN)

    @property
    def in_step(self) -> bool:
        """Whether every file on disk is what the spec gives."""
        return len(self.having(State.SAME)) == len(self.changes)


class _Recorded(NamedTuple):
    """One entry of the manifest's jobs."""

    entry: dict[str, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.entry["spec"], self.entry["target"], self.entry["package"])

    @property
    def files(self) -> dict[str, str]:
        files: dict[str, str] = self.entry["files"]
        return files


def plan(
    out: Path, outputs: list[Output], *, complete: bool, force: bool = False
) -> Plan:
    """Compare what the specs give with what is on disk.

    Args:
        out: The output folder; it need not exist.
        outputs: What belongs in it.
        complete: Whether that is all: recorded files of other jobs are stale then. Otherwise
            only recorded files of the same jobs are.
        force: Plan as if no manifest were there where it can't be read.

    Raises:
        DiagnosticError: The manifest can't be read, two outputs give the same file, or a
            folder or link stands where a file belongs.
    """
    wanted = _wanted(outputs)
    recorded = _read_manifest(out, force)
    keys = {output.key for output in outputs}
    kept = [] if complete else [job for job in recorded if job.key not in keys]
    digests = {path: digest for job in recorded for path, digest in job.files.items()}
    stale = set(digests) - set(wanted) - {path for job in kept for path in job.files}

    report = Report()
    changes = []
    for path in sorted({*wanted, *stale}):
        old = _read_file(out, path, report)
        state = _state(out / path, old, wanted.get(path), digests.get(path))
        if state:
            changes.append(Change(path, state, old, wanted.get(path)))
    old = _read_file(out, MANIFEST, report)
    report.raise_errors()
    new = _manifest_text(outputs, kept).encode()
    state = State.CREATE if old is None else State.SAME if old == new else State.UPDATE
    changes.append(Change(MANIFEST, state, old, new))
    return Plan(out, tuple(changes))


def write(plan: Plan) -> None:
    """Carry a plan out: all files are written aside first, then put in place.

    A run that ends early leaves files that are old or new, and `check` names the old ones.

    Raises:
        DiagnosticError: The disk refuses; if it does so before the first file is in place,
            nothing has changed.
    """
    staging = plan.out / STAGING
    todo = plan.having(State.CREATE, State.UPDATE, State.EDITED, State.FOREIGN)
    staged: list[tuple[Path, Path]] = []
    try:
        _clear(staging)
        staging.mkdir(parents=True)
        for number, change in enumerate(todo):
            if change.new is not None:
                aside = staging / str(number)
                aside.write_bytes(change.new)
                staged.append((aside, plan.out / change.path))
        for _, place in staged:
            place.parent.mkdir(parents=True, exist_ok=True)
        manifest = [pair for pair in staged if pair[1].name == MANIFEST]
        for aside, place in staged:
            if (aside, place) not in manifest:
                os.replace(aside, place)
        for change in plan.changes:
            if change.new is None:
                (plan.out / change.path).unlink()
        for aside, place in manifest:
            os.replace(aside, place)
    except OSError as error:
        file = error.filename2 or error.filename or plan.out
        raise fail(Span(str(file)), f"cannot write: {error.strerror}") from error
    finally:
        _clear(staging)


def _wanted(outputs: list[Output]) -> dict[str, bytes]:
    """Return the bytes of each file that should be there."""
    wanted: dict[str, bytes] = {}
    makers: dict[str, Output] = {}
    for output in outputs:
        for artifact in output.artifacts:
            # Some file systems don't tell A.py from a.py.
            other = makers.setdefault(artifact.path.casefold(), output)
            if other is not output or artifact.path in wanted:
                raise fail(
                    Span(output.spec),
                    f"target {output.target} gives the file {quoted(artifact.path)},"
                    f" as target {other.target} of {other.spec} does",
                    "give one of the jobs another package or output folder",
                )
            wanted[artifact.path] = artifact.text.encode()
    return wanted


def _state(
    place: Path, old: bytes | None, new: bytes | None, digest: str | None
) -> State | None:
    """Return how a file stands; None if it is stale and gone already."""
    if old is None and not place.is_symlink():
        return None if new is None else State.CREATE
    if old is not None and old == new:
        return State.SAME
    if digest is None or old is None:
        return State.FOREIGN
    if _sha256(old) != digest:
        return State.EDITED
    return State.DELETE if new is None else State.UPDATE


def _read_file(out: Path, path: str, report: Report) -> bytes | None:
    """Return the bytes of a plain file; None if there is none, or a link in its place."""
    place = out / path
    try:
        if not place.parent.resolve().is_relative_to(out.resolve()):
            report.error(
                Span(str(place)), "a link leads out of the output folder", "remove it"
            )
            return None
        if place.is_symlink():
            return None
        return place.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        for parent in place.parents:
            if parent.is_file():
                report.error(
                    Span(str(parent)), "is a file where a folder belongs", "move it"
                )
            if parent == out:
                break
        return None
    except IsADirectoryError:
        report.error(Span(str(place)), "is a folder where a file belongs", "move it")
    except OSError as error:
        report.error(Span(str(place)), f"cannot read: {error.strerror}")
    return None


def _clear(staging: Path) -> None:
    """Remove what an earlier run left aside: plain files in a folder of our own."""
    if staging.is_symlink():
        staging.unlink()
    elif staging.is_dir():
        for file in staging.iterdir():
            file.unlink()
        staging.rmdir()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _manifest_text(outputs: list[Output], kept: list[_Recorded]) -> str:
    entries = [job.entry for job in kept]
    for output in outputs:
        files = {
            artifact.path: _sha256(artifact.text.encode())
            for artifact in sorted(output.artifacts, key=lambda artifact: artifact.path)
        }
        entries.append(
            {
                "spec": output.spec,
                "spec_sha256": output.spec_sha256,
                "target": output.target,
                "package": output.package,
                "files": files,
            }
        )
    entries.sort(key=lambda entry: (entry["spec"], entry["package"], entry["target"]))
    manifest = {"generator": f"payload-generator {__version__}", "jobs": entries}
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def _read_manifest(out: Path, force: bool) -> list[_Recorded]:
    """Return the jobs of the manifest; none if there is no manifest."""
    place = out / MANIFEST
    try:
        text = place.read_text(encoding="utf-8")
        jobs = [_Recorded(entry) for entry in json.loads(text)["jobs"]]
        if all(map(_is_sound, jobs)):
            return jobs
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    if force:
        return []
    raise fail(
        Span(str(place)),
        "this is no manifest of the generator",
        "restore it, or run with --force to write all files anew",
    )


def _is_sound(job: _Recorded) -> bool:
    """Return whether an entry has the right form, and names only files below the folder."""
    return (
        isinstance(job.entry["spec_sha256"], str)
        and all(isinstance(part, str) for part in job.key)
        and all(
            isinstance(digest, str) and _is_below(path)
            for path, digest in job.files.items()
        )
    )


def _is_below(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts and "\\" not in path
