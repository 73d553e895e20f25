"""Prints how much heap a package of OCPP 1.6 takes, and what a message leaves behind.

micropython heap.py PACKAGE
"""

import gc
import sys


def used():
    gc.collect()
    return gc.mem_alloc()


def garbage(function):
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    function()
    taken = gc.mem_alloc() - before
    gc.enable()
    return taken


TEXT = (
    '{"connectorId":1,"transactionId":7,"meterValue":[{"timestamp":"2026-01-31T12:00:00Z",'
    '"sampledValue":[{"value":"7","unit":"kWh","context":"Sample.Periodic"},'
    '{"value":"230.1","unit":"V","measurand":"Voltage","phase":"L1-N"},'
    '{"value":"16","unit":"A","measurand":"Current.Import","location":"Outlet"}]}]}'
)

before = used()
package = sys.argv[1]
for name in ("enums", "datatypes", "call", "call_result"):
    __import__("%s.%s" % (package, name))
imported = used() - before
call = sys.modules[package + ".call"]
message = call.MeterValuesPayload.from_json(TEXT)
data = message.to_dict()
message.to_json()
print(imported)
print(garbage(message.to_json))
print(garbage(lambda: call.MeterValuesPayload.from_json(TEXT)))
