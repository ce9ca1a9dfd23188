"""The repository keeps its own promises."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = re.compile(r"[A-Za-z0-9._-]+")


def requirements(lines: list[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        name = NAME.match(line)
        assert name, line
        found[name[0].lower()] = line[name.end() :].replace(" ", "")
    return found


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        return [p for pattern in patterns for p in CHECKOUT.rglob(pattern) if ".venv" not in p.parts]
    return [CHECKOUT / name for name in listed.stdout.split("\0") if name]


def test_environment_mirrors_pyproject() -> None:
    conda = yaml.safe_load((CHECKOUT / "environment.yml").read_text(encoding="utf-8"))
    lines = [line for line in conda["dependencies"] if isinstance(line, str)]
    pip = next(line["pip"] for line in conda["dependencies"] if isinstance(line, dict))
    assert f"python{PROJECT['requires-python']}" in [line.replace(" ", "") for line in lines]
    conda_names = {"pytorch": "torch", "py-opencv": "opencv-python", "python-kaleido": "kaleido"}
    found = requirements(
        [line for line in lines if not line.startswith(("python ", "python>", "pip"))]
        + [line for line in pip if not line.startswith("-e")]
    )
    assert {conda_names.get(k, k): v for k, v in found.items()} == requirements(PROJECT["dependencies"])
    assert "-e ." in pip


def test_every_dependency_has_a_reason() -> None:
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    extras = [line for group in PROJECT["optional-dependencies"].values() for line in group]
    for requirement in PROJECT["dependencies"] + extras:
        line = next(row for row in text.splitlines() if f'"{requirement}"' in row)
        assert re.search(r"#\s*\S+ \S+", line), f"no reason given: {line.strip()}"


def test_constraints_satisfy_pyproject() -> None:
    from packaging.requirements import Requirement

    pins = requirements((CHECKOUT / "constraints.txt").read_text(encoding="utf-8").splitlines())
    extras = [line for group in PROJECT["optional-dependencies"].values() for line in group]
    for line in PROJECT["dependencies"] + extras:
        wanted = Requirement(line)
        assert wanted.name.lower() in pins, f"{wanted.name} has no tested version"
        assert wanted.specifier.contains(pins[wanted.name.lower()].removeprefix("=="))


def test_version_heads_the_changelog() -> None:
    text = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)", text, re.MULTILINE)[1] == PROJECT["version"]  # type: ignore[index]


def test_readme_commands_exist() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"^make ([a-z]+)", readme, re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize("path", tracked("*.ipynb"), ids=lambda path: path.name)
def test_notebooks_carry_no_outputs(path: Path) -> None:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        assert not cell.get("outputs"), "a saved output may hold a face"
        assert not cell.get("execution_count")


def test_no_path_of_a_machine() -> None:
    machine = re.compile(r"(/root/|/home/\w+/|/work/)")
    for path in tracked("*.py", "*.md", "*.toml", "*.yml", "*.json", "*.ipynb", "Makefile"):
        if path.name == Path(__file__).name:
            continue
        found = machine.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path}: {found}"


@pytest.mark.parametrize("module", ["workbench", "workbench.cli"])
def test_importing_is_light(module: str) -> None:
    heavy = "torch", "cv2", "facenet_pytorch", "onnxruntime", "ipywidgets", "IPython", "plotly"
    code = f"import sys, {module}; print(sorted(set({heavy!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
