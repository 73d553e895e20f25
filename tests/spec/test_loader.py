"""The rules of the spec language: what a spec means, and what is said of a wrong one."""

from __future__ import annotations

import ast
import builtins
import importlib
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from generated_modules import load_package
from rendered import render_all, write_all
from specs import BASE, CASES, SMALL, Case, changed, findings, load_text, read_cases

from generator.diagnostics import MAX_FINDINGS, DiagnosticError, Span
from generator.spec import naming
from generator.spec.load import Overrides, load
from generator.spec.model import Action, Datatype, Enum, Field, Spec
from generator.spec.source import Scalar, read_source
from generator.spec.types import MAX_NESTED_DATATYPES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def base() -> Spec:
    return load_text(BASE)


def action(spec: Spec, name: str) -> Action:
    return next(action for action in spec.actions if action.name == name)


def enum(spec: Spec, name: str) -> Enum:
    return next(enum for enum in spec.enums if enum.name == name)


def fields(spec: Spec, name: str) -> dict[str, Field]:
    """Fields of a request, or of a datatype, by name."""
    owners = {datatype.name: datatype.fields for datatype in spec.datatypes}
    owners |= {action.name: action.request.fields for action in spec.actions}
    return {field.name: field for field in owners[name]}


def lines(text: str, overrides: Overrides | None = None) -> list[str]:
    return [str(finding) for finding in findings(text, overrides)]


# Specs that are wrong


@pytest.mark.parametrize(
    "case", read_cases(CASES / "spec.txt"), ids=lambda case: case.title
)
def test_spec_is_read_or_refused_with_this_text(case: Case) -> None:
    assert lines(case.text) == list(case.lines)


def test_eight_mistakes_are_eight_errors_in_the_order_of_their_places() -> None:
    cases = {case.title: case for case in read_cases(CASES / "spec.txt")}
    found = findings(cases["eight mistakes, in the order of their places"].text)
    places = [(finding.span.line, finding.span.column) for finding in found]
    assert len(places) == 8
    assert places == sorted(places)


def test_findings_are_limited() -> None:
    many = "".join(f"      f{i}: {{type: Plaice}}\n" for i in range(2 * MAX_FINDINGS))
    height = "      height: {type: int}\n"
    assert len(findings(changed(SMALL, (height, many)))) == MAX_FINDINGS


def datatype_chain(length: int, *, innermost_first: bool) -> str:
    """A spec with datatypes D1 to Dn, each in the one before."""
    chain = [
        f"  D{i}: {{fields: {{next: {{type: list, items: D{i + 1}}}}}}}\n"
        for i in range(1, length)
    ]
    chain.append(f"  D{length}: {{fields: {{}}}}\n")
    ordered = reversed(chain) if innermost_first else chain
    return changed(SMALL, ("datatypes:\n", f"datatypes:\n{''.join(ordered)}"))


@pytest.mark.parametrize("innermost_first", [False, True])
def test_datatypes_nest_as_deep_as_the_limit(innermost_first: bool) -> None:
    limit = MAX_NESTED_DATATYPES
    assert not lines(datatype_chain(limit, innermost_first=innermost_first))
    found = lines(datatype_chain(limit + 1, innermost_first=innermost_first))
    assert len(found) == 1
    assert "error: datatypes nest more than 24 levels deep, " in found[0]


@pytest.mark.parametrize("innermost_first", [False, True])
def test_a_thousand_nested_datatypes_are_an_error_like_any(
    innermost_first: bool,
) -> None:
    found = lines(datatype_chain(1000, innermost_first=innermost_first))
    assert len(found) == 1000 // MAX_NESTED_DATATYPES


def test_loop_of_a_thousand_datatypes_is_an_error_like_any() -> None:
    loop = changed(
        datatype_chain(1000, innermost_first=False),
        ("D1000: {fields: {}}", "D1000: {fields: {next: {type: D1}}}"),
    )
    assert all("nest more than" in line for line in lines(loop))


def test_datatypes_that_many_others_use_are_read_once() -> None:
    # 2 ** 22 paths lead to the last one.
    levels = 22
    pairs = "".join(
        f"  D{i}: {{fields: {{a: {{type: D{i + 1}}}, b: {{type: D{i + 1}}}}}}}\n"
        for i in range(levels)
    )
    text = f"datatypes:\n{pairs}  D{levels}: {{fields: {{}}}}\n"
    spec = load_text(changed(SMALL, ("datatypes:\n", text)))
    found = {datatype.name: datatype for datatype in spec.datatypes}
    assert found["D0"].fields[0].value.ref is found["D1"]
    assert found["D0"].fields[1].value.ref is found["D1"]


# Overrides, as a job or flags give them


def override(text: str) -> Scalar:
    return Scalar(text, True, Span("pyproject.toml (job 2)"))


def test_overrides_take_the_place_of_what_the_spec_says() -> None:
    spec = load_text(BASE, Overrides(override("my_app.lockers"), override("")))
    assert (spec.package, spec.class_suffix) == ("my_app.lockers", "")
    spec = load_text(BASE, Overrides(class_suffix=override("_v2")))
    assert (spec.package, spec.class_suffix) == ("lockers.v2", "_v2")


@pytest.mark.parametrize(
    ("package", "text"),
    [
        ("", "'package' is empty, write a text"),
        (
            "a..b",
            "part '' of the package is no identifier (ASCII letters, digits and underscores,"
            " a letter first), write a dotted name such as my_app.messages",
        ),
        (
            "a.import",
            "part 'import' of the package is a Python keyword,"
            " write a dotted name such as my_app.messages",
        ),
        (
            "../up",
            "part '/up' of the package is no identifier (ASCII letters, digits and underscores,"
            " a letter first), write a dotted name such as my_app.messages",
        ),
        (
            "a\u202eb",
            "'package' won't do: the character U+202E can't be printed, remove it",
        ),
        ("x" * 1001, "'package' is longer than 1000 characters, shorten it"),
    ],
)
def test_wrong_package_is_told_of_who_said_it(package: str, text: str) -> None:
    found = lines(BASE, Overrides(package=override(package)))
    assert f"pyproject.toml (job 2): error: {text}" in found
    assert all(line.startswith("pyproject.toml (job 2): error: ") for line in found)


def test_what_a_job_replaces_is_not_judged() -> None:
    text = changed(
        SMALL,
        ("package: weather", "package: my-app"),
        ("class_suffix: Message", "class_suffix: -Message"),
    )
    assert len(lines(text)) == 2
    assert lines(text, Overrides(override("weather"), override(""))) == []


def test_job_does_not_say_what_the_spec_lacks() -> None:
    text = changed(SMALL, ("package: weather\n", ""))
    missing = (
        "spec.yaml:1:1: error: the spec lacks the key 'package', add 'package: ...'"
    )
    assert lines(text, Overrides(package=override("weather"))) == [missing]
    assert len(lines(text, Overrides(package=override("a-b")))) == 2


@pytest.mark.parametrize("suffix", ["-x", " ", "é", "a\n", "\x1b", "x" * 100])
def test_wrong_class_suffix_is_told_of_who_said_it(suffix: str) -> None:
    (found,) = lines(BASE, Overrides(class_suffix=override(suffix)))
    assert found.startswith("pyproject.toml (job 2): error: the class_suffix '")
    assert found.endswith(
        " can't end a class name, it takes ASCII letters, digits and underscores"
    )
    assert found.isprintable()


# What a spec means


def test_head_of_a_spec_is_text(base: Spec) -> None:
    assert base.source == "spec.yaml"
    assert (base.protocol, base.version) == ("Parcel Locker", "2.10")
    assert (base.package, base.class_suffix) == ("lockers.v2", "Message")
    assert base.errors == {
        "not_json": "BadText",
        "unknown_field": "BadField",
        "missing_field": "Incomplete",
        "wrong_count": "Incomplete",
        "wrong_type": "BadType",
        "wrong_value": "BadValue",
    }


@pytest.mark.parametrize("version", ["1.10", "007", "1e3", "2024-01-01", "1_0", "on"])
def test_version_is_read_as_it_is_written(version: str) -> None:
    text = changed(SMALL, ('version: "1"', f"version: {version}"))
    assert load_text(text).version == version


@pytest.mark.parametrize("line", ["", 'class_suffix: ""\n', "class_suffix: ''\n"])
def test_class_suffix_may_be_none(line: str) -> None:
    assert not load_text(changed(SMALL, ("class_suffix: Message\n", line))).class_suffix


def test_sections_of_types_may_be_left_out() -> None:
    text = SMALL.partition("  Report:\n")[0] + "  Ping: {sender: both, request: {}}\n"
    spec = load_text(text)
    assert (spec.datatypes, spec.enums) == ((), ())
    assert load_text(f"{text}datatypes: {{}}\nenums: {{}}\n").enums == ()


def test_order_of_the_file_stands(base: Spec) -> None:
    names = [action.name for action in base.actions]
    assert names == ["Deposit", "Probe", "Report", "Reserve"]
    assert [datatype.name for datatype in base.datatypes] == ["Parcel", "Address"]
    assert [enum.name for enum in base.enums] == [
        *("Trigger", "Size", "Outcome", "Priority"),
    ]


def test_required_fields_come_first_and_keep_their_order(base: Spec) -> None:
    assert list(fields(base, "Deposit")) == [
        *("parcel", "tracking_number", "codes"),
        *("note", "expires", "label_link", "size"),
    ]
    required = [field.required for field in fields(base, "Deposit").values()]
    assert required == [True] * 3 + [False] * 4


def test_response_is_sent_by_the_other_side(base: Spec) -> None:
    senders = [
        (action.name, action.request.sender, action.response and action.response.sender)
        for action in base.actions
    ]
    assert senders == [
        ("Deposit", "client", "server"),
        ("Probe", "both", "both"),
        ("Report", "client", None),
        ("Reserve", "server", "client"),
    ]


def test_messages_of_an_unknown_sender_count_as_sent_by_both() -> None:
    spec = load_text(changed(SMALL, ("sender: client", "sender: unknown")))
    (report,) = spec.actions
    assert report.sender == "unknown"
    assert [message.sender for message in spec.messages] == [
        *("both", "both"),
    ]
    of_both = render_all(load_text(changed(SMALL, ("sender: client", "sender: both"))))
    differing = {
        path for path, text in render_all(spec).items() if of_both[path] != text
    }
    # Documents say that the spec doesn't know.
    assert all(path.startswith("docs/") for path in differing)


def test_one_way_action_has_no_response_and_an_empty_one_has_no_fields(
    base: Spec,
) -> None:
    assert action(base, "Report").response is None
    response = action(base, "Probe").response
    assert response is not None
    assert response.fields == ()
    assert [message.action for message in base.requests] == [
        *("Deposit", "Probe", "Report", "Reserve"),
    ]
    assert [message.action for message in base.responses] == [
        *("Deposit", "Probe", "Reserve"),
    ]


def test_wire_name_follows_the_rule_unless_the_spec_says_otherwise(base: Spec) -> None:
    wires = {
        name: (field.wire, field.wire_by_rule)
        for name, field in fields(base, "Deposit").items()
    }
    assert wires["tracking_number"] == ("trackingNumber", True)
    assert wires["label_link"] == ("labelURL", False)
    response = action(base, "Reserve").response
    assert response is not None
    assert (response.fields[1].name, response.fields[1].wire) == ("class_", "class")


def test_place_of_a_wire_name_is_known_if_the_spec_gives_it() -> None:
    wind = "      wind: {type: float, "
    text = changed(SMALL, (wind, f"{wind}wire: wind, "))
    report = fields(load_text(text), "Report")
    assert report["wind"].wire_by_rule
    assert str(report["wind"].wire_span) == "spec.yaml:12:33"
    assert report["rain"].wire_span is None


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("id", "id"),
        ("charge_point_model", "chargePointModel"),
        ("v2x_mode", "v2xMode"),
        ("phase_1_power", "phase1Power"),
        ("keepURL_asIs", "keepURLAsIs"),
        ("class_", "class"),
        ("a__b", "aB"),
    ],
)
def test_rule_for_wire_names(name: str, wire: str) -> None:
    assert naming.wire_name(name) == wire


def test_limits_are_read_as_numbers_of_their_type(base: Spec) -> None:
    report = fields(base, "Report")
    temperature = report["temperature"].value
    assert (temperature.limit("minimum"), temperature.limit("maximum")) == (-40.5, 85)
    assert temperature.limit("multiple_of") == 0.5
    assert report["temperature"].default == "20.5"
    weights = report["weights"].value.items
    assert weights is not None
    assert (weights.type, weights.limit("minimum"), weights.limit("multiple_of")) == (
        "float",
        0,
        0.1,
    )
    retries = fields(base, "Reserve")["retries"].value
    assert (retries.limit("maximum"), retries.limit("multiple_of")) == (5, 1)
    assert type(retries.limit("maximum")) is int


def test_items_of_lists_are_values_of_their_own(base: Spec) -> None:
    reserve = fields(base, "Reserve")
    grid = reserve["grid"].value
    assert grid.items is not None
    assert (grid.type, grid.items.type, grid.items.limit("min_items")) == (
        "list",
        "list",
        2,
    )
    assert (grid.innermost.type, grid.innermost.limit("minimum")) == ("int", 0)
    parcels = reserve["parcels"].value
    assert parcels.limit("max_items") == 8
    assert parcels.innermost.datatype is base.datatypes[0]
    kinds = [field.value.innermost.type for field in fields(base, "Report").values()]
    assert kinds == ["float", "float", "bool", "float", "int", "any", "any"]


def test_only_and_except_leave_a_part_of_an_enum(base: Spec) -> None:
    allowed = fields(base, "Reserve")["allowed"].value.innermost
    assert [member.name for member in allowed.members] == ["stored", "refused"]
    assert allowed.is_subset
    response = action(base, "Deposit").response
    assert response is not None
    outcome = response.fields[0].value
    assert [member.name for member in outcome.members] == ["stored", "refused"]
    size = fields(base, "Deposit")["size"].value
    assert size.members == enum(base, "Size").members
    assert not size.is_subset


def test_members_keep_the_order_of_the_enum_whatever_only_says() -> None:
    text = changed(SMALL, ("except: [fog], default: clear", "only: [unseen, clear]"))
    members = fields(load_text(text), "Report")["sky"].value.members
    assert [member.name for member in members] == ["clear", "unseen"]


def test_enum_values_are_text_as_written(base: Spec) -> None:
    size = enum(base, "Size")
    assert {member.name: member.value for member in size.members} == {
        **{"small": "S", "large": "L", "on_top": "On"},
    }
    assert size.base == "str"


@pytest.mark.parametrize(
    "value", ["No", "n", "~", "null", "1.5", "1e3", "0x10", "true", "é 中文"]
)
def test_enum_value_needs_no_quotes(value: str) -> None:
    sky = load_text(changed(SMALL, ("fog: Fog", f"fog: {value}"))).enums[0]
    assert [member.value for member in sky.members] == ["Clear", value, "Off"]


def test_enum_of_whole_numbers_has_numbers(base: Spec) -> None:
    priority = enum(base, "Priority")
    assert priority.base == "int"
    assert [member.value for member in priority.members] == [-1, 0, 10]


@pytest.mark.parametrize("values", ["{a: '1', b: '2'}", "{a: 007, b: 010}"])
def test_enum_of_quoted_numbers_or_leading_zeros_is_text(values: str) -> None:
    text = changed(SMALL, ("enums:\n", f"enums:\n  Code: {{values: {values}}}\n"))
    code = load_text(text).enums[0]
    assert code.base == "str"
    expected = re.findall(r"\d+", values)
    assert [member.value for member in code.members] == expected


def test_enum_of_actions_has_their_names(base: Spec) -> None:
    trigger = enum(base, "Trigger")
    assert [(member.name, member.value) for member in trigger.members] == [
        (action.name, action.name) for action in base.actions
    ]


def test_enum_of_actions_says_so(base: Spec) -> None:
    assert [enum.name for enum in base.enums if enum.from_actions] == ["Trigger"]


def test_switch_offs_of_lint_are_read_in_order() -> None:
    lint = """\
lint:
  unused-type:
    enums.Sky: Shown elsewhere.
    datatypes.Place:
      As
      planned.
  name-style: {"*": 5}
"""
    spec = load_text(changed(SMALL, ("actions:\n", f"{lint}actions:\n")))
    assert [tuple(off) for off in spec.lint] == [
        *(
            ("unused-type", "enums.Sky", "Shown elsewhere.", at(9, 5), False),
            ("unused-type", "datatypes.Place", "As planned.", at(10, 5), False),
            ("name-style", "*", "5", at(13, 16), False),
        ),
    ]


def at(line: int, column: int) -> Span:
    return Span("spec.yaml", line, column)


def test_open_datatype_says_so(base: Spec) -> None:
    assert [datatype.open for datatype in base.datatypes] == [True, False]


def test_descriptions_are_one_paragraph() -> None:
    text = "{type: int, description: |\n"
    text = changed(
        SMALL,
        (
            "      height: {type: int}",
            "      height:\n        type: int\n        description: |\n"
            "          In metres,\n\n          above\tthe  sea.\n",
        ),
    )
    assert fields(load_text(text), "Place")["height"].description == (
        "In metres, above the sea."
    )


def test_defaults_are_kept_as_text(base: Spec) -> None:
    defaults = {
        name: field.default
        for owner in ("Deposit", "Report", "Reserve")
        for name, field in fields(base, owner).items()
        if field.default
    }
    assert defaults == {
        "expires": "never",
        "size": "small",
        "temperature": "20.5",
        "retries": "3",
        "quiet": "false",
    }


def test_nodes_know_their_places(base: Spec) -> None:
    text = BASE.split("\n")

    def word_at(span: Span) -> str:
        return re.split(r"\W", text[span.line - 1][span.column - 1 :])[0]

    owners: list[Action | Datatype | Enum] = []
    owners += [*base.actions, *base.datatypes, *base.enums]
    for owner in owners:
        assert word_at(owner.span) == owner.name
    for name in ("Deposit", "Report", "Reserve", "Parcel", "Address"):
        for field in fields(base, name).values():
            assert word_at(field.span) == field.name
    for member in enum(base, "Size").members:
        assert word_at(member.span) == member.name


def test_alias_of_a_field_is_a_field_of_its_own_name() -> None:
    wind = "      wind: {type: float, minimum: 0, maximum: 90}\n"
    text = changed(
        SMALL, (wind, f"{wind.replace('wind: ', 'wind: &w ')}      gusts: *w\n")
    )
    report = fields(load_text(text), "Report")
    assert report["gusts"].value == report["wind"].value
    assert report["gusts"].wire == "gusts"


# Names against what is generated


@pytest.fixture(scope="module")
def trees(base: Spec) -> dict[str, ast.Module]:
    """The generated modules that hold classes of the spec, by name."""
    texts = render_all(base)
    modules = ("call", "call_result", "datatypes", "enums")
    return {name: ast.parse(texts[f"lockers/v2/{name}.py"]) for name in modules}


def classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    return (node for node in tree.body if isinstance(node, ast.ClassDef))


def names_in(node: ast.AST) -> set[str]:
    """The names that a node imports or refers to."""
    names = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
            names.add(inner.id)
        elif isinstance(inner, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in inner.names}
    return names


def test_no_type_can_have_a_name_that_its_module_uses(
    trees: dict[str, ast.Module],
) -> None:
    for tree in trees.values():
        own = {node.name for node in classes(tree)}
        for name in names_in(tree) - own:
            assert naming.type_problem(name), name


def test_no_field_can_have_a_name_that_its_class_uses(
    trees: dict[str, ast.Module], base: Spec
) -> None:
    # Names of types are refused too, but by the loader, which knows them.
    types = {datatype.name for datatype in base.datatypes}
    for module in ("call", "call_result", "datatypes"):
        lines = (line for node in classes(trees[module]) for line in node.body)
        for name in set[str]().union(*map(names_in, lines)) - types:
            assert naming.field_problem(name), name


def test_no_field_can_have_a_name_that_its_class_has_already(
    base: Spec, tmp_path: Path
) -> None:
    write_all(tmp_path, render_all(base))
    load_package(tmp_path / "lockers" / "v2", "names_of_lockers")
    call = importlib.import_module("names_of_lockers.call")
    datatypes = importlib.import_module("names_of_lockers.datatypes")
    for made, own in (
        (call.DepositMessage, set(fields(base, "Deposit"))),
        (datatypes.Parcel, set(fields(base, "Parcel"))),
    ):
        public = {name for name in dir(made) if not name.startswith("_")}
        for name in public - own:
            assert naming.field_problem(name), name


def test_no_member_can_have_a_name_that_its_enum_has_already() -> None:
    for base, other in ((str, int), (int, str)):
        for name in ("name", "value", "mro", *dir(base)):
            assert naming.member_problem(name, base), name
        only_other = {
            name for name in set(dir(other)) - set(dir(base)) if name[0] != "_"
        }
        allowed = only_other - {"name", "value", "mro", "is_integer"}
        assert allowed
        for name in allowed:
            assert not naming.member_problem(name, base), name


@pytest.mark.parametrize(
    "name", ["type", "id", "match", "self", "data", "key", "print"]
)
def test_common_names_of_fields_are_fine(name: str) -> None:
    assert not naming.field_problem(name)


def test_hint_for_a_name_is_one_that_will_do() -> None:
    for name in [*dir(builtins), "class", "Payload", "extra", "1st", "_x", "x" * 100]:
        for problem_of in (naming.field_problem, naming.type_problem):
            hint = naming.way_out(name, problem_of)
            if match := re.fullmatch("write '(.*)'", hint):
                assert not problem_of(match[1])
            else:
                assert hint == "use another name"


# Anything else

TEXTS = [(ROOT / "spec" / "ocpp16.yaml").read_bytes(), BASE.encode(), SMALL.encode()]
TOKENS = [
    *(
        b"type",
        b"items",
        b"required",
        b"values",
        b"from",
        b"actions",
        b"only",
        b"except",
    ),
    *(b"minimum", b"max_length", b"default", b"open", b"wire", b"str", b"list", b"any"),
    *(
        b"{}",
        b"[]",
        b"{",
        b"}",
        b"[",
        b"]",
        b"",
        b"~",
        b"true",
        b"0",
        b"-1",
        b"1.5",
        b'""',
    ),
    *(
        b"9" * 30,
        b"9" * 5000,
        b"x" * 200,
        b"class",
        b"name",
        b"\xc3\xa9",
        b"\xff",
        b"\0",
    ),
    *(
        b"&a",
        b"*a",
        b"&a x",
        b"!!str",
        b"<<",
        b"? ",
        b"- ",
        b": ",
        b", ",
        b"#",
        b"|",
        b">",
    ),
    *(b"'", b'"', b"\n", b"\r", b"\t", b"---\n", b"...\n", b"%", b"\xef\xbb\xbf"),
    *(b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xc2\x85", b"\x1b[31m", b"\xf0\x9f\x98\x80"),
]


def damaged(data: bytes, seed: int) -> bytes:
    """A spec with a few changes of bytes, lines or words."""
    rng = random.Random(seed)
    for _ in range(rng.choice((1, 1, 2, 4))):
        data = rng.choice(
            (_bytes_changed, _line_changed, _word_changed, _word_changed)
        )(rng, data)
    return data


def _bytes_changed(rng: random.Random, data: bytes) -> bytes:
    start = rng.randrange(len(data))
    end = start + rng.choice((0, 1, rng.randrange(40)))
    new = rng.choice((b"", bytes([rng.randrange(256)]), rng.choice(TOKENS)))
    return data[:start] + new + data[end:]


def _line_changed(rng: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    here, there = rng.randrange(len(lines)), rng.randrange(len(lines))
    change = rng.randrange(4)
    if change == 0:
        del lines[here]
    elif change == 1:
        lines.insert(here, lines[there])
    elif change == 2:
        lines[here], lines[there] = lines[there], lines[here]
    else:
        lines[here] = b" " * rng.randrange(12) + lines[here].lstrip()
    return b"\n".join(lines)


def _word_changed(rng: random.Random, data: bytes) -> bytes:
    words = list(re.finditer(rb"\w+", data))
    word = rng.choice(words)
    new = rng.choice((rng.choice(words).group(), rng.choice(TOKENS)))
    return data[: word.start()] + new + data[word.end() :]


def is_spec(data: bytes, file: Path) -> bool:
    """Return whether a file of this is a spec; what is wrong with it must be well said."""
    file.write_bytes(data)
    try:
        load(read_source(file))
    except DiagnosticError as error:
        for finding in error.diagnostics:
            assert finding.span.line > 0, finding
            assert finding.span.column > 0, finding
            assert finding.hint, finding
            assert str(finding).isprintable(), finding
        return False
    finally:
        file.unlink()
    return True


def test_damaged_specs_are_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "mutant.yaml"
    outcomes = [is_spec(damaged(TEXTS[seed % 3], seed), file) for seed in range(300)]
    assert any(outcomes)
    assert not all(outcomes)
