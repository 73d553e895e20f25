"""What two ends say in OCPP 1.6: see `exchange.py`."""

# `ocpp` has no types, and `payloads` is generated when the tests run.
# mypy: disable-error-code="import-not-found,import-untyped,misc,untyped-decorator"

from __future__ import annotations

from typing import Any

from ends import ChargePoint, answer, ask, on_request, record, request, response
from ocpp.exceptions import OCPPError
from ocpp.routing import on
from payloads import enums
from payloads.datatypes import (
    ChargingProfile,
    ChargingSchedule,
    ChargingSchedulePeriod,
    IdTagInfo,
    MeterValue,
    SampledValue,
)
from payloads.enums import Action

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

PROBES: dict[str, dict[str, Any]] = {
    "Sing": {},
    "Heartbeat": {},
    "MeterValues": {
        "connectorId": 1,
        "meterValue": [{"timestamp": "yesterday", "sampledValue": [{"value": "1"}]}],
    },
}


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
        record["refused"]["Reset"] = str(error)
