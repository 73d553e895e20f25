"""The rule of lint for overlays: changes that they can do without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..diagnostics import quoted
from ..spec.edits import Edit, Names
from .context import LintContext, Remark


def overlay_smaller(context: LintContext) -> Iterator[Remark]:
    """Yield changes that an overlay can do without."""
    removed: dict[Names, int] = {}
    replaced: dict[Names, int] = {}
    for index, change in enumerate(context.changes):
        if change.kind != "add":
            (removed if change.value is None else replaced)[change.names] = index
    for index, change in enumerate(context.changes):
        later = _last(removed, change)
        if change.value is not None:
            later = max(later, _last(replaced, change))
        path = quoted(".".join(change.names))
        if later > index:
            end = context.changes[later]
            both = change.kind == "add" and change.names == end.names
            message = f"line {end.span.line} undoes the change of {path}"
            hint = "leave out both" if both else "leave this one out"
            yield _needless(change, message, hint)
        elif change.same and change.kind == "restate":
            yield _needless(change, f"{path} is so in the base", "leave it out")
        elif change.same and removed.get(change.names, index) < index:
            message = f"{path} is put back as it was"
            yield _needless(change, message, "leave out its removal as well")
    yield from _parts_of_additions(context.changes)


def _last(indexes: dict[Names, int], change: Edit) -> int:
    """Return the greatest index of a place that this change is in; -1 if there is none."""
    depths = range(1, len(change.names) + 1)
    return max(indexes.get(change.names[:depth], -1) for depth in depths)


def _needless(change: Edit, message: str, hint: str) -> Remark:
    return Remark(".".join(change.names), change.span, message, hint)


def _parts_of_additions(changes: Sequence[Edit]) -> Iterator[Remark]:
    # A value with an alias is added twice, so one of the two has to be changed afterwards.
    uses = Counter(change.value.span for change in changes if change.value)
    added: dict[Names, Edit] = {}
    for change in changes:
        above = (change.names[:depth] for depth in range(1, len(change.names)))
        whole = next((added[names] for names in above if names in added), None)
        if whole and whole.value and uses[whole.value.span] == 1:
            path = quoted(".".join(change.names))
            message = f"line {whole.span.line} adds what {path} is in"
            yield _needless(change, message, "say it there")
        if change.kind == "add":
            added[change.names] = change
        else:
            added.pop(change.names, None)
