"""Modules for devices: on MicroPython they do what those of target `python` do.

Interpreters come with the test extra, where there are wheels, and from the npm registry.
Without them the tests are skipped, but not in CI.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import importlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from agree import every_way
from devices import PROGRAMS, Device, Text, compiled, missing, need_micropython, run
from generated_modules import load_package
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import (
    DATE_TIMES,
    NO_DATE_TIMES,
    Package,
    is_multiple,
    rendered_package,
    structures_of,
    title,
)
from rendered import write_all
from specs import load_text
from test_hostile_text import TEXTS, UNSEEN, hostile
from vector_files import GENERATED, ROOT, Vectors, vectors_in

from generator.spec.load import load
from generator.spec.model import Message, Spec
from generator.spec.source import read_source
from generator.targets import micropython, vectors

# The interpreter that counts is the device's.
pytestmark = pytest.mark.once

PACKAGE = "usr.ocpp.v16"
CHECKED_IN = GENERATED / "micropython"
# What a device can load that reports MicroPython 1.13, and is built without Unicode.
OLD = ("-c", "1.13", "-mno-unicode")

SPECS = {
    "lockers": load_text(),
    **{
        name: load(read_source(ROOT / "spec" / f"{name}.yaml"))
        for name in ("ocpp16", "ocpp21")
    },
}


class Flavours:
    """A spec's package for devices, the same for CPython, and its vectors."""

    def __init__(self, spec: Spec, folder: Path, name: str) -> None:
        """Render the package for devices; the rest is checked in if the spec is ours."""
        self.spec = spec
        self.folder = folder / "micropython"
        write_all(
            folder, {each.path: each.text for each in micropython.artifacts(spec)}
        )
        path = spec.package.replace(".", "/")
        if (ROOT / "spec" / spec.source).is_file():
            package = Package(spec, GENERATED / path, f"{name}_for_cpython")
            text = (GENERATED / "vectors" / f"{Path(path).name}.json").read_text(
                "utf-8"
            )
        else:
            package = rendered_package(spec, folder, f"{name}_for_cpython")
            (file,) = vectors.artifacts(spec)
            text = file.text
        self.package = package
        self.vectors: Vectors = vectors_in(text)
        # Modules for devices run on CPython, too.
        load_package(self.folder / path, f"{name}_for_devices")
        self._modules = f"{name}_for_devices"

    def module(self, name: str) -> Any:
        """Return one of the modules for devices, as CPython runs it."""
        return importlib.import_module(f"{self._modules}.{name}")

    def stub(self, module: str) -> dict[str, ast.ClassDef]:
        """Return the classes of a stub by name."""
        file = self.folder.joinpath(*self.spec.package.split("."), f"{module}.pyi")
        body = ast.parse(file.read_text("utf-8")).body
        return {each.name: each for each in body if isinstance(each, ast.ClassDef)}

    def text(self, message: Message, text: str) -> Text:
        return text_of(message, self.spec.class_suffix, text)

    def verdict(self, message: Message, text: str) -> Any:
        """Return what CPython makes of a message: it again, or error code and path."""
        try:
            return self.package.cls(message).from_json(text).to_dict()
        except self.package.module("errors").ValidationError as error:
            return [error.code, error.path]


def text_of(message: Message, suffix: str, text: str) -> Text:
    module = "call" if message.kind == "request" else "call_result"
    return Text(module, f"{message.action}{suffix}", text)


def messages_of(spec: Spec) -> list[Message]:
    return [*spec.messages]


@pytest.fixture(scope="module", params=SPECS)
def flavours(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Flavours:
    name = request.param
    return Flavours(SPECS[name], tmp_path_factory.mktemp(name), name)


by_small_spec = pytest.mark.parametrize(
    "flavours", ["lockers", "ocpp16"], indirect=True
)


@pytest.fixture(scope="module")
def lockers(tmp_path_factory: pytest.TempPathFactory) -> Flavours:
    folder = tmp_path_factory.mktemp("objects")
    return Flavours(SPECS["lockers"], folder, "objects")


@pytest.fixture(scope="module", params=["source", "mpy"])
def ocpp16(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder with the package that is checked in, as source or compiled."""
    need_micropython()
    if request.param == "source":
        return CHECKED_IN
    return compiled(CHECKED_IN, tmp_path_factory.mktemp("mpy"))


# Files


def test_files_are_ascii(flavours: Flavours) -> None:
    for file in flavours.folder.rglob("*.py"):
        assert file.read_bytes().isascii(), file


@pytest.mark.parametrize("name", ["wide", "escapes"])
def test_files_are_ascii_whatever_the_spec_says(name: str) -> None:
    for path, text in micropython.artifacts(hostile(TEXTS[name])):
        assert path.endswith(".pyi") or text.isascii(), path


def test_compiler_of_old_releases_takes_the_modules(tmp_path: Path) -> None:
    need_micropython()
    compiled(CHECKED_IN, tmp_path, *OLD)
    sizes = [file.stat().st_size for file in tmp_path.rglob("*.mpy")]
    assert len(sizes) == len(list(CHECKED_IN.rglob("*.py")))
    assert 21_000 < sum(sizes) <= 22_500


def test_compiler_of_old_releases_takes_modules_of_any_spec(
    flavours: Flavours, tmp_path: Path
) -> None:
    need_micropython()
    compiled(flavours.folder, tmp_path, *OLD)


def test_compiler_of_old_releases_refuses_what_they_lack(tmp_path: Path) -> None:
    need_micropython()
    for text in ('x = f"{1}"', "class A:\n    x: int = 1", "(x := 1)", 'x = "\\u4e2d"'):
        (tmp_path / "new.py").write_text(f"{text}\n")
        with pytest.raises(AssertionError):
            compiled(tmp_path, tmp_path, *OLD)


# Memory


def test_heap_and_garbage(ocpp16: Path) -> None:
    """On a build for 64 bits; these figures vary with its release only."""
    imported, written, read = map(
        int, Device(ocpp16).run("heap.py", PACKAGE).splitlines()
    )
    assert 50_000 < imported <= 56_000
    assert 2_000 < written <= 4_000  # a message with three values
    assert 3_000 < read <= 6_500


def test_heap_is_enforced(ocpp16: Path) -> None:
    with pytest.raises(AssertionError, match="MemoryError"):
        Device(ocpp16, 60).run("host.py", PACKAGE)


# The same answers

# Longer texts are certificates; a few copies of one are more than the rest of the heap.
LONG = 4_000


@pytest.mark.parametrize(("heap", "is_long"), [(96, False), (160, True)])
def test_checked_in_vectors_get_their_verdicts_in_a_small_heap(
    heap: int, is_long: bool, ocpp16: Path, tmp_path: Path
) -> None:
    file = json.loads((GENERATED / "vectors/v16.json").read_text("utf-8"))
    texts: list[Text] = []
    verdicts: list[Any] = []
    for each in file["vectors"]:
        text = each.get("text", json.dumps(each.get("message"), ensure_ascii=False))
        if (len(text) > LONG) == is_long:
            module = "call" if each["kind"] == "request" else "call_result"
            texts.append(Text(module, f"{each['action']}Payload", text))
            valid = each["valid"]
            verdicts.append(each["message"] if valid else [each["code"], each["path"]])
    assert len(texts) == (12 if is_long else len(file["vectors"]) - 12)
    made = Device(ocpp16, heap).read(PACKAGE, texts, tmp_path / "messages")
    assert made == verdicts


def test_vectors_get_their_verdicts(flavours: Flavours, tmp_path: Path) -> None:
    """Characters are escaped here, as many programs do."""
    need_micropython()
    texts: list[Text] = []
    verdicts: list[Any] = []
    for message in messages_of(flavours.spec):
        for vector in flavours.vectors[message.action, message.kind]:
            texts.append(flavours.text(message, vector.text))
            wrong = [vector.code, vector.path]
            verdicts.append(wrong if vector.code else vector.data)
    device = Device(flavours.folder, 4096)
    assert device.read(flavours.spec.package, texts, tmp_path / "messages") == verdicts


@by_small_spec
def test_any_message_gets_the_verdict_that_it_gets_on_cpython(
    flavours: Flavours, tmp_path: Path
) -> None:
    need_micropython()
    texts: list[Text] = []
    verdicts: list[Any] = []
    for message in messages_of(flavours.spec):
        for variant in every_way(message, title(message)):
            text = json.dumps(variant.data, ensure_ascii=len(texts) % 2 == 0)
            if can_be_read(variant.data):
                texts.append(flavours.text(message, text))
                verdicts.append(flavours.verdict(message, text))
    assert len(texts) > 500
    device = Device(flavours.folder, 4096)
    assert device.read(flavours.spec.package, texts, tmp_path / "messages") == verdicts


def can_be_read(data: Any) -> bool:
    """Return whether data is JSON of characters: no half of one, no NaN."""
    try:
        json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return True


NUMBERS = (
    *("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1" + "0" * 400),
    *("9" * 4300, "9" * 4301, "-" + "9" * 4300, "-" + "9" * 4301),
)
NAMES = (
    "é",
    "\u00a0",
    "\u00ad",
    "\u3000",
    "\U000e0041",
    "\x7f",
    "\\n",
    "\\ud800",
    "'`\\\\",
)


def odd_texts() -> Iterator[tuple[str, str]]:
    """Yield texts on which parsers differ, each with the action whose request it is for."""
    deposit = '{"parcel": {"size": "S", %s}, "trackingNumber": "T", "codes": ["a"]}'
    for number in NUMBERS:
        for name in ("humidity", "payload", "doors", "unknown"):
            yield "Report", f'{{"{name}": {number}}}'
        for name in ("payload", "counters", "weights"):
            yield "Report", f'{{"{name}": [{number}]}}'
        yield "Deposit", deposit % f'"unknown": {number}'
    for name in (*NAMES, "a" * 101, "é" * 101):
        yield "Report", f'{{"{name}": 1}}'
        yield "Deposit", deposit % f'"{name}": 1e400'
    for levels in (98, 99, 100, 101, 300):
        for start, end in (("[", "]"), ('{"a": ', "}")):
            value = f"{start * levels}1{end * levels}"
            yield "Report", f'{{"payload": {value}}}'
            yield "Deposit", deposit % f'"unknown": {value}'
    for first, second in ((1, 2), ('"1"', 2), (1, '"2"')):
        yield "Report", f'{{"humidity": {first}, "humidity": {second}}}'
        yield "Report", f'{{"unknown": {first}, "humidity": {first}, "unknown": 3}}'


def test_odd_texts_get_the_verdict_that_they_get_on_cpython(
    lockers: Flavours, tmp_path: Path
) -> None:
    need_micropython()
    requests = {message.action: message for message in lockers.spec.requests}
    found = [(requests[action], text) for action, text in odd_texts()]
    verdicts = [lockers.verdict(message, text) for message, text in found]
    assert {code for code, _ in filter(is_refusal, verdicts)} == {
        *("BadText", "BadField", "BadType", "BadValue")
    }
    assert not all(map(is_refusal, verdicts))
    texts = [lockers.text(message, text) for message, text in found]
    device = Device(lockers.folder, 4096)
    made = device.read(lockers.spec.package, texts, tmp_path / "messages")
    assert made == verdicts


def is_refusal(verdict: Any) -> bool:
    return isinstance(verdict, list)


def test_members_have_their_values(flavours: Flavours, tmp_path: Path) -> None:
    need_micropython()
    members = [(enum, each) for enum in flavours.spec.enums for each in enum.members]
    lines = "".join(f"{enum.name} {member.name}\n" for enum, member in members)
    file = tmp_path / "members"
    file.write_text(lines)
    printed = Device(flavours.folder).run("enums.py", flavours.spec.package, file)
    values = [json.loads(line) for line in printed.split("\n")[:-1]]
    assert values == [member.value for _, member in members]


def test_objects(lockers: Flavours) -> None:
    need_micropython()
    assert Device(lockers.folder).run("objects.py") == ""


def test_hostile_texts(tmp_path: Path) -> None:
    """A spec full of each, in its wire names, values and error codes."""
    need_micropython()
    names = ("backslashes and quotes", "escapes", "format", "bars", "data", "wide")
    for number, text in enumerate([*(TEXTS[name] for name in names), UNSEEN]):
        flavours = Flavours(hostile(text), tmp_path / str(number), f"hostile_{number}")
        data: dict[str, Any] = {"parcel": {"size": text}, "trackingNumber": "T"}
        data["codes"] = ["a"]
        deposit = next(each for each in flavours.spec.requests)
        wrong: list[dict[str, Any]]
        wrong = [{text: 1}, {"codes": []}, {"parcel": {"size": f"{text} "}}]
        messages = [data, data | {text: "https://example.com"}]
        messages += [data | change for change in wrong]
        texts = [flavours.text(deposit, json.dumps(each)) for each in messages]
        verdicts = [flavours.verdict(deposit, each.text) for each in texts]
        assert verdicts[:2] == messages[:2]
        assert verdicts[2] == [text, text]
        for each in flavours.vectors[deposit.action, deposit.kind]:
            texts.append(flavours.text(deposit, each.text))
            verdicts.append([each.code, each.path] if each.code else each.data)
        device = Device(flavours.folder)
        made = device.read(flavours.spec.package, texts, tmp_path / "messages")
        assert made == verdicts


# The host that the package is for


def test_host_of_the_library_that_it_replaces(ocpp16: Path, tmp_path: Path) -> None:
    frames = Device(ocpp16, 96).run("host.py", PACKAGE).split("\n")[:-1]
    exchanges = list(map(json.loads, frames))
    package = load_package(GENERATED / "ocpp" / "v16", "for_host")
    for asked, answered in zip(exchanges[::2], exchanges[1::2], strict=True):
        assert asked[:2] == [2, answered[1]]
        if answered[0] == 3:
            for classes, data in (("REQUESTS", asked), ("RESPONSES", answered)):
                cls = getattr(package, classes)[asked[2]]
                assert cls.from_dict(data[-1]).to_dict() == data[-1]
    assert [asked[2] for asked in exchanges[:10:2]] == [
        *("BootNotification", "Authorize", "MeterValues", "Reset", "Reset"),
    ]
    assert exchanges[0][3] == {"chargePointModel": "M1", "chargePointVendor": "V"}
    assert [answered[2] for answered in exchanges[11::2]] == [
        "PropertyConstraintViolation",
        "OccurenceConstraintViolation",
        "FormationViolation",
    ]


# Parts, as CPython runs them


@pytest.fixture(scope="module")
def values(lockers: Flavours) -> Any:
    return lockers.module("_values")


@pytest.fixture(scope="module")
def reader(lockers: Flavours) -> Any:
    return lockers.module("_json")


def test_date_times(values: Any) -> None:
    for text in (*DATE_TIMES, *NO_DATE_TIMES):
        assert values.is_date_time(text) == (text in DATE_TIMES), text


@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.integers(1, 500))
@settings(max_examples=200, deadline=None)
def test_multiples_are_judged_as_they_are_written(
    values: Any, number: int, places: int, count: int
) -> None:
    step = count / 10**places
    for written in (number / 10**places, number, number * count / 10**places):
        judged = values.is_multiple(written, (count, 10**places))
        assert judged == is_multiple(written, step), (written, step)


class Single(float):
    """A float of a build with single precision: each result is rounded to 24 bits."""

    def __new__(cls, value: float) -> Single:
        return super().__new__(cls, struct.unpack("f", struct.pack("f", value))[0])

    def __mul__(self, other: float) -> Single:
        return Single(float(self) * float(other))

    def __rmul__(self, other: float) -> Single:
        return Single(float(other) * float(self))

    def __truediv__(self, other: float) -> Single:
        return Single(float(self) / float(other))


@pytest.mark.parametrize("count", [1, 5, 25])
def test_multiples_on_builds_with_single_precision(values: Any, count: int) -> None:
    step = (Single(count), Single(1000))
    for multiple in range(-2000, 20_000):
        digits = Single(multiple * count)
        assert values.is_multiple(digits / 1000, step), digits
        if (10 * multiple + 3) % (10 * count):
            assert not values.is_multiple(Single(10 * multiple + 3) / 10_000, (step))


@given(st.text(max_size=12))
def test_characters_are_counted_where_text_is_bytes(values: Any, text: str) -> None:
    assert values.characters(text.encode("utf-8", "replace").decode("latin-1")) == len(
        text
    )


def test_limits_count_characters_where_text_is_bytes(
    values: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(values, "HAS_UNICODE", False)
    text = "电桩 é".encode().decode("latin-1")
    assert values.as_str(text, (None, "str<=4", None, 4, None), None) == text
    with pytest.raises(values.ValidationError):
        values.as_str(text, (None, "str<=3", None, 3, None), None)


PIECES = (
    *'{}[],:" \n\\u',
    *("0", "1", "-1.5e3", "true", "null", '"a"', "\\u00e9", "\\"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
@settings(max_examples=500, deadline=None)
def test_text_is_json_where_python_says_so(reader: Any, text: str) -> None:
    wrong = reader._wrong_place(text.encode())
    try:
        right = json.loads(text)
    except ValueError:
        assert wrong is not None or not all(map(is_number, words_outside_texts(text)))
    else:
        assert wrong is None
        assert reader.loads(text) == reader.loads(text.encode()) == right


def words_outside_texts(text: str) -> list[str]:
    """Return numbers and the like, which are left to the parser as well."""
    return re.findall(r"[^][{},:\s]+", re.sub(r'"[^"]*"', " ", text))


def is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return word in ("true", "false", "null")
    return True


@given(st.text("0123456789-+.eE", min_size=1, max_size=6))
@settings(max_examples=500, deadline=None)
def test_numbers_are_those_of_json(reader: Any, text: str) -> None:
    """Of those that MicroPython can read; it reads more than JSON has."""
    try:
        float(text)
    except ValueError:
        return
    try:
        json.loads(text)
    except ValueError:
        assert not reader._is_number(text)
    else:
        assert reader._is_number(text)


@given(st.text(max_size=6).filter(can_be_read))
def test_escaped_characters_become_themselves(reader: Any, text: str) -> None:
    escaped = json.dumps(text).encode()
    unescaped = reader._unescaped(escaped)
    assert json.loads(unescaped) == text
    assert not any(ord(char) > 0x7F for char in text) or b"\\ud" not in unescaped


# Stubs


@pytest.mark.parametrize("flavours", ["lockers", "ocpp21"], indirect=True)
def test_stubs_are_clean(flavours: Flavours) -> None:
    assert mypy(flavours.folder, ".") == []


def mypy(folder: Path, *files: str) -> list[str]:
    """Return the errors in files of a folder."""
    options = ("--strict", "--no-error-summary", "--cache-dir", os.devnull)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, *files],
        cwd=folder,
        env=os.environ | {"MYPYPATH": str(folder)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout.splitlines()


RIGHT = """
from usr.ocpp.v16 import call, enums
from usr.ocpp.v16.errors import ValidationError

stop = call.StopTransactionPayload(1, "2026-01-31T12:00:00Z", 7, reason=enums.Reason.local)
reason: enums.Reason | None = stop.reason
same = call.StopTransactionPayload.from_json(stop.to_json()).reason == reason
names: list[str] = [each for each in enums.Reason if each in enums.Reason]
size: int = enums.CiStringType.ci_string_20
local = enums.Reason("Local")
"""
WRONG = {
    "call.AuthorizePayload(7)": "arg-type",
    "call.AuthorizePayload()": "call-arg",
    'call.AuthorizePayload(tag="T")': "call-arg",
    "call.ResetPayload(type=enums.Reason.local)": "arg-type",
    'call.ResetPayload(type="Soft")': "arg-type",
    "enums.Reason.lokal": "attr-defined",
    "stop.reasn": "attr-defined",
    "stop.meter_stop.lower()": "attr-defined",
    "call.HeartbeatPayload.from_dict([])": "arg-type",
    'call.HeartbeatPayload.from_dict({}, unknown="skip")': "arg-type",
}


def test_stubs_let_wrong_arguments_be_noticed(tmp_path: Path) -> None:
    shutil.copytree(CHECKED_IN, tmp_path, dirs_exist_ok=True)
    (tmp_path / "program.py").write_text(RIGHT + "\n".join(WRONG) + "\n")
    first = RIGHT.count("\n") + 1
    found = mypy(tmp_path, "program.py")
    errors = [line for line in found if ": error: " in line]
    assert [line.split(":")[1] for line in errors] == [
        str(first + number) for number in range(len(WRONG))
    ], found
    assert [line.rpartition("[")[2] for line in errors] == [
        f"{code}]" for code in WRONG.values()
    ]


def test_constructors_have_the_same_arguments_everywhere(flavours: Flavours) -> None:
    stubs = {name: flavours.stub(name) for name in ("datatypes", "call", "call_result")}
    for structure in structures_of(flavours.spec):
        cls = flavours.package.cls(structure)
        module = cls.__module__.rpartition(".")[2]
        wanted = [(field.name, has_default(field)) for field in dataclasses.fields(cls)]
        assert arguments(stubs[module][cls.__name__]) == wanted
        for_devices = getattr(flavours.module(module), cls.__name__)
        table = flavours.module("_payload")._table(for_devices)
        names = [(name, not required) for name, _, required, _ in table]
        assert names + [("extra", True)] * for_devices._open == wanted


def test_stubs_have_nothing_else(flavours: Flavours) -> None:
    found = [
        name
        for module in ("datatypes", "call", "call_result")
        for name in flavours.stub(module)
    ]
    names = [
        flavours.package.cls(each).__name__ for each in structures_of(flavours.spec)
    ]
    assert found == names
    enums = flavours.package.module("enums")
    assert {
        name: [
            ast.unparse(each.target)
            for each in node.body
            if isinstance(each, ast.AnnAssign)
        ]
        for name, node in flavours.stub("enums").items()
    } == {
        enum.name: list(getattr(enums, enum.name).__members__)
        for enum in flavours.spec.enums
    }


def has_default(field: dataclasses.Field[Any]) -> bool:
    missing_both = field.default is field.default_factory is dataclasses.MISSING
    return not missing_both


def arguments(stub: ast.ClassDef) -> list[tuple[str, bool]]:
    """Return names of a constructor's arguments, and whether they can be left out."""
    (made,) = [
        each
        for each in stub.body
        if isinstance(each, ast.FunctionDef) and each.name == "__init__"
    ]
    names = [argument.arg for argument in made.args.args[1:]]
    first = len(names) - len(made.args.defaults)
    return [(name, number >= first) for number, name in enumerate(names)]


# MicroPython 1.10


# Modules can't be imported from files there, so they are put in place by hand.
INJECT = """
import gc, sys

class Module:
    pass

def inject(name, text):
    entries = {"__name__": name}
    exec(text, entries)
    module = Module()
    for key in entries:
        setattr(module, key, entries[key])
    sys.modules[name] = module
    package = name[: name.rfind(".")]
    if package not in sys.modules:
        sys.modules[package] = Module()
    setattr(sys.modules[package], name[name.rfind(".") + 1 :], module)
    gc.collect()
"""
SIX = (
    *("BootNotification", "Authorize", "MeterValues", "RemoteStartTransaction"),
    *("SetChargingProfile", "GetLog"),
)


@pytest.fixture(scope="session")
def old(pytestconfig: pytest.Config) -> Path:
    """The folder of the npm package that holds MicroPython 1.10; fetched once."""
    if shutil.which("node") is None:
        pytest.skip("no Node.js to run MicroPython 1.10 on")
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("micropython") / "1.1.8"
    if not folder.is_dir():
        with TemporaryDirectory(dir=folder.parent) as unfinished:
            try:
                package = ("pack", "--silent", "micropython@1.1.8")
                run("npm", *package, "--pack-destination", unfinished)
            except (AssertionError, OSError) as error:
                missing(f"npm can't fetch micropython 1.1.8: {error}")
            (archive,) = Path(unfinished).iterdir()
            with tarfile.open(archive) as files:
                files.extractall(unfinished, filter="data")
            with contextlib.suppress(OSError):  # another run was faster
                Path(unfinished, "package").rename(folder)
    return folder


def test_round_trips_on_the_oldest_release(old: Path) -> None:
    found = vectors_in((GENERATED / "vectors/v16.json").read_text("utf-8"))
    folder = CHECKED_IN.joinpath(*PACKAGE.split("."))
    names = ("_values", "_payload", "_json", "enums", "datatypes", "call")
    sources = {
        f"{PACKAGE}.{name}": (folder / f"{name}.py").read_text() for name in names
    }
    messages = {
        action: vector.data
        for action in SIX
        for vector in found[action, "request"]
        if vector.case == "full"
    }
    assert list(messages) == list(SIX)
    wrong = {"chargePointModel": "M", "chargePointVendor": 1}
    program = [
        INJECT,
        *(f"inject({name!r}, {text!r})" for name, text in sources.items()),
        f"from {PACKAGE} import call, enums",
        "print(sys.implementation[1][1], enums.Reason.local)",
        *(
            f"print(call.{action}Payload.from_json({json.dumps(data)!r}).to_json())"
            for action, data in messages.items()
        ),
        "try:",
        f"    call.BootNotificationPayload.from_dict({wrong!r})",
        "except ValueError as error:",
        "    print(error.code, error.path)",
    ]
    node = ("node", str(PROGRAMS / "wasm.js"), str(old), "256")
    first, *written, last, end = run(*node, text="\n".join(program) + "\n").split(
        "\r\n"
    )
    assert first == "10 Local"
    assert list(map(json.loads, written)) == list(messages.values())
    assert last == "TypeConstraintViolation chargePointVendor"
    assert end == ""
