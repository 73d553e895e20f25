"""What a spec can't say of schemas, collected."""

from __future__ import annotations

from ..diagnostics import Diagnostic, Span, quoted

DEFINITIONS = ("definitions", "$defs")


class Notes:
    """Collects what a spec can't say.

    Definitions are copied into every file that uses them, so each place in one counts once.
    """

    def __init__(self) -> None:
        """Start with no notes."""
        self._seen: set[tuple[str, str]] = set()
        self.all: list[Diagnostic] = []

    def add(self, file: str, path: str, message: str, hint: str) -> None:
        """Add a warning about a place in a schema file."""
        copied = any(path.startswith(f"#/{name}/") for name in DEFINITIONS)
        key = ("" if copied else file, f"{path} {message}")
        if key not in self._seen:
            self._seen.add(key)
            text = f"{quoted(path, 200)}: {message}" if path else message
            self.all.append(Diagnostic(Span(file), text, hint, "warning"))
