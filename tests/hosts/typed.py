"""Strict requests and replies inside PyPI's `ocpp`, whichever way our messages got there.

`ocpp` gives a handler the fields of a request as keyword arguments, and a caller the reply
with our class but unconverted: text where we have enum members, dicts where we have
objects, and Decimals in charging profiles. The two functions here make of either what
`from_json` makes of the message: checked, with members and nested objects.

They get the wire names back by the renaming that `ocpp` has for it, which is exact for
every name of OCPP 1.6 and 2.0.1, but not for all of 2.1; see `exact.py`.
"""

# `ocpp` has no types, and `payloads` is generated when the tests run.
# mypy: disable-error-code="import-not-found,import-untyped,no-any-return,untyped-decorator"

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

from ocpp.charge_point import remove_nones, snake_to_camel_case
from ocpp.messages import CallError
from ocpp.routing import on
from payloads import REQUESTS
from payloads.errors import ValidationError

Handler = Callable[..., Awaitable[Any]]


def on_request(action: str) -> Callable[[Handler], Handler]:
    """Like `on` of `ocpp`, for a method that takes the request as one object.

    A request that breaks a rule never gets there; it is answered with the error code of
    the rule.
    """

    def decorate(handler: Handler) -> Handler:
        @on(action)
        @wraps(handler)
        async def receive(charge_point: Any, **fields: Any) -> Any:
            try:
                request = _typed(REQUESTS[action], fields)
            except ValidationError as error:
                details = {"path": error.path}
                answer = CallError(None, error.code, error.reason, details)
                raise answer.to_exception() from error
            return await handler(charge_point, request)

        return receive

    return decorate


def typed_reply(reply: Any) -> Any:
    """Return what `ChargePoint.call` returned, checked and converted.

    Raises:
        ValidationError: The reply breaks a rule of the protocol.
    """
    return _typed(type(reply), remove_nones(asdict(reply)))


def _typed(cls: Any, fields: dict[str, Any]) -> Any:
    return cls.from_json(json.dumps(snake_to_camel_case(fields), default=float))
