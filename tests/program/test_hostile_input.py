"""Specs, overlays and jobs of somebody who means harm, through the whole program.

Whatever they hold: a clear error or files in the output folder, never a traceback, never code
that runs, never a file elsewhere. MUTANTS=100000 tries that many damaged specs.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result
from specs import BASE, SMALL, changed, write_spec
from test_loader import damaged

from generator.cli import main

MUTANTS = int(os.environ.get("MUTANTS", "100"))
JOB = 'spec = "spec.yaml"\ntargets = ["python", "docs", "schema", "vectors"]\n'


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a project of a folder that has other things in it."""
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "neighbour.txt").write_text("private", "utf-8")
    (tmp_path / "neighbours").mkdir()
    monkeypatch.chdir(folder)
    write_project(JOB + 'out = "gen"')
    write_spec(folder, SMALL)
    return folder


def write_project(job: str) -> None:
    Path("pyproject.toml").write_text(f"[tool.payloom]\n{job}\n", "utf-8")


def run(*args: str) -> Result:
    result = CliRunner().invoke(main, args)
    assert result.exception is None or isinstance(result.exception, SystemExit), args
    return result


def files_outside(project: Path) -> dict[Path, bytes]:
    """Return every file but those of the output folder."""
    return {
        path: b"" if path.is_dir() else path.read_bytes()
        for path in project.parent.rglob("*")
        if not path.is_relative_to(project / "gen")
    }


class Attack(NamedTuple):
    """What is changed in the small spec, or what the job says, and what is answered."""

    change: tuple[str, str] = ("", "")
    job: str = ""
    error: str = ""


LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
LONG = "x" * 1_000_000

ATTACKS = {
    "code in the package": Attack(
        ("package: weather", "package: 'os;import os'"), error="package"
    ),
    "package that leaves the folder": Attack(
        ("package: weather", "package: ../../neighbours"), error="package"
    ),
    "package of dots": Attack(("package: weather", "package: ...."), error="package"),
    "absolute package": Attack(
        ("package: weather", "package: /neighbours"), error="package"
    ),
    "package of a job that leaves the folder": Attack(
        job='package = "..neighbours"', error="package"
    ),
    "class suffix with code": Attack(
        ("class_suffix: Message", "class_suffix: '(object): import os #'"),
        error="suffix",
    ),
    "action that leaves the folder": Attack(
        ("  Report:", "  ../../neighbours/Report:"), error="is no identifier"
    ),
    "action with code": Attack(("  Report:", "  'A: pass #':"), error="no identifier"),
    "field with code": Attack(("      sky:", "      'a=print()':"), error="identifier"),
    "member with code": Attack(
        ("      fog:", "      'a=print()':"), error="identifier"
    ),
    "member that is an attribute of every object": Attack(
        ("      fog:", "      __init__:"), error="identifier"
    ),
    "default with code": Attack(
        ("default: clear", "default: __import__('os')"), error="unknown member"
    ),
    "limit with code": Attack(("maximum: 90", "maximum: print(1)"), error="maximum"),
    "limit beyond all floats": Attack(
        ("maximum: 90", "maximum: 1e999"), error="maximum"
    ),
    "limit of many digits": Attack(
        ("max_length: 8", f"max_length: {'9' * 5000}"), error="max_length"
    ),
    "name of a million letters": Attack(
        ("  Station:", f"  ? {LONG}\n  :"), error="longer"
    ),
    "value of a million letters": Attack(("fog: Fog", f"fog: {LONG}"), error="longer"),
    "version that is a path": Attack(('"1"', '"../1"'), error="is no version"),
    "billion laughs": Attack(("protocol:", f"{LAUGHS}protocol:"), error="more than"),
    "nesting without end": Attack(
        ("protocol: Weather", f"protocol: {'[' * 100_000}"), error="nesting depth"
    ),
    "object of Python": Attack(
        ("Weather", "!!python/object/apply:os.system ['touch owned']"), error="tag"
    ),
    "output folder that is a link to nowhere": Attack(job='out = "dead"', error="dead"),
    "overlay that is a folder": Attack(job='overlay = "/"', error="Is a directory"),
    "overlay without end": Attack(
        job='overlay = "/dev/zero"', error="Not a plain file"
    ),
    "spec without end": Attack(job='spec = "/dev/zero"', error="Not a plain file"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_answered_with_an_error(name: str, project: Path) -> None:
    attack = ATTACKS[name]
    Path("dead").symlink_to("nowhere")
    if attack.job:
        key = attack.job.split()[0]
        lines = [line for line in JOB.splitlines() if not line.startswith(f"{key} ")]
        out = [] if key == "out" else ['out = "gen"']
        write_project("\n".join([*lines, *out, attack.job]))
    else:
        write_spec(project, changed(SMALL, attack.change))
    before = {path: path.lstat().st_mtime_ns for path in project.parent.rglob("*")}
    result = run()
    assert result.exit_code == 2
    assert attack.error in result.stderr
    assert all(": error: " in line for line in result.stderr.splitlines())
    assert len(result.stderr) < 5000
    after = {path: path.lstat().st_mtime_ns for path in project.parent.rglob("*")}
    assert after == before


def test_overlay_is_held_to_the_same_rules(project: Path) -> None:
    write_project(JOB + 'out = "gen"\noverlay = "mine.yaml"')
    for line, error in (
        ("package: ../../neighbours", "package"),
        ("add:\n  enums.Sky.values.__init__: x", "identifier"),
        ("add:\n  'enums.Sky.values.a = 1': x", "identifier"),
        (f"add:\n  ? enums.{LONG}\n  : {{values: {{a: b}}}}", "longer"),
        (f"{LAUGHS}package: weather", "more than"),
        ("extends: /etc/passwd", "no spec"),
        ("extends: ../../../../../../dev/zero", "Not a plain file"),
        ("amend:\n  __class__: x", "__class__"),
    ):
        write_spec(project, line + "\n", "mine.yaml")
        result = run()
        assert result.exit_code == 2, line[:100]
        assert error in result.stderr, line[:100]
        assert not Path("gen").exists()


def test_damaged_specs_give_files_in_the_output_folder_or_an_error(
    project: Path,
) -> None:
    outside = files_outside(project)
    texts = [BASE.encode(), SMALL.encode()]
    codes = set()
    for seed in range(MUTANTS):
        data = damaged(texts[seed % 2], seed)
        Path("spec.yaml").write_bytes(data)
        result = run("generate", "--force")
        codes.add(result.exit_code)
        assert (result.exit_code == 0) == (result.stderr == ""), data
        assert files_outside(project) == outside | {project / "spec.yaml": data}, data
    assert codes == {0, 2}
