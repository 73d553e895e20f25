"""Test vectors, run against a generated package: what is read, and what is written."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from messages import (
    Package,
    Structure,
    as_object,
    checked_in_package,
    held,
    rendered_package,
)

from generator.spec.load import load
from generator.spec.model import Datatype, Message, Spec, Value
from generator.spec.source import read_source
from generator.targets.vectors import artifacts

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "generated"
SPECS = {
    "v16": "ocpp16.yaml",
    "v16_oca": "ocpp16-oca.yaml",
    "v201": "ocpp201.yaml",
    "v21": "ocpp21.yaml",
}


class Vector(NamedTuple):
    """A message and what is said about it.

    Attributes:
        case: What it shows.
        text: The message as JSON text.
        data: The same parsed; None if the text is no JSON.
        code: The error code that it causes; empty if it is valid.
        path: Place of the error.
    """

    case: str
    text: str
    data: Any
    code: str
    path: str


Vectors = dict[tuple[str, str], list[Vector]]  # by action and kind


def vectors_in(text: str) -> Vectors:
    """Return the vectors of a file by the message that they are for."""
    found: Vectors = {}
    for entry in json.loads(text)["vectors"]:
        key = (entry["action"], entry["kind"])
        found.setdefault(key, []).append(_vector(entry))
    return found


def _vector(entry: dict[str, Any]) -> Vector:
    if entry["valid"]:
        assert entry.keys() == {"action", "kind", "case", "valid", "message"}
    else:
        rest = entry.keys() - {"message", "text"}
        assert rest == {"action", "kind", "case", "valid", "code", "path"}
        assert entry["code"]
    if "message" in entry:
        text, data = json.dumps(entry["message"]), entry["message"]
    else:
        text, data = entry["text"], _parsed(entry["text"])
    return Vector(
        entry["case"], text, data, entry.get("code", ""), entry.get("path", "")
    )


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except ValueError:
        return None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def spec_of(name: str) -> Spec:
    """Return the spec of a package that is checked in."""
    return load(read_source(ROOT / "spec" / SPECS[name]))


def package_and_vectors(name: str) -> tuple[Package, Vectors]:
    """Return a package that is checked in, with its vectors."""
    text = (GENERATED / "vectors" / f"{name}.json").read_text("utf-8")
    return checked_in_package(ROOT / "spec" / SPECS[name], GENERATED), vectors_in(text)


def rendered_package_and_vectors(
    spec: Spec, folder: Path, name: str
) -> tuple[Package, Vectors]:
    """Render the package of a spec into a folder; return it with its vectors."""
    (file,) = artifacts(spec)
    return rendered_package(spec, folder, name), vectors_in(file.text)


# Reading


def check_reading(package: Package, message: Message, vector: Vector) -> None:
    """Read a vector as parsed JSON and as text; assert the verdict."""
    cls = package.cls(message)
    is_json = vector.data is not None
    if vector.code:
        if is_json:
            with refused(package, vector):
                cls.from_dict(vector.data)
        with refused(package, vector):
            cls.from_json(vector.text)
        for datatype, inner in _around_error(message, vector):
            with refused(package, inner):
                package.cls(datatype).from_dict(inner.data)
        return
    made = cls.from_dict(vector.data)
    assert made.to_dict() == vector.data
    assert cls.from_json(vector.text) == made
    assert cls.from_json(vector.text.encode()) == made


@contextlib.contextmanager
def refused(package: Package, vector: Vector) -> Iterator[None]:
    """Assert that the block ends with the error that a vector tells of."""
    with pytest.raises(package.module("errors").ValidationError) as caught:
        yield
    error: Any = caught.value
    assert (error.code, error.path) == (vector.code, vector.path)


# Writing


def can_be_held(message: Message, vector: Vector) -> bool:
    """Return whether an object can hold a message: no unknown field, no null."""
    data = vector.data
    return isinstance(data, dict) and held(message, data) == data


def check_writing(package: Package, message: Message, vector: Vector) -> None:
    """Write an object that was made of a vector without checks; assert the verdict."""
    made = as_object(package, message, vector.data)
    if vector.code:
        for write in (made.to_dict, made.to_json, made.validate):
            with refused(package, vector):
                write()
        return
    assert made.to_dict() == vector.data
    assert json.loads(made.to_json()) == vector.data


# Beyond JSON: a valid vector as a host may have it


def check_reading_of_host(package: Package, message: Message, vector: Vector) -> None:
    """Assert that values of derived classes become plain ones, and tuples aren't lists.

    Datatypes can be read by themselves, too.
    """
    objects: list[tuple[Structure, Any]] = [(message, vector.data)]
    for structure, data in [*objects, *_nested(message, vector.data)]:
        cls = package.cls(structure)
        made = cls.from_dict(_of_host(structure, data))
        assert made == cls.from_dict(data)
        assert made.to_dict() == data
        assert all(_is_plain(leaf) for leaf in _leaves(made))
        for each in with_tuples(structure, data):
            told = vector._replace(code=package.code(each.kind), path=each.path)
            with refused(package, told):
                cls.from_dict(each.made)


def check_writing_of_host(package: Package, message: Message, vector: Vector) -> None:
    """Assert that values of derived classes become plain ones, and impostors are found."""
    made = as_object(package, message, _of_host(message, vector.data))
    written = made.to_dict()
    assert written == vector.data
    assert all(_is_plain(leaf) for leaf in _leaves(written))
    assert json.loads(made.to_json()) == vector.data
    for each in impostors(package, message, vector.data):
        told = vector._replace(code=package.code(each.kind), path=each.path)
        for write in (each.made.to_dict, each.made.to_json):
            with refused(package, told):
                write()


class Impostor(NamedTuple):
    """A message with something that no JSON is, but an object can hold.

    Attributes:
        made: The message, as an object or as data.
        kind: Kind of violation.
        path: Where.
    """

    made: Any
    kind: str
    path: str


def impostors(
    package: Package, structure: Structure, data: dict[str, Any]
) -> Iterator[Impostor]:
    """Yield objects that hold tuples, and objects of other classes with the same attributes.

    Those of open datatypes have a field twice, too.
    """
    for field in structure.fields:
        for inner in _impostors_of(package, field.value, data.get(field.wire)):
            made = as_object(package, structure, data)
            setattr(made, field.name, inner.made)
            yield inner._replace(made=made, path=field.wire + inner.path)
    if isinstance(structure, Datatype) and structure.open and structure.fields:
        made = as_object(package, structure, data)
        made.extra = {structure.fields[0].wire: 1}
        yield Impostor(made, "wrong_value", "")


def _impostors_of(package: Package, value: Value, data: Any) -> Iterator[Impostor]:
    if value.datatype and data is not None:
        made = as_object(package, value.datatype, data)
        names = [field.name for field in dataclasses.fields(made)]
        other = SimpleNamespace(**{name: getattr(made, name) for name in names})
        yield Impostor(other, "wrong_type", "")
        for inner in impostors(package, value.datatype, data):
            yield inner._replace(path=f".{inner.path}".removesuffix("."))
    elif value.items and data:
        yield Impostor(tuple(as_objects(package, value, data)), "wrong_type", "")
        for inner in _impostors_of(package, value.items, data[0]):
            made = [inner.made, *as_objects(package, value, data)[1:]]
            yield inner._replace(made=made, path=f"[0]{inner.path}")


def as_objects(package: Package, value: Value, data: Any) -> Any:
    """Return a list with objects for the elements that are some."""
    if value.items:
        return [as_objects(package, value.items, item) for item in data]
    return as_object(package, value.datatype, data) if value.datatype else data


def with_tuples(structure: Structure, data: dict[str, Any]) -> Iterator[Impostor]:
    """Yield data with a tuple in place of a list, for each list."""
    for field in structure.fields:
        for inner in _with_tuples(field.value, data.get(field.wire)):
            made = {**data, field.wire: inner.made}
            yield inner._replace(made=made, path=field.wire + inner.path)


def _with_tuples(value: Value, data: Any) -> Iterator[Impostor]:
    if value.datatype and data is not None:
        for inner in with_tuples(value.datatype, data):
            yield inner._replace(path=f".{inner.path}")
    elif value.items and data:
        yield Impostor(tuple(data), "wrong_type", "")
        for inner in _with_tuples(value.items, data[0]):
            made = [inner.made, *data[1:]]
            yield inner._replace(made=made, path=f"[0]{inner.path}")


def _nested(
    structure: Structure, data: dict[str, Any]
) -> Iterator[tuple[Datatype, Any]]:
    """Yield the objects within a message; of a list, that of the first element."""
    for field in structure.fields:
        value, item = field.value, data.get(field.wire)
        while value.items and item:
            value, item = value.items, item[0]
        if value.datatype and item is not None:
            yield value.datatype, item
            yield from _nested(value.datatype, item)


def _around_error(
    structure: Structure, vector: Vector
) -> Iterator[tuple[Datatype, Vector]]:
    """Yield the objects that an error lies in; by themselves they are refused for it, too."""
    name, index, rest = _PATH.match(vector.path).groups()  # type: ignore[union-attr]
    values = {field.wire: field.value for field in structure.fields}
    if name not in values or name not in (vector.data or ()):
        return
    value, data = values[name], vector.data[name]
    for number in re.findall(r"\d+", index):
        assert value.items
        value, data = value.items, data[int(number)]
    if value.datatype and (rest or not isinstance(data, dict)):
        inner = vector._replace(data=data, path=rest)
        yield value.datatype, inner
        if rest:
            yield from _around_error(value.datatype, inner)


_PATH = re.compile(r"([^.[]*)((?:\[\d+\])*)\.?(.*)")


class HostStr(str):
    """Text of a class derived from str, as members of enums are."""

    __slots__ = ()


class HostInt(int):
    """A number of a class derived from int that shows itself in its own way."""

    def __repr__(self) -> str:
        return "HostInt"


class HostFloat(float):
    """A number of a class derived from float, as those of numpy are."""

    def __repr__(self) -> str:
        return "HostFloat"


_HOSTS: dict[type, type] = {str: HostStr, int: HostInt, float: HostFloat}


def _of_host(structure: Structure, data: dict[str, Any]) -> dict[str, Any]:
    values = {field.wire: field.value for field in structure.fields}
    return {
        key: _value_of_host(values[key], data[key]) if key in values else data[key]
        for key in data
    }


def _value_of_host(value: Value, data: Any) -> Any:
    if value.type == "any":
        return data  # passes as it is
    if value.items:
        return [_value_of_host(value.items, item) for item in data]
    if value.datatype:
        return _of_host(value.datatype, data)
    return _HOSTS.get(type(data), type(data))(data)


def _leaves(data: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(data):
        for field in dataclasses.fields(data):
            yield from _leaves(getattr(data, field.name))
    elif isinstance(data, dict):
        for inner in data.values():
            yield from _leaves(inner)
    elif isinstance(data, list):
        for inner in data:
            yield from _leaves(inner)
    else:
        yield data


def _is_plain(leaf: Any) -> bool:
    plain = type(leaf) in (str, int, float, bool, type(None))
    return plain or isinstance(leaf, enum.Enum)
