"""Compiled templates, kept between runs: compiling takes longer than all the rest of a run.

They are kept where Python keeps compiled modules if PYTHONPYCACHEPREFIX says where that is,
and otherwise in the user's cache folder; nowhere if Python keeps none either, or if somebody
else could have written there, since loading them runs code.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import stat
import sys
from pathlib import Path
from types import CodeType

import jinja2
from jinja2.bccache import Bucket
from platformdirs import user_cache_path

_DIGEST_SIZE = hashlib.sha256().digest_size


class CompiledTemplates(jinja2.BytecodeCache):
    """Keeps a file for each template; one that is wrong in any way counts as none."""

    def __init__(self, folder: Path, settings: object) -> None:
        """Take the folder.

        Args:
            folder: Where the files are; it need not exist.
            settings: What the code of a template depends on beside its text.
        """
        self._folder = folder
        tag = (sys.implementation.cache_tag, jinja2.__version__, sys.flags, settings)
        self._tag = hashlib.sha256(repr(tag).encode()).hexdigest()[:16]

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the compiled template, if it is that of this text."""
        with contextlib.suppress(OSError):
            data = self._file(bucket).read_bytes()
            digest, code = data[:_DIGEST_SIZE], data[_DIGEST_SIZE:]
            if digest == self._digest(bucket, code):
                bucket.code = marshal.loads(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template, if there is a place for it."""
        assert isinstance(bucket.code, CodeType)
        code = marshal.dumps(bucket.code)
        file = self._file(bucket)
        aside = file.with_suffix(f".{os.getpid()}")
        try:
            aside.write_bytes(self._digest(bucket, code) + code)
            os.replace(aside, file)
        except OSError:
            with contextlib.suppress(OSError):
                aside.unlink()

    def _file(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}-{self._tag}.template"

    def _digest(self, bucket: Bucket, code: bytes) -> bytes:
        return hashlib.sha256(f"{bucket.checksum} ".encode() + code).digest()


def cache_folder() -> Path | None:
    """Return the folder for compiled templates, made if need be; None if there is none."""
    if sys.dont_write_bytecode:
        return None
    if sys.pycache_prefix:
        folder = Path(sys.pycache_prefix, "payloom")
    else:
        folder = user_cache_path("payloom", appauthor=False) / "templates"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder if _is_ours(folder.lstat()) else None
    except OSError:
        return None


def _is_ours(status: os.stat_result) -> bool:
    """Return whether nobody else can write to a folder, as far as the system tells."""
    if not stat.S_ISDIR(status.st_mode):
        return False
    if sys.platform == "win32":
        return True  # below the user's own profile
    others = stat.S_IWGRP | stat.S_IWOTH
    return status.st_uid == os.geteuid() and not status.st_mode & others
