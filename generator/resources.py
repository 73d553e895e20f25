"""Files that come with the generator: bundled specs and templates."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_folder(name: str) -> Path:
    """Return a folder of files that come with the generator.

    Args:
        name: `spec` or `templates`: beside the package in a checkout, in `data` of an
            installed one.
    """
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
