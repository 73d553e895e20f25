"""What both ends of an exchange have: the class that they extend, and what is noted of them.

The arguments of the program say how our messages get into `ocpp`, and in place of which of
its packages; see `exchange.py`.
"""

# `ocpp` has no types, and `payloads` is generated when the tests run.
# mypy: disable-error-code="import-not-found,import-untyped,misc"

from __future__ import annotations

import importlib
import sys
from importlib import metadata
from types import SimpleNamespace
from typing import Any

WAY, HOST = sys.argv[1:]
VERSIONS = {"ocpp.v16": "1.6", "ocpp.v201": "2.0.1", "ocpp.v21": "2.1"}

AnyEnd: Any = importlib.import_module(WAY).ChargePoint

from payloads import REQUESTS, call, call_result  # noqa: E402 - before `ocpp.routing`

if WAY == "exact":
    from ocpp.routing import on as on_request

    def typed_reply(reply: Any) -> Any:
        return reply

else:
    from typed import on_request, typed_reply

__all__ = [
    "ChargePoint",
    "answer",
    "ask",
    "on_request",
    "record",
    "request",
    "response",
]

RELEASE = metadata.version("ocpp")
# The releases before 2 find the action of a class by what stands before this.
SUFFIX = "Payload" if RELEASE.startswith(("0.", "1.")) else ""

# With these, a program is the same for every release: `request.Reset` is
# `call.ResetPayload` for the one and `call.Reset` for the other.
request, response = (
    SimpleNamespace(**{name: getattr(module, name + SUFFIX, None) for name in REQUESTS})
    for module in (call, call_result)
)

# What the program prints, by action where a dict is empty here.
record: dict[str, Any] = {
    "release": RELEASE,
    "imported": [],  # what a program gets that imports from the host
    "frames": [],  # text of each frame, both ways, in order
    "sent": {},  # the request
    "handled": {},  # what the handler was given
    "answered": {},  # the response that the handler returned
    "replies": {},  # the response that the caller got
    "typed_replies": {},  # the same, made strict
    "refused": {},  # what was said of a request that couldn't be sent
    "probes": {},  # answers to single frames on a connection of their own, by message id
}


class ChargePoint(AnyEnd):
    """An end that speaks the version of the host's package."""

    _ocpp_version = VERSIONS[HOST]


def described(message: Any) -> dict[str, str]:
    cls = type(message)
    return {"class": f"{cls.__module__}.{cls.__qualname__}", "repr": repr(message)}


def answer(payload: Any) -> Any:
    """Note and return what a handler answers."""
    record["answered"][payload.ACTION] = described(payload) | {
        "dict": payload.to_dict()
    }
    return payload


async def ask(asking: Any, payload: Any) -> None:
    """Send a request; note it, and its reply."""
    action = payload.ACTION
    sent = described(payload) | {"dict": payload.to_dict()}
    reply = await asking.call(payload, suppress=False)
    record["sent"][action] = sent
    record["replies"][action] = described(reply)
    record["typed_replies"][action] = described(typed_reply(reply))
