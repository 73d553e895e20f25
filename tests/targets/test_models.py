"""Models for pydantic, msgspec and type checkers: what they take and refuse, and their code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import black
import msgspec
import pydantic
import pytest
from click.testing import CliRunner, Result
from models import (
    FROM_DATA,
    FROM_TEXT,
    GOLDEN,
    REFUSALS,
    Models,
    golden_text,
    texts_of,
    written,
)
from mypy import api
from rendered import BUNDLED, write_all
from specs import SMALL, changed, load_text, write_spec
from test_hostile_text import TEXTS, without_texts
from vector_files import GENERATED, Vector, vectors_in

from generator.cli import main
from generator.diagnostics import DiagnosticError
from generator.spec.load import load
from generator.spec.model import Datatype, Field, Message, Spec, Value
from generator.spec.naming import field_problem
from generator.spec.source import read_source
from generator.targets import MODELS, Options, target, vectors

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]

by_flavour = pytest.mark.parametrize("flavour", MODELS)


# Test vectors


class Place(NamedTuple):
    """What stands at the path of a vector, by the spec; neither if the spec knows nothing."""

    field: Field | None  # None for an element of a list
    value: Value | None


def place_of(message: Message, path: str) -> Place:
    fields = message.fields
    place = Place(None, None)
    for step in re.findall(r"\[\d+\]|[^.\[\]]+", path):
        if step.startswith("["):
            assert place.value is not None
            place = Place(None, place.value.items)
        else:
            found = [field for field in fields if field.wire == step]
            if not found:
                return Place(None, None)
            place = Place(found[0], found[0].value)
        if place.value is not None and place.value.datatype:
            fields = place.value.datatype.fields
    return place


def has_whole_number(owner: Message | Datatype) -> bool:
    for field in owner.fields:
        value = field.value.innermost
        if value.type == "int" or (value.enum and value.enum.base == "int"):
            return True
        if value.datatype and has_whole_number(value.datatype):
            return True
    return False


def is_huge(vector: Vector) -> bool:
    return "1e999" in vector.text


def is_approximate(value: Value | None) -> bool:
    """Return whether a float can only approximate the step of a number."""
    step = value.limit("multiple_of") if value else None
    return step is not None and Fraction(step) != Fraction(str(step))


def is_whole_spelt_as_float(vector: Vector, message: Message, _: Place) -> bool:
    return vector.case == "spelt otherwise" and has_whole_number(message)


def is_unknown_and_kept(vector: Vector, _message: Message, _place: Place) -> bool:
    return vector.case.endswith("unknown field is kept")


def is_within_unknown(vector: Vector, _message: Message, place: Place) -> bool:
    return is_huge(vector) and place.value is None


def is_beyond_limit(vector: Vector, _: Message, place: Place) -> bool:
    if place.value is not None and place.value.limit("format"):
        others = " for " in vector.case or vector.case == "missing"
        return bool(vector.code) and not others
    limit = "longer than|too few|too many|less than|greater than|no multiple of"
    return re.match(limit, vector.case) is not None


Predicate = Callable[[Vector, Message, Place], bool]

# Where a library's verdict is another one than the spec's: right messages that it refuses or
# changes, and wrong ones that it takes.
EXCEPTIONS: dict[str, dict[str, Predicate]] = {
    "pydantic": {
        "null for an optional field is taken": lambda vector, _, place: (
            vector.case.startswith("null for")
            and place.field is not None
            and not place.field.required
        ),
        "false is taken for 0 in an enum of numbers": lambda vector, _, place: (
            vector.case in ("false for int", "true for int")
            and place.value is not None
            and (vector.case == "true for int")
            in {m.value for m in place.value.members}
        ),
        "infinity is taken in fields of any type": lambda vector, _, place: (
            is_huge(vector) and place.value is not None and place.value.type == "any"
        ),
        "infinity is taken in unknown fields": is_within_unknown,
    },
    "msgspec": {
        "1.0 is refused for a whole number": is_whole_spelt_as_float,
        "unknown fields of open datatypes are left out": is_unknown_and_kept,
        "steps that floats approximate aren't checked": lambda vector, _, place: (
            vector.case.startswith("no multiple of") and is_approximate(place.value)
        ),
        "days that a month hasn't are taken": lambda vector, *_: (
            vector.case == "no leap year"
        ),
        "infinity is taken in unknown fields": is_within_unknown,
    },
    # Limits and formats are no types; and msgspec passes over unknown keys of a TypedDict.
    "typeddict": {
        "1.0 is refused for a whole number": is_whole_spelt_as_float,
        "unknown fields are left out": is_unknown_and_kept,
        "unknown fields aren't refused": lambda vector, _, place: (
            vector.case in ("unknown field", "unknown field beside all others")
        ),
        "infinity is taken in unknown fields": is_within_unknown,
        "limits and formats aren't checked": is_beyond_limit,
    },
}


@by_flavour
@pytest.mark.parametrize("spec_name", ["base", *(file.stem for file in BUNDLED)])
def test_every_vector_is_read_and_written_or_refused(
    spec_name: str, flavour: str, tmp_path: Path
) -> None:
    """But for the exceptions, each of which must occur where all features are."""
    spec = spec_of(spec_name)
    package = Models(spec, flavour, tmp_path, f"vectors_{flavour}_{spec_name}")
    file = GENERATED / "vectors" / f"{spec.package.rpartition('.')[2]}.json"
    text = file.read_text("utf-8") if file.is_file() else vectors_of(spec)
    occurred = check_vectors(package, spec, flavour, text)
    if spec_name == "base":
        assert occurred == EXCEPTIONS[flavour].keys()


def vectors_of(spec: Spec) -> str:
    (artifact,) = vectors.artifacts(spec)
    return artifact.text


def check_vectors(package: Models, spec: Spec, flavour: str, text: str) -> set[str]:
    """Assert the verdict on every vector; return the exceptions that occurred."""
    occurred = set()
    found = vectors_in(text)
    for message in spec.messages:
        cls = package.cls(message)
        for vector in found.get((message.action, message.kind), ()):
            place = place_of(message, vector.path)
            known = {
                title
                for title, applies in EXCEPTIONS[flavour].items()
                if applies(vector, message, place)
            }
            for is_right in verdicts(flavour, cls, vector):
                assert is_right is not bool(known), (message.action, vector, known)
            occurred |= known
    return occurred


def spec_of(name: str) -> Spec:
    if name == "base":
        return load_text()
    return load(read_source(ROOT / "spec" / f"{name}.yaml"))


def verdicts(flavour: str, cls: Any, vector: Vector) -> Iterator[bool]:
    """Yield whether each way of reading a vector gives what it tells of."""
    ways: list[tuple[Callable[[Any, Any], Any], Any]] = [
        (FROM_TEXT[flavour], vector.text)
    ]
    if not is_huge(vector) and vector.data is not None:  # JSON has no infinity
        ways.append((FROM_DATA[flavour], vector.data))
    for read, message in ways:
        try:
            made = read(cls, message)
        except REFUSALS:
            yield bool(vector.code)
            continue
        yield not vector.code and all(
            data == vector.data for data in written(flavour, made)
        )


# Code


@by_flavour
def test_golden_files_are_as_made(flavour: str) -> None:
    """Made by whatever release of datamodel-code-generator is installed."""
    golden = (GOLDEN / f"{flavour}.txt").read_text("utf-8")
    assert golden_text(flavour) == golden, "run python tests/helpers/models.py"


@by_flavour
def test_code_depends_on_no_hash_seed_and_no_folder(
    flavour: str, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.black]\nline-length = 40\n[tool.datamodel-codegen]\nuse-annotated = false\n"
        "[tool.isort]\nforce_single_line = true\n"
    )
    code = f"import models; print(models.golden_text({flavour!r}), end='')"
    made = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "PYTHONHASHSEED": "7",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests/helpers'}",
            "PYTHONUTF8": "1",
        },
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert made.stdout.decode() == (GOLDEN / f"{flavour}.txt").read_text("utf-8")


def test_code_is_what_black_and_mypy_want(tmp_path: Path) -> None:
    """Without pydantic's plugin for mypy."""
    for spec_name in ("base", "ocpp16-oca"):
        for flavour in MODELS:
            texts = texts_of(spec_of(spec_name), flavour)
            write_all(tmp_path / flavour, texts)
            for path, text in texts.items():
                if path.endswith(".py"):
                    assert black.format_str(text, mode=black.Mode()) == text
    for flavour in MODELS:
        packages = [str(each.parent) for each in (tmp_path / flavour).rglob("py.typed")]
        out, errors, status = api.run(
            ["--strict", "--cache-dir", str(tmp_path / "cache"), *packages]
        )
        assert (errors, status) == ("", 0), out


@by_flavour
def test_enums_are_those_of_the_spec(flavour: str, tmp_path: Path) -> None:
    spec = load_text()
    enums: Any = Models(spec, flavour, tmp_path, f"enums_{flavour}").module("enums")
    for enum in spec.enums:
        made = getattr(enums, enum.name)
        if flavour == "typeddict":
            assert made.__args__ == tuple(member.value for member in enum.members)
        else:
            assert [(each.name, each.value) for each in made] == [
                (member.name, member.value) for member in enum.members
            ]


@by_flavour
def test_fields_are_called_as_in_the_spec(flavour: str, tmp_path: Path) -> None:
    """However a name in code and a name on the wire are related."""
    text = changed(
        SMALL,
        ("      wind: {", "      a_b: {wire: limit_L2, "),
        ("rain: {", "c_d: {wire: soC, "),
        ("      code: {", "      file_name: {wire: soC, "),
    )
    spec = load_text(text)
    package = Models(spec, flavour, tmp_path, f"fields_{flavour}")
    owners: list[Message | Datatype] = [*spec.requests, *spec.datatypes]
    for owner in owners:
        names = [*package.cls(owner).__annotations__]
        wire = flavour == "typeddict"
        assert names == [field.wire if wire else field.name for field in owner.fields]
    data = {"station": {"soC": "x"}, "limit_L2": 7, "soC": [1]}
    made = FROM_DATA[flavour](package.package.REQUESTS["Report"], data)
    assert all(each == data for each in written(flavour, made))
    if flavour != "typeddict":
        assert (made.station.file_name, made.a_b, made.c_d) == ("x", 7, [1])


@by_flavour
def test_example_of_the_readme_runs(flavour: str, tmp_path: Path) -> None:
    readme = (ROOT / "docs/models.md").read_text("utf-8")
    name = f"readme_{flavour}"
    Models(spec_of("ocpp16"), flavour, tmp_path, name)
    start = "from my_app.models16 import"
    example = f"{start}{readme.split(start)[1].split('```')[0]}"
    others = {
        "pydantic": ("msgspec.", "message: "),
        "msgspec": ("model_", "message: "),
        "typeddict": ("msgspec.", "model_", "message = "),
    }
    lines = [
        line.replace("my_app.models16", name)
        for line in example.split("\n")
        if not any(word in line for word in others[flavour])
    ]
    text = '{"chargePointModel": "M1", "chargePointVendor": "V"}'
    names: dict[str, Any] = {"text": text, "msgspec": msgspec}
    exec("\n".join(lines), names)
    assert [*written(flavour, names["message"])][-1] == json.loads(text)


@by_flavour
def test_default_values_are_documented_and_never_sent(
    flavour: str, tmp_path: Path
) -> None:
    spec = load_text()
    package = Models(spec, flavour, tmp_path, f"defaults_{flavour}")
    report = package.package.REQUESTS["Report"]
    assert "Default: 20.5." in report.__doc__
    assert [*written(flavour, report())][-1] == {}


@by_flavour
def test_one_way_messages_have_no_response(flavour: str, tmp_path: Path) -> None:
    package = Models(load_text(), flavour, tmp_path, f"one_way_{flavour}").package
    assert list(package.REQUESTS) == ["Deposit", "Probe", "Report", "Reserve"]
    assert list(package.RESPONSES) == ["Deposit", "Probe", "Reserve"]
    assert not hasattr(package.call_result, "ReportMessage")


LEAST = f"""{SMALL.partition("actions:")[0]}
actions:
  Tick:
    sender: client
    request: {{}}
"""


@by_flavour
def test_a_spec_may_have_next_to_nothing(flavour: str, tmp_path: Path) -> None:
    package = Models(load_text(LEAST), flavour, tmp_path, f"least_{flavour}")
    assert list(package.package.REQUESTS) == ["Tick"]
    assert package.package.RESPONSES == {}
    assert {Path(path).name for path in package.texts} >= {
        *("call.py", "call_result.py", "datatypes.py", "enums.py", "py.typed")
    }


def test_lists_of_lists_have_limits(tmp_path: Path) -> None:
    text = changed(
        SMALL,
        (
            "rain: {type: list, items: int, max_items: 24}",
            "rain: {type: list, items: {type: list, max_items: 1, items: Place}}",
        ),
    )
    for flavour in ("pydantic", "msgspec"):
        package = Models(
            load_text(text), flavour, tmp_path / flavour, f"lists_{flavour}"
        )
        cls = package.package.REQUESTS["Report"]
        data = {"station": {"code": "x"}, "rain": [[{"height": 1}], []]}
        assert all(d == data for d in written(flavour, FROM_DATA[flavour](cls, data)))
        data["rain"] = [[{}, {}]]
        with pytest.raises(REFUSALS):
            FROM_DATA[flavour](cls, data)


# Names that a library has itself

NAMES = {
    "pydantic": (
        "BaseModel Field Annotated ConfigDict JsonInt",
        "",
    ),
    "msgspec": ("Struct Meta Annotated UNSET", "Struct"),
    "typeddict": ("TypedDict NotRequired", ""),
}


@by_flavour
def test_names_of_the_library_are_refused_with_their_place(flavour: str) -> None:
    classes, fields = NAMES[flavour]
    for name in classes.split():
        with pytest.raises(DiagnosticError) as caught:
            texts_of(load_text(SMALL.replace("Station", name)), flavour)
        assert str(caught.value) == (
            f"spec.yaml:17:3: error: {flavour} models can't have a class '{name}',"
            " use another name"
        )
    for name in fields.split():
        with pytest.raises(DiagnosticError) as caught:
            texts_of(load_text(changed(SMALL, ("wind: {", f"{name}: {{"))), flavour)
        assert str(caught.value) == (
            f"spec.yaml:12:7: error: {flavour} models can't have a field '{name}',"
            f" write '{name}_'"
        )


@pytest.mark.parametrize(
    ("flavour", "name", "wire", "problem"),
    [
        ("msgspec", "x", "'\"'", "its name on the wire has to be escaped in JSON"),
        ("msgspec", "x", "'\\'", "its name on the wire has to be escaped in JSON"),
    ],
)
def test_fields_that_a_library_cannot_have_are_refused(
    flavour: str, name: str, wire: str, problem: str
) -> None:
    text = changed(SMALL, ("wind: {", f"{name}: {{wire: {wire}, "))
    with pytest.raises(DiagnosticError) as caught:
        texts_of(load_text(text), flavour)
    assert str(caught.value) == (
        f"spec.yaml:12:7: error: {flavour} models can't have a field '{name}': {problem},"
        " use another name"
    )


@by_flavour
def test_other_names_are_kept_whatever_their_form(flavour: str, tmp_path: Path) -> None:
    """Those of imported names too, unless they are in the way."""
    text = SMALL.replace("Station", "lower_case").replace("Sky", "Literal_")
    text = changed(text, ("wind: {", "Literal: {wire: a-b c, "))
    spec = load_text(text)
    package = Models(spec, flavour, tmp_path, f"names_{flavour}")
    assert hasattr(package.module("datatypes"), "lower_case")
    data = {"station": {"code": "x"}, "a-b c": 7, "sky": "Clear"}
    made = FROM_DATA[flavour](package.package.REQUESTS["Report"], data)
    assert all(each == data for each in written(flavour, made))


# Hostile text


def full_of(texts: list[str], wires: list[str]) -> str:
    """Return a spec that has texts in every place, and in a name on the wire if it may be."""
    quoted = [json.dumps(text, ensure_ascii=False) for text in texts]
    names = [json.dumps(text, ensure_ascii=False) for text in wires]
    fields = [
        f"f{i}: {{type: str, wire: {wire}, description: {text}, default: {text}}}"
        for i, (wire, text) in enumerate(zip(names, quoted, strict=True))
    ]
    members = [f"m{i}: {text}" for i, text in enumerate(quoted)]
    return f"""\
protocol: {quoted[0]}
version: "1"
package: texts
class_suffix: Message
errors: {{not_json: A, unknown_field: B, missing_field: C,
  wrong_count: D, wrong_type: E, wrong_value: F}}
actions:
  Send:
    description: {quoted[1]}
    sender: client
    request:
      all: {{type: All}}
      word: {{type: Word}}
      words: {{type: list, items: {{type: Word, except: [m0]}}}}
datatypes:
  All:
    description: {quoted[2]}
    fields: {{{", ".join(fields)}}}
enums:
  Word:
    description: {quoted[3]}
    values: {{{", ".join(members)}}}
"""


@by_flavour
def test_text_of_a_spec_never_becomes_code(
    flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    texts = [*TEXTS.values()]
    wires = [*texts]
    if flavour == "msgspec":  # which has no field of such names
        wires = [re.sub(r'[\\"]', "'", text) + f" {i}" for i, text in enumerate(texts)]
    harmless = [f"Text {i}" for i in range(len(texts))]
    plain = texts_of(load_text(full_of(harmless, harmless)), flavour)
    spec = load_text(full_of(texts, wires))
    package = Models(spec, flavour, tmp_path, f"hostile_{flavour}")
    assert package.texts.keys() == plain.keys()
    for path, text in package.texts.items():
        if path.endswith(".py"):
            assert without_texts(text) == without_texts(plain[path])
    if flavour == "typeddict":
        assert [*package.module("datatypes").All.__annotations__] == wires
        assert list(package.module("enums").Word.__args__) == texts
    else:
        data = {
            "all": dict(zip(wires, texts, strict=True)),
            "word": texts[0],
            "words": texts[1:],
        }
        made = FROM_DATA[flavour](package.package.REQUESTS["Send"], data)
        assert all(each == data for each in written(flavour, made))
    assert not (tmp_path / "OWNED").exists()


@by_flavour
def test_name_of_the_spec_file_never_becomes_code(flavour: str) -> None:
    spec = load_text(SMALL)._replace(source='a"""\nimport os\n#.yaml')
    for path, text in texts_of(spec, flavour).items():
        if path.endswith(".py"):
            head, _, rest = text.partition("\n")
            name = "a____import os__.yaml"
            assert head == f"# Generated by payloom from {name}: do not edit."
            assert "import os" not in rest


# Jobs


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_spec(tmp_path, SMALL)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_jobs(folder: Path, *jobs: str) -> None:
    head = "[tool.payloom]\nout = 'gen'\n"
    table = "[[tool.payloom.jobs]]\nspec = 'spec.yaml'\n"
    text = head + "".join(f"{table}{job}\n" for job in jobs)
    (folder / "pyproject.toml").write_text(text, "utf-8")


def test_jobs_make_packages_beside_each_other(project: Path) -> None:
    write_jobs(
        project,
        "targets = ['python']",
        *(f"targets = ['{name}']\npackage = 'models.{name}'" for name in MODELS),
    )
    assert run().exit_code == 0
    assert run("check").exit_code == 0
    for name in MODELS:
        assert (project / "gen" / "models" / name / "call.py").is_file()
    file = project / "gen" / "models" / "pydantic" / "call.py"
    file.write_text(f"{file.read_text('utf-8')}# mine\n", "utf-8")
    assert run("check").exit_code == 1
    assert "edited by hand" in run().output
    file.unlink()
    write_jobs(project, "targets = ['python']")
    assert run().exit_code == 0
    assert [*(project / "gen" / "models").rglob("*.py")] == []


def test_two_packages_in_one_place_are_refused(project: Path) -> None:
    write_jobs(project, "targets = ['python', 'msgspec']")
    result = run()
    assert result.exit_code == 2
    assert "target msgspec gives the file 'weather/call.py'" in result.output
    assert not (project / "gen").exists()


@by_flavour
def test_without_the_extra_it_says_what_to_install(
    flavour: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("datamodel_code_generator", "pydantic", "msgspec"):
        monkeypatch.setitem(sys.modules, module, None)
    write_jobs(project, f"targets = ['{flavour}']")
    result = run()
    assert (result.exit_code, result.output) == (
        2,
        f"spec.yaml: error: target {flavour} needs datamodel-code-generator, which"
        " isn't installed, run: pip install 'payloom[models]'\n",
    )
    assert not (project / "gen").exists()


@by_flavour
def test_what_the_tool_refuses_is_an_error(
    flavour: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no\nway")

    monkeypatch.setattr("datamodel_code_generator.generate", refuse)
    write_jobs(project, f"targets = ['{flavour}']")
    result = run()
    assert result.exit_code == 2
    assert re.fullmatch(
        r"spec\.yaml: error: datamodel-code-generator [0-9.]+ makes no"
        rf" {flavour} models of this: no\\nway\n",
        result.output,
    )


@by_flavour
@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("models/module.py.jinja", "import", "gives no Python"),
        ("models/__init__.py.jinja", "{{ nothing }}", "'nothing' is undefined"),
        (
            "models/module.py.jinja",
            "{{ ('x' * 90 ~ ' =') | laid_out }}",
            "cannot parse",
        ),
    ],
)
def test_templates_of_a_user_are_used_and_checked(
    flavour: str, tmp_path: Path, name: str, text: str, reason: str
) -> None:
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text(text, "utf-8")
    options = Options(templates=tmp_path)
    with pytest.raises(DiagnosticError, match=reason) as caught:
        list(target(flavour)(load_text(), options))
    assert str(caught.value).startswith(f"{tmp_path / name}:")
    (tmp_path / name).unlink()
    own = tmp_path / "models" / "__init__.py.jinja"
    own.parent.mkdir(exist_ok=True)
    own.write_text("MINE = 1", "utf-8")
    made = {each.path: each.text for each in target(flavour)(load_text(), options)}
    assert made["lockers/v2/__init__.py"] == "MINE = 1\n"


def test_fields_get_another_name_where_a_model_has_theirs(tmp_path: Path) -> None:
    from generator.targets.models.pydantic import TAKEN

    names = [name for name in sorted(TAKEN) if not field_problem(name)]
    public = {name for name in dir(pydantic.BaseModel) if not name.startswith("_")}
    assert public <= TAKEN
    lines = "".join(f"      {name}: {{type: int, wire: {name}}}\n" for name in names)
    spec = load_text(changed(SMALL, ("      wind: {", f"{lines}      wind: {{")))
    cls = Models(spec, "pydantic", tmp_path, "taken").package.REQUESTS["Report"]
    data = {"station": {"code": "x"}, **dict.fromkeys(names, 1)}
    made = cls.model_validate(data)
    assert all(getattr(made, f"{name}_") == 1 for name in names)
    assert made.model_dump(by_alias=True, exclude_none=True) == data


def test_names_that_cross_those_on_the_wire_are_told_apart(tmp_path: Path) -> None:
    lines = "      foo_bar: {type: int}\n      other: {type: int, wire: foo_bar}\n"
    spec = load_text(changed(SMALL, ("      wind: {", f"{lines}      wind: {{")))
    cls = Models(spec, "pydantic", tmp_path, "crossed").package.REQUESTS["Report"]
    data = {"station": {"code": "x"}, "fooBar": 1, "foo_bar": 2}
    made = cls.model_validate(data)
    assert (made.foo_bar, made.other) == (1, 2)
    assert made.model_dump(by_alias=True, exclude_none=True) == data
    alone = cls.model_validate({"station": {"code": "x"}, "foo_bar": 2})
    assert (alone.foo_bar, alone.other) == (None, 2)


def test_schema_of_models_says_what_fields_mean_and_date_times_are(
    tmp_path: Path,
) -> None:
    package = Models(load_text(), "pydantic", tmp_path, "with_schema").package
    part = package.REQUESTS["Deposit"].model_json_schema()["properties"]
    assert part["note"]["description"] == "Free text for the recipient."
    assert part["expires"]["anyOf"][0]["format"] == "date-time"
    assert not any("title" in each for each in part.values())


@pytest.mark.parametrize("wire", ["_id", "__x", "_", "a b", "class", "1", "é", "json"])
def test_dictionaries_have_any_name_of_the_wire(wire: str, tmp_path: Path) -> None:
    text = changed(SMALL, ("wind: {", f"wind: {{wire: {json.dumps(wire)}, "))
    models = Models(load_text(text), "typeddict", tmp_path, f"wire_{abs(hash(wire))}")
    assert wire in models.package.REQUESTS["Report"].__annotations__
