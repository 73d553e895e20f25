"""A folder of JSON Schemas to their content, and to the messages that their names tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..diagnostics import Report, Span, fail, quoted
from ..spec.source import MAX_BYTES, read_bytes
from .ocpp import FILE_ENDINGS


class SchemaFile(NamedTuple):
    """A schema file: the message that it is of, and its content."""

    file: str
    action: str
    kind: str
    schema: dict[str, Any]


def read_folder(folder: Path, report: Report) -> list[SchemaFile]:
    """Return the schemas in a folder, sorted by action, each request before its response.

    Args:
        folder: The folder; only its own files that end with `.json` count.
        report: Takes what is wrong with single files; the others are read.

    Raises:
        DiagnosticError: There is no such folder, or no such file in it.
    """
    span = Span(folder.as_posix())
    hint = "name a folder of JSON Schemas"
    try:
        paths = [path for path in folder.iterdir() if path.name.endswith(".json")]
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise fail(span, f"cannot read the folder: {reason}", hint) from error
    if not paths:
        raise fail(span, "no .json file in the folder", hint)
    files = list(_files(sorted(paths), report))
    _refuse_duplicates(files, report)
    return sorted(files, key=_order)


def _order(file: SchemaFile) -> tuple[str, str, str]:
    return file.action.lower(), file.action, file.kind


def _files(paths: list[Path], report: Report) -> Iterator[SchemaFile]:
    for path in paths:
        schema = _read(path, report)
        if schema is not None:
            yield SchemaFile(path.as_posix(), *_message(path.name[:-5]), schema)


def _message(stem: str) -> tuple[str, str]:
    """Return action and kind of a message."""
    for ending, kind in FILE_ENDINGS.items():
        if stem.endswith(ending) and stem != ending:
            return stem.removesuffix(ending), kind
    return stem, "request"


def _refuse_duplicates(files: list[SchemaFile], report: Report) -> None:
    first: dict[tuple[str, str], str] = {}
    for file in files:
        other = first.setdefault((file.action, file.kind), file.file)
        if other != file.file:
            message = f"the {file.kind} of {quoted(file.action)} is in {quoted(other)} already"
            report.error(Span(file.file), message, "remove one of them")
    for (action, kind), file_name in first.items():
        if kind == "response" and (action, "request") not in first:
            message = f"no request of {quoted(action)} for this response"
            report.error(Span(file_name), message, "add its schema to the folder")


def _read(path: Path, report: Report) -> dict[str, Any] | None:
    """Return the content of a file; None if it is no JSON object."""
    span = Span(path.as_posix())
    hint = "mend the file, or take it out of the folder"
    try:
        data = read_bytes(path)
        if len(data) > MAX_BYTES:
            report.error(span, f"the file is larger than {MAX_BYTES} bytes", hint)
            return None
        content = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
        )
    except OSError as error:
        report.error(span, f"cannot read the file: {error.strerror}", hint)
    except json.JSONDecodeError as error:
        place = Span(span.file, error.lineno, error.colno)
        report.error(place, f"no JSON: {error.msg}", hint)
    except UnicodeDecodeError:
        report.error(span, "the file is not UTF-8 text", hint)
    except (ValueError, RecursionError) as error:
        reason = "it nests too deep" if isinstance(error, RecursionError) else error
        report.error(span, f"no JSON Schema: {reason}", hint)
    else:
        if isinstance(content, dict):
            return content
        report.error(span, "no JSON Schema: it isn't an object", hint)
    return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for number, key in enumerate(keys) if key in keys[:number])
        raise ValueError(f"the key {quoted(twice)} stands twice in one object")
    return content


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
