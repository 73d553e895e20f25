"""Commands: what they print and where, their exit codes, and what they leave on disk."""

# ruff: noqa: RUF001

from __future__ import annotations

import difflib
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result
from rendered import TOGETHER
from specs import changed, write_spec

from generator.cli import main

ROOT = Path(__file__).resolve().parents[2]

SPEC = """\
protocol: Parcel Locker
version: "2.10"
package: lockers.v2
class_suffix: Message

errors:
  not_json: BadText
  unknown_field: BadField
  missing_field: Incomplete
  wrong_count: Incomplete
  wrong_type: BadType
  wrong_value: BadValue

actions:
  Deposit:
    sender: client
    request:
      parcel: {type: Parcel, required: true}
    response: {}

datatypes:
  Parcel:
    fields:
      size: {type: Size, required: true}

enums:
  Size:
    values:
      small: S
      large: L
"""
PYPROJECT = """\
[tool.payloom]
out = "gen"

[[tool.payloom.jobs]]
spec = "spec.yaml"
targets = ["python", "docs"]
"""
DOCUMENT = "docs/zh/请求与应答消息数据结构说明_V2.md"
CALL = "gen/lockers/v2/call.py"

SUMMARY = re.compile(
    r"\d+ specs?, \d+ files?, (\d+ changed: [a-z, ]+|in step) \(\d+\.\d\d s\)"
)


def run(*args: str) -> Result:
    """Run a command in this process; whatever the input, it ends without a traceback."""
    result = CliRunner().invoke(main, args)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def run_process(*args: str, **options: Any) -> subprocess.CompletedProcess[Any]:
    """Run a command in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | options.pop("env", {})
    return subprocess.run(
        [sys.executable, "-m", "generator", *args],
        env=environment,
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
        **options,
    )


def summary(result: Result) -> str:
    """Return the last line that was printed, without the seconds."""
    last = result.stdout.splitlines()[-1]
    assert SUMMARY.fullmatch(last), last
    return last.rpartition(" (")[0]


def lines(result: Result) -> list[str]:
    return result.stdout.splitlines()[:-1]


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return content and time of every file below a folder, and its folders."""
    return {
        place.relative_to(folder).as_posix(): (
            b"" if place.is_dir() else place.read_bytes(),
            place.stat().st_mtime_ns,
        )
        for place in sorted(folder.rglob("*"))
    }


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project as it is after a run."""
    folder = tmp_path_factory.mktemp("template")
    write_spec(folder, SPEC)
    (folder / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run().exit_code == 0
    return folder


@pytest.fixture
def generated(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a project whose files are in step."""
    folder = tmp_path / "project"
    shutil.copytree(template, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def project(generated: Path) -> Path:
    """Work in a project that nothing was generated in."""
    shutil.rmtree(generated / "gen")
    return generated


# Generate


@pytest.mark.parametrize("command", [(), ("generate",)])
def test_all_jobs_are_generated(project: Path, command: tuple[str, ...]) -> None:
    result = run(*command)
    files = [path for path in (project / "gen").rglob("*") if path.is_file()]
    assert result.exit_code == 0
    assert result.stderr == ""
    assert (
        summary(result) == f"1 spec, {len(files)} files, {len(files)} changed: written"
    )
    assert f"create {CALL}" in lines(result)
    assert f"create gen/{DOCUMENT}" in lines(result)
    assert len(lines(result)) == len(files)


def test_flags_take_the_place_of_what_every_job_says(project: Path) -> None:
    spec = (project / "spec.yaml").read_text("utf-8")
    write_spec(project, spec.replace("lockers.v2", "lockers.v3"), "other.yaml")
    more = '\n[[tool.payloom.jobs]]\nspec = "other.yaml"\ntargets = ["docs"]\n'
    (project / "pyproject.toml").write_text(PYPROJECT + more, "utf-8")
    flags = ("--target", "python", "--out", "elsewhere", "--class-suffix", "X")
    assert run("generate", *flags).exit_code == 0
    assert not (project / "gen").exists()
    for version in ("v2", "v3"):
        text = (project / f"elsewhere/lockers/{version}/call.py").read_text("utf-8")
        assert "class DepositX(" in text
    assert not (project / "elsewhere/docs").exists()
    assert run("check", *flags).exit_code == 0
    assert run("check").exit_code == 1


def test_flags_leave_what_other_runs_recorded_alone(generated: Path) -> None:
    assert run("generate", "--package", "lockers.v3").exit_code == 0
    assert (generated / CALL).is_file()
    assert (generated / "gen/lockers/v3/call.py").is_file()


def test_wrong_package_of_a_flag_is_not_blamed_on_the_file(project: Path) -> None:
    result = run("generate", "--package", "a b")
    assert result.exit_code == 2
    assert result.stderr.startswith("command line: error: ")
    assert not (project / "gen").exists()


OVERLAY = """\
add:
  enums.Size.values.huge: XXL
  datatypes.Parcel.fields.fragile: {type: bool}
"""


def test_job_puts_an_overlay_on_its_spec(project: Path) -> None:
    write_spec(project, OVERLAY, "mine.yaml")
    pyproject = PYPROJECT.replace('"spec.yaml"', '"spec.yaml"\noverlay = "mine.yaml"')
    (project / "pyproject.toml").write_text(pyproject, "utf-8")
    assert run().exit_code == 0
    assert 'huge = "XXL"' in (project / "gen/lockers/v2/enums.py").read_text("utf-8")
    assert (
        (project / CALL)
        .read_text("utf-8")
        .startswith("# Generated by payloom from mine.yaml: do not edit.")
    )
    assert run("check").exit_code == 0
    write_spec(project, OVERLAY.replace("XXL", "XL"), "mine.yaml")
    result = run("check")
    assert result.exit_code == 1
    assert "gen/lockers/v2/enums.py: out of step" in lines(result)


def test_change_of_the_spec_below_an_overlay_is_out_of_step(project: Path) -> None:
    write_spec(project, OVERLAY, "mine.yaml")
    assert run("generate", "--overlay", "mine.yaml").exit_code == 0
    spec = (project / "spec.yaml").read_text("utf-8")
    write_spec(project, f"# Remark\n{spec}")
    assert lines(run("check", "--overlay", "mine.yaml"))[0] == (
        "gen/manifest.json: out of step"
    )


def test_overlays_of_a_job_may_extend_each_other(project: Path) -> None:
    write_spec(project, OVERLAY, "mine.yaml")
    top = "extends: mine.yaml\nremove: [enums.Size.values.huge]\n"
    write_spec(project, top, "top.yaml")
    assert run("generate", "--overlay", "top.yaml").exit_code == 0
    assert "huge" not in (project / "gen/lockers/v2/enums.py").read_text("utf-8")
    text = (project / "gen/lockers/v2/datatypes.py").read_text("utf-8")
    assert "fragile: bool" in text


@pytest.mark.parametrize("text", ["", "- a\n", "3\n"])
def test_what_is_no_map_is_no_overlay(project: Path, text: str) -> None:
    write_spec(project, text, "mine.yaml")
    result = run("generate", "--overlay", "mine.yaml")
    assert result.exit_code == 2
    assert "mine.yaml:" in result.stderr
    assert not (project / "gen").exists()


def test_overlays_that_end_in_a_whole_spec_cannot_be_put_on_another(
    project: Path,
) -> None:
    write_spec(project, "extends: spec.yaml\n", "mine.yaml")
    result = run("generate", "--overlay", "mine.yaml")
    assert result.exit_code == 2
    assert "'spec.yaml' is no overlay, name it as the 'spec' of" in result.stderr


def test_mistake_in_the_overlay_of_a_job_is_told_with_its_place(project: Path) -> None:
    write_spec(project, OVERLAY.replace("Parcel", "Parcle"), "mine.yaml")
    result = run("generate", "--overlay", "mine.yaml")
    assert result.exit_code == 2
    assert result.stderr.startswith("mine.yaml:3:3: error: ")
    assert "'Parcel'" in result.stderr


def test_a_run_in_step_touches_nothing(generated: Path) -> None:
    before = tree(generated)
    result = run()
    assert result.exit_code == 0
    assert re.fullmatch(r"1 spec, \d+ files, in step", summary(result))
    assert not lines(result)
    assert tree(generated) == before


def test_each_change_is_named(generated: Path) -> None:
    (generated / CALL).unlink()
    (generated / "pyproject.toml").write_text(
        PYPROJECT.replace(', "docs"', ""), "utf-8"
    )
    assert lines(run()) == [
        "delete gen/docs/en/"
        "Request_and_Response_Message_Data_Structure_Description_V2.md",
        f"delete gen/{DOCUMENT}",
        f"create {CALL}",
        "update gen/manifest.json",
    ]


def test_a_dry_run_says_what_would_change_and_writes_nothing(generated: Path) -> None:
    (generated / CALL).unlink()
    (generated / "gen/.payloom").mkdir()
    (generated / "gen/.payloom/1-1.staged").touch()
    before = tree(generated)
    result = run("--dry-run")
    assert result.exit_code == 0
    assert lines(result) == [f"create {CALL}"]
    assert summary(result).endswith(" files, 1 changed: dry run, nothing written")
    assert tree(generated) == before


def test_a_dry_run_makes_no_folder(project: Path) -> None:
    before = tree(project)
    assert run("generate", "--dry-run").exit_code == 0
    assert tree(project) == before


@pytest.mark.parametrize("flags", [(), ("--dry-run",)])
def test_conflicts_stop_the_run_before_anything_is_written(
    generated: Path, flags: tuple[str, ...]
) -> None:
    (generated / CALL).write_text("edited\n", "utf-8")
    (generated / "gen/lockers/v2/enums.py").unlink()
    before = tree(generated)
    result = run(*flags)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        f"{CALL}: error: edited by hand; nothing was written,"
        " say it in the spec instead, or use --force to lose the edit\n"
    )
    assert tree(generated) == before


def test_force_overwrites_conflicts(generated: Path) -> None:
    (generated / CALL).write_text("edited\n", "utf-8")
    dry = run("--force", "--dry-run")
    assert (generated / CALL).read_text("utf-8") == "edited\n"
    result = run("--force")
    assert lines(dry) == lines(result) == [f"overwrite {CALL}"]
    assert run("check").exit_code == 0


def test_force_deletes_edited_stale_files_that_are_recorded(generated: Path) -> None:
    stale, foreign = generated / "gen" / DOCUMENT, generated / "gen/docs/zh/mine.md"
    stale.write_text("edited\n", "utf-8")
    foreign.write_text("mine\n", "utf-8")
    pyproject = PYPROJECT.replace(', "docs"', "")
    (generated / "pyproject.toml").write_text(pyproject, "utf-8")
    assert run().exit_code == 2
    assert stale.exists()
    assert f"delete gen/{DOCUMENT}" in lines(run("--force"))
    assert not stale.exists()
    assert foreign.read_text("utf-8") == "mine\n"


def test_a_broken_manifest_needs_force(generated: Path) -> None:
    (generated / "gen/manifest.json").write_text("<<<<<<< HEAD", "utf-8")
    for command in ("generate", "check"):
        result = run(command)
        assert result.exit_code == 2
        assert "gen/manifest.json: error: this is no manifest" in result.stderr
    assert run("--force").exit_code == 0
    assert run("check").exit_code == 0


# Generate from one spec


def test_one_spec_can_be_generated_without_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_spec(tmp_path, SPEC, "mine.yaml")
    flags = ("--target", "python", "--package", "my.own", "--class-suffix", "")
    result = run("generate", "--spec", "mine.yaml", "--out", "deep/out", *flags)
    assert result.exit_code == 0
    call = (tmp_path / "deep/out/my/own/call.py").read_text("utf-8")
    assert "class Deposit(" in call
    assert "mine.yaml" in call.splitlines()[0]


def test_one_spec_leaves_what_other_jobs_wrote(generated: Path) -> None:
    before = tree(generated)
    flags = ("--spec", "spec.yaml", "--target", "python", "--out", "gen")
    assert run("generate", *flags, "--package", "other.v1").exit_code == 0
    after = tree(generated)
    manifest = "gen/manifest.json"
    assert {path for path in before if path not in after} == set()
    assert all(
        after[path][0] == content
        for path, (content, _) in before.items()
        if path != manifest
    )
    assert "gen/other/v1/call.py" in after


def test_one_target_of_a_job_can_be_generated_alone(generated: Path) -> None:
    (generated / CALL).unlink()
    flags = ("--spec", "spec.yaml", "--out", "./gen/../gen")
    result = run("generate", *flags, "--target", "python", "--target", "python")
    assert result.exit_code == 0
    assert summary(result).endswith(", 1 changed: written")
    assert run("check").exit_code == 0


# Check


def test_check_in_step_says_only_so(generated: Path) -> None:
    before = tree(generated)
    result = run("check")
    assert result.exit_code == 0
    assert summary(result).endswith(" files, in step")
    assert not lines(result)
    assert result.stderr == ""
    assert tree(generated) == before


def test_check_names_every_way_to_be_out_of_step(generated: Path) -> None:
    package = generated / "gen/lockers/v2"
    (package / "call.py").unlink()
    (package / "enums.py").write_text("edited\n", "utf-8")
    write_spec(generated, changed(SPEC, ("large: L", "large: XL")))
    (generated / "pyproject.toml").write_text(
        PYPROJECT.replace(', "docs"', "")
        + '[[tool.payloom.jobs]]\nspec = "spec.yaml"\n'
        'targets = ["python"]\npackage = "other"\n',
        "utf-8",
    )
    (generated / "gen/other").mkdir()
    (generated / "gen/other/enums.py").write_text("mine\n", "utf-8")
    before = tree(generated)
    result = run("check")
    named = [line for line in lines(result) if line.startswith("gen/")]
    assert result.exit_code == 1
    assert result.stderr == "run `main` to bring them in step\n"
    assert summary(result).endswith(f" files, {len(named)} changed: not in step")
    assert set(named) >= {
        f"{CALL}: missing",
        f"gen/{DOCUMENT}: orphaned",
        "gen/lockers/v2/enums.py: edited by hand",
        "gen/other/enums.py: not written by these jobs",
        "gen/other/call.py: missing",
        "gen/manifest.json: out of step",
    }
    assert "-mine" in lines(result)
    assert '+    large = "XL"' in lines(result)
    assert tree(generated) == before


def test_check_before_the_first_run_names_every_file_as_missing(project: Path) -> None:
    before = tree(project)
    result = run("check")
    assert result.exit_code == 1
    assert all(line.endswith(": missing") for line in lines(result))
    assert tree(project) == before


# Several jobs


def jobs(*texts: str) -> None:
    """Write a pyproject.toml with jobs for the spec."""
    head = '[[tool.payloom.jobs]]\nspec = "spec.yaml"\n'
    Path("pyproject.toml").write_text("\n".join(head + text for text in texts), "utf-8")


@pytest.mark.usefixtures("project")
def test_jobs_share_an_output_folder_and_its_manifest() -> None:
    jobs(
        'targets = ["python"]\nout = "gen"',
        'targets = ["python"]\nout = "sub/../gen/"\npackage = "other"',
        f'targets = ["docs"]\nout = "{Path.cwd()}/gen"',
    )
    Path("sub").mkdir()
    assert run().exit_code == 0
    assert [path.as_posix() for path in Path().rglob("manifest.json")] == [
        "gen/manifest.json"
    ]
    assert run("check").exit_code == 0


@pytest.mark.usefixtures("project")
def test_jobs_with_folders_of_their_own_have_a_manifest_each() -> None:
    jobs(
        'targets = ["python"]\nout = "gen"',
        'targets = ["docs"]\nout = "gen/site"',
        'targets = ["docs"]\nout = "site"\npackage = "other"',
    )
    assert summary(run()).startswith("1 spec, ")
    assert len(list(Path().rglob("manifest.json"))) == 3
    assert run("check").exit_code == 0


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "second",
    [
        'targets = ["python"]\nout = "gen"',
        'targets = ["docs", "python"]\nout = "gen"\nclass_suffix = ""',
        'targets = ["python"]\nout = "./gen/../gen"',
        'targets = ["python"]\nout = "gen"\npackage = "lockers.V2"',
        'targets = ["python"]\nout = "gen/lockers"\npackage = "v2"',
        'targets = ["python"]\nout = "x/../gen/lockers"\npackage = "v2"',
    ],
)
def test_the_same_file_from_two_jobs_is_an_error(second: str) -> None:
    jobs('targets = ["python"]\nout = "gen"', second)
    result = run()
    assert result.exit_code == 2
    assert "spec.yaml: error: target python gives the file" in result.stderr
    assert not Path("gen").exists()


@pytest.mark.usefixtures("project")
def test_errors_of_all_jobs_are_named_and_nothing_is_written() -> None:
    jobs(
        'targets = ["python"]\nout = "gen"',
        'targets = ["python"]\nout = "gen"\npackage = "3"',
        'targets = ["docs"]\nout = "gen"\npackage = "a-b"',
    )
    result = run()
    assert result.exit_code == 2
    assert "pyproject.toml (job 2): error: " in result.stderr
    assert "pyproject.toml (job 3): error: " in result.stderr
    assert not Path("gen").exists()


@pytest.mark.usefixtures("project")
def test_a_conflict_in_one_folder_stops_the_run_for_all() -> None:
    jobs('targets = ["python"]\nout = "gen"', 'targets = ["docs"]\nout = "site"')
    zh = Path("site") / DOCUMENT
    zh.parent.mkdir(parents=True)
    zh.write_text("mine\n", "utf-8")
    assert run().exit_code == 2
    assert not Path("gen").exists()
    assert zh.read_text("utf-8") == "mine\n"


def test_jobs_are_found_from_a_subfolder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "src/deep").mkdir(parents=True)
    monkeypatch.chdir(project / "src/deep")
    assert f"create ../../{CALL}" in lines(run())
    assert (project / CALL).is_file()
    monkeypatch.chdir(project)
    assert run("check").exit_code == 0


# Wrong input


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("bogus",), "No such command 'bogus'"),
        (("--bogus",), "No such option"),
        (("check", "--force"), "No such option"),
        (("check", "extra"), "unexpected extra argument"),
        (("--force", "check"), "write --dry-run, --force and -q after the command"),
        (("generate", "--spec"), "requires an argument"),
        (("generate", "--spec", "spec.yaml"), "--spec, --target and --out"),
        (("generate", "--target", "图"), "Invalid value for '--target'"),
        (
            ("generate", "--spec", "spec.yaml", "--target", "docs", "--out", ""),
            "Invalid value for '--out': it is empty",
        ),
    ],
)
def test_wrong_usage_is_an_error(args: tuple[str, ...], message: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert not Path("gen").exists()


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("flag", "value", "message"),
    [
        ("--spec", "none.yaml", "none.yaml: error: cannot read the spec: No such file"),
        ("--spec", ".", "error: cannot read the spec: Is a directory"),
        ("--spec", "x" * 300, "error: no such file, and no bundled spec has this name"),
        ("--spec", "ocpp61", "ocpp61: error: no such file, and no bundled spec has"),
        ("--overlay", "none.yaml", "none.yaml: error: cannot read the spec: No such"),
        ("--overlay", "spec.yaml", "error: 'spec.yaml' is no overlay, name it as the"),
        ("--templates", "spec.yaml", "spec.yaml: error: is no folder of templates"),
        ("--spec", "pyproject.toml", "pyproject.toml:"),
        ("--out", "spec.yaml", "spec.yaml: error: is a file where a folder belongs"),
        ("--out", "spec.yaml/x", "spec.yaml/x"),
        ("--out", "x" * 300, "File name too long"),
        ("--out", "loop", "loop"),
        ("--out", "dead", "dead"),
        ("--package", "", "command line: error: "),
        ("--package", "../up", "command line: error: "),
        ("--package", "/root", "command line: error: "),
        ("--class-suffix", "a-b", "command line: error: "),
    ],
)
def test_wrong_values_of_flags_are_errors(flag: str, value: str, message: str) -> None:
    Path("loop").symlink_to("loop")
    Path("dead").symlink_to("nowhere")
    flags = {"--spec": "spec.yaml", "--target": "python", "--out": "gen", flag: value}
    result = run("generate", *(word for pair in flags.items() for word in pair))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert not Path("gen").exists()


def test_a_spec_with_errors_leaves_the_files_as_they_are(generated: Path) -> None:
    before = tree(generated / "gen")
    write_spec(generated, SPEC.replace("type: Parcel", "type: Parcle"))
    for command in ("generate", "check"):
        result = run(command)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert "spec.yaml:" in result.stderr
        assert "did you mean 'Parcel'?" in result.stderr
    assert tree(generated / "gen") == before


def test_a_flood_of_errors_is_cut(project: Path) -> None:
    wrong = "".join(f"  wrong{number}: 3\n" for number in range(150))
    write_spec(project, changed(SPEC, ("datatypes:\n", "datatypes:\n" + wrong)))
    errors = run().stderr.splitlines()
    assert len(errors) == 101
    assert re.fullmatch(r"\.\.\. and \d+ more errors", errors[-1])


@pytest.mark.parametrize("command", ["generate", "check"])
def test_without_jobs_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(command)
    assert result.exit_code == 2
    assert "no [tool.payloom] table" in result.stderr


def test_a_working_folder_that_is_gone_is_an_error(project: Path) -> None:
    shutil.rmtree(project)
    result = run()
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")


@pytest.mark.parametrize("command", ["--help", "--version"])
def test_help_and_version_are_there(command: str) -> None:
    assert run(command).exit_code == 0


# Terminals, disks and processes


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "ascii:strict", "LC_ALL": "C"},
        {"LC_ALL": "POSIX"},
    ],
    ids="-".join,
)
def test_a_terminal_without_unicode_is_no_obstacle(
    generated: Path, env: dict[str, str]
) -> None:
    document = generated / "gen" / DOCUMENT
    text = document.read_bytes()
    document.write_bytes(text.replace("请求".encode(), b"\xff", 1))
    check = run_process("check", env=env)
    assert check.returncode == 1
    assert b"Traceback" not in check.stderr
    assert b"_V2.md: edited by hand" in check.stdout
    assert run_process("--force", env=env).returncode == 0
    assert document.read_bytes() == text


@pytest.mark.usefixtures("generated")
@pytest.mark.parametrize("out", ["gen", "生成"])
def test_a_locale_without_such_file_names_is_an_error(out: str) -> None:
    Path("pyproject.toml").write_text(PYPROJECT.replace('"gen"', f'"{out}"'), "utf-8")
    env = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    result = run_process("check", env=env)
    assert result.returncode == 2
    assert result.stdout == b""
    assert result.stderr.startswith(b"error: this locale cannot spell the file name ")
    assert b"set PYTHONUTF8=1" in result.stderr


def test_a_full_disk_is_an_error_and_leaves_the_old_files(generated: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))

    before = tree(generated)
    write_spec(generated, changed(SPEC, ("large: L", "large: XL")))
    result = run_process(preexec_fn=limit)
    assert result.returncode == 2
    assert result.stdout == b""
    assert result.stderr.startswith(b"gen: error: cannot write: File too large")
    after = tree(generated)
    assert {path for path in before if after[path][0] != before[path][0]} == {
        "spec.yaml"
    }
    assert after.keys() == before.keys()


@pytest.mark.usefixtures("project")
def test_files_are_written_even_if_nobody_reads_the_output() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    result = run_process(stdout=writing)
    os.close(writing)
    assert result.stderr == b""
    assert run("check").exit_code == 0


@pytest.mark.usefixtures("generated")
def test_an_output_that_takes_nothing_is_an_error() -> None:
    with open("/dev/full", "wb") as full:
        result = run_process("check", stdout=full)
    assert result.returncode != 0
    assert result.stderr.startswith(b"error: [Errno 28]")


@pytest.mark.parametrize("where", ["project", "repository"])
def test_a_check_imports_nothing_that_is_slow_to_import(
    generated: Path, where: str
) -> None:
    models = ["datamodel_code_generator", "msgspec", "pydantic"]
    folder, heavy = {
        "project": (generated, ["black", "difflib", *models]),
        "repository": (ROOT, ["black", *models]),
    }[where]
    code = f"""\
import sys
from generator.cli import main
main(["check"], standalone_mode=False)
print([name for name in {heavy} if name in sys.modules])
"""
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=folder,
        stdout=subprocess.PIPE,
        check=True,
    )
    assert result.stdout.splitlines()[-1] == b"[]"


# One edit of the spec


class Edit(NamedTuple):
    """A change of the bundled spec, and what changes in the generated files.

    Attributes:
        change: Old and new text of the spec.
        owner: Name of what changes; no line changes that doesn't stand under this name.
        lines: Every changed line of the files that people read.
        others: The other files that change.
    """

    change: tuple[str, str]
    owner: str
    lines: dict[str, list[str]]
    others: set[str]


EN = "docs/en/Request_and_Response_Message_Data_Structure_Description_V16.md"
ZH = "docs/zh/请求与应答消息数据结构说明_V16.md"
FILE_NAME = "Left out if there is nothing to upload."
MESSAGE_ID = "Tells the vendor's messages apart. At most 50"


def codec(module: str) -> set[str]:
    """Return the files that tell what is right, for the classes of a module."""
    verbs = ("decode", "encode", "write")
    functions = {f"ocpp/v16/_codec/{verb}_{module}.py" for verb in verbs}
    return {*functions, "ocpp/v16/_explain.py"}


JSON = {"schemas/v16.json", "vectors/v16.json"}
DEVICES = "micropython/ocpp/v16"

EDITS = {
    "max_length": Edit(
        (
            "firmware_version: {type: str, max_length: 50",
            "firmware_version: {type: str, max_length: 60",
        ),
        "BootNotification",
        {
            "ocpp/v16/call.py": [
                "-        firmware_version (str): Optional. At most 50 characters.",
                "+        firmware_version (str): Optional. At most 60 characters.",
            ],
            EN: [
                "-|firmware_version|str|The maximum length: 50|No|",
                "+|firmware_version|str|The maximum length: 60|No|",
            ],
            ZH: [
                "-|firmware_version|str|最大长度：50|否|",
                "+|firmware_version|str|最大长度：60|否|",
            ],
        },
        {
            *codec("call"),
            *JSON,
            "schemas/v16/BootNotificationRequest.json",
            *(f"{DEVICES}/call.py", f"{DEVICES}/call.pyi"),
        },
    ),
    "required": Edit(
        ("message_id: {type: str, max", "message_id: {required: true, type: str, max"),
        "DataTransfer",
        {
            "ocpp/v16/call.py": [
                f"-        message_id (str): Optional. {MESSAGE_ID}",
                f"+        message_id (str): Required. {MESSAGE_ID}",
                "-    message_id: str | None = None",
                "+    message_id: str",
            ],
            EN: [
                "-|message_id|str|The maximum length: 50|No|",
                "+|message_id|str|The maximum length: 50|Yes|",
            ],
            ZH: [
                "-|message_id|str|最大长度：50|否|",
                "+|message_id|str|最大长度：50|是|",
            ],
        },
        {
            *codec("call"),
            *JSON,
            "schemas/v16/DataTransferRequest.json",
            *(f"{DEVICES}/call.py", f"{DEVICES}/call.pyi"),
        },
    ),
    "wire": Edit(
        ("wire: filename", "wire: logFile"),
        "GetLog",
        {
            "ocpp/v16/call_result.py": [
                "-            characters. Name on the wire: filename.",
                "+            characters. Name on the wire: logFile.",
            ],
            EN: [
                f"-- `file_name`: {FILE_NAME} Name on the wire: `filename`.",
                f"+- `file_name`: {FILE_NAME} Name on the wire: `logFile`.",
            ],
            ZH: [
                f"-- `file_name`：{FILE_NAME} 报文中的名称为 `filename`。",
                f"+- `file_name`：{FILE_NAME} 报文中的名称为 `logFile`。",
            ],
        },
        {
            *codec("call_result"),
            *JSON,
            "schemas/v16/GetLogResponse.json",
            *(f"{DEVICES}/call_result.py", f"{DEVICES}/call_result.pyi"),
        },
    ),
    "enum value": Edit(
        ("      soft: Soft", "      soft: Gentle"),
        "Reset",
        {
            "ocpp/v16/enums.py": ['-    soft = "Soft"', '+    soft = "Gentle"'],
            EN: ["-|soft|str|`Soft`|", "+|soft|str|`Gentle`|"],
            ZH: ["-|soft|str|`Soft`|", "+|soft|str|`Gentle`|"],
        },
        {*JSON, "schemas/v16/ResetRequest.json", f"{DEVICES}/enums.py"},
    ),
}


@pytest.fixture(scope="module")
def bundled_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a copy of the bundled spec, in step."""
    folder = tmp_path_factory.mktemp("bundled")
    shutil.copy(ROOT / "spec/ocpp16.yaml", folder / "spec.yaml")
    every_target = PYPROJECT.replace('["python", "docs"]', str(TOGETHER))
    (folder / "pyproject.toml").write_text(every_target, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run().exit_code == 0
    return folder


def heading(text: list[str], number: int) -> str:
    """Return a line and what it stands under: a heading, or the blocks around it."""
    found = [text[number]]
    indent = len(text[number]) - len(text[number].lstrip())
    for line in reversed(text[:number]):
        depth = len(line) - len(line.lstrip())
        if line.startswith("#"):
            return "\n".join([*found, line])
        if line.strip() and depth < indent and not line.lstrip().startswith(")"):
            found.append(line)
            indent = depth
    return "\n".join(found)


def changed_lines(path: str, old: bytes, new: bytes, owner: str) -> list[str]:
    """Return what a diff shows; each line must stand under the owner's name."""
    found = []
    texts = (old.decode().split("\n"), new.decode().split("\n"))
    for kind, *ends in difflib.SequenceMatcher(None, *texts).get_opcodes():
        for sign, text, span in zip("-+", texts, (ends[:2], ends[2:]), strict=True):
            for number in range(*span) if kind != "equal" else ():
                assert owner in f"{path}\n{heading(text, number)}", text[number]
                found.append(sign + text[number])
    return found


@pytest.mark.parametrize("name", EDITS)
def test_one_edit_changes_only_the_places_that_speak_of_it(
    bundled_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    edit = EDITS[name]
    project = tmp_path / "project"
    shutil.copytree(bundled_project, project)
    monkeypatch.chdir(project)
    spec = Path("spec.yaml").read_text("utf-8")
    Path("spec.yaml").write_text(changed(spec, edit.change), "utf-8", newline="\n")

    old = tree(project / "gen")
    before = run("check")
    assert run().exit_code == 0
    new = tree(project / "gen")
    after = run("check")

    files = {path for path in new if new[path][0] != old[path][0]}
    assert old.keys() == new.keys()
    assert files == {*edit.lines, *edit.others, "manifest.json"}
    shown = [line for line in lines(before) if line.startswith(("+", "-"))]
    for path in files - {"manifest.json"}:
        found = changed_lines(path, old[path][0], new[path][0], edit.owner)
        assert found == edit.lines.get(path, found)
        assert f"gen/{path}: out of step" in lines(before)
        assert set(found) <= set(shown)
    assert before.exit_code == 1
    assert after.exit_code == 0
    assert not lines(after)


# This repository


def test_this_repository_is_in_step_with_its_specs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    result = run("check")
    named = [line for line in lines(result) if line.startswith("generated/")]
    assert result.exit_code == 0, f"run `python -m generator`: {named}"
