"""Our messages in PyPI's `ocpp` with the names of the spec, and no others.

`ocpp` turns names by a rule that doesn't know all of them: `limit_l2` becomes `limitL2`, which
its own schemas refuse, and keys of a user's own data are turned as well. Here our classes
write and read the messages, in place of the renaming, and check them, in place of its JSON
Schemas. Connection, ids, timeouts, hooks and errors remain those of `ocpp`.

Handlers take the request as one object, and `call` returns the reply as one: both are
checked, with enum members and nested objects.
"""

# `ocpp` has no types, and `payloads` is generated when the tests run.
# mypy: disable-error-code="import-not-found,import-untyped,misc"

from __future__ import annotations

import inspect
from typing import Any

from ocpp.charge_point import ChargePoint as AnyChargePoint
from ocpp.exceptions import NotImplementedError as NoHandlerError
from ocpp.exceptions import NotSupportedError
from ocpp.messages import Call, CallError, MessageType
from payloads import REQUESTS, RESPONSES
from payloads.errors import ValidationError


class ChargePoint(AnyChargePoint):
    """An end of a connection on which our classes read and write every message."""

    async def call(
        self, payload: Any, suppress: bool = True, unique_id: str | None = None
    ) -> Any:
        """Send a request; return the reply, or None for an error that is suppressed.

        Raises:
            ValidationError: The request, or the reply, breaks a rule of the protocol.
            OCPPError: The other end answers with an error.
            TimeoutError: It doesn't answer in time.
        """
        unique_id = unique_id or str(self._unique_id_generator())
        frame = Call(unique_id, payload.ACTION, payload.to_dict()).to_json()
        async with self._call_lock:
            await self._send(frame)
            answer = await self._get_specific_response(
                unique_id, self._response_timeout
            )
        if answer.message_type_id == MessageType.CallResult:
            return RESPONSES[payload.ACTION].from_dict(answer.payload)
        if suppress:
            return None
        raise answer.to_exception()

    async def _handle_call(self, call: Any) -> None:
        """Answer a request; `ocpp` itself answers with the errors that it knows."""
        if call.action not in REQUESTS:
            raise NotSupportedError(details={"action": call.action})
        hooks = self.route_map.get(call.action, {})
        if "_on_action" not in hooks:
            raise NoHandlerError(details={"action": call.action})
        try:
            request = REQUESTS[call.action].from_dict(call.payload)
        except ValidationError as error:
            details = {"path": error.path}
            answer = CallError(call.unique_id, error.code, error.reason, details)
        else:
            answer = await self._answer(call, request, hooks)
        await self._send(answer.to_json())
        if answer.message_type_id == MessageType.CallResult:
            await _result(hooks.get("_after_action", _nothing)(request))

    async def _answer(self, call: Any, request: Any, hooks: dict[str, Any]) -> Any:
        try:
            response = await _result(hooks["_on_action"](request))
            return call.create_call_result(response.to_dict())
        except Exception as error:
            self.logger.exception("Error while handling request '%s'", call)
            return call.create_call_error(error)


def _nothing(_: Any) -> None:
    pass


async def _result(given: Any) -> Any:
    """Return what a handler returns, be it asynchronous or not."""
    return await given if inspect.isawaitable(given) else given
