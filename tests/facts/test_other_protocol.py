"""The generator knows nothing of OCPP: a protocol of parcel lockers goes through all of it."""

from __future__ import annotations

import importlib
import json
import re
from types import ModuleType
from typing import Any

import pytest
from generated_modules import load_package
from rendered import render_all, write_all
from specs import load_text

from generator.targets import MODELS, PLAIN, TARGETS, target

# Words of OCPP, which could only have come from a template or a target.
OCPP = re.compile(
    r"ocpp|charg|heartbeat|id_?tag|connector|(?<!para)meter|central|station", re.I
)


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return render_all(load_text())


@pytest.fixture(scope="module")
def models() -> dict[str, str]:
    return {
        f"{name}/{artifact.path}": artifact.text
        for name in MODELS
        for artifact in target(name)(load_text(), PLAIN)
    }


@pytest.fixture(scope="module")
def modules(
    files: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, ModuleType]:
    folder = tmp_path_factory.mktemp("other_protocol")
    write_all(folder, files)
    package = load_package(folder / "lockers" / "v2", "other_protocol")
    return {
        file.stem: importlib.import_module(f"other_protocol.{file.stem}")
        for file in (folder / "lockers" / "v2").glob("[!_]*.py")
    } | {"": package}


def test_every_target_makes_something() -> None:
    spec = load_text()
    assert [name for name in TARGETS if not list(target(name)(spec, PLAIN))] == []


def test_no_output_has_a_word_of_ocpp(
    files: dict[str, str], models: dict[str, str]
) -> None:
    for path, text in (files | models).items():
        assert OCPP.findall(path) == []
        assert [line for line in text.split("\n") if OCPP.search(line)] == [], path


def test_messages_are_made_read_and_written(modules: dict[str, ModuleType]) -> None:
    call, datatypes, enums = (modules[name] for name in ("call", "datatypes", "enums"))
    message = call.DepositMessage(
        parcel=datatypes.Parcel(
            size=enums.Size.on_top,
            history=[datatypes.Address(lines=["1 High Street"], geo=[0.5, -1.25])],
            extra={"colour": "red"},
        ),
        tracking_number="T1",
        codes=["a", "b"],
        label_link="https://example.com/label",
    )
    data = {
        "parcel": {
            "size": "On",
            "history": [{"lines": ["1 High Street"], "geo": [0.5, -1.25]}],
            "colour": "red",
        },
        "trackingNumber": "T1",
        "codes": ["a", "b"],
        "labelURL": "https://example.com/label",
    }
    assert message.to_dict() == data
    assert json.loads(message.to_json()) == data
    assert call.DepositMessage.from_dict(data) == message
    assert call.DepositMessage.from_json(json.dumps(data)) == message


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"size": "L"}, None),
        ({"size": "M"}, "BadValue"),
        ({"size": 3}, "BadType"),
        ({"codes": []}, "Incomplete"),
        ({"colour": "red"}, "BadField"),
        ({"trackingNumber": None}, "BadType"),
        ({"trackingNumber": "x" * 21}, "BadValue"),
    ],
)
def test_errors_have_the_codes_of_the_spec(
    modules: dict[str, ModuleType], change: dict[str, Any], code: str | None
) -> None:
    data = {"parcel": {"size": "S"}, "trackingNumber": "T", "codes": ["a"]} | change
    cls = modules["call"].DepositMessage
    if code is None:
        assert cls.from_dict(data).size is modules["enums"].Size.large
        return
    with pytest.raises(modules["errors"].ValidationError) as caught:
        cls.from_dict(data)
    assert caught.value.code == code


def test_one_way_messages_have_no_response(modules: dict[str, ModuleType]) -> None:
    package = modules[""]
    assert list(package.REQUESTS) == ["Deposit", "Probe", "Report", "Reserve"]
    assert list(package.RESPONSES) == ["Deposit", "Probe", "Reserve"]
    assert not hasattr(modules["call_result"], "ReportMessage")
