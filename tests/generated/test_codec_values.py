"""Values that hosts have and JSON hasn't: Decimal, datetime; names of Python; long numbers."""

from __future__ import annotations

import decimal
import json
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import Package, checked_in_package, rendered_package
from specs import load_text

ROOT = Path(__file__).resolve().parents[2]
OCPP = checked_in_package(ROOT / "spec" / "ocpp16.yaml", ROOT / "generated")
OCPP21 = checked_in_package(ROOT / "spec" / "ocpp21.yaml", ROOT / "generated")
call = OCPP.module("call")
datatypes = OCPP.module("datatypes")


@pytest.fixture(scope="module")
def lockers(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return rendered_package(
        load_text(), tmp_path_factory.mktemp("lockers"), "lockers_values"
    )


@pytest.fixture
def report(lockers: Package) -> Any:
    return lockers.cls(lockers.structure("call.Report"))


def refusal(function: Any, *arguments: Any) -> str:
    """Return the text of the ValidationError that a call raises; empty if none."""
    try:
        function(*arguments)
    except ValueError as error:
        return str(error) if hasattr(error, "path") else repr(error)
    return ""


def refusals(made: Any) -> str:
    """Return what all three ways to write an object raise."""
    (said,) = {refusal(each) for each in (made.to_dict, made.to_json, made.validate)}
    return said


# Decimal


class Amount(Decimal):
    """A number of a class derived from Decimal that shows itself in its own way."""

    def __str__(self) -> str:
        return "amount"

    __repr__ = __str__


DECIMALS = [
    *("0", "-0", "1", "-1.50", "1E+3", "0.1", "0E-7", "1.7976931348623157E+308"),
    *("1E-400", "0.1000000000000000055511151231257827", "123456789012345678901234567890.5"),
]  # fmt: skip


@pytest.mark.parametrize("kind", [Decimal, Amount], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("text", DECIMALS)
def test_decimal_stays_one_and_is_written_exactly(
    text: str, kind: type[Decimal], report: Any
) -> None:
    for data in (
        {"humidity": kind(text)},
        {"payload": kind(text)},
        {"payload": {"a": [1, kind(text), {"b": kind(text)}, "x"]}},
        {"extras": [kind(text), None]},
    ):
        read = report.from_dict(data)
        assert read == report(**data)
        assert read.to_dict() == data
        again = json.loads(read.to_json(), parse_float=Decimal, parse_int=Decimal)
        assert repr(again) == repr(as_decimals(data))
        read.validate()
    read = report.from_dict({"humidity": kind(text)})
    assert (type(read.humidity), str(read.humidity)) == (Decimal, text)
    assert read.to_json() == f'{{"humidity":{text}}}'


def as_decimals(data: Any) -> Any:
    """Return data with plain Decimals for all numbers."""
    if isinstance(data, dict):
        return {key: as_decimals(value) for key, value in data.items()}
    if isinstance(data, list):
        return [as_decimals(value) for value in data]
    return Decimal(data) if isinstance(data, (int, Decimal)) else data


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("3.000", 3), ("-0.0", 0), ("1E+3", 1000)]
)
def test_decimal_without_fraction_is_a_whole_number(
    text: str, number: int, lockers: Package
) -> None:
    lock = call.UnlockConnectorPayload(Decimal(text))
    read = call.UnlockConnectorPayload.from_dict({"connectorId": Decimal(text)})
    for value in (lock.to_dict()["connectorId"], read.connector_id):
        assert (type(value), value) == (int, number)
    assert lock.to_json() == f'{{"connectorId":{number}}}'
    reserve = lockers.cls(lockers.structure("call.Reserve"))
    made = reserve.from_dict(
        {"grid": [[Decimal(text), 1]], "priority": Decimal("10.0")}
    )
    assert made.priority is lockers.module("enums").Priority.urgent
    assert made.grid == [[number, 1]]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("humidity", "NaN", "BadValue at humidity: nan is no number in JSON"),
        ("humidity", "sNaN", "BadValue at humidity: nan is no number in JSON"),
        ("humidity", "Infinity", "BadValue at humidity: a number beyond all floats"),
        ("humidity", "-1E+309", "BadValue at humidity: a number beyond all floats"),
        ("payload", "sNaN", "BadValue at payload: nan is no number in JSON"),
        ("payload", "1E+999999", "BadValue at payload: a number beyond all floats"),
        ("doors", "1", "BadType at doors: expected a list, got 1"),
        ("temperature", "-40.51", "BadValue at temperature: -40.51 is less than -40.5"),
        (
            "temperature",
            "20.30",
            "BadValue at temperature: 20.30 is not a multiple of 0.5",
        ),
    ],
)
def test_decimal_is_held_to_the_rules_of_numbers(
    field: str, value: str, said: str, report: Any
) -> None:
    assert refusals(report(**{field: Decimal(value)})) == said
    assert refusal(report.from_dict, {field: Decimal(value)}) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1.5", "TypeConstraintViolation at connectorId: expected a whole number, got 1.5"),
        ("1E-999999999", "TypeConstraintViolation at connectorId: "
         "expected a whole number, got 1E-999999999"),
        ("1E+999999999", "PropertyConstraintViolation at connectorId: "
         "a number beyond all floats"),
        ("NaN", "PropertyConstraintViolation at connectorId: nan is no number in JSON"),
    ],
)  # fmt: skip
def test_decimal_with_fraction_is_no_whole_number(value: str, said: str) -> None:
    """The exponents make a number of a billion digits where one calculates carelessly."""
    assert refusals(call.UnlockConnectorPayload(Decimal(value))) == said


def test_decimal_is_neither_text_nor_a_flag(lockers: Package) -> None:
    said = refusals(call.AuthorizePayload(Decimal("1.50")))
    assert said == "TypeConstraintViolation at idTag: expected text, got 1.50"
    reserve = lockers.cls(lockers.structure("call.Reserve"))
    said = refusals(reserve([], 0, quiet=Decimal(1)))
    assert said == "BadType at quiet: expected true or false, got 1"


def test_limits_are_those_of_the_spec_not_of_floats(tmp_path: Path) -> None:
    """0.1 as a float is more than 0.1, and 21.4 as a float no multiple of it."""
    field = "{type: float, minimum: 0.1, maximum: 0.3, multiple_of: 0.1}"
    spec = load_text(f"""
protocol: P
version: "1"
package: limits
errors: {{unknown_field: E, missing_field: E, wrong_count: E, wrong_type: E, wrong_value: E,
  not_json: E}}
actions:
  A: {{sender: client, request: {{x: {field}}}}}
""")  # fmt: skip
    package = rendered_package(spec, tmp_path, "limits_of_decimals")
    cls = package.cls(package.structure("call.A"))
    for text in ("0.1", "0.10", "0.2", "0.3", "0.300"):
        assert refusals(cls(Decimal(text))) == ""
    for text in (
        "0.0999999999999999999999",
        "0.3000000000000000000001",
        "0.15",
        "0.25",
    ):
        assert refusals(cls(Decimal(text))).startswith(f"E at x: {text} is ")
    # Tiny and long ones take no time.
    assert " is less than " in refusals(cls(Decimal("1E-999999999")))
    assert refusals(cls(Decimal("0.2" + "0" * 100_000))) == ""


@pytest.mark.parametrize("text", ["0E-999999999", "1E-999999999", "-1E-9999"])
def test_decimals_of_far_exponents_are_compared_and_divided_fast(
    text: str, report: Any
) -> None:
    made = report(temperature=Decimal(text))
    is_zero = text.startswith("0")
    assert refusals(made) == (
        "" if is_zero else f"BadValue at temperature: {text} is not a multiple of 0.5"
    )


@pytest.fixture(params=["usual", "strict"])
def context(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a test run in the usual context, and where everything inexact raises."""
    with decimal.localcontext() as context:
        if request.param == "strict":
            context.prec = 2
            for signal in context.traps:
                context.traps[signal] = True
        yield


@pytest.mark.usefixtures("context")
def test_context_of_the_host_makes_no_difference(report: Any) -> None:
    data = {
        "temperature": Decimal("20.500"),
        "humidity": Decimal("12.345"),
        "weights": [Decimal("21.40"), Decimal("123.4")],
        "counters": [Decimal("1E+6"), Decimal("100.0")],
        "payload": [Decimal("1.234567")],
    }
    made = report.from_dict(data)
    assert made.to_dict() == data
    assert made.to_json() == (
        '{"temperature":20.500,"humidity":12.345,"weights":[21.40,123.4],'
        '"counters":[1000000,100],"payload":[1.234567]}'
    )
    assert " is not a multiple of " in refusals(report(temperature=Decimal("20.501")))


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(number=st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_decimals_get_the_verdict_of_their_text(number: Decimal) -> None:
    """That text reads as a float, or as a Decimal, makes no difference."""
    period = datatypes.ChargingSchedulePeriod
    text = f'{{"startPeriod":0,"limit":{number}}}'
    exact = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    assert refusal(period.from_json, text) == refusal(period.from_dict, exact)
    written = period.from_dict(exact).to_json()
    assert json.loads(written, parse_float=Decimal)["limit"] == number


def test_no_decimals_are_loaded_for_messages_without() -> None:
    codec = OCPP.module("_codec").__file__
    values = OCPP.module("_values").__file__
    for file in (codec, values):
        lines = Path(file).read_text("utf-8").splitlines()
        assert not [
            line for line in lines if line.startswith(("import dec", "from dec"))
        ]


# datetime

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Moment(datetime):
    """A datetime of a host's own class."""


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOON, "2026-01-31T12:00:00Z"),
        (NOON.astimezone(timezone(timedelta(0), "GMT")), "2026-01-31T12:00:00Z"),
        (NOON.replace(microsecond=120_000), "2026-01-31T12:00:00.120000Z"),
        (
            NOON.replace(tzinfo=timezone(timedelta(hours=5, minutes=30))),
            "2026-01-31T12:00:00+05:30",
        ),
        (
            NOON.replace(tzinfo=timezone(-timedelta(hours=8)), microsecond=1),
            "2026-01-31T12:00:00.000001-08:00",
        ),
        (Moment(2026, 1, 31, 12, tzinfo=UTC), "2026-01-31T12:00:00Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
    ],
)
def test_aware_datetime_is_written_with_its_offset(moment: datetime, text: str) -> None:
    made = datatypes.MeterValue(moment, [datatypes.SampledValue("1")])
    data = {"timestamp": text, "sampledValue": [{"value": "1"}]}
    assert made.to_dict() == data
    assert json.loads(made.to_json()) == data
    made.validate()
    assert made.timestamp is moment
    assert type(made).from_json(made.to_json()).timestamp == text
    assert datetime.fromisoformat(text) == moment
    outer = call.MeterValuesPayload(1, [made])
    assert outer.to_dict() == {"connectorId": 1, "meterValue": [data]}


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (
            NOON.replace(tzinfo=None),
            "PropertyConstraintViolation at timestamp: "
            "a datetime without time zone tells no moment",
        ),
        (
            NOON.replace(tzinfo=timezone(timedelta(seconds=61))),
            "PropertyConstraintViolation at timestamp: "
            "'2026-01-31T12:00:00+00:01:01' is no ISO 8601 date-time",
        ),
        *(
            (
                other,
                "TypeConstraintViolation at timestamp: expected text, "
                f"got an object of class {type(other).__name__}",
            )
            for other in (date(2026, 1, 31), time(12, tzinfo=UTC), timedelta(1))
        ),
    ],
)
def test_other_moments_are_refused_with_a_reason(moment: Any, said: str) -> None:
    assert refusals(datatypes.MeterValue(moment, [])) == said


def test_datetime_is_held_to_the_limit_of_its_text(tmp_path: Path) -> None:
    spec = load_text("""
protocol: P
version: "1"
package: moments
errors: {unknown_field: E, missing_field: E, wrong_count: E, wrong_type: E, wrong_value: E,
  not_json: E}
actions:
  A:
    sender: client
    request:
      at: {type: str, format: date-time, max_length: 20}
      all: {type: list, items: {type: str, format: date-time}}
""")
    package = rendered_package(spec, tmp_path, "moments")
    cls = package.cls(package.structure("call.A"))
    assert cls(NOON, [NOON, "2026-01-31T12:00:00"]).to_json() == (
        '{"at":"2026-01-31T12:00:00Z",'
        '"all":["2026-01-31T12:00:00Z","2026-01-31T12:00:00"]}'
    )
    said = refusals(cls(NOON.replace(microsecond=1)))
    assert said == "E at at: 27 characters, at most 20 are allowed"
    said = refusals(cls(NOON, [NOON, NOON.replace(tzinfo=None)]))
    assert said == "E at all[1]: a datetime without time zone tells no moment"


def test_datetime_is_no_text_when_reading_or_where_no_date_time_belongs(
    report: Any,
) -> None:
    data = {"timestamp": NOON, "sampledValue": []}
    said = refusal(datatypes.MeterValue.from_dict, data)
    assert said == (
        "TypeConstraintViolation at timestamp: expected text, "
        "got an object of class datetime"
    )
    said = refusals(call.AuthorizePayload(NOON))
    assert said.endswith("idTag: expected text, got an object of class datetime")
    said = refusals(report(payload=[NOON]))
    assert said == (
        "BadType at payload: expected a value that JSON can hold, "
        "got an object of class datetime"
    )


# Whole numbers that Python doesn't write


@pytest.mark.parametrize(
    "number", [10**4300, -(10**4300), 10**5000], ids=["", "-", "+"]
)
def test_long_whole_numbers_are_refused_with_their_place(
    number: int, report: Any, lockers: Package
) -> None:
    parcel = lockers.cls(lockers.structure("Parcel"))
    digits = "9" * 4301 if number > 0 else "-" + "9" * 4301
    for cls, fields, path, text in (
        (report, {"humidity": number}, "humidity", f'{{"humidity":{digits}}}'),
        (
            report,
            {"counters": [0, number]},
            "counters[1]",
            f'{{"counters":[0,{digits}]}}',
        ),
        (report, {"payload": {"a": [number]}}, "payload", f'{{"payload":[{digits}]}}'),
        (
            parcel,
            {"size": "S", "extra": {"a": number}},
            "a",
            f'{{"size":"S","a":{digits}}}',
        ),
    ):
        made = cls(**fields)
        said = f"BadValue at {path}: a whole number of too many digits to be written"
        assert refusal(made.validate) == refusal(made.to_json) == said
        read = refusal(cls.from_json, text)
        assert read == f"BadValue at {path}: a number beyond all floats"


@pytest.mark.parametrize(
    "number", [10**4300 - 1, 1 - 10**4300, 10**309], ids=["most", "least", "more"]
)
def test_whole_numbers_of_4300_digits_pass(number: int, report: Any) -> None:
    made = report(humidity=number, payload=number)
    made.validate()
    assert report.from_json(made.to_json()) == made == report.from_dict(made.to_dict())


# Names of Python, and other names


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            {"requested_message": "Heartbeat"},
            "requestedMessage: required, but missing; "
            "'requested_message' is its name in Python",
        ),
        (
            {"RequestedMessage": "Heartbeat", "x": 1},
            "requestedMessage: required, but missing; "
            "did you mean it by 'RequestedMessage'?",
        ),
        ({"x": 1, "connector": 2}, "requestedMessage: required, but missing"),
        ({1: 2, None: 3}, "requestedMessage: required, but missing"),
        (
            {"requestedMessage": "Heartbeat", "connector_id": 1},
            "connector_id: unknown field, did you mean 'connectorId'?",
        ),
        (
            {"requestedMessage": "Heartbeat", "ConnectorID": 1},
            "ConnectorID: unknown field, did you mean 'connectorId'?",
        ),
        (
            {"requestedMessage": "Heartbeat", "connectorId": 1, "connector_id": 1},
            "connector_id: unknown field",
        ),
        ({"requestedMessage": "Heartbeat", "x": 1}, "x: unknown field"),
        ({"requestedMessage": "Heartbeat", 10**5000: 1}, "a huge number: unknown field"),
        ({"requestedMessage": "Heartbeat", "c" * 10**6: 1}, "c" * 100 + ": unknown field"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else "",
)  # fmt: skip
def test_name_that_is_meant_is_told(data: dict[Any, Any], said: str) -> None:
    whole = refusal(call.TriggerMessagePayload.from_dict, data)
    assert whole.partition(" at ")[2] == said


def test_names_of_python_are_told_for_every_field() -> None:
    """So also where the wire name isn't made of them: `file_name`, `limit_l2`."""
    wrong = OCPP21.module("errors").ValidationError
    for structure in OCPP21.structures:
        for field in structure.fields:
            if field.name == field.wire:
                continue
            with pytest.raises(wrong) as caught:
                OCPP21.cls(structure).from_dict({field.name: 1})
            if caught.value.path == field.name:
                said = f"unknown field, did you mean '{field.wire}'?"
                assert caught.value.reason == said
            elif caught.value.path == field.wire:
                said = f"required, but missing; '{field.name}' is its name in Python"
                assert caught.value.reason == said
            else:
                assert caught.value.reason.startswith("required, but missing")


def test_many_unknown_names_are_not_all_compared() -> None:
    data = {f"{'connectorI' * 9}{number}": 1 for number in range(200_000)}
    assert refusal(call.TriggerMessagePayload.from_dict, data).endswith("but missing")


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_numbers_that_are_none_in_json_keep_their_verdict_in_dicts(
    value: float, report: Any
) -> None:
    assert refusal(report.from_dict, {"humidity": value}).startswith("BadValue at hum")
    said = refusal(call.AuthorizePayload.from_dict, {"idTag": value})
    assert said == f"TypeConstraintViolation at idTag: expected text, got {value}"
