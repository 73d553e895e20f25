"""Nodes to Spec: every rule of the spec language, every error collected."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal, NamedTuple, cast

from ..diagnostics import Report, quoted
from . import naming
from .edits import Edit
from .entry import Beside, Entry
from .enums import Enums
from .grammar import KINDS, VIOLATIONS
from .model import (
    Action,
    ActionSender,
    Message,
    Sender,
    Spec,
    SwitchOff,
)
from .overlay import compose
from .reader import Reader, removal
from .source import Node, Scalar, Source
from .types import Types


class Overrides(NamedTuple):
    """What a job says in place of the spec; each with the place that said it."""

    package: Scalar | None = None
    class_suffix: Scalar | None = None


def load(source: Source, overrides: Overrides | None = None) -> Spec:
    """Read a spec; as `load_with_changes`, which see."""
    return load_with_changes(source, overrides)[0]


def load_with_changes(
    source: Source, overrides: Overrides | None = None
) -> tuple[Spec, tuple[Edit, ...]]:
    """Read a spec, and tell what its file changes in the spec that it extends.

    Args:
        source: The spec file.
        overrides: Package and class suffix to use instead of the spec's own.

    Raises:
        DiagnosticError: The spec has errors; all of them are named.
    """
    report = Report()
    composed = compose(source, report)
    spec = (
        _Loader(source, report)
        .spec(composed.root, overrides or Overrides())
        ._replace(sha256=composed.sha256)
    )
    report.raise_errors()
    return spec, composed.changes


class _Loader:
    """Makes a Spec of what the reader read; findings go to the report.

    A stand-in takes the place of what is wrong, so that one run names every error.
    """

    def __init__(self, source: Source, report: Report) -> None:
        self._source = source
        self._report = report

    # The parts of a spec

    def spec(self, root: Node, overrides: Overrides) -> Spec:
        # A job can give an empty suffix without quotes.
        instead: dict[str, Node] = {
            key: node._replace(plain=False)
            for key, node in overrides._asdict().items()
            if node
        }
        reader = Reader(self._report, KINDS, self._source.file)
        entry = reader.map(root, "spec", Beside("the spec"), instead)
        # None if it is there and wrong.
        class_suffix = entry.get(
            "class_suffix", None if "class_suffix" in entry else ""
        )
        actions: list[tuple[Scalar, Entry]] = entry.get("actions", [])
        datatypes: list[tuple[Scalar, Entry]] = entry.get("datatypes", [])
        enums: list[tuple[Scalar, Entry]] = entry.get("enums", [])
        self._refuse_shared_names(datatypes, enums)
        maker = Enums(self._report)
        made_enums = {key.text: maker.enum(key, each, actions) for key, each in enums}
        types = Types(
            self._report,
            partial(removal, root),
            {key.text: (key, each) for key, each in datatypes},
            made_enums,
            memberless=maker.memberless,
            types_known=all(
                key not in entry or entry.get(key) is not None
                for key in KINDS["spec"].defining
            ),
        )
        types.read_common(entry.get("common"))
        made_datatypes = [types.datatype(key.text) for key, _ in datatypes]
        made = [self._action(key, each, class_suffix, types) for key, each in actions]
        return Spec(
            source=self._source.name,
            sha256=self._source.sha256,
            protocol=entry.get("protocol", ""),
            version=entry.get("version", ""),
            package=entry.get("package", ""),
            class_suffix=class_suffix or "",
            errors=self._errors(entry.get("errors")),
            actions=tuple(made),
            datatypes=tuple(made_datatypes),
            enums=tuple(made_enums.values()),
            lint=tuple(self._switch_offs(entry.get("lint", []))),
            common=types.common,
            format_words=self._format_words(entry.get("format_words")),
        )

    def _format_words(self, entry: Entry | None) -> dict[str, dict[str, str]]:
        """Return what documents call formats, by language."""
        languages: dict[str, dict[str, str]] = {}
        for form in entry.values if entry else ():
            for language, words in entry.get(form, []) if entry else ():
                languages.setdefault(language.text, {})[form] = words
        return languages

    def _switch_offs(
        self, rules: list[tuple[Scalar, list[tuple[Scalar, str]] | None]]
    ) -> Iterator[SwitchOff]:
        # Whether there are such rules and places is for lint to say: it knows them.
        for rule, places in rules:
            for place, reason in places or ():
                yield SwitchOff(
                    rule=rule.text,
                    place=place.text,
                    reason=reason,
                    span=place.span,
                    inherited=place.span.file != self._source.file,
                )

    def _errors(self, entry: Entry | None) -> dict[str, str]:
        if entry is None:
            return {}
        return {kind: entry.get(kind, "") for kind in VIOLATIONS if kind in entry}

    def _action(
        self, key: Scalar, entry: Entry, class_suffix: str | None, types: Types
    ) -> Action:
        self._check_class_name(key, class_suffix)
        sender = cast(ActionSender, entry.get("sender"))
        requester: Sender = "both" if sender == "unknown" else sender
        description = entry.get("description", "")

        def message(kind: Literal["request", "response"], sender: Sender) -> Message:
            fields = types.fields(entry.get(kind, []), f"the {kind} of {entry.what}")
            return Message(key.text, kind, sender, fields, description, key.span)

        answerer: dict[Sender, Sender] = {"server": "client", "client": "server"}
        return Action(
            name=key.text,
            sender=sender,
            request=message("request", requester),
            response=(
                message("response", answerer.get(requester, requester))
                if "response" in entry
                else None
            ),
            description=description,
            span=key.span,
        )

    def _check_class_name(self, key: Scalar, class_suffix: str | None) -> None:
        if class_suffix is None or naming.identifier_problem(key.text):
            return  # said already
        name = key.text + class_suffix
        if problem := naming.type_problem(name):
            message = f"class name {quoted(name)} {problem}"
            self._report.error(key.span, message, "use another class_suffix")

    def _refuse_shared_names(
        self, datatypes: list[tuple[Scalar, Entry]], enums: list[tuple[Scalar, Entry]]
    ) -> None:
        first = {key.text: key.span for key, _ in datatypes}
        for key, _ in enums:
            if key.text in first:
                message = f"name {quoted(key.text)} is a datatype's already"
                hint = f"see {first[key.text].seen_from(key.span)}"
                self._report.error(key.span, message, hint)
