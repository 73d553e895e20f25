"""Our messages in PyPI's `ocpp`, for a program that exists: our modules as the host's own.

Import this module first. From then on, `from ocpp.v16 import call`, in the program and in
`ocpp` itself, gives our module, here from the package `payloads`; the program's own lines
stay as they are. HOST is `ocpp.v16` then, or `ocpp.v201`, or `ocpp.v21`.
"""

# `payloads` is generated when the tests run.
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import importlib
import sys

from payloads import call, call_result, datatypes, enums

HOST = sys.argv[2]
ours = {
    "call": call,
    "call_result": call_result,
    "datatypes": datatypes,
    "enums": enums,
}

if HOST in sys.modules:
    raise ImportError(f"import this before {HOST}, which has its own messages by now")
sys.modules |= {f"{HOST}.{name}": module for name, module in ours.items()}

host = importlib.import_module(HOST)  # it takes what is replaced above
vars(host).update(ours)  # by itself, only some of it
ChargePoint = host.ChargePoint
