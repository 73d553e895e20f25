"""The overlay ocpp16-oca against the official schemas, and the form of our schemas."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator
from messages import title
from official_schemas import (
    Difference,
    differences,
    facts,
    files,
    name_of,
    official_schema,
)
from rendered import BUNDLED
from specs import SMALL, load_text
from three_way import validator
from vector_files import GENERATED, vectors_in

from generator.spec.load import load
from generator.spec.model import Datatype, Enum, Message, Spec
from generator.spec.source import read_source
from generator.targets import schema as target
from generator.targets import vectors as vectors_target

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
OCA = load(read_source(ROOT / "spec" / "ocpp16-oca.yaml"))


class Known(NamedTuple):
    """A difference that is right, with the reason why."""

    file: str
    path: str
    ours: Any
    theirs: Any
    reason: str


METER_VALUE = "$.properties.meterValue"
SAMPLED_VALUE = f"{METER_VALUE}.items.properties.sampledValue"
ADDED = "the package added it; the Open Charge Alliance's own file of 2019-12 lacks it"

# Where the copies of the PyPI package differ from what the overlay states on purpose.
KNOWN = (
    Known("MeterValues", f"{METER_VALUE}.minItems", None, 1, ADDED),
    Known("MeterValues", f"{SAMPLED_VALUE}.minItems", None, 1, ADDED),
    Known(
        "MeterValues",
        f"{SAMPLED_VALUE}.items.properties.unit.enum.Hertz",
        None,
        True,
        f"{ADDED}: OCPP 1.6 has no unit for frequency (its errata, section 3.84)",
    ),
)


def messages_of(spec: Spec) -> tuple[Message, ...]:
    return spec.messages


by_message = pytest.mark.parametrize("message", messages_of(OCA), ids=title)


@cache
def our_schema(message: Message, name: str = "v16_oca") -> dict[str, Any]:
    file = GENERATED / "schemas" / name / f"{target.title(message)}.json"
    schema: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return schema


# The same facts


def test_there_is_an_official_schema_for_each_message_and_no_other() -> None:
    names = [name_of(message) for message in messages_of(OCA)]
    assert len(names) == 78
    assert sorted(names) == sorted(files())


@by_message
def test_schema_states_the_official_facts(message: Message) -> None:
    found = differences(facts(our_schema(message)), facts(official_schema(message)))
    file = name_of(message)
    expected = {Difference(*each[1:4]) for each in KNOWN if each.file == file}
    assert set(found) == expected


def test_known_differences_are_of_official_files() -> None:
    assert {each.file for each in KNOWN} <= set(files())
    assert all(each.reason for each in KNOWN)


def test_reference_differs_from_the_official_facts() -> None:
    """What the overlay changes is what the comparison finds, seen from the other side."""
    spec = load(read_source(ROOT / "spec" / "ocpp16.yaml"))
    found = {
        (name_of(message), each.path.removeprefix("$.properties."))
        for message in messages_of(spec)
        for each in differences(
            facts(our_schema(message, "v16")), facts(official_schema(message))
        )
    }
    assert len(found) == 32  # each value of an enum counts for itself
    assert ("GetCompositeSchedule", "$.required.chargingRateUnit") in found
    assert (
        "SendLocalList",
        "localAuthorizationList.items.properties.idTag.maxLength",
    ) in found


# The comparison sees every fact


def changes(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a schema without one of its keywords, or with another value, for each place."""
    for path, keyword in keywords(schema):
        changed = copy.deepcopy(schema)
        place = changed
        for step in path:
            place = place[step]
        value = place.pop(keyword)
        yield f"{path} without {keyword}", copy.deepcopy(changed)
        if isinstance(value, list) and len(value) > 1:
            place[keyword] = value[1:]
            yield f"{path} with less {keyword}", changed
        elif isinstance(value, int) and value:
            place[keyword] = value + 1
            yield f"{path} with other {keyword}", changed


def keywords(schema: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, str]]:
    for key, value in schema.items():
        if key in ("properties", "definitions"):
            for name in value:
                yield from keywords(value[name], (*path, key, name))
        elif key == "items":
            if (
                "additionalItems" not in schema
            ):  # that is refused where items are missing
                yield path, key
            yield from keywords(value, (*path, key))
        elif key not in ("$schema", "$id", "title", "javaType"):
            is_void = key == "additionalProperties" and "properties" not in schema
            if not is_void and key != "additionalItems":
                yield path, key


@pytest.mark.parametrize(
    "name", ["MeterValues", "SetChargingProfile", "GetInstalledCertificateIdsResponse"]
)
def test_no_change_of_a_schema_goes_unseen(name: str) -> None:
    schema = json.loads(files()[name].read_text("utf-8"))
    made = list(changes(schema))
    assert len(made) > 20
    for what, changed in made:
        assert list(differences(facts(schema), facts(changed))), what


def test_order_and_words_make_no_difference() -> None:
    one = {
        "title": "One",
        "type": "object",
        "properties": {"a": {"$ref": "#/definitions/a"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
        "additionalProperties": False,
        "definitions": {"a": {"type": "string", "enum": ["x", "y"]}},
    }
    other = {
        "$comment": "Other",
        "additionalProperties": False,
        "required": ["b", "a"],
        "properties": {
            "b": {"type": "integer", "description": "B"},
            "a": {"enum": ["y", "x"], "type": "string", "additionalProperties": False},
        },
        "type": "object",
    }
    assert facts(one) == facts(other)


def test_unknown_keywords_are_not_passed_over() -> None:
    with pytest.raises(AssertionError, match="pattern"):
        facts({"type": "string", "pattern": "a"})


# The form of our schemas


SPECS = {
    spec.package.rpartition(".")[2]: spec
    for spec in map(load, map(read_source, BUNDLED))
}
SPECS["base"] = load_text()


@cache
def made(name: str) -> dict[str, dict[str, Any]]:
    """The schemas of a spec by the name of the file."""
    return {
        artifact.path.rpartition("/")[2].removesuffix(".json"): json.loads(
            artifact.text
        )
        for artifact in target.artifacts(SPECS[name])
    }


def bundle(name: str) -> dict[str, Any]:
    return made(name)[SPECS[name].package.rpartition(".")[2]]


by_spec = pytest.mark.parametrize("name", SPECS)


@by_spec
def test_schemas_are_valid(name: str) -> None:
    assert len(made(name)) == 1 + len(messages_of(SPECS[name]))
    for schema in made(name).values():
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        # Definitions are those of the bundle; each is looked at once.
        own = {key: schema[key] for key in schema if key != "$defs"}
        Draft202012Validator.check_schema(schema if schema is bundle(name) else own)


@by_spec
def test_every_reference_leads_to_a_definition_that_is_needed(name: str) -> None:
    for file, schema in made(name).items():
        wanted = set(references(schema))
        given = {f"#/$defs/{key}" for key in schema.get("$defs", ())}
        assert wanted <= given
        if file != SPECS[name].package.rpartition(".")[2]:
            assert wanted == given
            assert schema["title"] == file


def references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"]
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


@by_spec
def test_bundle_says_the_same_as_the_files(name: str) -> None:
    whole = bundle(name)
    spec = SPECS[name]
    types = {each.name: class_of_type(each) for each in spec.types}
    messages = [class_of_message(message, spec) for message in messages_of(spec)]
    assert set(whole["$defs"]) == {*messages, *types.values()}
    for message in messages_of(spec):
        alone = with_names_of_classes(made(name)[target.title(message)], types)
        inside = whole["$defs"][class_of_message(message, spec)]
        ours = {
            key: alone[key]
            for key in alone
            if key not in ("$schema", "$comment", "title", "$defs")
        }
        assert inside == ours
        for key, definition in alone.get("$defs", {}).items():
            assert whole["$defs"][types[key]] == definition


def class_of_message(message: Message, spec: Spec) -> str:
    module = {"request": "call", "response": "call_result"}[message.kind]
    return f"{module}.{message.action}{spec.class_suffix}"


def class_of_type(each: Datatype | Enum) -> str:
    return f"{'datatypes' if isinstance(each, Datatype) else 'enums'}.{each.name}"


def with_names_of_classes(schema: Any, types: dict[str, str]) -> Any:
    """The schema with references to types by the names of their classes."""
    if isinstance(schema, dict):
        named = {
            key: with_names_of_classes(value, types) for key, value in schema.items()
        }
        if isinstance(reference := named.get("$ref"), str):
            named["$ref"] = f"#/$defs/{types[reference.removeprefix('#/$defs/')]}"
        return named
    if isinstance(schema, list):
        return [with_names_of_classes(each, types) for each in schema]
    return schema


@pytest.mark.parametrize("name", ["v16", "v16_oca"])
def test_bundle_names_the_classes_of_the_modules(name: str) -> None:
    names: dict[str, set[str]] = {}
    for key in bundle(name)["$defs"]:
        module, _, cls = key.partition(".")
        names.setdefault(module, set()).add(cls)
    for module, classes in names.items():
        code = (GENERATED / "ocpp" / name / f"{module}.py").read_text("utf-8")
        assert set(re.findall(r"^class (\w+)", code, re.MULTILINE)) == classes


def test_bundle_has_a_message_and_a_type_of_the_same_name() -> None:
    spec = load_text(SMALL.replace("Station", "ReportMessage"))
    *_, whole = target.artifacts(spec)
    definitions = json.loads(whole.text)["$defs"]
    assert list(definitions["datatypes.ReportMessage"]["properties"]) == [
        "code",
        "place",
    ]
    fields = definitions["call.ReportMessage"]["properties"]
    assert fields["station"] == {"$ref": "#/$defs/datatypes.ReportMessage"}


@by_spec
def test_names_of_enum_members_are_carried_along(name: str) -> None:
    spec = SPECS[name]
    definitions = bundle(name)["$defs"]
    for enum in spec.enums:
        definition = definitions[class_of_type(enum)]
        assert definition["enum"] == [member.value for member in enum.members]
        assert definition["x-enum-varnames"] == [member.name for member in enum.members]
    places = list(subsets(bundle(name)))
    assert all(len(each["enum"]) == len(each["x-enum-varnames"]) for each in places)
    if name == "v16_oca":
        names = [each["x-enum-varnames"] for each in places if "$ref" in each]
        assert len(names) == 3
        assert ["downloaded", "download_failed"] in [each[:2] for each in names]


def subsets(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if isinstance(schema.get("enum"), list):
            yield schema
        for value in schema.values():
            yield from subsets(value)


@by_spec
def test_objects_are_closed_unless_the_spec_opens_them(name: str) -> None:
    definitions = bundle(name)["$defs"]
    spec = SPECS[name]
    types = [each for each in spec.types if isinstance(each, Datatype)]
    for datatype in types:
        definition = definitions[class_of_type(datatype)]
        is_closed = definition.get("additionalProperties") is False
        assert is_closed is not datatype.open
    for message in messages_of(spec):
        definition = definitions[class_of_message(message, spec)]
        assert definition["additionalProperties"] is False


@by_spec
def test_schemas_give_the_verdict_of_every_vector(name: str) -> None:
    spec = SPECS[name]
    (file,) = vectors_target.artifacts(spec)
    found = vectors_in(file.text)
    for message in messages_of(spec):
        alone = validator(made(name)[target.title(message)])
        # A tool that is given the bundle looks at a part of it.
        part = {"$ref": f"#/$defs/{class_of_message(message, spec)}"}
        inside = validator({**bundle(name), **part})
        seen = set()
        for vector in found[message.action, message.kind]:
            if "1e999" in vector.text or vector.data is None:
                continue  # JSON Schema knows of no largest number, nor of broken text
            assert alone.is_valid(vector.data) is (not vector.code), vector
            if vector.code not in seen:
                assert inside.is_valid(vector.data) is (not vector.code), vector
                seen.add(vector.code)


def test_checked_in_schemas_are_those_of_the_specs() -> None:
    for name in ("v16", "v16_oca"):
        for file, schema in made(name).items():
            folder = "" if file == name else f"{name}/"
            text = (GENERATED / "schemas" / f"{folder}{file}.json").read_text("utf-8")
            assert json.loads(text) == schema
