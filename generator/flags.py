"""Flags that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from .jobs import JOB_KEYS
from .spec.locate import find_file
from .targets import TARGETS

Command = Callable[..., None]


def path(text: str) -> Path:
    """Return the path that a flag names; an empty one isn't taken for the working folder."""
    if not text:
        raise click.BadParameter("it is empty")
    return Path(text)


def job_flags(command: Command) -> Command:
    """Add the flags that say what a job of pyproject.toml says; names are those of its keys."""
    types = {"spec": find_file, "path": path, "text": str, "flag": None}
    for name, key in reversed(JOB_KEYS.items()):
        more: dict[str, Any] = {"metavar": key.metavar} if key.metavar else {}
        if key.kind == "targets":
            more = {"multiple": True, "type": click.Choice(TARGETS)}
        elif key.kind == "flag":
            more = {"default": None}
        else:
            more["type"] = types[key.kind]
        command = click.option(key.flag, name, help=key.help, **more)(command)
    return command


quiet_flag = click.option(
    "-q", "--quiet", is_flag=True, help="Print errors and warnings only."
)


def write_flags(command: Command) -> Command:
    """Add the flags of commands that write."""
    dry_run = click.option("--dry-run", is_flag=True, help="Say what would be written.")
    force = click.option(
        "--force", is_flag=True, help="Overwrite files that were edited or aren't ours."
    )
    return dry_run(force(quiet_flag(command)))
