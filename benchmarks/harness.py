"""What every benchmark prints and writes: the machine, the versions, a table, a dated result."""

from __future__ import annotations

import csv
import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

__all__ = [
    "HERE", "LFW", "label_errors", "machine", "markdown_table", "photographs", "resident",
    "versions", "write_result",
]  # fmt: skip

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("WORKBENCH_SHARED", HERE.parents[1] / "shared" / "data"))
LFW = SHARED / "lfw"
MEASURED = (
    "facenet-pytorch", "torch", "opencv-python", "onnxruntime", "openvino", "numpy", "av",
)  # fmt: skip


def versions() -> dict[str, str]:
    """Versions of what computes the scores."""
    return {name: version(name) for name in MEASURED}


def machine() -> str:
    """The processor and its cores, in one line."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, Python {platform.python_version()}"


def resident(field: str) -> int:
    """Bytes of this process, `VmRSS` now or `VmHWM` at the highest; 0 where no one says."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    named = (line for line in lines if line.startswith(f"{field}:"))
    return next((int(line.split()[1]) * 1024 for line in named), 0)


def markdown_table(rows: Sequence[Mapping[str, object]]) -> str:
    """A table for a README, one row a mapping; the first gives the columns."""
    columns = list(rows[0])
    lines = [columns, ["---"] * len(columns), *[[str(row[c]) for c in columns] for row in rows]]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def write_result(name: str, result: Mapping[str, Any]) -> Path:
    """Write a result with date, machine and versions into benchmarks/results."""
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    frame = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
    }
    path.write_text(
        json.dumps(frame | dict(result), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return path


def label_errors() -> dict[str, str]:
    """Images of LFW under a wrong name, or under one of two names, with the reason."""
    with (HERE / "label_errors.csv").open(encoding="utf-8") as lines:
        return {
            row["path"]: f"{row['reason']} ({row['other_path']})" for row in csv.DictReader(lines)
        }


def photographs(root: Path) -> dict[str, list[str]]:
    """Paths relative to `root` of each person's images, a folder a person, both sorted."""
    if not root.is_dir():
        msg = f"{root}: no such folder. See the README for how to fetch LFW."
        raise SystemExit(msg)
    return {
        person.name: [f"{person.name}/{image.name}" for image in sorted(person.glob("*.jpg"))]
        for person in sorted(root.iterdir())
        if person.is_dir()
    }
