"""What two ends say in OCPP 1.6 that `ocpp` can't carry by itself: see `exchange.py`."""

# `ocpp` has no types, and `payloads` is generated when the tests run.
# mypy: disable-error-code="import-not-found,import-untyped,misc,untyped-decorator"

from __future__ import annotations

from typing import Any

from ends import ChargePoint, answer, ask, on_request, record, request, response
from payloads import enums
from payloads.datatypes import LogParameters
from payloads.enums import Action

PROBES: dict[str, dict[str, Any]] = {}


class CentralSystem(ChargePoint):
    """Only asks."""


class Charger(ChargePoint):
    @on_request(Action.GetLog)
    def log_wanted(self, wanted: Any) -> Any:
        record["handled"]["GetLog"] = repr(wanted)
        status = enums.LogStatus.accepted
        return answer(response.GetLog(status=status, file_name="log.txt"))


async def talk(_: Any, central: Any) -> None:
    log = LogParameters(remote_location="https://example.com/logs")
    kind = enums.Log.diagnostics_log
    await ask(central, request.GetLog(log=log, log_type=kind, request_id=1))
