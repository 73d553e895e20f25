"""Lint: what a spec may say, and had better not.

A rule says of each part of a spec that it dislikes where that is, and why. A spec can switch a
rule off for a part, for what is below it too, or for all parts (`*`), and gives the reason:

    lint:
      unused-type:
        enums.ConfigurationKey: Values of key, which can have others as well.
      missing-description:
        "*": The schemas that this was imported from have none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ..diagnostics import (
    Diagnostic,
    DiagnosticError,
    Severity,
    Span,
    did_you_mean,
    fail,
    quoted,
)
from ..spec.edits import Edit
from ..spec.load import load_with_changes
from ..spec.model import Spec, SwitchOff
from ..spec.source import Source
from .context import LintContext, fields_of, places_of, prefixes
from .rules import RULES


def explain(rule: str) -> str:
    """Return what a rule is for.

    Raises:
        DiagnosticError: There is no such rule.
    """
    if rule not in RULES:
        message = f"lint has no rule {quoted(rule)}"
        raise fail(Span("lint"), message, did_you_mean(rule, RULES))
    _, severity, purpose, _ = RULES[rule]
    return f"{rule} ({severity})\n{purpose}"


def lint_specs(specs: Iterable[Callable[[], Source]]) -> list[Diagnostic]:
    """Return what the rules find in specs, and the errors of those that have any.

    What two of them have from one base is named once.

    Args:
        specs: Functions that read a spec each.
    """
    found: set[Diagnostic] = set()
    for read in specs:
        try:
            found.update(lint_source(read()))
        except DiagnosticError as error:
            found.update(error.diagnostics)
    return sorted(found)


def lint_source(source: Source) -> list[Diagnostic]:
    """Return what the rules find in a spec file, sorted by place.

    Raises:
        DiagnosticError: The spec has errors.
    """
    return lint(*load_with_changes(source))


def lint(spec: Spec, changes: Sequence[Edit] = ()) -> list[Diagnostic]:
    """Return what the rules find in a spec, sorted by place.

    Args:
        spec: The spec.
        changes: What its file changes in the spec that it extends.
    """
    context = LintContext(spec, changes, fields_of(spec))
    found = []
    used: set[SwitchOff] = set()
    for name, rule in RULES.items():
        switched_off = {off.place: off for off in spec.lint if off.rule == name}
        for finding in rule.findings(context):
            places = ("*", *prefixes(finding.place))
            if covering := [switched_off[at] for at in places if at in switched_off]:
                used.update(covering)
            else:
                _, span, message, hint = finding
                found.append(Diagnostic(span, message, hint, rule.severity, name))
    found += _wrong_switch_offs(context, used)
    return sorted(set(found))


def _wrong_switch_offs(
    context: LintContext, used: set[SwitchOff]
) -> Iterator[Diagnostic]:
    """Yield those that are no use: a reader would take the reason for a fact of the spec.

    What an overlay inherits is not looked at. It may be of use to the base alone.
    """
    places = {"*": None}
    for place in places_of(context):
        places |= dict.fromkeys(prefixes(place))
    for off in context.spec.lint:
        if off.inherited or off in used:
            continue
        severity: Severity = "error"
        if off.rule not in RULES:
            message = f"lint has no rule {quoted(off.rule)}"
            hint = did_you_mean(off.rule, RULES)
        elif off.place not in places:
            message = f"the spec has no {quoted(off.place)}"
            ending = next((at for at in places if at.endswith(f".{off.place}")), "")
            hint = did_you_mean(off.place, [ending] if ending else places)
        else:
            severity = "warning"
            message = f"{off.rule} finds nothing at {quoted(off.place)}"
            hint = "leave it out"
        yield Diagnostic(off.span, message, hint, severity, "switch-off")
