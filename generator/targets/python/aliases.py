"""Second names, for programs that look classes and actions up by those.

Hosts differ in how they get from a class of a message to its action, and how they spell
members of an enum of actions; one package with both names serves them all.
"""

from __future__ import annotations

from ...diagnostics import Report, Span, quoted
from ...spec import naming
from ...spec.model import Member, Spec

_HINT = "rename it, or generate without aliases"


def refuse_collisions(spec: Spec) -> None:
    """Raise an error for each class of a message that can't be called as its action is.

    Raises:
        DiagnosticError: There are such classes, or there is no suffix that tells the two
            names apart.
    """
    report = Report()
    if not spec.class_suffix:
        message = "aliases need a class suffix: there is no second name without one"
        report.error(Span(spec.source), message, "give one, such as Payload")
    classes = {action.name + spec.class_suffix for action in spec.actions}
    for action in spec.actions:
        problem = naming.type_problem(action.name)
        if spec.class_suffix and action.name in classes:
            problem = "is the class of another action"
        if problem:
            message = f"the alias {quoted(action.name)} {problem}"
            report.error(action.span, message, _HINT)
    report.raise_errors()


def action_members(spec: Spec) -> list[Member]:
    """Return the members that an enum of actions has by snake_case names as well.

    Names in snake_case already have none. One that every text has as an attribute gets an
    underscore at its end.

    Raises:
        DiagnosticError: Two actions would have one name.
    """
    report = Report()
    taken = {action.name for action in spec.actions}
    aliases = []
    for action in spec.actions:
        alias = naming.snake_case(action.name)
        if alias == action.name:
            continue
        if naming.member_problem(alias, str):
            alias += "_"
        if alias in taken:
            message = f"the alias {quoted(alias)} is the name of another action"
            report.error(action.span, message, _HINT)
        taken.add(alias)
        aliases.append(Member(alias, action.name, action.span))
    report.raise_errors()
    return aliases
