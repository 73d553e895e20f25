"""Nodes to Spec: every rule of the spec language, every error collected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, cast

from ..diagnostics import Report, quoted
from . import naming
from .edits import Edit
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
from .reader import (
    MAX_SHORT_TEXT,
    MAX_TEXT,
    Beside,
    Entry,
    Reader,
    emptied,
    span_of,
)
from .source import Mapping, Node, Scalar, Source
from .types import Types

_VERSION = re.compile(r"[0-9A-Za-z]+([._-][0-9A-Za-z]+)*")


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
        _Loader(source, report, overrides or Overrides())
        .spec(composed.root)
        ._replace(sha256=composed.sha256)
    )
    report.raise_errors()
    return spec, composed.changes


class _Loader:
    """Makes a Spec of what the reader read; findings go to the report.

    A stand-in takes the place of what is wrong, so that one run names every error.
    """

    def __init__(self, source: Source, report: Report, overrides: Overrides) -> None:
        self._source = source
        self._report = report
        self._overrides = overrides
        self._read = Reader(report, KINDS, self._kind, source.file)
        self._type_names: dict[str, str] = {}  # what kind each name is of
        self._types_known = True

    # The parts of a spec

    def spec(self, root: Node) -> Spec:
        self._note_types(root)
        entry = self._read.map(root, "spec", Beside("the spec"))
        class_suffix = self._class_suffix(entry)
        actions: list[tuple[Scalar, Entry]] = entry.get("actions", [])
        datatypes: list[tuple[Scalar, Entry]] = entry.get("datatypes", [])
        enums: list[tuple[Scalar, Entry]] = entry.get("enums", [])
        self._refuse_shared_names(datatypes, enums)
        maker = Enums(self._report, self._read)
        made_enums = {key.text: maker.enum(key, each, actions) for key, each in enums}
        types = Types(
            root,
            self._report,
            self._read,
            self._kind,
            {key.text: (key, each) for key, each in datatypes},
            made_enums,
            memberless=maker.memberless,
            types_known=self._types_known,
        )
        types.read_common(entry.get("common"))
        made_datatypes = [types.datatype(key.text) for key, _ in datatypes]
        made = [self._action(key, each, class_suffix, types) for key, each in actions]
        node = entry.nodes.get("actions")
        if isinstance(node, Mapping) and not node.entries:
            hint = emptied(node) or "add one"
            self._report.error(node.span, "the spec has no actions", hint)
        return Spec(
            source=self._source.name,
            sha256=self._source.sha256,
            protocol=entry.get("protocol", ""),
            version=self._version(entry.nodes.get("version")),
            package=self._package(entry.nodes.get("package")),
            class_suffix=class_suffix or "",
            errors=self._errors(entry.get("errors")),
            actions=tuple(made),
            datatypes=tuple(made_datatypes),
            enums=tuple(made_enums.values()),
            lint=tuple(self._switch_offs(entry.get("lint", []))),
            common=types.common,
            format_words=self._format_words(entry.get("format_words")),
        )

    def _note_types(self, root: Node) -> None:
        """Note the names of types: what a field may say depends on the kind of its type."""
        entries = root.entries if isinstance(root, Mapping) else ()
        for key, node in entries:
            kind = {"datatypes": "datatype", "enums": "enum"}.get(key.text)
            if kind and isinstance(node, Mapping):
                self._type_names |= {name.text: kind for name, _ in node.entries}
            elif kind:
                self._types_known = False

    def _format_words(self, entry: Entry | None) -> dict[str, dict[str, str]]:
        """Return what documents call formats, by language."""
        languages: dict[str, dict[str, str]] = {}
        for form in entry.values if entry else ():
            for language, words in entry.get(form) if entry else ():
                languages.setdefault(language.text, {})[form] = words
        return languages

    def _switch_offs(
        self, rules: list[tuple[Scalar, list[tuple[Scalar, str]]]]
    ) -> Iterator[SwitchOff]:
        # Whether there are such rules and places is for lint to say: it knows them.
        for rule, places in rules:
            for place, reason in places:
                yield SwitchOff(
                    rule=rule.text,
                    place=place.text,
                    reason=reason,
                    span=place.span,
                    inherited=place.span.file != self._source.file,
                )

    def _version(self, node: Node | None) -> str:
        version = self._read.text(node, "'version'", MAX_SHORT_TEXT)
        if version and not _VERSION.fullmatch(version):
            hint = "it takes ASCII letters and digits with . _ or - between them"
            self._report.error(span_of(node), f"{quoted(version)} is no version", hint)
        return version

    def _package(self, node: Node | None) -> str:
        node = self._overrides.package or node
        package = self._read.text(node, "'package'", MAX_TEXT)
        for part in package.split(".") if package else ():
            if problem := naming.identifier_problem(part):
                self._report.error(
                    span_of(node),
                    f"part {quoted(part)} of the package {problem}",
                    "write a dotted name such as my_app.messages",
                )
        return package

    def _class_suffix(self, entry: Entry) -> str | None:
        """Return the suffix, None if it is wrong."""
        override = self._overrides.class_suffix
        node = override or entry.nodes.get("class_suffix")
        if node is None:
            return ""
        # `class_suffix:` alone is a suffix forgotten, not an empty one.
        if not isinstance(node, Scalar) or not (
            node.text or override or not node.plain
        ):
            self._read.text(node, "'class_suffix'", MAX_SHORT_TEXT)
            return None
        if naming.identifier_problem(f"X{node.text}"):
            message = f"the class_suffix {quoted(node.text)} can't end a class name"
            hint = "it takes ASCII letters, digits and underscores"
            self._report.error(node.span, message, hint)
            return None
        return node.text

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

    def _kind(self, name: str) -> str:
        """Return what the grammar calls a type; empty if nothing is known of it."""
        if name in naming.SCALAR_TYPES:
            return name
        return self._type_names.get(name, "")

    def _refuse_shared_names(
        self, datatypes: list[tuple[Scalar, Entry]], enums: list[tuple[Scalar, Entry]]
    ) -> None:
        first = {key.text: key.span for key, _ in datatypes}
        for key, _ in enums:
            if key.text in first:
                message = f"name {quoted(key.text)} is a datatype's already"
                hint = f"see {first[key.text].seen_from(key.span)}"
                self._report.error(key.span, message, hint)
