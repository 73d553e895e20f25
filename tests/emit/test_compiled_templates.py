"""Compiled templates are kept between runs, and nothing that befalls them does harm."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2.bccache import Bucket

from generator.emit import compiled
from generator.emit.compiled import CompiledTemplates, cache_folder
from generator.emit.jinja import environment

TEMPLATE = "python/errors.py.jinja"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of a run that has compiled one template."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "kept"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    environment().get_template(TEMPLATE)
    return tmp_path / "kept" / "payloom"


def loads(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Load the template again and return whether it came from the cache."""
    compiled_again: list[str] = []
    dump = CompiledTemplates.dump_bytecode

    def noted(self: CompiledTemplates, bucket: Bucket) -> None:
        compiled_again.append(bucket.key)
        dump(self, bucket)

    with monkeypatch.context() as patch:
        patch.setattr(CompiledTemplates, "dump_bytecode", noted)
        environment().get_template(TEMPLATE)
    return not compiled_again


def test_second_run_compiles_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert loads(monkeypatch)


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-7])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 255
    file.write_bytes(bytes(data))


def folder_instead(file: Path) -> None:
    file.unlink()
    file.mkdir()


def dangling_link(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere")


@pytest.mark.parametrize(
    "harm", [truncated, emptied, flipped, folder_instead, dangling_link]
)
def test_file_that_is_wrong_in_any_way_counts_as_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], None]
) -> None:
    (file,) = folder.iterdir()
    harm(file)
    assert not loads(monkeypatch)
    assert loads(monkeypatch) == (harm is not folder_instead)  # healed, or done without


def test_every_byte_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file,) = folder.iterdir()
    data = file.read_bytes()
    for place in range(0, len(data), max(1, len(data) // 50)):
        file.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert not loads(monkeypatch), place
        file.write_bytes(data)


def test_folder_that_others_can_write_to_is_not_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.chmod(0o777)
    assert cache_folder() is None
    folder.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
        assert cache_folder() is None


def test_nothing_is_kept_where_python_keeps_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert cache_folder() is None
    environment().get_template(TEMPLATE)


def test_place_that_can_not_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "file" / "below"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert cache_folder() is None
    environment().get_template(TEMPLATE)


def test_users_cache_folder_takes_them_if_nothing_else_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(compiled, "user_cache_path", lambda name, **_: tmp_path / name)
    assert cache_folder() == tmp_path / "payloom" / "templates"


def test_nothing_is_written_beside_the_templates(folder: Path) -> None:
    from generator.emit.jinja import TEMPLATES

    assert not list(TEMPLATES.rglob("__pycache__"))
    shutil.rmtree(folder)
