"""The images of a manifest -> the shards of a collection, on every core.

The same manifest and images give the same shards to the last bit on one kind of processor,
whatever the number of workers and wherever an import was resumed. For that parts and batches are
fixed by the order of the manifest, each worker runs one thread, and the runtime is the one that the
settings name, or else the fastest on one thread, OpenVINO where it is installed: what `auto`
measures may differ from time to time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

import dataframely as dy
import numpy as np
import polars as pl

from workbench.errors import UsageError
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.detection import YUNET_ARTEFACT
from workbench.faces.encoders import SFACE_ARTEFACT
from workbench.faces.runtimes.cores import cores
from workbench.faces.runtimes.network import MOST_AT_ONCE, Runtime
from workbench.faces.templates import EncoderIdentity
from workbench.images import ImageLimits
from workbench.retrospective.image_copies import image_copies
from workbench.retrospective.image_folder import ImageFolder
from workbench.retrospective.import_messages import Batch, Hello, Job, ReadBatch, Row
from workbench.retrospective.import_pool import ReaderPool
from workbench.retrospective.manifests import Manifest, Refusals
from workbench.retrospective.reference_pictures import ReferencePictures, pictures_of
from workbench.retrospective.shards import Shard, ShardRows
from workbench.settings import Settings

__all__ = [
    "PART_ROWS",
    "ImportProgress",
    "ImportedPart",
    "PartCounts",
    "import_shards",
    "job_settings",
]

PART_ROWS: Final = 4_096
"""Rows of a manifest that make a part, and so a shard at most."""
BATCH_ROWS: Final = MOST_AT_ONCE
"""Rows that are read and encoded together."""
ImportProgress: TypeAlias = Callable[[int, int, int], None]
"""Called with how many rows are done, how many there are, and how many were refused by now."""
_SHOWN: Final = 200
_READERS: Final = (
    *("cache", "device", "threads", "runtime", "detector", "encoder", "facenet_weights"),
    *("images", "detection", "quality"),
)


class PartCounts(NamedTuple):
    """What became of the rows of a part.

    Attributes:
        rows: how many there were.
        accepted: references of the shard.
        warned: those of them whose quality drew a warning.
        refused: the others.
    """

    rows: int
    accepted: int
    warned: int
    refused: int


@dataclass(frozen=True, slots=True, eq=False)
class ImportedPart:
    """What came of some thousand rows of a manifest.

    Attributes:
        number: of the part, from 0.
        shard: its references, each numbered by its row of the manifest; `None` where there is
            none. It does not say yet where its pictures lie.
        pictures: of its references, in their order, some together.
        refusals: rows that were refused, by row.
        counts: what became of its rows.
        seconds: from when its first image was handed out until its last was read. Parts overlap.
    """

    number: int
    shard: Shard | None
    pictures: tuple[ReferencePictures, ...] = field(repr=False)
    refusals: dy.DataFrame[Refusals] = field(repr=False)
    counts: PartCounts
    seconds: float


def import_shards(
    manifest: Manifest,
    folder: Path,
    settings: Settings,
    *,
    done: Collection[int] = (),
    refused: Mapping[int, str] = MappingProxyType({}),
    workers: int | None = None,
    part_rows: int = PART_ROWS,
    progress: ImportProgress | None = None,
) -> Generator[ImportedPart]:
    """Import the images of a manifest, part by part in the order of their numbers.

    Each part is to be kept before the next is asked for: an import that was stopped, however that
    was, goes on with the parts that are not `done`. A process that dies is replaced and its images
    are read again. All processes end with the iteration, with its `close()`, and with whoever runs
    it; use `contextlib.closing` where a loop may be left early.

    Args:
        manifest: which image is of whom; its own refusals are not repeated.
        folder: where the images are.
        settings: how faces are found, judged and encoded.
        done: numbers of the parts that are there already and are left out.
        refused: by row of the manifest, why it may be no reference; its image is not read.
        workers: processes; every core if not given. Each takes about 1 GiB of memory.
        part_rows: rows of a part; the same each time that an import goes on.
        progress: called after each batch; the rows of parts that are left out count as done.

    Yields:
        What came of each part.

    Raises:
        ArtefactError: when a model cannot be had or loaded.
        CollectionError: when the folder is not there, or the processes cannot go on.
        UsageError: when it is to run in int8, or on fewer than one worker.
    """
    count = cores() if workers is None else workers
    if count < 1 or part_rows < 1:
        msg = f"an import needs a worker and a row a part, not {count} and {part_rows}."
        raise UsageError(msg)
    plan = _Plan(manifest, part_rows, frozenset(done), refused)
    return _parts(plan, ImageFolder(folder), _fixed(settings), count, progress)


def job_settings(settings: Settings) -> dict[str, Any]:
    """Return what decides what a reference is made of; the rest is none of a reader's business."""
    fixed = _fixed(settings)
    return fixed.model_dump(mode="json", include=set(_READERS)) | {"offline": True}


class _Plan:
    """Which rows make which batch of which part."""

    def __init__(
        self, manifest: Manifest, part_rows: int, done: frozenset[int], refused: Mapping[int, str]
    ) -> None:
        self.refused = refused
        self.references = manifest.references
        self.part_rows = part_rows
        self.batches_a_part = -(-part_rows // BATCH_ROWS)
        parts = -(-self.references.height // part_rows)
        self.parts = [number for number in range(parts) if number not in done]

    def rows(self, part: int) -> pl.DataFrame:
        """Return the rows of a part."""
        return self.references.slice(part * self.part_rows, self.part_rows)

    def count(self, part: int) -> int:
        """Return how many batches a part has."""
        return -(-self.rows(part).height // BATCH_ROWS)

    def batches(self, copies: dict[int, str], begun: dict[int, float]) -> Iterator[Batch]:
        """Give the batches of all parts, numbered over those that are not left out."""
        for place, part in enumerate(self.parts):
            begun[place] = time.monotonic()
            rows = self.rows(part).select("row", "path").rows()
            for at in range(0, len(rows), BATCH_ROWS):
                yield Batch(
                    number=place * self.batches_a_part + at // BATCH_ROWS,
                    rows=tuple(
                        Row(path=path, refused=copies.get(row, ""))
                        for row, path in rows[at : at + BATCH_ROWS]
                    ),
                )


def _parts(
    plan: _Plan,
    folder: ImageFolder,
    settings: Settings,
    workers: int,
    progress: ImportProgress | None,
) -> Generator[ImportedPart]:
    if not plan.parts:
        return
    _have_models(settings)
    limits = ImageLimits(settings.images.max_pixels, settings.images.max_bytes)
    copies = image_copies(plan.references, folder, limits) | dict(plan.refused)
    of, refused = plan.references.height, 0
    todo = sum(plan.rows(part).height for part in plan.parts)
    finished = of - todo
    job = Job(settings=job_settings(settings), folder=folder.root)
    begun: dict[int, float] = {}
    read: dict[int, dict[int, ReadBatch]] = {}
    place = 0
    with ReaderPool(job, settings, min(workers, -(-todo // BATCH_ROWS))) as pool:
        ahead = plan.batches_a_part + 2 * workers
        for batch, found in pool.read(plan.batches(copies, begun), ahead=ahead):
            at, index = divmod(batch.number, plan.batches_a_part)
            read.setdefault(at, {})[index] = found
            finished += len(found.rows)
            refused += sum(bool(row.refused) for row in found.rows)
            if progress is not None:
                progress(finished, of, refused)
            while place < len(plan.parts) and len(read.get(place, ())) == plan.count(
                part := plan.parts[place]
            ):
                seconds = time.monotonic() - begun.pop(place)
                # No name for the batches: their pictures are not held twice while a part is kept.
                yield _part(part, plan.rows(part), read.pop(place), pool.hello, seconds)
                place += 1


def _part(
    number: int, rows: pl.DataFrame, found: dict[int, ReadBatch], hello: Hello, seconds: float
) -> ImportedPart:
    """Put a part together from its batches, by their numbers."""
    batches = [found[one] for one in sorted(found)]
    read = [row for batch in batches for row in batch.rows]
    every = rows.with_columns(
        why=pl.Series([row.refused for row in read], dtype=pl.String),
        sha256=pl.Series([row.sha256 for row in read], dtype=pl.String),
        verdict=pl.Series([row.verdict for row in read], dtype=pl.String),
        reasons=pl.Series(["\n".join(row.reasons) for row in read], dtype=pl.String),
    )
    refusals = every.filter(pl.col("why") != "").select(
        "row", "why", path=pl.col("path").str.slice(0, _SHOWN)
    )
    accepted = every.filter(pl.col("why") == "")
    counts = PartCounts(
        rows=len(read),
        accepted=accepted.height,
        warned=accepted.filter(pl.col("verdict") == "warn").height,
        refused=refusals.height,
    )
    shard, pictures = None, tuple[ReferencePictures, ...]()
    if counts.accepted:
        encoders = {one.name: EncoderIdentity(**one.model_dump()) for one in hello.encoders}
        known = ShardRows.validate(
            accepted.select(
                *("subject", "sha256", "image_date", "source", "legal_basis"),
                *("verdict", "reasons"),
                number="row",
            ),
            cast=True,
        )
        shard = Shard(
            known,
            encoders,
            {name: np.concatenate([one.templates[name] for one in batches]) for name in encoders},
        )
        pictures = pictures_of(
            known,
            [one for batch in batches for one in batch.thumbnails],
            [one for batch in batches for one in batch.wider],
            np.concatenate([batch.eyes for batch in batches]),
        )
    told = Refusals.validate(refusals, cast=True)
    return ImportedPart(number, shard, pictures, told, counts, seconds)


def _fixed(settings: Settings) -> Settings:
    """Return the settings with what must not be chosen anew each time."""
    runtime = settings.runtime
    if runtime == "auto":
        runtime = "torch"
        if settings.device == "cpu":
            runtime = "onnxruntime" if find_spec("openvino") is None else "openvino"
    if (numbers := Runtime(runtime).numbers) != "fp32":
        # As a watchlist's: policies of int8 were measured with references in fp32.
        msg = f"references are enrolled in fp32, and {runtime} runs in {numbers}. Set it to auto."
        raise UsageError(msg)
    return settings.model_copy(update={"runtime": runtime, "threads": 1})


def _have_models(settings: Settings) -> None:
    """Have the models in the cache, so that no worker fetches any."""
    store = ArtefactStore.from_settings(settings)
    if settings.detector == "yunet":
        store.path(YUNET_ARTEFACT)
    if settings.encoder != "facenet":
        store.path(SFACE_ARTEFACT)
    if settings.encoder != "sface":
        store.path(settings.facenet_weights)
