"""Templates of a user: they take the place of ours, and reach nothing of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from specs import BASE, SMALL, write_spec

from generator.cli import main
from generator.targets import MODELS

SECRET = "the content of a private file"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a project with a spec, and a file outside it that is nobody's business."""
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "secret.jinja").write_text(SECRET, "utf-8")
    monkeypatch.chdir(folder)
    write_spec(folder, SMALL)
    return folder


def template(text: str, name: str = "python/enums.py.jinja") -> None:
    file = Path("forms", name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def generate(target: str = "python") -> Result:
    args = ["--spec", "spec.yaml", "--target", target, "--out", "gen"]
    result = CliRunner().invoke(main, ["generate", *args, "--templates", "forms"])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def made(name: str) -> str:
    (file,) = Path("gen").rglob(name)
    return file.read_text("utf-8")


def error_of(result: Result) -> str:
    """Return the one error of a run that wrote nothing."""
    assert result.exit_code == 2
    assert not Path("gen").exists()
    (line,) = result.stderr.splitlines()
    return line


# What they are for


def test_own_template_takes_the_place_of_ours_and_the_others_stay() -> None:
    template("# {{ spec.protocol }}, {{ spec.enums | length }} enums\n")
    assert generate().exit_code == 0
    assert made("enums.py").startswith("# Weather")
    assert "class ValidationError" in made("errors.py")


def test_own_template_can_build_on_ours() -> None:
    template(
        '{% set title, messages = "My requests", spec.requests %}\n'
        '{% include "python/_messages.jinja" %}\n',
        "python/call.py.jinja",
    )
    assert generate().exit_code == 0
    assert '"""My requests of' in made("call.py")


def test_own_part_takes_the_place_of_ours_in_our_templates() -> None:
    template("# {{ title }}, in short\n", "python/_messages.jinja")
    assert generate().exit_code == 0
    assert made("call.py") == "# Requests, in short\n"
    assert made("call_result.py") == "# Responses, in short\n"


def test_parts_of_ones_own_begin_with_an_underscore() -> None:
    template('{% include "parts/_head.jinja" %}\n')
    template("# Head\n", "parts/_head.jinja")
    assert generate().exit_code == 0
    assert made("enums.py") == "# Head\n"


def test_documents_can_have_templates_of_ones_own() -> None:
    template("# {{ spec.protocol | markdown }}\n", "docs/en.md.jinja")
    assert generate("docs").exit_code == 0
    (document,) = Path("gen/docs/en").iterdir()
    assert document.read_text("utf-8").startswith("# Weather")


def test_a_change_of_an_own_template_is_out_of_step() -> None:
    template("# One\n")
    assert generate().exit_code == 0
    template("# Two\n")
    args = ["--spec", "spec.yaml", "--target", "python", "--out", "gen"]
    result = CliRunner().invoke(main, ["check", *args, "--templates", "forms"])
    assert result.exit_code == 1
    assert "+# Two" in result.stdout


@pytest.mark.parametrize("target", ["python", "docs", "micropython", *MODELS])
def test_our_templates_give_the_same_in_the_sandbox(target: str, project: Path) -> None:
    write_spec(project, BASE)
    template("# Nobody includes this.\n", "_part.jinja")
    assert generate(target).exit_code == 0
    args = ["--spec", "spec.yaml", "--target", target, "--out", "gen"]
    result = CliRunner().invoke(main, ["check", *args])
    assert result.exit_code == 0, result.stdout


# What is wrong


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("# A\n{% for %}\n", 2, "Expected an expression, got 'end of statement block'"),
        ("# A\n\n{{ nothing }}\n", 3, "'nothing' is undefined"),
        ("# A\n{{ spec.nothing }}\n", 2, "has no attribute 'nothing'"),
        ("{{ 1 / 0 }}\n", 1, "division by zero"),
        ("{{ 'a' | nothing }}\n", 1, "No filter named 'nothing'"),
        ("{% include 'none.jinja' %}\n", 1, "none.jinja"),
        ("{% include 'python/enums.py.jinja' %}\n", 1, "recursion"),
        ("{{ spec.enums[99].name }}\n", 1, "no element 99"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_mistake_is_named_with_its_line(text: str, place: int, reason: str) -> None:
    template(text)
    error = error_of(generate())
    start = f"forms/python/enums.py.jinja:{place}: error: cannot render the template: "
    assert error.startswith(start)
    assert reason in error


def test_mistake_in_a_part_is_named_where_it_stands() -> None:
    template('# A\n{% include "_part.jinja" %}\n')
    template("# B\n\n{{ 1 / 0 }}\n", "_part.jinja")
    assert error_of(generate()).startswith("forms/_part.jinja:3: error: ")


def test_misspelt_name_is_an_error_with_the_nearest_one() -> None:
    template("# A\n", "python/enum.py.jinja")
    assert error_of(generate()) == (
        "forms/python/enum.py.jinja: error: takes the place of no template,"
        " did you mean 'python/enums.py.jinja'?"
    )


def test_template_that_is_no_text_is_an_error() -> None:
    template("")
    Path("forms/python/enums.py.jinja").write_bytes(b"\xff\xfe")
    assert "cannot read the template" in error_of(generate())


@pytest.mark.parametrize(
    "text", ["class A(:\n", f"x = ({'1 + ' * 50}\n", "x = '\x00'\n"]
)
def test_output_that_is_no_python_is_an_error(text: str) -> None:
    template(text)
    error = error_of(generate())
    assert error.startswith("forms/python/enums.py.jinja: error: it gives no Python: ")


def test_no_folder_of_templates_is_an_error() -> None:
    assert error_of(generate()) == "forms: error: is no folder of templates"


# What they can't do

REACHES = [
    "{{ spec.__class__.__mro__ }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ spec._replace.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('touch owned').read() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].system('touch owned') }}",
    "{{ ('%s' | attr('__class__')).mro() }}",
    "{{ '{0.__class__.__base__}'.format(spec) }}",
    "{{ ('{0.__cla' ~ 'ss__}').format_map({'0': spec}) }}",
    "{{ [spec] | map(attribute='__class__') | first }}",
    "{{ env.filters }}",
    "{% for a in range(10000000000) %}{% endfor %}",
    "{% import 'os' as os %}",
    "{{ codec.structures.append(1) }}",
    "{% do codec.structures.clear() %}",
]


@pytest.mark.parametrize("text", REACHES)
def test_template_cannot_reach_beyond_what_it_is_given(text: str) -> None:
    template(text)
    assert "error: cannot render the template: " in error_of(generate())
    assert not Path("owned").exists()


@pytest.mark.parametrize(
    "name", ["../secret.jinja", "/etc/hostname", "python/../../secret.jinja"]
)
def test_template_cannot_include_files_beside_its_folder(name: str) -> None:
    template(f"{{% include {name!r} %}}\n")
    assert SECRET not in error_of(generate())


@pytest.mark.parametrize("name", ["_part.jinja", "python/enums.py.jinja"])
def test_template_cannot_be_a_link_out_of_its_folder(name: str, project: Path) -> None:
    template('{% include "_part.jinja" %}\n')
    link = Path("forms", name)
    link.unlink(missing_ok=True)
    link.symlink_to(project.parent / "secret.jinja")
    assert "leads out of the folder of templates" in error_of(generate())


def test_text_of_the_spec_is_no_template(project: Path) -> None:
    hostile = SMALL.replace("protocol: ", "protocol: '{{ 1 / 0 }}' #")
    write_spec(project, hostile)
    template("# {{ spec.protocol }}\n")
    assert generate().exit_code == 0
    assert made("enums.py") == "# {{ 1 / 0 }}\n"
