"""Packages of models: made, imported, read and written; and the golden files.

`python tests/helpers/models.py` writes the golden files anew, for a person to read the difference.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pydantic
from generated_modules import load_package
from rendered import write_all
from specs import load_text

from generator.spec.model import Datatype, Message, Spec
from generator.targets import MODELS, PLAIN, target

GOLDEN = Path(__file__).resolve().parents[1] / "data" / "models"

# What the libraries raise for a message that they refuse.
REFUSALS = (
    pydantic.ValidationError,
    msgspec.ValidationError,
    msgspec.DecodeError,
)

# How each library reads a message, from text and from what a JSON parser made of it. A
# TypedDict reads nothing; msgspec shows what its types say.
FROM_TEXT: dict[str, Callable[[Any, str], Any]] = {
    "pydantic": lambda cls, text: cls.model_validate_json(text),
    "msgspec": lambda cls, text: msgspec.json.decode(text, type=cls),
    "typeddict": lambda cls, text: msgspec.json.decode(text, type=cls),
}
FROM_DATA: dict[str, Callable[[Any, Any], Any]] = {
    "pydantic": lambda cls, data: cls.model_validate(data),
    "msgspec": lambda cls, data: msgspec.convert(data, cls),
    "typeddict": lambda cls, data: msgspec.convert(data, cls),
}


def written(flavour: str, made: Any) -> Iterator[Any]:
    """Yield a message as JSON, as each way of writing it gives it."""
    if flavour == "pydantic":
        yield made.model_dump(mode="json", by_alias=True, exclude_none=True)
        yield json.loads(made.model_dump_json(by_alias=True, exclude_none=True))
    elif flavour == "msgspec":
        yield msgspec.to_builtins(made)
        yield json.loads(msgspec.json.encode(made))
    else:
        yield made


def texts_of(spec: Spec, flavour: str) -> dict[str, str]:
    """Return the files of a package of models."""
    return {each.path: each.text for each in target(flavour)(spec, PLAIN)}


class Models:
    """A package of models that was made and imported."""

    def __init__(self, spec: Spec, flavour: str, folder: Path, name: str) -> None:
        self.texts = texts_of(spec, flavour)
        self.name = name
        write_all(folder, self.texts)
        self.package: Any = load_package(folder / spec.package.replace(".", "/"), name)

    def module(self, name: str) -> ModuleType:
        """Return one of its modules."""
        return importlib.import_module(f"{self.name}.{name}")

    def cls(self, owner: Message | Datatype) -> Any:
        """Return the class of a message or datatype."""
        if isinstance(owner, Datatype):
            return getattr(self.module("datatypes"), owner.name)
        tables = {"request": "REQUESTS", "response": "RESPONSES"}
        return getattr(self.package, tables[owner.kind])[owner.action]


def golden_text(flavour: str) -> str:
    """Return all files of the base spec's package as one text."""
    texts = texts_of(load_text(), flavour)
    return "".join(f"=== {path}\n{texts[path]}" for path in sorted(texts))


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for each in MODELS:
        (GOLDEN / f"{each}.txt").write_text(golden_text(each), "utf-8", newline="\n")
