"""Jobs in pyproject.toml: what they mean, and what is said when they are wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from generator.diagnostics import DiagnosticError
from generator.jobs import Job, read_jobs

TARGETS = ("python", "docs")

HEAD = '[project]\nname = "shop"\n\n[tool.payloom]\n'
JOB = '[[tool.payloom.jobs]]\nspec = "a.yaml"\ntargets = ["python"]\n'


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of a project."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def jobs_of(text: str | bytes) -> list[Job]:
    data = text.encode() if isinstance(text, str) else text
    Path("pyproject.toml").write_bytes(data)
    return read_jobs(TARGETS)


def errors_of(text: str | bytes) -> list[str]:
    with pytest.raises(DiagnosticError) as caught:
        jobs_of(text)
    return str(caught.value).splitlines()


def test_a_job_has_a_spec_targets_and_an_output_folder() -> None:
    (job,) = jobs_of(HEAD + JOB + 'out = "gen"\n')
    assert job == Job(
        spec=Path("a.yaml"),
        targets=("python",),
        out=Path("gen"),
        package=None,
        class_suffix=None,
        origin="pyproject.toml (job 1)",
    )


def test_a_job_may_name_package_and_class_suffix() -> None:
    (job,) = jobs_of(HEAD + JOB + 'out = "gen"\npackage = "my.v1"\nclass_suffix = ""\n')
    assert (job.package, job.class_suffix) == ("my.v1", "")


def test_jobs_share_an_output_folder_unless_they_name_their_own() -> None:
    first, second = jobs_of(HEAD + 'out = "all"\n' + JOB + JOB + 'out = "own"\n')
    assert (first.out, second.out) == (Path("all"), Path("own"))


def test_jobs_share_what_the_table_says_unless_they_say_otherwise() -> None:
    shared = 'spec = "a.yaml"\ntargets = ["docs"]\nout = "all"\naliases = true\n'
    overlays = [f'[[tool.payloom.jobs]]\noverlay = "{name}.yaml"\n' for name in "xy"]
    first, second = jobs_of(
        HEAD + shared + overlays[0] + overlays[1] + "aliases = false"
    )
    assert first._replace(overlay=None, origin="") == Job(
        spec=Path("a.yaml"),
        targets=("docs",),
        out=Path("all"),
        package=None,
        class_suffix=None,
        origin="",
        aliases=True,
    )
    assert (first.overlay, second.overlay) == (Path("x.yaml"), Path("y.yaml"))
    assert not second.aliases


def test_the_table_itself_may_be_the_one_job() -> None:
    (job,) = jobs_of(HEAD + 'spec = "a.yaml"\ntargets = ["docs"]\nout = "gen"\n')
    assert (job.spec, job.targets, job.out) == (Path("a.yaml"), ("docs",), Path("gen"))
    assert job.origin == "pyproject.toml ([tool.payloom])"


def test_overlay_and_templates_are_relative_to_the_file_as_all_paths_are(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = 'out = "gen"\noverlay = "my.yaml"\ntemplates = "forms"\n'
    Path("pyproject.toml").write_text(HEAD + JOB + keys, "utf-8")
    Path("deep").mkdir()
    monkeypatch.chdir("deep")
    (job,) = read_jobs(TARGETS)
    assert (job.overlay, job.templates) == (
        Path("../my.yaml"),
        Path("../forms"),
    )


def test_a_spec_may_be_a_bundled_one_unless_there_is_such_a_file(project: Path) -> None:
    text = HEAD + JOB.replace("a.yaml", "ocpp16") + 'out = "gen"\n'
    assert jobs_of(text)[0].spec.name == "ocpp16.yaml"
    (project / "ocpp16").touch()
    assert jobs_of(text)[0].spec == Path("ocpp16")


@pytest.mark.parametrize(
    "text",
    [
        "tool.payloom.jobs = [{spec = 'a.yaml', targets = ['python'], out = 'o'}]",
        "[tool]\n'payloom' = {out = 'o', jobs = "
        "[{spec = 'a.yaml', targets = ['python']}]}",
        "[tool . 'payloom']\nout = 'o'\n[[ tool.payloom . jobs ]]\n"
        "spec = 'a.yaml'\ntargets = ['python']",
    ],
)
def test_the_table_is_found_however_it_is_written(text: str) -> None:
    (job,) = jobs_of(text)
    assert (job.spec, job.out) == (Path("a.yaml"), Path("o"))


@pytest.mark.parametrize("level", [1, 3])
def test_jobs_are_found_from_a_subfolder_and_relative_to_their_file(
    project: Path, monkeypatch: pytest.MonkeyPatch, level: int
) -> None:
    (project / "pyproject.toml").write_text(HEAD + 'out = "gen"\n' + JOB, "utf-8")
    subfolder = project.joinpath(*["sub"] * level)
    subfolder.mkdir(parents=True)
    monkeypatch.chdir(subfolder)
    (job,) = read_jobs(TARGETS)
    assert job.spec == Path("../" * level + "a.yaml")
    assert job.out == Path("../" * level + "gen")


@pytest.mark.parametrize(
    "nearer",
    ["", HEAD.partition("[tool")[0], "# [tool.payloom]\n", "tool = 3"],
)
def test_a_file_without_the_table_does_not_hide_one_further_up(
    project: Path, monkeypatch: pytest.MonkeyPatch, nearer: str
) -> None:
    (project / "pyproject.toml").write_text(HEAD + 'out = "gen"\n' + JOB, "utf-8")
    (project / "sub").mkdir()
    (project / "sub/pyproject.toml").write_text(nearer, "utf-8")
    monkeypatch.chdir(project / "sub")
    (job,) = read_jobs(TARGETS)
    assert job.spec == Path("../a.yaml")


@pytest.mark.parametrize("text", [None, "", '[project]\nname = "shop"\n'])
def test_without_a_table_the_error_says_what_to_add(text: str | None) -> None:
    Path("pyproject.toml").write_text(text or "", "utf-8")
    if text is None:
        Path("pyproject.toml").unlink()
    with pytest.raises(DiagnosticError, match=r"no \[tool.payloom\] table"):
        read_jobs(TARGETS)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[tool\n", ":1:6"),
        (HEAD + "out = \n", ":5:7"),
        (HEAD + HEAD, ":5:9"),
        ("out = 'a", ""),  # tomllib says "at end of document"
    ],
)
def test_broken_toml_is_an_error_with_its_place(text: str, place: str) -> None:
    (error,) = errors_of(text)
    assert error.startswith(f"pyproject.toml{place}: error: TOML syntax: ")


@pytest.mark.parametrize(
    "text",
    [b"out = '\xff'", "out = " + "[" * 100_000, "out = " + "9" * 10_000],
    ids=["not UTF-8", "too deep", "too large a number"],
)
def test_toml_that_cannot_be_read_is_an_error(text: str | bytes) -> None:
    (error,) = errors_of(text)
    assert error.startswith("pyproject.toml: error: cannot read it as TOML: ")


def test_a_dead_link_or_folder_of_that_name_is_passed_over(project: Path) -> None:
    (project / "pyproject.toml").symlink_to("nowhere")
    (project.parent / "pyproject.toml").mkdir()
    with pytest.raises(DiagnosticError, match="here or in the folders above"):
        read_jobs(TARGETS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tool.payloom = 3", "[tool.payloom] must be a table"),
        (
            HEAD,
            "[tool.payloom] has no jobs, add [[tool.payloom.jobs]]",
        ),
        (HEAD + "jobs = []", "[tool.payloom] has no jobs, add"),
        (HEAD + "jobs = {}", "[tool.payloom] has no jobs, add"),
        (HEAD + "jobs = [3]", "job 1 must be a table"),
        (
            HEAD + "Jobs = []",
            "unknown key 'Jobs' in [tool.payloom], did you mean",
        ),
        (HEAD + JOB + "spec = 3", "TOML syntax: Cannot overwrite a value"),
        (HEAD + JOB + "out = 3", "'out' of job 1 must be text"),
        (HEAD + "out = 3\n" + JOB, "'out' of job 1 must be text"),
        (HEAD + JOB + "out = ''", "'out' of job 1 is no path"),
        (HEAD + JOB + 'out = "a\\u0000b"', "'out' of job 1 is no path"),
        (HEAD + JOB, "job 1 lacks the key 'out'"),
        (HEAD + JOB + "outt = 'o'", "unknown key 'outt' in job 1, did you mean 'out'?"),
        (HEAD + JOB + "overlay = 3", "'overlay' of job 1 must be text"),
        (HEAD + JOB + "overlay = ''", "'overlay' of job 1 is no path"),
        (HEAD + JOB + "templates = []", "'templates' of job 1 must be text"),
        (HEAD + JOB + "aliases = 'yes'", "'aliases' of job 1 must be true or false"),
        (
            HEAD + JOB.replace("a.yaml", "ocp16"),
            "'spec' of job 1 is 'ocp16': no such file, and no bundled spec has this name,"
            " did you mean 'ocpp16'?",
        ),
        (HEAD + JOB + "package = ['a']", "'package' of job 1 must be text"),
        (HEAD + JOB + "class_suffix = true", "'class_suffix' of job 1 must be text"),
        (HEAD + JOB.replace("'a.yaml'", "3"), "job 1 lacks the key 'out'"),
        (HEAD + JOB.replace("spec", "specs"), "job 1 lacks the key 'spec'"),
        (HEAD + JOB.replace('"a.yaml"', "3"), "'spec' of job 1 must be text"),
        (
            HEAD + JOB.replace('["python"]', '"python"'),
            "job 1 needs a list of 'targets'",
        ),
        (
            HEAD + JOB.replace('["python"]', "[]"),
            "job 1 needs a list of 'targets', write",
        ),
        (
            HEAD + JOB.replace("python", "pyton"),
            "job 1 has an unknown target 'pyton', did",
        ),
        (
            HEAD + JOB.replace('"python"', "3, [], {}"),
            "job 1 has an unknown target '[]'",
        ),
    ],
    ids=lambda value: value.removeprefix(HEAD)[-40:],
)
def test_a_wrong_table_is_an_error_that_names_the_place(
    text: str, message: str
) -> None:
    errors = errors_of(text)
    assert any(f": error: {message}" in error for error in errors), errors
    assert all(error.startswith("pyproject.toml") for error in errors)


def test_every_error_is_named() -> None:
    text = HEAD + JOB.replace("python", "pyton") + "outt = 'o'\n" + "[[tool.x]]\n"
    text += JOB.replace("spec", "Spec") + "out = ''\n"
    assert len(errors_of(text)) == 6


def test_strange_names_are_printed_on_one_line() -> None:
    text = HEAD + JOB + 'out = "o"\n"evil\\n\\u001b[31m" = 1\n'
    (error,) = errors_of(text)
    assert "unknown key 'evil\\n\\x1b[31m' in job 1" in error


def test_a_working_folder_that_is_gone_is_an_error_of_the_system(project: Path) -> None:
    os.rmdir(project)
    with pytest.raises(OSError, match="No such file"):
        read_jobs(TARGETS)
