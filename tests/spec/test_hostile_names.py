"""Names that Python, its classes or other libraries have themselves, in every position.

Each is refused when the spec is loaded, with a reason, or goes through every target: the class is
there, objects of it are made, and a message with it is read and written.
"""

from __future__ import annotations

import builtins
import enum
import importlib
import json
import keyword
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pydantic
import pytest
from generated_modules import load_package
from models import FROM_DATA, written
from rendered import write_all
from specs import findings, load_text

from generator.diagnostics import DiagnosticError
from generator.spec.model import Spec
from generator.targets import MODELS, PLAIN, TARGETS, target

pytestmark = pytest.mark.once


class _Struct(msgspec.Struct):
    pass


@dataclass
class _Data:
    pass


_OF = (builtins, type, object, str, int, dict, list, enum.Enum, enum.EnumMeta, _Struct)
NAMES = sorted(
    {
        *keyword.kwlist,
        *keyword.softkwlist,
        *(name for each in (*_OF, pydantic.BaseModel, _Data) for name in dir(each)),
        *"self cls field fields data text error errors path reason code extra ACTION".split(),
        *"from_dict from_json to_dict to_json validate salvage violations".split(),
        *"enums datatypes call call_result Any Annotated Field Meta Struct".split(),
        *"BaseModel OpenModel RootModel ConfigDict TypedDict NotRequired Literal".split(),
        *"StrEnum IntEnum Enum Payload Structure dataclass annotations".split(),
        *"ValidationError REQUESTS RESPONSES CODECS _value_ _missing_ _name_ _order_".split(),
        *"json schema copy model_config model_fields model_dump model_x __slots__".split(),
        *"constructor prototype toString undefined NaN Infinity On Off yes no null".split(),
        *"A a B b v d o t x left known new maker decode encode write".split(),
    }
)
HEAD = (
    "protocol: Names\nversion: '1'\npackage: hostile.v1\nclass_suffix: Message\n"
    "errors: {not_json: A, unknown_field: B, missing_field: C, wrong_count: D,"
    " wrong_type: E, wrong_value: F}\n"
)
PING = "  PingIt:\n    sender: both\n    request: {%s}\n    response: {}\n"


def quoted(name: str) -> str:
    return json.dumps(name)


def of_actions(names: list[str]) -> str:
    ping = "{sender: both, request: {one: {type: int, required: true}}, response: {}}"
    lines = "".join(f"  {quoted(name)}: {ping}\n" for name in names)
    return f"{HEAD}actions:\n{lines}"


def of_fields(names: list[str]) -> str:
    fields = ", ".join(
        f"{quoted(name)}: {{type: int, required: true, wire: {quoted(name)}}}"
        for name in names
    )
    return f"{HEAD}actions:\n{PING % fields}"


def of_datatypes(names: list[str]) -> str:
    fields = ", ".join(
        f"f{number}: {{type: {quoted(name)}}}" for number, name in enumerate(names)
    )
    types = "".join(
        f"  {quoted(n)}: {{fields: {{one: {{type: int}}}}}}\n" for n in names
    )
    return f"{HEAD}actions:\n{PING % fields}datatypes:\n{types}"


def of_datatype_fields(names: list[str]) -> str:
    fields = ", ".join(f"{quoted(n)}: {{type: int, wire: {quoted(n)}}}" for n in names)
    thing = f"datatypes:\n  ThingType: {{fields: {{{fields}}}}}\n"
    return f"{HEAD}actions:\n{PING % 'thing: {type: ThingType}'}{thing}"


def of_enums(names: list[str]) -> str:
    fields = ", ".join(
        f"f{number}: {{type: {quoted(name)}}}" for number, name in enumerate(names)
    )
    types = "".join(f"  {quoted(name)}: {{values: {{one: One}}}}\n" for name in names)
    return f"{HEAD}actions:\n{PING % fields}enums:\n{types}"


def of_members(names: list[str]) -> str:
    values = ", ".join(f"{quoted(name)}: {quoted(name)}" for name in names)
    kind = f"enums:\n  KindType: {{values: {{{values}}}}}\n"
    field = "kinds: {type: list, items: KindType}"
    return f"{HEAD}actions:\n{PING % field}{kind}"


POSITIONS = {
    "action": (of_actions, None),
    "field": (of_fields, lambda names: dict.fromkeys(names, 1)),
    "datatype": (
        of_datatypes,
        lambda names: {f"f{number}": {"one": 1} for number, _ in enumerate(names)},
    ),
    "field of a datatype": (
        of_datatype_fields,
        lambda names: {"thing": dict.fromkeys(names, 1)},
    ),
    "enum": (of_enums, lambda names: {f"f{n}": "One" for n, _ in enumerate(names)}),
    "member": (of_members, lambda names: {"kinds": list(names)}),
}


def accepted(position: str) -> list[str]:
    """Return the names that the loader takes in a position; others get a reason."""
    text, _ = POSITIONS[position]
    taken = []
    for name in NAMES:
        found = findings(text([name]))
        if not found:
            taken.append(name)
        for each in found:
            assert each.message
            assert each.hint
    return taken


def made_by(
    target_name: str, names: list[str], position: str
) -> tuple[Spec, Any, list[str]]:
    """Return what a target makes of names, without those that only it refuses."""
    text, _ = POSITIONS[position]
    while True:
        spec = load_text(text(names))
        try:
            texts = {each.path: each.text for each in target(target_name)(spec, PLAIN)}
        except DiagnosticError as error:
            refused = {
                match[1]
                for each in error.diagnostics
                for match in re.finditer(r"(?:class|field) '([^']+)'", each.message)
            }
            refused |= {name.removesuffix(spec.class_suffix) for name in refused}
            left = [name for name in names if name not in refused]
            if len(left) == len(names):
                raise
            names = left
        else:
            return spec, texts, names


def test_there_are_enough_names() -> None:
    assert len(NAMES) >= 250


@pytest.mark.parametrize("position", POSITIONS)
def test_name_goes_through_every_target_or_is_refused(
    position: str, tmp_path: Path
) -> None:
    _, data_of = POSITIONS[position]
    names = accepted(position)
    assert len(names) > 100
    for number, name in enumerate(TARGETS):
        spec, texts, left = made_by(name, names, position)
        assert len(left) > 100
        if name not in ("python", *MODELS):
            assert all(texts.values())
            continue
        folder = tmp_path / name
        write_all(folder, texts)
        title = f"hostile_{abs(hash(position))}_{number}"
        package: Any = load_package(folder / "hostile/v1", title)
        importlib.import_module(f"{title}.enums")
        messages = (
            {"PingIt": data_of(left)}
            if data_of
            else {each: {"one": 1} for each in left}
        )
        assert {action.name for action in spec.actions} == messages.keys()
        for action, data in messages.items():
            cls = package.REQUESTS[action]
            if name == "python":
                made = cls.from_dict(data)
                assert made.to_dict() == data
                assert cls.from_json(json.dumps(data)) == made
                assert json.loads(made.to_json()) == data
                fields = {field: getattr(made, field) for field in cls.__slots__}
                assert cls(**fields) == made
                made = repr(cls(**fields))
            elif name != "typeddict":
                made = FROM_DATA[name](cls, data)
                assert all(each == data for each in written(name, made))
