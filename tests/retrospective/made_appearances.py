"""Appearances that are drawn, for tests of what is done with them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.faces.templates import EncoderIdentity
from workbench.images import encode_jpeg
from workbench.matching.thumbnails import Thumbnails
from workbench.retrospective.appearances import AppearanceRows, Appearances, SegmentFacts
from workbench.retrospective.wider_pictures import WiderPictures

ENCODERS = {
    "facenet": EncoderIdentity("facenet", "drawn", "0" * 64, "drawn/1", 32),
    "sface": EncoderIdentity("sface", "drawn", "1" * 64, "drawn/1", 16),
}


def directions(person: int) -> dict[str, NDArray[np.float64]]:
    """Return the direction of a person's templates, by encoder."""
    rng = np.random.default_rng(1000 + person)
    return {name: rng.standard_normal(one.dimension) for name, one in ENCODERS.items()}


def made(
    people: Sequence[int] = (),
    *,
    segment: int = 0,
    length_s: float = 60.0,
    spans: Sequence[tuple[float, float]] = (),
    places: Sequence[tuple[float, float]] = (),
    looks: int = 3,
    spread: float = 0.2,
) -> Appearances:
    """Return a segment in which people are seen, each by `looks` looks.

    Args:
        people: who, by number; one number is one face.
        segment: number of it.
        length_s: of each segment.
        spans: when each is seen, s.
        places: where in the picture each is first and last, by x.
        looks: of each.
        spread: how far the looks at one face are apart.
    """
    n = len(people)
    rng = np.random.default_rng(segment)
    start_s = segment * length_s
    spans = spans or [(start_s + 1.0, start_s + length_s - 1.0)] * n
    places = places or [(100.0, 100.0)] * n
    templates = {}
    for name, identity in ENCODERS.items():
        rows = [
            directions(person)[name] / np.linalg.norm(directions(person)[name])
            + spread * rng.standard_normal(identity.dimension) / np.sqrt(identity.dimension)
            for person in people
            for _ in range(looks)
        ]
        vectors = np.array(rows).reshape(-1, identity.dimension)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        templates[name] = vectors.astype(np.float16)
    boxes = [
        [[x, 50, x + 40, 98] for x in (first, (first + last) / 2, last)] for first, last in places
    ]
    rows = pl.DataFrame(
        {
            "track": range(n),
            "first_s": [first for first, _ in spans],
            "last_s": [last for _, last in spans],
            "found": [10 + at for at in range(n)],
            "looked_s": [(first + last) / 2 for first, last in spans],
            "looked_frame": [25 * segment + at for at in range(n)],
            "hidden": [0.0] * n,
            "verdict": ["warn" if at % 2 else "accept" for at in range(n)],
            "reasons": ["Turned aside." if at % 2 else "" for at in range(n)],
        },
        schema=AppearanceRows.create_empty().schema,
    )
    return Appearances(
        facts=SegmentFacts(
            footage="a" * 64,
            number=segment,
            start_s=start_s,
            end_s=start_s + length_s,
            width=640,
            height=480,
            frames=1500,
            searched=800,
            detector="drawn",
            smallest_face_px=24.0,
            damage=None,
        ),
        rows=AppearanceRows.validate(rows),
        encoders=ENCODERS,
        boxes=np.array(boxes, np.float32).reshape(n, 3, 4),
        eyes=np.zeros((n, 2, 2), np.float32),
        measures=("sharpness", "yaw_deg"),
        quality=np.full((n, 2), np.nan, np.float32),
        offsets=np.arange(0, n * looks + 1, looks, dtype=np.int64) if n else np.zeros(1, np.int64),
        times_s=np.array([first for first, _ in spans for _ in range(looks)], np.float64),
        weights=np.tile(np.linspace(0.9, 0.5, looks), n).astype(np.float32),
        templates=templates,
        thumbnails=Thumbnails.from_images(rng.integers(0, 256, (n, 160, 160, 3), dtype=np.uint8)),
        wider=WiderPictures.from_encoded(
            [encode_jpeg(np.full((90, 120, 3), 7 * at % 256, np.uint8)) for at in range(n)],
            np.tile(np.array([[40, 50], [60, 50]], np.float32), (n, 1, 1)),
        ),
    )
