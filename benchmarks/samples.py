"""Requests of OCPP 1.6, from the smallest to the deepest, and of 2.1, as JSON objects."""

from __future__ import annotations

from typing import Any

_START = "2024-05-17T10:30:00Z"
_MEASURED = (
    ("Energy.Active.Import.Register", "Wh", None, "1523480"),
    ("Power.Active.Import", "W", None, "10850.5"),
    ("Voltage", "V", "L1-N", "229.7"),
    ("Voltage", "V", "L2-N", "230.4"),
    ("Voltage", "V", "L3-N", "231.0"),
    ("Current.Import", "A", "L1", "15.8"),
    ("Current.Import", "A", "L2", "15.7"),
    ("Current.Import", "A", "L3", "15.9"),
)


def _sampled_values(context: str) -> list[dict[str, Any]]:
    return [
        {
            "value": value,
            "context": context,
            "format": "Raw",
            "measurand": measurand,
            **({"phase": phase} if phase else {}),
            "location": "Outlet",
            "unit": unit,
        }
        for measurand, unit, phase, value in _MEASURED
    ]


OCPP16: dict[str, dict[str, Any]] = {
    "Authorize": {"idTag": "04A2B91F5C6D80"},
    "BootNotification": {
        "chargePointModel": "Wallbox 22",
        "chargePointVendor": "Example Energy",
        "chargePointSerialNumber": "EE-2024-000417",
        "firmwareVersion": "4.2.17-rc1",
        "iccid": "8944500102198304826",
        "imsi": "234507098765432",
        "meterSerialNumber": "MTR-55102-A",
    },
    "StatusNotification": {
        "connectorId": 1,
        "errorCode": "GroundFailure",
        "status": "Faulted",
        "timestamp": _START,
        "info": "residual current over 6 mA",
        "vendorId": "com.example.energy",
        "vendorErrorCode": "0x1F",
    },
    "MeterValues": {
        "connectorId": 1,
        "transactionId": 170415,
        "meterValue": [
            {
                "timestamp": f"2024-05-17T10:{minute}:00Z",
                "sampledValue": _sampled_values("Sample.Periodic"),
            }
            for minute in (30, 31)
        ],
    },
    "SetChargingProfile": {
        "connectorId": 1,
        "csChargingProfiles": {
            "chargingProfileId": 12,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Recurring",
            "recurrencyKind": "Daily",
            "validFrom": _START,
            "validTo": "2024-12-31T23:59:59Z",
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "duration": 86400,
                "startSchedule": "2024-05-17T00:00:00Z",
                "minChargingRate": 6.5,
                "chargingSchedulePeriod": [
                    {
                        "startPeriod": 3600 * hour,
                        "limit": 32.0 if hour < 6 else 10.5 + hour / 2,
                        "numberPhases": 3,
                    }
                    for hour in range(24)
                ],
            },
        },
    },
    "StopTransaction": {
        "meterStop": 1523480,
        "timestamp": "2024-05-17T12:45:10Z",
        "transactionId": 170415,
        "reason": "EVDisconnected",
        "idTag": "04A2B91F5C6D80",
        "transactionData": [
            {"timestamp": time, "sampledValue": _sampled_values(context)}
            for time, context in (
                (_START, "Transaction.Begin"),
                ("2024-05-17T12:45:10Z", "Transaction.End"),
            )
        ],
    },
}

_VARIABLES = (
    ("AvailabilityState", "OptionList", None, "Available"),
    ("Available", "boolean", None, "true"),
    ("Power", "decimal", "W", "22080"),
    ("SupplyPhases", "integer", None, "3"),
    ("ACCurrent", "decimal", "A", "15.8"),
    ("Problem", "boolean", None, "false"),
)

OCPP21: dict[str, dict[str, Any]] = {
    "TransactionEvent": {
        "eventType": "Updated",
        "timestamp": "2024-05-17T10:31:00Z",
        "triggerReason": "MeterValuePeriodic",
        "seqNo": 7,
        "transactionInfo": {
            "transactionId": "8c3f0f1e-5f2b-4b0a-9c35-1d7d6f4f0a11",
            "chargingState": "Charging",
            "timeSpentCharging": 1860,
        },
        "meterValue": [
            {
                "sampledValue": [
                    {
                        "value": float(value),
                        "measurand": measurand,
                        "context": "Sample.Periodic",
                        **({"phase": phase} if phase else {}),
                        "location": "Outlet",
                        "unitOfMeasure": {"unit": unit, "multiplier": 0},
                    }
                    for measurand, unit, phase, value in _MEASURED
                ],
                "timestamp": "2024-05-17T10:31:00Z",
            }
        ],
        "offline": False,
        "numberOfPhasesUsed": 3,
        "cableMaxCurrent": 32,
        "evse": {"id": 1, "connectorId": 1},
        "idToken": {"idToken": "04A2B91F5C6D80", "type": "ISO14443"},
    },
    "NotifyReport": {
        "requestId": 417,
        "generatedAt": _START,
        "seqNo": 0,
        "reportData": [
            {
                "component": {"name": "EVSE", "evse": {"id": evse}},
                "variable": {"name": name},
                "variableAttribute": [
                    {
                        "type": "Actual",
                        "value": value,
                        "mutability": "ReadOnly",
                        "persistent": False,
                        "constant": False,
                    }
                ],
                "variableCharacteristics": {
                    "dataType": data_type,
                    "supportsMonitoring": True,
                    **({"unit": unit} if unit else {}),
                },
            }
            for evse in (1, 2)
            for name, data_type, unit, value in _VARIABLES
        ],
        "tbc": True,
    },
}

SAMPLES = {"v16": OCPP16, "v21": OCPP21}
