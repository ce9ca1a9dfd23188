"""The measurements that ship: searches of LFW people under other names, without a picture.

They are of the protocol of benchmarks/lfw_protocol.py, label errors left out, which the shipped
threshold policies were held against. People and images carry numbers in an order that their names
do not decide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Literal

import polars as pl
from harness import HERE, label_errors, write_result
from lfw_protocol import FILLERS, protocol
from lfw_variants import INT8

from workbench.evaluation.measurement import Measurement, MeasurementFacts, write_measurement
from workbench.evaluation.protocols import protocol_digest
from workbench.evaluation.results import identification_result
from workbench.evaluation.splits import SPLIT_RULE
from workbench.matching.calibration import COSINE, LOG10_LR, Calibration
from workbench.matching.measure import MeasuredImages, reference_matcher, searches

__all__ = ["ship"]

SHIPPED = HERE.parent / "workbench" / "evaluation" / "data"
DATA_SET = "Labeled Faces in the Wild, deep-funneled, development people"
ENCODERS = ("facenet", "sface")
MATCHERS: tuple[Literal["facenet", "sface", "fused"], ...] = ("facenet", "sface", "fused")
NUMBERS: tuple[Literal["fp32", "int8"], ...] = ("fp32", "int8")
SPLITS: tuple[Literal["tuning", "test"], ...] = ("tuning", "test")
LETTERS = {"tuning": "p", "test": "t"}
Row = tuple[str, str, str]


def ship(
    photos: Mapping[str, Sequence[str]], images: MeasuredImages, calibration: Calibration
) -> None:
    """Write a measurement of each split, matcher and kind of numbers, and their figures."""
    results: dict[str, dict[str, Any]] = {}
    for split in SPLITS:
        rows = protocol(photos, split, label_errors())
        people, names = aliases(rows, LETTERS[split])
        table = pl.DataFrame(rows, schema=["path", "identity", "role"], orient="row")
        listed = table.filter(pl.col("role") == "reference")
        probes = table.filter(pl.col("role") == "probe")
        for matcher in MATCHERS:
            built, references = reference_matcher(
                listed, of_numbers(images, "fp32"), matcher, calibration
            )
            for numbers in NUMBERS:
                found = searches(probes, references, of_numbers(images, numbers), built)
                renamed = found.with_columns(
                    pl.col("probe").replace_strict(names),
                    pl.col("identity", "top_identity").replace_strict(people),
                    pl.col("top_reference", "mate_reference").replace_strict(names),
                )
                write_measurement(
                    Measurement.of(
                        facts(rows, images, calibration, split, matcher, numbers),
                        renamed.sort("probe"),
                        references.with_columns(
                            pl.col("reference").replace_strict(names),
                            pl.col("identity").replace_strict(people),
                        ).sort("reference"),
                    ),
                    SHIPPED / f"{split}-{matcher}-{numbers}",
                )
                results.setdefault(split, {})[f"{matcher} {numbers}"] = identification_result(
                    found, references, replicates=0
                )
    write_result("accuracy_shipped", {"calibration": calibration.id, "results": results})
    size = sum(file.stat().st_size for file in SHIPPED.rglob("*") if file.is_file())
    print(f"written: {SHIPPED.relative_to(HERE.parent)}, {size:,} bytes")


def of_numbers(images: MeasuredImages, numbers: str) -> MeasuredImages:
    """The templates in fp32 or in int8, under the encoders' own names."""
    suffix = INT8 if numbers == "int8" else ""
    templates = {name: images.templates[f"{name}{suffix}"] for name in ENCODERS}
    return MeasuredImages(images.rows, templates, images.failures)


def aliases(rows: Sequence[Row], letter: str) -> tuple[dict[str, str], dict[str, str]]:
    """Name people p0001 and on, and their images by them, in an order of digests.

    Nobody is in both splits, so no name is in both: people of the test have a letter of their own.
    """
    people = sorted({name for _, name, _ in rows}, key=_order)
    by_person = {name: f"{letter}{at:04}" for at, name in enumerate(people, 1)}
    images: dict[str, str] = {}
    counts: dict[str, int] = {}
    for path, name, _ in sorted(rows, key=lambda row: _order(row[0])):
        counts[name] = counts.get(name, 0) + 1
        images[path] = f"{by_person[name]}-{counts[name]:03}"
    return by_person, images


def facts(  # noqa: PLR0917 - each is a fact
    rows: Sequence[Row],
    images: MeasuredImages,
    calibration: Calibration,
    split: Literal["tuning", "test"],
    matcher: Literal["facenet", "sface", "fused"],
    numbers: Literal["fp32", "int8"],
) -> MeasurementFacts:
    """What the searches rest on."""
    used = ENCODERS if matcher == "fused" else (matcher,)
    fillers = FILLERS[split]
    return MeasurementFacts(
        name=f"{matcher} {numbers}, LFW {split} people",
        created=datetime.now(UTC).replace(microsecond=0),
        data_set=DATA_SET,
        split=split,
        rule=(
            f"{SPLIT_RULE}; one reference for each with two or more images and {fillers:,} of one "
            "image as fillers; the other people of one image are searched for; label errors left "
            "out"
        ),
        protocol_sha256=protocol_digest(
            pl.DataFrame(rows, schema=["path", "identity", "role"], orient="row")
        ),
        matcher=matcher,
        unit=LOG10_LR if matcher == "fused" else COSINE,
        encoders={name: asdict(images.templates[name].encoder) for name in used},
        runtime=numbers,
        calibration=calibration.id if matcher == "fused" else None,
        list_size=sum(role == "reference" for _, _, role in rows),
    )


def _order(name: str) -> str:
    return hashlib.sha256(f"lfr-workbench/shipped-measurements/1:{name}".encode()).hexdigest()
