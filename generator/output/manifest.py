"""The manifest: what earlier runs wrote to a folder.

A file that isn't as recorded there belongs to somebody else.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from .. import __version__
from ..diagnostics import Span, fail
from .disk import read_plain

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


def manifest_of(entries: Iterable[Entry]) -> bytes:
    """Return the manifest of entries, sorted, each once."""
    jobs: list[dict[str, Any]] = []
    for entry in sorted(entries, key=lambda entry: entry.key):
        if (job := entry._asdict()) not in jobs:
            jobs.append(job)
    manifest = {"generator": f"payloom {__version__}", "jobs": jobs}
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    # File names can hold bytes that are no UTF-8; JSON reads these escapes back.
    return text.encode(errors="backslashreplace")


def read_manifest(out: Path, force: bool) -> list[Entry]:
    """Return the entries of the manifest; none if there is no manifest."""
    place = out / MANIFEST
    if not os.path.lexists(place):
        return []
    with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
        entries = [Entry(**job) for job in json.loads(read_plain(place) or b"")["jobs"]]
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
