"""What the README shows of this repository: its examples, run in a copy."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from readme import PAGES, Block, all_text, blocks, commands, follow, run
from specs import write_spec

from generator.spec.locate import SPECS

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.once


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the jobs read and write, in a Git repository of its own."""
    for folder in ("spec", "templates", "generated", "generator"):
        shutil.copytree(
            ROOT / folder,
            tmp_path / folder,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com")
    for command in (("init", "-q"), ("add", "spec"), ("commit", "-q", "-m", "All")):
        subprocess.run([*git, *command], cwd=tmp_path, check=True)
    return tmp_path


@pytest.fixture
def variables() -> dict[str, str]:
    """Environment variables under which `python` is this one."""
    python = Path(sys.executable).parent
    return {"PATH": os.pathsep.join((str(python), os.environ["PATH"]))}


def one(title: str, language: str) -> Block:
    (block,) = [block for block in blocks(title) if block.language == language]
    return block


def test_tour_is_what_python_answers(tmp_path: Path) -> None:
    session = one("A tour", "pycon").text
    assert doctest.DocTestParser().get_examples(session)
    (tmp_path / "session.txt").write_text(session, "utf-8")
    # A process of its own, and without other packages: PyPI's `ocpp` would come first.
    done = subprocess.run(
        [sys.executable, "-S", "-m", "doctest", tmp_path / "session.txt"],
        cwd=ROOT / "generated",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_tour_shows_parts_of_the_spec_and_of_a_module() -> None:
    assert_in_order(one("A tour", "yaml").text, SPECS / "ocpp16.yaml")
    assert_in_order(
        one("A tour", "python").text, ROOT / "generated" / "ocpp" / "v16" / "call.py"
    )


def assert_in_order(shown: str, file: Path) -> None:
    """Assert that a file has the lines that are shown, in this order."""
    lines = iter(file.read_text("utf-8").splitlines())
    for line in shown.splitlines():
        assert line.strip() == "..." or line in lines, line


def test_added_field_is_shown_by_check_and_diff(
    checkout: Path, variables: dict[str, str]
) -> None:
    title = "Add a field"
    spec = checkout / "spec" / "ocpp16.yaml"
    head, _, field = one(title, "yaml").text.partition("    ...\n")
    before, action, after = spec.read_text("utf-8").partition(head)
    assert action
    write_spec(
        spec.parent,
        before + action + after.replace("    request: {}\n", field, 1),
        spec.name,
    )
    done = run("python -m generator check", checkout, variables)
    assert done.returncode == 1
    lines = iter(done.stdout.splitlines())
    for line in one(title, "diff").text.splitlines():
        assert line == "..." or any(line == each for each in lines), line
    follow(title, checkout, variables)
    mistaken = spec.read_text("utf-8").replace(
        "uptime: {type: int", "uptime: {type: Int"
    )
    write_spec(spec.parent, mistaken, spec.name)
    done = run("python -m generator", checkout, variables)
    assert f"\n    {done.stderr}" in all_text()


def test_overlay_of_the_readme_is_one(
    checkout: Path, variables: dict[str, str]
) -> None:
    write_spec(checkout / "spec", one("Extend a spec", "yaml").text, "mine.yaml")
    command = (
        "python -m generator generate --spec spec/mine.yaml --target python --out made"
    )
    assert run(command, checkout, variables).returncode == 0
    codec = checkout / "made/my_app/ocpp16/_codec"
    assert any("vendorMARK" in file.read_text("utf-8") for file in codec.iterdir())


def test_comparison_is_what_diff_says(
    checkout: Path, variables: dict[str, str]
) -> None:
    title = "Compare, lint, import"
    follow(title, checkout, variables)
    assert_in_order(one(title, "yaml").text, SPECS / "ocpp16.yaml")


def test_commands_are_those_of_the_program(variables: dict[str, str]) -> None:
    shown = run("python -m generator --help", ROOT, variables).stdout
    names = [line.split()[0] for line in shown.partition("Commands:\n")[2].splitlines()]
    text = all_text()
    assert [
        name for name in names if f"    python -m generator {name} " not in text
    ] == []


def test_consoles_show_commands_and_what_they_print() -> None:
    assert commands("$ a\nb\nc\n$ d\n") == [("a", "b\nc\n"), ("d", "")]


def test_readme_is_short_and_its_links_lead_somewhere() -> None:
    readme, *guides = PAGES
    assert len(readme.read_text("utf-8").splitlines()) <= 200
    assert guides
    for page in PAGES:
        links = re.findall(
            r"\]\((?!https?:)([^)#]+)(#[\w-]+)?\)", page.read_text("utf-8")
        )
        assert [link for link, _ in links if not (page.parent / link).exists()] == []
    linked = re.findall(r"\(docs/([\w-]+)\.md\)", readme.read_text("utf-8"))
    assert {guide.stem for guide in guides} == set(linked)
