"""Our messages in PyPI's `ocpp`, for a new program: a subclass that names our modules.

It is what `ocpp.v16` does with its own modules. The program imports messages and enums
from our package, here `payloads`, and this `ChargePoint` in place of `ocpp.v16`'s.
"""

# `ocpp` has no types, and `payloads` is generated when the tests run.
# mypy: disable-error-code="import-not-found,import-untyped,misc"

from __future__ import annotations

from ocpp.charge_point import ChargePoint as AnyChargePoint
from payloads import call, call_result


class ChargePoint(AnyChargePoint):
    """An end of a connection that speaks OCPP 1.6 with our messages."""

    _call = call
    _call_result = call_result
    _ocpp_version = "1.6"
