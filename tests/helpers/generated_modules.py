"""Import generated packages from a folder, under a name of the caller's choice."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def module_names(folder: Path) -> list[str]:
    """Return the names of the modules of a package, those of its subpackages dotted."""
    files = [file.relative_to(folder) for file in sorted(folder.rglob("*.py"))]
    return [".".join(file.with_suffix("").parts) for file in files]


def load_package(folder: Path, name: str) -> ModuleType:
    """Import the package in `folder` as the top-level package `name`.

    Not through sys.path: the PyPI package `ocpp` has our package's name, and whichever
    of the two came first would hide the other. Generated modules use relative imports
    only, so any name will do; submodules are `importlib.import_module(name + ".call")`.

    The same folder and name give the same module. One name can't serve two folders:
    modules that import others late, on first use, would get those of the wrong folder.
    """
    file = folder.resolve() / "__init__.py"
    if not file.is_file():
        raise FileNotFoundError(f"no generated package: {file}")
    if (loaded := sys.modules.get(name)) is not None:
        if loaded.__file__ != str(file):
            raise ValueError(f"{name} is already {loaded.__file__}, not {file}")
        return loaded
    importlib.invalidate_caches()  # the files may have been written a moment ago
    spec = importlib.util.spec_from_file_location(
        name, file, submodule_search_locations=[str(file.parent)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        for key in [k for k in sys.modules if k == name or k.startswith(name + ".")]:
            del sys.modules[key]
        raise
    return module
