"""Our messages in PyPI's `ocpp`, for a program that exists: our modules as `ocpp.v16`'s.

Import this module first. From then on, `from ocpp.v16 import call`, in the program and in
`ocpp` itself, gives our module, here from the package `payloads`; the program's own lines
stay as they are.
"""

# `ocpp` has no types, and `payloads` is generated when the tests run.
# mypy: disable-error-code="import-not-found,import-untyped"

from __future__ import annotations

import sys

from payloads import call, call_result, datatypes, enums

if "ocpp.v16" in sys.modules:
    raise ImportError("import this before ocpp.v16, which has its own messages by now")
sys.modules |= {
    "ocpp.v16.call": call,
    "ocpp.v16.call_result": call_result,
    "ocpp.v16.datatypes": datatypes,
    "ocpp.v16.enums": enums,
}

from ocpp import v16  # noqa: E402 - it takes what is replaced above

v16.datatypes, v16.enums = datatypes, enums  # it takes only the others by itself
ChargePoint = v16.ChargePoint
