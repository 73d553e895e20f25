"""Reading and writing, the walk that explains errors, and jsonschema: never of two minds.

agree.py holds what is compared, and does it with as many messages as you like.
"""

from __future__ import annotations

import collections
import datetime
import enum
import functools
import itertools
import json
import math
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from agree import Comparison, endless, every_way
from messages import (
    DATE_TIMES,
    NO_DATE_TIMES,
    NO_URIS,
    URIS,
    Maker,
    Package,
    Structure,
    as_object,
    checked_in_package,
    checker_of,
    findings,
    is_date_time,
    is_multiple,
    is_uri,
    rendered_package,
    structures_of,
    title,
)
from specs import BASE, changed, load_text

from generator.spec.load import load
from generator.spec.model import Datatype
from generator.spec.source import read_source

ROOT = Path(__file__).resolve().parents[2]
OCPP = ROOT / "spec" / "ocpp16.yaml"
SPECS = {"ocpp": load(read_source(OCPP)), "lockers": load_text()}

by_class = pytest.mark.parametrize(
    ("name", "structure"),
    [
        pytest.param(name, structure, id=f"{name}-{title(structure)}")
        for name, spec in SPECS.items()
        for structure in structures_of(spec)
    ],
)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Package]:
    folder = tmp_path_factory.mktemp("lockers")
    return {
        "ocpp": checked_in_package(OCPP, ROOT / "generated"),
        "lockers": rendered_package(SPECS["lockers"], folder, "lockers_agreement"),
    }


# Messages


@by_class
def test_each_way_of_breaking_each_field_is_noticed_where_it_is(
    name: str, structure: Structure, packages: dict[str, Package]
) -> None:
    comparison = Comparison(packages[name], structure)
    for message in every_way(structure, title(structure)):
        comparison.compare(message)


@by_class
def test_random_messages_get_one_verdict(
    name: str, structure: Structure, packages: dict[str, Package]
) -> None:
    comparison = Comparison(packages[name], structure)
    count = 20 if name == "ocpp" else 120
    for message in itertools.islice(endless(structure, title(structure)), count):
        comparison.compare(message)


def test_messages_are_changed_in_every_way() -> None:
    """Guards the two tests above: no constraint without messages that break it."""
    ways = {
        (message.what.partition(":")[0], message.kind)
        for spec in SPECS.values()
        for structure in structures_of(spec)
        for message in every_way(structure, "1")
    }
    types = ("str", "int", "float", "bool", "list", "object")
    samples = ("null", "bool", "int", "whole", "float", "str", "list", "object")
    fits = {("int", "int"), ("whole", "int"), ("int", "float"), ("whole", "float")}
    assert ways >= {
        (f"{sample} for {base}", "wrong_type")
        for base in types
        for sample in samples
        if sample != base and (sample, base) not in fits
    }
    assert ways >= {
        ("not finite for int", "wrong_value"),
        ("not finite for float", "wrong_value"),
        ("not finite for str", "wrong_type"),
        ("without field", "missing_field"),
        ("unknown field", "unknown_field"),
        ("broken extra field", "wrong_value"),
        ("too few elements", "wrong_count"),
        ("too many elements", "wrong_count"),
        ("below minimum", "wrong_value"),
        ("above maximum", "wrong_value"),
        ("not a multiple", "wrong_value"),
        ("too long", "wrong_value"),
        ("no date-time", "wrong_value"),
        ("no uri", "wrong_value"),
        ("no member", "wrong_value"),
        ("member left out", "wrong_value"),
        ("broken value inside any", "wrong_value"),
    }
    assert ways >= {
        (what, "")
        for what in (
            *("member", "member as float", "longest text", "date-time", "uri"),
            *("least number", "greatest number", "at the limit", "multiple"),
            *("fewest elements", "most elements", "with extra field", "any value"),
            *("null for any", "without optional field", "with optional field"),
        )
    }


@pytest.mark.parametrize(
    ("cls", "old", "new"),
    [
        ("call.Deposit", "number: {type: str, required: true", "number: {type: str"),
        ("call.Deposit", "tracking_number: {", "trackingnumber: {"),
        ("call.Deposit", "max_length: 20", "max_length: 21"),
        ("call.Deposit", "max_length: 6", "max_length: 5"),
        ("call.Deposit", "format: date-time, ", ""),
        ("call.Deposit", "format: uri, ", ""),
        ("call.Deposit", "max_items: 4", "max_items: 3"),
        ("call.Deposit", "min_items: 1\n        max_items: 4", "max_items: 4"),
        ("call_result.Deposit", "except: [broken]", "except: [refused]"),
        ("call_result.Deposit", "minimum: 1, maximum: 400", "maximum: 400"),
        ("call_result.Deposit", "maximum: 400", "maximum: 401"),
        ("call.Report", "multiple_of: 0.5", "multiple_of: 0.25"),
        ("call.Report", "maximum: 85", "maximum: 85.5"),
        ("call.Report", "items: bool", "items: int"),
        ("call.Report", "items: int}", "items: any}"),
        ("call.Report", "minimum: 0, multiple_of: 0.1", "multiple_of: 0.1"),
        ("call.Reserve", "min_items: 2, items: {", "items: {"),
        ("call.Reserve", "items: {type: int, minimum: 0}", "items: int"),
        ("call.Reserve", "only: [stored, refused]", "only: [stored]"),
        ("call.Reserve", "only: [normal, urgent]", "only: [normal]"),
        ("call.Reserve", "urgent: 10", "urgent: 11"),
        ("Parcel", "multiple_of: 0.001", "multiple_of: 0.01"),
        ("Parcel", "    open: true\n", ""),
        ("Parcel", "large: L", "large: l"),
        ("Address", "max_length: 40", "max_length: 39"),
        ("Address", "minimum: -180, maximum: 180", "minimum: -180"),
    ],
)
def test_comparison_notices_code_of_another_spec(
    cls: str, old: str, new: str, packages: dict[str, Package]
) -> None:
    """Guards the tests above: they see each constraint that the code gets wrong."""
    lockers = packages["lockers"]
    other = Package(load_text(changed(BASE, (old, new))), lockers.folder, lockers.name)
    comparison = Comparison(other, other.structure(cls))

    def compare_all() -> None:
        for message in every_way(other.structure(cls), "1"):
            comparison.compare(message)

    with pytest.raises((AssertionError, TypeError)):
        compare_all()


# The second opinion itself


@pytest.mark.parametrize("text", DATE_TIMES)
def test_date_times(text: str) -> None:
    assert is_date_time(text)


@pytest.mark.parametrize("text", NO_DATE_TIMES, ids=ascii)
def test_no_date_times(text: str) -> None:
    assert not is_date_time(text)


def test_uris() -> None:
    assert [text for text in URIS if not is_uri(text)] == []
    assert [text for text in NO_URIS if is_uri(text)] == []


@pytest.mark.parametrize(
    ("number", "step", "expected"),
    [
        (0.3, 0.1, True),
        (21.4, 0.1, True),
        (1e-1, 0.1, True),
        (33.35, 0.1, False),
        (33.35, 0.05, True),
        (0.1 + 0.2, 0.1, False),
        (4.35, 0.01, True),
        (-7, 0.5, True),
        (10**30, 0.001, True),
        (1e-5, 0.001, False),
        (2.0**50 + 0.25, 0.1, True),  # written 1125899906842624.2
    ],
)
def test_multiples_are_those_of_the_numbers_as_written(
    number: float, step: float, expected: bool, packages: dict[str, Package]
) -> None:
    assert is_multiple(number, step) == expected
    ours = packages["lockers"].module("_values").is_multiple
    assert ours(number, str(step)) == expected


def test_findings_name_kind_and_place(packages: dict[str, Package]) -> None:
    checker = checker_of(packages["lockers"].structure("call.Deposit"))
    data = {
        "trackingNumber": "x" * 21,
        "codes": [],
        "parcel": {"history": [{"lines": [1]}], "other": math.inf},
        "expires": "soon",
        "volume": 1,
    }
    assert findings(checker, data) == {
        ("wrong_value", "trackingNumber"),
        ("wrong_count", "codes"),
        ("missing_field", "parcel.size"),
        ("wrong_type", "parcel.history[0].lines[0]"),
        ("wrong_value", "parcel.other"),
        ("wrong_value", "expires"),
        ("unknown_field", "volume"),
    }


# Objects with anything in their fields


class Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "something else"


class Whole(int):
    pass


class Real(float):
    pass


class Items(list[Any]):
    pass


class Names(enum.StrEnum):
    ACCEPTED = "Accepted"
    SMALL = "S"


class MixedNames(str, enum.Enum):  # noqa: UP042
    ACCEPTED = "Accepted"
    SMALL = "S"


class Numbers(enum.IntEnum):
    ONE = 1
    TEN = 10


class Flags(enum.IntFlag):
    ONE = 1
    TWO = 2


class PlainNames(enum.Enum):
    ACCEPTED = "Accepted"


RECURSIVE: list[Any] = []
RECURSIVE.append(RECURSIVE)

STRANGE: list[Any] = [
    *(None, True, False, 0, 1, -1, 10, 10.0, 3.0, 0.5, -0.0, 1e308),
    *(math.nan, math.inf, -math.inf, 10**400, -(10**400)),
    *("", "Accepted", "S", "x" * 3000, "\ud800", "\0", "2026-01-31T12:00:00Z"),
    *(Text("Accepted"), Text("S"), Text("x" * 3000), Text("a:"), Text("2026-01-31T12:00:00")),
    *(Whole(1), Whole(10), Whole(-1), Real(1.5), Real(3), Real("nan"), Flags(0), Flags(3)),
    *(Names.ACCEPTED, Names.SMALL, MixedNames.ACCEPTED, MixedNames.SMALL, PlainNames.ACCEPTED),
    *(Numbers.ONE, Numbers.TEN, 1j, datetime.datetime(2026, 1, 31), datetime.date(2026, 1, 31)),
    *(datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC), datetime.time(12)),
    *map(Decimal, ("1", "10.0", "-0", "0.5", "1.0E+3", "2E+400", "-2E+400")),
    *map(Decimal, ("NaN", "sNaN", "-Infinity")),
    *(b"x", bytearray(b"x"), (), ("a", "b"), set(), frozenset(), range(3), iter([])),
    *(object(), object, len, NotImplemented, ..., dict.fromkeys),
    *([], [None], [1], ["a"], [[]], [{}], [True, True], [1.0, 2.0], [[1, 2], [3, 4.0]]),
    *([math.nan], Items(["a"]), Items([1, 2]), [Names.SMALL], [Text("a")], [(1,)]),
    *([Whole(1), Numbers.TEN], [[Numbers.ONE, Whole(2)]], RECURSIVE),
    *({}, {"a": 1}, {1: 2}, {None: None}, {"a": (1,)}, {"a": {"b": math.nan}}),
    *(collections.OrderedDict(a=1), collections.defaultdict(list), collections.UserDict()),
    *({Names.SMALL: 1}, {Text("k"): [Text("v"), Numbers.ONE, Real(1)]}),
]  # fmt: skip


def with_strange_values(
    package: Package, names: Iterable[str], values: list[Any]
) -> Iterable[tuple[str, Any]]:
    """Return each name with each value; in OCPP's many classes each value once."""
    if package.name.startswith("lockers"):
        return itertools.product(names, values)
    return zip(itertools.cycle(names), values, strict=False)


def strange_objects(package: Package, structure: Structure) -> list[Any]:
    """Return objects that are right but for one attribute."""
    maker = Maker(title(structure))
    data = maker.full(structure)
    names = [field.name for field in structure.fields]
    if isinstance(structure, Datatype) and structure.open:
        names.append("extra")
    empty = package.cls(structure)(*[None] * len(structure.fields))
    values = [*STRANGE, empty, [empty]]
    others = package.structures[:6]
    values += [as_object(package, each, maker.full(each)) for each in others]
    made = [empty, object.__new__(package.cls(structure))]
    for name, value in with_strange_values(package, names, values):
        strange = as_object(package, structure, data)
        setattr(strange, name, value)
        made.append(strange)
    for name in names:
        lacking = as_object(package, structure, data)
        delattr(lacking, name)
        made.append(lacking)
    return made


def said(package: Package, function: Any) -> tuple[Any, tuple[str, str, str] | None]:
    """Return what a function returns, and what it raises; only ValidationError may be."""
    try:
        return function(), None
    except package.module("errors").ValidationError as error:
        return None, (error.code, error.path, error.reason)


@by_class
def test_writing_never_raises_anything_but_validation_error(
    name: str, structure: Structure, packages: dict[str, Package]
) -> None:
    package = packages[name]
    explain = package.module("_explain")
    cls = package.cls(structure)
    fields = structure.fields
    plain = [field.wire for field in fields if field.value.innermost.type != "any"]
    for strange in strange_objects(package, structure):
        data, wrong = said(package, strange.to_dict)
        text, wrong_text = said(package, strange.to_json)
        assert wrong == wrong_text == said(package, strange.validate)[1]
        if wrong is None:
            explain._walk_object(cls, strange, "", explain._check_sent)
            assert json.loads(text) == data
            assert cls.from_dict(data).to_dict() == data
            assert is_plain({wire: data[wire] for wire in plain if wire in data})
        else:
            assert "can't be written" not in wrong[2]


def is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def is_plain(value: Any) -> bool:
    """Return whether a value and all inside is of the types of JSON, or a Decimal."""
    if type(value) is dict:
        return all(type(key) is str for key in value) and is_plain([*value.values()])
    if type(value) is list:
        return all(map(is_plain, value))
    return value is None or type(value) in (str, int, float, bool, Decimal)


@by_class
def test_reading_strange_values_never_raises_anything_but_validation_error(
    name: str, structure: Structure, packages: dict[str, Package]
) -> None:
    package = packages[name]
    cls = package.cls(structure)
    data = Maker(title(structure)).full(structure)
    names = (*data, "unknown")
    messages = [{**data, n: v} for n, v in with_strange_values(package, names, STRANGE)]
    messages += [{value: 1} for value in STRANGE if is_hashable(value)]
    for message in [*messages, *STRANGE]:
        for unknown in ("raise", "ignore"):
            _, wrong = said(package, functools.partial(cls.from_dict, message, unknown))
            assert wrong is None or "can't be read" not in wrong[2]
