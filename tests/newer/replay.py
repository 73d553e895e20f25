"""Replay the test vectors of every generated package; for a Python that has nothing else.

    python replay.py GENERATED

Prints a line with the version of Python and one for each package, and fails at the first vector
with another verdict than the file says. Needs no third-party package.
"""

import importlib
import json
import os
import sys
import types
from collections.abc import Callable
from typing import Any


def main(folder: str) -> None:
    print(".".join(map(str, sys.version_info[:2])))
    root = types.ModuleType("generated_ocpp")
    root.__path__ = [os.path.join(folder, "ocpp")]
    sys.modules["generated_ocpp"] = root
    for name in sorted(os.listdir(root.__path__[0])):
        if not os.path.isfile(os.path.join(root.__path__[0], name, "__init__.py")):
            continue
        package = importlib.import_module(f"generated_ocpp.{name}")
        for module in ("call", "call_result", "datatypes", "enums", "errors"):
            importlib.import_module(f"generated_ocpp.{name}.{module}")
        with open(
            os.path.join(folder, "vectors", f"{name}.json"), encoding="utf-8"
        ) as file:
            vectors = json.load(file)["vectors"]
        for vector in vectors:
            replay(package, vector)
        print(name, len(vectors))


def replay(package: Any, vector: dict[str, Any]) -> None:
    classes = package.REQUESTS if vector["kind"] == "request" else package.RESPONSES
    cls = classes[vector["action"]]
    error = sys.modules[f"{package.__name__}.errors"].ValidationError
    is_text = "text" in vector
    text = vector["text"] if is_text else json.dumps(vector["message"])
    ways: list[Callable[[], Any]] = [lambda: cls.from_json(text)]
    if "message" in vector:
        ways.append(lambda: cls.from_dict(vector["message"]))
    for way in ways:
        try:
            made = way()
        except error as wrong:
            said = (wrong.code, wrong.path)
            assert not vector["valid"], (vector, said)
            assert said == (vector["code"], vector["path"]), (vector, said)
        else:
            assert vector["valid"], vector
            assert made.to_dict() == vector["message"], vector
            assert json.loads(made.to_json()) == vector["message"], vector


if __name__ == "__main__":
    main(sys.argv[1])
