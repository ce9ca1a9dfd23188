"""Templates of LFW images by both encoders, made once and kept in a file where one is named.

The file is tied to the encoders: templates of others are made anew, never mixed. It is written
after each part, so whoever is cut off goes on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from rich.progress import Progress
from safetensors import safe_open
from safetensors.numpy import save_file

from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.measure import MeasuredImages, embed_images
from workbench.settings import Settings

__all__ = ["lfw_templates"]

PART = 512
"""Images after which the file is written."""


def lfw_templates(
    paths: Sequence[str],
    root: Path,
    settings: Settings,
    file: Path | None = None,
    *,
    analyser: FaceAnalyser | None = None,
    also_tied_to: Sequence[str] = (),
) -> MeasuredImages:
    """Return templates of all images, read from `file` where it holds them, else made.

    Args:
        paths: relative to the root.
        root: folder of LFW.
        settings: of detector and encoders.
        file: safetensors file that is read, and written with what was missing.
        analyser: both encoders when left out.
        also_tied_to: what else decides the templates.
    """
    if analyser is None:
        analyser = build_analyser(settings, ArtefactStore.from_settings(settings), "fused")
    tied_to = json.dumps(
        {name: asdict(identity) for name, identity in analyser.identities.items()}
        | {"detector": settings.detector, "detection": settings.detection.model_dump()}
        | ({"also": list(also_tied_to)} if also_tied_to else {}),
        sort_keys=True,
    )
    have = _read(file, tied_to, analyser.identities)
    missing = [path for path in paths if path not in have.rows and path not in have.failures]
    if missing:
        with Progress() as progress:
            task = progress.add_task("encoding", total=len(missing))
            for start in range(0, len(missing), PART):
                made = embed_images(
                    missing[start : start + PART],
                    root,
                    analyser,
                    progress=lambda done, _, start=start: progress.update(
                        task, completed=start + done
                    ),
                )
                have = _joined(have, made)
                if file is not None:
                    _write(have, file, tied_to)
    return have


def _joined(first: MeasuredImages, second: MeasuredImages) -> MeasuredImages:
    shift = len(first.rows)
    return MeasuredImages(
        {**first.rows, **{path: row + shift for path, row in second.rows.items()}},
        {
            name: Templates(np.concatenate([one.vectors, more.vectors]), one.encoder)
            for (name, one), more in zip(
                first.templates.items(), second.templates.values(), strict=True
            )
        },
        {**first.failures, **second.failures},
    )


def _read(
    file: Path | None, tied_to: str, identities: dict[str, EncoderIdentity]
) -> MeasuredImages:
    empty = MeasuredImages({}, {n: Templates.empty(i) for n, i in identities.items()}, {})
    if file is None or not file.exists():
        return empty
    with safe_open(file, "numpy") as tensors:
        about = tensors.metadata()
        if about["tied_to"] != tied_to:
            print(f"{file} is of other encoders; made anew.")
            return empty
        rows = {path: row for row, path in enumerate(json.loads(about["paths"]))}
        templates = {n: Templates(tensors.get_tensor(n), i) for n, i in identities.items()}
        return MeasuredImages(rows, templates, json.loads(about["failures"]))


def _write(images: MeasuredImages, file: Path, tied_to: str) -> None:
    metadata = {
        "tied_to": tied_to,
        "paths": json.dumps(list(images.rows)),
        "failures": json.dumps(dict(images.failures)),
    }
    partial = file.with_name(f".{file.name}.partial")
    save_file({n: t.vectors for n, t in images.templates.items()}, partial, metadata)
    partial.replace(file)
