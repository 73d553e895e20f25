"""What the benchmarks print: Markdown tables and verdicts."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from typing import Any


def heading(text: str) -> str:
    """Return a heading that names the interpreter."""
    return f"{text}, {platform.python_implementation()} {platform.python_version()}"


def table(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a Markdown table; all columns but the first are numbers."""
    lines = [titles, ["---", *["---:"] * (len(titles) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(shown, line))} |" for line in lines)


def shown(cell: Any) -> str:
    """Return a number with three digits that count, and text as it is."""
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:.0f}" if cell >= 100 else f"{cell:#.3g}"


def verdict(what: str, ratio: float, target: float, *, at_most: bool) -> list[Any]:
    """Return a row that holds a figure against its target."""
    met = ratio <= target if at_most else ratio >= target
    sign = "at most" if at_most else "at least"
    return [what, ratio, f"{sign} {target}", "met" if met else "**missed**"]
