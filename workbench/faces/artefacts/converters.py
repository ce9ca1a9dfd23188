"""The converters that derived artefacts name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from workbench.faces.artefacts.facenet_weights import convert_facenet_graph
from workbench.faces.artefacts.sface_weights import convert_sface

__all__ = ["CONVERTERS", "Converter"]

Converter: TypeAlias = Callable[[Path, Path], None]
"""Takes the source file and the file to write."""

CONVERTERS: Mapping[str, Converter] = MappingProxyType(
    {
        "facenet-graph/1": convert_facenet_graph,
        "sface-dequantised/1": convert_sface,
    }
)
"""By the key that the catalogue names; the number rises when the bytes change."""
