"""What is said to the user about a place in a file."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple, NoReturn

MAX_FINDINGS = 200
MAX_COMPARED = 500

Severity = Literal["error", "warning", "info"]

# What would end a property or a message of a workflow command, or begin an escape in it.
_IN_MESSAGES = "%\r\n"
_IN_PROPERTIES = "%\r\n:,"


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
        file = printable(self.file.replace("\t", "\\t"))
        return ":".join(str(part) for part in (file, self.line, self.column) if part)

    def seen_from(self, other: Span) -> str:
        """Return what to call this place beside another one."""
        return f"line {self.line}" if self.file == other.file else str(self)


class Diagnostic(NamedTuple):
    """One finding: where, what, and how to mend it.

    Attributes:
        span: Where.
        message: What is wrong.
        hint: What to do about it; empty if there is nothing to add.
        severity: `error` if there is no spec, or no sense, before it is mended; `warning` if
            it should be mended; `info` if it may be as it is.
        rule: The rule of lint that finds this; empty for rules of the spec language.
    """

    span: Span
    message: str
    hint: str = ""
    severity: Severity = "error"
    rule: str = ""

    def __str__(self) -> str:
        """Return the finding as one line of text."""
        text = f"{self.span}: {self.severity}: {self.message}"
        text += f", {self.hint}" if self.hint else ""
        return f"{text} [{self.rule}]" if self.rule else text


def as_json(finding: Diagnostic) -> str:
    """Return a finding as a JSON object on one line."""
    span, message, hint, severity, rule = finding
    return json.dumps(
        {
            "file": span.file,
            "line": span.line,
            "column": span.column,
            "severity": severity,
            "rule": rule,
            "message": message,
            "hint": hint,
        }
    )


def as_github(finding: Diagnostic) -> str:
    """Return a finding as a command that makes a workflow of GitHub show it at its place."""
    span, message, hint, severity, rule = finding
    command = "notice" if severity == "info" else severity
    properties = {
        "file": span.file,
        "line": span.line,
        "col": span.column,
        "title": rule,
    }
    given = (
        f"{name}={_escaped(str(value), _IN_PROPERTIES)}"
        for name, value in properties.items()
        if value
    )
    text = f"{message}, {hint}" if hint else message
    return f"::{command} {','.join(given)}::{_escaped(text, _IN_MESSAGES)}"


def _escaped(text: str, characters: str) -> str:
    """Return text with some characters as a percent sign and two hexadecimal digits."""
    return "".join(
        f"%{ord(character):02X}" if character in characters else character
        for character in text
    )


FORMATS: dict[str, Callable[[Diagnostic], str]] = {
    "text": str,
    "json": as_json,
    "github": as_github,
}


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
    """Return text from the user in quotes and cut, safe to print on one line.

    What can't be printed is escaped, marks that turn or hide text among it, and so are
    letters that pass for those beside them: a Cyrillic one in a Latin word.
    """
    shown = repr(text if len(text) <= limit else text[:limit] + "...")
    if shown.isascii() or not any(c.isascii() and c.isalpha() for c in text):
        return shown
    return "".join(ascii(c)[1:-1] if _is_lookalike(c) else c for c in shown)


def _is_lookalike(character: str) -> bool:
    if character.isascii():
        return False
    script = unicodedata.name(character, "").partition(" ")[0]
    return script in ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "MATHEMATICAL")


def printable(line: str) -> str:
    """Return a line of a file without characters that would do something to a terminal."""
    return "".join(
        (
            character
            if character.isprintable() or character == "\t"
            else repr(character)[1:-1]
        )
        for character in line
    )


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the known word that is most like this one, whatever the case; empty if none is."""
    import difflib  # needed only when something is wrong

    by_lower = {name.lower(): name for name in known}
    lower = word[:100].lower()
    # Comparing one word with all of thousands takes long, and there may be many findings.
    likely = [lower] if lower in by_lower else [*by_lower][:MAX_COMPARED]
    close = difflib.get_close_matches(lower, likely, n=1, cutoff=cutoff)
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
