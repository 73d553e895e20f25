"""Fields that every message and datatype has: said once, found in each of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from generated_modules import load_package
from specs import SMALL, changed, findings, load_text, write_spec

from generator.spec.load import load
from generator.spec.model import Field
from generator.spec.source import read_source
from generator.targets import python
from generator.targets.schema import artifacts

ANCHOR = "actions:\n"
COMMON = """\
common:
  fields:
    vendor: {type: Vendor}
    trace_id: {type: str, required: true, wire: traceID}
"""
VENDOR = """\
datatypes:
  Vendor:
    open: true
    fields:
      name: {type: str, required: true}
      seat: {type: Seat}
  Seat:
    fields:
      city: {type: str}
"""
TEXT = changed(SMALL, (ANCHOR, COMMON + ANCHOR), ("datatypes:\n", VENDOR))


def with_common(common: str) -> str:
    return changed(TEXT, (COMMON, common))


def names(fields: tuple[Field, ...]) -> list[str]:
    return [field.name for field in fields]


def test_common_fields_stand_last_in_every_message_and_datatype() -> None:
    spec = load_text(TEXT)
    (report,) = spec.actions
    assert report.response is not None
    # Last among the required ones and last among the others, as in any signature.
    assert names(report.request.fields) == [
        *("station", "trace_id", "wind", "rain", "sky", "vendor")
    ]
    assert names(report.response.fields) == ["trace_id", "vendor"]
    datatypes = {datatype.name: names(datatype.fields) for datatype in spec.datatypes}
    assert datatypes["Station"] == ["code", "trace_id", "place", "vendor"]
    assert datatypes["Place"] == ["trace_id", "height", "vendor"]


def test_what_common_fields_are_made_of_does_not_have_them() -> None:
    spec = load_text(TEXT)
    datatypes = {datatype.name: names(datatype.fields) for datatype in spec.datatypes}
    assert datatypes["Vendor"] == ["name", "seat"]
    assert datatypes["Seat"] == ["city"]


def test_the_order_of_the_spec_stands() -> None:
    assert [datatype.name for datatype in load_text(TEXT).datatypes] == [
        *("Vendor", "Seat", "Station", "Place")
    ]


def test_datatypes_can_be_excepted() -> None:
    spec = load_text(with_common(f"{COMMON}  except: [Place]\n"))
    datatypes = {datatype.name: names(datatype.fields) for datatype in spec.datatypes}
    assert datatypes["Place"] == ["height"]
    assert datatypes["Station"] == ["code", "trace_id", "place", "vendor"]


def test_there_may_be_none() -> None:
    empty = load_text(changed(SMALL, (ANCHOR, "common: {fields: {}}\n" + ANCHOR)))
    assert names(empty.actions[0].request.fields) == ["station", "wind", "rain", "sky"]


def test_common_field_keeps_its_place_in_the_spec() -> None:
    field = load_text(TEXT).actions[0].request.fields[-1]
    line = TEXT.splitlines().index("    vendor: {type: Vendor}") + 1
    assert (field.span.line, field.span.column) == (line, 5)


def test_overlay_can_change_common_fields(tmp_path: Path) -> None:
    write_spec(tmp_path, TEXT)
    overlay = """\
extends: spec.yaml
amend:
  common.fields.trace_id: {max_length: 8}
add:
  common.fields.note: {type: str}
remove:
  - common.fields.vendor
"""
    spec = load(read_source(write_spec(tmp_path, overlay, "overlay.yaml")))
    fields = spec.actions[0].request.fields
    assert names(fields) == ["station", "trace_id", "wind", "rain", "sky", "note"]
    assert fields[1].value.limit("max_length") == 8


def test_overlay_can_add_them_to_a_spec_that_has_none(tmp_path: Path) -> None:
    write_spec(tmp_path, SMALL)
    overlay = "extends: spec.yaml\nadd:\n  common: {fields: {note: {type: str}}}\n"
    spec = load(read_source(write_spec(tmp_path, overlay, "overlay.yaml")))
    assert all(field.fields[-1].name == "note" for field in spec.datatypes)


def test_schemas_have_them() -> None:
    schemas = {item.path: json.loads(item.text) for item in artifacts(load_text(TEXT))}
    schema = schemas["schemas/weather/ReportResponse.json"]
    assert schema["required"] == ["traceID"]
    assert schema["properties"]["vendor"] == {"$ref": "#/$defs/Vendor"}
    assert set(schema["$defs"]) == {"Vendor", "Seat"}


def test_generated_classes_have_them(tmp_path: Path) -> None:
    for artifact in python.artifacts(load_text(TEXT)):
        file = tmp_path / artifact.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(artifact.text, encoding="utf-8")
    package = load_package(tmp_path / "weather", "weather_with_common_fields")
    data = {
        "station": {"code": "A", "traceID": "1", "vendor": {"name": "V", "colour": 7}},
        "traceID": "2",
        "vendor": {"name": "W", "seat": {"city": "Ulm"}},
    }
    message = package.REQUESTS["Report"].from_dict(data)
    assert message.vendor.seat.city == "Ulm"
    assert message.to_dict() == data


@pytest.mark.parametrize(
    ("common", "said"),
    [
        ("common: vendor\n", "common must be a map"),
        ("common: {except: [Place]}\n", "common lacks the key 'fields'"),
        ("common: {fields: {a: {type: str}}, exept: [Place]}\n", "unknown key 'exept'"),
        ("common: {fields: {a: {type: Plaice}}}\n", "unknown type 'Plaice'"),
        ("common: {fields: {a: {type: str}}, except: Place}\n", "must be a list of"),
        ("common: {fields: {a: {type: str}}, except: []}\n", "must be a list of"),
        (
            "common: {fields: {a: {type: str}}, except: [Plaice]}\n",
            "unknown datatype 'Plaice', did you mean 'Place'?",
        ),
        (
            "common: {fields: {a: {type: str}}, except: [Sky]}\n",
            "unknown datatype 'Sky'",
        ),
        (
            "common: {fields: {a: {type: str}}, except: [Place, Place]}\n",
            "datatype 'Place' stands here twice",
        ),
        (
            "common: {fields: {height: {type: int}}}\n",
            "datatype 'Place' has the field 'height' from 'common' already",
        ),
        (
            "common: {fields: {tall: {type: int, wire: height}}}\n",
            "wire name 'height' belongs to 'tall' already",
        ),
    ],
)
def test_wrong_common_fields_are_named(common: str, said: str) -> None:
    texts = [str(finding) for finding in findings(with_common(common))]
    assert len(texts) == 1, texts
    assert said in texts[0]


def test_exception_without_any_datatype_is_named() -> None:
    text = changed(
        SMALL,
        (ANCHOR, "common: {fields: {a: {type: str}}, except: [Place]}\n" + ANCHOR),
        (SMALL[SMALL.index("datatypes:") : SMALL.index("enums:")], ""),
        ("      station: {type: Station, required: true}\n", ""),
    )
    texts = [str(finding) for finding in findings(text)]
    assert len(texts) == 1, texts
    assert texts[0].endswith("unknown datatype 'Place', remove it")


def test_datatype_that_contains_itself_through_a_common_field_is_named() -> None:
    text = changed(TEXT, ("      city: {type: str}", "      city: {type: Vendor}"))
    assert "contains itself" in str(findings(text)[0])
