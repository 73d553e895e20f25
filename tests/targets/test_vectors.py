"""Test vectors: generated code agrees with each, and together they cover the spec."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import mutate_codec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from messages import (
    Package,
    Structure,
    checker_of,
    findings,
    is_date_time,
    is_multiple,
    is_uri,
    title,
)
from specs import load_text
from test_hostile_text import TEXTS, UNSEEN, hostile
from test_random_specs import EXAMPLES, flow, specs
from vector_files import (
    GENERATED,
    SPECS,
    Vector,
    Vectors,
    can_be_held,
    check_reading,
    check_reading_of_host,
    check_writing,
    check_writing_of_host,
    package_and_vectors,
    rendered_package_and_vectors,
    spec_of,
    vectors_in,
)

from generator.spec.model import Datatype, Field, Message, Spec, Value
from generator.targets.vectors import artifacts, vectors
from generator.targets.vectors.samples import MAX_LENGTH, MAX_SIZE, reaches_limit

# The packages that are checked in, and that of a spec with every kind of constraint.
BY_NAME: dict[str, Spec] = {
    **{name: spec_of(name) for name in SPECS},
    "base": load_text(),
}

by_spec = pytest.mark.parametrize("name", BY_NAME)
by_message = pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param(name, message, id=f"{name}-{title(message)}")
        for name, spec in BY_NAME.items()
        for message in spec.messages
    ],
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> tuple[Package, Vectors]:
    folder = tmp_path_factory.mktemp("base")
    return rendered_package_and_vectors(BY_NAME["base"], folder, "vectors_base")


@pytest.fixture
def package(name: str, request: pytest.FixtureRequest) -> Package:
    return both(name, request)[0]


@pytest.fixture
def found(name: str, request: pytest.FixtureRequest) -> Vectors:
    return both(name, request)[1]


def both(name: str, request: pytest.FixtureRequest) -> tuple[Package, Vectors]:
    made: tuple[Package, Vectors]
    made = request.getfixturevalue("base") if name == "base" else checked_in(name)
    return made


@cache
def checked_in(name: str) -> tuple[Package, Vectors]:
    return package_and_vectors(name)


def of_message(found: Vectors, message: Message) -> list[Vector]:
    return found[message.action, message.kind]


# Agreement


@by_message
def test_what_is_read_gets_the_verdict_of_the_vector(
    package: Package, found: Vectors, message: Message
) -> None:
    for vector in of_message(found, message):
        check_reading(package, message, vector)


@by_message
def test_what_is_written_gets_the_verdict_of_the_vector(
    package: Package, found: Vectors, message: Message
) -> None:
    held = [each for each in of_message(found, message) if can_be_held(message, each)]
    for vector in held:
        check_writing(package, message, vector)
    assert any(not vector.code for vector in held)


@by_message
def test_values_of_a_host_become_plain_ones_or_are_refused(
    package: Package, found: Vectors, message: Message
) -> None:
    valid = [each for each in of_message(found, message) if not each.code]
    for vector in valid[:: len(valid) // 10 + 1]:  # all of them would take minutes
        check_reading_of_host(package, message, vector)
        check_writing_of_host(package, message, vector)


@by_message
def test_vectors_break_what_they_say_and_nothing_else(
    package: Package, found: Vectors, message: Message
) -> None:
    assert_told(package.spec, message, of_message(found, message))


def assert_told(spec: Spec, message: Message, of_this: list[Vector]) -> None:
    """Assert that a second opinion finds what each vector tells, and nothing else."""
    checker = checker_of(message)
    for vector in of_this:
        if vector.case != "not JSON":
            wrong = findings(checker, vector.data)
            # A value of another type breaks other rules by the way.
            untyped = {path for kind, path in wrong if kind == "wrong_type"}
            wrong = {(k, p) for k, p in wrong if k == "wrong_type" or p not in untyped}
            told = {(vector.code, vector.path)} if vector.code else set()
            assert {(spec.errors[kind], path) for kind, path in wrong} == told, vector


@by_spec
def test_a_vector_that_tells_something_else_fails(
    package: Package, found: Vectors, name: str
) -> None:
    message = BY_NAME[name].requests[0]
    (valid, *_), wrong = (
        [each for each in of_message(found, message) if bool(each.code) is is_wrong]
        for is_wrong in (False, True)
    )
    vector = next(each for each in wrong if can_be_held(message, each))
    for lie in (
        vector._replace(code=""),
        vector._replace(path="other"),
        vector._replace(code="Other"),
        valid._replace(code=vector.code, path=vector.path),
    ):
        with pytest.raises((AssertionError, pytest.fail.Exception, ValueError)):
            check_reading(package, message, lie)
        with pytest.raises((AssertionError, pytest.fail.Exception, ValueError)):
            check_writing(package, message, lie)


# Coverage: what the model says, against what vectors hold

# Where something stands: message or datatype, field, and [] for each list around a value.
Place = tuple[str, str]
Constraint = tuple[Place, str]


def structures(spec: Spec) -> Iterator[Structure]:
    yield from spec.datatypes
    yield from spec.messages


def constraints(spec: Spec) -> Iterator[Constraint]:
    """All that a value can do wrong."""
    for structure in structures(spec):
        if isinstance(structure, Message):
            yield (title(structure), ""), "another type"
        if isinstance(structure, Datatype) and structure.open:
            yield (title(structure), "*"), "not finite"
        else:
            yield (title(structure), "*"), "unknown"
        for field, place, value in values_of(structure):
            if field.required and place[1] == field.wire:
                yield place, "missing"
            yield from ((place, what) for what in rules(value))


def values_of(structure: Structure) -> Iterator[tuple[Field, Place, Value]]:
    """The values that a message or datatype states, elements of lists among them."""
    for field in structure.fields:
        value: Value | None = field.value
        wire = field.wire
        while value:
            yield field, (title(structure), wire), value
            value, wire = value.items, f"{wire}[]"


def rules(value: Value) -> Iterator[str]:
    if value.type in ("any", "float"):
        yield "not finite"
    if value.type != "any":
        yield "null"
        yield "another type"
    if value.limit("min_length") and not value.limit("format"):
        yield "min_length"
    for limit in ("max_length", "format", "minimum", "maximum", "multiple_of"):
        is_void = (
            limit == "multiple_of" and value.type == "int" and value.limit(limit) == 1
        )
        if value.limit(limit) is not None and not is_void:
            yield from [limit] if limit != "max_length" or reaches_limit(value) else []
    if value.limit("min_items"):
        yield "min_items"
    if value.limit("max_items") is not None and reaches_limit(value):
        yield "max_items"
    if value.enum:
        yield "no member"
        for member in value.enum.members:
            if member not in value.members:
                yield f"member {member.value} left out"


def broken(value: Value, data: Any) -> set[str]:
    """What a value does wrong, without what is inside of it."""
    if value.type == "any":
        return {"not finite"}
    if data is None:
        return {"null"}
    if not is_of_type(value, data):
        return {"another type"}
    if value.enum:
        left_out = {
            each.value for each in value.enum.members if each not in value.members
        }
        return {f"member {data} left out"} if data in left_out else {"no member"}
    if isinstance(data, float) and data - data != 0:
        return {"not finite"}
    wrong = {
        "min_length": (
            len(data) < (value.limit("min_length") or 0)
            if isinstance(data, str)
            else False
        ),
        "max_length": value.limit("max_length") is not None
        and len(data) > value.limit("max_length"),
        "format": value.limit("format") is not None
        and not FORMATS[value.limit("format")](data),
        "minimum": value.limit("minimum") is not None and data < value.limit("minimum"),
        "maximum": value.limit("maximum") is not None and data > value.limit("maximum"),
        "multiple_of": value.limit("multiple_of") is not None
        and not is_multiple(data, value.limit("multiple_of")),
        "min_items": value.limit("min_items") is not None
        and len(data) < value.limit("min_items"),
        "max_items": value.limit("max_items") is not None
        and len(data) > value.limit("max_items"),
    }
    return {what for what, is_wrong in wrong.items() if is_wrong}


FORMATS = {"date-time": is_date_time, "uri": is_uri}


def is_of_type(value: Value, data: Any) -> bool:
    base = "object" if value.datatype else value.enum.base if value.enum else value.type
    if base in ("int", "float") and isinstance(data, bool):
        return False
    if base == "int" and isinstance(data, float):
        return data.is_integer()
    kinds = {"int": int, "float": int | float, "str": str, "bool": bool, "list": list}
    return isinstance(data, kinds.get(base, dict))


def located(structure: Structure, path: str, data: Any) -> Iterator[Constraint]:
    """What the value at a path does wrong; the constraint as the model states it."""
    if not path:
        yield (title(structure), ""), "another type"
        return
    head, _, rest = path.partition(".")
    wire, *indices = head.replace("]", "").split("[")
    fields = {field.wire: field for field in structure.fields}
    if wire not in fields:
        is_open = isinstance(structure, Datatype) and structure.open
        yield (title(structure), "*"), "not finite" if is_open else "unknown"
        return
    if wire not in data:
        yield (title(structure), wire), "missing"
        return
    value, place, data = fields[wire].value, wire, data[wire]
    for index in indices:
        assert value.items
        value, place, data = value.items, f"{place}[]", data[int(index)]
    if rest:
        assert value.datatype
        yield from located(value.datatype, rest, data)
    else:
        yield from (((title(structure), place), what) for what in broken(value, data))


@by_spec
def test_every_constraint_has_a_vector_that_breaks_it(
    name: str, found: Vectors
) -> None:
    spec = BY_NAME[name]
    covered = set()
    for message in spec.messages:
        for vector in of_message(found, message):
            if vector.code and vector.data is not None:
                (constraint,) = located(message, vector.path, vector.data)
                covered.add(constraint)
    assert covered == set(constraints(spec))


@by_spec
def test_each_place_of_a_datatype_has_each_kind_of_violation(
    name: str, found: Vectors
) -> None:
    spec = BY_NAME[name]
    for message in spec.messages:
        of_this = of_message(found, message)
        for field in message.fields:
            datatype = field.value.innermost.datatype
            if datatype:
                inside = {each.code for each in of_this if is_below(each, field.wire)}
                assert inside == {spec.errors[kind] for kind in kinds_in(datatype)}


def is_below(vector: Vector, wire: str) -> bool:
    return vector.path.replace("[", ".").startswith(f"{wire}.") and bool(vector.code)


def kinds_in(datatype: Datatype) -> set[str]:
    kinds = {"wrong_value" if datatype.open else "unknown_field", "wrong_type"}
    for field in datatype.fields:
        value: Value | None = field.value
        if field.required:
            kinds.add("missing_field")
        while value:
            if value.limit("min_items") or value.limit("max_items") is not None:
                kinds.add("wrong_count")
            if set(rules(value)) - {"null", "another type", "min_items", "max_items"}:
                kinds.add("wrong_value")
            kinds |= kinds_in(value.datatype) if value.datatype else set()
            value = value.items
    return kinds


@by_spec
def test_every_limit_is_reached_by_a_valid_vector(name: str, found: Vectors) -> None:
    spec = BY_NAME[name]
    reached: set[Constraint] = set()
    for message in spec.messages:
        for vector in of_message(found, message):
            if not vector.code:
                reached |= set(shown(message, vector.data))
    missing = {
        (place, what)
        for structure in structures(spec)
        for field, place, value in values_of(structure)
        for what in worth_showing(field, value, is_inside=place[1] != field.wire)
    } - reached
    assert missing == set()


def worth_showing(field: Field, value: Value, is_inside: bool) -> Iterator[str]:
    """What valid vectors are to show of a value."""
    if not field.required and not is_inside:
        yield "left out"
    yield "there"
    if value.type == "str":
        if reaches_limit(value):
            yield "longest"
        if value.limit("format") == "date-time":
            yield from ("with zone", "without zone", "with fraction")
        elif value.limit("format") is None:
            yield "shortest"
            yield "not only ASCII"
    for limit in ("minimum", "maximum"):
        if value.limit(limit) is not None:
            yield limit
    if value.type == "int":
        yield "as 1.0"
    if value.items:
        yield "fewest"
        if value.limit("max_items") is not None and reaches_limit(value):
            yield "most"
    for member in value.members:
        yield f"member {member.value}"


def shown(structure: Structure, data: dict[str, Any]) -> Iterator[Constraint]:
    for field in structure.fields:
        if field.wire not in data:
            yield (title(structure), field.wire), "left out"
            continue
        stack = [(field.wire, field.value, data[field.wire])]
        while stack:
            wire, value, item = stack.pop()
            place = (title(structure), wire)
            yield from ((place, what) for what in facts(value, item))
            if value.datatype:
                yield from shown(value.datatype, item)
            elif value.items:
                stack += [(f"{wire}[]", value.items, each) for each in item]


def facts(value: Value, data: Any) -> Iterator[str]:
    yield "there"
    if value.enum:
        yield f"member {data}"
    elif isinstance(data, str):
        yield from facts_of_text(value, data)
    elif isinstance(data, list):
        if len(data) == (value.limit("min_items") or 0):
            yield "fewest"
        if len(data) == value.limit("max_items"):
            yield "most"
    elif isinstance(data, (int, float)):
        if isinstance(data, float) and value.type == "int":
            yield "as 1.0"
        step = value.limit("multiple_of") or (1 if value.type == "int" else 0)
        if value.limit("minimum") is not None and data - step < value.limit("minimum"):
            yield "minimum"
        if value.limit("maximum") is not None and data + step > value.limit("maximum"):
            yield "maximum"
        if not step and data in (value.limit("minimum"), value.limit("maximum")):
            yield "minimum" if data == value.limit("minimum") else "maximum"


def facts_of_text(value: Value, data: str) -> Iterator[str]:
    if len(data) == value.limit("max_length"):
        yield "longest"
    if len(data) == (value.limit("min_length") or 0):
        yield "shortest"
    if not data.isascii():
        yield "not only ASCII"
    if value.limit("format") == "date-time":
        yield "without zone" if len(data) == 19 else "with zone"
        if "." in data:
            yield "with fraction"


@by_message
def test_each_message_has_a_minimal_and_a_full_vector(
    found: Vectors, message: Message
) -> None:
    minimal, full = of_message(found, message)[:2]
    assert (minimal.case, full.case) == ("minimal", "full")
    assert list(minimal.data) == [f.wire for f in message.fields if f.required]
    assert holds_all_fields(message, full.data)


def holds_all_fields(structure: Structure, data: dict[str, Any]) -> bool:
    """Whether all fields are there, in the first elements of lists too."""
    for field in structure.fields:
        value, item = field.value, data.get(field.wire)
        while value.items and item:
            value, item = value.items, item[0]
        if item is None:
            return False
        if value.datatype and not holds_all_fields(value.datatype, item):
            return False
    return True


# The file


@pytest.mark.parametrize("name", SPECS)
def test_file_says_what_it_is_for(name: str) -> None:
    file = json.loads((GENERATED / "vectors" / f"{name}.json").read_text("utf-8"))
    spec = BY_NAME[name]
    assert list(file) == ["comment", "protocol", "version", "errors", "vectors"]
    assert spec.source in file["comment"]
    assert (file["protocol"], file["version"]) == (spec.protocol, spec.version)
    assert file["errors"] == spec.errors


@pytest.mark.parametrize("name", SPECS)
def test_file_has_one_vector_in_each_line_and_a_sensible_size(name: str) -> None:
    path = GENERATED / "vectors" / f"{name}.json"
    text = path.read_text("utf-8")
    entries = json.loads(text)["vectors"]
    lines = [line.strip(" ,") for line in text.split("\n") if '"case"' in line]
    assert [json.loads(line) for line in lines] == entries
    assert path.stat().st_size < 600 * len(entries)


@by_spec
def test_no_vector_stands_twice(name: str, found: Vectors) -> None:
    for of_this in found.values():
        # Values of enums and lengths of lists have a line even if another shows them too.
        cases = [each.case for each in of_this]
        assert len(set(cases[:2])) == 2
        texts = [
            each.text
            for each in of_this[2:]
            if not re.search(r": (value .*|[0-9]+ elements|minimal)$", each.case)
        ]
        assert len(set(texts)) == len(texts)


@by_spec
def test_text_that_is_no_json_is_in_the_file(name: str, found: Vectors) -> None:
    spec = BY_NAME[name]
    texts = [each for each in of_message(found, spec.requests[0]) if each.data is None]
    assert len(texts) > 5
    assert {each.code for each in texts} == {spec.errors["not_json"]}


# Limits that no message can keep, and such as are out of all proportion

ODD = """\
protocol: Odd
version: "1"
package: odd
class_suffix: Message
errors: {not_json: A, unknown_field: B, missing_field: C,
  wrong_count: D, wrong_type: E, wrong_value: F}
actions:
  Never:
    sender: client
    request:
      when: {type: str, format: date-time, max_length: 18, required: true}
    response:
      inside: {type: Impossible, required: true}
  Some:
    sender: client
    request:
      step: {type: int, minimum: 1, maximum: 4, multiple_of: 5}
      link: {type: str, format: uri, max_length: 1}
      short: {type: str, format: date-time, max_length: 19}
      shorter_link: {type: str, format: uri, max_length: 2}
      fraction: {type: str, format: date-time, max_length: 20}
      long: {type: str, max_length: 2147483647}
      many: {type: list, items: int, max_items: 2147483647}
      too_many: {type: list, items: int, min_items: 2147483647}
      none: {type: list, items: Impossible}
      empty: {type: list, items: int, max_items: 0}
      half: {type: float, minimum: -0.75, maximum: -0.25, multiple_of: 0.5}
      whole: {type: float, multiple_of: 1}
      one: {type: int, minimum: -3, maximum: -3}
      unknown_field: {type: str}
    response:
      twice: {type: list, items: Twice, min_items: 2, max_items: 3}
datatypes:
  Impossible:
    fields:
      never: {type: float, minimum: 0.5, maximum: 0.75, multiple_of: 1, required: true}
  Twice:
    open: true
    fields:
      sign: {type: Sign, required: true}
      level: {type: Level, required: true}
enums:
  Sign:
    values: {unknown: unknown value, other: OTHER, small: other}
  Level:
    values: {none: 0, some: 1}
"""


def test_what_can_not_be_valid_has_no_vectors(tmp_path: Path) -> None:
    spec = load_text(ODD)
    package, found = rendered_package_and_vectors(spec, tmp_path, "vectors_odd")
    assert list(found) == [("Some", "request"), ("Some", "response")]
    for message in (spec.requests[1], spec.responses[1]):
        for vector in of_message(found, message):
            check_reading(package, message, vector)
            if can_be_held(message, vector):
                check_writing(package, message, vector)
    full = next(each for each in found["Some", "request"] if each.case == "full")
    impossible = {"step", "link", "tooMany"}
    assert {f.wire for f in spec.requests[1].fields} - set(full.data) == impossible
    assert all(len(each.text) < MAX_LENGTH * 2 for each in found["Some", "request"])
    assert full.data["none"] == []


def test_limits_just_within_proportion_have_vectors(tmp_path: Path) -> None:
    text = ODD.replace(
        "long: {type: str, max_length: 2147483647}",
        f"long: {{type: str, max_length: {MAX_LENGTH}}}",
    )
    text = text.replace("max_items: 2147483647}", f"max_items: {MAX_SIZE - 1}}}")
    (file,) = artifacts(load_text(text))
    cases = {each.case for each in vectors_in(file.text)["Some", "request"]}
    assert {
        f"longer than {MAX_LENGTH} characters",
        f"many: {MAX_SIZE - 1} elements",
    } <= cases
    assert "too many elements" in cases


@given(specs())
@settings(
    max_examples=EXAMPLES // 4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_vectors_of_random_specs_break_what_they_say(data: Any) -> None:
    spec = load_text(flow(data))
    (file,) = artifacts(spec)
    found = vectors_in(file.text)
    for message in spec.messages:
        if (message.action, message.kind) in found:
            assert_told(spec, message, of_message(found, message))


@pytest.mark.parametrize("text", [UNSEEN, TEXTS["wide"], TEXTS["escapes"]], ids=ascii)
def test_paths_have_names_of_the_protocol_as_they_are(
    text: str, tmp_path: Path
) -> None:
    spec = hostile(text)
    package, found = rendered_package_and_vectors(spec, tmp_path, f"paths_{hash(text)}")
    for message in (*spec.requests, *spec.responses):
        for vector in of_message(found, message):
            check_reading(package, message, vector)
    assert {vector.path for each in found.values() for vector in each} >= {text}


def test_same_vectors_each_time() -> None:
    assert list(vectors(load_text())) == list(vectors(load_text()))


# Every check of the code has a vector


def test_without_any_single_check_of_the_code_a_vector_fails(
    base: tuple[Package, Vectors],
) -> None:
    result = mutate_codec.run(*base)
    assert result.holes == []
    assert result.total(mutate_codec.VECTOR) > 300
    assert set(result.equivalent) == set(mutate_codec.EQUIVALENT)


def test_checks_are_taken_out_of_every_function(base: tuple[Package, Vectors]) -> None:
    found = Counter(each.kind for each in mutate_codec.mutants(base[0]))
    every = list(structures(BY_NAME["base"]))
    values = [value for each in every for _, _, value in values_of(each)]
    is_open = [isinstance(each, Datatype) and each.open for each in every]
    assert found["number of fields"] == is_open.count(False)
    enums = sum(value.enum is not None for value in values)
    bools = sum(value.type == "bool" for value in values)
    assert found["lookup"] == 3 * enums + bools
    assert found["datatype"] >= 3 * sum(value.datatype is not None for value in values)
    assert found["subset"] == len({v.members for v in values if v.is_subset})


def test_a_check_without_vector_is_a_hole(base: tuple[Package, Vectors]) -> None:
    package, found = base
    poorer = {
        key: [each for each in of_this if "longer than" not in each.case]
        for key, of_this in found.items()
    }
    holes = mutate_codec.run(package, poorer, what="max_length=20").holes
    assert [each.function for each in holes] == [
        f"{verb}_request_Deposit" for verb in ("decode", "encode", "write")
    ]
