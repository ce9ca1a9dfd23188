"""A workbench for facial recognition that keeps the record.

`Workbench` is the one entry to everything that holds personal data. What else is public here
measures and stages; the layers below (`workbench.faces`, `.matching`, `.live`) hold nothing of
their own and are for measurement.

Importing this package loads no model and no heavy library; each name is loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.bench import Rules, Workbench
    from workbench.errors import WorkbenchError
    from workbench.faces import ArtefactStore, FaceAnalyser, build_analyser
    from workbench.feeds import open_feed, stage_crowd
    from workbench.images import load_image
    from workbench.live import Zone
    from workbench.matching import load_calibration
    from workbench.settings import Settings, load_settings

__version__ = "0.3.0"

_HOMES = {
    "ArtefactStore": "workbench.faces",
    "FaceAnalyser": "workbench.faces",
    "Rules": "workbench.bench",
    "Settings": "workbench.settings",
    "Workbench": "workbench.bench",
    "WorkbenchError": "workbench.errors",
    "Zone": "workbench.live",
    "build_analyser": "workbench.faces",
    "load_calibration": "workbench.matching",
    "load_image": "workbench.images",
    "load_settings": "workbench.settings",
    "open_feed": "workbench.feeds",
    "stage_crowd": "workbench.feeds",
}

__all__ = [
    "ArtefactStore",
    "FaceAnalyser",
    "Rules",
    "Settings",
    "Workbench",
    "WorkbenchError",
    "Zone",
    "__version__",
    "build_analyser",
    "load_calibration",
    "load_image",
    "load_settings",
    "open_feed",
    "stage_crowd",
]


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    msg = f"module 'workbench' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
