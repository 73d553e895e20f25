"""Every way to subclass a message or datatype works with every method.

Each test has a package that nobody has used yet, since what is loaded or made on first
use could depend on what was used before.
"""

from __future__ import annotations

import abc
import copy
import dataclasses
import pickle
import sys
from collections.abc import Callable, Iterator
from dataclasses import InitVar, dataclass, field
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import pytest
from generated_modules import load_package

GENERATED = Path(__file__).resolve().parents[2] / "generated" / "ocpp"
NUMBERS = count()
BOOT = {"chargePointModel": "M", "chargePointVendor": "V"}
BOOT_TEXT = '{"chargePointModel":"M","chargePointVendor":"V"}'

Base = Any  # a class that the type checker doesn't know
T = TypeVar("T")


@pytest.fixture
def base() -> Iterator[Base]:
    """Return BootNotification of a package that nobody has used yet."""
    name = f"subclassed_{next(NUMBERS)}"
    load_package(GENERATED / "v16", name)
    yield import_module(f"{name}.call").BootNotificationPayload
    for module in [each for each in sys.modules if each.partition(".")[0] == name]:
        del sys.modules[module]


def check(cls: Any, made: Any) -> None:
    """Assert that every method works with a subclass, and an object that it has made."""
    assert type(made) is cls
    assert made.to_dict() == BOOT
    assert made.to_json() == BOOT_TEXT
    made.validate()
    for read in (
        cls.from_dict(BOOT),
        cls.from_json(BOOT_TEXT),
        cls.from_json(BOOT_TEXT.encode()),
        cls.from_dict({**BOOT, "x": 1}, "ignore"),
    ):
        assert type(read) is cls
        assert read.to_dict() == BOOT
        assert read.charge_point_model == "M"
        assert read.meter_type is None
        assert repr(read).startswith(f"{cls.__qualname__}(charge_point_model='M', ")
        assert read == copy.copy(read) == copy.deepcopy(read)
    with pytest.raises(ValueError, match="chargePointVendor: required, but missing"):
        cls.from_dict({"chargePointModel": "M"})
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)


# Constructors of one's own


def with_super(base: Base) -> tuple[Any, Any]:
    class Boot(base):  # type: ignore[misc]
        def __init__(self, model: str) -> None:
            super().__init__(charge_point_model=model, charge_point_vendor="V")

    return Boot, Boot("M")


def with_any_arguments(base: Base) -> tuple[Any, Any]:
    class Boot(base):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)

    return Boot, Boot("M", charge_point_vendor="V")


def without_super(base: Base) -> tuple[Any, Any]:
    class Boot(base):  # type: ignore[misc]
        def __init__(self, model: str) -> None:
            for name in self.__match_args__:
                setattr(self, name, None)
            self.charge_point_model, self.charge_point_vendor = model, "V"

    return Boot, Boot("M")


def at_two_levels(base: Base) -> tuple[Any, Any]:
    parent, _ = with_super(base)

    class Boot(parent):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            super().__init__("M")

    return Boot, Boot()


def with_new(base: Base) -> tuple[Any, Any]:
    class Boot(base):  # type: ignore[misc]
        def __new__(cls, *_: Any, **__: Any) -> Any:
            return super().__new__(cls)

    return Boot, Boot("M", "V")


def with_slots(base: Base) -> tuple[Any, Any]:
    class Boot(base):  # type: ignore[misc]
        __slots__ = ("note",)

    made = Boot("M", "V")
    made.note = 1
    return Boot, made


def with_attributes(base: Base) -> tuple[Any, Any]:
    class Boot(base):  # type: ignore[misc]
        limit = 7

        @property
        def name(self) -> str:
            return f"{self.charge_point_vendor} {self.charge_point_model}"

    made = Boot("M", "V")
    made.seen_at = 1.5
    assert (made.name, made.limit, made.seen_at) == ("V M", 7, 1.5)
    return Boot, made


def with_mixin_first(base: Base) -> tuple[Any, Any]:
    class Named:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.name = "N"

    class Boot(Named, base):  # type: ignore[misc]
        pass

    made = Boot("M", "V")
    assert made.name == "N"
    return Boot, made


def with_mixin_last(base: Base) -> tuple[Any, Any]:
    class Named:
        def name(self) -> str:
            return "N"

    class Boot(base, Named):  # type: ignore[misc]
        pass

    return Boot, Boot("M", "V")


def with_abstract_mixin(base: Base) -> tuple[Any, Any]:
    class Named(abc.ABC):
        @abc.abstractmethod
        def name(self) -> str: ...

    class Boot(base, Named):  # type: ignore[misc]
        def name(self) -> str:
            return "N"

    return Boot, Boot("M", "V")


def with_generic(base: Base) -> tuple[Any, Any]:
    class Boot(base, Generic[T]):  # type: ignore[misc]
        pass

    return Boot, Boot[int]("M", "V")


PLAIN = [
    *(with_super, with_any_arguments, without_super, at_two_levels, with_new),
    *(with_slots, with_attributes, with_abstract_mixin, with_generic),
    *(with_mixin_first, with_mixin_last),
]


@pytest.mark.parametrize("way", PLAIN, ids=lambda way: way.__name__)
def test_plain_subclass_works_with_every_method(
    way: Callable[[Base], tuple[Any, Any]], base: Base
) -> None:
    cls, made = way(base)
    check(cls, made)
    assert cls.__match_args__ == base.__match_args__


@pytest.mark.parametrize("way", PLAIN, ids=lambda way: way.__name__)
def test_reading_may_come_before_any_constructor(
    way: Callable[[Base], tuple[Any, Any]], base: Base
) -> None:
    cls, _ = way(base)
    assert type(cls.from_dict(BOOT)) is cls
    check(*way(base))


def test_what_a_constructor_written_by_hand_sets_stays_unset(base: Base) -> None:
    class Boot(base):  # type: ignore[misc]
        def __init__(self, **fields: Any) -> None:
            super().__init__(**fields)
            self.note = "N"

    assert not hasattr(Boot.from_dict(BOOT), "note")
    assert Boot(charge_point_model="M", charge_point_vendor="V").note == "N"
    assert "stays unset" in base.from_dict.__doc__


# Dataclasses


OPTIONS: list[dict[str, Any]] = [
    {},
    {"slots": True},
    {"slots": True, "repr": False, "eq": False},
    {"kw_only": True},
    {"kw_only": True, "eq": False, "repr": False},
    {"slots": True, "weakref_slot": True},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_dataclass_has_its_own_defaults_made_or_read(
    options: dict[str, Any], base: Base
) -> None:
    @dataclass(**options)
    class Boot(base):  # type: ignore[misc]
        note: str = "N"
        seen: list[int] = field(default_factory=list)
        count: int = field(default=3, init=False)
        names: ClassVar[list[str]] = []

    made, other = (
        Boot(charge_point_model="M", charge_point_vendor="V") for _ in range(2)
    )
    check(Boot, made)
    read, again = Boot.from_dict(BOOT), Boot.from_json(BOOT_TEXT)
    assert read == made == again == other
    assert (read.note, read.seen, read.count) == ("N", [], 3)
    read.seen.append(1)
    assert (again.seen, made.seen) == ([], [])
    assert read != made
    assert "note='N', seen=[1], count=3" in repr(read)
    assert dataclasses.replace(made, note="O").note == "O"
    assert dataclasses.asdict(made)["seen"] == []
    again.note = "O"
    assert again != made
    assert again.to_dict() == BOOT


def test_fields_that_are_not_to_be_shown_or_compared_are_not(base: Base) -> None:
    @dataclass(slots=True, repr=False, eq=False)
    class Boot(base):  # type: ignore[misc]
        secret: str = field(default="S", repr=False)
        stamp: float = field(default=0.0, compare=False)

    made = Boot("M", "V")
    assert "secret" not in repr(made)
    assert made == Boot("M", "V", stamp=1.0)
    assert made != Boot("M", "V", secret="T")


def test_post_init_runs_when_an_object_is_read(base: Base) -> None:
    @dataclass
    class Boot(base):  # type: ignore[misc]
        scale: InitVar[int] = 2
        name: str = field(init=False)
        length: int = 0

        def __post_init__(self, scale: int) -> None:
            self.name = f"{self.charge_point_vendor} {self.charge_point_model}"
            self.length = scale * len(self.name)

    for made in (Boot("M", "V"), Boot.from_dict(BOOT), Boot.from_json(BOOT_TEXT)):
        assert (made.name, made.length) == ("V M", 6)

    class Child(Boot):
        def __post_init__(self, scale: int) -> None:
            super().__post_init__(scale + 1)

    assert Child("M", "V").length == Child.from_dict(BOOT).length == 9


def test_post_init_of_a_class_that_is_no_dataclass_is_just_a_method(base: Base) -> None:
    class Boot(base):  # type: ignore[misc]
        def __post_init__(self) -> None:
            raise AssertionError

    check(Boot, Boot("M", "V"))


def test_what_a_post_init_raises_comes_out_as_it_is(base: Base) -> None:
    @dataclass
    class Boot(base):  # type: ignore[misc]
        def __post_init__(self) -> None:
            try:
                raise LookupError
            except LookupError as error:
                raise ValueError("no such vendor") from error

    with pytest.raises(ValueError, match=r"^no such vendor$") as caught:
        Boot.from_dict(BOOT)
    assert type(caught.value) is ValueError
    assert type(caught.value.__cause__) is LookupError
    with pytest.raises(ValueError, match="required, but missing"):
        Boot.from_dict({})


def test_init_var_without_default_is_said_to_have_none(base: Base) -> None:
    @dataclass(kw_only=True)
    class Boot(base):  # type: ignore[misc]
        scale: InitVar[int]

        def __post_init__(self, scale: int) -> None: ...

    with pytest.raises(TypeError, match=r"^Boot\.scale has no default$"):
        Boot.from_dict(BOOT)


def test_field_without_default_stays_unset(base: Base) -> None:
    @dataclass(kw_only=True)
    class Boot(base):  # type: ignore[misc]
        note: str

    read = Boot.from_dict(BOOT)
    assert not hasattr(read, "note")
    assert read.to_dict() == BOOT


def test_field_that_is_declared_anew_is_still_of_the_protocol(base: Base) -> None:
    @dataclass(slots=True)
    class Boot(base):  # type: ignore[misc]
        charge_point_vendor: str = "V"
        meter_type: str | None = "T"

    assert Boot("M").to_dict() == {**BOOT, "meterType": "T"}
    assert Boot.from_dict(BOOT).meter_type is None
    with pytest.raises(ValueError, match="chargePointVendor: required, but missing"):
        Boot.from_dict({"chargePointModel": "M"})


def test_dataclasses_may_be_mixed_in_and_subclassed(base: Base) -> None:
    @dataclass
    class Noted:
        note: str = "N"

    @dataclass
    class Boot(Noted, base):  # type: ignore[misc]
        more: int = 1

    class Child(Boot):
        pass

    for cls in (Boot, Child):
        names = [each.name for each in dataclasses.fields(cls)]
        assert names == [*base.__match_args__, "note", "more"]
        for made in (
            cls(charge_point_model="M", charge_point_vendor="V"),
            cls.from_dict(BOOT),
        ):
            assert (made.note, made.more) == ("N", 1)
            assert made.to_dict() == BOOT


def test_frozen_dataclass_can_not_be_made(base: Base) -> None:
    """Python says so: what is read and then set isn't frozen."""
    with pytest.raises(TypeError, match="cannot inherit frozen"):
        dataclass(frozen=True)(type("Boot", (base,), {}))


def test_hash_can_be_asked_for(base: Base) -> None:
    @dataclass(unsafe_hash=True)
    class Boot(base):  # type: ignore[misc]
        pass

    assert {Boot("M", "V"): 1}[Boot.from_dict(BOOT)] == 1


# What Python does with objects


def test_objects_of_subclasses_match_patterns(base: Base) -> None:
    @dataclass
    class Boot(base):  # type: ignore[misc]
        note: str = "N"

    match Boot.from_dict(BOOT):
        case Boot(model, "V", note=note):  # type: ignore[misc]
            assert (model, note) == ("M", "N")
        case _:
            raise AssertionError


def test_replace_makes_an_object_of_the_subclass(base: Base) -> None:
    cls, made = with_any_arguments(base)
    other = dataclasses.replace(made, charge_point_model="N")
    assert type(other) is cls
    assert other.charge_point_model == "N"
    if sys.version_info >= (3, 13):
        assert copy.replace(made, charge_point_model="N") == other


v16 = load_package(GENERATED / "v16", "subclassed_for_pickle")
PickledBase: Any = v16.REQUESTS["BootNotification"]


class Pickled(PickledBase):  # type: ignore[misc]
    def __init__(self, model: str) -> None:
        super().__init__(model, "V")
        self.note = "N"


@dataclass(slots=True)
class PickledData(PickledBase):  # type: ignore[misc]
    note: str = "N"


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_objects_of_subclasses_are_pickled_whole(protocol: int) -> None:
    for made in (Pickled("M"), PickledData("M", "V")):
        made.note = "O"
        for other in (
            pickle.loads(pickle.dumps(made, protocol)),
            copy.copy(made),
            copy.deepcopy(made),
        ):
            assert type(other) is type(made)
            assert other == made
            assert other.note == "O"


def test_datatypes_within_a_message_are_those_of_the_protocol(base: Base) -> None:
    package = import_module(base.__module__.partition(".")[0])

    @dataclass
    class Meter(package.call.MeterValuesPayload):  # type: ignore[misc, name-defined]
        note: str = "N"

    @dataclass
    class Value(package.datatypes.MeterValue):  # type: ignore[misc, name-defined]
        note: str = "N"

    sample = {"timestamp": "2026-01-31T12:00:00Z", "sampledValue": [{"value": "1"}]}
    data = {"connectorId": 1, "meterValue": [sample]}
    read = Meter.from_dict(data)
    assert type(read.meter_value[0]) is package.datatypes.MeterValue
    own = Value.from_dict(sample)
    assert own.note == "N"
    assert Meter(1, [own]).to_dict() == data


# The classes themselves


@pytest.mark.parametrize("version", ["v16", "v16_oca", "v201", "v21"])
def test_classes_have_what_the_standard_library_gives_a_dataclass(version: str) -> None:
    """`__repr__` and `__eq__`, which stand in the base, aside."""
    package = load_package(GENERATED / version, f"subclassed_{version}")
    for module in (package.datatypes, package.call, package.call_result):
        of_module = vars(module).values()
        cls: Any
        twin: Any
        for cls in [each for each in of_module if isinstance(each, type)]:
            if cls.__module__ != module.__name__:
                continue
            assert not {"__repr__", "__eq__", "__hash__", "__dict__"} & vars(cls).keys()
            twin = dataclasses.make_dataclass(
                cls.__name__,
                [(f.name, f.type, f) for f in map(copy.copy, dataclasses.fields(cls))],
                slots=True,
            )
            for name in ("__slots__", "__match_args__"):
                assert getattr(cls, name) == getattr(twin, name)
            defaults = (cls.__init__.__defaults__, twin.__init__.__defaults__)
            assert repr(defaults[0]) == repr(defaults[1])
            assert cls.__init__.__code__.co_code == twin.__init__.__code__.co_code


def test_base_of_all_is_shown_and_compared_like_the_others(base: Base) -> None:
    for cls in base.__mro__[1:3]:
        assert repr(cls()) == f"{cls.__name__}()"
        assert cls() == cls()
