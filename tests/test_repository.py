"""The repository keeps its own promises."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from workbench import __version__

CHECKOUT = Path(__file__).resolve().parents[1]
PYPROJECT = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(PYPROJECT)["project"]
CORE = [Requirement(line) for line in PROJECT["dependencies"]]
GROUPS = PROJECT["optional-dependencies"]
EXTRAS = [Requirement(line) for group in GROUPS.values() for line in group]
OPTIONAL = [
    Requirement(line)
    for name in ("team", "cluster", "keyring", "openvino", "qdrant", "faiss")
    for line in GROUPS[name]
]
CONDA_NAMES = {"pytorch": "torch"}
JUPYTER = re.compile(
    r"(anywidget|ipykernel|IPython|ipywidgets|jupyter\w*|nbclient|nbformat|traitlets|voila)"
)
# `/home/somebody` is the made-up person of tests on paths that must not get out.
PLACES = re.compile(r"/(root|work|Users/\w+|home/(?!somebody)\w+)/")


def git_of_the_checkout() -> str | None:
    """Return the program, `None` where there is none or this is no checkout."""
    return shutil.which("git") if (CHECKOUT / ".git").exists() else None


def files_of_the_project(*folders: str) -> list[Path]:
    """Return what git holds or would take in, or everything where there is no git."""
    if git := git_of_the_checkout():
        listed = subprocess.run(
            [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        found = [CHECKOUT / name for name in listed.split("\0") if name]
    else:
        found = [p for folder in folders or (".",) for p in (CHECKOUT / folder).rglob("*")]
        found = [p for p in found if not {".venv", "__pycache__"} & set(p.parts)]
    return sorted(path for path in found if path.is_file())


def kept_by_git(path: Path) -> str:
    """Return a file as git has it: a notebook that somebody ran here says so in its own copy."""
    if git := git_of_the_checkout():
        found = subprocess.run(
            [git, "show", f":{path.relative_to(CHECKOUT).as_posix()}"],
            cwd=CHECKOUT,
            check=False,
            capture_output=True,
        )
        if found.returncode == 0:
            return found.stdout.decode()
    return path.read_text(encoding="utf-8")


def imported(path: Path) -> set[str]:
    """Return the top-level packages that a module imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found - sys.stdlib_module_names


def specifiers(lines: list[str]) -> dict[str, str]:
    """Return canonical name -> version specifier, in one spelling."""
    found = {}
    for line in lines:
        wanted = Requirement(line)
        found[canonicalize_name(CONDA_NAMES.get(wanted.name, wanted.name))] = str(wanted.specifier)
    return found


def test_environment_mirrors_pyproject() -> None:
    conda = yaml.safe_load((CHECKOUT / "environment.yml").read_text(encoding="utf-8"))
    plain = [line for line in conda["dependencies"] if isinstance(line, str) and line != "pip"]
    (by_pip,) = (line["pip"] for line in conda["dependencies"] if isinstance(line, dict))
    assert conda["name"] == PROJECT["name"]
    assert by_pip[-1] == "-e ."
    found = specifiers(plain + by_pip[:-1])
    assert len(found) == len(plain) + len(by_pip) - 1, "something is listed twice"
    assert found == specifiers(
        [f"python{PROJECT['requires-python']}", *PROJECT["dependencies"]],
    )


@pytest.mark.parametrize("requirement", [*CORE, *EXTRAS], ids=lambda wanted: wanted.name)
def test_every_dependency_has_a_reason(requirement: Requirement) -> None:
    (line,) = (
        row
        for row in PYPROJECT.splitlines()
        if re.match(rf'\s+"{requirement.name}(\[\w+\])?[<>=]', row)
    )
    assert re.search(r'",\s*# \S+( \S+)+$', line), f"no reason is given: {line.strip()}"


@pytest.mark.parametrize("requirement", [*CORE, *EXTRAS], ids=lambda wanted: wanted.name)
def test_every_dependency_has_a_tested_version(requirement: Requirement) -> None:
    lines = (CHECKOUT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = specifiers([line for line in lines if line and not line.startswith("#")])
    pin = pins[canonicalize_name(requirement.name)]
    assert pin.startswith("==")
    assert requirement.specifier.contains(pin.removeprefix("=="))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folders", "allowed"),
    [
        (("workbench", "widgets"), [*CORE, *OPTIONAL]),
        (("tests", "benchmarks"), [*CORE, *EXTRAS]),
    ],
    ids=["product", "development"],
)
def test_every_import_is_a_declared_dependency(
    folders: tuple[str, ...], allowed: list[Requirement]
) -> None:
    paths = [path for path in files_of_the_project(*folders) if path.suffix == ".py"]
    own = (
        {"workbench", "widgets"}
        | {path.stem for path in paths}
        | {path.parent.name for path in paths}
    )
    provided = importlib.metadata.packages_distributions()
    declared = {canonicalize_name(requirement.name) for requirement in allowed}
    for path in paths:
        for package in imported(path) - own:
            givers = {canonicalize_name(name) for name in provided.get(package, [])}
            assert givers & declared, f"{path} imports {package}, which nothing declared provides"


@pytest.mark.slow
def test_the_library_imports_no_jupyter() -> None:
    for path in files_of_the_project("workbench"):
        if path.suffix == ".py":
            found = {name for name in imported(path) if JUPYTER.fullmatch(name)}
            assert not found, f"{path} imports {found}"


@pytest.mark.slow
@pytest.mark.parametrize("module", ["workbench", "workbench.cli", "workbench.settings"])
def test_importing_is_light(module: str) -> None:
    heavy = {"torch", "cv2", "facenet_pytorch", "onnxruntime", "openvino", "polars", "plotly"}
    heavy.add("ipywidgets")
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert heavy & set(json.loads(done.stdout)) == set()


def test_version_heads_the_changelog() -> None:
    text = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (\S+)", text, re.MULTILINE)
    assert heads[0] == __version__


def test_the_licence_is_whole() -> None:
    text = (CHECKOUT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in text
    assert "9. Accepting Warranty or Additional Liability" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_readme_commands_exist() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:^|`|\$ )make ([a-z]+)", readme, re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def test_make_help_lists_every_target() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    make = shutil.which("make")
    if make is None:
        pytest.skip("needs make")
    done = subprocess.run(
        [make, "--no-print-directory", "help"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    listed = [line.split()[0] for line in done.stdout.splitlines()]
    assert sorted(listed) == sorted(phony[1].split())


def test_ci_can_be_started() -> None:
    script = CHECKOUT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    bash = shutil.which("bash")
    assert bash
    subprocess.run([bash, "-n", str(script)], check=True)


@pytest.mark.parametrize(
    "path",
    [path for path in files_of_the_project() if path.suffix == ".ipynb"],
    ids=lambda path: path.name,
)
def test_notebooks_carry_no_outputs(path: Path) -> None:
    for cell in json.loads(kept_by_git(path))["cells"]:
        assert not cell.get("outputs"), "a saved output may hold a face"
        assert not cell.get("execution_count")


def test_no_path_of_a_machine() -> None:
    for path in files_of_the_project():
        if path == Path(__file__):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found = PLACES.search(text)
        assert found is None, f"{path} names {found and found[0]}"


def test_the_wheel_holds_every_file_of_both_packages(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(CHECKOUT)).build(directory=str(tmp_path), versions=["standard"])
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        path.relative_to(CHECKOUT).as_posix()
        for path in files_of_the_project("workbench", "widgets")
    }
    assert "workbench/py.typed" in expected
    assert expected <= names
    assert f"lfr_workbench-{__version__}" in wheel
    data = f"lfr_workbench-{__version__}.data/data/share/jupyter/voila/templates"
    assert any(name.startswith(data) for name in names)
    folders = {name.split("/")[0] for name in names}
    assert folders == {
        "workbench",
        "widgets",
        f"lfr_workbench-{__version__}.data",
        f"lfr_workbench-{__version__}.dist-info",
    }


def test_documented_fusion_is_the_shipped_one() -> None:
    from workbench.matching import load_calibration

    text = (CHECKOUT / "docs" / "measurements.md").read_text(encoding="utf-8")
    calibration = load_calibration()
    assert calibration.fusion is not None
    numbers = [calibration.fusion.intercept, *calibration.fusion.weights.values()]
    for number in numbers:
        assert f"{abs(number):.2f}" in text
    for matcher in calibration.matchers.values():
        assert f"{matcher.default_threshold:.3f}".rstrip("0") in text


def test_documents_are_finished() -> None:
    for path in files_of_the_project():
        if path.suffix == ".md":
            assert "@@" not in path.read_text(encoding="utf-8"), path
