"""Lines that check a value are as black leaves them, whatever the limits of the value."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import black
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.emit.pycode import PyCode
from generator.spec.model import Limits, Number, Value
from generator.targets.python.values import DECODE, check

pytestmark = pytest.mark.once

# As large as a spec may have them, or small.
counts = st.none() | st.integers(0, 9) | st.integers(0, 2**31 - 1)
integers = st.integers(-20, 20) | st.integers(-(10**15) + 1, 10**15 - 1)
fractions = st.builds(
    lambda digits, places: float(f"{digits}e-{places}"), integers, st.integers(0, 14)
)


def numbers(kind: str, number: st.SearchStrategy[Number]) -> st.SearchStrategy[Value]:
    return values(
        kind,
        minimum=st.none() | number,
        maximum=st.none() | number,
        multiple_of=st.none() | number.map(abs).filter(bool),
    )


def values(
    kind: str, items: Value | None = None, **limits: Any
) -> st.SearchStrategy[Value]:
    def value(found: dict[str, Any]) -> Value:
        given = {key: limit for key, limit in found.items() if limit is not None}
        return Value(kind, items=items, limits=Limits(given))

    return st.fixed_dictionaries(limits).map(value)


VALUES = {
    "str": values(
        "str", max_length=counts, format=st.sampled_from([None, "date-time", "uri"])
    ),
    "int": numbers("int", integers),
    "float": numbers("float", integers | fractions),
    "list": values("list", items=Value("str"), min_items=counts, max_items=counts),
}


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("indent", [4, 8, 12])  # a field, an optional one, in a list
def test_checks_of_a_value_are_as_black_leaves_them(kind: str, indent: int) -> None:
    @given(VALUES[kind])
    @settings(max_examples=50, deadline=None)
    def hold(value: Value) -> None:
        code = PyCode()
        with ExitStack() as blocks:
            blocks.enter_context(code.block("def f(v):"))
            for _ in range(4, indent, 4):
                blocks.enter_context(code.block("if v:"))
            check(code, value, DECODE)
            code.line("pass")
        assert black.format_str(code.text(), mode=black.Mode()) == code.text()

    hold()
