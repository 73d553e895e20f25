"""README and guides as a program: their sections, with files and commands."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

# A block that is a file begins with its name as a comment.
_FILE = re.compile(r"(?:#|\{#) ([\w./-]+\.\w+)(?: #\})?\n")


class Block(NamedTuple):
    """A block of code: its language, and its text without the line that names a file."""

    language: str
    text: str
    file: str = ""


def blocks(title: str) -> list[Block]:
    """Return the blocks of code below a heading, up to the next one of any level."""
    found: list[Block] = []
    for page in PAGES:
        heading = ""
        tokens = MarkdownIt("commonmark").parse(page.read_text("utf-8"))
        for token, inner in pairwise([*tokens, *tokens[-1:]]):
            if token.type == "heading_open":
                heading = inner.content
            elif token.type == "fence" and heading == title:
                name = _FILE.match(token.content)
                text = token.content[name.end() :] if name else token.content
                found.append(Block(token.info, text, name[1] if name else ""))
    assert found, f"no blocks of code below {title!r}"
    return found


def all_text() -> str:
    """Return README and guides as one text."""
    return "\n".join(page.read_text("utf-8") for page in PAGES)


def follow(title: str, folder: Path, variables: Mapping[str, str]) -> None:
    """Do in a folder what a section says: write its files, run its commands.

    Raises:
        AssertionError: A command fails, or prints something else than the section shows.
    """
    for block in blocks(title):
        if block.file:
            file = folder / block.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, "utf-8")
        elif block.language == "console":
            for command, shown in commands(block.text):
                done = run(command, folder, variables)
                # `check`, `lint` and `diff` exit with 1 for what they find.
                assert done.returncode in (0, 1), done.stderr
                if shown:
                    assert done.stdout == shown


def commands(text: str) -> list[tuple[str, str]]:
    """Return each command of a console, and what is shown below it."""
    parts = re.split(r"^\$ (.+)\n", text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def run(
    command: str, folder: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command line in a folder."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=dict(variables),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
