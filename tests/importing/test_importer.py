"""JSON Schemas to a spec and back: nothing on the wire is lost, or it is named."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specs import source_of

from generator.diagnostics import DiagnosticError, Report
from generator.importing import ImportResult, import_schemas
from generator.importing.names import member_names, snake
from generator.importing.text import WIDTH, flow, scalar
from generator.spec import naming
from generator.spec.load import load
from generator.spec.model import Datatype, Field, Message, Spec
from generator.spec.source import Scalar, Source, parse, read_source
from generator.targets.schema import artifacts

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]

# Folder in PyPI's ocpp, and the number of files in it.
OFFICIAL = {"1.6": ("v16", 78), "2.0.1": ("v201", 128), "2.1": ("v21", 181)}
DRAFT_6 = "http://json-schema.org/draft-06/schema#"

Json = dict[str, Any]


def official_folder(version: str) -> Path:
    """Return where PyPI's ocpp has the schemas; it is never imported, for its name is ours."""
    distribution = importlib.metadata.distribution("ocpp")
    return Path(str(distribution.locate_file(f"ocpp/{OFFICIAL[version][0]}/schemas")))


@cache
def imported(version: str) -> ImportResult:
    return import_schemas(official_folder(version), version)


@cache
def imported_spec(version: str) -> Spec:
    return load(source_of(imported(version).text))


def spec_of(result: ImportResult) -> Spec:
    return load(source_of(result.text))


def schemas_of(spec: Spec) -> dict[str, Json]:
    """Return the schema of each message of a spec, without references, by its title."""
    files = [item for item in artifacts(spec) if item.path.count("/") == 2]
    return {Path(item.path).stem: plain(json.loads(item.text)) for item in files}


def official_schemas(version: str) -> dict[str, Json]:
    """Return the official schema of each message, plain, by the title that ours has."""
    schemas = {}
    for file in official_folder(version).glob("*.json"):
        name = file.stem if file.stem.endswith("Response") else f"{file.stem}Request"
        name = name.replace("RequestRequest", "Request")
        schemas[name] = plain(json.loads(file.read_text("utf-8-sig")))
    return schemas


# What says nothing about messages, or only where it stands beside something else.
WITHOUT_EFFECT = {
    *("$schema", "$id", "id", "$comment", "comment", "title", "description"),
    *("javaType", "definitions", "$defs", "x-enum-varnames", "additionalItems"),
}


def plain(schema: Json, definitions: Json | None = None) -> Json:
    """Return what a schema allows: references resolved, texts left out, order forgotten."""
    if definitions is None:
        definitions = {**schema.get("definitions", {}), **schema.get("$defs", {})}
    if "$ref" in schema:
        target = definitions[schema["$ref"].rpartition("/")[2]]
        schema = {**target, **{k: v for k, v in schema.items() if k != "$ref"}}
    kept = {key: value for key, value in schema.items() if key not in WITHOUT_EFFECT}
    if kept.get("type") != "object":
        kept.pop("additionalProperties", None)
    if "properties" in kept:
        kept["properties"] = {
            name: plain(part, definitions) for name, part in kept["properties"].items()
        }
    if "items" in kept:
        kept["items"] = plain(kept["items"], definitions)
    for key in ("required", "enum"):
        if key in kept:
            kept[key] = sorted(kept[key])
    if not kept.get("required", True):
        del kept["required"]
    if kept.get("type") == "object":
        kept.setdefault("properties", {})
    return kept


def differences(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """Yield where two plain schemas differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from differences(old.get(key), new.get(key), f"{path}/{key}")
    elif isinstance(old, list) and isinstance(new, list):
        for value in sorted(set(old) ^ set(new)):
            yield f"{path}: {'-' if value in old else '+'}{value}"
    elif old != new:
        yield f"{path}: {old} -> {new}"


def write(folder: Path, **schemas: Any) -> Path:
    """Write schemas, or texts as they are, into a folder."""
    for name, schema in schemas.items():
        text = schema if isinstance(schema, str) else json.dumps(schema)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def message(required: tuple[str, ...] = (), **properties: Any) -> Json:
    """Return the schema of a message."""
    return {
        "$schema": DRAFT_6,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def closed(**properties: Any) -> Json:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def one(folder: Path, **properties: Any) -> ImportResult:
    """Import a folder with one action of these request properties."""
    write(folder, ProbeRequest=message(**properties), ProbeResponse=message())
    return import_schemas(folder, "2.0")


def said(result: ImportResult) -> list[str]:
    """Return the notes, without the folder, but for those about senders."""
    texts = [re.sub(r"^.*/", "", str(note.span)) for note in result.notes]
    return [
        f"{place}: {note.message}"
        for place, note in zip(texts, result.notes, strict=True)
        if "who sends" not in note.message
    ]


# The official schemas


@pytest.mark.parametrize("version", OFFICIAL)
def test_schemas_of_the_spec_are_the_official_ones(version: str) -> None:
    official = official_schemas(version)
    assert len(official) == OFFICIAL[version][1]
    ours = schemas_of(imported_spec(version))
    assert sorted(ours) == sorted(official)
    wrong = {
        name: list(differences(official[name], ours[name]))
        for name in official
        if official[name] != ours[name]
    }
    assert wrong == {}


@pytest.mark.parametrize("version", OFFICIAL)
def test_nothing_official_is_beyond_a_spec(version: str) -> None:
    one_way = "NotifyPeriodicEventStream"
    note = f"{one_way}.json: action '{one_way}' has no schema of a response"
    assert said(imported(version)) == [note][: version == "2.1"]


@pytest.mark.parametrize(
    ("version", "actions", "datatypes", "enums", "fields"),
    [("1.6", 39, 13, 50, 196), ("2.0.1", 64, 55, 88, 509), ("2.1", 91, 122, 110, 1043)],
)
def test_counts(
    version: str, actions: int, datatypes: int, enums: int, fields: int
) -> None:
    spec = imported_spec(version)
    enum_names = [enum.name for enum in spec.enums if enum.name != "Action"]
    counted = [field for field in all_fields(spec) if field.name != "custom_data"]
    assert (len(spec.actions), len(spec.datatypes), len(enum_names), len(counted)) == (
        *(actions, datatypes, enums, fields),
    )


def test_ocpp16_differs_from_our_own_spec_by_what_the_package_added() -> None:
    ours = load(read_source(ROOT / "spec" / "ocpp16-oca.yaml"))
    old, new = schemas_of(ours), schemas_of(imported_spec("1.6"))
    meter_value = "/MeterValuesRequest/properties/meterValue"
    sampled_value = f"{meter_value}/items/properties/sampledValue"
    assert list(differences(old, new)) == [
        f"{sampled_value}/items/properties/unit/enum: +Hertz",
        f"{sampled_value}/minItems: None -> 1",
        f"{meter_value}/minItems: None -> 1",
    ]


def test_ocpp16_has_the_names_of_our_own_spec() -> None:
    ours = load(read_source(ROOT / "spec" / "ocpp16-oca.yaml"))
    spec = imported_spec("1.6")
    assert [names_of(action) for action in ours.actions] == [
        names_of(action) for action in spec.actions
    ]
    datatypes = {datatype.name for datatype in spec.datatypes}
    assert {datatype.name for datatype in ours.datatypes} - datatypes == {
        "AuthorizationData",  # LocalAuthorization, of localAuthorizationList
        "KeyValue",  # ConfigurationKey
    }
    assert datatypes - {datatype.name for datatype in ours.datatypes} == {
        *("LocalAuthorization", "ConfigurationKey"),
        *("TransactionData", "StopTransactionSampledValue"),  # copies that differ
    }
    members = {(m.value, m.name) for enum in ours.enums for m in enum.members}
    other = {(m.value, m.name) for enum in spec.enums for m in enum.members} - members
    assert other == {("Hertz", "hertz")}  # which the package added


def names_of(action: Any) -> list[Any]:
    """Return action and names of fields, but for the one that our spec names better."""
    return [
        action.name,
        sorted((field.wire, field.name) for field in action.request.fields),
        sorted(
            (field.wire, field.name)
            for field in action.response.fields
            if field.wire != "filename"  # file_name in our spec
        ),
    ]


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_custom_data_is_said_once(version: str) -> None:
    text = imported(version).text
    assert text.count("custom_data") == 1
    assert "common:\n  fields:\n    custom_data: {type: CustomDataType}\n" in text
    spec = imported_spec(version)
    (without,) = (
        owner
        for owner in owners_of(spec)
        if "custom_data" not in [field.name for field in owner.fields]
    )
    assert isinstance(without, Datatype)
    assert without.name == "CustomDataType"
    assert without.open


def test_types_of_ocpp_2_keep_their_names() -> None:
    for version in ("2.0.1", "2.1"):
        definitions = {
            name
            for file in official_folder(version).glob("*.json")
            for name in json.loads(file.read_text("utf-8-sig")).get("definitions", {})
        }
        spec = imported_spec(version)
        assert {ref.name for ref in spec.types} == {*definitions, "Action"}


def test_a_field_has_one_name_in_both_versions_of_ocpp_2() -> None:
    old, new = (
        {(field.wire, field.name) for field in all_fields(imported_spec(version))}
        for version in ("2.0.1", "2.1")
    )
    wires = {wire for wire, _ in old} & {wire for wire, _ in new}
    assert {pair for pair in old if pair[0] in wires} == {
        pair for pair in new if pair[0] in wires
    }


def owners_of(spec: Spec) -> list[Message | Datatype]:
    return [*spec.messages, *spec.datatypes]


def all_fields(spec: Spec) -> Iterator[Field]:
    for owner in owners_of(spec):
        yield from owner.fields


def test_wire_names_are_given_only_where_the_rule_fails() -> None:
    for version, expected in (("1.6", 0), ("2.0.1", 3)):
        assert imported(version).text.count("wire:") == expected
    for field in all_fields(imported_spec("2.1")):
        rule = naming.wire_name(field.name) == field.wire
        assert field.wire_by_rule == rule


@pytest.mark.parametrize("version", OFFICIAL)
def test_every_sender_is_marked_and_noted(version: str) -> None:
    result = imported(version)
    actions = len(imported_spec(version).actions)
    marked = "    sender: unknown  # TODO: the schemas don't say who sends this\n"
    assert result.text.count(marked) == actions == result.text.count("sender:")
    noted = [note for note in result.notes if "who sends" in note.message]
    assert len(noted) == actions
    assert {note.severity for note in result.notes} == {"warning"}


@pytest.mark.parametrize("version", OFFICIAL)
def test_text_is_as_a_person_would_write_it(version: str) -> None:
    text = imported(version).text
    assert text.endswith("\n")
    assert "\n\n\n" not in text
    assert not re.search(r"[ \t]$", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= WIDTH
    # Nothing in it needs quotes but the version.
    assert re.findall('.*".*', text) == [f'version: "{version}"']


def test_error_codes_are_those_of_the_family() -> None:
    ours = load(read_source(ROOT / "spec" / "ocpp16.yaml"))
    assert imported_spec("1.6").errors == ours.errors
    assert imported_spec("1.6").class_suffix == ours.class_suffix
    assert imported_spec("2.1").errors == imported_spec("2.0.1").errors
    assert (
        imported_spec("2.1").errors["missing_field"] == "OccurrenceConstraintViolation"
    )


def test_package_is_the_given_one_or_follows_from_the_version(tmp_path: Path) -> None:
    write(tmp_path, Reset=message())
    assert spec_of(import_schemas(tmp_path, "2.0.1")).package == "ocpp.v201"
    assert spec_of(import_schemas(tmp_path, "2.0.1", "my.own")).package == "my.own"


def test_texts_of_the_schemas_are_left_behind(tmp_path: Path) -> None:
    schema = message(a={"type": "string", "description": "SECRET", "title": "SECRET"})
    schema |= {"description": "SECRET", "comment": "SECRET", "$id": "urn:SECRET"}
    result = import_schemas(write(tmp_path, Reset=schema), "2.0.1")
    assert "SECRET" not in result.text
    assert "SECRET" not in "".join(map(str, result.notes))


def test_result_does_not_depend_on_hashes() -> None:
    code = (
        "import sys, pathlib; from generator.importing import import_schemas;"
        "r = import_schemas(pathlib.Path(sys.argv[1]), '1.6');"
        "sys.stdout.write(r.text + repr(r.notes))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code, str(official_folder("1.6"))],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1


# A small folder, as a whole

SMALL = {
    "GetLogRequest": {
        "$schema": DRAFT_6,
        "definitions": {
            "LogKindEnumType": {
                "type": "string",
                "default": "Plain",
                "additionalProperties": False,
                "enum": ["Plain", "L1-N", "3to1", "20"],
            },
            "PlaceType": {
                "javaType": "Place",
                "type": "object",
                "properties": {
                    "limit_L2": {"type": "number", "minimum": -0.5, "multipleOf": 1e-3},
                    "mark": {"$ref": "#/definitions/MarkType"},
                },
                "required": ["limit_L2"],
                "additionalProperties": False,
            },
            "MarkType": {"type": "object", "properties": {"from": {"type": "string"}}},
        },
        "type": "object",
        "properties": {
            "mark": {"$ref": "#/definitions/MarkType"},
            "kind": {"$ref": "#/definitions/LogKindEnumType"},
            "anyOfThem": {},
            "places": {
                "type": "array",
                "additionalItems": False,
                "items": {"$ref": "#/definitions/PlaceType"},
                "minItems": 1,
            },
            "responderURL": {"type": "string", "format": "uri", "maxLength": 512},
        },
        "required": ["responderURL"],
        "additionalProperties": False,
    },
    "GetLogResponse": {
        "$schema": DRAFT_6,
        "definitions": {
            "MarkType": {"type": "object", "properties": {"from": {"type": "string"}}}
        },
        "type": "object",
        "properties": {
            "status": {"type": "string", "enum": ["Accepted", "Rejected"]},
            "mark": {"$ref": "#/definitions/MarkType"},
        },
        "additionalProperties": False,
    },
}

SMALL_TEXT = """\
common:
  fields:
    mark: {type: MarkType}

actions:
  GetLog:
    sender: unknown  # TODO: the schemas don't say who sends this
    request:
      responder_url: {type: str, required: true, format: uri, max_length: 512, wire: responderURL}
      kind: {type: LogKindEnumType, default: plain}
      any_of_them: {type: any}
      places: {type: list, items: PlaceType, min_items: 1}
    response:
      status: {type: GetLogStatus}

datatypes:
  MarkType:
    open: true
    fields:
      from_: {type: str}

  PlaceType:
    fields:
      limit_l2: {type: float, required: true, minimum: -0.5, multiple_of: 0.001, wire: limit_L2}

enums:
  Action:
    from: actions

  GetLogStatus:
    values:
      accepted: Accepted
      rejected: Rejected

  LogKindEnumType:
    values:
      plain: Plain
      l1_n: L1-N
      n3to1: "3to1"
      n20: "20"
"""


def test_small_folder(tmp_path: Path) -> None:
    result = import_schemas(write(tmp_path, **SMALL), "2.0")
    assert result.text.partition("made of.\n")[2] == SMALL_TEXT
    assert said(result) == []
    assert [str(note) for note in result.notes] == [
        f"{(tmp_path / 'GetLogRequest.json').as_posix()}: warning: "
        "action 'GetLog': no schema says who sends it, mend 'sender' in the spec"
    ]
    assert schemas_of(spec_of(result)) == {
        "GetLogRequest": plain(SMALL["GetLogRequest"]),
        "GetLogResponse": plain(SMALL["GetLogResponse"]),
    }


# Names


@pytest.mark.parametrize(
    ("wire", "name"),
    [
        ("soC", "soc"),
        ("bulkSoC", "bulk_soc"),
        ("limitAtSoC", "limit_at_soc"),
        ("limit_L2", "limit_l2"),
        ("maxChargeApparentPower_L3", "max_charge_apparent_power_l3"),
        ("iso15118CertificateHashData", "iso15118_certificate_hash_data"),
        ("responderURL", "responder_url"),
        ("evseId", "evse_id"),
        ("priceScheduleID", "price_schedule_id"),
        ("priceScheduleId", "price_schedule_id"),
        ("evMaxV2XEnergyRequest", "ev_max_v2x_energy_request"),
        ("v2xChargingParameters", "v2x_charging_parameters"),
        ("evDurationLevel1DCInjection", "ev_duration_level1_dc_injection"),
        ("evSupportedDERControl", "ev_supported_der_control"),
        ("prioritizedEMAIDs", "prioritized_emaids"),
        ("hv10MinMeanTripDelay", "hv10_min_mean_trip_delay"),
        ("numEPriceLevels", "num_e_price_levels"),
        ("vRef", "v_ref"),
        ("ocspRequestData", "ocsp_request_data"),
        ("tbc", "tbc"),
        ("a.b-c d", "a_b_c_d"),
        ("größe", "groe"),
        ("3to1", "n3to1"),
        ("", ""),
        ("電", ""),
    ],
)
def test_snake(wire: str, name: str) -> None:
    assert snake(wire) == name


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (["Energy.Active.Import.Register"], ["energy_active_import_register"]),
        (["L1", "L1-N", "SHA256"], ["l1", "l1_n", "sha256"]),
        (["EVDisconnected", "SuspendedEVSE"], ["ev_disconnected", "suspended_evse"]),
        (
            ["StoppedByEV", "SignV2G20Certificate"],
            ["stopped_by_ev", "sign_v2g20_certificate"],
        ),
        (["SoC", "RoCoF", "kWh", "eMAID"], ["soc", "rocof", "kwh", "emaid"]),
        (["IKEv2", "L2TP", "s309-1P-16A"], ["ikev2", "l2tp", "s309_1p_16a"]),
        (["3to1", "20", "1.6"], ["n3to1", "n20", "n1_6"]),
        (["a.b", "a-b", "A_B"], ["a_b", "a_b_2", "a_b_3"]),
        (
            ["index", "name", "None", "True", "class"],
            ["index_", "name_", "none", "true", "class_"],
        ),
        (["+", "-", "電", "é"], ["value_2", "value_3", "value_4", "e"]),
        (["x" * 100, "x" * 99], ["x" * 90, f"{'x' * 90}_2"]),
        ([1, -1, 10], ["n1", "minus1", "n10"]),
        ([0, -5], ["n0", "minus5"]),
    ],
)
def test_member_names(values: list[str | int], names: list[str]) -> None:
    assert list(member_names(values).values()) == names
    assert not any(naming.member_problem(name, str) for name in names)


def test_fields_with_one_name_are_told_apart(tmp_path: Path) -> None:
    flag = {"type": "boolean"}
    wires = [
        "soC",
        "soc",
        "from",
        "validate",
        "list",
        "ACTION",
        "a b",
        "a_b",
        "電",
        "1",
    ]
    result = one(tmp_path, **dict.fromkeys(wires, flag))
    fields = spec_of(result).actions[0].request.fields
    assert {field.wire: field.name for field in fields} == {
        **{"soc": "soc", "soC": "so_c", "from": "from_", "validate": "validate_"},
        **{"list": "list_", "ACTION": "action", "a b": "a_b", "a_b": "a_b_2"},
        **{"電": "field_2", "1": "n1"},
    }
    assert said(result) == []


def types_of(spec: Spec) -> dict[str, list[str]]:
    """Return names of fields or values of each type."""
    return {
        ref.name: (
            [field.name for field in ref.fields]
            if isinstance(ref, Datatype)
            else [str(member.value) for member in ref.members]
        )
        for ref in spec.types
        if ref.name != "Action"
    }


YES_NO = {"type": "string", "enum": ["Yes", "No"]}
POINT = closed(x={"type": "integer"}, y={"type": "integer"})


def test_equal_objects_without_a_name_are_one_type(tmp_path: Path) -> None:
    reordered = closed(**dict(reversed(POINT["properties"].items())))
    result = one(
        tmp_path,
        endPoint=POINT,
        start=reordered,
        route={"type": "array", "items": POINT},
    )
    assert types_of(spec_of(result)) == {"Start": ["x", "y"]}


def test_type_is_named_after_its_most_frequent_field(tmp_path: Path) -> None:
    inner = closed(thePoint=POINT, name={"type": "string"})
    result = one(tmp_path, thePoint=POINT, at=POINT, shape=inner)
    assert set(types_of(spec_of(result))) == {"ThePoint", "Shape"}


def test_different_types_of_one_name_are_told_apart_by_action(tmp_path: Path) -> None:
    write(
        tmp_path,
        ARequest=message(point=POINT),
        BRequest=message(point=closed(z={"type": "integer"})),
        CRequest=message(
            point=closed(a={"type": "integer"}), nested=closed(point=closed())
        ),
    )
    spec = spec_of(import_schemas(tmp_path, "2.0"))
    assert types_of(spec) == {
        "Point": ["x", "y"],
        "BPoint": ["z"],
        "CPoint": ["a"],
        "Nested": ["point"],
        "Point2": [],
    }


def test_equal_enums_of_telling_fields_are_one_type(tmp_path: Path) -> None:
    spec = spec_of(one(tmp_path, isGood=YES_NO, isGoodToo=YES_NO))
    assert types_of(spec) == {"IsGood": ["Yes", "No"]}


def test_equal_enums_of_vague_fields_are_named_after_their_objects(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        ResetRequest=message(type=YES_NO, place=closed(status=YES_NO)),
        ResetResponse=message(status=YES_NO),
        LogStatusNotificationRequest=message(status=YES_NO),
        StatusNotificationRequest=message(status=YES_NO),
    )
    spec = spec_of(import_schemas(tmp_path, "2.0"))
    assert types_of(spec) == {
        "Place": ["status"],
        "LogStatus": ["Yes", "No"],
        "PlaceStatus": ["Yes", "No"],
        "ResetStatus": ["Yes", "No"],
        "ResetType": ["Yes", "No"],
        "StatusNotificationStatus": ["Yes", "No"],
    }


def test_inlined_type_is_the_defined_one(tmp_path: Path) -> None:
    request = message(point={"$ref": "#/definitions/PointType"})
    request["definitions"] = {"PointType": POINT}
    write(tmp_path, ARequest=message(there=POINT), BRequest=request)
    assert set(types_of(spec_of(import_schemas(tmp_path, "2.0")))) == {"PointType"}
    assert set(types_of(spec_of(import_schemas(tmp_path, "1.6")))) == {"Point"}


def test_definitions_that_differ_keep_apart(tmp_path: Path) -> None:
    for name, kind in (("ARequest", "integer"), ("BRequest", "string")):
        request = message(point={"$ref": "#/definitions/PointType"})
        request["definitions"] = {"PointType": closed(x={"type": kind})}
        write(tmp_path, **{name: request})
    spec = spec_of(import_schemas(tmp_path, "2.0"))
    assert set(types_of(spec)) == {"PointType", "BPointType"}


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("Any", "Any_"),
        ("StrEnum", "StrEnum_"),
        ("lowerType", "LowerType"),
        ("Type", "Type"),
        ("com.example/Thing", "ComExampleThing"),
        ("電", "ProbeType"),
        ("2ndType", "T2ndType"),
        ("a\n# b: {{ c }}", "ABC"),
    ],
)
def test_names_of_definitions_that_code_cannot_have(
    tmp_path: Path, declared: str, name: str
) -> None:
    pointer = declared.replace("~", "~0").replace("/", "~1")
    request = message(point={"$ref": f"#/definitions/{pointer}"})
    request["definitions"] = {declared: POINT}
    spec = spec_of(import_schemas(write(tmp_path, ProbeRequest=request), "2.0"))
    assert set(types_of(spec)) == {name}


def test_java_type_names_an_inlined_type(tmp_path: Path) -> None:
    spec = spec_of(one(tmp_path, here={**POINT, "javaType": "com.example.GridPoint"}))
    assert set(types_of(spec)) == {"GridPoint"}


def test_files_may_be_named_as_the_security_extension_is(tmp_path: Path) -> None:
    write(
        tmp_path,
        **{"GetLog.req": message(), "GetLog.conf": message(), "Reset": message()},
    )
    spec = spec_of(import_schemas(tmp_path, "1.6"))
    assert [(a.name, a.response is not None) for a in spec.actions] == [
        ("GetLog", True),
        ("Reset", False),
    ]


# Common fields

MARK = {"type": "object", "properties": {"vendor": {"type": "string"}}}


def test_field_that_one_object_lacks_is_not_common(tmp_path: Path) -> None:
    point = closed(x={"type": "integer"})
    write(
        tmp_path,
        ARequest=message(mark=MARK, point=point),
        AResponse=message(mark=MARK),
    )
    assert "common" not in import_schemas(tmp_path, "2.0").text
    point["properties"]["mark"] = MARK
    write(tmp_path, ARequest=message(mark=MARK, point=point))
    result = import_schemas(tmp_path, "2.0")
    assert "common:" in result.text
    assert types_of(spec_of(result)) == {"Mark": ["vendor"], "Point": ["x", "mark"]}


def test_required_or_scalar_fields_are_not_common(tmp_path: Path) -> None:
    text = {"type": "string"}
    write(
        tmp_path,
        ARequest=message(("mark",), mark=MARK, note=text),
        AResponse=message(("mark",), mark=MARK, note=text),
        BRequest=message(("mark",), mark=MARK, note=text),
    )
    assert "common" not in import_schemas(tmp_path, "2.0").text


def test_common_fields_may_contain_each_other(tmp_path: Path) -> None:
    outer = closed(inner=MARK)
    write(
        tmp_path,
        ARequest=message(inner=MARK, outer=outer),
        AResponse=message(inner=MARK, outer=outer),
        BRequest=message(inner=MARK, outer=outer, x={"type": "integer"}),
    )
    result = import_schemas(tmp_path, "2.0")
    assert (
        "common:\n  fields:\n    inner: {type: Inner}\n    outer: {type: Outer}\n"
        in result.text
    )
    assert schemas_of(spec_of(result))["BRequest"] == plain(
        message(inner=MARK, outer=outer, x={"type": "integer"})
    )


# What a spec can't say


@pytest.mark.parametrize(
    ("schema", "line", "keyword"),
    [
        ({"type": "string", "pattern": "^a"}, "{type: str}", "pattern"),
        ({"type": "string", "maxLength": 0}, "{type: str}", "maxLength"),
        ({"type": "string", "maxLength": "9"}, "{type: str}", "maxLength"),
        ({"type": "string", "maxLength": True}, "{type: str}", "maxLength"),
        ({"type": "string", "format": "email"}, "{type: str}", "format"),
        ({"type": "string", "minimum": 1}, "{type: str}", "minimum"),
        ({"enum": ["B"], "maxLength": 1}, "{type: A}", "maxLength"),
        ({"const": 5}, "{type: any}", "const"),
        ({"oneOf": [{"type": "string"}]}, "{type: any}", "oneOf"),
        ({"x-vendor": True}, "{type: any}", "x-vendor"),
        ({"additionalProperties": False}, "{type: any}", "additionalProperties"),
        ({"type": "integer", "minimum": 0.5}, "{type: int}", "minimum"),
        ({"type": "integer", "exclusiveMinimum": 0}, "{type: int}", "exclusiveMinimum"),
        ({"type": "number", "multipleOf": 0}, "{type: float}", "multipleOf"),
        ({"type": "number", "maximum": 10**20}, "{type: float}", "maximum"),
        (
            {"type": "array", "uniqueItems": True},
            "{type: list, items: any}",
            "uniqueItems",
        ),
        ({"type": "array", "minItems": -1}, "{type: list, items: any}", "minItems"),
        ({**POINT, "minProperties": 1}, "{type: A}", "minProperties"),
        ({**POINT, "patternProperties": {}}, "{type: A}", "patternProperties"),
    ],
)
def test_keywords_that_a_spec_cannot_say_are_noted(
    tmp_path: Path, schema: Json, line: str, keyword: str
) -> None:
    result = one(tmp_path, a=schema)
    assert f"\n      a: {line}\n" in result.text
    (note,) = said(result)
    path = f"ProbeRequest.json: '#/properties/a/{keyword}'"
    assert note.startswith(f"{path}: a spec can't say '{keyword}'")
    spec_of(result)


MIXED = "/enum': the values are neither all text nor all whole numbers"
NO_DEFAULT = "/default': no default that a spec can say"


@pytest.mark.parametrize(
    ("schema", "line", "note"),
    [
        ({"type": ["string", "null"]}, "{type: any}", "/type': no single type"),
        ({"type": "null"}, "{type: any}", "/type': no single type"),
        (False, "{type: any}", "': no value at all is allowed"),
        (
            {"type": "number", "minimum": 2, "maximum": 1},
            "{type: float}",
            "': 'maximum' is less than 'minimum'",
        ),
        (
            {"type": "array", "items": [{"type": "string"}]},
            "{type: list, items: any}",
            "/items': each element has a schema of its own",
        ),
        (
            {"type": "array", "items": {"type": "string", "pattern": "b"}},
            "{type: list, items: str}",
            "/items/pattern': a spec can't say 'pattern' 'b'",
        ),
        (
            {"type": "array", "items": {"type": "string", "default": "b"}},
            "{type: list, items: str}",
            "/items': elements of a list have no default in a spec",
        ),
        ({"enum": ["A", 1]}, "{type: any}", MIXED),
        ({"type": "number", "enum": [0.5]}, "{type: float}", MIXED),
        ({"type": "string", "enum": ["A", None]}, "{type: str}", MIXED),
        ({"type": "string", "enum": [1]}, "{type: str}", MIXED),
        ({"type": "boolean", "enum": [True]}, "{type: bool}", MIXED),
        (
            {"type": "string", "enum": ["A", ""]},
            "{type: A}",
            "/enum/1': value '' is empty",
        ),
        (
            {"type": "string", "enum": ["B\n"]},
            "{type: str}",
            "/enum/0': value 'B\\n' has a character that can't be printed",
        ),
        (
            {"enum": [10**15]},
            "{type: int}",
            f"/enum/0': value '{10**15}' has too many digits",
        ),
        ({"type": "string", "default": 5}, "{type: str}", NO_DEFAULT),
        ({"type": "string", "default": ""}, "{type: str}", NO_DEFAULT),
        ({"type": "boolean", "default": 0}, "{type: bool}", NO_DEFAULT),
        ({"type": "integer", "default": True}, "{type: int}", NO_DEFAULT),
        ({"type": "number", "default": 10**400}, "{type: float}", NO_DEFAULT),
        (
            {"type": "integer", "maximum": 4, "default": 5},
            "{type: int, maximum: 4}",
            NO_DEFAULT,
        ),
        ({"enum": ["B"], "default": "C"}, "{type: A}", NO_DEFAULT),
        ({"type": "array", "default": []}, "{type: list, items: any}", NO_DEFAULT),
        ({**POINT, "default": {}}, "{type: A}", NO_DEFAULT),
        (
            {**POINT, "additionalProperties": {"type": "string"}},
            "{type: A}",
            "/additionalProperties': unknown properties have a schema",
        ),
        (
            {**POINT, "required": ["z"]},
            "{type: A}",
            "/required': requires a property that it doesn't describe",
        ),
    ],
)
def test_what_a_spec_cannot_say_is_noted(
    tmp_path: Path, schema: Any, line: str, note: str
) -> None:
    result = one(tmp_path, a=schema)
    assert f"\n      a: {line}\n" in result.text
    assert said(result) == [f"ProbeRequest.json: '#/properties/a{note}"]
    spec_of(result)


LISTS = "{type: list, items: {type: list, items: {type: str, max_length: 5}}}"


@pytest.mark.parametrize(
    ("schema", "line"),
    [
        (True, "{type: any}"),
        ({"type": "string", "minLength": 0}, "{type: str}"),
        ({"type": "string", "minLength": 5}, "{type: str, min_length: 5}"),
        ({"type": "string", "maxLength": 5.0}, "{type: str, max_length: 5}"),
        ({"type": "string", "additionalProperties": False}, "{type: str}"),
        ({"type": "string", "default": "true"}, "{type: str, default: true}"),
        ({"type": "string", "default": "5"}, '{type: str, default: "5"}'),
        ({"type": "string", "default": "null"}, '{type: str, default: "null"}'),
        ({"type": "boolean", "default": False}, "{type: bool, default: false}"),
        ({"type": "integer", "minimum": 1.0}, "{type: int, minimum: 1}"),
        (
            {"type": "number", "multipleOf": 1e-05},
            "{type: float, multiple_of: 0.00001}",
        ),
        ({"type": "number", "default": 2.5}, "{type: float, default: 2.5}"),
        ({"type": "integer", "default": 2.0}, "{type: int, default: 2}"),
        ({"type": "integer", "default": 0}, "{type: int, default: 0}"),
        ({"items": {"type": "string"}}, "{type: list, items: str}"),
        ({"type": "array"}, "{type: list, items: any}"),
        ({"items": {"items": {"type": "string", "maxLength": 5}}}, LISTS),
        ({"enum": ["B"]}, "{type: A}"),
        ({"enum": [1, 2], "default": 2}, "{type: A, default: n2}"),
        ({"properties": {}}, "{type: A}"),
    ],
)
def test_what_a_spec_can_say(tmp_path: Path, schema: Any, line: str) -> None:
    result = one(tmp_path, a=schema)
    assert f"\n      a: {line}\n" in result.text
    assert said(result) == []
    spec_of(result)


def test_definitions_that_contain_themselves_are_noted(tmp_path: Path) -> None:
    request = message(tree={"$ref": "#/definitions/Tree"})
    branches = {"type": "array", "items": {"$ref": "#/definitions/Tree"}}
    request["definitions"] = {"Tree": closed(branches=branches)}
    result = import_schemas(write(tmp_path, ARequest=request), "2.0")
    assert "branches: {type: list, items: any}" in result.text
    path = "'#/definitions/Tree/properties/branches/items'"
    assert said(result)[0] == f"ARequest.json: {path}: the type contains itself"


def test_unused_definitions_are_noted(tmp_path: Path) -> None:
    request = message(a={"$ref": "#/definitions/Used"})
    request["definitions"] = {
        "Used": {"type": "string", "maxLength": 5},
        "Idle": {"type": "string"},
        "IdleType": POINT,
    }
    result = import_schemas(write(tmp_path, ARequest=request), "2.0")
    assert "a: {type: str, max_length: 5}" in result.text
    assert said(result)[:2] == [
        "ARequest.json: '#/definitions/Idle': no message uses it",
        "ARequest.json: '#/definitions/IdleType': no message uses it",
    ]


def test_a_definition_is_noted_once_for_all_files(tmp_path: Path) -> None:
    request = message(a={"$ref": "#/definitions/Name"})
    request["definitions"] = {"Name": {"type": "string", "pattern": "x"}}
    write(
        tmp_path,
        ARequest=request,
        AResponse=request,
        BRequest=request,
        BResponse=request,
    )
    assert said(import_schemas(tmp_path, "2.0")) == [
        "ARequest.json: '#/definitions/Name/pattern': a spec can't say 'pattern' 'x'"
    ]


def test_default_of_a_required_field_is_noted(tmp_path: Path) -> None:
    schema = {"type": "boolean", "default": True}
    write(tmp_path, ARequest=message(("a",), a=schema), AResponse=message())
    result = import_schemas(tmp_path, "2.0")
    assert "a: {type: bool, required: true}" in result.text
    assert said(result) == [
        "ARequest.json: '#/properties/a': the property is required, so its default says nothing"
    ]


def test_keywords_beside_a_reference_are_noted(tmp_path: Path) -> None:
    request = message(a={"$ref": "#/definitions/Name", "maxLength": 5, "default": "x"})
    request["definitions"] = {"Name": {"type": "string"}}
    result = import_schemas(write(tmp_path, A=request, AResponse=message()), "2.0")
    assert "a: {type: str, default: x}" in result.text
    assert said(result) == [
        "A.json: '#/properties/a/maxLength': a spec can't say 'maxLength' '5'"
    ]


def test_open_message_is_noted(tmp_path: Path) -> None:
    write(tmp_path, ARequest=message(), AResponse={"type": "object"})
    assert said(import_schemas(tmp_path, "2.0")) == [
        "AResponse.json: '#/additionalProperties': messages may have unknown fields,"
        " which only a datatype can say"
    ]


def test_action_that_code_cannot_name_is_noted(tmp_path: Path) -> None:
    write(tmp_path, **{"A-bRequest": message(), "ARequest": message()})
    result = import_schemas(tmp_path, "2.0")
    assert [action.name for action in spec_of(result).actions] == ["A"]
    assert said(result)[0].startswith("A-bRequest.json: action 'A-b' is no identifier")


def test_action_with_a_name_of_the_modules_gets_a_suffix(tmp_path: Path) -> None:
    write(tmp_path, AnyRequest=message(), AnyResponse=message(), countRequest=message())
    spec = spec_of(import_schemas(tmp_path, "2.0"))
    assert spec.class_suffix == "Payload"
    assert [action.name for action in spec.actions] == ["Any", "count"]
    assert not spec.enums  # 'count' is an attribute of every enum


def test_too_deep_objects_and_lists_are_noted(tmp_path: Path) -> None:
    deep: Any = {"type": "string"}
    lists: Any = {"type": "string"}
    for _ in range(25):
        deep = closed(a=deep)
    for _ in range(9):
        lists = {"type": "array", "items": lists}
    result = one(tmp_path, deep=deep, lists=lists)
    assert len(said(result)) == 3 - 1
    assert "objects nest more than 24 levels" in said(result)[0]
    assert "lists nest more than 6 levels" in said(result)[1]
    spec_of(result)


# Input that is none

SCHEMA = message()


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({}, "no .json file in the folder"),
        ({"A": "{"}, "A.json:1:2: error: no JSON: Expecting property name"),
        ({"A": ""}, "A.json:1:1: error: no JSON: Expecting value"),
        ({"A": "[]"}, "A.json: error: no JSON Schema: it isn't an object"),
        ({"A": '{"a": NaN}'}, "no JSON Schema: NaN is no number of JSON"),
        ({"A": '{"a": 1, "a": 2}'}, "the key 'a' stands twice in one object"),
        ({"A": "[" * 100_000}, "no JSON Schema: it nests too deep"),
        ({"A": '{"a": 1' + "0" * 5000 + "}"}, "no JSON Schema: Exceeds the limit"),
        ({"A": {"a": 1}}, "A.json: error: this is no JSON Schema of an object"),
        ({"A": {"type": "string"}}, "this is no JSON Schema of an object"),
        ({"A": {"type": ["object"]}}, "this is no JSON Schema of an object"),
        ({"A": SCHEMA, "ARequest": SCHEMA}, "the request of 'A' is in"),
        ({"AResponse": SCHEMA}, "AResponse.json: error: no request of 'A' for this"),
        ({"A-b": SCHEMA}, "no message can be imported"),
        (
            {"A": message(a={"$ref": "#/definitions/B"})},
            "'#/definitions/B' refers to nothing",
        ),
        ({"A": message(a={"$ref": "other.json"})}, "'other.json' refers to nothing"),
        ({"A": message(a={"$ref": "#"})}, "'#' refers to nothing in this file"),
        ({"A": message(a={"$ref": 5})}, "this refers to nothing in this file"),
        ({"A": {**SCHEMA, "definitions": []}}, "'#/definitions': must be an object"),
        ({"A": {**SCHEMA, "definitions": {"B": 5}}}, "'#/definitions/B': is no schema"),
        (
            {"A": {**SCHEMA, "properties": []}},
            "has 'properties' or 'required' of a wrong",
        ),
        (
            {"A": {**SCHEMA, "required": "a"}},
            "has 'properties' or 'required' of a wrong",
        ),
        ({"A": message(a="string")}, "'#/properties/a': is no schema"),
        ({"A": message(a={"enum": "B"})}, "'#/properties/a/enum': must be a list of"),
        ({"A": message(a={"enum": []})}, "'#/properties/a/enum': must be a list of"),
    ],
)
def test_bad_input_is_refused(tmp_path: Path, files: Json, error: str) -> None:
    with pytest.raises(DiagnosticError, match=re.escape(error)):
        import_schemas(write(tmp_path, **files), "2.0")


def test_all_bad_files_are_named(tmp_path: Path) -> None:
    write(tmp_path, A="{", B="[]", C=message(a={"$ref": "#/x"}), D=SCHEMA)
    with pytest.raises(DiagnosticError) as caught:
        import_schemas(tmp_path, "2.0")
    assert [Path(item.span.file).name for item in caught.value.diagnostics] == [
        *("A.json", "B.json", "C.json")
    ]


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="cannot read the folder"):
        import_schemas(tmp_path / "none", "2.0")
    with pytest.raises(DiagnosticError, match="cannot read the folder"):
        import_schemas(write(tmp_path, A=SCHEMA) / "A.json", "2.0")
    with pytest.raises(DiagnosticError, match="cannot read the folder"):
        import_schemas(Path("a\0b"), "2.0")


def test_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "A.json").write_bytes(b'{"\xff": 1}')
    (tmp_path / "B.json").mkdir()
    with pytest.raises(DiagnosticError) as caught:
        import_schemas(tmp_path, "2.0")
    messages = [item.message for item in caught.value.diagnostics]
    assert messages[0] == "the file is not UTF-8 text"
    assert messages[1].startswith("cannot read the file: ")


@pytest.mark.parametrize("version", ["", "a b", "2\nactions: {}", '"', "{{ 1 }}", "é"])
def test_version_that_is_none(tmp_path: Path, version: str) -> None:
    with pytest.raises(DiagnosticError):
        import_schemas(write(tmp_path, A=SCHEMA), version, "a")


@pytest.mark.parametrize("package", ["a b", "a\nactions: {}", "..", "class", "{{ 1 }}"])
def test_package_that_is_none(tmp_path: Path, package: str) -> None:
    with pytest.raises(DiagnosticError):
        import_schemas(write(tmp_path, A=SCHEMA), "2.0", package)


def test_definitions_chained_without_end(tmp_path: Path) -> None:
    request = message(a={"$ref": "#/definitions/D0"})
    request["definitions"] = {
        f"D{n}": closed(a={"$ref": f"#/definitions/D{n + 1}"}) for n in range(2000)
    } | {"D2000": {"type": "string"}}
    with pytest.raises(DiagnosticError, match="schemas nest more than"):
        import_schemas(write(tmp_path, A=request), "2.0")
    request["definitions"] = {
        f"D{n}": {"$ref": f"#/definitions/D{(n + 1) % 9}"} for n in range(9)
    }
    assert (
        "contains itself" in said(import_schemas(write(tmp_path, A=request), "2.0"))[0]
    )


def test_definitions_that_double_take_no_longer(tmp_path: Path) -> None:
    request = message(a={"$ref": "#/definitions/D0"})
    request["definitions"] = {
        f"D{n}": closed(
            a={"$ref": f"#/definitions/D{n + 1}"}, b={"$ref": f"#/definitions/D{n + 1}"}
        )
        for n in range(23)
    } | {"D23": {"type": "string"}}
    result = import_schemas(write(tmp_path, A=request), "2.0")
    assert "D22" in result.text


# Hostile text

WORDS = r"""
{a} [a] {{7*7}} {%raw%} !!python/object &a *a << ? | > %YAML @a `a` ' " \ \n a,b
null ~ true no On 1.6 0x1F 1_000 010 1e5 .inf = --- ... a'b"c é 電流 😀 $(x) ../x a/b~c a\
"""
HOSTILE = [*WORDS.split(), "a: b", "a #b", "- a", "{{ a }}", "a b", "a\u00a0b"]


def read_back(text: str) -> str:
    node = parse(Source("x", "x", f"[{text}]", ""), Report())
    scalar_node = node.items[0]  # type: ignore[union-attr]
    assert isinstance(scalar_node, Scalar)
    return scalar_node.text


@pytest.mark.parametrize("text", HOSTILE)
def test_scalars_read_back(text: str) -> None:
    assert read_back(scalar(text)) == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_scalar_reads_back(text: str) -> None:
    assert read_back(scalar(text)) == text


def test_numbers_of_text_are_quoted_and_texts_are_not() -> None:
    assert flow(
        {"a": ["1", "-1", "x", "L1-N", "Energy.Active", "Null"], "b": 1e-7}
    ) == ('{a: ["1", "-1", x, L1-N, Energy.Active, "Null"], b: 0.0000001}')


def test_hostile_names_and_values_stay_text(tmp_path: Path) -> None:
    properties: Json = {text: {"type": "boolean"} for text in HOSTILE}
    properties["values"] = {"type": "string", "enum": HOSTILE}
    result = one(tmp_path, **properties)
    spec = spec_of(result)
    assert {field.wire for field in spec.actions[0].request.fields} == {
        *HOSTILE,
        "values",
    }
    (enum,) = (ref for ref in spec.enums if ref.name != "Action")
    assert [member.value for member in enum.members] == HOSTILE
    assert said(result) == []


@pytest.mark.parametrize(
    "wire", ["", " ", "a\nb", "a\tb", "\x1b[31m", " a", "x" * 101, "\u202e"]
)
def test_wire_names_beyond_a_spec_are_noted(tmp_path: Path, wire: str) -> None:
    result = one(tmp_path, **{wire: {"type": "string"}})
    (note,) = said(result)
    assert "the field isn't in the spec" in str(result.notes)
    assert note.isprintable()
    assert spec_of(result).actions[0].request.fields == ()


# Any schemas

names = st.one_of(
    st.sampled_from(HOSTILE),
    st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_.-]{0,12}", fullmatch=True),
)
limits = st.integers(0, 10**6)


def optional(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries({}, optional=parts)


scalars = st.one_of(
    st.just(Json()),
    optional(
        maxLength=st.integers(1, 500), format=st.sampled_from(["date-time", "uri"])
    ).map(lambda part: {"type": "string", **part}),
    optional(minimum=limits.map(lambda n: -n), maximum=limits).map(
        lambda part: {"type": "integer", **part}
    ),
    optional(minimum=st.floats(-1e6, 0).map(lambda n: round(n, 3))).map(
        lambda part: {"type": "number", **part}
    ),
    st.booleans().map(lambda value: {"type": "boolean", "default": value}),
    st.lists(names, min_size=1, max_size=5, unique=True).map(
        lambda values: {"type": "string", "enum": values}
    ),
    st.lists(limits.map(lambda n: n - 5), min_size=1, max_size=5, unique=True).map(
        lambda values: {"type": "integer", "enum": values}
    ),
)


def objects(values: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.builds(
        lambda properties, is_open, seed: {
            "type": "object",
            "properties": properties,
            **({} if is_open else {"additionalProperties": False}),
            "required": [
                name
                for name, part in properties.items()
                if "default" not in part and len(name) % 3 == seed
            ],
        },
        st.dictionaries(names, values, max_size=5),
        st.booleans(),
        st.integers(0, 3),
    )


values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        objects(inner),
        st.builds(
            lambda items, part: {"type": "array", "items": items, **part},
            inner.filter(lambda part: "default" not in part),
            optional(minItems=st.integers(0, 3), maxItems=st.integers(3, 9)),
        ),
    ),
    max_leaves=12,
)
any_message = objects(values).map(lambda part: {**part, "additionalProperties": False})


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["A", "Get", "StatusNotification", "Any", "count"]),
        st.tuples(any_message, any_message),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["1.6", "2.0"]),
)
def test_any_schemas_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    messages: dict[str, tuple[Json, Json]],
    version: str,
) -> None:
    files = {
        f"{action}{kind}": schema
        for action, both in messages.items()
        for kind, schema in zip(("Request", "Response"), both, strict=True)
    }
    folder = write(tmp_path_factory.mktemp("schemas"), **files)
    result = import_schemas(folder, version)
    assert said(result) == []
    ours = schemas_of(spec_of(result))
    for name, schema in files.items():
        assert list(differences(plain(schema), ours[name])) == []
    assert result == import_schemas(folder, version)
