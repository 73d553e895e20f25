"""Generated classes are what `dataclass` makes of them, though it does so late.

The twin of a package is a copy that has `dataclass` itself in place of `late_dataclass`.
"""

from __future__ import annotations

import copy
import dataclasses
import importlib
import inspect
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from generated_modules import load_package

PACKAGES = Path(__file__).resolve().parent.parent / "generated" / "ocpp"
MODULES = ("datatypes", "call", "call_result")
NUMBERS = count()

Datatypes = Any  # a module that the type checker doesn't know


def fresh(folder: Path) -> str:
    """Import a package anew, and return its name."""
    name = f"late_{folder.name}_{next(NUMBERS)}"
    load_package(folder, name)
    return name


def classes_of(module: ModuleType) -> dict[str, type]:
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__
    }


@pytest.fixture
def datatypes(tmp_path: Path) -> Datatypes:
    """Return datatypes of 2.1 that nobody has looked at yet."""
    folder = shutil.copytree(PACKAGES / "v21", tmp_path / "v21")
    return importlib.import_module(f"{fresh(folder)}.datatypes")


def unfinished(datatypes: Datatypes) -> set[type]:
    package = datatypes.__name__.rpartition(".")[0]
    return set(importlib.import_module(f"{package}._dataclass")._unfinished)


@pytest.mark.parametrize("version", ["v16", "v201", "v21"])
def test_class_is_what_dataclass_makes_of_it(version: str, tmp_path: Path) -> None:
    folder = shutil.copytree(PACKAGES / version, tmp_path / version)
    late = fresh(folder)
    twin = shutil.copytree(PACKAGES / version, tmp_path / "twin" / version)
    (twin / "_dataclass.py").write_text(
        "from dataclasses import dataclass\n\n"
        "late_dataclass = dataclass(slots=True, repr=False, eq=False)\n"
        "class Late:\n"
        "    def __get__(self, *_): raise AttributeError\n"
    )
    prompt = fresh(twin)
    for module in MODULES:
        ours = classes_of(importlib.import_module(f"{late}.{module}"))
        theirs = classes_of(importlib.import_module(f"{prompt}.{module}"))
        assert list(ours) == list(theirs)
        for name, cls in ours.items():
            assert description(cls) == description(theirs[name])


def description(cls: Any) -> dict[str, Any]:
    """Return all that there is to know of a class."""
    shown = {
        "signature": inspect.signature(cls),
        "constructor": inspect.signature(cls.__init__),
        "names": [cls.__init__.__qualname__, cls.__qualname__, cls.__doc__],
        "parameters": repr(cls.__dataclass_params__),
        "fields": [repr(field) for field in dataclasses.fields(cls)],
        "hints": inspect.get_annotations(cls),
        "patterns": cls.__match_args__,
        "slots": cls.__slots__,
        "attributes": sorted({*vars(cls)} - {"__annotations__"}),
    }
    package = cls.__module__.partition(".")[0]
    return {key: str(value).replace(package, "") for key, value in shown.items()}


def in_subclass(datatypes: Datatypes) -> object:
    class Own(datatypes.EVSEType):  # type: ignore[misc]
        pass

    return (Own(1).id, Own(1, connector_id=2).connector_id) == (1, 2)


def in_dataclass(datatypes: Datatypes) -> object:
    @dataclasses.dataclass(slots=True)
    class Own(datatypes.EVSEType):  # type: ignore[misc]
        note: str = ""

    return Own(1, note="x").to_dict() == {"id": 1}


FIRST_USES: dict[str, Callable[[Datatypes], object]] = {
    "constructor": lambda d: d.EVSEType(1).id == 1,
    "keyword": lambda d: d.EVSEType(id=1).connector_id is None,
    "signature": lambda d: "connector_id" in inspect.signature(d.EVSEType).parameters,
    "is_dataclass": lambda d: dataclasses.is_dataclass(d.EVSEType),
    "fields": lambda d: dataclasses.fields(d.EVSEType)[0].name == "id",
    "asdict": lambda d: dataclasses.asdict(d.EVSEType.from_dict({"id": 1}))["id"] == 1,
    "replace": lambda d: (
        dataclasses.replace(d.EVSEType.from_dict({"id": 1}), id=2).id == 2
    ),
    "attribute of an object": lambda d: (
        "id" in d.EVSEType.from_dict({"id": 1}).__dataclass_fields__
    ),
    "subclass": in_subclass,
    "dataclass of one's own": in_dataclass,
}
if sys.version_info >= (3, 13):
    FIRST_USES["copy.replace"] = lambda d: (
        copy.replace(d.EVSEType.from_dict({"id": 1}), id=2).id == 2
    )


@pytest.mark.parametrize("use", FIRST_USES)
def test_first_use_finishes_a_class_and_no_other(
    use: str, datatypes: Datatypes
) -> None:
    before = unfinished(datatypes)
    assert datatypes.EVSEType in before
    assert FIRST_USES[use](datatypes)
    assert before - unfinished(datatypes) == {datatypes.EVSEType}
    assert FIRST_USES[use](datatypes)


def test_reading_and_writing_finish_no_class(datatypes: Datatypes) -> None:
    before = unfinished(datatypes)
    made = datatypes.ComponentType.from_json('{"name":"x","evse":{"id":1}}')
    assert made == copy.deepcopy(made)
    assert made.to_json() == '{"name":"x","evse":{"id":1}}'
    assert "EVSEType(id=1" in repr(made)
    assert unfinished(datatypes) == before


def test_threads_may_use_a_class_for_the_first_time_at_once(
    datatypes: Datatypes,
) -> None:
    def use(cls: Any) -> int:
        return len(inspect.signature(cls).parameters)

    classes: list[Any] = 20 * list(classes_of(datatypes).values())
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(16) as threads:
            counts = list(
                threads.map(use, sorted(classes, key=lambda cls: cls.__name__))
            )
    finally:
        sys.setswitchinterval(interval)
    assert sum(counts) == sum(len(cls.__match_args__) for cls in classes)
    assert not unfinished(datatypes) & set(classes)


def test_what_all_classes_have_in_common_is_no_dataclass(datatypes: Datatypes) -> None:
    structure = datatypes.EVSEType.__mro__[1]
    assert not dataclasses.is_dataclass(structure)
    with pytest.raises(AttributeError):
        _ = structure.__dataclass_fields__


def test_import_needs_no_dataclasses() -> None:
    """They bring `inspect`, which takes longer to import than the classes of 1.6."""
    program = (
        f"import sys; sys.path.insert(0, {str(PACKAGES)!r}); import v16;"
        "sys.exit('dataclasses' in sys.modules or 'inspect' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
