"""A writer of Python code: it owns indentation, and breaks lines where black would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from .layout import LINE_LENGTH, fit, split_outside_brackets


class PyCode:
    """Lines of Python code, from first to last.

    with code.block("def double(x: int) -> int:"):
        code.line("return 2 * x")
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._indent = 0

    def line(self, statement: str) -> None:
        """Add a statement, on several lines if it is too long for one."""
        self._lines.append(fit(statement, self._indent))

    def unbroken(self, statement: str) -> None:
        """Add a statement on one line, however long: its text may hold brackets."""
        self._lines.append(" " * self._indent + statement)

    def imports(self, module: str, names: Iterable[str]) -> None:
        """Add the import of names from a module, if there are any."""
        ordered = sorted(
            names, key=lambda name: (not name.isupper(), name.lower(), name)
        )
        line = f"from {module} import {', '.join(ordered)}"
        if self._fits(line) and ordered:
            self.line(line)
        elif ordered:
            with self.brackets(f"from {module} import ("):
                for name in ordered:
                    self.line(f"{name},")

    def add(self, other: PyCode) -> None:
        """Add the lines of another writer, indented as they are."""
        self._lines.extend(other._lines)

    def blank(self, count: int = 1) -> None:
        """Add empty lines."""
        self._lines.extend([""] * count)

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """Add the line that begins a block; what is added within is indented.

        Args:
            header: The line, such as `if x:`. A condition that is too long is broken at
                each `or`.
        """
        self._lines.append(self._header(header))
        self._indent += 4
        yield
        self._indent -= 4

    @contextmanager
    def brackets(self, start: str) -> Iterator[None]:
        """Add a line that ends with an open bracket; one that closes it follows."""
        first = len(self._lines)
        with self.block(start):
            yield
        end = {"(": ")", "[": "]", "{": "}"}[start[-1]]
        if len(self._lines) == first + 1:
            self._lines[-1] += end
        else:
            self._lines.append(" " * self._indent + end)

    def text(self) -> str:
        """Return the code, with a newline character behind its last line."""
        return "\n".join(self._lines).rstrip("\n") + "\n"

    def _header(self, header: str) -> str:
        if header.startswith("if ") and not self._fits(header):
            return self._condition(header)
        if header.startswith("def ") and not self._fits(header):
            return self._definition(header)
        return fit(header, self._indent)

    def _condition(self, header: str) -> str:
        """Return an `if` that is broken at each `or`."""
        margin = " " * self._indent
        condition = header.removeprefix("if ").removesuffix(":")
        parts = f"\n{margin}    or ".join(split_outside_brackets(condition, " or "))
        return f"{margin}if (\n{margin}    {parts}\n{margin}):"

    def _definition(self, header: str) -> str:
        """Return a `def` whose parameters stand on a line, or on a line each."""
        margin = " " * self._indent
        start, end = header.index("(") + 1, header.rindex(") ->")
        lines = split_outside_brackets(header[start:end], ", ")
        if len(lines) > 1 and self._fits(f"    {header[start:end]}"):
            lines = [header[start:end]]
        else:
            lines = [f"{line}," for line in lines]
        inner = "".join(f"{margin}    {line}\n" for line in lines)
        return f"{margin}{header[:start]}\n{inner}{margin}{header[end:]}"

    def _fits(self, line: str) -> bool:
        return self._indent + len(line) <= LINE_LENGTH
