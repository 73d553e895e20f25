"""What two ends say in OCPP 2.0.1 and 2.1: see `exchange.py`."""

# `ocpp` has no types, and `payloads` is generated when the tests run.
# mypy: disable-error-code="import-not-found,import-untyped,misc,untyped-decorator"

from __future__ import annotations

from typing import Any

from ends import (
    HOST,
    WAY,
    ChargePoint,
    answer,
    ask,
    on_request,
    record,
    request,
    response,
)
from ocpp.exceptions import OCPPError
from payloads import datatypes, enums
from payloads.enums import Action

BOOT = request.BootNotification(
    charging_station=datatypes.ChargingStationType(
        model="M1", vendor_name="V", modem=datatypes.ModemType(iccid="8944500102")
    ),
    reason=enums.BootReasonEnumType.power_up,
)
# Text in 2.1, where anybody may add kinds.
ISO14443: Any = "ISO14443" if HOST == "ocpp.v21" else enums.IdTokenEnumType.iso14443
EVENT = request.TransactionEvent(
    event_type=enums.TransactionEventEnumType.started,
    timestamp="2024-05-01T10:00:00Z",
    trigger_reason=enums.TriggerReasonEnumType.cable_plugged_in,
    seq_no=0,
    transaction_info=datatypes.TransactionType(
        transaction_id="T-1", charging_state=enums.ChargingStateEnumType.ev_connected
    ),
    meter_value=[
        datatypes.MeterValueType(
            sampled_value=[
                datatypes.SampledValueType(
                    value=16.25,
                    measurand=enums.MeasurandEnumType.current_import,
                    phase=enums.PhaseEnumType.l1,
                    unit_of_measure=datatypes.UnitOfMeasureType(unit="A"),
                ),
                datatypes.SampledValueType(value=0),
            ],
            timestamp="2024-05-01T10:00:00Z",
        )
    ],
    evse=datatypes.EVSEType(id=1, connector_id=1),
    id_token=datatypes.IdTokenType(id_token="TAG1", type=ISO14443),
)
REPORT = request.NotifyReport(
    request_id=5,
    generated_at="2024-05-01T10:00:00Z",
    seq_no=0,
    report_data=[
        datatypes.ReportDataType(
            component=datatypes.ComponentType(
                name="EVSE", evse=datatypes.EVSEType(id=1)
            ),
            variable=datatypes.VariableType(name="AvailabilityState"),
            variable_attribute=[
                datatypes.VariableAttributeType(
                    type=enums.AttributeEnumType.actual, value="Available"
                )
            ],
            variable_characteristics=datatypes.VariableCharacteristicsType(
                data_type=enums.DataEnumType.option_list,
                supports_monitoring=True,
                values_list="Available,Occupied",
            ),
        )
    ],
    tbc=False,
)


def charging_profile(*periods: Any) -> Any:
    return request.SetChargingProfile(
        evse_id=1,
        charging_profile=datatypes.ChargingProfileType(
            id=1,
            stack_level=0,
            charging_profile_purpose=enums.ChargingProfilePurposeEnumType.tx_default_profile,
            charging_profile_kind=enums.ChargingProfileKindEnumType.absolute,
            charging_schedule=[
                datatypes.ChargingScheduleType(
                    id=1,
                    charging_rate_unit=enums.ChargingRateUnitEnumType.amps,
                    charging_schedule_period=[*periods],
                )
            ],
        ),
    )


PERIOD = datatypes.ChargingSchedulePeriodType(start_period=0, limit=16.0)
PROFILE = charging_profile(PERIOD)
if HOST == "ocpp.v21":
    BY_PHASE = charging_profile(
        datatypes.ChargingSchedulePeriodType(
            start_period=0, limit=16.1, limit_l2=12.0, limit_l3=10.5
        ),
        PERIOD,
    )
if WAY == "exact":
    own = {"shift_name": "night", "odo_Meter": [{"some_key": None}]}
    EVENT.custom_data = datatypes.CustomDataType(vendor_id="com.example", extra=own)

PROBES: dict[str, dict[str, Any]] = {
    "NotifyReport": {
        "requestId": 1,
        "generatedAt": "yesterday",
        "seqNo": 0,
    },
}
if WAY == "exact":  # in 2.1, `ocpp` itself leaves those without an answer
    PROBES |= {"Sing": {}, "Heartbeat": {}}


class CentralSystem(ChargePoint):
    @on_request(Action.BootNotification)
    async def booted(self, boot: Any) -> Any:
        record["handled"]["BootNotification"] = repr(boot)
        return answer(
            response.BootNotification(
                current_time="2024-05-01T10:00:00Z",
                interval=300,
                status=enums.RegistrationStatusEnumType.accepted,
            )
        )

    @on_request(Action.TransactionEvent)
    async def happened(self, event: Any) -> Any:
        record["handled"]["TransactionEvent"] = repr(event)
        status = enums.AuthorizationStatusEnumType.accepted
        info = datatypes.IdTokenInfoType(status=status, charging_priority=3)
        return answer(response.TransactionEvent(total_cost=0.5, id_token_info=info))

    @on_request(Action.NotifyReport)
    async def reported(self, report: Any) -> Any:
        record["handled"]["NotifyReport"] = repr(report)
        return answer(response.NotifyReport())


class Charger(ChargePoint):
    @on_request(Action.SetChargingProfile)
    async def profile_wanted(self, profile: Any) -> Any:
        record["handled"]["SetChargingProfile"] = repr(profile)
        return answer(
            response.SetChargingProfile(
                status=enums.ChargingProfileStatusEnumType.rejected,
                status_info=datatypes.StatusInfoType(reason_code="InternalError"),
            )
        )


async def talk(charger: Any, central: Any) -> None:
    for payload in (BOOT, EVENT, REPORT):
        await ask(charger, payload)
    await ask(central, PROFILE)
    if HOST == "ocpp.v21":
        try:
            await ask(central, BY_PHASE)
        except OCPPError as error:
            record["refused"]["SetChargingProfile"] = str(error)
