"""Pages of target `docs` that tell what changed since an earlier version of a spec.

What the comparison finds is told by the classes of the generated package, in the order of
the document, with links into it. Its sentences are English in every language, those that
`diff` prints. What differs in words or order only is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import jinja2

from ...diff.compare import Change, compare
from ...emit.jinja import render
from ...spec.model import Action, Datatype, Enum, Spec
from .. import Artifact, Older
from .markdown import cell_code
from .places import all_ids, names, short_name

# Start of the file name and what stands between the versions there, by language.
TITLES = {"en": ("Changes", "to"), "zh": ("变更说明", "至")}

# The module of the class that a change is about, by the kind of its subject.
MODULES = {
    "action": "call",
    "request": "call",
    "response": "call_result",
    "datatype": "datatypes",
    "enum": "enums",
}
_CAME_OR_WENT = {
    f"{kind}-{verb}"
    for kind in ("action", "datatype", "enum")
    for verb in ("added", "removed")
}


class Group(NamedTuple):
    """A class that is in both versions, and what changed in it."""

    name: str
    changes: tuple[Change, ...]


class Side(NamedTuple):
    """What is in one of two versions only."""

    actions: list[Action]
    datatypes: list[Datatype]
    enums: list[Enum]


def pages(spec: Spec, older: Older, env: jinja2.Environment) -> dict[str, Artifact]:
    """Return the page in each language.

    Args:
        spec: The spec as it is.
        older: An earlier version.
        env: The environment of the documents, with their filters.
    """
    found = [each for each in compare(older.spec, spec) if each.area != "text"]
    versions = short_name(older.spec), short_name(spec)
    files = {
        language: f"{title}_{f'_{between}_'.join(versions)}.md"
        for language, (title, between) in TITLES.items()
    }
    changed = groups(found, spec, older.spec)
    env.filters.update(told=told)
    made = {}
    for language, file in files.items():
        documents = {"new": names(spec)[language]}
        if older.documented:
            documents["old"] = names(older.spec)[language]
        text = render(
            env,
            f"docs/changes.{language}.md.jinja",
            spec=spec,
            older=older.spec,
            changes=found,
            groups=changed,
            changed_actions={
                group.name for group in (*changed["call"], *changed["call_result"])
            },
            whole=[each for each in found if each.subject.kind not in MODULES],
            new=_side(found, "added", spec),
            gone=_side(found, "removed", older.spec),
            places={"new": all_ids(spec), "old": all_ids(older.spec)},
            documents=documents,
            links={other: f"../{other}/{name}" for other, name in files.items()},
        )
        made[language] = Artifact(f"docs/{language}/{file}", text)
    return made


def groups(
    changes: Iterable[Change], spec: Spec, older: Spec
) -> dict[str, list[Group]]:
    """Return the classes that changed, by module, in the order of the documents."""
    by_class: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        module = MODULES.get(change.subject.kind)
        if module and change.rule not in _CAME_OR_WENT:
            by_class.setdefault((module, change.subject.owner), []).append(change)
    actions = [action.name for each in (spec, older) for action in each.actions]
    types = [ref.name for each in (spec, older) for ref in each.types]
    # Enums of actions say no more than the actions do.
    of_actions = {enum.name for enum in spec.enums if enum.from_actions}
    return {
        module: [
            Group(name, tuple(by_class[module, name]))
            for name in dict.fromkeys(of_module)
            if (module, name) in by_class and name not in of_actions
        ]
        for module, of_module in (
            ("call", actions),
            ("call_result", actions),
            ("datatypes", types),
            ("enums", types),
        )
    }


def _side(changes: Iterable[Change], verb: str, spec: Spec) -> Side:
    """Return the actions and types of a spec that came to it, or went with it."""
    found = {(each.rule, each.subject.owner) for each in changes}
    return Side(
        [each for each in spec.actions if (f"action-{verb}", each.name) in found],
        [each for each in spec.datatypes if (f"datatype-{verb}", each.name) in found],
        [each for each in spec.enums if (f"enum-{verb}", each.name) in found],
    )


def told(change: Change) -> str:
    """Return how its subject has changed, as the text of a cell."""
    return change.predicate.shown(cell_code).lstrip(":, ")
