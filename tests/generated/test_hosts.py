"""Our classes inside PyPI's `ocpp`: both ends of a connection, on a real websocket.

Three releases that need different names, three versions of OCPP, and three ways to get our
messages in; see the programs in `hosts/`, which run in a Python of their own: two releases
can't be in one.

A release is fetched once, into pytest's cache. Without network, tests whose release isn't
there fail; with PAYLOOM_OFFLINE=1 they are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import jsonschema
import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests" / "hosts"
# How each release has the classes of messages end.
SUFFIXES = {"0.26.0": "Payload", "1.0.0": "Payload", "2.1.0": ""}
HOSTS = (
    *((release, "v16") for release in SUFFIXES),
    *(("2.1.0", "v201"), ("2.1.0", "v21")),
)
# What this release sends of a list of objects is the last of them.
KEEPS_THE_LAST = "1.0.0"
WAYS = ("subclassed", "in_place", "exact")
ACTIONS_OF_16 = [
    "BootNotification",
    "Authorize",
    "MeterValues",
    "RemoteStartTransaction",
]
ACTIONS_OF_2 = [
    "BootNotification",
    "TransactionEvent",
    "NotifyReport",
    "SetChargingProfile",
]


class Host(NamedTuple):
    """A release of `ocpp` with our package for a version, named as it needs."""

    release: str
    version: str
    folders: tuple[Path, Path]

    @property
    def suffix(self) -> str:
        return SUFFIXES[self.release]

    def schema(self, action: str, kind: str) -> Any:
        """Return the schema that the release checks messages with."""
        ending = kind if kind == "Response" or self.version != "v16" else ""
        schemas = self.folders[0] / "ocpp" / self.version / "schemas"
        text = (schemas / f"{action}{ending}.json").read_text("utf-8-sig")
        # Multiples of 0.1 are no multiples as binary floats.
        return json.loads(text, parse_float=Decimal)

    def run(self, program: str, *arguments: str) -> Any:
        """Return what a program of `hosts/` prints of the version."""
        path = os.pathsep.join(map(str, self.folders))
        command = [str(PROGRAMS / program), *arguments, f"ocpp.{self.version}"]
        return json.loads(run(*command, variables={"PYTHONPATH": path}))


class Exchange(NamedTuple):
    """What happened between the two ends."""

    host: Host
    way: str
    record: dict[str, Any]

    @property
    def calls(self) -> dict[str, tuple[Any, Any]]:
        """Request and response of each exchange, as they were on the wire."""
        frames = [json.loads(frame) for frame in self.record["frames"]]
        calls = {}
        for asked, answered in zip(frames[::2], frames[1::2], strict=True):
            kind, message_id, action, request = asked
            assert kind == 2
            assert answered[:2] == [3, message_id]
            calls[action] = request, answered[2]
        return calls


def run(*command: str, variables: dict[str, str] | None = None) -> str:
    """Return the output of a Python of its own; it must succeed."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | (variables or {}),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr or done.stdout)
    return done.stdout


@pytest.fixture(scope="session")
def fetch(pytestconfig: pytest.Config) -> Callable[[str], Path]:
    """Return the folder of a release of `ocpp`, and fetch it if it isn't there."""
    assert pytestconfig.cache is not None, "the releases of ocpp go to pytest's cache"
    cache = pytestconfig.cache.mkdir("hosts")

    def folder(release: str) -> Path:
        fetched = cache / f"ocpp-{release}"
        if not fetched.is_dir():
            if os.environ.get("PAYLOOM_OFFLINE") == "1":
                pytest.skip(f"ocpp {release} isn't in pytest's cache, and offline")
            fetch_release(release, fetched)
        return fetched

    return folder


def fetch_release(release: str, folder: Path) -> None:
    options = "--no-deps --only-binary=:all: --quiet --disable-pip-version-check"
    with TemporaryDirectory(dir=folder.parent) as unfinished:
        made = Path(unfinished, "made")
        target = ["--target", str(made), f"ocpp=={release}"]
        try:
            run("-m", "pip", "install", *options.split(), *target)
        except RuntimeError as error:
            pytest.fail(
                f"pip can't fetch ocpp {release}, which this test needs once"
                f" (PAYLOOM_OFFLINE=1 skips it): {error}",
                pytrace=False,
            )
        try:
            made.rename(folder)
        except OSError:
            if not folder.is_dir():  # it is there if another run was faster
                raise


@pytest.fixture(scope="module")
def made(
    fetch: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Host]:
    """Return a host; its package is generated once."""

    @cache
    def host(release: str, version: str, aliases: bool = False) -> Host:
        folder = tmp_path_factory.mktemp("made")
        spec = f"spec/ocpp{version.removeprefix('v')}.yaml"
        target = ["--target", "python", "--out", str(folder), "--package", "payloads"]
        suffix = ["--class-suffix", SUFFIXES[release]]
        naming = ["--aliases"] if aliases else suffix
        run("-m", "generator", "generate", "--spec", spec, *target, *naming)
        return Host(release, version, (fetch(release), folder))

    return host


@pytest.fixture(scope="module")
def host(request: pytest.FixtureRequest, made: Callable[..., Host]) -> Host:
    return made(*request.param)


@pytest.fixture(scope="module")
def exchange(request: pytest.FixtureRequest, made: Callable[..., Host]) -> Exchange:
    release, version, way = request.param
    if way != "aliases":
        host = made(release, version)
        return Exchange(host, way, host.run("exchange.py", way))
    host = made(release, version, True)
    return Exchange(host, way, host.run("exchange.py", "subclassed"))


# What is said in OCPP 1.6 the exact way is another matter; see below.
EXCHANGES = [
    (*host, way) for host in HOSTS for way in WAYS if host[1] != "v16" or way != "exact"
]
# The same package for all releases.
EXCHANGES += [(release, "v16", "aliases") for release in SUFFIXES]
EXACT = [("2.1.0", "v201", "exact"), ("2.1.0", "v21", "exact")]


def by_exchange(exchanges: Iterable[tuple[str, str, str]]) -> pytest.MarkDecorator:
    each = [pytest.param(one, id="-".join(one)) for one in exchanges]
    return pytest.mark.parametrize("exchange", each, indirect=True)


in_every_exchange = by_exchange(EXCHANGES)
in_ocpp16 = by_exchange(each for each in EXCHANGES if each[1] == "v16")
in_ocpp2 = by_exchange(each for each in EXCHANGES if each[1] != "v16")
in_ocpp21 = by_exchange(each for each in EXCHANGES if each[1] == "v21")
exactly = by_exchange(EXACT)


# On the wire


@in_every_exchange
def test_both_ends_are_of_the_release(exchange: Exchange) -> None:
    assert exchange.record["release"] == exchange.host.release
    is_16 = exchange.host.version == "v16"
    assert list(exchange.calls) == (ACTIONS_OF_16 if is_16 else ACTIONS_OF_2)


@in_every_exchange
def test_frames_hold_what_to_dict_gives(exchange: Exchange) -> None:
    for action, (request, response) in exchange.calls.items():
        sent = exchange.record["sent"][action]["dict"]
        keeps_the_last = exchange.host.release == KEEPS_THE_LAST
        assert request == (with_last_objects(sent) if keeps_the_last else sent)
        assert response == exchange.record["answered"][action]["dict"]


def with_last_objects(data: Any) -> Any:
    """Return data with the last object of each list."""
    if isinstance(data, list):
        return [with_last_objects(each) for each in data][-1:]
    if isinstance(data, dict):
        return {key: with_last_objects(value) for key, value in data.items()}
    return data


@in_every_exchange
def test_frames_are_valid_by_the_schemas_of_the_release(exchange: Exchange) -> None:
    for action, messages in exchange.calls.items():
        for kind, message in zip(("Request", "Response"), messages, strict=True):
            schema = exchange.host.schema(action, kind)
            validator = jsonschema.validators.validator_for(schema)
            data = json.loads(json.dumps(message), parse_float=Decimal)
            validator(schema).validate(data)


# In the program


@in_every_exchange
def test_imports_from_the_host_give_our_modules_only_in_place(
    exchange: Exchange,
) -> None:
    is_in_place = exchange.way == "in_place"
    package = "payloads" if is_in_place else f"ocpp.{exchange.host.version}"
    modules = ["call", "call_result", "datatypes", "enums"]
    assert exchange.record["imported"] == [f"{package}.{name}" for name in modules]


@in_ocpp16
def test_handlers_get_fields_in_snake_case(exchange: Exchange) -> None:
    assert exchange.record["handled"]["BootNotification"] == {
        "charge_point_model": "M1",
        "charge_point_vendor": "V",
        "firmware_version": "1.0",
    }


@in_every_exchange
def test_callers_get_our_response_classes(exchange: Exchange) -> None:
    for action in exchange.calls:
        name = action + exchange.host.suffix
        assert exchange.record["sent"][action]["class"] == f"payloads.call.{name}"
        expected = f"payloads.call_result.{name}"
        assert exchange.record["answered"][action]["class"] == expected
        assert exchange.record["replies"][action]["class"] == expected


@by_exchange(each for each in EXCHANGES if each[0] != KEEPS_THE_LAST)
def test_typed_handlers_get_members_and_nested_objects(exchange: Exchange) -> None:
    is_16 = exchange.host.version == "v16"
    for action in ("MeterValues", "RemoteStartTransaction") if is_16 else ACTIONS_OF_2:
        # The repr of the request that was made of members and objects.
        sent = exchange.record["sent"][action]["repr"]
        handled = exchange.record["handled"][action]
        # The class of the one may be an alias of that of the other.
        assert handled.partition("(")[1:] == sent.partition("(")[1:]


@in_every_exchange
def test_typed_replies_are_what_the_handler_returned(exchange: Exchange) -> None:
    for action in exchange.calls:
        expected = exchange.record["answered"][action]["repr"]
        assert exchange.record["typed_replies"][action]["repr"] == expected


# What is wrong


@in_ocpp16
def test_a_wrong_value_can_be_constructed_and_is_refused_by_the_host(
    exchange: Exchange,
) -> None:
    assert "'Medium' is not one of" in exchange.record["refused"]["Reset"]
    assert "Reset" not in exchange.calls


@in_every_exchange
def test_typed_handlers_answer_with_the_code_and_path_of_a_broken_rule(
    exchange: Exchange,
) -> None:
    # The schemas of the host let it through: they state no format that it checks.
    action, path = (
        ("MeterValues", "meterValue[0].timestamp")
        if exchange.host.version == "v16"
        else ("NotifyReport", "generatedAt")
    )
    code, _, details = exchange.record["probes"][action]
    assert code == "PropertyConstraintViolation"
    assert details == {"path": path}


@by_exchange([each for each in EXCHANGES if each[1] == "v16"] + EXACT)
@pytest.mark.parametrize(
    ("action", "code"), [("Heartbeat", "NotImplemented"), ("Sing", "NotSupported")]
)
def test_unhandled_actions_are_told_from_unknown_ones(
    action: str, code: str, exchange: Exchange
) -> None:
    assert exchange.record["probes"][action][0] == code


# Names


@pytest.mark.parametrize("host", HOSTS, ids="-".join, indirect=True)
def test_names_that_the_host_carries(host: Host) -> None:
    missing = host.run("names.py")
    if host.version == "v16":
        # Ours is `file_name`, as in the reference; the host goes by its rule.
        assert missing == [f"GetLog{host.suffix}.filename"]
    elif host.version == "v201":
        assert missing == []
    else:
        assert len(missing) == 52
        assert {"limit_L2", "soH", "receiptUrl"} <= {
            path.partition(".")[2] for path in missing
        }


@in_ocpp21
def test_limits_by_phase_need_the_exact_way(exchange: Exchange) -> None:
    request, _ = exchange.calls["SetChargingProfile"]
    (schedule,) = request["chargingProfile"]["chargingSchedule"]
    first = schedule["chargingSchedulePeriod"][0]
    if exchange.way == "exact":
        assert first == {
            "startPeriod": 0, "limit": 16.1, "limit_L2": 12.0, "limit_L3": 10.5
        }  # fmt: skip
        assert "limit_l2=12.0" in exchange.record["handled"]["SetChargingProfile"]
    else:
        assert first == {"startPeriod": 0, "limit": 16.0}
        assert "limitL2" in exchange.record["refused"]["SetChargingProfile"]


@exactly
def test_fields_of_the_user_pass_as_they_are(exchange: Exchange) -> None:
    request, _ = exchange.calls["TransactionEvent"]
    assert request["customData"] == {
        "vendorId": "com.example",
        "shift_name": "night",
        "odo_Meter": [{"some_key": None}],
    }


@by_exchange([("2.1.0", "v16", "exact")])
def test_the_name_of_a_log_needs_the_exact_way_too(exchange: Exchange) -> None:
    _, response = exchange.calls["GetLog"]
    assert response == {"status": "Accepted", "filename": "log.txt"}
    reply = exchange.record["replies"]["GetLog"]
    assert "file_name='log.txt'" in reply["repr"]
