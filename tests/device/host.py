"""Two ends of OCPP 1.6 with the payloads of a package; prints the frames, as JSON.

    micropython host.py PACKAGE

They treat payloads as the library for charge points does that QuecPython users know: the
class name without `Payload` is the action, in `call` as in `call_result`; objects are made
from keywords in snake_case; handlers get keywords, and return an object.
"""

import json
import sys

package = sys.argv[1]
_, _, enums, datatypes, call, call_result, errors = [
    __import__("%s.%s" % (package, name), None, None, (name,))
    for name in "_payload _json enums datatypes call call_result errors".split()
]


def on(action):
    """Mark a method as what answers an action."""

    def mark(method):
        handlers[action] = method
        return method

    return mark


handlers = {}


def as_dict(value):
    """Return an object as a dict with the names of its attributes, and all that it holds."""
    if isinstance(value, list):
        return [as_dict(each) for each in value]
    if hasattr(value, "to_dict"):
        return {name: as_dict(inner) for name, inner in value.__dict__.items()}
    return value


class End:
    """One end; `peer` is the other one."""

    def call(self, payload):
        """Send a request; return the response, None if there was an error."""
        name = payload.__class__.__name__
        frame = [2, "1", name[: -len("Payload")], payload.to_dict()]
        answer = json.loads(self.peer.receive(json.dumps(frame)))
        if answer[0] == 4:
            return None
        return getattr(call_result, name).from_dict(answer[2])

    def receive(self, text):
        """Return the answer to a request."""
        print(text)
        _, number, action, data = json.loads(text)
        try:
            request = getattr(call, action + "Payload").from_dict(data)
            # From attributes to keywords and back, as programs of that library do.
            keywords = as_dict(request)
            response = handlers[action](self, **keywords)
            answer = [3, number, response.to_dict()]
        except errors.ValidationError as error:
            answer = [4, number, error.code, str(error), {}]
        answer = json.dumps(answer)
        print(answer)
        return answer


class CentralSystem(End):
    @on(enums.Action.BootNotification)
    def boot(self, charge_point_vendor, charge_point_model, **_):
        assert (charge_point_vendor, charge_point_model) == ("V", "M1")
        return call_result.BootNotificationPayload(
            current_time="2026-01-31T12:00:00Z",
            interval=300,
            status=enums.RegistrationStatus.accepted,
        )

    @on("Authorize")
    def authorize(self, id_tag):
        status = enums.AuthorizationStatus.accepted
        return call_result.AuthorizePayload(datatypes.IdTagInfo(status))

    @on("MeterValues")
    def meter_values(self, connector_id, meter_value, transaction_id=None):
        assert meter_value[0]["sampled_value"][0]["measurand"] == "Current.Import"
        return call_result.MeterValuesPayload()


class ChargePoint(End):
    @on(enums.Action.Reset)
    def reset(self, type):
        accepted = type == enums.ResetType.soft
        statuses = enums.ResetStatus
        return call_result.ResetPayload(
            status=statuses.accepted if accepted else statuses.rejected
        )


central, station = CentralSystem(), ChargePoint()
central.peer, station.peer = station, central

booted = station.call(
    call.BootNotificationPayload(charge_point_model="M1", charge_point_vendor="V")
)
assert booted.status == enums.RegistrationStatus.accepted
assert booted.interval == 300
authorized = station.call(call.AuthorizePayload(id_tag="T1"))
assert authorized.id_tag_info.status == "Accepted"
assert station.call(
    call.MeterValuesPayload.from_dict(
        {
            "connectorId": 1,
            "meterValue": [
                {
                    "timestamp": "2026-01-31T12:00:00Z",
                    "sampledValue": [{"value": "1", "measurand": "Current.Import"}],
                }
            ],
        }
    )
)
assert central.call(call.ResetPayload(type=enums.ResetType.soft)).status == "Accepted"
assert central.call(call.ResetPayload("Hard")).status == "Rejected"

# What the other end must not send is answered with an error.
for data in ({"type": "Gentle"}, {}, {"type": "Soft", "now": True}):
    station.receive(json.dumps([2, "2", "Reset", data]))
