"""Messages and datatypes as Python objects: dataclasses that do what dataclasses do."""

from __future__ import annotations

import copy
import dataclasses
import enum
import json
import pickle
import typing
from pathlib import Path
from typing import Any

import pytest
from messages import (
    Maker,
    Package,
    Structure,
    checked_in_package,
    rendered_package,
    structures_of,
    title,
)
from specs import load_text

from generator.spec.load import load
from generator.spec.model import Datatype, Value
from generator.spec.source import read_source

ROOT = Path(__file__).resolve().parents[2]
SPEC_FILE = ROOT / "spec" / "ocpp16.yaml"
OCPP = checked_in_package(SPEC_FILE, ROOT / "generated")
SPECS = {"ocpp": load(read_source(SPEC_FILE)), "lockers": load_text()}
ValidationError = OCPP.module("errors").ValidationError
base = OCPP.module("_base")
call = OCPP.module("call")
datatypes = OCPP.module("datatypes")
enums = OCPP.module("enums")

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
        "ocpp": OCPP,
        "lockers": rendered_package(SPECS["lockers"], folder, "lockers_objects"),
    }


def full(package: Package, structure: Structure) -> Any:
    """Return an object with every field."""
    data = Maker(title(structure)).full(structure)
    return package.cls(structure).from_dict(data)


# Every class


@by_class
def test_equal_objects_are_those_with_equal_fields(
    name: str, structure: Structure, packages: dict[str, Package]
) -> None:
    one, same = (full(packages[name], structure) for _ in range(2))
    assert one == same
    assert one is not same
    for field in structure.fields:
        other = dataclasses.replace(one, **{field.name: object()})
        assert other != one
    assert one != object()
    assert one != Maker(title(structure)).full(structure)


@by_class
def test_copies_are_equal_and_of_their_own(
    name: str, structure: Structure, packages: dict[str, Package]
) -> None:
    made = full(packages[name], structure)
    assert copy.copy(made) == made
    deep = copy.deepcopy(made)
    assert deep == made
    assert deep.to_json() == made.to_json()
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(made, protocol)) == made
    for field in structure.fields:
        if field.value.items or field.value.datatype:
            assert getattr(deep, field.name) is not getattr(made, field.name)


@by_class
def test_classes_are_slotted_dataclasses_with_the_fields_of_the_spec(
    name: str, structure: Structure, packages: dict[str, Package]
) -> None:
    made = full(packages[name], structure)
    assert not hasattr(made, "__dict__")
    with pytest.raises(AttributeError):
        made.no_such_field = 1
    names = [field.name for field in structure.fields]
    if isinstance(structure, Datatype) and structure.open:
        names.append("extra")
    assert [field.name for field in dataclasses.fields(made)] == names
    assert type(made).__match_args__ == tuple(names)
    assert list(dataclasses.asdict(made)) == names
    assert dataclasses.replace(made) == made


@by_class
def test_repr_is_that_of_a_dataclass(
    name: str, structure: Structure, packages: dict[str, Package]
) -> None:
    made = full(packages[name], structure)
    shown = repr(made)
    for field in structure.fields:
        assert f"{field.name}={getattr(made, field.name)!r}" in shown
    cls = type(made)
    names = {"__qualname__": cls.__qualname__}
    twin: Any = dataclasses.make_dataclass("Twin", (), bases=(cls,), namespace=names)
    assert "__repr__" in vars(twin)
    fields = {
        field.name: getattr(made, field.name) for field in dataclasses.fields(made)
    }
    assert repr(twin(**fields)) == shown


@by_class
def test_type_hints_resolve_to_what_the_spec_says(
    name: str, structure: Structure, packages: dict[str, Package]
) -> None:
    package = packages[name]
    hints = typing.get_type_hints(package.cls(structure))
    for field in structure.fields:
        hint: Any = python_type(package, field.value)
        assert hints[field.name] == (hint if field.required else hint | None)
    assert len(hints) == len(dataclasses.fields(package.cls(structure)))


def python_type(package: Package, value: Value) -> Any:
    if value.items:
        return list[python_type(package, value.items)]  # type: ignore[misc]
    if value.ref:
        module = "datatypes" if value.datatype else "enums"
        return getattr(package.module(module), value.type)
    types = {"str": str, "int": int, "float": float, "bool": bool, "any": Any}
    return types[value.type]


@by_class
def test_constructor_checks_and_converts_nothing(
    name: str, structure: Structure, packages: dict[str, Package]
) -> None:
    cls = packages[name].cls(structure)
    anything = [object() for _ in structure.fields]
    made = cls(*anything)
    assert [getattr(made, field.name) for field in structure.fields] == anything
    named = {f.name: each for f, each in zip(structure.fields, anything, strict=True)}
    assert cls(**named) == made
    required = {field.name: None for field in structure.fields if field.required}
    for field in structure.fields:
        assert getattr(cls(**required), field.name) is None
    wrong = packages[name].module("errors").ValidationError
    if structure.fields:
        for method in (made.to_dict, made.to_json, made.validate):
            with pytest.raises(wrong):
                method()


@by_class
def test_subclasses_read_themselves_and_write_as_their_base(
    name: str, structure: Structure, packages: dict[str, Package]
) -> None:
    made = full(packages[name], structure)
    cls = packages[name].cls(structure)
    own: Any = type("Own", (cls,), {"note": "a class attribute"})
    read = own.from_dict(made.to_dict())
    assert type(read) is own
    assert read.to_dict() == made.to_dict()
    assert read.to_json() == made.to_json()
    assert type(own.from_json(made.to_json())) is own
    child: Any = type("Child", (own,), {})
    assert type(child.from_dict(made.to_dict())) is child
    assert type(cls.from_dict(made.to_dict())) is cls
    with pytest.raises(packages[name].module("errors").ValidationError):
        own.from_dict([])


# By example

STATUS = call.StatusNotificationPayload(
    connector_id=1,
    error_code=enums.ChargePointErrorCode.no_error,
    status=enums.ChargePointStatus.charging,
    timestamp="2026-01-31T12:00:00Z",
)


def test_repr_reads_as_a_call() -> None:
    assert repr(call.ResetPayload("Hard")) == "ResetPayload(type='Hard')"
    names = {**vars(datatypes), **vars(enums)}
    info = datatypes.IdTagInfo("Accepted", parent_id_tag="x")
    assert eval(repr(info), names) == info


def test_equality_is_that_of_a_dataclass() -> None:
    nan = float("nan")
    one, same = (datatypes.ChargingSchedulePeriod(0, nan) for _ in range(2))
    assert one == same
    assert one != datatypes.ChargingSchedulePeriod(0, float("nan"))
    own = type("Own", (datatypes.ChargingSchedulePeriod,), {})
    assert own(0, nan) != one
    assert own(0, nan) == own(0, nan)
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


def test_repr_of_an_object_within_itself_ends() -> None:
    made = call.ResetPayload("Hard")
    made.type = [made]
    assert repr(made) == "ResetPayload(type=[...])"


def test_fields_can_be_assigned() -> None:
    made = call.ResetPayload("Medium")
    made.type = enums.ResetType.soft
    assert made.to_dict() == {"type": "Soft"}


def test_replace_changes_one_field() -> None:
    faulted = dataclasses.replace(STATUS, status=enums.ChargePointStatus.faulted)
    assert faulted.to_dict() == STATUS.to_dict() | {"status": "Faulted"}
    with pytest.raises(TypeError):
        dataclasses.replace(STATUS, state="Faulted")


def test_asdict_gives_names_of_python_and_members() -> None:
    info = datatypes.AuthorizationData("x", datatypes.IdTagInfo("Accepted"))
    assert dataclasses.asdict(info) == {
        "id_tag": "x",
        "id_tag_info": {
            "status": "Accepted",
            "parent_id_tag": None,
            "expiry_date": None,
        },
    }


def test_messages_match_patterns() -> None:
    match STATUS:
        case call.StatusNotificationPayload(connector_id=0):
            matched = "the whole charge point"
        case call.StatusNotificationPayload(
            number, status=enums.ChargePointStatus.charging
        ):
            matched = f"connector {number} is charging"
        case _:
            matched = "something else"
    assert matched == "connector 1 is charging"


def test_positional_arguments_follow_the_order_of_the_fields() -> None:
    made = call.StatusNotificationPayload(
        1, "NoError", "Charging", "2026-01-31T12:00:00Z"
    )
    assert made.to_json() == STATUS.to_json()


def test_objects_with_equal_fields_of_other_classes_are_not_equal() -> None:
    assert call.ClearCachePayload() != call.HeartbeatPayload()
    assert call.ClearCachePayload() == call.ClearCachePayload()


def test_members_compare_equal_to_their_values_and_survive_copies() -> None:
    read = call.ResetPayload.from_dict({"type": "Hard"})
    assert read == call.ResetPayload("Hard")
    for made in (copy.deepcopy(read), pickle.loads(pickle.dumps(read))):
        assert made.type is enums.ResetType.hard


def test_extra_fields_take_part_in_copies_and_comparison(
    packages: dict[str, Package],
) -> None:
    parcel = packages["lockers"].module("datatypes").Parcel
    made = parcel("S", extra={"vendor": [1]})
    deep = copy.deepcopy(made)
    assert pickle.loads(pickle.dumps(made)) == deep == made
    deep.extra["vendor"].append(2)
    assert deep != made
    assert made.to_dict() == {"size": "S", "vendor": [1]}


class Text(str):
    __slots__ = ()


class Status(enum.StrEnum):
    """Another library's members."""

    ACCEPTED = "Accepted"


class Number(enum.IntEnum):
    SEVEN = 7


def test_subclasses_of_plain_types_are_written_as_these() -> None:
    made = call.StartTransactionPayload(
        Number.SEVEN, Text("x"), True, Text("2026-01-31T12:00:00Z")
    )
    with pytest.raises(
        ValidationError, match="meterStart: expected a whole number, got true"
    ):
        made.to_dict()
    made.meter_start = 2.0
    data = made.to_dict()
    assert {type(value) for value in data.values()} == {int, str}
    assert json.loads(made.to_json()) == data
    info = datatypes.IdTagInfo(Status.ACCEPTED)
    assert type(info.to_dict()["status"]) is str
    assert info.to_json() == '{"status":"Accepted"}'


def test_reading_takes_members_too() -> None:
    info = datatypes.IdTagInfo.from_dict({"status": Status.ACCEPTED})
    assert info.status is enums.AuthorizationStatus.accepted


class OwnInfo(datatypes.IdTagInfo):  # type: ignore[misc, name-defined]
    """A user's datatype with a method."""

    @property
    def is_accepted(self) -> bool:
        return bool(self.status == "Accepted")


def test_datatypes_of_the_user_are_written_inside_messages() -> None:
    info = OwnInfo.from_dict({"status": "Accepted"})
    assert info.is_accepted
    result = OCPP.module("call_result").AuthorizePayload(info)
    assert result.to_json() == '{"idTagInfo":{"status":"Accepted"}}'
    assert (
        type(type(result).from_json(result.to_json()).id_tag_info)
        is datatypes.IdTagInfo
    )


def test_what_is_read_and_written_shares_no_lists_with_the_caller() -> None:
    data = {"key": ["a"]}
    read = call.GetConfigurationPayload.from_dict(data)
    written = read.to_dict()
    data["key"].append("b")
    written["key"].append("c")
    assert read.key == ["a"]


def test_bases_without_fields_are_no_messages() -> None:
    for cls in (base.Payload, base.Structure):
        for use in (lambda cls=cls: cls.from_dict({}), cls().to_dict, cls().to_json):
            with pytest.raises(TypeError, match="is no class of a message or datatype"):
                use()


# The error


def test_validation_error_has_code_path_and_reason() -> None:
    with pytest.raises(ValidationError) as caught:
        call.ResetPayload.from_dict({"type": "Medium"})
    error = caught.value
    assert error.code == "PropertyConstraintViolation"
    assert error.path == "type"
    assert error.reason == "'Medium' is not one of Hard, Soft"
    assert (
        str(error)
        == "PropertyConstraintViolation at type: 'Medium' is not one of Hard, Soft"
    )


def test_validation_error_of_the_message_itself_has_no_path() -> None:
    error = ValidationError("TypeConstraintViolation", "", "expected an object")
    assert str(error) == "TypeConstraintViolation: expected an object"
    assert error.path == ""


def test_validation_error_is_a_value_error_that_can_be_pickled_and_copied() -> None:
    error: Any = ValidationError("Code", "a[1].b", "wrong")
    assert issubclass(ValidationError, ValueError)
    for other in (
        copy.copy(error),
        copy.deepcopy(error),
        pickle.loads(pickle.dumps(error)),
    ):
        assert type(other) is ValidationError
        assert (other.code, other.path, other.reason) == ("Code", "a[1].b", "wrong")
        assert str(other) == str(error) == "Code at a[1].b: wrong"


def test_validation_error_hides_what_happened_inside() -> None:
    for function in (
        lambda: call.ResetPayload.from_dict({}),
        lambda: call.ResetPayload.from_json("{"),
        call.ResetPayload(None).to_dict,
        call.ResetPayload(None).to_json,
    ):
        with pytest.raises(ValidationError) as caught:
            function()
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__
