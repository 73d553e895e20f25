"""What the program says, and to whom: hints, warnings, and how much of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from specs import SMALL, changed, findings, load_text, write_spec

from generator.diagnostics import DiagnosticError
from generator.output.plan import Output
from generator.pipeline import _refuse_shared_files
from generator.targets import PLAIN, target

ROOT = Path(__file__).resolve().parents[2]
JOB = (
    '[tool.payloom]\nspec = "spec.yaml"\ntargets = ["python"]\nout = "src"\n'
    'package = "shop.v1"\n'
)

pytestmark = pytest.mark.once


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one job, nothing generated yet."""
    write_spec(tmp_path, SMALL)
    (tmp_path / "pyproject.toml").write_text(JOB, "utf-8")
    return tmp_path


def run(
    project: Path, *arguments: str, path: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own, in which it knows its own name."""
    search = os.pathsep.join(filter(None, (path, str(ROOT))))
    return subprocess.run(
        [sys.executable, "-m", "generator", *arguments],
        cwd=project,
        env=os.environ | {"PYTHONPATH": search},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_hint_names_the_command_that_was_used(project: Path) -> None:
    done = run(project, "check")
    assert done.stderr == "run `python -m generator` to bring them in step\n"


def test_check_says_as_much_as_it_is_asked_for(project: Path) -> None:
    run(project)
    write_spec(project, changed(SMALL, ("fog: Fog", "fog: Mist")))
    assert any(
        line.startswith("+") for line in run(project, "check").stdout.splitlines()
    )
    *files, summary = run(project, "check", "--brief").stdout.splitlines()
    assert files
    assert all(line.endswith(": out of step") for line in files)
    assert "not in step" in summary
    done = run(project, "check", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_quiet_run_prints_nothing_but_errors(project: Path) -> None:
    done = run(project, "generate", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    write_spec(project, changed(SMALL, ("{type: int}", "{type: Int}")))
    assert "error: unknown type 'Int'" in run(project, "-q").stderr


def test_run_that_changes_nothing_says_in_step(project: Path) -> None:
    assert " changed: written (" in run(project).stdout
    assert " files, in step (" in run(project).stdout


def test_diff_shows_no_character_that_does_something_to_a_terminal(
    project: Path,
) -> None:
    run(project)
    file = project / "src/shop/v1/enums.py"
    file.write_text(file.read_text("utf-8") + "# \x1b[31m\u202e red\n", "utf-8")
    shown = run(project, "check").stdout
    assert r"-# \x1b[31m\u202e red" in shown
    assert "\x1b" not in shown


def test_package_that_an_installed_one_hides_is_warned_of(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("installed")
    (other / "shop").mkdir()
    (other / "shop/__init__.py").touch()
    done = run(project, path=str(other))
    assert done.returncode == 0
    assert done.stderr.startswith("src/shop: warning: the package 'shop' in ")
    assert 'say package = "my_app.shop..."' in done.stderr
    assert run(project).stderr == ""


def test_diff_takes_jobs_and_overlays_and_fails_on_what_it_is_told_to(
    project: Path,
) -> None:
    overlay = "add:\n  actions.Report.request.mark: {type: str}\n"
    (project / "more.yaml").write_text(overlay, "utf-8")
    beside = ("diff", "spec.yaml", "spec.yaml", "--overlay", "more.yaml")
    done = run(project, *beside)
    assert done.returncode == 1
    assert "widening: field 'mark' of 'Report' request: added, optional" in done.stdout
    assert "can hurt old receivers (1)" in done.stdout
    for victims, code in (
        (["old-receivers"], 1),
        (["old-senders"], 0),
        (["old-senders", "old-receivers"], 1),
        (["none"], 0),
    ):
        flags = [flag for each in victims for flag in ("--fail-on", each)]
        assert run(project, *beside, *flags).returncode == code
    job = f'{JOB}overlay = "more.yaml"\n'
    (project / "pyproject.toml").write_text(job, "utf-8")
    assert "'mark'" in run(project, "diff", "spec.yaml", "job:1").stdout
    assert (
        "no such job, write job:1" in run(project, "diff", "spec.yaml", "job:2").stderr
    )
    assert run(project, "lint", "spec.yaml", "--overlay", "more.yaml").returncode < 2


def test_file_that_a_job_names_is_named_with_its_key(project: Path) -> None:
    (project / "pyproject.toml").write_text(f'{JOB}overlay = "none.yaml"\n', "utf-8")
    assert run(project).stderr == (
        "none.yaml: error: cannot read the spec: No such file or directory,"
        " the job's 'overlay' names it\n"
    )


def test_file_that_is_no_spec_is_not_quoted(project: Path) -> None:
    (project / "secret").write_text("token: hunter2\nuser: me\n", "utf-8")
    (project / "overlay.yaml").write_text("extends: secret\n", "utf-8")
    for spec in ("overlay.yaml", "secret"):
        done = run(project, "lint", spec)
        assert "secret:1:1: error: this is no spec" in done.stderr
        assert "hunter2" not in done.stderr
        assert "token" not in done.stderr


# What specs are told


def hint(field: str) -> str:
    found, *_ = findings(changed(SMALL, ("wind: {", f"mark: {field}\n      wind: {{")))
    return found.hint


def test_text_that_yaml_takes_apart_is_to_be_quoted() -> None:
    assert hint("{type: str, description: Note: this}").startswith("quote text")
    assert hint("{type: str, description: PEM, leaf first}").startswith(
        "quote the text"
    )


def test_names_that_differ_in_case_only_are_told_of_each_other() -> None:
    text = changed(
        SMALL, ("  Report:\n", "  REPORT: {sender: both, request: {}}\n  Report:\n")
    )
    spec = load_text(text)
    artifacts = tuple(target("schema")(spec, PLAIN))
    made = Output("spec.yaml", "", "schema", spec.package, artifacts)
    with pytest.raises(DiagnosticError) as caught:
        _refuse_shared_files({Path("out"): [made]})
    message = str(caught.value)
    assert "REPORTRequest.json" in message
    assert (
        "are one file on systems that don't tell capitals from small letters" in message
    )


def test_overlay_is_pointed_at_for_a_limit_that_no_longer_goes(tmp_path: Path) -> None:
    write_spec(tmp_path, SMALL, "base.yaml")
    overlay = (
        "extends: base.yaml\namend:\n  datatypes.Station.fields.code: {type: any}\n"
    )
    write_spec(tmp_path, overlay)
    done = run(tmp_path, "lint", "spec.yaml")
    assert done.stderr.startswith("spec.yaml:3:41: error: 'max_length' goes with str")
    assert (
        "write 'remove: [datatypes.Station.fields.code.max_length]', too" in done.stderr
    )


def test_description_ends_before_facts_begin() -> None:
    text = changed(
        SMALL,
        (
            "wind: {",
            "mark: {type: int, minimum: 2, description: Speed in m/s}\n      wind: {",
        ),
    )
    texts = [each.text for each in target("python")(load_text(text), PLAIN)]
    assert any("Speed in m/s. At least 2." in " ".join(each.split()) for each in texts)
