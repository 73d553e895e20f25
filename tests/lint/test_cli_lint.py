"""The command `lint`: what it prints and where, and its exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from specs import SMALL, changed, write_spec

from generator.cli import main

# Has a warning and an info.
SPEC = changed(
    SMALL,
    (
        "height: {type: int}",
        "height: {type: int, wire: height}\n      name: {type: str}",
    ),
)
WARNINGS = [
    "spec.yaml:8:3: warning: action 'Report' has no description,"
    " say in a sentence what it is for [missing-description]",
    "spec.yaml:23:33: warning: field 'height' is 'height' by the rule,"
    " leave 'wire' out [redundant-wire]",
]
INFO = (
    "spec.yaml:24:7: info: field 'name' can be a text of any length,"
    " give it a max_length [missing-length]"
)
ERROR = "wrong.yaml:23:22: error: unknown type 'itn', did you mean 'int'?"
OFF = 'lint:\n  missing-description: {"*": Later.}\n  redundant-wire: {"*": Later.}\n'


@pytest.fixture(autouse=True)
def _in_a_folder_with_specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_spec(tmp_path, SPEC)
    write_spec(tmp_path, f"{SPEC}{OFF}", "clean.yaml")
    wrong = changed(SMALL, ("height: {type: int}", "height: {type: itn}"))
    write_spec(tmp_path, wrong, "wrong.yaml")


def lint(*args: str) -> Result:
    result = CliRunner().invoke(main, ["lint", *args])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def lines(result: Result) -> list[str]:
    """What was printed, without the time."""
    return re.sub(r"\d+\.\d\d s", "- s", result.stdout).splitlines()


def test_findings_go_to_stdout_and_end_with_a_summary() -> None:
    result = lint("spec.yaml")
    summary = "1 spec, 0 errors, 2 warnings, 1 info (- s)"
    assert (lines(result), result.stderr) == ([*WARNINGS, summary], "")
    assert result.exit_code == 1


def test_info_is_shown_if_asked_for() -> None:
    assert lines(lint("spec.yaml", "--info"))[:-1] == [*WARNINGS, INFO]


def test_info_does_not_count() -> None:
    for args in (["clean.yaml"], ["clean.yaml", "--info"]):
        result = lint(*args)
        assert result.exit_code == 0
        assert lines(result)[-1] == "1 spec, 0 errors, 0 warnings, 1 info (- s)"


def test_errors_of_a_spec_go_to_stderr_and_the_others_are_looked_at() -> None:
    result = lint("wrong.yaml", "spec.yaml", "missing.yaml")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "missing.yaml: error: cannot read the spec: No such file or directory,"
        " name a spec file",
        ERROR,
    ]
    summary = "3 specs, 2 errors, 2 warnings, 1 info (- s)"
    assert lines(result) == [*WARNINGS, summary]


def test_wrong_switch_off_is_an_error_of_a_spec_that_can_be_used() -> None:
    write_spec(Path(), changed(f"{SPEC}{OFF}", ("redundant-wire:", "redundent-wire:")))
    result = lint("spec.yaml")
    assert (result.exit_code, result.stderr) == (1, "")
    assert lines(result)[-1] == "1 spec, 1 error, 1 warning, 1 info (- s)"


def test_specs_of_the_jobs_are_looked_at_if_none_is_named() -> None:
    job = '[[tool.payloom.jobs]]\nspec = "{}.yaml"\ntargets = ["docs"]\n'
    jobs = "".join(job.format(name) for name in ("spec", "clean", "spec"))
    text = f'[tool.payloom]\nout = "out"\n{jobs}'
    Path("pyproject.toml").write_text(text, "utf-8")
    result = lint()
    assert result.exit_code == 1
    assert lines(result) == [*WARNINGS, "2 specs, 0 errors, 2 warnings, 2 info (- s)"]


def test_no_job_and_no_name_is_an_error() -> None:
    result = lint()
    assert result.exit_code == 2
    assert "pyproject.toml: error: " in result.stderr


def test_bundled_specs_have_names() -> None:
    result = lint("ocpp16", "ocpp16-oca")
    assert result.exit_code == 0
    assert lines(result)[-1].startswith("2 specs, 0 errors, 0 warnings, ")


def test_finding_in_the_base_of_two_overlays_is_shown_once() -> None:
    for name in ("one", "two"):
        write_spec(Path(), f"extends: spec.yaml\npackage: {name}\n", f"{name}.yaml")
    assert lines(lint("one.yaml", "two.yaml"))[:-1] == WARNINGS


def test_json_is_an_object_on_each_line_and_nothing_else() -> None:
    result = lint("spec.yaml", "wrong.yaml", "--format", "json", "--info")
    assert (result.exit_code, result.stderr) == (2, "")
    findings = [json.loads(line) for line in result.stdout.splitlines()]
    assert [
        (finding["file"], finding["line"], finding["severity"], finding["rule"])
        for finding in findings
    ] == [
        ("spec.yaml", 8, "warning", "missing-description"),
        ("spec.yaml", 23, "warning", "redundant-wire"),
        ("spec.yaml", 24, "info", "missing-length"),
        ("wrong.yaml", 23, "error", ""),
    ]


def test_github_gets_a_command_for_each_finding_and_nothing_else() -> None:
    result = lint("spec.yaml", "wrong.yaml", "--format", "github")
    assert (result.exit_code, result.stderr) == (2, "")
    assert result.stdout.splitlines() == [
        "::warning file=spec.yaml,line=8,col=3,title=missing-description::action 'Report'"
        " has no description, say in a sentence what it is for",
        "::warning file=spec.yaml,line=23,col=33,title=redundant-wire::field 'height'"
        " is 'height' by the rule, leave 'wire' out",
        "::error file=wrong.yaml,line=23,col=22::unknown type 'itn', did you mean 'int'?",
    ]


def test_unknown_format_is_wrong_usage() -> None:
    result = lint("spec.yaml", "--format", "xml")
    assert result.exit_code == 2
    assert "'xml' is not one of 'text', 'json', 'github'" in result.stderr


def test_lint_writes_nothing(tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    lint("spec.yaml")
    assert sorted(tmp_path.rglob("*")) == before
