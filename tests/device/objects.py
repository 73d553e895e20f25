"""What objects of the parcel lockers' protocol do; an exception is a failure.

micropython objects.py
"""

from lockers.v2 import call, call_result, datatypes, enums
from lockers.v2.errors import ValidationError


def refused(function, *args, **kwargs):
    """Return the exception that a call raises."""
    try:
        function(*args, **kwargs)
    except Exception as error:
        return error
    raise AssertionError("it goes through")


# Positional and keyword arguments, in the order of the fields, required ones first.
parcel = datatypes.Parcel(enums.Size.on_top, weight=0.5)
deposit = call.DepositMessage(parcel, "T1", ["a"], size=enums.Size.small)
assert (deposit.parcel, deposit.tracking_number, deposit.codes) == (parcel, "T1", ["a"])
assert (parcel.size, parcel.weight, parcel.extra) == ("On", 0.5, {})
for args, kwargs in (
    ((), {}),
    ((parcel,), {"codes": []}),
    ((parcel, "T1", ["a"]), {"code": 1}),
    ((parcel, "T1", ["a"]), {"parcel": parcel}),
    ((parcel, "T1", ["a"]) + (None,) * 9, {}),
):
    assert isinstance(refused(call.DepositMessage, *args, **kwargs), TypeError), kwargs

# What isn't there is None, takes no memory and can be set; other names are errors.
assert deposit.note is None
assert "note" not in deposit.__dict__
assert isinstance(refused(getattr, deposit, "notes"), AttributeError)
deposit.note = "mind the dog"
data = deposit.to_dict()
assert data == {
    "parcel": {"size": "On", "weight": 0.5},
    "trackingNumber": "T1",
    "codes": ["a"],
    "size": "S",
    "note": "mind the dog",
}
deposit.note = None
del data["note"]
assert deposit.to_dict() == data
assert call.DepositMessage.from_dict(data) == call.DepositMessage.from_dict(data)
assert call.DepositMessage.from_dict(data) != deposit  # it has note=None
assert call_result.ProbeMessage() != call.ProbeMessage()
assert "tracking_number" in repr(deposit)

# Fields that the protocol doesn't know.
unknown = dict(data, other=1, parcel=dict(data["parcel"], colour="red"))
error = refused(call.DepositMessage.from_dict, unknown)
assert (error.code, error.path) == ("BadField", "other")
read = call.DepositMessage.from_dict(unknown, unknown="ignore")
assert read.parcel.extra == {"colour": "red"}
assert read.to_dict() == dict(data, parcel=unknown["parcel"])
assert isinstance(refused(call.DepositMessage.from_dict, data, "skip"), ValueError)
read.parcel.extra["size"] = "S"
error = refused(read.to_dict)
assert (error.code, error.path) == ("BadValue", "parcel")

# Errors of objects; text that is no JSON.
deposit.codes = ["a", "b", 3]
for method in (deposit.to_dict, deposit.to_json, deposit.validate):
    error = refused(method)
    assert isinstance(error, ValidationError)
    assert (error.code, error.path) == ("BadType", "codes[2]")
    assert str(error) == "BadType at codes[2]: expected str<=6"
deposit.codes = None
error = refused(deposit.validate)
assert (error.code, error.path) == ("Incomplete", "codes")
for text in ("{", b"\xff", None, '{"a": 1,}', "[1}", '{"a" 1}'):
    assert refused(call.ProbeMessage.from_json, text).code == "BadText", text


# Subclasses have the fields of their base.
class Urgent(call.DepositMessage):
    def total(self):
        return len(self.codes)


urgent = Urgent.from_dict(data)
assert isinstance(urgent, Urgent)
assert urgent.total() == 1
assert urgent.to_dict() == data
assert isinstance(urgent, call.Payload)

# Enums hold plain values, and take no others.
assert enums.Priority.low == -1
assert list(enums.Size) == ["S", "L", "On"]
assert enums.Priority(10) == enums.Priority.urgent
assert isinstance(refused(enums.Size, "XL"), ValueError)
assert isinstance(refused(getattr, enums.Size, "huge"), AttributeError)
for value in ("", " ", "S L", "on", 1, None):
    assert value not in enums.Size, value
assert True not in enums.Size

# More classes than are kept taken apart.
for _ in range(3):
    for module in (call, call_result):
        for action in ("Deposit", "Probe", "Reserve"):
            refused(getattr(module, action + "Message").from_dict, {"no such field": 1})
assert call.DepositMessage.from_dict(data).to_dict() == data
