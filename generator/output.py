"""Artifacts to files: plan in memory, then compare or write.

`generate`, `check` and the dry run share one plan. What earlier runs wrote stands in
`manifest.json`; a file that isn't as recorded there belongs to somebody else.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import json
import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from . import __version__
from .diagnostics import Report, Span, fail
from .targets import Artifact

MANIFEST = "manifest.json"
STAGING = ".payloom"


class Entry(NamedTuple):
    """What the manifest records of one target of one spec.

    Attributes:
        spec: Name of the spec file.
        spec_sha256: Hex digest of the spec file.
        target: Name of the target.
        package: Python package that the files speak of.
        files: Hex digests of the files, by their places below the output folder.
    """

    spec: str
    spec_sha256: str
    target: str
    package: str
    files: dict[str, str]

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells this entry from others in the same folder."""
        return (self.spec, self.package, self.target)


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
    def entry(self) -> Entry:
        """What the manifest is to record."""
        files = {path: _sha256(text.encode()) for path, text in sorted(self.artifacts)}
        return Entry(self.spec, self.spec_sha256, self.target, self.package, files)


class State(StrEnum):
    """How a file on disk stands to what the specs give."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    EDITED = "edited"  # recorded as ours, changed by hand since
    FOREIGN = "foreign"  # not recorded as ours


class Change(NamedTuple):
    """One file of a plan.

    Attributes:
        path: Its place below the output folder, with forward slashes.
        state: How it stands on disk.
        old: Its bytes on disk; None if it isn't there, or isn't a plain file.
        new: The bytes that the specs give; None if they give no such file.
    """

    path: str
    state: State
    old: bytes | None
    new: bytes | None

    @property
    def is_conflict(self) -> bool:
        """Whether a run must not touch the file unless forced to."""
        return self.state in (State.EDITED, State.FOREIGN)

    def diff(self) -> Iterator[str]:
        """Yield a unified diff from disk to spec; nothing if one has no such file."""
        import difflib  # needed only when something differs

        if self.old is None or self.new is None:
            return
        old, new = (
            [line.decode("utf-8", "replace") for line in io.BytesIO(data)]
            for data in (self.old, self.new)
        )
        names = (f"{self.path} (disk)", f"{self.path} (spec)")
        for line in difflib.unified_diff(old, new, *names):
            yield line.removesuffix("\n")
            if not line.endswith("\n"):
                yield "\\ No newline at end of file"


class Plan(NamedTuple):
    """What has to happen in one output folder.

    Attributes:
        out: The folder; it need not exist.
        changes: Every file of the folder, the manifest last.
        meanwhile: The manifest for as long as files are being put in place: all that was
            recorded, and all that will be. If the run is killed, the next one knows both
            the old files and the new ones as ours, even if the specs have changed again.
    """

    out: Path
    changes: tuple[Change, ...]
    meanwhile: bytes

    @property
    def pending(self) -> list[Change]:
        """Files that aren't what the specs give."""
        return [change for change in self.changes if change.state != State.SAME]

    @property
    def conflicts(self) -> list[Change]:
        """Files that a run must not touch unless forced to."""
        return [change for change in self.changes if change.is_conflict]


def plan(
    out: Path, outputs: Sequence[Output], *, complete: bool, force: bool = False
) -> Plan:
    """Compare what the specs give with what is on disk.

    Args:
        out: The output folder; it need not exist.
        outputs: What belongs in it; no two of them give the same file.
        complete: Whether that is all: recorded files of other jobs are stale then. Otherwise
            only recorded files of the same jobs are.
        force: Whether a manifest that can't be read counts as none.

    Raises:
        DiagnosticError: The manifest can't be read, or a file can't be in its place.
    """
    recorded = _read_manifest(out, force)
    made = [output.entry for output in outputs]
    keys = {entry.key for entry in made}
    ours = [entry for entry in recorded if complete or entry.key in keys]
    kept = [entry for entry in recorded if entry not in ours]

    wanted = {path: text.encode() for each in outputs for path, text in each.artifacts}
    stale = _paths(ours) - _paths(kept) - set(wanted)
    stale -= _other_spellings(out, stale, wanted)
    digests = defaultdict(set)
    for entry in ours:
        for path, digest in entry.files.items():
            digests[path.casefold()].add(digest)

    order = [*sorted({*wanted, *stale}), MANIFEST]
    wanted[MANIFEST] = _manifest([*kept, *made])
    digests[MANIFEST].add(_sha256(_read(out / MANIFEST) or b""))
    report = Report()
    changes = []
    above = functools.cache(functools.partial(_obstacle_above, out))
    for path in order:
        place, new = out / path, wanted.get(path)
        if obstacle := above(place.parent) or _obstacle(place):
            if new is not None:  # a stale file is gone then: what is there isn't ours
                report.error(*obstacle)
            continue
        old = _read(place)
        if state := _state(place, old, new, digests[path.casefold()]):
            changes.append(Change(path, state, old, new))
    report.raise_errors()
    return Plan(out, tuple(changes), _manifest([*recorded, *made]))


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
        staging.rmdir()


def _stage(plan: Plan) -> None:
    (plan.out / STAGING).mkdir(parents=True)
    _aside(plan, 0).write_bytes(plan.meanwhile)
    for number, change in enumerate(plan.pending, start=1):
        if change.new is not None:
            _aside(plan, number).write_bytes(change.new)
            (plan.out / change.path).parent.mkdir(parents=True, exist_ok=True)


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


def _state(
    place: Path, old: bytes | None, new: bytes | None, digests: set[str]
) -> State | None:
    """Return how a file stands; None if it is stale and gone already."""
    if old is None and not os.path.lexists(place):
        return None if new is None else State.CREATE
    if old is not None and old == new:
        return State.SAME
    if not digests:
        return State.FOREIGN
    if old is None or _sha256(old) not in digests:
        return State.EDITED
    return State.DELETE if new is None else State.UPDATE


def _obstacle_above(out: Path, folder: Path) -> tuple[Span, str, str] | None:
    """Return an error if a folder, from the output folder on, can't be one."""
    folders = [each for each in (folder, *folder.parents) if each.is_relative_to(out)]
    for each in reversed(folders):
        # Through a link, files outside the output folder would count as ours.
        if each != out and os.path.islink(each):
            return Span(str(each)), "is a link where a folder belongs", "remove it"
        if os.path.lexists(each) and not os.path.isdir(each):
            return Span(str(each)), "is a file where a folder belongs", "move it"
    return None


def _obstacle(place: Path) -> tuple[Span, str, str] | None:
    """Return an error if a place can't take a plain file."""
    if os.path.isdir(place) and not os.path.islink(place):
        return Span(str(place)), "is a folder where a file belongs", "move it"
    return None


def _read(place: Path) -> bytes | None:
    """Return the bytes of a plain file; None if there is none, or a link in its place."""
    try:
        # Not through links, and not from a pipe, which would wait for ever.
        return place.read_bytes() if stat.S_ISREG(place.lstat().st_mode) else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise fail(Span(str(place)), f"cannot read: {error.strerror}") from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _paths(entries: Iterable[Entry]) -> set[str]:
    return {path for entry in entries for path in entry.files}


def _other_spellings(
    out: Path, stale: Iterable[str], wanted: Iterable[str]
) -> set[str]:
    """Return the stale names of wanted files, where A.py and a.py are one file."""
    spellings = {path.casefold(): path for path in wanted}
    same = set()
    for path in stale:
        with contextlib.suppress(KeyError, OSError):
            if os.path.samefile(out / path, out / spellings[path.casefold()]):
                same.add(path)
    return same


def _manifest(entries: Iterable[Entry]) -> bytes:
    jobs: list[dict[str, Any]] = []
    for entry in sorted(entries, key=lambda entry: entry.key):
        if (job := entry._asdict()) not in jobs:
            jobs.append(job)
    manifest = {"generator": f"payloom {__version__}", "jobs": jobs}
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    # File names can hold bytes that are no UTF-8; JSON reads these escapes back.
    return text.encode(errors="backslashreplace")


def _read_manifest(out: Path, force: bool) -> list[Entry]:
    """Return the entries of the manifest; none if there is no manifest."""
    place = out / MANIFEST
    if not os.path.lexists(place):
        return []
    with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
        entries = [Entry(**job) for job in json.loads(_read(place) or b"")["jobs"]]
        if all(map(_is_sound, entries)):
            return entries
    if force:
        return []
    raise fail(
        Span(str(place)),
        "this is no manifest of the generator",
        "restore it, or run with --force to write all files anew",
    )


def _is_sound(entry: Entry) -> bool:
    """Return whether an entry has the right form, and names only files below the folder."""
    return (
        isinstance(entry.files, dict)
        and all(isinstance(text, str) for text in (*entry[:4], *entry.files.values()))
        and all(map(_is_below, entry.files))
    )


def _is_below(path: str) -> bool:
    """Return whether a path stays below the folder on every system, and can be ours."""
    parts = path.split("/")
    return (
        path.isprintable()
        and not {"\\", ":"} & set(path)
        and not {"", ".", ".."} & set(parts)
        and parts[0] not in (MANIFEST, STAGING)
    )
