"""Plans and what carrying them out does to a folder, whatever stands there."""

from __future__ import annotations

import errno
import hashlib
import itertools
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from generator.diagnostics import DiagnosticError
from generator.output.manifest import MANIFEST, STAGING
from generator.output.plan import Output, Plan, State, plan
from generator.output.write import write
from generator.targets import Artifact

Files = dict[str, str]

OLD = {"a.py": "old a\n", "b.py": "same b\n", "docs/c.md": "old c\n", "d.py": "d\n"}
NEW = {"a.py": "new a\n", "b.py": "same b\n", "docs/c.md": "new c\n", "new/e.py": "e\n"}
# The spec, edited again after a run was killed: some files that run made are no longer wanted.
NEWER = {"a.py": "newer a\n", "b.py": "newer b\n", "new/f.py": "f\n"}


def made(files: Files, package: str = "shop", target: str = "python") -> Output:
    """Return the output of one target."""
    digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
    artifacts = tuple(Artifact(path, text) for path, text in files.items())
    return Output("shop.yaml", digest, target, package, artifacts)


def planned(out: Path, files: Files, **flags: bool) -> Plan:
    return plan(out, [made(files)], **{"complete": True, **flags})


def generate(out: Path, files: Files, **flags: bool) -> None:
    """Do as the command does: stop at conflicts unless forced."""
    it = planned(out, files, **flags)
    assert flags.get("force") or not it.conflicts
    write([it])


def pending(it: Plan) -> dict[str, State]:
    return {change.path: change.state for change in it.pending}


def tree(folder: Path) -> dict[str, str]:
    """Return everything below a folder: text of files, targets of links."""
    return {
        place.relative_to(folder).as_posix(): (
            f"-> {place.readlink()}" if place.is_symlink() else place.read_text("utf-8")
        )
        for place in folder.rglob("*")
        if place.is_symlink() or not place.is_dir()
    }


def files_of(folder: Path) -> dict[str, str]:
    return {path: text for path, text in tree(folder).items() if path != MANIFEST}


def rewrite_manifest(out: Path, change: Callable[[Any], None]) -> None:
    manifest = json.loads((out / MANIFEST).read_text("utf-8"))
    change(manifest)
    (out / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def record(out: Path, path: str, text: str) -> None:
    """List one more file in the manifest, as a hand might."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    rewrite_manifest(out, lambda it: it["jobs"][0]["files"].update({path: digest}))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a folder that holds what the generator made of OLD."""
    folder = tmp_path / "out"
    generate(folder, OLD)
    return folder


# In step


def test_a_first_run_writes_every_file_and_the_manifest(tmp_path: Path) -> None:
    it = planned(tmp_path / "new" / "out", OLD)
    assert set(pending(it).values()) == {State.CREATE}
    assert list(pending(it)) == [*sorted(OLD), MANIFEST]
    write([it])
    assert files_of(it.out) == OLD


def test_planning_writes_nothing(tmp_path: Path) -> None:
    planned(tmp_path / "out", OLD)
    assert not (tmp_path / "out").exists()


def test_a_second_run_changes_nothing(out: Path) -> None:
    def stats() -> list[os.stat_result]:
        return [(out / path).stat() for path in tree(out)]

    before = stats()
    it = planned(out, OLD)
    write([it])
    assert not it.pending
    assert stats() == before


def test_files_that_stay_the_same_are_not_rewritten(out: Path) -> None:
    before = (out / "b.py").stat()
    generate(out, NEW)
    assert (out / "b.py").stat() == before


def test_a_new_spec_creates_updates_and_deletes(out: Path) -> None:
    it = planned(out, NEW)
    assert pending(it) == {
        "a.py": State.UPDATE,
        "d.py": State.DELETE,
        "docs/c.md": State.UPDATE,
        "new/e.py": State.CREATE,
        MANIFEST: State.UPDATE,
    }
    write([it])
    assert files_of(out) == NEW
    assert not planned(out, NEW).pending


def test_the_result_does_not_depend_on_what_was_there_before(
    out: Path, tmp_path: Path
) -> None:
    generate(out, NEW)
    generate(tmp_path / "fresh", NEW)
    assert tree(out) == tree(tmp_path / "fresh")


def test_the_manifest_lists_digests_of_files_and_spec(out: Path) -> None:
    manifest = json.loads((out / MANIFEST).read_text("utf-8"))
    (job,) = manifest["jobs"]
    assert list(manifest) == ["generator", "jobs"]
    assert job["spec_sha256"] == made(OLD).spec_sha256
    assert job["files"] == {
        path: hashlib.sha256(text.encode()).hexdigest()
        for path, text in sorted(OLD.items())
    }


def test_a_file_that_was_removed_is_made_again(out: Path) -> None:
    (out / "a.py").unlink()
    assert pending(planned(out, OLD)) == {"a.py": State.CREATE}
    generate(out, OLD)
    assert files_of(out) == OLD


def test_a_stale_file_that_is_gone_already_is_no_change(out: Path) -> None:
    (out / "d.py").unlink()
    assert "d.py" not in pending(planned(out, NEW))


def test_a_stale_file_may_go_while_the_run_goes_on(out: Path) -> None:
    it = planned(out, NEW)
    (out / "d.py").unlink()
    write([it])
    assert files_of(out) == NEW


def test_a_file_that_is_right_already_is_adopted(out: Path) -> None:
    (out / MANIFEST).unlink()
    assert pending(planned(out, OLD)) == {MANIFEST: State.CREATE}


def test_the_diff_goes_from_disk_to_spec(out: Path) -> None:
    first, *_ = planned(out, NEW).pending
    assert list(first.diff()) == [
        "--- a.py (disk)",
        "+++ a.py (spec)",
        "@@ -1 +1 @@",
        "-old a",
        "+new a",
    ]


def test_the_diff_shows_a_missing_end_of_line(out: Path) -> None:
    (out / "a.py").write_text("old a", encoding="utf-8")
    (change,) = planned(out, OLD).pending
    lines = ["-old a", "\\ No newline at end of file", "+old a"]
    assert list(change.diff())[3:] == lines


def test_files_that_are_missing_or_orphaned_have_no_diff(out: Path) -> None:
    changes = {change.path: change for change in planned(out, NEW).pending}
    assert not list(changes["new/e.py"].diff())
    assert not list(changes["d.py"].diff())


# Files of somebody else


def test_an_edited_file_is_a_conflict(out: Path) -> None:
    (out / "a.py").write_text("edited\n", encoding="utf-8")
    assert pending(planned(out, OLD)) == {"a.py": State.EDITED}
    assert [change.path for change in planned(out, NEW).conflicts] == ["a.py"]


def test_an_edited_stale_file_is_a_conflict(out: Path) -> None:
    (out / "d.py").write_text("edited\n", encoding="utf-8")
    assert [change.path for change in planned(out, NEW).conflicts] == ["d.py"]


def test_a_foreign_file_is_a_conflict(out: Path) -> None:
    (out / "new").mkdir()
    (out / "new/e.py").write_text("mine\n", encoding="utf-8")
    assert pending(planned(out, NEW))["new/e.py"] == State.FOREIGN


def test_force_overwrites_conflicts_and_leaves_neighbours_alone(out: Path) -> None:
    foreign = {"new/e.py": "mine\n", "new/other.py": "mine\n", "notes.txt": "mine\n"}
    (out / "new").mkdir()
    for path, text in {"a.py": "edited\n", "d.py": "edited\n", **foreign}.items():
        (out / path).write_text(text, encoding="utf-8")
    generate(out, NEW, force=True)
    assert files_of(out) == NEW | {"new/other.py": "mine\n", "notes.txt": "mine\n"}


@pytest.mark.parametrize("path", ["a.py", "d.py", "new/e.py"])
def test_a_link_in_place_of_a_file_is_a_conflict_and_never_followed(
    out: Path, tmp_path: Path, path: str
) -> None:
    outside = tmp_path / "outside"
    outside.write_text(NEW.get(path, OLD.get(path, "")), encoding="utf-8")
    (out / path).parent.mkdir(exist_ok=True)
    (out / path).unlink(missing_ok=True)
    (out / path).symlink_to(outside)
    assert [change.path for change in planned(out, NEW).conflicts] == [path]
    before = outside.stat()
    generate(out, NEW, force=True)
    assert files_of(out) == NEW
    assert outside.stat() == before


def test_a_pipe_in_place_of_a_file_is_a_conflict_and_never_read(out: Path) -> None:
    (out / "a.py").unlink()
    os.mkfifo(out / "a.py")
    assert pending(planned(out, OLD)) == {"a.py": State.EDITED}


def test_a_hard_link_keeps_its_other_name(out: Path, tmp_path: Path) -> None:
    os.link(out / "a.py", tmp_path / "copy")
    generate(out, NEW)
    assert (tmp_path / "copy").read_text("utf-8") == OLD["a.py"]


@pytest.mark.parametrize("content", [b"", b"\0\xff\xfe", b"old a\r"])
def test_any_bytes_in_place_of_a_file_are_a_conflict_with_a_diff(
    out: Path, content: bytes
) -> None:
    (out / "a.py").write_bytes(content)
    (change,) = planned(out, OLD).conflicts
    assert list(change.diff())[-1] == "+old a"


# Folders, files and links in each other's place


def refuse(out: Path, files: Files, **flags: bool) -> str:
    """Return the error that planning ends with."""
    with pytest.raises(DiagnosticError) as caught:
        planned(out, files, **flags)
    return str(caught.value)


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_where_a_file_belongs_is_an_error(out: Path, force: bool) -> None:
    (out / "a.py").unlink()
    (out / "a.py").mkdir()
    assert "a.py: error: is a folder where a file belongs" in refuse(
        out, OLD, force=force
    )


@pytest.mark.parametrize("force", [False, True])
def test_a_file_where_a_folder_belongs_is_an_error(out: Path, force: bool) -> None:
    (out / "new").write_text("mine\n", encoding="utf-8")
    assert "new: error: is a file where a folder belongs" in refuse(
        out, NEW, force=force
    )


@pytest.mark.parametrize("force", [False, True])
def test_a_link_where_a_folder_belongs_is_an_error(
    out: Path, tmp_path: Path, force: bool
) -> None:
    (tmp_path / "outside").mkdir()
    (out / "new").symlink_to(tmp_path / "outside")
    assert "new: error: is a link where a folder belongs" in refuse(
        out, NEW, force=force
    )


def test_an_output_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine\n", encoding="utf-8")
    assert "out: error: is a file where a folder belongs" in refuse(
        tmp_path / "out", OLD
    )


def test_an_output_folder_may_be_a_link(out: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(out)
    generate(tmp_path / "link", NEW)
    assert files_of(out) == NEW


def test_an_output_folder_that_links_to_itself_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("out")
    assert "out" in refuse(tmp_path / "out", OLD)


def test_every_obstacle_is_named(out: Path) -> None:
    for path in ("a.py", "b.py"):
        (out / path).unlink()
        (out / path).mkdir()
    assert refuse(out, OLD).count("is a folder where a file belongs") == 2


def folder_in_place_of_stale_file(out: Path) -> None:
    (out / "d.py").unlink()
    (out / "d.py").mkdir()
    (out / "d.py/mine").write_text("mine\n", encoding="utf-8")


def file_in_place_of_stale_folder(out: Path) -> None:
    shutil.rmtree(out / "docs")
    (out / "docs").write_text("mine\n", encoding="utf-8")


def link_in_place_of_stale_folder(out: Path) -> None:
    (out / "docs").rename(out.parent / "outside")
    (out / "docs").symlink_to(out.parent / "outside")


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        folder_in_place_of_stale_file,
        file_in_place_of_stale_folder,
        link_in_place_of_stale_folder,
    ],
)
def test_what_stands_in_place_of_stale_files_is_left_alone(
    out: Path, change: Callable[[Path], None], force: bool
) -> None:
    change(out)
    before = tree(out.parent)
    generate(out, {"a.py": "new a\n"}, force=force)
    after = tree(out.parent)
    gone = {"out/b.py", "out/d.py", "out/docs/c.md"}
    rewritten = {"out/a.py", "out/manifest.json"}
    assert set(before) - set(after) <= gone
    assert {path for path in after if after[path] != before.get(path)} == rewritten


# Several jobs in one folder


def test_two_outputs_share_a_folder_and_a_manifest(tmp_path: Path) -> None:
    both = [made({"a.py": "a\n"}, "one"), made({"b.py": "b\n"}, "two")]
    write([plan(tmp_path, both, complete=True)])
    assert files_of(tmp_path) == {"a.py": "a\n", "b.py": "b\n"}
    assert not plan(tmp_path, both, complete=True).pending
    assert not plan(tmp_path, both[::-1], complete=True).pending


def test_a_single_job_leaves_what_others_wrote_and_stays_in_step(out: Path) -> None:
    other = made({"other.py": "other\n"}, "other")
    write([plan(out, [other], complete=False)])
    assert files_of(out) == OLD | {"other.py": "other\n"}
    assert not plan(out, [made(OLD)], complete=False).pending
    assert not plan(out, [made(OLD), other], complete=True).pending


def test_a_single_job_deletes_its_own_stale_files(out: Path) -> None:
    write([plan(out, [made({"other.py": "x\n"}, "other")], complete=False)])
    write([plan(out, [made({})], complete=False)])
    assert files_of(out) == {"other.py": "x\n"}


def test_a_complete_run_deletes_what_jobs_wrote_that_are_gone(out: Path) -> None:
    write([plan(out, [made({"other.py": "x\n"}, "other")], complete=True)])
    assert files_of(out) == {"other.py": "x\n"}


def test_a_single_job_does_not_take_over_the_files_of_another(out: Path) -> None:
    it = plan(out, [made({"a.py": "mine\n"}, "other")], complete=False)
    assert pending(it) == {"a.py": State.FOREIGN, MANIFEST: State.UPDATE}


def test_a_single_job_does_not_delete_a_file_that_another_lists_too(out: Path) -> None:
    forced = plan(out, [made({"a.py": "mine\n"}, "other")], complete=False)
    write([forced])
    write([plan(out, [made({}, "other")], complete=False)])
    assert (out / "a.py").read_text("utf-8") == "mine\n"


def test_a_file_that_moves_to_another_job_is_updated(out: Path) -> None:
    moved = made({"a.py": "moved\n"}, "other")
    rest = made({path: text for path, text in OLD.items() if path != "a.py"})
    it = plan(out, [moved, rest], complete=True)
    assert pending(it) == {"a.py": State.UPDATE, MANIFEST: State.UPDATE}


# Upper and lower case


def test_another_spelling_is_another_file_where_the_disk_says_so(out: Path) -> None:
    files = {"A.py" if path == "a.py" else path: text for path, text in OLD.items()}
    it = planned(out, files)
    assert pending(it) == {
        "A.py": State.CREATE,
        "a.py": State.DELETE,
        MANIFEST: State.UPDATE,
    }
    write([it])
    assert files_of(out) == files


def test_another_spelling_is_not_stale_where_the_disk_has_one_file_for_both(
    out: Path,
) -> None:
    os.link(out / "a.py", out / "A.py")  # as a disk shows it that ignores case
    files = {"A.py" if path == "a.py" else path: text for path, text in NEW.items()}
    it = planned(out, files)
    assert pending(it)["A.py"] == State.UPDATE
    assert "a.py" not in pending(it)


# The manifest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "<<<<<<< HEAD",
        "[]",
        "{}",
        "null",
        '{"jobs": 3}',
        '{"jobs": [3]}',
        '{"jobs": [[]]}',
        '{"jobs": [{}]}',
        '{"jobs": [{"spec": "s", "spec_sha256": "", "target": "", "package": ""}]}',
        '{"name": "a web app", "icons": []}',
        "[" * 100_000,
        "9" * 10_000,
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_a_broken_manifest_is_an_error_unless_forced(out: Path, text: str) -> None:
    (out / MANIFEST).write_text(text, encoding="utf-8")
    assert "manifest.json: error: this is no manifest" in refuse(out, OLD)
    generate(out, OLD, force=True)
    assert not planned(out, OLD).pending


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("files", []),
        ("files", None),
        ("files", {"a.py": 3}),
        ("spec", 3),
        ("spec_sha256", None),
        ("package", []),
        ("more", "x"),
    ],
)
def test_a_manifest_with_wrong_types_is_an_error(
    out: Path, key: str, value: Any
) -> None:
    rewrite_manifest(out, lambda it: it["jobs"][0].update({key: value}))
    assert "this is no manifest" in refuse(out, OLD)


def test_a_manifest_in_another_encoding_is_an_error(out: Path) -> None:
    (out / MANIFEST).write_bytes(b'{"jobs": "\xff"}')
    assert "this is no manifest" in refuse(out, OLD)


def test_a_manifest_in_another_form_is_only_rewritten(out: Path) -> None:
    rewrite_manifest(out, lambda it: it.update(generator="an older one"))
    assert pending(planned(out, OLD)) == {MANIFEST: State.UPDATE}


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    "path",
    [
        "../victim",
        "docs/../../victim",
        "docs/../a.py",
        "./a.py",
        "docs//c.md",
        "a.py/",
        "",
        ".",
        "..",
        "/",
        "/etc/hostname",
        "//etc/hostname",
        "..\\victim",
        "C:/victim",
        "a\0b",
        "\ud800",
        "a\nb",
        MANIFEST,
        f"{STAGING}/x",
    ],
    ids=ascii,
)
def test_a_manifest_that_lists_what_cannot_be_ours_is_broken(
    out: Path, path: str, force: bool
) -> None:
    (out.parent / "victim").write_text("mine\n", encoding="utf-8")
    record(out, path, "mine\n")
    if not force:
        assert "this is no manifest" in refuse(out, OLD)
    else:
        generate(out, OLD, force=True)
    assert files_of(out) == OLD
    assert (out.parent / "victim").read_text("utf-8") == "mine\n"


@pytest.mark.parametrize("force", [False, True])
def test_a_recorded_path_through_a_link_is_not_ours(out: Path, force: bool) -> None:
    outside = out.parent / "outside"
    outside.mkdir()
    (outside / "victim").write_text("mine\n", encoding="utf-8")
    (out / "link").symlink_to(outside)
    record(out, "link/victim", "mine\n")
    generate(out, OLD, force=force)
    assert (outside / "victim").read_text("utf-8") == "mine\n"
    assert "link" in tree(out)


@pytest.mark.parametrize("text", [None, '{"jobs": []}', "mine"])
def test_a_manifest_that_is_a_link_is_never_followed(
    out: Path, text: str | None
) -> None:
    outside = out.parent / "outside"
    (out / MANIFEST).rename(outside)
    (out / MANIFEST).symlink_to(outside)
    if text is not None:
        outside.write_text(text, encoding="utf-8")
    before = outside.read_bytes()
    assert "this is no manifest" in refuse(out, OLD)
    generate(out, NEW, force=True)
    assert not (out / MANIFEST).is_symlink()
    assert outside.read_bytes() == before


def test_a_manifest_that_is_a_folder_is_an_error(out: Path) -> None:
    (out / MANIFEST).unlink()
    (out / MANIFEST).mkdir()
    assert "this is no manifest" in refuse(out, OLD)
    assert "is a folder where a file belongs" in refuse(out, OLD, force=True)


# What a killed run leaves aside


def test_leftovers_of_a_killed_run_are_removed_even_if_all_is_in_step(
    out: Path,
) -> None:
    (out / STAGING).mkdir()
    (out / STAGING / "123-0.staged").write_text("half", encoding="utf-8")
    assert not planned(out, OLD).pending
    generate(out, OLD)
    assert not (out / STAGING).exists()


def test_links_among_the_leftovers_are_never_followed(
    out: Path, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine\n", encoding="utf-8")
    (out / STAGING).mkdir()
    for number in range(9):
        (out / STAGING / f"{os.getpid()}-{number}.staged").symlink_to(victim)
    generate(out, NEW)
    assert files_of(out) == NEW
    assert victim.read_text("utf-8") == "mine\n"


def link_to_folder(staging: Path) -> None:
    (staging.parent.parent / "outside").mkdir()
    (staging.parent.parent / "outside" / "1-1.staged").touch()
    staging.symlink_to(staging.parent.parent / "outside")


def dangling_link(staging: Path) -> None:
    staging.symlink_to("nowhere")


def plain_file(staging: Path) -> None:
    staging.write_text("mine\n", encoding="utf-8")


def folder_with_a_foreign_file(staging: Path) -> None:
    staging.mkdir()
    (staging / "notes.txt").touch()


def test_a_foreign_file_in_the_staging_folder_stays_and_stops_nothing(
    out: Path,
) -> None:
    folder_with_a_foreign_file(out / STAGING)
    generate(out, NEW)
    assert [file.name for file in (out / STAGING).iterdir()] == ["notes.txt"]
    (out / STAGING / "notes.txt").unlink()
    assert not planned(out, NEW).pending


def test_files_keep_their_permissions(out: Path) -> None:
    (out / "a.py").chmod(0o755)
    generate(out, NEW)
    assert stat.S_IMODE((out / "a.py").stat().st_mode) == 0o755
    made = stat.S_IMODE((out / MANIFEST).stat().st_mode)
    assert made == 0o666 & ~current_umask()


def current_umask() -> int:
    umask = os.umask(0o22)
    os.umask(umask)
    return umask


def test_line_ends_of_a_checkout_are_no_edit(out: Path) -> None:
    for file in out.rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert not planned(out, OLD).pending
    generate(out, NEW)
    assert files_of(out) == NEW
    assert b"\r" not in (out / "a.py").read_bytes()


def folder_with_a_folder(staging: Path) -> None:
    (staging / "1-1.staged").mkdir(parents=True)


@pytest.mark.parametrize(
    "plant",
    [
        link_to_folder,
        dangling_link,
        plain_file,
        folder_with_a_folder,
    ],
)
def test_what_is_not_ours_in_place_of_the_staging_folder_stops_the_run(
    out: Path, plant: Callable[[Path], None]
) -> None:
    plant(out / STAGING)
    before = tree(out.parent)
    with pytest.raises(
        DiagnosticError, match=f"{STAGING}.*: error: (cannot write|stands where)"
    ):
        generate(out, NEW, force=True)
    assert tree(out.parent) == before


# A disk that refuses


@pytest.mark.parametrize("failing", range(5))
def test_a_full_disk_changes_nothing_in_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        generate(folder, {"a.py": "old\n"})
    before = tree(tmp_path)
    calls = itertools.count()
    write_bytes = Path.write_bytes

    def write_some(self: Path, data: bytes) -> int:
        if next(calls) > failing:
            write_bytes(self, data[:1])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write_bytes(self, data)

    plans = [planned(folder, {"a.py": "new\n"}) for folder in folders]
    monkeypatch.setattr(Path, "write_bytes", write_some)
    with pytest.raises(DiagnosticError, match="cannot write: No space left on device"):
        write(plans)
    assert tree(tmp_path) == before


@contextmanager
def plain_user() -> Iterator[None]:
    """Run the body as a user whom permissions hold back."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def relative_out(out: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder with a path that any user can walk."""
    out.parent.chmod(0o755)
    monkeypatch.chdir(out.parent)
    return Path("out")


def test_a_read_only_folder_is_an_error(relative_out: Path) -> None:
    relative_out.chmod(0o555)
    with (
        plain_user(),
        pytest.raises(DiagnosticError, match=r"out/.*: error: cannot write: Perm"),
    ):
        generate(relative_out, NEW)
    assert files_of(relative_out) == OLD


@pytest.mark.parametrize("path", ["a.py", "docs", MANIFEST, ""])
def test_what_cannot_be_read_is_an_error(relative_out: Path, path: str) -> None:
    (relative_out / path).chmod(0)
    with plain_user():
        assert "error: cannot read: Permission denied" in refuse(relative_out, OLD)
    (relative_out / path).chmod(0o755)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs /proc")
def test_a_folder_that_cannot_be_made_is_an_error() -> None:
    with pytest.raises(DiagnosticError, match="/proc/none: error: cannot write"):
        generate(Path("/proc/none"), NEW)


def test_a_disk_that_refuses_midway_leaves_old_and_new_files_that_a_check_names(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_deletes(path: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    it = planned(out, NEW)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse_deletes)
        with pytest.raises(DiagnosticError, match=r"d.py: error: cannot write: Read"):
            write([it])
    assert set(pending(planned(out, NEW))) >= {"d.py", MANIFEST}
    generate(out, NEW)
    assert files_of(out) == NEW


# A run that is killed


class Killed(BaseException):
    """Stands for SIGKILL: nothing that changes the disk works from here on."""


class Killer:
    """Lets some changes of the disk pass; the next one doesn't happen, or only half."""

    def __init__(self, survived: int) -> None:
        self.left = survived

    def wrap(self, change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*args: Any, **kwargs: Any) -> Any:
            if self.left <= 0:
                if self.left == 0 and change.__name__ == "write_bytes":
                    path, data = args
                    change(path, data[: len(data) // 2])
                self.left = -1
                raise Killed
            self.left -= 1
            return change(*args, **kwargs)

        return changed


def kill_after(survived: int, action: Callable[[], None]) -> bool:
    """Do something and kill it after some changes of the disk; False if it survives."""
    killer = Killer(survived)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", killer.wrap(os.replace))
        for name in ("unlink", "mkdir", "rmdir", "write_bytes"):
            patch.setattr(Path, name, killer.wrap(getattr(Path, name)))
        try:
            action()
        except Killed:
            return True
    return False


def kills(out: Path, copy: Path, files: Files) -> Iterator[Path]:
    """Yield copies of a folder after a run that was killed, once at every point."""
    for survived in itertools.count():
        place = copy / str(survived)
        shutil.copytree(out, place)
        if not kill_after(survived, partial(generate, place, files)):
            assert survived > 8
            return
        yield place


def named_by_plan(out: Path, files: Files, fresh: Path) -> None:
    """Assert that the plan names just the files that aren't as in a fresh folder."""
    is_there, belongs = tree(out), tree(fresh)
    is_there = {p: text for p, text in is_there.items() if not p.startswith(STAGING)}
    differ = {
        path
        for path in is_there.keys() | belongs.keys()
        if is_there.get(path) != belongs.get(path)
    }
    it = planned(out, files)
    assert set(pending(it)) == differ
    assert not it.conflicts


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """Return a folder with what fresh runs give: `new`, `newer`."""
    generate(tmp_path / "fresh" / "new", NEW)
    generate(tmp_path / "fresh" / "newer", NEWER)
    return tmp_path / "fresh"


def test_after_a_kill_each_file_is_old_or_new_and_the_next_run_finishes(
    out: Path, tmp_path: Path, fresh: Path
) -> None:
    for killed in kills(out, tmp_path / "killed", NEW):
        for path, text in files_of(killed).items():
            assert path.startswith(STAGING) or text in (OLD.get(path), NEW.get(path))
        named_by_plan(killed, NEW, fresh / "new")
        generate(killed, NEW)
        assert tree(killed) == tree(fresh / "new")


def test_after_a_kill_the_spec_can_be_edited_again(
    out: Path, tmp_path: Path, fresh: Path
) -> None:
    for killed in kills(out, tmp_path / "killed", NEW):
        named_by_plan(killed, NEWER, fresh / "newer")
        generate(killed, NEWER)
        assert tree(killed) == tree(fresh / "newer")


def test_after_a_kill_the_spec_can_be_taken_back(out: Path, tmp_path: Path) -> None:
    before = tree(out)
    for killed in kills(out, tmp_path / "killed", NEW):
        named_by_plan(killed, OLD, out)
        generate(killed, OLD)
        assert tree(killed) == before


def test_after_two_kills_nothing_is_lost_or_left(
    out: Path, tmp_path: Path, fresh: Path
) -> None:
    some = itertools.islice(kills(out, tmp_path / "once", NEW), 2, None, 4)
    for number, once in enumerate(some):
        for twice in kills(once, tmp_path / f"twice{number}", NEWER):
            named_by_plan(twice, NEW, fresh / "new")
            generate(twice, NEW)
            assert tree(twice) == tree(fresh / "new")


def test_a_kill_of_the_first_run_leaves_nothing_that_needs_force(
    tmp_path: Path, fresh: Path
) -> None:
    (tmp_path / "empty").mkdir()
    for killed in kills(tmp_path / "empty", tmp_path / "killed", NEW):
        named_by_plan(killed, NEWER, fresh / "newer")
        generate(killed, NEWER)
        assert tree(killed) == tree(fresh / "newer")


def test_a_file_edited_after_a_kill_is_still_a_conflict(
    out: Path, tmp_path: Path
) -> None:
    for killed in kills(out, tmp_path / "killed", NEW):
        (killed / "a.py").write_text("edited\n", encoding="utf-8")
        assert [change.path for change in planned(killed, NEW).conflicts] == ["a.py"]


def test_a_kill_of_a_single_job_leaves_the_files_of_others(
    out: Path, tmp_path: Path
) -> None:
    other = made({"x/other.py": "other\n"}, "other")
    for survived in range(8):
        place = tmp_path / str(survived)
        shutil.copytree(out, place)
        it = plan(place, [other], complete=False)
        kill_after(survived, partial(write, [it]))
        write([plan(place, [other], complete=False)])
        assert files_of(place) == OLD | {"x/other.py": "other\n"}
        assert not plan(place, [made(OLD), other], complete=True).pending
