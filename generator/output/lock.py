"""Runs that write to one folder go one after the other.

The lock is on a small file among the temporary ones, named after the folder, so that an output
folder holds nothing but what was generated. It ends with its process, however that ends.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ..diagnostics import Span, fail

# Longer than any run takes, shorter than a person's patience.
PATIENCE_S = 30.0
_LOOK_S = 0.05


@contextlib.contextmanager
def locked(folders: Iterable[Path], say: Callable[[str], None]) -> Iterator[None]:
    """Keep other runs out of output folders.

    Args:
        folders: The folders, as the jobs name them; they need not exist.
        say: Tells the user that another run has to end first.

    Raises:
        DiagnosticError: Another run is at work in one of them for more than PATIENCE_S seconds.
    """
    # Each once and in one order, so that two runs never wait for each other.
    by_place = {os.path.realpath(folder): folder for folder in folders}
    with contextlib.ExitStack() as stack:
        for place in sorted(by_place):
            stack.enter_context(_locked(place, by_place[place], say))
        yield


@contextlib.contextmanager
def _locked(place: str, folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    descriptor = _opened(place)
    if descriptor is None:  # no temporary files here, so other runs have none either
        yield
        return
    try:
        _wait(descriptor, folder, say)
        yield
    finally:
        os.close(descriptor)  # with this, the lock ends


def _opened(place: str) -> int | None:
    """Return the descriptor of the file that stands for a folder; None if there can be none."""
    name = hashlib.sha256(os.fsencode(place)).hexdigest()[:32]
    file = os.path.join(tempfile.gettempdir(), f"payloom-{name}.lock")
    no_links = getattr(os, "O_NOFOLLOW", 0)
    # The file may be another user's, who lets us read it.
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        with contextlib.suppress(OSError):
            return os.open(file, flags | no_links, 0o644)
    return None


def _wait(descriptor: int, folder: Path, say: Callable[[str], None]) -> None:
    end = time.monotonic() + PATIENCE_S
    told = False
    while not _taken(descriptor):
        if not told:
            say(f"{folder.as_posix()}: waiting for another run to end")
            told = True
        if time.monotonic() > end:
            message = f"another run has been at work here for {PATIENCE_S:.0f} s"
            hint = "wait for it to end, or stop it"
            raise fail(Span(folder.as_posix()), message, hint)
        time.sleep(_LOOK_S)


if sys.platform == "win32":
    import msvcrt

    def _taken(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _taken(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # a file system without locks
        return True
