"""The generator as others meet it: from a wheel, in a folder of theirs, as the README says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from readme import Block, all_text, blocks, follow, run

from generator.jobs import JOB_KEYS

ROOT = Path(__file__).resolve().parents[2]

# All in one process: building and installing takes longer than the tests.
pytestmark = [pytest.mark.once, pytest.mark.xdist_group("in other projects")]

IN_PROJECT = "In your own project"
IN_STEP = "Keep it in step"
ENUMS = "src/myapp/ocpp/v16/enums.py"


def checked(*command: str | Path, cwd: Path | None = None) -> str:
    """Return the output of a command that must succeed."""
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def fetched(*command: str | Path, cwd: Path | None = None) -> None:
    """Run a command that needs the network; skip the tests that need it if there is none."""
    if os.environ.get("PAYLOOM_OFFLINE") == "1":
        pytest.skip("needs packages of the network, and offline")
    checked(*command, cwd=cwd)


class Installed(NamedTuple):
    """The generator in a Python environment of its own.

    Attributes:
        wheel: What was installed.
        bin: The folder of the environment's programs.
    """

    wheel: Path
    bin: Path

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of a shell in which it is active."""
        path = os.pathsep.join((str(self.bin), os.environ["PATH"]))
        return {"PATH": path, "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C.UTF-8"}

    def run(self, command: str, folder: Path) -> subprocess.CompletedProcess[str]:
        return run(command, folder, self.variables)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the wheel that is made from the sdist."""
    folder = tmp_path_factory.mktemp("installed")
    fetched(sys.executable, "-m", "build", "--outdir", folder / "dist", ROOT)
    (wheel,) = folder.glob("dist/*.whl")
    checked(sys.executable, "-m", "venv", folder / "venv")
    programs = folder / "venv" / "bin"
    fetched(programs / "python", "-m", "pip", "install", "--quiet", wheel)
    return Installed(wheel, programs)


@pytest.fixture
def project(installed: Installed, tmp_path: Path) -> Path:
    """A folder in which the README was followed."""
    follow(IN_PROJECT, tmp_path, installed.variables)
    return tmp_path


# The wheel


def test_wheel_carries_what_the_checkout_has(installed: Installed) -> None:
    names = zipfile.ZipFile(installed.wheel).namelist()
    for folder in ("templates", "spec"):
        files = checked("git", "ls-files", folder, cwd=ROOT).splitlines()
        assert {f"payloom/data/{file}" for file in files} <= set(names)
    others = {name.partition("/")[0] for name in names} - {"payloom"}
    assert all(name.endswith(".dist-info") for name in others)
    assert "payloom/py.typed" in names


def test_installed_generator_writes_what_the_checkout_does(
    installed: Installed, tmp_path: Path
) -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    jobs = text[text.index("[tool.payloom]") : text.index("[tool.ruff]")]
    bundled, number = re.subn(r'"spec/([\w-]+)\.yaml"', r'"\1"', jobs)
    assert number > 4
    (tmp_path / "pyproject.toml").write_text(bundled, "utf-8")
    done = installed.run("payloom", tmp_path)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "generated") == contents(ROOT / "generated")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


# A project


def test_readme_leads_to_a_package_with_the_field_and_value_of_an_overlay(
    project: Path, installed: Installed
) -> None:
    # Following it has compared what the example prints.
    assert installed.run("payloom check", project).returncode == 0
    assert sorted(path.name for path in project.iterdir()) == [
        "example.py",
        "pyproject.toml",
        "src",
        "vendor.yaml",
    ]


def test_package_needs_nothing_but_python(project: Path) -> None:
    code = (
        "import sys; before = set(sys.modules); sys.path.insert(0, 'src')\n"
        "from myapp.ocpp.v16 import REQUESTS\n"
        "REQUESTS['Heartbeat'].from_json('{}').to_json()\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - {'myapp'} - sys.stdlib_module_names))"
    )
    # -I and -S: no site-packages, no variables.
    printed = checked(sys.executable, "-I", "-S", "-c", code, cwd=project)
    assert printed == "[]\n"


def test_package_is_typed(project: Path) -> None:
    (project / "typed.py").write_text(
        "from myapp.ocpp.v16 import call\n"
        "site: str | None = call.BootNotificationPayload('M', 'V').site_code\n"
        "call.BootNotificationPayload('M', 'V', site_code=7)\n",
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "typed.py"],
        cwd=project,
        env=os.environ | {"MYPYPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )
    error, _ = done.stdout.splitlines()
    assert error.startswith("typed.py:3: error: ")
    assert '"site_code"' in error


def changed(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("vendor.yaml", "LocalButton", "Button", f"{ENUMS}: out of step"),
        (ENUMS, '"LocalButton"', '"Button"', f"{ENUMS}: edited by hand"),
        ("src/manifest.json", "payloom 0", "gen 0", "src/manifest.json: out of step"),
        ("pyproject.toml", "v16", "v17", "src/myapp/ocpp/v17/enums.py: missing"),
    ],
)
def test_check_names_what_is_not_in_step(
    project: Path, installed: Installed, file: str, old: str, new: str, said: str
) -> None:
    changed(project / file, old, new)
    done = installed.run("payloom check", project)
    assert done.returncode == 1
    assert said in done.stdout.splitlines()


def test_edit_by_hand_survives_an_attempt_to_regenerate(
    project: Path, installed: Installed
) -> None:
    changed(project / ENUMS, '"LocalButton"', '"Button"  # ours')
    edited = (project / ENUMS).read_bytes()
    changed(project / "vendor.yaml", "LocalButton", "Knob")
    done = installed.run("payloom", project)
    assert done.returncode == 2
    assert done.stderr.startswith(
        f"{ENUMS}: error: edited by hand; nothing was written"
    )
    assert (project / ENUMS).read_bytes() == edited
    assert "Knob" not in (project / "src/myapp/ocpp/v16/_explain.py").read_text("utf-8")


def test_a_module_called_generator_does_not_get_in_the_way_of_the_program(
    project: Path, installed: Installed
) -> None:
    (project / "generator.py").write_text("raise SystemExit('not this one')\n", "utf-8")
    assert installed.run("payloom check", project).returncode == 0


def test_readme_leads_in_five_minutes_to_a_package_that_reads_messages(
    installed: Installed, tmp_path: Path
) -> None:
    follow("Five minutes", tmp_path, installed.variables)
    assert installed.run("payloom check", tmp_path).returncode == 0


def test_readme_leads_to_templates_of_ones_own(
    installed: Installed, tmp_path: Path
) -> None:
    follow("Templates of your own", tmp_path, installed.variables)
    assert installed.run("payloom check", tmp_path).returncode == 0


def test_every_key_of_a_job_is_in_the_readme() -> None:
    text = all_text()
    assert re.findall(r"^\| `(\w+)` \| `--", text, re.MULTILINE) == list(JOB_KEYS)


# Guards


def file_of(title: str, name: str) -> Block:
    (block,) = [block for block in blocks(title) if block.file == name]
    return block


@pytest.fixture
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Git repository with the files of the checkout as they are now."""
    folder = tmp_path_factory.mktemp("repository")
    kinds = ("--cached", "--others", "--exclude-standard")
    for file in checked("git", "ls-files", *kinds, cwd=ROOT).splitlines():
        if file.startswith(("generated/", "tests/")) or not (ROOT / file).is_file():
            continue
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, folder / file)
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com")
    checked("git", "init", "--quiet", cwd=folder)
    checked("git", "add", "--all", cwd=folder)
    checked(*git, "commit", "--quiet", "--message=All", cwd=folder)


def test_pre_commit_runs_the_hooks(
    project: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = file_of(IN_STEP, ".pre-commit-config.yaml").text
    config = config.replace("ADDRESS", str(repository)).replace("REVISION", "HEAD")
    (project / ".pre-commit-config.yaml").write_text(config, "utf-8")
    commit(project)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(repository.parent / "hooks"))
    pre_commit = (sys.executable, "-m", "pre_commit")
    fetched(*pre_commit, "install-hooks", cwd=project)

    def said() -> str:
        command = [*pre_commit, "run", "--all-files"]
        done = subprocess.run(
            command, cwd=project, capture_output=True, text=True, check=False
        )
        return done.stdout

    verdicts = re.compile(r"\.{3}(\w+)$", re.MULTILINE)
    assert verdicts.findall(said()) == ["Passed", "Passed"]
    changed(project / "vendor.yaml", "site_code", "siteCode")
    text = said()
    assert verdicts.findall(text) == ["Failed", "Failed"]
    assert "src/myapp/ocpp/v16/call.py: out of step" in text
    assert "'siteCode' is not in snake_case" in text


class Action(NamedTuple):
    """The steps of action.yml that are scripts, run as a runner of GitHub does."""

    project: Path
    runner_temp: Path

    def run(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run the steps; return what they printed together, and the first failure."""
        action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
        given = {key: value["default"] for key, value in action["inputs"].items()}
        given |= inputs
        values = {
            "github.action_path": str(ROOT),
            "runner.temp": str(self.runner_temp),
            **{f"inputs.{key}": value for key, value in given.items()},
        }
        code, out, err = 0, "", ""
        for step in action["runs"]["steps"]:
            condition = step.get("if", "'' == ''")
            goes_on = "!cancelled() && " in condition
            condition = condition.removeprefix("${{ !cancelled() && ").removesuffix(
                " }}"
            )
            if code and not goes_on:
                continue
            if "run" not in step or not self._holds(condition, values):
                continue
            variables = {
                key: self._filled(value, values) for key, value in step["env"].items()
            }
            python = Path(sys.executable).parent
            path = os.pathsep.join((str(python), os.environ["PATH"]))
            folder = self._filled(step.get("working-directory", "."), values)
            script = step["run"]
            assert "${{" not in script, "an expression in a script can be a command"
            done = run(
                f"set -e\n{script}", self.project / folder, {"PATH": path, **variables}
            )
            code, out, err = (
                code or done.returncode,
                out + done.stdout,
                err + done.stderr,
            )
        return subprocess.CompletedProcess("action", code, out, err)

    def _filled(self, text: str, values: dict[str, str]) -> str:
        return re.sub(r"\$\{\{ (\S+) \}\}", lambda match: values[match[1]], text)

    def _holds(self, condition: str, values: dict[str, str]) -> bool:
        name, operator, text = condition.split(" ", 2)
        value = values.get(name, name.strip("'"))
        return (value == text.strip("'")) == (operator == "==")


def test_action_checks_the_jobs_and_lints_if_asked_to(
    project: Path, installed: Installed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if os.environ.get("PAYLOOM_OFFLINE") == "1":
        pytest.skip("needs packages of the network, and offline")
    action = Action(project, tmp_path_factory.mktemp("runner"))
    (project / "payloom.py").write_text("raise SystemExit('not this one')\n", "utf-8")
    done = action.run()
    assert done.returncode == 0, done.stderr
    assert "in step" in done.stdout
    changed(project / "vendor.yaml", "site_code", "siteCode")
    done = action.run(lint="true")
    assert done.returncode == 1
    assert "src/myapp/ocpp/v16/call.py: out of step" in done.stdout
    assert "::warning file=vendor.yaml,line=2,col=3," in done.stdout
    workflow = yaml.safe_load(file_of(IN_STEP, ".github/workflows/generated.yml").text)
    _, step = workflow["jobs"]["generated"]["steps"]
    (project / "payloom.py").unlink()
    assert installed.run("payloom", project).returncode == 0
    changed(
        project / "pyproject.toml", 'targets = ["python"]', 'targets = ["typeddict"]'
    )
    assert installed.run("payloom", project).returncode == 2
    done = action.run(**step["with"])
    assert done.returncode == 1
    assert "src/myapp/ocpp/v16/call.py: out of step" in done.stdout
    assert "::warning file=vendor.yaml,line=2,col=3," in done.stdout


def test_readme_names_inputs_and_hooks_that_there_are() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    workflow = yaml.safe_load(file_of(IN_STEP, ".github/workflows/generated.yml").text)
    config = yaml.safe_load(file_of(IN_STEP, ".pre-commit-config.yaml").text)
    _, step = workflow["jobs"]["generated"]["steps"]
    assert step["with"].keys() <= action["inputs"].keys()
    (repo,) = config["repos"]
    assert [hook["id"] for hook in repo["hooks"]] == [hook["id"] for hook in hooks]
