"""What schemas of OCPP don't say and its specifications do, and how their files are named."""

from __future__ import annotations

import re
from typing import NamedTuple

PROTOCOL = "OCPP"
SUFFIX = "Payload"

# OCPP 1.6 has `Reset` and `ResetResponse`, its security extension `GetLog.req` and
# `GetLog.conf`, OCPP 2 `ResetRequest` and `ResetResponse`.
FILE_ENDINGS = {
    "Request": "request",
    "Response": "response",
    ".req": "request",
    ".conf": "response",
}

# The official schemas have it on texts and numbers too, where it has no effect.
STRAY_KEYWORD = "additionalProperties"

ERRORS = """\
# The CALLERROR code for each kind of violation; not in the schemas, but in OCPP-J.
errors:
  not_json: {format}        # text that is no JSON
  unknown_field: {format}
  missing_field: {occurrence}
  wrong_count: {occurrence}
  wrong_type: TypeConstraintViolation
  wrong_value: PropertyConstraintViolation
"""


class Family(NamedTuple):
    """What versions of OCPP agree in that their schemas don't say."""

    class_suffix: str
    strip_suffixes: bool
    format_code: str
    occurrence_code: str


_FIRST = Family(
    class_suffix=SUFFIX,
    strip_suffixes=True,
    format_code="FormationViolation",
    occurrence_code="OccurenceConstraintViolation",  # spelled so in OCPP-J 1.6
)
_SECOND = Family(
    class_suffix="",
    strip_suffixes=False,
    format_code="FormatViolation",
    occurrence_code="OccurrenceConstraintViolation",
)


def family(version: str) -> Family:
    """Return what goes for a version; those that start with `1` are like OCPP 1.6."""
    return _FIRST if version.split(".", 1)[0] == "1" else _SECOND


def package(version: str) -> str:
    """Return the name of the package of a version: `ocpp.v201` for 2.0.1."""
    return f"ocpp.v{re.sub('[^0-9A-Za-z]', '', version)}"
