"""What differs between two specs: every kind of change, with the verdicts argued one by one.

The verdicts on the wire are held against messages: those of the test vectors of both specs,
judged by the JSON schemas of both. The verdicts on Python are held against the generated
modules.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from specs import BASE, SMALL, changed, load_text

from generator.diagnostics import DiagnosticError, Span, quoted
from generator.diff.compare import (
    Change,
    compare,
    is_breaking,
    same_on_wire,
    verdict,
    version_step,
)
from generator.diff.findings import MAX_LISTED, RULES
from generator.spec.load import load
from generator.spec.model import Spec
from generator.spec.source import read_source
from generator.targets import python, schema, vectors

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]

EXAMPLES = int(os.environ.get("RANDOM_CHANGES", "15"))

Edit = tuple[str, str]


class Case(NamedTuple):
    """A change of BASE and what is found.

    Attributes:
        title: What is changed.
        found: For each change found its rule and whom it breaks: S for senders of the old
            version, R for its receivers, P for callers of its Python classes.
        edits: What to replace in the spec.
        start: What to replace in BASE before that, on both sides.
    """

    title: str
    found: tuple[str, ...]
    edits: tuple[Edit, ...]
    start: tuple[Edit, ...] = ()

    @property
    def texts(self) -> tuple[str, str]:
        """The spec then and now."""
        old = changed(BASE, *self.start)
        return old, changed(old, *self.edits)


def case(title: str, found: str, *edits: Edit, start: tuple[Edit, ...] = ()) -> Case:
    return Case(title, tuple(filter(None, found.split(", "))), edits, start)


# Parts of BASE that several cases change.
NOTE = "note: {type: str, description: Free text for the recipient.}"
TRACKING = "tracking_number: {type: str, required: true, max_length: 20}"
LINK = "label_link: {type: str, format: uri, max_length: 255, wire: labelURL}"
COMPARTMENT = "compartment: {type: int, minimum: 1, maximum: 400}"
HUMIDITY = "humidity: {type: float}"
PAYLOAD = "payload: {type: any,"
PARCELS = "parcels: {type: list, max_items: 8, items: Parcel}"
TRIGGERS = "triggers: {type: list, min_items: 1, items: Trigger}"
RETRIES = "retries: {type: int, maximum: 5, multiple_of: 1, default: 3}"
WEIGHT = "weight: {type: float, multiple_of: 0.001}"
SENDER_ADDRESS = "sender_address: {type: Address}"
CLASS = "class_: {type: str}"
# A datatype that is used once.
PLACE = ("\nenums:\n", "\n  Place:\n    fields:\n      row: {type: int}\n\nenums:\n")
IN_PLACE = (CLASS, f"{CLASS}\n      place: {{type: Place}}")

CASES = [
    # Actions
    case(
        # Old receivers have no handler; nobody of the old version sends it. As an element of
        # the enum of actions, old receivers of that refuse it.
        "action added",
        "action-added .R., enum-value-added .R.",
        ("  Probe:\n", "  Ping:\n    sender: client\n    request: {}\n\n  Probe:\n"),
    ),
    case(
        # Old senders still send it, and its name in the enum; classes and member are gone.
        "action removed",
        "action-removed S.P, enum-value-removed S.P",
        ("  Probe:\n    sender: both\n    request: {}\n    response: {}\n\n", ""),
    ),
    case(
        # For peers, another name is another action.
        "action renamed",
        "action-added .R., action-removed S.P, enum-value-added .R., enum-value-removed S.P",
        ("  Probe:", "  Ping:"),
    ),
    case(
        # An old locker's answer to our request is refused, and it waits for ours in vain.
        "response removed",
        "response-removed SRP",
        ("    request: {}\n    response: {}\n", "    request: {}\n"),
    ),
    case(
        # Old peers never answer, and have no use for an answer. Nobody's code has the class.
        "response added",
        "response-added SR.",
        ("\n  Reserve:\n", "    response: {}\n\n  Reserve:\n"),
    ),
    case(
        # Old servers send it to us who are servers only; our client sends it to old clients.
        "sender changed",
        "sender-changed SR.",
        ("Reserve:\n    sender: server", "Reserve:\n    sender: client"),
    ),
    case(
        # Old clients still send it; our server does now, and old clients have no handler.
        "sender widened",
        "sender-widened .R.",
        ("Reserve:\n    sender: server", "Reserve:\n    sender: both"),
    ),
    case(
        # Old servers send it, and our client doesn't handle it any more.
        "sender narrowed",
        "sender-narrowed S..",
        ("sender: both", "sender: client"),
    ),
    case(
        # One of the specs says nothing, so there is nothing to compare.
        "sender told that wasn't known",
        "sender-unknown ...",
        ("Reserve:\n    sender: unknown", "Reserve:\n    sender: server"),
        start=(("Reserve:\n    sender: server", "Reserve:\n    sender: unknown"),),
    ),
    # Fields that come and go
    case(
        # Old senders leave it out, old receivers refuse it, old constructor calls lack it.
        "required field added",
        "field-added-required SRP",
        (CLASS, f"{CLASS}\n      row: {{type: int, required: true}}"),
    ),
    case(
        # Old senders can do without; old receivers refuse it if it is sent.
        "optional field added at the end",
        "field-added-optional .R.",
        (CLASS, f"{CLASS}\n      row: {{type: int}}"),
    ),
    case(
        # What was the second argument is the third one now.
        "optional field added before others",
        "field-added-optional .RP",
        (CLASS, f"row: {{type: int}}\n      {CLASS}"),
    ),
    case(
        # Before required ones in the file, but last in the signature.
        "optional field added before required ones only",
        "field-added-optional .R.",
        (
            "outcome: {type: Outcome, required: true}",
            "row: {type: int}\n      outcome: {type: Outcome, required: true}",
        ),
        start=((f"      {CLASS}\n", ""),),
    ),
    case(
        # An open object took the name before, with any value: old receivers still do, and old
        # senders may send what isn't an int. `extra` is an argument later.
        "optional field added to an open datatype",
        "field-added-optional S.P",
        (SENDER_ADDRESS, f"{SENDER_ADDRESS}\n      row: {{type: int}}"),
    ),
    case(
        # Any value was fine under that name, and any value is.
        "optional field of any type added to an open datatype",
        "field-added-optional ..P",
        (SENDER_ADDRESS, f"{SENDER_ADDRESS}\n      row: {{type: any}}"),
    ),
    case(
        # Old senders may leave it out. Old receivers take what they don't know.
        "required field added to an open datatype",
        "field-added-required S.P",
        (SENDER_ADDRESS, f"{SENDER_ADDRESS}\n      row: {{type: any, required: true}}"),
    ),
    case(
        # Old senders send it, old receivers require it, old callers give it.
        "required field removed",
        "field-removed SRP",
        (f"      {TRACKING}\n", ""),
    ),
    case(
        # Old receivers can do without.
        "optional field removed",
        "field-removed S.P",
        (f"      {NOTE}\n", ""),
    ),
    case(
        # It may still be sent, but now with any value, which old receivers refuse.
        "optional field removed from an open datatype",
        "field-removed .RP",
        (f"      {WEIGHT}\n", ""),
    ),
    case(
        # Old senders may leave it out; so may old constructor calls.
        "field made required",
        "field-made-required S.P",
        (NOTE, NOTE.replace("str,", "str, required: true,")),
    ),
    case(
        # Old receivers require it; old callers don't expect None.
        "field made optional",
        "field-made-optional .RP",
        (TRACKING, TRACKING.replace("required: true, ", "")),
    ),
    case(
        # The last argument of all classes but the open one, where `extra` is behind it. Old
        # receivers refuse it in all messages; open objects of old senders may have another
        # value there.
        "optional field added to all messages",
        "field-added-optional SRP",
        ("\nactions:\n", "\ncommon:\n  fields:\n    vendor: {type: str}\n\nactions:\n"),
    ),
    case(
        # Old senders may send 9 characters, in any message.
        "limit of a field of all messages",
        "max-length-lowered S..",
        ("vendor: {type: str, max_length: 9}", "vendor: {type: str, max_length: 8}"),
        start=(
            (
                "\nactions:\n",
                "\ncommon:\n  fields:\n    vendor: {type: str, max_length: 9}\n\nactions:\n",
            ),
        ),
    ),
    case(
        # Old senders may send it within an address, and nowhere else is it gone.
        "field of all messages no longer in one datatype",
        "field-removed S.P",
        ("vendor: {type: str}\n", "vendor: {type: str}\n  except: [Address]\n"),
        start=(
            (
                "\nactions:\n",
                "\ncommon:\n  fields:\n    vendor: {type: str}\n\nactions:\n",
            ),
        ),
    ),
    # Names of fields
    case(
        # An unknown field for either side; the attribute has the same name.
        "name on the wire changed",
        "wire-name-changed SR.",
        (LINK, LINK.replace("labelURL", "labelUri")),
    ),
    case(
        # An open object takes both names; but under each of them it takes any value from
        # those who don't know it.
        "name on the wire changed in an open datatype",
        "wire-name-changed SR.",
        (WEIGHT, "weight: {type: float, multiple_of: 0.001, wire: kg}"),
    ),
    case(
        # Any value is fine under both names, known or not.
        "name on the wire changed for a field of any type in an open datatype",
        "wire-name-changed ...",
        ("sender_address: {type: any}", "sender_address: {type: any, wire: from}"),
        start=((SENDER_ADDRESS, "sender_address: {type: any}"),),
    ),
    case(
        # The attribute and the keyword are gone.
        "field renamed, not on the wire",
        "field-renamed ..P",
        (LINK, LINK.replace("label_link", "label_url")),
    ),
    case(
        # Nothing tells that it is the same field.
        "field renamed on the wire too",
        "field-added-optional .R., field-removed S.P",
        (CLASS, "kind: {type: str}"),
    ),
    case(
        # On the wire all is as before; each attribute has the other's meaning.
        "two fields with each other's names",
        "field-renamed ..P, field-renamed ..P",
        ("low: {type: int}", "high: {type: int, wire: low}"),
        ("high: {type: str}", "low: {type: str, wire: high}"),
        start=(
            (
                HUMIDITY,
                f"{HUMIDITY}\n      low: {{type: int}}\n      high: {{type: str}}",
            ),
        ),
    ),
    # The order of fields
    case(
        # Positional arguments.
        "optional fields in another order",
        "fields-reordered ..P",
        (f"{NOTE}\n", ""),
        (f"{LINK}\n", f"{LINK}\n      {NOTE}\n"),
        start=((f"      {NOTE}\n", f"      {NOTE}\n\n"),),
    ),
    case(
        # Required ones come first anyway: the same signature.
        "optional field after a required one in the file",
        "",
        (f"      {NOTE}\n", ""),
        (TRACKING, f"{TRACKING}\n      {NOTE}"),
    ),
    # Types
    case(
        # Old receivers refuse 0.5; old callers get a float.
        "int to float",
        "type-widened .RP",
        (COMPARTMENT, COMPARTMENT.replace("int", "float")),
    ),
    case(
        # Old senders may send 0.5.
        "float to int",
        "type-narrowed S.P",
        (HUMIDITY, "humidity: {type: int}"),
    ),
    case(
        # Whole numbers and half ones: more than an int, within the same limits.
        "int to float with steps that hold all ints",
        "type-widened .RP",
        (
            COMPARTMENT,
            "compartment: {type: float, minimum: 1, maximum: 400, multiple_of: 0.5}",
        ),
    ),
    case(
        # Even numbers there, steps of 1.5 here: each allows what the other doesn't.
        "int to float with steps that hold some ints",
        "type-changed SRP",
        ("int, multiple_of: 2}", "float, multiple_of: 1.5}"),
        start=((HUMIDITY, "humidity: {type: int, multiple_of: 2}"),),
    ),
    case(
        # 1.0 and 1 are one number on the wire.
        "whole float to int",
        "python-type-changed ..P",
        ("humidity: {type: float, multiple_of: 1}", "humidity: {type: int}"),
        start=((HUMIDITY, "humidity: {type: float, multiple_of: 1}"),),
    ),
    case(
        # Nothing that is a number is text.
        "float to str",
        "type-changed SRP",
        (HUMIDITY, "humidity: {type: str}"),
    ),
    case(
        # Old receivers refuse all but text.
        "str to any",
        "type-widened .RP",
        (CLASS, "class_: {type: any}"),
    ),
    case(
        # Old senders may send anything.
        "any to a list",
        "type-narrowed S.P",
        (PAYLOAD, "payload: {type: list, items: any,"),
    ),
    case(
        # Old receivers refuse other text.
        "enum to str",
        "type-widened .RP",
        ("size: {type: Size, default: small}", "size: {type: str, default: S}"),
    ),
    case(
        # `On` fits in, `Medium` doesn't; and much fits that is in no enum.
        "enum to a str that is too short for it",
        "type-changed SRP",
        ("size: {type: Size}", "size: {type: str, max_length: 2}"),
        start=(
            ("size: {type: Size, default: small}", "size: {type: Size}"),
            ("on_top: On\n", "on_top: On\n      medium: Medium\n"),
        ),
    ),
    case(
        # Old senders may send other text.
        "str to enum",
        "type-narrowed S.P",
        (CLASS, "class_: {type: Size}"),
    ),
    case(
        # Old senders may send other numbers; the members are ints.
        "int to enum of ints",
        "type-narrowed S.P",
        ("humidity: {type: int}", "humidity: {type: Priority}"),
        start=((HUMIDITY, "humidity: {type: int}"),),
    ),
    case(
        # The members are the numbers from 0 to 1: the same on the wire.
        "int to enum of all ints that were allowed",
        "enum-added ..., python-type-changed ..P",
        ("quiet: {type: int, minimum: 0, maximum: 1}", "quiet: {type: Bit}"),
        ("  Size:\n    d", "  Bit:\n    values: {zero: 0, one: 1}\n\n  Size:\n    d"),
        start=(
            (
                "quiet: {type: bool, default: false}",
                "quiet: {type: int, minimum: 0, maximum: 1}",
            ),
        ),
    ),
    case(
        # One value there, a list of them here.
        "scalar to list",
        "type-changed SRP",
        (CLASS, "class_: {type: list, items: str}"),
    ),
    case(
        # Old receivers refuse a list with 0.5 in it.
        "elements from int to float",
        "type-widened .RP",
        ("items: int}", "items: float}"),
    ),
    case(
        # Neither has a value of the other; but no list has any element.
        "elements of a list that is always empty",
        "python-type-changed ..P",
        ("max_items: 0, items: int", "max_items: 0, items: str"),
        start=(("items: int}", "max_items: 0, items: int}"),),
    ),
    # Limits of text
    case(
        # What is shorter was sent before, and is refused now.
        "min_length added",
        "min-length-added S..",
        (NOTE, NOTE.replace("str,", "str, min_length: 2,")),
    ),
    case(
        # What is shorter may be sent now; the old version refuses it.
        "min_length removed",
        "min-length-removed .R.",
        (NOTE.replace("str,", "str, min_length: 2,"), NOTE),
        start=((NOTE, NOTE.replace("str,", "str, min_length: 2,")),),
    ),
    case(
        "min_length raised",
        "min-length-raised S..",
        (
            NOTE.replace("str,", "str, min_length: 2,"),
            NOTE.replace("str,", "str, min_length: 3,"),
        ),
        start=((NOTE, NOTE.replace("str,", "str, min_length: 2,")),),
    ),
    case(
        "min_length lowered",
        "min-length-lowered .R.",
        (
            NOTE.replace("str,", "str, min_length: 3,"),
            NOTE.replace("str,", "str, min_length: 2,"),
        ),
        start=((NOTE, NOTE.replace("str,", "str, min_length: 3,")),),
    ),
    case(
        # Old senders may send 20 characters.
        "max_length lowered",
        "max-length-lowered S..",
        (TRACKING, TRACKING.replace("20", "19")),
    ),
    case(
        # Old receivers refuse 21 characters.
        "max_length raised",
        "max-length-raised .R.",
        (TRACKING, TRACKING.replace("20", "21")),
    ),
    case(
        # Old senders may send any length.
        "max_length added",
        "max-length-added S..",
        (CLASS, "class_: {type: str, max_length: 9}"),
    ),
    case(
        # Old receivers refuse 21 characters.
        "max_length removed",
        "max-length-removed .R.",
        (TRACKING, TRACKING.replace(", max_length: 20", "")),
    ),
    case(
        # Old senders may send any text.
        "format added",
        "format-added S..",
        (CLASS, "class_: {type: str, format: uri}"),
    ),
    case(
        # Old receivers refuse other text.
        "format removed",
        "format-removed .R.",
        ("expires: {type: str, format: date-time,", "expires: {type: str,"),
    ),
    case(
        # No text is both.
        "format changed",
        "format-changed SR.",
        (
            "expires: {type: str, format: date-time,",
            "expires: {type: str, format: uri,",
        ),
    ),
    # Limits of numbers
    case(
        # Old senders may send 1.
        "minimum raised",
        "minimum-raised S..",
        (COMPARTMENT, COMPARTMENT.replace("minimum: 1", "minimum: 2")),
    ),
    case(
        # Old receivers refuse 0.
        "minimum lowered",
        "minimum-lowered .R.",
        (COMPARTMENT, COMPARTMENT.replace("minimum: 1", "minimum: 0")),
    ),
    case(
        # Old senders may send -1.
        "minimum added",
        "minimum-added S..",
        (HUMIDITY, "humidity: {type: float, minimum: 0}"),
    ),
    case(
        # Old receivers refuse 0.
        "minimum removed",
        "minimum-removed .R.",
        (COMPARTMENT, COMPARTMENT.replace("minimum: 1, ", "")),
    ),
    case(
        # Old senders may send 400.
        "maximum lowered",
        "maximum-lowered S..",
        (COMPARTMENT, COMPARTMENT.replace("400", "399")),
    ),
    case(
        # Old receivers refuse 401.
        "maximum raised",
        "maximum-raised .R.",
        (COMPARTMENT, COMPARTMENT.replace("400", "401")),
    ),
    case(
        # Old senders may send 101.
        "maximum added",
        "maximum-added S..",
        (HUMIDITY, "humidity: {type: float, maximum: 100}"),
    ),
    case(
        # Old receivers refuse 401.
        "maximum removed",
        "maximum-removed .R.",
        (COMPARTMENT, COMPARTMENT.replace(", maximum: 400", "")),
    ),
    case(
        # No multiple of 0.1 lies between -0.05 and 0.
        "minimum lowered to no effect",
        "limit-restated ...",
        ("minimum: 0, multiple_of: 0.1", "minimum: -0.05, multiple_of: 0.1"),
    ),
    case(
        # Every int is a multiple of 1.
        "multiple_of removed to no effect",
        "limit-restated ...",
        (RETRIES, RETRIES.replace("multiple_of: 1, ", "")),
    ),
    case(
        # 0.1 as it is written, not the float next to it: 0.3 is the third step.
        "maximum lowered to the last step",
        "limit-restated ...",
        ("maximum: 0.39", "maximum: 0.3"),
        start=(("minimum: 0, multiple_of: 0.1", "maximum: 0.39, multiple_of: 0.1"),),
    ),
    case(
        # Old senders may send 0.5.
        "multiple_of added",
        "multiple-of-added S..",
        (HUMIDITY, "humidity: {type: float, multiple_of: 2}"),
    ),
    case(
        # Old receivers refuse 0.05.
        "multiple_of removed",
        "multiple-of-removed .R.",
        ("minimum: 0, multiple_of: 0.1", "minimum: 0"),
    ),
    case(
        # Old senders may send 0.5.
        "multiple_of doubled",
        "multiple-of-changed S..",
        ("multiple_of: 0.5, default: 20", "multiple_of: 1, default: 20"),
        start=(("minimum: -40.5", "minimum: -40"), ("default: 20.5", "default: 20")),
    ),
    case(
        # Old receivers refuse 0.25.
        "multiple_of halved",
        "multiple-of-changed .R.",
        ("multiple_of: 0.5", "multiple_of: 0.25"),
    ),
    case(
        # Neither is a multiple of the other.
        "multiple_of changed",
        "multiple-of-changed SR.",
        ("multiple_of: 0.5, default: 21", "multiple_of: 0.75, default: 21"),
        start=(("default: 20.5", "default: 21"),),
    ),
    # Limits of lists
    case(
        # Old senders may send one element.
        "min_items raised",
        "min-items-raised S..",
        (TRIGGERS, TRIGGERS.replace("1", "2")),
    ),
    case(
        # Old receivers refuse one element.
        "min_items lowered",
        "min-items-lowered .R.",
        ("min_items: 2, items: {type: int", "min_items: 1, items: {type: int"),
    ),
    case(
        # Old senders may send an empty list.
        "min_items added",
        "min-items-added S..",
        ("doors: {type: list,", "doors: {type: list, min_items: 1,"),
    ),
    case(
        # Old receivers refuse an empty list.
        "min_items removed",
        "min-items-removed .R.",
        (TRIGGERS, TRIGGERS.replace("min_items: 1, ", "")),
    ),
    case(
        # A list has at least no elements anyway.
        "min_items of zero added",
        "limit-restated ...",
        ("doors: {type: list,", "doors: {type: list, min_items: 0,"),
    ),
    case(
        # Old senders may send 8 elements.
        "max_items lowered",
        "max-items-lowered S..",
        (PARCELS, PARCELS.replace("8", "7")),
    ),
    case(
        # Old receivers refuse 9 elements.
        "max_items raised",
        "max-items-raised .R.",
        (PARCELS, PARCELS.replace("8", "9")),
    ),
    case(
        # Old senders may send more.
        "max_items added",
        "max-items-added S..",
        ("doors: {type: list,", "doors: {type: list, max_items: 3,"),
    ),
    case(
        # Old receivers refuse 9 elements.
        "max_items removed",
        "max-items-removed .R.",
        (PARCELS, PARCELS.replace("max_items: 8, ", "")),
    ),
    case(
        # Old senders may send an element of 6 characters.
        "limit of elements",
        "max-length-lowered S..",
        ("items: {type: str, max_length: 6}", "items: {type: str, max_length: 5}"),
    ),
    case(
        # Old receivers refuse a list with a list with -1 in it.
        "limit of elements of elements",
        "minimum-removed .R.",
        ("items: {type: int, minimum: 0}", "items: int"),
    ),
    case(
        # Two facts, two changes, each with its own verdict.
        "two limits of one field",
        "minimum-raised S.., maximum-raised .R.",
        (COMPARTMENT, "compartment: {type: int, minimum: 2, maximum: 401}"),
    ),
    # Values
    case(
        # Old receivers refuse it; old callers needn't know it.
        "value added to an enum",
        "enum-value-added .R.",
        ("on_top: On\n", "on_top: On\n      medium: M\n"),
    ),
    case(
        # Old senders may send it, old callers may name it.
        "value removed from an enum",
        "enum-value-removed S.P",
        ("      on_top: On\n", ""),
    ),
    case(
        # Each side refuses the other's text; `Size("On")` finds no member.
        "value of an enum changed",
        "enum-value-changed SRP",
        ("on_top: On\n", "on_top: Top\n"),
    ),
    case(
        # The member in code is gone.
        "member renamed, not its value",
        "enum-member-renamed ..P",
        ("on_top: On\n", "above: On\n"),
    ),
    case(
        # Each member is the other one now, though the wire is as before.
        "values of two members exchanged",
        "enum-member-renamed ..P, enum-member-renamed ..P",
        (
            "stored: Stored\n      refused: Refused",
            "refused: Stored\n      stored: Refused",
        ),
    ),
    case(
        # No field allows it: nobody sends it.
        "value added that no field allows",
        "enum-value-added ...",
        ("urgent: 10\n", "urgent: 10\n      last: 99\n"),
    ),
    case(
        # No field allows it; but the member is gone.
        "value removed that no field allows",
        "enum-value-removed ..P",
        ("      low: -1\n", ""),
        (", only: [normal, urgent]", ""),
    ),
    case(
        # In `except` of one field and allowed in another: who gets it there refuses it.
        "value added and excepted in one field",
        "enum-value-added .R.",
        ("broken: Broken\n", "broken: Broken\n      lost: Lost\n"),
        ("except: [broken]", "except: [broken, lost]"),
    ),
    case(
        # Old receivers refuse the value there.
        "except lifted",
        "allowed-values-added .R.",
        (", except: [broken]", ""),
    ),
    case(
        # Old senders may send it.
        "except added",
        "allowed-values-removed S..",
        (
            "size: {type: Size, required: true}",
            "size: {type: Size, required: true, except: [on_top]}",
        ),
    ),
    case(
        # Old senders may send the others.
        "only with fewer values",
        "allowed-values-removed S..",
        ("only: [stored, refused]", "only: [stored]"),
    ),
    case(
        # One value for another.
        "only with other values",
        "allowed-values-added .R., allowed-values-removed S..",
        ("only: [stored, refused]", "only: [stored, broken]"),
    ),
    case(
        # The same members are left.
        "only told as except",
        "",
        ("only: [stored, refused]", "except: [broken]"),
    ),
    case(
        # Text for numbers; the class is a StrEnum.
        "numbers of an enum in quotes",
        "type-changed SRP",
        (
            "low: -1\n      normal: 0\n      urgent: 10",
            'low: "-1"\n      normal: "0"\n      urgent: "10"',
        ),
    ),
    case(
        # Whoever goes through the enum sees it, and the documents.
        "values of an enum in another order",
        "order-changed ...",
        ("small: S\n      large: L", "large: L\n      small: S"),
    ),
    case(
        # The field's values are others; both enums are as they were.
        "field of another enum",
        "allowed-values-added .R., allowed-values-removed S.., python-type-changed ..P",
        ("size: {type: Size}", "size: {type: Outcome}"),
        start=(("size: {type: Size, default: small}", "size: {type: Size}"),),
    ),
    case(
        # Text is no number.
        "field of another enum with another kind of values",
        "type-changed SRP",
        ("size: {type: Size}", "size: {type: Priority}"),
        start=(("size: {type: Size, default: small}", "size: {type: Size}"),),
    ),
    # Datatypes and enums as wholes
    case(
        # Only the class has another name.
        "enum renamed",
        "enum-renamed ..P",
        ("priority: {type: Priority,", "priority: {type: Urgency,"),
        ("\n  Priority:\n", "\n  Urgency:\n"),
    ),
    case(
        # It isn't the same any more, but what differs on the wire is one value.
        "enum renamed, and a value added",
        "enum-added ..., enum-removed ..P, enum-value-added .R., python-type-changed ..P",
        ("priority: {type: Priority,", "priority: {type: Urgency,"),
        ("\n  Priority:\n", "\n  Urgency:\n"),
        ("urgent: 10\n", "urgent: 10\n      last: 99\n"),
        start=((", only: [normal, urgent]", ""),),
    ),
    case(
        # Nobody has it, nobody misses it.
        "enum added",
        "enum-added ...",
        ("\n  Priority:\n", "\n  Colour:\n    values: {red: R}\n\n  Priority:\n"),
    ),
    case(
        # No message has it, but callers may import it.
        "unused enum removed",
        "enum-removed ..P",
        ("  Colour:\n    values: {red: R}\n\n", ""),
        start=(
            ("\n  Priority:\n", "\n  Colour:\n    values: {red: R}\n\n  Priority:\n"),
        ),
    ),
    case(
        # No message has it; callers may name the member.
        "value removed from an unused enum",
        "enum-value-removed ..P",
        ("{red: R, blue: B}", "{red: R}"),
        start=(
            (
                "\n  Priority:\n",
                "\n  Colour:\n    values: {red: R, blue: B}\n\n  Priority:\n",
            ),
        ),
    ),
    case(
        # Only the class has another name.
        "datatype renamed",
        "datatype-renamed ..P",
        ("place: {type: Place}", "place: {type: Spot}"),
        ("\n  Place:\n", "\n  Spot:\n"),
        start=(PLACE, IN_PLACE),
    ),
    case(
        # The inner one stands in the outer one, whatever that is called.
        "datatype renamed, and one within it",
        "datatype-renamed ..P, datatype-renamed ..P",
        ("place: {type: Place}", "place: {type: Spot}"),
        ("\n  Place:\n", "\n  Spot:\n"),
        ("row: {type: Row}", "row: {type: Line}"),
        ("\n  Row:\n", "\n  Line:\n"),
        start=(
            PLACE,
            IN_PLACE,
            (
                "row: {type: int}\n",
                "row: {type: Row}\n\n  Row:\n    fields:\n      number: {type: int}\n",
            ),
        ),
    ),
    case(
        # A class of another name, and within it a field that old receivers refuse.
        "datatype renamed, and a field added",
        "datatype-added ..., datatype-removed ..P, field-added-optional .R., "
        "python-type-changed ..P",
        ("place: {type: Place}", "place: {type: Spot}"),
        ("\n  Place:\n", "\n  Spot:\n"),
        ("row: {type: int}\n", "row: {type: int}\n      shelf: {type: int}\n"),
        start=(PLACE, IN_PLACE),
    ),
    case(
        # One class becomes two that are the same on the wire.
        "datatype split into two",
        "datatype-added ..., python-type-changed ..P",
        (" here: {type: Place}", " here: {type: Spot}"),
        ("\nenums:\n", "\n  Spot:\n    fields:\n      row: {type: int}\n\nenums:\n"),
        start=(
            PLACE,
            (
                CLASS,
                f"{CLASS}\n      here: {{type: Place}}\n      there: {{type: Place}}",
            ),
        ),
    ),
    case(
        # Where the second class stands, old senders may send other rows.
        "datatype split into two, one of them stricter",
        "datatype-added ..., minimum-added S.., python-type-changed ..P",
        (" here: {type: Place}", " here: {type: Spot}"),
        (
            "\nenums:\n",
            "\n  Spot:\n    fields:\n      row: {type: int, minimum: 0}\n\nenums:\n",
        ),
        start=(
            PLACE,
            (
                CLASS,
                f"{CLASS}\n      here: {{type: Place}}\n      there: {{type: Place}}",
            ),
        ),
    ),
    case(
        # Two classes become one; the other one is gone.
        "two datatypes joined",
        "datatype-removed ..P, python-type-changed ..P",
        ("{type: Spot}", "{type: Place}"),
        ("\n  Spot:\n    fields:\n      row: {type: int}\n", ""),
        start=(
            PLACE,
            (
                "\nenums:\n",
                "\n  Spot:\n    fields:\n      row: {type: int}\n\nenums:\n",
            ),
            (
                CLASS,
                f"{CLASS}\n      here: {{type: Spot}}\n      there: {{type: Place}}",
            ),
        ),
    ),
    case(
        # No message has it.
        "limit in a datatype that no message has",
        "minimum-added ...",
        ("row: {type: int}", "row: {type: int, minimum: 0}"),
        start=(PLACE,),
    ),
    case(
        # Old receivers refuse fields that they don't know; `extra` is one more argument.
        "datatype opened",
        "datatype-opened .R.",
        ("  Address:\n", "  Address:\n    open: true\n"),
    ),
    case(
        # Old senders may send other fields; `extra` is gone.
        "datatype closed",
        "datatype-closed S.P",
        ("    open: true\n", ""),
    ),
    case(
        # Old senders may send other fields, among them this one with another value.
        "datatype closed, and a field added",
        "datatype-closed S.P, field-added-optional S..",
        ("    open: true\n", ""),
        (SENDER_ADDRESS, f"{SENDER_ADDRESS}\n      row: {{type: int}}"),
        start=(
            (
                f"      {SENDER_ADDRESS}\n      history: {{type: list, items: Address}}\n",
                f"      {SENDER_ADDRESS}\n",
            ),
        ),
    ),
    # The spec as a whole
    case(
        # Imports.
        "package changed",
        "package-changed ..P",
        ("lockers.v2", "lockers.v3"),
    ),
    case(
        # Every class of a message.
        "class suffix changed",
        "class-suffix-changed ..P",
        ("class_suffix: Message", 'class_suffix: ""'),
    ),
    case(
        # The same messages are refused, with another code; callers may look at it.
        "error code changed",
        "error-code-changed ..P",
        ("wrong_type: BadType", "wrong_type: BadKind"),
    ),
    case(
        "protocol changed", "protocol-changed ...", ("Parcel Locker", "Parcel Lockers")
    ),
    case("version changed", "version-changed ...", ('"2.10"', '"2.11"')),
    # Words
    case(
        # Documented, never sent.
        "default changed",
        "default-changed ...",
        (RETRIES, RETRIES.replace("default: 3", "default: 4")),
    ),
    case("default removed", "default-changed ...", (", default: never", "")),
    case(
        "default added",
        "default-changed ...",
        (HUMIDITY, "humidity: {type: float, default: 50}"),
    ),
    case(
        # The default is the same value.
        "member renamed that is a default",
        "enum-member-renamed ..P",
        ("small: S\n", "little: S\n"),
        ("default: small", "default: little"),
    ),
    case(
        "description of an action",
        "description-changed ...",
        ("Announces a parcel", "Tells of a parcel"),
    ),
    case(
        "description of a field", "description-changed ...", ("Free text", "Any text")
    ),
    case(
        "description of a datatype",
        "description-changed ...",
        ("What lies", "All that lies"),
    ),
    case(
        "description of an enum removed",
        "description-changed ...",
        ("    description: Of a compartment.\n", ""),
    ),
    case(
        # Documents follow the order of the spec.
        "actions in another order",
        "order-changed ...",
        ("  Probe:\n    sender: both\n    request: {}\n    response: {}\n\n", ""),
        (
            "\ndatatypes:\n",
            "\n  Probe:\n    sender: both\n    request: {}\n    response: {}\n\ndatatypes:\n",
        ),
    ),
    case(
        # Comments and the way of writing don't count.
        "comment added",
        "",
        ("datatypes:\n", "# What messages consist of.\ndatatypes:\n"),
    ),
]


@cache
def spec_of(text: str) -> Spec:
    return load_text(text)


@cache
def changes_of(old: str, new: str) -> tuple[Change, ...]:
    return compare(spec_of(old), spec_of(new), "spec.yaml")


def letters(change: Change) -> str:
    flags = (change.wire_sender, change.wire_receiver, change.python)
    return "".join(c if flag else "." for c, flag in zip("SRP", flags, strict=True))


def shown(changes: tuple[Change, ...]) -> list[str]:
    return [f"{change.rule} {letters(change)}" for change in changes]


every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)


@every_case
def test_change_is_found_with_its_verdicts(case: Case) -> None:
    assert sorted(shown(changes_of(*case.texts))) == sorted(case.found)


def per_message(
    changes: tuple[Change, ...],
) -> dict[tuple[str, str], tuple[bool, bool]]:
    """Whether senders and receivers break, for each message where either does."""
    found: dict[tuple[str, str], tuple[bool, bool]] = {}
    for change in changes:
        for message in change.messages:
            sender, receiver = found.get(message[:2], (False, False))
            sender, receiver = (
                sender or change.wire_sender,
                receiver or change.wire_receiver,
            )
            if sender or receiver:
                found[message[:2]] = (sender, receiver)
    return found


@every_case
def test_change_has_a_place_in_the_spec_that_has_it(case: Case) -> None:
    old, new = case.texts
    for change in changes_of(old, new):
        text = old if change.rule.endswith("-removed") and is_gone(change) else new
        if change.place.line:
            line = text.splitlines()[change.place.line - 1][change.place.column - 1 :]
            key = line.lstrip("{").partition(":")[0]
            assert key in change.phrase.names
        else:
            assert change.place == Span("spec.yaml")


def is_gone(change: Change) -> bool:
    """Whether the thing itself went, rather than a limit of it."""
    return change.rule.partition("-")[0] in ("action", "datatype", "enum", "field")


def test_every_rule_has_a_case() -> None:
    rules = {found.split()[0] for case in CASES for found in case.found}
    assert rules == RULES.keys()


def test_specs_that_are_the_same_have_no_changes() -> None:
    for text in (BASE, SMALL):
        assert compare(load_text(text), load_text(text)) == ()


@every_case
def test_senders_and_receivers_change_places_with_the_specs(case: Case) -> None:
    check_mirror(*case.texts)


def check_mirror(old: str, new: str) -> None:
    there, back = changes_of(old, new), changes_of(new, old)
    assert sorted(wire_verdicts(there)) == sorted(
        (messages, sender, receiver)
        for messages, receiver, sender in wire_verdicts(back)
    )
    assert same_on_wire(there) == same_on_wire(back)


def wire_verdicts(
    changes: tuple[Change, ...],
) -> Iterator[tuple[list[str], bool, bool]]:
    for change in changes:
        if change.wire_sender or change.wire_receiver:
            messages = sorted(
                f"{message.action} {message.kind}" for message in change.messages
            )
            yield messages, change.wire_sender, change.wire_receiver


@given(
    *[st.lists(st.sampled_from([case for case in CASES if not case.start]), max_size=5)]
    * 2
)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES == 15)
def test_any_changes_together_are_told_as_messages_show_them(
    then: list[Case], now: list[Case]
) -> None:
    old, new = edited(then), edited(now)
    check_mirror(old, new)
    assert changes_of(old, old) == ()
    check_messages(old, new)


def edited(cases: list[Case]) -> str:
    """BASE with the changes of some cases, as far as they go together."""
    text = BASE
    for case in cases:
        if all(text.count(old) == 1 for old, _ in case.edits):
            with contextlib.suppress(AssertionError, DiagnosticError):
                after = changed(text, *case.edits)
                spec_of(after)
                text = after
    return text


# Against messages

# Stands for no response at all.
SILENCE = "no response"
FORMATS = FormatChecker(())


@FORMATS.checks("date-time", ValueError)
def is_date_time(text: object) -> bool:
    return not isinstance(text, str) or (
        "T" in text and bool(datetime.fromisoformat(text))
    )


@FORMATS.checks("uri")
def is_uri(text: object) -> bool:
    return not isinstance(text, str) or (
        ":" in text and text[0].isalpha() and " " not in text
    )


@cache
def schemas(text: str) -> dict[tuple[str, str], str]:
    """The JSON schema of each message, as text; SILENCE where there is no response."""
    spec = spec_of(text)
    made = {artifact.path: artifact.text for artifact in schema.artifacts(spec)}
    folder = f"schemas/{spec.package.rpartition('.')[2]}"
    found = {}
    for action in spec.actions:
        for kind in ("request", "response"):
            path = f"{folder}/{action.name}{kind.title()}.json"
            found[action.name, kind] = made.get(path, SILENCE)
    return found


@cache
def samples(text: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Messages of all test vectors, right and wrong ones, as JSON."""
    found: dict[tuple[str, str], list[str]] = {}
    for vector in vectors.vectors(spec_of(text)):
        if "message" in vector:
            key = (vector["action"], vector["kind"])
            found.setdefault(key, []).append(json.dumps(vector["message"]))
    return {key: tuple(messages) for key, messages in found.items()}


@cache
def validator(schema_text: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text), format_checker=FORMATS)


@cache
def is_legal(schema_text: str, message: str) -> bool:
    if SILENCE in (schema_text, message):
        return schema_text == message
    return validator(schema_text).is_valid(json.loads(message))


def senders(text: str, other: str, key: tuple[str, str]) -> set[str]:
    """Who sends a message by a spec, or by another one if that spec doesn't know."""
    name, kind = key
    actions = {action.name: action for action in spec_of(text).actions}
    if name not in actions:
        return set()
    if actions[name].sender == "unknown":
        return senders(other, text, key)
    both = {"server", "client"}
    sides: set[str] = both if actions[name].sender == "both" else {actions[name].sender}
    return sides if kind == "request" or sides == both else both - sides


def shown_by_messages(old: str, new: str) -> dict[tuple[str, str], tuple[bool, bool]]:
    """Whether messages show that senders and receivers break, for each message."""
    found = {}
    for key in schemas(old).keys() | schemas(new).keys():
        sender = bool(legal(old, new, key) - legal(new, old, key))
        receiver = bool(legal(new, old, key) - legal(old, new, key))
        if sender or receiver:
            found[key] = (sender, receiver)
    return found


@cache
def legal(text: str, other: str, key: tuple[str, str]) -> set[tuple[str, str]]:
    """Legal messages by a spec, each with who may send it; those of another spec are tried."""
    if key not in schemas(text) or schemas(text).get(key) == schemas(other).get(key):
        # None, or nothing that makes a difference but who sends it.
        return {(side, key[0]) for side in senders(text, other, key)}
    tried = {*samples(text).get(key, ()), *samples(other).get(key, ())}
    tried |= {SILENCE} if key in schemas(other) else set()
    messages = [message for message in tried if is_legal(schemas(text)[key], message)]
    return {
        (side, message) for side in senders(text, other, key) for message in messages
    }


@every_case
def test_messages_show_what_breaks(case: Case) -> None:
    told = check_messages(*case.texts)
    seen = shown_by_messages(*case.texts)
    assert [any(breaks) for breaks in zip(*told.values(), strict=True)] == [
        any(breaks) for breaks in zip(*seen.values(), strict=True)
    ]


def check_messages(old: str, new: str) -> dict[tuple[str, str], tuple[bool, bool]]:
    """Check that whatever messages show is told, and return what is told.

    Test vectors don't try everything in all messages that share a datatype, but in one.
    """
    told = per_message(changes_of(old, new))
    seen = shown_by_messages(old, new)
    for message, breaks in seen.items():
        assert all(
            is_told or not is_seen
            for is_told, is_seen in zip(told[message], breaks, strict=True)
        )
    return told


# Against the generated classes


@cache
def classes(text: str) -> dict[str, list[str]]:
    """What callers see of each class: attributes in their order, or members."""
    found = {}
    for artifact in islice(python.artifacts(spec_of(text)), 5):
        for node in ast.parse(artifact.text).body:
            if isinstance(node, ast.ClassDef):
                name = f"{Path(artifact.path).stem}.{node.name}"
                found[name] = [ast.unparse(base) for base in node.bases]
                found[name] += [ast.unparse(line) for line in node.body[1:]]
    return found


def is_kept(then: list[str], now: list[str]) -> bool:
    """Whether callers of a class find what they know."""
    if then[0] in ("StrEnum", "IntEnum"):
        return then[0] == now[0] and set(then) <= set(now)
    return now[: len(then)] == then and all("=" in line for line in now[len(then) :])


@every_case
def test_generated_classes_show_what_breaks(case: Case) -> None:
    old, new = map(classes, case.texts)
    specs = [spec_of(text) for text in case.texts]
    kept = all(name in new and is_kept(old[name], new[name]) for name in old)
    named = specs[0].package == specs[1].package and specs[0].errors == specs[1].errors
    breaks = any(change.python for change in changes_of(*case.texts))
    assert breaks == (not kept or not named)


# Real specs


@cache
def bundled(name: str) -> Spec:
    return load(read_source(ROOT / "spec" / name))


def told(changes: tuple[Change, ...]) -> set[tuple[str, ...]]:
    return {
        (f"{change.rule} {letters(change)}", *change.phrase.names) for change in changes
    }


def test_overlay_of_the_official_schemas_is_told_fact_by_fact() -> None:
    changes = compare(bundled("ocpp16.yaml"), bundled("ocpp16-oca.yaml"), "oca.yaml")
    optional, required = "field-made-optional .RP", "field-made-required S.P"
    added, reduced = "max-length-added S..", "allowed-values-removed S.."
    assert told(changes) == {
        ("package-changed ..P", "ocpp.v16_oca", "ocpp.v16"),
        (optional, "charging_rate_unit", "GetCompositeSchedule"),
        (optional, "request_id", "LogStatusNotification"),
        (optional, "request_id", "SignedFirmwareStatusNotification"),
        (optional, "timestamp", "StatusNotification"),
        (optional, "id_tag_info", "StopTransaction"),
        (required, "sampled_value", "MeterValue"),
        (added, "id_tag", "AuthorizationData"),
        (added, "key", "KeyValue"),
        (added, "value", "KeyValue"),
        ("multiple-of-added S..", "limit", "ChargingSchedulePeriod"),
        ("multiple-of-added S..", "min_charging_rate", "ChargingSchedule"),
        ("min-items-added S..", "certificate_hash_data", "GetInstalledCertificateIds"),
        (
            *(reduced, "requested_message", "ExtendedTriggerMessage"),
            "DiagnosticsStatusNotification",
        ),
        (
            *(reduced, "requested_message", "TriggerMessage"),
            *("LogStatusNotification", "SignChargePointCertificate"),
        ),
        (
            *(reduced, "status", "FirmwareStatusNotification"),
            *(
                "DownloadScheduled",
                "DownloadPaused",
                "InstallRebooting",
                "InstallScheduled",
            ),
            *("InstallVerificationFailed", "InvalidSignature", "SignatureVerified"),
        ),
        ("enum-value-added .R.", "celcius", "UnitOfMeasure", "Celcius"),
        ("enum-value-removed S.P", "hertz", "UnitOfMeasure", "Hertz"),
    }
    assert len(changes) == 18


def test_change_within_a_shared_datatype_is_told_once_with_all_its_messages() -> None:
    changes = compare(bundled("ocpp16.yaml"), bundled("ocpp16-oca.yaml"))
    (limit,) = (
        c for c in changes if c.phrase.names[:2] == ("limit", "ChargingSchedulePeriod")
    )
    assert limit.messages == (
        ("GetCompositeSchedule", "response", "client"),
        ("RemoteStartTransaction", "request", "server"),
        ("SetChargingProfile", "request", "server"),
    )


# Verdicts on all changes


def summary(found: Case) -> tuple[bool, bool, str, str]:
    changes = changes_of(*found.texts)
    step = version_step(changes)
    return is_breaking(changes), same_on_wire(changes), verdict(changes), step.name


def of_title(title: str) -> Case:
    return next(case for case in CASES if case.title == title)


@pytest.mark.parametrize(
    ("title", "breaking", "same", "words", "step"),
    [
        # Nothing but names: callers have to follow.
        *[
            (
                title,
                True,
                True,
                "only naming and grouping differ, nothing on the wire",
                "major",
            )
            for title in (
                "datatype renamed",
                "datatype renamed, and one within it",
                "two datatypes joined",
                "datatype split into two",
                "enum renamed",
                "member renamed, not its value",
                "field renamed, not on the wire",
                "int to enum of all ints that were allowed",
                "optional field of any type added to an open datatype",
                "package changed",
            )
        ],
        # A class that nobody has to use.
        (
            *("enum added", False, True),
            *("only naming and grouping differ, nothing on the wire", "minor"),
        ),
        # What old senders send is refused.
        ("max_length lowered", True, False, "1 on the wire", "major"),
        # All that was legal is legal: only who makes use of what is new breaks somebody.
        ("max_length raised", True, False, "1 on the wire", "minor"),
        ("response removed", True, False, "1 on the wire", "major"),
        # A peer may look at the code that it is told.
        ("error code changed", True, False, "1 on the wire", "major"),
        (
            *("field of another enum", True, False),
            *("2 on the wire, 1 of naming and grouping", "major"),
        ),
        *[
            (title, False, True, "only words differ, nothing on the wire", "patch")
            for title in (
                "default changed",
                "min_items of zero added",
                "version changed",
            )
        ],
        ("comment added", False, True, "nothing differs", "none"),
    ],
)
def test_changes_are_summed_up(
    title: str, breaking: bool, same: bool, words: str, step: str
) -> None:
    found = summary(of_title(title))
    assert (*found[:2], found[2].partition(";")[0], found[3]) == (
        breaking,
        same,
        words,
        step,
    )


# Extremes


def test_datatypes_that_would_be_endless_when_written_out_are_compared_at_once() -> (
    None
):
    levels = "".join(
        f"  L{n}:\n    fields:\n      a: {{type: L{n + 1}}}\n      b: {{type: L{n + 1}}}\n"
        for n in range(20)
    )
    last = "  L20:\n    fields:\n      a: {type: int}\n"
    old = changed(SMALL, ("datatypes:\n", f"datatypes:\n{levels}{last}")).replace(
        "place: {type: Place}", "place: {type: L0}"
    )
    (change,) = changes_of(
        old, changed(old, ("a: {type: int}", "a: {type: int, minimum: 0}"))
    )
    assert shown((change,)) == ["minimum-added S.."]
    assert [message[:2] for message in change.messages] == [("Report", "request")]
    renamed = old.replace("L", "M")
    assert len(changes_of(old, renamed)) == 21
    assert same_on_wire(changes_of(old, renamed))


def test_many_values_are_named_up_to_a_limit() -> None:
    values = "".join(f"      v{n}: V{n}\n" for n in range(MAX_LISTED + 3))
    old = changed(SMALL, ("      unseen: Off\n", f"      unseen: Off\n{values}"))
    new = changed(old, ("except: [fog]", "only: [clear]"))
    (change,) = changes_of(old, new)
    assert change.phrase.shown(quoted).endswith("'V10' and 4 more")
