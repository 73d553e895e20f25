"""What has to happen in an output folder, found by comparing it with what the specs give.

`generate`, `check` and the dry run share one plan.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from ..diagnostics import Report
from ..targets import Artifact
from .disk import lines_of, obstacle, obstacle_above, read_plain, sha256
from .manifest import MANIFEST, Entry, manifest_of, read_manifest


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
        files = {path: sha256(text.encode()) for path, text in sorted(self.artifacts)}
        return Entry(self.spec, self.spec_sha256, self.target, self.package, files)


class State(StrEnum):
    """How a file on disk stands to what the specs give."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    EDITED = "edited"  # recorded as ours, changed by hand since
    FOREIGN = "foreign"  # not recorded as ours


class FileChange(NamedTuple):
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
            [line.decode("utf-8", "replace") for line in io.BytesIO(lines_of(data))]
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
    changes: tuple[FileChange, ...]
    meanwhile: bytes

    @property
    def pending(self) -> list[FileChange]:
        """Files that aren't what the specs give."""
        return [change for change in self.changes if change.state != State.SAME]

    @property
    def conflicts(self) -> list[FileChange]:
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
    recorded = read_manifest(out, force)
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
    wanted[MANIFEST] = manifest_of([*kept, *made])
    digests[MANIFEST].add(sha256(read_plain(out / MANIFEST) or b""))
    report = Report()
    changes = []
    above = functools.cache(functools.partial(obstacle_above, out))
    for path in order:
        place, new = out / path, wanted.get(path)
        if found := above(place.parent) or obstacle(place):
            if new is not None:  # a stale file is gone then: what is there isn't ours
                report.error(*found)
            continue
        old = read_plain(place)
        if state := _state(place, old, new, digests[path.casefold()]):
            changes.append(FileChange(path, state, old, new))
    report.raise_errors()
    return Plan(out, tuple(changes), manifest_of([*recorded, *made]))


def _state(
    place: Path, old: bytes | None, new: bytes | None, digests: set[str]
) -> State | None:
    """Return how a file stands; None if it is stale and gone already."""
    if old is None and not os.path.lexists(place):
        return None if new is None else State.CREATE
    if old is not None and new is not None and lines_of(old) == lines_of(new):
        return State.SAME
    if not digests:
        return State.FOREIGN
    if old is None or sha256(old) not in digests:
        return State.EDITED
    return State.DELETE if new is None else State.UPDATE


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
