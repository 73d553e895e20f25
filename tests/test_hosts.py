"""Our classes inside PyPI's `ocpp`: both ends of a connection, on a real websocket.

Two releases that need different class names, and two ways to get our messages in; see the
programs in `hosts/`, which run in a Python of their own: two releases can't be in one.

A release is fetched once, into pytest's cache. Without network, tests whose release isn't
there fail; with PAYLOAD_GENERATOR_OFFLINE=1 they are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "tests" / "hosts"
SPEC = "spec/ocpp16.yaml"
# How each release has the classes of messages end.
SUFFIXES = {"0.26.0": "Payload", "2.1.0": ""}
ACTIONS = ["BootNotification", "Authorize", "MeterValues", "RemoteStartTransaction"]


class Host(NamedTuple):
    """A release of `ocpp` with our package, named as it needs."""

    release: str
    suffix: str
    folders: tuple[Path, Path]

    @property
    def schemas(self) -> Path:
        return self.folders[0] / "ocpp" / "v16" / "schemas"

    def run(self, program: str, *arguments: str) -> Any:
        """Return what a program of `hosts/` prints."""
        path = os.pathsep.join(map(str, self.folders))
        return json.loads(
            run(str(PROGRAMS / program), *arguments, variables={"PYTHONPATH": path})
        )


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
            if os.environ.get("PAYLOAD_GENERATOR_OFFLINE") == "1":
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
                f" (PAYLOAD_GENERATOR_OFFLINE=1 skips it): {error}",
                pytrace=False,
            )
        try:
            made.rename(folder)
        except OSError:
            if not folder.is_dir():  # it is there if another run was faster
                raise


@pytest.fixture(scope="module", params=SUFFIXES)
def host(
    request: pytest.FixtureRequest,
    fetch: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Host:
    release_folder = fetch(request.param)
    suffix = SUFFIXES[request.param]
    made = tmp_path_factory.mktemp("made")
    target = ["--target", "python", "--out", str(made), "--package", "payloads"]
    naming = ["--class-suffix", suffix]
    run("-m", "generator", "generate", "--spec", SPEC, *target, *naming)
    return Host(request.param, suffix, (release_folder, made))


@pytest.fixture(scope="module", params=["subclassed", "in_place"])
def exchange(request: pytest.FixtureRequest, host: Host) -> Exchange:
    return Exchange(host, request.param, host.run("exchange.py", request.param))


# On the wire


def test_both_ends_are_of_the_release(exchange: Exchange) -> None:
    assert exchange.record["release"] == exchange.host.release
    assert list(exchange.calls) == ACTIONS


def test_frames_hold_what_to_dict_gives(exchange: Exchange) -> None:
    for action, (request, response) in exchange.calls.items():
        assert request == exchange.record["sent"][action]["dict"]
        assert response == exchange.record["answered"][action]["dict"]


def test_frames_are_valid_by_the_schemas_of_the_release(exchange: Exchange) -> None:
    for action, messages in exchange.calls.items():
        for ending, message in zip(["", "Response"], messages, strict=True):
            schema = (exchange.host.schemas / f"{action}{ending}.json").read_text(
                "utf-8-sig"
            )
            # Multiples of 0.1 are no multiples as binary floats.
            validator = jsonschema.Draft4Validator(
                json.loads(schema, parse_float=Decimal)
            )
            validator.validate(json.loads(json.dumps(message), parse_float=Decimal))


# In the program


def test_imports_from_the_host_give_our_modules_only_in_place(
    exchange: Exchange,
) -> None:
    package = {"subclassed": "ocpp.v16", "in_place": "payloads"}[exchange.way]
    modules = ["call", "call_result", "datatypes", "enums"]
    assert exchange.record["imported"] == [f"{package}.{name}" for name in modules]


def test_handlers_get_fields_in_snake_case(exchange: Exchange) -> None:
    assert exchange.record["handled"]["BootNotification"] == {
        "charge_point_model": "M1",
        "charge_point_vendor": "V",
        "firmware_version": "1.0",
    }


def test_callers_get_our_response_classes(exchange: Exchange) -> None:
    for action in ACTIONS:
        name = action + exchange.host.suffix
        assert exchange.record["sent"][action]["class"] == f"payloads.call.{name}"
        expected = f"payloads.call_result.{name}"
        assert exchange.record["answered"][action]["class"] == expected
        assert exchange.record["replies"][action]["class"] == expected


@pytest.mark.parametrize("action", ["MeterValues", "RemoteStartTransaction"])
def test_typed_handlers_get_members_and_nested_objects(
    action: str, exchange: Exchange
) -> None:
    # The repr of the request that was made of members and objects.
    assert exchange.record["handled"][action] == exchange.record["sent"][action]["repr"]


def test_typed_replies_are_what_the_handler_returned(exchange: Exchange) -> None:
    for action in ACTIONS:
        expected = exchange.record["answered"][action]["repr"]
        assert exchange.record["typed_replies"][action]["repr"] == expected


# What is wrong


def test_a_wrong_value_can_be_constructed_and_is_refused_by_the_host(
    exchange: Exchange,
) -> None:
    assert "'Medium' is not one of" in exchange.record["refused_to_send"]
    assert "Reset" not in exchange.calls


def test_typed_handlers_answer_with_the_code_and_path_of_a_broken_rule(
    exchange: Exchange,
) -> None:
    # The schemas of the host let it through: they state no format that it checks.
    code, _, details = exchange.record["probes"]["MeterValues"]
    assert code == "PropertyConstraintViolation"
    assert details == {"path": "meterValue[0].timestamp"}


@pytest.mark.parametrize(
    ("action", "code"), [("Heartbeat", "NotImplemented"), ("Sing", "NotSupported")]
)
def test_the_host_tells_unhandled_actions_from_unknown_ones(
    action: str, code: str, exchange: Exchange
) -> None:
    assert exchange.record["probes"][action][0] == code


# Names


def test_the_host_carries_every_field_but_one(host: Host) -> None:
    # Ours is `file_name`, as in the reference; the host goes by its rule.
    assert host.run("names.py") == ["GetLogResponse.filename"]
