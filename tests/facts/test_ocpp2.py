"""The specs of OCPP 2.0.1 and 2.1: their facts against the official schemas, and their words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from messages import Maker, rendered_package, structures_of, title
from official_schemas import differences, facts, files, name_of

from generator.spec.load import load
from generator.spec.model import Datatype, Spec
from generator.spec.source import read_source
from generator.targets import schema as target

ROOT = Path(__file__).resolve().parents[2]
FILES = {"v201": ROOT / "spec" / "ocpp201.yaml", "v21": ROOT / "spec" / "ocpp21.yaml"}
SPECS = {name: load(read_source(file)) for name, file in FILES.items()}

by_spec = pytest.mark.parametrize("name", SPECS)


@cache
def official(name: str) -> dict[str, dict[str, Any]]:
    """Return the official schemas of a version by the names of their files."""
    schemas = {
        stem: json.loads(file.read_text("utf-8-sig"), parse_float=number)
        for stem, file in files(name).items()
    }
    for each in schemas.values():
        each.pop("comment")
    return schemas


def number(text: str) -> int | float:
    """Return a number of JSON; 0.0 is 0 there."""
    value = float(text)
    return int(value) if value.is_integer() else value


@cache
def ours(name: str) -> dict[str, dict[str, Any]]:
    """Return our schemas by the names of the official files."""
    spec = SPECS[name]
    names = {
        f"schemas/{name}/{target.title(each)}.json": name_of(each, name)
        for each in spec.messages
    }
    return {
        names[artifact.path]: json.loads(artifact.text)
        for artifact in target.artifacts(spec)
        if artifact.path in names
    }


# The same facts


@by_spec
def test_each_schema_states_the_official_facts(name: str) -> None:
    theirs = official(name)
    assert len(theirs) == {"v201": 128, "v21": 181}[name]
    assert sorted(ours(name)) == sorted(theirs)
    found = {
        file: list(differences(facts(ours(name)[file]), facts(theirs[file])))
        for file in theirs
    }
    assert {file: found[file] for file in found if found[file]} == {}


@by_spec
def test_types_have_their_official_names(name: str) -> None:
    for file, theirs in official(name).items():
        definitions = theirs["definitions"]
        assert sorted(ours(name)[file]["$defs"]) == sorted(definitions), file
        for place, reference in references(theirs):
            mine = at(ours(name)[file], place)["$ref"]
            assert mine == reference.replace("definitions", "$defs"), (file, place)


@by_spec
def test_optional_fields_have_the_official_defaults(name: str) -> None:
    """A default of an enum is one of each optional field of that enum."""
    total = 0
    for file, theirs in official(name).items():
        expected = dict(defaults(theirs))
        assert dict(defaults(ours(name)[file])) == expected, file
        total += len(expected)
    assert total > 0


def references(
    schema: Any, place: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each reference of an official schema with the place that it has in ours."""
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield place, schema["$ref"]
        for key, value in schema.items():
            step = "$defs" if key == "definitions" and not place else key
            yield from references(value, (*place, step))


def at(schema: Any, place: tuple[str, ...]) -> Any:
    for step in place:
        schema = schema[step]
    return schema


def defaults(schema: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    """Yield the defaults of the optional fields of a message and its datatypes."""
    types = schema.get("$defs") or schema.get("definitions") or {}
    for title_, each in {"": schema, **types}.items():
        for field, value in each.get("properties", {}).items():
            reference = value.get("$ref", "").rpartition("/")[2]
            whole = {**types.get(reference, {}), **value}
            if "default" in whole and field not in each.get("required", ()):
                yield (title_, field), whole["default"]


COUNTS = {
    #        actions, one-way, datatypes, enums, fields, enum members, wire names
    "v201": (64, 0, 55, 88, 509, 431, 244),
    "v21": (91, 1, 122, 110, 1043, 599, 555),
}


@by_spec
def test_counts(name: str) -> None:
    spec = SPECS[name]
    enums = [each for each in spec.enums if each.name != "Action"]
    fields = [field for each in structures_of(spec) for field in each.fields]
    assert COUNTS[name] == (
        len(spec.actions),
        sum(each.response is None for each in spec.actions),
        len(spec.datatypes),
        len(enums),
        sum(field.wire != "customData" for field in fields),
        sum(len(each.members) for each in enums),
        len({field.wire for field in fields}),
    )


@by_spec
def test_custom_data_is_everywhere_but_in_itself_and_is_open(name: str) -> None:
    for structure in structures_of(SPECS[name]):
        wires = [field.wire for field in structure.fields]
        is_custom_data = title(structure) == "CustomDataType"
        assert wires.count("customData") == (not is_custom_data)
        if isinstance(structure, Datatype):
            assert structure.open == is_custom_data


# Wire names


@by_spec
def test_every_wire_name_comes_back(name: str, tmp_path: Path) -> None:
    package = rendered_package(SPECS[name], tmp_path, f"ocpp2_{name}")
    seen: set[str] = set()
    for structure in package.structures:
        full = Maker(title(structure)).full(structure)
        # null for an optional field of any type is the same as no such field.
        data = {wire: "text" if full[wire] is None else full[wire] for wire in full}
        cls = package.cls(structure)
        made = cls.from_dict(data)
        assert made.to_dict() == data, title(structure)
        again = cls.from_json(made.to_json())
        assert again == made, title(structure)
        assert json.loads(again.to_json()) == data, title(structure)
        seen.update(data)
    assert len(seen) == COUNTS[name][-1]
    assert seen == {
        wire
        for each in official(name).values()
        for part in (each, *each["definitions"].values())
        for wire in part.get("properties", ())
    }


@pytest.mark.parametrize(
    ("names", "datatype", "field", "wire"),
    [
        ("v201 v21", "OCSPRequestDataType", "responder_url", "responderURL"),
        ("v201 v21", "DCChargingParametersType", "full_soc", "fullSoC"),
        ("v21", "AbsolutePriceScheduleType", "price_schedule_id", "priceScheduleID"),
        ("v21", "PriceLevelScheduleType", "price_schedule_id", "priceScheduleId"),
        ("v21", "BatteryDataType", "soc", "soC"),
        ("v21", "LimitAtSoCType", "soc", "soc"),
        ("v21", "ChargingSchedulePeriodType", "limit_l2", "limit_L2"),
        (
            "v21",
            "V2XChargingParametersType",
            "ev_max_v2x_energy_request",
            "evMaxV2XEnergyRequest",
        ),
    ],
)
def test_names_that_the_rule_would_spell_otherwise(
    names: str, datatype: str, field: str, wire: str
) -> None:
    for name in names.split():
        (found,) = (each for each in SPECS[name].datatypes if each.name == datatype)
        assert {each.name: each.wire for each in found.fields}[field] == wire


def test_python_names_are_the_same_in_both_versions() -> None:
    """One name for one wire name, in all classes of both."""
    names: dict[str, set[str]] = {}
    for spec in SPECS.values():
        for structure in structures_of(spec):
            for field in structure.fields:
                names.setdefault(field.wire.lower(), set()).add(field.name)
    assert {wire: names[wire] for wire in names if len(names[wire]) > 1} == {}


def test_members_of_enums_are_the_same_in_both_versions() -> None:
    members: dict[str, set[str]] = {}
    for spec in SPECS.values():
        for enum in spec.enums:
            for each in enum.members if enum.name != "Action" else ():
                members.setdefault(str(each.value), set()).add(each.name)
    assert {value: members[value] for value in members if len(members[value]) > 1} == {}


# What no schema says

SENDERS = json.loads((ROOT / "tests/data/ocpp2-senders.json").read_text("utf-8"))


@by_spec
def test_senders_are_those_that_others_found_in_the_specification(name: str) -> None:
    """The source is named there; one-way messages aren't in it."""
    assert "TODO" not in FILES[name].read_text("utf-8")
    calls = [action for action in SPECS[name].actions if action.response]
    from_station = {each.name for each in calls if each.sender != "server"}
    assert from_station == set(SENDERS[name])
    assert [each.name for each in calls if each.sender == "both"] == ["DataTransfer"]
    one_way = {
        each.name: each.sender for each in SPECS[name].actions if not each.response
    }
    assert one_way == ({"NotifyPeriodicEventStream": "client"} if name == "v21" else {})


def test_senders_are_the_same_in_both_versions() -> None:
    newer = {each.name: each.sender for each in SPECS["v21"].actions}
    for each in SPECS["v201"].actions:
        assert newer[each.name] == each.sender


def descriptions(spec: Spec) -> dict[str, str]:
    actions = {f"action {each.name}": each.description for each in spec.actions}
    return actions | {each.name: each.description for each in spec.types}


@by_spec
def test_every_action_and_type_has_a_description(name: str) -> None:
    for what, text in descriptions(SPECS[name]).items():
        assert text.endswith("."), what
        assert len(text) <= 100, what


def test_descriptions_are_the_same_in_both_versions() -> None:
    older, newer = map(descriptions, SPECS.values())
    assert {
        what for what in older if newer.get(what, older[what]) != older[what]
    } == set()


@by_spec
def test_descriptions_are_not_those_of_the_schemas(name: str) -> None:
    """No six words in a row are theirs."""
    theirs: set[tuple[str, ...]] = set()
    for each in official(name).values():
        for text in texts(each):
            theirs.update(runs(text))
    taken = {
        " ".join(run)
        for text in descriptions(SPECS[name]).values()
        for run in runs(text)
        if run in theirs
    }
    assert taken == set()


def texts(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "description" and isinstance(value, str):
                yield value
            yield from texts(value)


def runs(text: str) -> Iterator[tuple[str, ...]]:
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    return zip(*(words[start:] for start in range(6)), strict=False)
