"""What is on the disk in the place of a file."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from ..diagnostics import Span, fail


def obstacle_above(out: Path, folder: Path) -> tuple[Span, str, str] | None:
    """Return an error if a folder, from the output folder on, can't be one."""
    folders = [each for each in (folder, *folder.parents) if each.is_relative_to(out)]
    for each in reversed(folders):
        # Through a link, files outside the output folder would count as ours.
        if each != out and os.path.islink(each):
            return Span(str(each)), "is a link where a folder belongs", "remove it"
        if os.path.islink(each) and not os.path.exists(each):
            return Span(str(each)), "is a link that leads nowhere", "remove it"
        if os.path.lexists(each) and not os.path.isdir(each):
            return Span(str(each)), "is a file where a folder belongs", "move it"
    return None


def obstacle(place: Path) -> tuple[Span, str, str] | None:
    """Return an error if a place can't take a plain file."""
    if os.path.isdir(place) and not os.path.islink(place):
        return Span(str(place)), "is a folder where a file belongs", "move it"
    return None


def read_plain(place: Path) -> bytes | None:
    """Return the bytes of a plain file; None if there is none, or a link in its place."""
    try:
        # Not through links, and not from a pipe, which would wait for ever.
        return place.read_bytes() if stat.S_ISREG(place.lstat().st_mode) else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise fail(Span(str(place)), f"cannot read: {error.strerror}") from error


def sha256(data: bytes) -> str:
    """Return the hex digest of a text file, whatever its line ends."""
    return hashlib.sha256(lines_of(data)).hexdigest()


def lines_of(data: bytes) -> bytes:
    """Return text with plain line ends: a checkout may have translated them."""
    return data.replace(b"\r\n", b"\n")
