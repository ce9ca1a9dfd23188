"""Parts of a collection without some people: what is left, sealed anew by whoever calls."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final

import numpy as np
import polars as pl

from workbench.retrospective.manifests import Manifest
from workbench.retrospective.reference_pictures import ReferencePictures, pictures_of
from workbench.retrospective.shards import Shard, ShardRows

__all__ = ["REMOVED", "names_removed", "refused_rows", "without_names", "without_people"]

REMOVED: Final = "shows somebody who was removed from this collection"
"""Why an import that goes on takes no image of them."""
_NO_PATH: Final = "(not kept)"


def refused_rows(manifest: Manifest, removed: Collection[str]) -> dict[int, str]:
    """Return the rows of a manifest that show somebody who was removed, with the reason."""
    rows = manifest.references.filter(pl.col("subject").is_in(list(removed)))["row"]
    return dict.fromkeys(rows.to_list(), REMOVED)


def without_names(refusals: pl.DataFrame, removed: Collection[str]) -> pl.DataFrame:
    """Return refusals in which no path and no reason names somebody who was removed.

    Args:
        refusals: with `row`, `path` and `why`.
        removed: references of the people; one counts where a folder or the file, its ending left
            out, is called so, or a reason says the row of an image is theirs.
    """
    named = [
        why == REMOVED or _names(path, why, removed)
        for path, why in refusals.select("path", "why").iter_rows()
    ]
    mask = pl.Series(named, dtype=pl.Boolean)
    return refusals.with_columns(
        path=pl.when(mask).then(pl.lit(_NO_PATH)).otherwise(pl.col("path")),
        why=pl.when(mask).then(pl.lit(REMOVED)).otherwise(pl.col("why")),
    )


def names_removed(refusals: pl.DataFrame, removed: Collection[str]) -> bool:
    """Return whether a path or a reason of refusals names one of these people."""
    return any(
        _names(path, why, removed) for path, why in refusals.select("path", "why").iter_rows()
    )


def without_people(
    shard: Shard, pictures: Sequence[ReferencePictures], removed: Collection[str]
) -> tuple[Shard | None, tuple[ReferencePictures, ...]]:
    """Return a shard and its pictures without some people; `None` where nobody is left.

    Args:
        shard: of a collection.
        pictures: of its references, all of them, in their order.
        removed: references of the people.

    Raises:
        ValueError: when the pictures are not those of the shard.
    """
    stays = ~shard.rows["subject"].is_in(list(removed)).to_numpy()
    if sum(len(one) for one in pictures) != len(shard):
        msg = "the pictures are not those of the shard"
        raise ValueError(msg)
    if not stays.any():
        return None, ()
    rows = ShardRows.validate(shard.rows.filter(pl.Series(stays)))
    thumbnails = [one.thumbnails.encoded(at) for one in pictures for at in range(len(one))]
    wider = [one.encoded(at) for one in pictures for at in range(len(one))]
    eyes = np.concatenate([one.eyes for one in pictures])
    kept = np.flatnonzero(stays).tolist()
    left = Shard(
        rows,
        shard.encoders,
        {name: np.ascontiguousarray(one[stays]) for name, one in shard.templates.items()},
    )
    return left, pictures_of(
        rows, [thumbnails[at] for at in kept], [wider[at] for at in kept], eyes[stays]
    )


def _names(path: str, why: str, removed: Collection[str]) -> bool:
    place = PurePosixPath(path)
    if any(part in removed for part in (*place.parts, place.stem)):
        return True
    # `image_copies` names whose the other rows are: "row 5 of NAME".
    words = why.replace(",", " ").replace(";", " ").split()
    return any(before == "of" and word.rstrip(".") in removed for before, word in pairwise(words))
