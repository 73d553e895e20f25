"""Jinja templates to text: the environment and the filters every target shares."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2

from ..diagnostics import (
    DiagnosticError,
    Report,
    Span,
    did_you_mean,
    fail,
    quoted,
)
from ..resources import resource_folder
from .compiled import CompiledTemplates, cache_folder
from .header import do_not_edit, plain_name
from .wording import describe

TEMPLATES = resource_folder("templates")


def environment(own: Path | None = None) -> jinja2.Environment:
    """Return the environment that templates are rendered in.

    Undefined names are errors, and nothing is escaped by itself: what comes from a spec goes
    through a filter that fits the output (`python_string`, `docstring`, `markdown`, `code`).

    Args:
        own: Folder of templates that take the place of ours with the same path. They may come
            from anybody, so all templates are sandboxed then: they see what they are given,
            and nothing of the machine.

    Raises:
        DiagnosticError: `own` is no folder, or holds what isn't the name of a template.
    """
    options: dict[str, Any] = {
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
    }
    ours = jinja2.FileSystemLoader(TEMPLATES)
    env: jinja2.Environment
    if own:
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        _refuse_misnamed(own, ours)
        loader = jinja2.ChoiceLoader([_OwnTemplates(own), ours])
        env = ImmutableSandboxedEnvironment(
            loader=loader, undefined=jinja2.StrictUndefined, **options
        )
    else:
        folder = cache_folder()
        cache = CompiledTemplates(folder, options) if folder else None
        env = jinja2.Environment(
            loader=ours,
            undefined=jinja2.StrictUndefined,
            bytecode_cache=cache,
            **options,
        )
    env.filters.update(
        describe=describe,
        do_not_edit=do_not_edit,
        plain_name=plain_name,
        sentences=sentences,
    )
    return env


class _OwnTemplates(jinja2.FileSystemLoader):
    """The templates of a user's folder; links out of it are refused."""

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        (folder,) = self.searchpath
        file = Path(folder, template)
        if not file.resolve().is_relative_to(Path(folder).resolve()):
            raise fail(Span(str(file)), "leads out of the folder of templates")
        try:
            return super().get_source(environment, template)
        except jinja2.TemplateNotFound:
            raise  # it may be one of ours
        except (OSError, UnicodeDecodeError) as error:
            raise fail(Span(str(file)), f"cannot read the template: {error}") from error


def _refuse_misnamed(own: Path, ours: jinja2.FileSystemLoader) -> None:
    """Raise an error for each of a user's templates that would never be used.

    Those that begin with an underscore are parts for the others.
    """
    if not own.is_dir():
        raise fail(Span(str(own)), "is no folder of templates")
    report = Report()
    known = ours.list_templates()
    for file in sorted(own.rglob("*")):
        name = file.relative_to(own).as_posix()
        if file.is_dir() or name in known or file.name.startswith("_"):
            continue
        message = "takes the place of no template"
        report.error(Span(str(file)), message, did_you_mean(name, known))
    report.raise_errors()


def render(env: jinja2.Environment, template: str, **context: Any) -> str:
    """Return the text of a template, with one newline at its end.

    Raises:
        DiagnosticError: A template of the user can't be rendered.
    """
    try:
        return env.get_template(template).render(**context).rstrip("\n") + "\n"
    except DiagnosticError:
        raise
    except Exception as error:
        if not env.sandboxed:
            raise  # the templates are ours, and so is the mistake
        raise _template_error(env, template, error) from error


def render_python(env: jinja2.Environment, template: str, **context: Any) -> str:
    """Return the text of a template of a Python module.

    Raises:
        DiagnosticError: A template of the user can't be rendered, or gives no Python.
    """
    text = render(env, template, **context)
    if env.sandboxed:
        try:
            ast.parse(text)
        except (SyntaxError, ValueError) as error:
            span = Span(env.get_template(template).filename or template)
            line = f" in line {error.lineno}" if isinstance(error, SyntaxError) else ""
            reason = getattr(error, "msg", str(error))
            message = f"it gives no Python: {reason}{line} of its output"
            raise fail(span, message) from error
    return text


def _template_error(
    env: jinja2.Environment, template: str, error: Exception
) -> DiagnosticError:
    """Return what is wrong in a template, at the innermost line that the error passed."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        span = Span(error.filename or error.name or template, error.lineno)
    else:
        loaded = {code.filename for code in env.cache.values()} if env.cache else set()
        places = [
            Span(frame.filename, frame.lineno or 0)
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename in loaded
        ]
        span = places[-1] if places else Span(template)
    reason = str(error) or type(error).__name__
    return fail(span, f"cannot render the template: {quoted(reason, 200)[1:-1]}")


def sentences(phrases: list[str]) -> str:
    """Return phrases as sentences: a capital first, a full stop last."""
    return " ".join(
        phrase[:1].upper() + phrase[1:] + ("" if phrase.endswith(".") else ".")
        for phrase in phrases
        if phrase
    )
