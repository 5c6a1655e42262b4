"""The wheel holds every file of the packages and no other, and works on its own.

Packages and data are listed by hand in pyproject.toml; one that is forgotten there is silently missing
from the wheel. It is built from the source distribution, which so is shown to be whole as well.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import jixiao
import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = {
    "api": "jixiao",
    "normalize": "jixiao/normalize",
    "rules": "jixiao/rules",
    "extract": "jixiao/extract",
    "deliver": "jixiao/deliver",
    "pipeline": "jixiao/pipeline",
}
INFO = f"jixiao-{jixiao.__version__}.dist-info"
INFO_FILES = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE", "top_level.txt")
LEFT_OUT = (".*", "build", "dist", "out", "*.egg-info", "__pycache__")


def run(*command: object, cwd: Path, path: Path | None = None) -> str:
    """Run *command* and return its stdout; *path* goes before all else Python imports from."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"PYTHONUTF8": "1"} | ({"PYTHONPATH": str(path)} if path is not None else {})
    ended = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the tree, offline and with the build backend that is installed."""
    folder = tmp_path_factory.mktemp("package")
    tree = folder / "tree"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", tree, cwd=folder)
    (built,) = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """Install the wheel alone into a folder; return the folder."""
    target = wheel.parent / "installed"
    options = ("--no-deps", "--no-index", "--quiet", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "install", *options, "--target", target, wheel, cwd=wheel.parent)
    return target


def test_the_wheel_has_every_file_of_the_packages_and_no_other(wheel: Path) -> None:
    wanted = {f"{INFO}/{name}" for name in INFO_FILES}
    for folder, package in ROOMS.items():
        for path in (ROOT / folder).rglob("*"):
            inside = path.relative_to(ROOT / folder)
            if path.is_file() and not any(part == "__pycache__" or part[0] == "." for part in inside.parts):
                wanted.add(f"{package}/{inside.as_posix()}")
    with zipfile.ZipFile(wheel) as archive:
        assert sorted(archive.namelist()) == sorted(wanted)


def test_every_room_is_listed_and_typed() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert folders == set(ROOMS)
    packages = {package.replace("/", "."): folder for folder, package in ROOMS.items()}
    assert PROJECT["tool"]["setuptools"]["package-dir"] == packages
    inner = {
        ".".join(["jixiao", folder, *path.parent.relative_to(ROOT / folder).parts])
        for folder in ROOMS
        for path in (ROOT / folder).glob("*/**/__init__.py")
    }
    assert sorted(PROJECT["tool"]["setuptools"]["packages"]) == sorted([*packages, *inner])
    assert (ROOT / "api" / "py.typed").is_file()


def test_the_wheel_works_on_its_own(installed: Path, tmp_path: Path) -> None:
    def python(*arguments: object) -> str:
        return run(sys.executable, *arguments, cwd=tmp_path, path=installed)

    assert python("-c", "import jixiao; print(jixiao.__file__)").strip() == str(
        installed / "jixiao" / "__init__.py"
    )
    assert python("-m", "jixiao", "--version") == f"jixiao {jixiao.__version__}\n"
    assert python("-m", "jixiao", "schema").startswith("# 数据字典\n")
    assert "department-targets" in python("-m", "jixiao", "families", "list")
    sample = ROOT / "samples" / "nantong-keji-2025.txt"
    python("-m", "jixiao", "convert", sample, "--out", tmp_path / "out")
    expected = sample.with_suffix(".expected") / "targets.csv"
    assert (tmp_path / "out" / "targets.csv").read_bytes() == expected.read_bytes()


def test_the_command_is_installed(installed: Path, tmp_path: Path) -> None:
    command = installed / "bin" / "jixiao"
    assert run(command, "--version", cwd=tmp_path, path=installed) == f"jixiao {jixiao.__version__}\n"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_pin_by_hash_and_name_no_index_and_no_machine(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line and line[0] not in " #"]
    assert all("==" in line and line.endswith("\\") for line in pinned)
    assert all(line.lstrip().startswith("--hash=sha256:") for line in lines if line.startswith(" "))
    assert not any(mark in line for line in lines for mark in ("://", "--index", "--find-links", "/"))


def test_the_locks_pin_all_that_the_project_asks_for() -> None:
    def names(lines: list[str]) -> set[str]:
        cut = (re.split(r"[\[;=> ]", line)[0] for line in lines)
        return {name.lower().replace("_", "-").replace(".", "-") for name in cut}

    def pinned(name: str) -> set[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return names([line for line in lines if line and line[0] not in " #"])

    project, build = PROJECT["project"], PROJECT["dependency-groups"]["build"]
    assert build == PROJECT["build-system"]["requires"]
    assert names([*project["dependencies"], *build]) <= pinned("requirements.lock")
    extras = project["optional-dependencies"]
    assert names(extras["scan"]) <= pinned("requirements.lock")
    for extra in extras.values():
        assert names(extra) - {project["name"]} <= pinned("requirements-dev.lock")
    assert pinned("requirements.lock") <= pinned("requirements-dev.lock")
