"""What a worker over Ray is given to do, and what it says of itself, as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from hashlib import file_digest
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import FootageError
from workbench.retrospective.file_marks import NOT_SEEN, mark_of
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.retrospective.segments import FootagePlan

__all__ = ["read_job", "require_file", "require_versions", "versions", "written_job"]

_SETTINGS: Final = frozenset(
    (
        *("cache", "detection", "detector", "device", "encoder", "facenet_weights", "images"),
        *("index_url", "live", "offline", "quality", "runtime", "threads"),
    )
)
"""Settings that indexing reads; those of keys, logins and records stay where they are."""
_DECIDING: Final = (
    *("av", "lfr-workbench", "numpy", "onnxruntime", "opencv-python", "scipy", "torch"),
)
"""Packages that decide which numbers come out."""


def versions() -> dict[str, str]:
    """Return what decides the numbers, by name."""
    found = {"python": python_version()}
    for name in _DECIDING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def require_versions(theirs: dict[str, str], where: str) -> None:
    """Raise `FootageError` where a worker would make other numbers than this process.

    Args:
        theirs: `versions` of the worker.
        where: machine that it is on.
    """
    own = versions()
    if other := sorted(name for name in own if theirs.get(name) != own[name]):
        told = ", ".join(f"{name} {theirs.get(name, 'none')} and not {own[name]}" for name in other)
        msg = (
            f"a worker on {where} has {told}: what it makes would not be the same. Install there "
            "what is installed here."
        )
        raise FootageError(msg)


def written_job(plan: FootagePlan, settings: Settings) -> bytes:
    """Return what a worker needs to know."""
    words = {
        "path": str(plan.path.resolve()),
        "facts": plan.facts.model_dump(mode="json"),
        "segments": [asdict(one) for one in plan.segments],
        "settings": settings.model_dump(mode="json", include=set(_SETTINGS)),
    }
    return json.dumps(words).encode()


def read_job(text: bytes) -> tuple[FootagePlan, Settings]:
    """Return plan and settings, as they were written; the file is not looked at yet."""
    from workbench.feeds.survey import KeyFrame  # noqa: PLC0415 - loads PyAV
    from workbench.retrospective.segments import FootageFacts, FootagePlan, Segment  # noqa: PLC0415

    words = json.loads(text)

    def key(told: dict[str, Any] | None) -> KeyFrame | None:
        return None if told is None else KeyFrame(**told)

    segments = tuple(
        Segment(**{**told, "start": key(told["start"]), "stop": key(told["stop"])})
        for told in words["segments"]
    )
    facts = FootageFacts.model_validate(words["facts"])
    plan = FootagePlan(Path(words["path"]), facts, segments, NOT_SEEN)
    return plan, Settings(**words["settings"])


def require_file(plan: FootagePlan, where: str) -> FootagePlan:
    """Return the plan for the file as it lies on this machine.

    Args:
        plan: of the file.
        where: what to call this machine.

    Raises:
        FootageError: when it cannot be read here, is another one, or is changed meanwhile.
    """
    try:
        mark = mark_of(plan.path)
        with plan.path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        after = mark_of(plan.path)
    except OSError as error:
        msg = (
            f"{plan.path}: cannot be read on {where} ({error.strerror}). Workers read footage at "
            "the path it was added with: mount it there on each machine of the cluster, or index "
            "without one."
        )
        raise FootageError(msg) from None
    if digest != plan.facts.sha256:
        msg = (
            f"{plan.path}: is another file on {where} than here: its SHA-256 is not "
            f"{plan.facts.sha256}. Put the same file there."
        )
        raise FootageError(msg)
    if after != mark:
        msg = (
            f"{plan.path}: was changed on {where} while its SHA-256 was taken. Leave it as it is, "
            "and index again."
        )
        raise FootageError(msg)
    return replace(plan, mark=mark)
