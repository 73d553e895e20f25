"""JSON Schemas to a spec: a draft that loads at once and is pleasant to finish by hand.

What the schemas don't say is marked with TODO in the spec: who sends the request of each
action. It is `unknown` there, and `lint` asks for it. What they say and a spec can't is named
in a warning, never dropped in silence. Descriptions are not taken over: facts are free to
state, other people's texts are not.

Names of types: in schemas of OCPP 2, where each type has a name, it stays as it is, with
`Type` or `EnumType` at its end. These are the names that users of other libraries know, and
without their endings some would be equal (CertificateStatusType, CertificateStatusEnumType).
In those of OCPP 1.6, where most types have none, names go without the ending. How types
without a name are named, `names.TypeNames` says.

Defaults: a schema can give an enum a default. A spec gives it to each optional field of that
enum instead, which says the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..diagnostics import Diagnostic, Report, Span, fail, quoted
from ..spec import naming
from ..spec.load import load
from ..spec.source import Source
from . import ocpp
from .entries import Entries
from .folder import SchemaFile, read_folder
from .names import MessageShape, TypeNames
from .notes import Notes
from .schemas import Document
from .shapes import Pool
from .text import fields, scalar, section

_HEAD = """\
# yaml-language-server: $schema=spec.schema.json
#
# Imported from JSON Schemas. What they don't say is marked with TODO.
# A wire name is the field's name in camelCase unless `wire` says otherwise.
# Values are read as they are written: `On` and `N` are text and need no quotes.

protocol: {protocol}
"""


class ImportResult(NamedTuple):
    """The text of a spec, and warnings of what the schemas don't say, or a spec can't."""

    text: str
    notes: list[Diagnostic]


def import_schemas(
    folder: Path, version: str, package: str | None = None
) -> ImportResult:
    """Return the spec that a folder of JSON Schemas makes.

    Args:
        folder: The folder, with a file for each message: `Reset.json` or `ResetRequest.json`,
            and `ResetResponse.json`.
        version: Version of the protocol; those that start with `1` are like OCPP 1.6.
        package: Package of the generated modules; without it, `ocpp.v201` for 2.0.1.

    Raises:
        DiagnosticError: There is no such folder, a file in it is no schema of a message, or
            no spec can be made of them. All wrong files are named.
    """
    report = Report()
    notes = Notes()
    pool = Pool()
    files = [
        file for file in read_folder(folder, report) if not _note_action(file, notes)
    ]
    documents = [
        Document(file.file, file.schema, pool, notes, report) for file in files
    ]
    for document in documents:
        document.read_definitions()
    messages = [
        MessageShape(file.action, file.kind, document.message())
        for file, document in zip(files, documents, strict=True)
    ]
    report.raise_errors()
    if not messages:
        raise fail(Span(folder.as_posix()), "no message can be imported")

    family = ocpp.family(version)
    names = TypeNames(messages, pool, strip_suffixes=family.strip_suffixes)
    used = {ref for _, ref in names.types}
    for document in documents:
        document.note_unused(used)
    _note_senders(files, notes)
    package = package or ocpp.package(version)
    text = "\n".join(_parts(Entries(messages, pool, names), family, version, package))
    _check(text)
    return ImportResult(text, sorted(notes.all))


def _note_action(file: SchemaFile, notes: Notes) -> bool:
    """Return whether a spec can't have an action, and note it."""
    problem = naming.identifier_problem(file.action)
    if problem:
        message = f"action {quoted(file.action)} {problem}"
        notes.add(file.file, "", message, "it isn't in the spec; rename the file")
    return bool(problem)


def _note_senders(files: list[SchemaFile], notes: Notes) -> None:
    answered = {file.action for file in files if file.kind == "response"}
    for file in files:
        if file.kind == "request":
            message = f"action {quoted(file.action)}: no schema says who sends it"
            notes.add(file.file, "", message, "mend 'sender' in the spec")
        if file.action not in answered:
            message = f"action {quoted(file.action)} has no schema of a response"
            hint = "the spec has it as a one-way message"
            notes.add(file.file, "", message, hint)


def _parts(
    entries: Entries, family: ocpp.Family, version: str, package: str
) -> Iterator[str]:
    """Yield the parts of a spec, a blank line before each."""
    suffix = family.class_suffix
    if any(naming.type_problem(f"{name}{suffix}") for name in entries.action_names):
        suffix = ocpp.SUFFIX
    head = _HEAD.format(protocol=ocpp.PROTOCOL)
    head = f"{head}version: {scalar(version)}\npackage: {scalar(package)}\n"
    yield f"{head}class_suffix: {suffix}\n" if suffix else head
    yield ocpp.ERRORS.format(
        format=family.format_code, occurrence=family.occurrence_code
    )
    common = entries.common()
    if common:
        comment = (
            "# Last in every message, and in every datatype but those they are made of."
        )
        yield "\n".join([comment, "common:", *fields(common, "fields", 2), ""])
    yield section("actions", entries.actions())
    has_action_enum = all(
        naming.member_problem(name, str) == "" for name in entries.action_names
    )
    for part in (
        section("datatypes", entries.datatypes()),
        section("enums", entries.enums(with_actions=has_action_enum)),
    ):
        if part:
            yield part


def _check(text: str) -> None:
    """Raise DiagnosticError if a spec can't be loaded: it is too large, say."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    load(Source("imported spec", "imported.yaml", text, digest))
