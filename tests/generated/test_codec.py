"""Reading and writing, by example and by fuzz: values, text, errors and their words.

That every class is held to every constraint is for test_codec_agreement.py to show.
"""

from __future__ import annotations

import inspect
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from messages import (
    Maker,
    Package,
    checked_in_package,
    is_json,
    is_multiple,
    rendered_package,
    title,
)
from specs import BASE, load_text

ROOT = Path(__file__).resolve().parents[2]
OCPP = checked_in_package(ROOT / "spec" / "ocpp16.yaml", ROOT / "generated")
ValidationError = OCPP.module("errors").ValidationError
call = OCPP.module("call")
call_result = OCPP.module("call_result")
datatypes = OCPP.module("datatypes")
enums = OCPP.module("enums")

fuzz = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def lockers(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("lockers")
    return rendered_package(load_text(), folder, "lockers_codec")


def test_datatypes_stand_in_fields_in_lists_and_in_lists_of_lists(
    tmp_path: Path,
) -> None:
    """A function that reads all elements of a list reads single ones as well."""
    old = "parcels: {type: list, max_items: 8, items: Parcel}"
    assert old in BASE
    new = "shelves: {type: list, items: {type: list, max_items: 8, items: Parcel}}"
    package = rendered_package(
        load_text(BASE.replace(old, new)), tmp_path, "shelves_of_lockers"
    )
    address = {"lines": ["1 Road"]}
    parcel = {"size": "S", "senderAddress": address, "history": [address, address]}
    data = {"grid": [], "priority": 0, "shelves": [[parcel, parcel], [], [parcel]]}
    request = class_of(package, "call.Reserve")
    made = request.from_dict(data)
    assert [len(shelf) for shelf in made.shelves] == [2, 0, 1]
    assert {type(each) for shelf in made.shelves for each in shelf} == {
        class_of(package, "Parcel")
    }
    assert made.to_dict() == json.loads(made.to_json()) == data
    again = class_of(package, "Address").from_dict(address)
    assert made.shelves[0][1].history[1] == again
    shelves = [[parcel], [{**parcel, "history": [{"lines": []}]}]]
    with pytest.raises(ValueError, match=r"at shelves\[1\]\[0\]\.history\[0\]\.lines"):
        request.from_dict({**data, "shelves": shelves})


def class_of(package: Package, name: str) -> Any:
    return package.cls(package.structure(name))


def error_of(package: Package, function: Any, *arguments: Any) -> str:
    """Return the text of the ValidationError that a call raises."""
    with pytest.raises(package.module("errors").ValidationError) as caught:
        function(*arguments)
    return str(caught.value)


def outcome(package: Package, function: Any, *arguments: Any) -> str:
    """Return the text of the ValidationError that a call raises; empty if none."""
    try:
        function(*arguments)
    except package.module("errors").ValidationError as error:
        return str(error)
    return ""


TIME = "2026-01-31T12:00:00Z"


def meter_values(*samples: dict[str, Any], **changes: Any) -> dict[str, Any]:
    good = {"timestamp": TIME, "sampledValue": [{"value": "1"}]}
    wrong = {"timestamp": TIME, "sampledValue": [*samples]}
    return {"connectorId": 1, "meterValue": [good, wrong], **changes}


def deposit(**changes: Any) -> dict[str, Any]:
    return {"parcel": {"size": "S"}, "trackingNumber": "1", "codes": ["a"], **changes}


# What is said


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("call.Reset", {}, "OccurenceConstraintViolation at type: required, but missing"),
        ("call.Reset", {"type": "Hard", "in": 5}, "FormationViolation at in: unknown field"),
        ("call.Reset", None, "TypeConstraintViolation: expected a JSON object, got null"),
        (
            "call.Reset",
            {"type": "Medium"},
            "PropertyConstraintViolation at type: 'Medium' is not one of Hard, Soft",
        ),
        (
            "call.Reset",
            {"type": None},
            "TypeConstraintViolation at type: expected text, got null",
        ),
        (
            "call.Authorize",
            {"idTag": "0123456789" * 2 + "0"},
            "PropertyConstraintViolation at idTag: 21 characters, at most 20 are allowed",
        ),
        (
            "call.MeterValues",
            meter_values(connectorId=True),
            "TypeConstraintViolation at connectorId: expected a whole number, got true",
        ),
        (
            "call.MeterValues",
            meter_values({"value": "1", "phase": "L4"}),
            "PropertyConstraintViolation at meterValue[1].sampledValue[0].phase: 'L4' is not "
            "one of L1, L2, L3, N, L1-N, L2-N, L3-N, L1-L2, L2-L3, L3-L1",
        ),
        (
            "call.MeterValues",
            meter_values({"value": "1"}, {"context": "Other"}),
            "OccurenceConstraintViolation at meterValue[1].sampledValue[1].value: "
            "required, but missing",
        ),
        (
            "call.Heartbeat",
            {"a\n\ud800" + "b" * 200: 1},
            "FormationViolation at a<U+000A><U+D800>" + "b" * 97 + ": unknown field",
        ),
        (
            "call.StartTransaction",
            {"connectorId": 1, "idTag": "1", "meterStart": 0, "timestamp": "today"},
            "PropertyConstraintViolation at timestamp: 'today' is no ISO 8601 date-time",
        ),
    ],
)  # fmt: skip
def test_errors_of_ocpp_messages(name: str, data: Any, text: str) -> None:
    assert error_of(OCPP, class_of(OCPP, name).from_dict, data) == text


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("call.Deposit", deposit(codes=[]), "Incomplete at codes: length 0, at least 1 is needed"),
        (
            "call.Deposit",
            deposit(codes=["a"] * 5),
            "Incomplete at codes: length 5, at most 4 is allowed",
        ),
        (
            "call.Deposit",
            deposit(labelURL="example.com"),
            "BadValue at labelURL: 'example.com' is no URI with a scheme",
        ),
        (
            "call.Deposit",
            deposit(parcel={"size": "S", "history": [{"lines": ["a"], "geo": [1, 181.5]}]}),
            "BadValue at parcel.history[0].geo[1]: 181.5 is greater than 180",
        ),
        ("call.Deposit", deposit(parcel=[]),
         "BadType at parcel: expected a JSON object, got a list"),
        ("call_result.Deposit", {"outcome": "Broken"},
         "BadValue at outcome: 'Broken' is not one of Stored, Refused"),
        ("call_result.Deposit", {"outcome": "Stored", "compartment": 10**5000},
         "BadValue at compartment: a huge number is greater than 400"),
        ("call.Report", {"temperature": -40.75},
         "BadValue at temperature: -40.75 is less than -40.5"),
        ("call.Report", {"temperature": 20.3},
         "BadValue at temperature: 20.3 is not a multiple of 0.5"),
        ("call.Report", {"temperature": math.nan},
         "BadValue at temperature: nan is no number in JSON"),
        ("call.Report", {"humidity": "10"}, "BadType at humidity: expected a number, got '10'"),
        ("call.Report", {"doors": [True, 1]}, "BadType at doors[1]: expected true or false, got 1"),
        ("call.Report", {"doors": "all"}, "BadType at doors: expected a list, got 'all'"),
        ("call.Report", {"payload": {"a": [math.inf]}},
         "BadValue at payload: a number beyond all floats"),
        ("call.Reserve", {"grid": [[1, 2], [0, 1.5]], "priority": 0},
         "BadType at grid[1][1]: expected a whole number, got 1.5"),
        ("call.Reserve", {"grid": [[1, 2], [1]], "priority": 0},
         "Incomplete at grid[1]: length 1, at least 2 is needed"),
        ("call.Reserve", {"grid": [], "priority": -1},
         "BadValue at priority: -1 is not one of 0, 10"),
    ],
)  # fmt: skip
def test_errors_of_each_other_constraint(
    name: str, data: Any, text: str, lockers: Package
) -> None:
    assert error_of(lockers, class_of(lockers, name).from_dict, data) == text


def test_errors_of_objects(lockers: Package) -> None:
    message = class_of(lockers, "call.Deposit")
    parcel = class_of(lockers, "Parcel")
    lacking = parcel("S")
    del lacking.weight
    for made, text in (
        (parcel(None), "Incomplete at size: required, but None"),
        (parcel("X"), "BadValue at size: 'X' is not one of S, L, On"),
        (lacking, "Incomplete at weight: attribute without a value"),
        (
            parcel("S", extra={"size": 1}),
            "BadValue: 'extra' holds the known field 'size'",
        ),
        (parcel("S", extra=None), "BadType: expected a dict as 'extra', got null"),
        (
            parcel("S", extra={"a": [math.nan]}),
            "BadValue at a: nan is no number in JSON",
        ),
        (
            parcel("S", extra={1: 2}),
            "BadType at 1: expected text as the name of a field, got 1",
        ),
        (
            parcel("S", extra={"a": {1}}),
            "BadType at a: expected a value that JSON can hold, got an object of class set",
        ),
        (
            message({"size": "S"}, "1", ["a"]),
            "BadType at parcel: expected an object of class Parcel, got a dict",
        ),
        (
            message(message(1, 2, 3), "1", ["a"]),
            "BadType at parcel: expected an object of class Parcel, "
            "got an object of class DepositMessage",
        ),
        (
            message(parcel("S"), "1", ("a",)),
            "BadType at codes: expected a list, got an object of class tuple",
        ),
        (
            message(parcel("S"), "1", ["a", None]),
            "BadType at codes[1]: expected text, got null",
        ),
    ):
        assert error_of(lockers, made.to_dict) == text
        assert error_of(lockers, made.to_json) == text
        assert error_of(lockers, made.validate) == text


def test_first_error_in_the_order_of_the_spec_is_named() -> None:
    """Whatever the order in the message; unknown fields come last, in its order."""
    wrong = {"zulu": 1, "alpha": 1, "chargePointVendor": 1, "chargePointModel": 1}

    def said(**right: str) -> str:
        data = {**wrong, **right}
        return error_of(OCPP, call.BootNotificationPayload.from_dict, data)

    assert " at chargePointModel: " in said()
    assert " at chargePointVendor: " in said(chargePointModel="M")
    assert " at zulu: " in said(chargePointModel="M", chargePointVendor="V")


# Values


def test_values_become_what_the_annotations_say() -> None:
    sample = {"value": "1", "unit": "kWh", "phase": "L1-N"}
    made = call.MeterValuesPayload.from_dict(meter_values(sample, transactionId=7.0))
    assert type(made.transaction_id) is int
    assert made.transaction_id == 7
    assert [type(value) for value in made.meter_value] == [datatypes.MeterValue] * 2
    (read,) = made.meter_value[1].sampled_value
    assert type(read) is datatypes.SampledValue
    assert read.unit is enums.UnitOfMeasure.kwh
    assert read.phase is enums.Phase.l1_n
    assert read.context is None
    assert made.to_dict() == meter_values(sample, transactionId=7)


def test_values_of_every_type(lockers: Package) -> None:
    data = {
        "grid": [[1.0, 2], [3, 4]],
        "priority": 10.0,
        "allowed": ["Stored", "Refused"],
        "parcels": [{"size": "On", "weight": 2}],
        "retries": 5.0,
        "quiet": False,
        "triggers": ["Probe"],
    }
    made = class_of(lockers, "call.Reserve").from_dict(data)
    enums = lockers.module("enums")
    assert repr(made.grid) == "[[1, 2], [3, 4]]"
    assert made.priority is enums.Priority.urgent
    assert made.allowed == [enums.Outcome.stored, enums.Outcome.refused]
    assert all(type(outcome) is enums.Outcome for outcome in made.allowed)
    assert made.parcels == [class_of(lockers, "Parcel")(enums.Size.on_top, 2)]
    assert type(made.parcels[0].weight) is int  # an int is a number as it is
    assert repr(made.retries) == "5"
    assert made.quiet is False
    assert made.triggers[0] is enums.Trigger.Probe
    written = made.to_dict()
    assert written == data
    assert type(written["priority"]) is int
    assert {type(value) for value in written["allowed"]} == {str}
    assert type(written["triggers"][0]) is str
    assert json.loads(made.to_json()) == data


def test_wire_values_do_where_members_are_expected(lockers: Package) -> None:
    assert call.ResetPayload("Hard").to_dict() == {"type": "Hard"}
    assert call.ResetPayload("Hard").to_json() == '{"type":"Hard"}'
    assert call.ResetPayload("Hard") == call.ResetPayload(enums.ResetType.hard)
    reserve = class_of(lockers, "call.Reserve")
    assert json.loads(reserve([], 0).to_json()) == {"grid": [], "priority": 0}


def test_what_is_none_is_left_out_but_null_for_any_value_stays(
    lockers: Package,
) -> None:
    report = class_of(lockers, "call.Report")
    assert report().to_dict() == {}
    assert report().to_json() == "{}"
    assert report(extras=[None], doors=[]).to_json() == '{"doors":[],"extras":[null]}'


@pytest.mark.parametrize(
    "payload",
    [{"a_b": {"C-d": [1, None, "x", {"": 0.1}]}}, [[]], "text", 0, False, {}],
    ids=repr,
)
def test_any_value_passes_untouched(payload: Any, lockers: Package) -> None:
    made = class_of(lockers, "call.Report").from_dict({"payload": payload})
    assert made.payload is payload
    assert made.to_dict()["payload"] is payload
    assert json.loads(made.to_json()) == {"payload": payload}


CHARACTERS = [
    *map(chr, range(0xA0)),
    *("é", "桩", "\u2028", "\ufeff", "\uffff", "\ud800", "\udbff", "\udc00", "\udfff"),
    *("😀", "\U0010ffff"),
]


def test_text_of_any_characters_survives(lockers: Package) -> None:
    """Two surrogates in a row are the exception: JSON makes one character of them."""
    for text in [*CHARACTERS, *(f"a{each}b" for each in CHARACTERS)]:
        made = class_of(lockers, "Address")([text])
        assert made.to_json() == json.dumps({"lines": [text]}, separators=(",", ":"))
        assert type(made).from_json(made.to_json()) == made


@fuzz
@given(text=st.text(max_size=50))
def test_text_is_written_as_the_json_module_does(text: str) -> None:
    made = call.DataTransferPayload(vendor_id="v", data=text)
    data = {"vendorId": "v", "data": text}
    assert made.to_dict() == data
    assert made.to_json() == json.dumps(data, separators=(",", ":"))
    assert made.to_json().isascii()


@fuzz
@given(number=st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_numbers_survive(number: float, lockers: Package) -> None:
    made = class_of(lockers, "call.Report")(humidity=number)
    assert made.to_json() == json.dumps({"humidity": number}, separators=(",", ":"))
    assert repr(type(made).from_json(made.to_json()).humidity) == repr(number)


@fuzz
@given(number=st.floats(0, 1e300) | st.decimals(0, 10**9, places=1).map(float))
def test_multiples_are_those_of_the_number_as_written(
    number: float, lockers: Package
) -> None:
    report = class_of(lockers, "call.Report")
    said = outcome(lockers, report.from_dict, {"weights": [number]})
    if is_multiple(number, 0.1):
        assert said == ""
    else:
        assert said == f"BadValue at weights[0]: {number!r} is not a multiple of 0.1"


def test_each_package_has_its_own_error(lockers: Package) -> None:
    assert not issubclass(lockers.module("errors").ValidationError, ValidationError)


# Unknown fields

VENDOR = {"vendorId": [{"any": None}], "x": 1.5}


def test_unknown_fields_are_dropped_at_every_level_if_they_are_to_be_ignored() -> None:
    sample = {"value": "1", "unit": "kWh"}
    clean = meter_values(sample)
    marked = meter_values({**sample, **VENDOR}, **VENDOR)
    marked["meterValue"][0] = {**marked["meterValue"][0], **VENDOR}
    before = json.dumps(marked)
    made = call.MeterValuesPayload.from_dict(marked, unknown="ignore")
    assert made == call.MeterValuesPayload.from_dict(clean)
    assert made == call.MeterValuesPayload.from_json(before, unknown="ignore")
    assert json.dumps(marked) == before, "the caller's data was changed"
    with pytest.raises(ValidationError):
        call.MeterValuesPayload.from_dict(marked)


def test_known_fields_are_checked_though_unknown_ones_are_ignored() -> None:
    data = meter_values({"value": 1, "vendorId": 1})
    said = error_of(OCPP, call.MeterValuesPayload.from_dict, data, "ignore")
    assert said == (
        "TypeConstraintViolation at meterValue[1].sampledValue[0].value: expected text, got 1"
    )
    assert "expected a JSON object" in error_of(
        OCPP, call.ResetPayload.from_dict, [], "ignore"
    )


def test_open_datatypes_keep_unknown_fields_and_write_them_back(
    lockers: Package,
) -> None:
    extra = {"vendor": {"a_b": [None, 1.5]}, "": "é"}
    address = {"lines": ["a"], "vendor": 1}
    data = deposit(parcel={"size": "S", **extra})
    message = class_of(lockers, "call.Deposit")
    for unknown in ("raise", "ignore"):
        made = message.from_dict(data, unknown)
        assert made.parcel.extra == extra
        assert made.to_dict() == data
        assert json.loads(made.to_json()) == data
        assert message.from_json(made.to_json()) == made
    data["parcel"]["senderAddress"] = address
    assert message.from_dict(data, "ignore").parcel.sender_address.to_dict() == {
        "lines": ["a"]
    }
    said = error_of(lockers, message.from_dict, data)
    assert said == "BadField at parcel.senderAddress.vendor: unknown field"


def test_open_datatypes_do_not_share_their_extra_fields(lockers: Package) -> None:
    parcel = class_of(lockers, "Parcel")
    one, other = parcel("S"), parcel.from_dict({"size": "S"})
    one.extra["a"] = 1
    assert other.extra == parcel("S").extra == {}


@pytest.mark.parametrize("unknown", ["", "Raise", "drop", None, True])
def test_other_ways_with_unknown_fields_are_an_error_of_the_caller(
    unknown: Any,
) -> None:
    with pytest.raises(
        ValueError, match="unknown must be 'raise' or 'ignore'"
    ) as caught:
        call.ResetPayload.from_dict({"type": "Hard"}, unknown)
    assert not isinstance(caught.value, ValidationError)
    with pytest.raises(ValueError, match="unknown must be 'raise' or 'ignore'"):
        call.ResetPayload.from_json('{"type":"Hard"}', unknown=unknown)


# Text

HARD = call.ResetPayload(enums.ResetType.hard)


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"Hard"}',
        ' \t\r\n{ "type" :\n"Hard" }\r\n ',
        r'{"\u0074ype":"H\u0061rd"}',
        '{"type":"Soft","type":"Hard"}',
        b'{"type":"Hard"}',
        b'\xef\xbb\xbf {"type":"Hard"}\n',
        bytearray(b'{"type":"Hard"}'),
    ],
)
def test_json_that_is_read(text: Any) -> None:
    assert call.ResetPayload.from_json(text) == HARD


NOT_JSON = "FormationViolation: not JSON: "


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value: line 1 column 1 (char 0)"),
        (" \n", "Expecting value: line 2 column 1 (char 2)"),
        ("Hard", "Expecting value: line 1 column 1 (char 0)"),
        ('{"type":"Hard"', "Expecting ',' delimiter: line 1 column 15 (char 14)"),
        ('{"type":"Hard"}x', "Extra data: line 1 column 16 (char 15)"),
        ('{"type":"Hard"}\n{}', "Extra data: line 2 column 1 (char 16)"),
        ('{"type":"Hard"}\0', "Extra data: line 1 column 16 (char 15)"),
        ('{"type":"Hard"}\xa0', "Extra data: line 1 column 16 (char 15)"),
        (
            '{"type":"Ha\nrd"}',
            "Invalid control character at: line 1 column 12 (char 11)",
        ),
        ('{"type":"\\x"}', "Invalid \\escape: line 1 column 10 (char 9)"),
        ("{'type':'Hard'}", "Expecting property name enclosed in double quotes"),
        ('\ufeff{"type":"Hard"}', "Unexpected UTF-8 BOM (decode using utf-8-sig)"),
        (b"", "Expecting value: line 1 column 1 (char 0)"),
        (
            b"\xff",
            "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
        ),
        (b'{"type":"\xc3"}', "'utf-8' codec can't decode byte 0xc3"),
        ("{}".encode("utf-16")[:-1], "'utf-16-le' codec can't decode"),
        *(
            (text.format(number), f"{number} is no number in JSON")
            for text in ("{}", " {}", '{{"type":{}}}', '{{"a":{{"type":[1,{}]}}}}')
            for number in ("NaN", "Infinity", "-Infinity")
        ),
        (b'{"type":NaN}', "NaN is no number in JSON"),
        ('{"type":"Hard","x":NaN}', "NaN is no number in JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        (None, "the JSON object must be str, bytes or bytearray, not NoneType"),
        (7, "the JSON object must be str, bytes or bytearray, not int"),
        ({"type": "Hard"}, "the JSON object must be str, bytes or bytearray, not dict"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_text_that_is_no_json(text: Any, reason: str) -> None:
    for unknown in ("raise", "ignore"):
        said = error_of(OCPP, call.ResetPayload.from_json, text, unknown)
        assert said.startswith(NOT_JSON + reason)


@pytest.mark.parametrize("text", ["[]", "1", "null", '"Hard"', "true", "1e400"])
def test_json_that_is_no_object(text: str) -> None:
    for cls in (call.ResetPayload, call.HeartbeatPayload, datatypes.SampledValue):
        said = error_of(OCPP, cls.from_json, text)
        assert said.startswith("TypeConstraintViolation: expected a JSON object, got ")


@pytest.mark.parametrize(
    "number",
    ["1e400", "-1e999", "9" * 5000, "-" + "9" * 5000],
    ids=lambda text: text[:6],
)
def test_text_with_numbers_beyond_all_floats(number: str, lockers: Package) -> None:
    report = class_of(lockers, "call.Report")
    for field, value in (
        *(
            ("humidity", "{}"),
            ("temperature", "{}"),
            ("weights", "[{}]"),
            ("counters", "[{}]"),
        ),
        *(("payload", "{}"), ("payload", '{{"a":[{}]}}'), ("extras", "[1,{}]")),
    ):
        text = f'{{"{field}":{value.format(number)}}}'
        said = error_of(lockers, report.from_json, text)
        assert re.fullmatch(
            rf"BadValue at {field}(\[.\])?: a number beyond all floats", said
        )
        assert report.from_json(f'{{"unknown":{number}}}', "ignore") == report()


def test_any_part_of_a_message_is_refused_or_read() -> None:
    text = json.dumps(meter_values({"value": "1", "unit": "kWh"}))
    for end in range(len(text)):
        assert error_of(OCPP, call.MeterValuesPayload.from_json, text[:end]).startswith(
            NOT_JSON
        )
        assert error_of(OCPP, call.MeterValuesPayload.from_json, text[:end].encode())


def nested(levels: int, kind: str) -> Any:
    """Return 1 in so many lists or objects."""
    value: Any = 1
    for _ in range(levels):
        value = [value] if kind == "list" else {"a": value}
    return value


def nested_text(levels: int, kind: str) -> str:
    start, end = ("[", "]") if kind == "list" else ('{"a":', "}")
    return f"{start * levels}1{end * levels}"


@pytest.fixture(params=["usual", "raised"])
def recursion_limit(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let a test run with the usual recursion limit, and with a high one."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(usual if request.param == "usual" else 50_000)
    yield request.param
    sys.setrecursionlimit(usual)


@pytest.mark.parametrize("kind", ["list", "object"])
@pytest.mark.parametrize("levels", [100, 101, 5000, 12_000])
def test_values_are_nested_at_most_100_levels_deep(
    levels: int, kind: str, lockers: Package, recursion_limit: str
) -> None:
    report = class_of(lockers, "call.Report")
    parcel = class_of(lockers, "Parcel")
    value = nested(levels, kind)
    expected = (
        "" if levels == 100 else "BadValue at {}: nested more than 100 levels deep"
    )
    for function, arguments in (
        (report.from_dict, [{"payload": value}]),
        (report(payload=value).to_dict, []),
        (report(payload=value).to_json, []),
        (report(payload=value).validate, []),
    ):
        assert outcome(lockers, function, *arguments) == expected.format("payload")
    extra = {"vendor": nested(levels - 1, kind)}  # an object with it is a level, too
    for function, arguments in (
        (parcel.from_dict, [{"size": "S", **extra}]),
        (parcel("S", extra=extra).to_dict, []),
        (parcel("S", extra=extra).to_json, []),
        (parcel("S", extra=extra).validate, []),
    ):
        assert outcome(lockers, function, *arguments) == expected.format("vendor")


@pytest.mark.parametrize("kind", ["list", "object"])
@pytest.mark.parametrize("levels", [100, 101, 900, 12_000, 100_000])
def test_text_is_nested_at_most_as_deep_as_values_and_as_python_reads(
    levels: int, kind: str, lockers: Package
) -> None:
    report = class_of(lockers, "call.Report")
    text = f'{{"payload":{nested_text(levels, kind)}}}'
    said = outcome(lockers, report.from_json, text)
    assert said == {
        100: "",
        101: "BadValue at payload: nested more than 100 levels deep",
        900: "BadValue at payload: nested more than 100 levels deep",
    }.get(levels, said)
    if levels > 900:  # it depends on the release how deep its parser goes
        assert said in (
            "BadValue at payload: nested more than 100 levels deep",
            "BadText: not JSON: nested too deeply",
        )


def test_values_that_hold_themselves_are_refused(lockers: Package) -> None:
    value: list[Any] = []
    value.append(value)
    made = class_of(lockers, "call.Report")(payload=value)
    for function in (made.to_dict, made.to_json, made.validate):
        said = error_of(lockers, function)
        assert said == "BadValue at payload: nested more than 100 levels deep"


def test_little_stack_gives_no_other_exception_for_a_value(lockers: Package) -> None:
    """Read and written, or a ValidationError: just below the recursion limit, too."""
    report = class_of(lockers, "call.Report")
    made = report(payload=nested(90, "list"))

    def deeper(frames: int, function: Any) -> str:
        if frames:
            return deeper(frames - 1, function)
        return outcome(lockers, function)

    report.from_dict({})  # loads what is loaded on first use
    outcome(lockers, report(payload=math.nan).to_json)
    room = sys.getrecursionlimit() - len(inspect.stack(0)) - 20
    said = {
        deeper(room - frames, function)
        for frames in range(20, 150)
        for function in (made.to_json, made.to_dict)
    }
    assert said == {"", "BadValue at payload: nested too deeply"}


# Fuzz

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["Accepted", "Hard", "S", TIME, "https://x", 1.0, 10.0, -0.0, 10**400])
)  # fmt: skip


@st.composite
def messages(draw: st.DrawFn, package: Package) -> tuple[Any, Any]:
    """Return a class and data that has something to do with it."""
    structure = draw(st.sampled_from(package.structures))
    wires = sorted({field.wire for each in package.structures for field in each.fields})
    keys = st.sampled_from(wires) | st.text(max_size=3)
    values = st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=12,
    )  # fmt: skip
    own = [field.wire for field in structure.fields]
    data = draw(values)
    if draw(st.booleans()):
        data = Maker(draw(st.integers(0, 9))).full(structure)
        chosen = st.sampled_from(own) | keys if own else keys
        data |= draw(st.dictionaries(chosen, values, max_size=3))
    return package.cls(structure), data


def check_any_message(package: Package, cls: Any, data: Any) -> None:
    text = json.dumps(data)
    for unknown in ("raise", "ignore"):
        said = outcome(package, cls.from_dict, data, unknown)
        told = outcome(package, cls.from_json, text, unknown)
        assert told == said if is_json(data) else "not JSON: " in told
        assert "can't be read" not in said
        if not said:
            made = cls.from_dict(data, unknown)
            assert told or made == cls.from_json(text, unknown)
            assert made == cls.from_dict(made.to_dict())
            assert made.to_dict() == json.loads(made.to_json())


@fuzz
@given(message=messages(OCPP))
def test_ocpp_messages_of_any_json(message: tuple[Any, Any]) -> None:
    check_any_message(OCPP, *message)


@fuzz
@given(data=st.data())
def test_messages_with_every_constraint_of_any_json(
    data: st.DataObject, lockers: Package
) -> None:
    check_any_message(lockers, *data.draw(messages(lockers)))


@fuzz
@given(
    text=st.text() | st.binary() | st.text('{}[]",:019.eE+-\\/utfalsn ', max_size=30)
)
def test_any_text_and_any_bytes(text: str | bytes) -> None:
    for cls in (call.HeartbeatPayload, call.MeterValuesPayload, datatypes.IdTagInfo):
        said = outcome(OCPP, cls.from_json, text)
        assert said or cls.from_json(text) == call.HeartbeatPayload()
        assert "can't be read" not in said


@fuzz
@given(data=st.data())
def test_messages_with_a_character_changed(data: st.DataObject) -> None:
    text = json.dumps(meter_values({"value": "1", "phase": "L1"}, transactionId=7))
    at = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.text(max_size=2))
    for broken in (text[:at] + put + text[at:], text[:at] + put + text[at + 1 :]):
        said = outcome(OCPP, call.MeterValuesPayload.from_json, broken)
        assert "can't be read" not in said


@pytest.mark.parametrize("package", [OCPP], ids=["ocpp"])
def test_every_class_reads_what_it_writes(package: Package) -> None:
    for structure in package.structures:
        maker = Maker(title(structure))
        for _ in range(5):
            data = maker.message(structure)
            made = package.cls(structure).from_dict(data)
            assert type(made).from_dict(made.to_dict()) == made
            assert type(made).from_json(made.to_json()) == made
            assert made.to_dict() == data


# What is loaded when


def run(program: str) -> str:
    """Return what a program says that has the package as `v16`."""
    done = subprocess.run(
        [sys.executable, "-S", "-W", "error", "-c", program],
        env=os.environ | {"PYTHONPATH": str(ROOT / "generated" / "ocpp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_each_part_of_the_codec_and_explanations_are_loaded_on_first_use() -> None:
    program = """
import sys
def late():
    return {name for name in sys.modules if name.startswith("v16._codec.")}
import v16
from v16 import call, call_result, datatypes, enums, errors
request = call.ResetPayload(enums.ResetType.hard)
assert request == call.ResetPayload("Hard") and repr(request)
unused = {"v16._codec", "v16._values", "v16._explain"}
assert not late() and not unused & set(sys.modules)
text = request.to_json()
shared = {"v16._codec.shared", "v16._codec.decode_enums"}
writing = {f"v16._codec.write_{name}" for name in ("call", "datatypes", "enums")}
assert late() == shared | writing, late()
assert call.ResetPayload.from_json(text) == request
reading = {f"v16._codec.decode_{name}" for name in ("call", "datatypes", "enums")}
assert late() == shared | writing | reading, late()
assert "v16._explain" not in sys.modules
try:
    call.ResetPayload("Medium").to_dict()
except errors.ValidationError:
    assert "v16._explain" in sys.modules
    print("done")
"""
    assert run(program) == "done\n"


def test_first_message_loads_less_than_half_of_the_codec() -> None:
    """Where no compiled modules can be kept, this is compiled each time."""
    program = """
import sys
from pathlib import Path
from v21 import call
try:
    call.TransactionEvent.from_dict({})
except ValueError:
    pass
def lines(files):
    return sum(len(Path(file).read_text("utf-8").splitlines()) for file in files)
loaded = [m.__file__ for name, m in sys.modules.items() if name.startswith("v21._codec")]
print(lines(loaded) / lines(Path(call.__file__).parent.glob("_codec/*.py")))
"""
    assert 0 < float(run(program)) < 0.5


@pytest.mark.parametrize(
    "use",
    [
        "call.ResetPayload('Hard').to_dict()",
        "call.ResetPayload('Hard').to_json()",
        "call.ResetPayload('Hard').validate()",
        "call.ResetPayload.from_dict({'type': 'Hard'})",
        "call.ResetPayload.from_dict({'type': 'Hard', 'x': 1}, 'ignore')",
        'call.ResetPayload.from_json(\'{"type":"Hard"}\')',
        "type('Own', (call.ResetPayload,), {}).from_dict({'type': 'Hard'})",
        "type('Own', (call.ResetPayload,), {})('Hard').to_dict()",
        "type('Own', (call.ResetPayload,), {}).from_json('{\"type\":\"Hard\"}')",
        "assert_wrong(lambda: call.ResetPayload.from_dict({}))",
        "assert_wrong(lambda: call.ResetPayload.from_json('{'))",
        "assert_wrong(lambda: call.ResetPayload(None).to_json())",
    ],
)
def test_any_method_may_be_the_first(use: str) -> None:
    program = f"""
from v16 import call, errors
def assert_wrong(function):
    try:
        function()
    except errors.ValidationError:
        return
    raise AssertionError
{use}
print("done")
"""
    assert run(program) == "done\n"


def test_the_standard_library_is_all_that_is_loaded() -> None:
    program = """
import sys
from v16 import call, errors
request = call.MeterValuesPayload.from_json('{"connectorId":1,"meterValue":[]}')
request.to_json()
try:
    call.MeterValuesPayload(None, 1).validate()
except errors.ValidationError:
    names = {name.partition(".")[0] for name in sys.modules}
    print(names - set(sys.stdlib_module_names))
"""
    assert run(program).strip() in ("{'v16', '__main__'}", "{'__main__', 'v16'}")
