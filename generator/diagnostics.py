"""What is said to the user about a place in a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, NoReturn

MAX_FINDINGS = 1000


class Span(NamedTuple):
    """A place in a source file.

    Attributes:
        file: The file as the user named it.
        line: Line, counted from 1; 0 for the file as a whole.
        column: Column in characters, counted from 1; 0 for the line as a whole.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return `file:line:column`, as editors and terminals link it."""
        # A file name can hold line breaks and escape codes, which would forge the output.
        file = self.file if self.file.isprintable() else ascii(self.file)[1:-1]
        return ":".join(str(part) for part in (file, self.line, self.column) if part)


class Diagnostic(NamedTuple):
    """One finding: where, what, and how to mend it.

    Attributes:
        span: Where.
        message: What is wrong.
        hint: What to do about it; empty if there is nothing to add.
        severity: `error` or `warning`.
    """

    span: Span
    message: str
    hint: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        """Return the finding as one line of text."""
        text = f"{self.span}: {self.severity}: {self.message}"
        return f"{text}, {self.hint}" if self.hint else text


class DiagnosticError(Exception):
    """Input that cannot be used.

    Attributes:
        diagnostics: Every finding, in the order of their places.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep the findings, sorted by place."""
        self.diagnostics = tuple(sorted(set(diagnostics)))
        super().__init__("\n".join(map(str, self.diagnostics)))


class Report:
    """Collects findings, so that one run names every error."""

    def __init__(self) -> None:
        """Start with no findings."""
        self._diagnostics: list[Diagnostic] = []

    def error(self, span: Span, message: str, hint: str = "") -> None:
        """Add an error.

        Raises:
            DiagnosticError: There are MAX_FINDINGS; more help nobody and take minutes.
        """
        self._diagnostics.append(Diagnostic(span, message, hint))
        if len(self._diagnostics) >= MAX_FINDINGS:
            self.raise_errors()

    def fatal(self, span: Span, message: str, hint: str = "") -> NoReturn:
        """Raise DiagnosticError: this error, which ends the run, and all before it."""
        self._diagnostics.append(Diagnostic(span, message, hint))
        raise DiagnosticError(self._diagnostics)

    def raise_errors(self) -> None:
        """Raise DiagnosticError if there was any error."""
        if self._diagnostics:
            raise DiagnosticError(self._diagnostics)


def fail(span: Span, message: str, hint: str = "") -> DiagnosticError:
    """Return the exception for one error that ends the run at once."""
    return DiagnosticError([Diagnostic(span, message, hint)])


def quoted(text: str, limit: int = 60) -> str:
    """Return text from the user in quotes, escaped and cut, safe to print on one line."""
    return ascii(text if len(text) <= limit else text[:limit] + "...")


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the known word that is most like this one, whatever the case; empty if none is."""
    import difflib  # needed only when something is wrong

    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word[:100].lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[close[0]] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the hint that names the nearest correct word, or the first few there are."""
    words = list(known)
    if close := nearest(word, words):
        return f"did you mean {quoted(close)}?"
    if len(words) == 1:
        return f"expected {quoted(words[0])}"
    shown = ", ".join(quoted(name)[1:-1] for name in words[:12])
    rest = len(words) - 12
    return f"expected one of: {shown}{f' and {rest} more' if rest > 0 else ''}"
