"""Let two ends of PyPI's `ocpp` talk with our messages, and print what happened as JSON.

    python exchange.py subclassed | in_place

A central system and a charge point in one program, on a websocket. The argument says how
our messages get into `ocpp`: the module of that name. They come from the package
`payloads`, generated with the names that the release of `ocpp` needs.
"""

# `ocpp` has no types, and `payloads` is generated when the tests run.
# mypy: disable-error-code="import-not-found,import-untyped,misc,untyped-decorator"

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from contextlib import suppress
from importlib import metadata
from types import SimpleNamespace
from typing import Any

ChargePoint: Any = importlib.import_module(sys.argv[1]).ChargePoint

from ocpp.exceptions import OCPPError  # noqa: E402 - ours had to be in place first
from ocpp.routing import on  # noqa: E402
from payloads import REQUESTS, RESPONSES, enums  # noqa: E402
from payloads.datatypes import (  # noqa: E402
    ChargingProfile,
    ChargingSchedule,
    ChargingSchedulePeriod,
    IdTagInfo,
    MeterValue,
    SampledValue,
)
from payloads.enums import Action  # noqa: E402
from typed import on_request, typed_reply  # noqa: E402
from websockets.asyncio.client import connect  # noqa: E402
from websockets.asyncio.server import serve  # noqa: E402
from websockets.exceptions import ConnectionClosedOK  # noqa: E402

# With these, the program below is the same for every release: `request.Reset` is
# `call.ResetPayload` for the one and `call.Reset` for the other.
request = SimpleNamespace(**REQUESTS)
response = SimpleNamespace(**RESPONSES)

METER_VALUES = request.MeterValues(
    connector_id=1,
    transaction_id=7,
    meter_value=[
        MeterValue(
            timestamp="2024-05-01T10:00:00Z",
            sampled_value=[
                SampledValue(
                    value="1250",
                    context=enums.ReadingContext.sample_periodic,
                    measurand=enums.Measurand.energy_active_import_register,
                    unit=enums.UnitOfMeasure.wh,
                ),
                SampledValue(value="16.2", phase=enums.Phase.l1_n),
            ],
        ),
        MeterValue(
            timestamp="2024-05-01T10:15:00.250+02:00",
            sampled_value=[SampledValue(value="1300")],
        ),
    ],
)
REMOTE_START = request.RemoteStartTransaction(
    id_tag="TAG1",
    connector_id=1,
    charging_profile=ChargingProfile(
        charging_profile_id=1,
        stack_level=0,
        charging_profile_purpose=enums.ChargingProfilePurposeType.tx_profile,
        charging_profile_kind=enums.ChargingProfileKindType.absolute,
        charging_schedule=ChargingSchedule(
            charging_rate_unit=enums.ChargingRateUnitType.amps,
            min_charging_rate=6.1,
            charging_schedule_period=[
                ChargingSchedulePeriod(start_period=0, limit=21.4),
                ChargingSchedulePeriod(start_period=60, limit=16, number_phases=1),
            ],
        ),
    ),
)

# What the program prints, by action where a dict is empty here.
record: dict[str, Any] = {
    "release": metadata.version("ocpp"),
    "imported": [],  # what a program gets that imports from ocpp.v16
    "frames": [],  # text of each frame, both ways, in order
    "sent": {},  # the request
    "handled": {},  # what the handler was given
    "answered": {},  # the response that the handler returned
    "replies": {},  # the response that the caller got
    "typed_replies": {},  # the same, made strict
    "probes": {},  # answers to single frames on a connection of their own, by message id
}


def described(message: Any) -> dict[str, str]:
    cls = type(message)
    return {"class": f"{cls.__module__}.{cls.__qualname__}", "repr": repr(message)}


def answer(payload: Any) -> Any:
    record["answered"][payload.ACTION] = described(payload) | {
        "dict": payload.to_dict()
    }
    return payload


class CentralSystem(ChargePoint):
    @on(Action.BootNotification)
    async def booted(self, **fields: Any) -> Any:
        record["handled"]["BootNotification"] = fields
        return answer(
            response.BootNotification(
                current_time="2024-05-01T10:00:00Z",
                interval=300,
                status=enums.RegistrationStatus.accepted,
            )
        )

    @on(Action.Authorize)
    def tag_shown(self, id_tag: str) -> Any:
        record["handled"]["Authorize"] = {"id_tag": id_tag}
        status = enums.AuthorizationStatus.concurrent_tx
        return answer(response.Authorize(id_tag_info=IdTagInfo(status, "GROUP1")))

    @on_request(Action.MeterValues)
    async def measured(self, values: Any) -> Any:
        record["handled"]["MeterValues"] = repr(values)
        return answer(response.MeterValues())


class Charger(ChargePoint):
    @on_request(Action.RemoteStartTransaction)
    async def start_wanted(self, start: Any) -> Any:
        record["handled"]["RemoteStartTransaction"] = repr(start)
        status = enums.RemoteStartStopStatus.accepted
        return answer(response.RemoteStartTransaction(status=status))


class RecordedWebsocket:
    """What `ocpp` needs of a connection; keeps the text of every frame."""

    def __init__(self, websocket: Any) -> None:
        self._websocket = websocket

    async def send(self, text: str) -> None:
        record["frames"].append(text)
        await self._websocket.send(text)

    async def recv(self) -> str:
        text: str = await self._websocket.recv()
        record["frames"].append(text)
        return text


def imported() -> list[str]:
    from ocpp.v16 import call, call_result, datatypes, enums

    return [module.__name__ for module in (call, call_result, datatypes, enums)]


async def ask(asking: Any, payload: Any) -> None:
    action = payload.ACTION
    record["sent"][action] = described(payload) | {"dict": payload.to_dict()}
    reply = await asking.call(payload, suppress=False)
    record["replies"][action] = described(reply)
    record["typed_replies"][action] = described(typed_reply(reply))


async def talk(charger: Any, central: Any) -> None:
    boot = request.BootNotification(
        charge_point_model="M1", charge_point_vendor="V", firmware_version="1.0"
    )
    await ask(charger, boot)
    await ask(charger, request.Authorize(id_tag="TAG1"))
    await ask(charger, METER_VALUES)
    await ask(central, REMOTE_START)
    try:
        await central.call(request.Reset(type="Medium"), suppress=False)
    except OCPPError as error:
        record["refused_to_send"] = str(error)


async def probe(websocket: Any) -> None:
    bad_time = {"timestamp": "yesterday", "sampledValue": [{"value": "1"}]}
    calls: dict[str, dict[str, Any]] = {
        "Sing": {},
        "Heartbeat": {},
        "MeterValues": {"connectorId": 1, "meterValue": [bad_time]},
    }
    for action, payload in calls.items():
        await websocket.send(json.dumps([2, action, action, payload]))
        kind, message_id, *answered = json.loads(await websocket.recv())
        assert kind == 4, answered
        record["probes"][message_id] = answered


async def main() -> None:
    centrals: asyncio.Queue[Any] = asyncio.Queue()

    async def accept(websocket: Any) -> None:
        central = CentralSystem("central", websocket)
        centrals.put_nowait(central)
        with suppress(ConnectionClosedOK):
            await central.start()

    async with asyncio.timeout(20), serve(accept, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        address = f"ws://127.0.0.1:{port}"
        async with (
            connect(address, proxy=None) as websocket,
            asyncio.TaskGroup() as tasks,
        ):
            charger = Charger("charger", RecordedWebsocket(websocket))
            listening = tasks.create_task(charger.start())
            await talk(charger, await centrals.get())
            listening.cancel()
        async with connect(address, proxy=None) as websocket:
            await probe(websocket)
    record["imported"] = imported()
    print(json.dumps(record))


asyncio.run(main())
