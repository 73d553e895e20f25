"""Specs by the names that people give them: a file, a bundled spec, a file of a git revision."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

from ..diagnostics import Span, did_you_mean, fail, quoted
from ..resources import resource_folder
from .source import MAX_BYTES, Source, read_source, source_of

SPECS = resource_folder("spec")


def bundled() -> dict[str, Path]:
    """Return the specs that come with the generator, by name."""
    return {file.stem: file for file in sorted(SPECS.glob("*.yaml"))}


def find_file(name: str, folder: Path = Path()) -> Path:
    """Return the file of a spec; it need not be there if its name can't be another's.

    Args:
        name: A path, or the name of a bundled spec such as `ocpp16`.
        folder: What a path is relative to.

    Raises:
        DiagnosticError: There is no such file, and no bundled spec has this name.
    """
    file = folder / name
    specs = bundled()
    if os.path.isfile(file):
        return file
    if name in specs:
        return _short(specs[name])
    is_path = os.path.exists(file) or name.endswith((".yaml", ".yml"))
    if not is_path and "/" not in name and os.sep not in name:
        message = "no such file, and no bundled spec has this name"
        raise fail(Span(name), message, did_you_mean(name, specs))
    return file


def find_source(name: str) -> Source:
    """Read a spec by its name; of several that it could be, the first one.

    Args:
        name: A file, the name of a bundled spec such as `ocpp16`, or `REV:path`: a file as it
            is in a git revision. The path starts at the root of the repository, or with
            `./` in the working folder. Overlays find their bases in the same revision.

    Raises:
        DiagnosticError: There is no such spec, or it can't be read.
    """
    revision, colon, path = name.partition(":")
    if colon and not os.path.isfile(name):
        return _read_revision(revision, _normal(path, name))
    return read_source(find_file(name))


def _short(file: Path) -> Path:
    """Return a path relative to the working folder, if the file is below it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _normal(path: str, name: str) -> str:
    """Return a path in a revision in its shortest form; git takes no `..` within one.

    Args:
        path: The path; one that begins with a dot is relative to the working folder.
        name: What the user, or an overlay, says.

    Raises:
        DiagnosticError: It leaves the repository.
    """
    normal = posixpath.normpath(path) if path else ""
    if path.startswith(("./", "../")):
        return normal if normal.startswith("../") else f"./{normal}"
    if not normal or normal.startswith(("/", "..")):
        # Git would take the dots for the working folder's.
        message = f"{quoted(name)} is no path in the repository"
        raise fail(Span(name), message, "write REV:path/from/the/root.yaml")
    return normal


def _read_revision(revision: str, path: str) -> Source:
    """Read a file as it is in a git revision, and its bases from the same one."""
    file = f"{revision}:{path}"

    def beside(name: str) -> Source:
        return _read_revision(revision, _normal(posixpath.join(folder, name), name))

    # An empty first part keeps what is relative to the working folder relative.
    folder = posixpath.dirname(path)
    source = source_of(file, _git_blob(file))
    return source._replace(name=posixpath.basename(path), beside=beside)


def _git_blob(file: str) -> bytes:
    """Return the content of `REV:path`.

    Raises:
        DiagnosticError: Git isn't there, or has no such file.
    """
    import subprocess  # needed only for names of this kind

    hint = "write REV:path, such as HEAD:spec/my.yaml"
    if file.startswith("-") or "\0" in file:  # git would take it for an option
        raise fail(Span(file), "no git revision", hint)
    # Not `git show`, which lists a folder as if it were a file.
    command = ["git", "cat-file", "blob", file]
    try:
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C"},
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            data = process.stdout.read(MAX_BYTES + 1)
            process.stdout.close()
            said = process.stderr.read().decode("utf-8", "replace")
    except OSError as error:
        message = f"cannot run git: {error.strerror}"
        raise fail(Span(file), message, "name a file, or install git") from error
    if process.returncode and len(data) <= MAX_BYTES:
        lines = said.strip().splitlines() or ["no reason given"]
        reason = lines[0].removeprefix("fatal: ")
        message = f"git cannot read it: {quoted(reason, 200)[1:-1]}"
        raise fail(Span(file), message, hint)
    return data
