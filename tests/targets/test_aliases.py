"""Second names of classes and actions: what they are good for, and what can't have one."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from generated_modules import load_package
from rendered import write_all
from specs import BASE, SMALL, changed, load_text

from generator.diagnostics import DiagnosticError, Span
from generator.spec.load import Overrides, load
from generator.spec.locate import find_source
from generator.spec.model import Spec
from generator.spec.source import Scalar
from generator.targets import Options, python
from generator.targets.python.aliases import action_members

ALIASES = Options(aliases=True)


def rendered(spec: Spec, options: Options = ALIASES) -> dict[str, str]:
    return {each.path: each.text for each in python.artifacts(spec, options)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package of the test spec, with aliases."""
    folder = tmp_path_factory.mktemp("aliases")
    write_all(folder, rendered(load_text(BASE)))
    return folder


@pytest.fixture(scope="module")
def modules(made: Path) -> dict[str, Any]:
    load_package(made / "lockers/v2", "aliased")
    names = ("call", "call_result", "enums")
    return {name: importlib.import_module(f"aliased.{name}") for name in names}


def test_every_message_has_a_class_called_as_its_action(
    modules: dict[str, Any],
) -> None:
    for action in load_text(BASE).actions:
        for module in ("call", "call_result") if action.response else ("call",):
            alias = getattr(modules[module], action.name)
            assert alias.__name__ == action.name == alias.ACTION
            assert issubclass(alias, getattr(modules[module], f"{action.name}Message"))


def test_either_class_reads_and_writes_the_same_messages(
    modules: dict[str, Any],
) -> None:
    data = {"parcel": {"size": "S"}, "trackingNumber": "7", "codes": ["1"]}
    for name in ("Deposit", "DepositMessage"):
        message = getattr(modules["call"], name).from_dict(data)
        assert type(message).__name__ == name
        assert message.to_dict() == data
        assert not hasattr(message, "__dict__")


def test_actions_can_be_spelled_both_ways(modules: dict[str, Any]) -> None:
    trigger = modules["enums"].Trigger
    assert trigger.deposit is trigger.Deposit is trigger("Deposit")
    assert [member.name for member in trigger] == [
        action.name for action in load_text(BASE).actions
    ]


def test_only_enums_of_actions_get_aliases() -> None:
    text = rendered(load_text(BASE))["lockers/v2/enums.py"]
    assert text.count("snake_case") == 1


def test_without_the_option_nothing_has_a_second_name() -> None:
    texts = rendered(load_text(BASE), Options())
    assert "another name" not in "".join(texts.values())
    assert "snake_case" not in "".join(texts.values())


def test_package_with_aliases_is_typed_and_left_alone_by_black(made: Path) -> None:
    for tool in (["mypy", "--strict"], ["black", "--check", "--quiet"]):
        command = [sys.executable, "-m", *tool, str(made / "lockers")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("spec", "module", "different"),
    [
        ("ocpp16", "v16", {}),
        # Its members of 2.0.1 aren't made by one rule; those of 2.1 are.
        ("ocpp201", "v201", {"get_15118_ev_certificate": "get15118_ev_certificate"}),
        ("ocpp21", "v21", {}),
    ],
)
def test_aliases_are_the_members_that_the_newest_host_has(
    spec: str, module: str, different: dict[str, str]
) -> None:
    ours = {member.name for member in action_members(load(find_source(spec)))}
    theirs = {different.get(name, name) for name in members_of_host(module)}
    one_way = {"notify_periodic_event_stream"}  # the host doesn't know it
    assert ours - one_way == theirs


def members_of_host(module: str) -> list[str]:
    """Return the names of the actions in PyPI's `ocpp`, read without importing it."""
    file = metadata.distribution("ocpp").locate_file(f"ocpp/{module}/enums.py")
    (cls,) = [
        node
        for node in ast.parse(Path(str(file)).read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name == "Action"
    ]
    return [
        target.id
        for node in cls.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]


# What can't have a second name


def refused(text: str, overrides: Overrides | None = None) -> list[str]:
    with pytest.raises(DiagnosticError) as caught:
        rendered(load_text(text, overrides))
    return str(caught.value).splitlines()


def test_no_suffix_means_no_second_name() -> None:
    bare = Overrides(class_suffix=Scalar("", True, Span("here")))
    assert refused(SMALL, bare) == [
        "spec.yaml: error: aliases need a class suffix: there is no second name without"
        " one, give one, such as Payload"
    ]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Any", "'Any' is used in the generated modules"),
        ("ProbeMessage", "'ProbeMessage' is the class of another action"),
    ],
)
def test_alias_that_hides_another_class_is_an_error(name: str, problem: str) -> None:
    text = changed(BASE, ("\n  Reserve:\n", f"\n  {name}:\n"))
    (error,) = refused(text)
    assert f"the alias {problem}, rename it, or generate without aliases" in error


def test_two_actions_with_one_alias_are_an_error() -> None:
    text = changed(BASE, ("\n  Reserve:\n", "\n  deposit:\n"))
    (error,) = refused(text)
    assert "the alias 'deposit' is the name of another action" in error


def test_alias_that_every_text_has_gets_an_underscore() -> None:
    text = changed(BASE, ("\n  Reserve:\n", "\n  Title:\n"))
    (alias,) = [m for m in action_members(load_text(text)) if m.value == "Title"]
    assert alias.name == "title_"
