"""The same value of the same enum has one name in all versions of OCPP."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pytest

from generator.spec.load import load
from generator.spec.locate import bundled
from generator.spec.model import Enum, Spec
from generator.spec.source import read_source

pytestmark = pytest.mark.once

# Enum, its value, and why its names differ.
EXCEPTIONS: dict[tuple[str, str | int], str] = {}


def specs() -> dict[str, Spec]:
    return {name: load(read_source(file)) for name, file in bundled().items()}


def title(enum: Enum) -> str:
    """The name of an enum without what only says that it is one, as 1.6 and 2.x differ in it."""
    for suffix in ("EnumType", "Type"):
        if enum.name.endswith(suffix):
            return enum.name.removesuffix(suffix)
    return enum.name


def test_value_has_one_name_in_all_versions() -> None:
    enums: dict[str, list[tuple[str, Enum]]] = defaultdict(list)
    for version, spec in specs().items():
        for enum in spec.enums:
            if not enum.from_actions:
                enums[title(enum)].append((version, enum))
    compared, differing = 0, set()
    for name, versions in enums.items():
        for (_, one), (_, other) in combinations(versions, 2):
            names = {member.value: member.name for member in other.members}
            for member in one.members:
                if member.value in names:
                    compared += 1
                    if names[member.value] != member.name:
                        differing.add((name, member.value))
    assert compared > 500
    assert differing == EXCEPTIONS.keys()
