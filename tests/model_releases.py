"""Whether releases of datamodel-code-generator give the same models, byte for byte.

`python tests/model_releases.py 0.66.3 0.89.0` installs each release into an environment of
its own, and makes the models of every bundled spec and of the base spec.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def digests() -> dict[str, str]:
    """Return the digest of every file of all models, made with what is installed here."""
    from specs import load_text

    from generator.spec.load import load
    from generator.spec.source import read_source
    from generator.targets import MODELS, PLAIN, target

    specs = {
        file.stem: load(read_source(file)) for file in (ROOT / "spec").glob("*.yaml")
    }
    specs["base"] = load_text()
    return {
        f"{name}/{flavour}/{artifact.path}": hashlib.sha256(
            artifact.text.encode()
        ).hexdigest()
        for name, spec in sorted(specs.items())
        for flavour in MODELS
        for artifact in target(flavour)(spec, PLAIN)
    }


def digests_of(release: str, folder: Path) -> dict[str, str]:
    """Return the same as a release makes them."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    packages = ["-e", str(ROOT), f"datamodel-code-generator=={release}"]
    subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
    made = subprocess.run(
        [python, __file__],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, str] = json.loads(made.stdout)
    return found


def compare(releases: list[str]) -> int:
    """Print how many files differ from those of the first release; return that number."""
    with tempfile.TemporaryDirectory() as folder:
        made = {each: digests_of(each, Path(folder, each)) for each in releases}
    first, *others = releases
    different = 0
    for other in others:
        changed = [
            path
            for path in {**made[first], **made[other]}
            if made[first].get(path) != made[other].get(path)
        ]
        different += len(changed)
        print(f"{first} and {other}: {len(made[first])} files, {len(changed)} differ")
        for path in changed:
            print(f"  {path}")
    return different


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(compare(sys.argv[1:]) > 0)
    print(json.dumps(digests()))
