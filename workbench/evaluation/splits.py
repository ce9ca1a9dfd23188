"""An identity-disjoint split of people into tuning and locked test, the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import dataframely as dy
import polars as pl

from workbench.errors import ProtocolError
from workbench.evaluation.protocols import Part, Protocol, as_protocol

__all__ = [
    "SPLIT_RULE",
    "TUNING_SHARE",
    "Part",
    "require_disjoint",
    "split_people",
    "split_protocol",
]

TUNING_SHARE = 0.28
"""Of LFW's 4,038 development people this leaves 852 with two or more images and 2,055 with one for
the test: with 1,000 of these as fillers, 1,055 non-mated probes remain, just enough for three
expected errors at FPIR 0.003."""

SPLIT_RULE = (
    "people with two or more images and people with one, each sorted by the SHA-256 of "
    "'lfr-workbench/lfw-split/1:' + name; the first 28 % of each are tuning, the others test"
)


def split_people(images: Mapping[str, int], share: float = TUNING_SHARE) -> dict[str, Part]:
    """Give each person to `tuning` or to `test`.

    Args:
        images: how many images there are of each person.
        share: of each group that is for tuning, 0..1.

    Returns:
        The part of each person, in the order given.

    Raises:
        ProtocolError: when a person has no image or the share is no share.
    """
    if not 0.0 <= share <= 1.0:
        msg = f"the tuning share is {share}, not within 0..1. Give a share of the people."
        raise ProtocolError(msg)
    empty = [name for name, count in images.items() if count < 1]
    if empty:
        msg = f"{empty[0]} has no image and cannot be split. Leave such people out."
        raise ProtocolError(msg)
    tuning: set[str] = set()
    for several in (True, False):
        group = sorted((name for name, n in images.items() if (n > 1) == several), key=_order)
        tuning.update(group[: round(len(group) * share)])
    return {name: "tuning" if name in tuning else "test" for name in images}


def split_protocol(protocol: pl.DataFrame, share: float = TUNING_SHARE) -> dy.DataFrame[Protocol]:
    """Give each person of a protocol, with all images, to `tuning` or to `test`.

    The rule is that of `split_people`, with the images that the protocol names; neither the order
    of the rows nor the roles matter.

    Args:
        protocol: with the schema `Protocol`, and not split yet.
        share: of the people with several images, and of those with one, that is for tuning.

    Returns:
        The protocol with its column `split` filled, in the same order.

    Raises:
        ProtocolError: when the frame does not fit, is split already, or the share is no share.
    """
    checked = as_protocol(protocol)
    if checked["split"].is_not_null().any():
        msg = "the protocol has a split already, in its column split. Leave that out to split anew."
        raise ProtocolError(msg)
    images = dict(checked.group_by("identity", maintain_order=True).len().iter_rows())
    parts = split_people(images, share)
    filled = pl.col("identity").replace_strict(parts, return_dtype=pl.String)
    return as_protocol(checked.with_columns(split=filled))


def require_disjoint(tuning: pl.DataFrame, test: pl.DataFrame) -> None:
    """Refuse two frames that have a person in common.

    Args:
        tuning: with a column `identity`, for example a `Protocol` or `Searches`.
        test: likewise.

    Raises:
        ProtocolError: names the column, the first such person of `test` and the row in each
            frame, counted from 1; or the frame that lacks the column.
    """
    for frame, what in ((tuning, "tuning"), (test, "test")):
        if "identity" not in frame.columns:
            msg = f"the {what} frame has no column identity. Add who each row shows."
            raise ProtocolError(msg)
    first: dict[str, int] = {}
    for row, name in enumerate(tuning["identity"], 1):
        first.setdefault(name, row)
    for row, name in enumerate(test["identity"], 1):
        if name in first:
            msg = (
                f"identity {name} is in row {first[name]} for tuning and in row {row} for the "
                "test. Put all images of a person into one split."
            )
            raise ProtocolError(msg)


def _order(name: str) -> str:
    return hashlib.sha256(f"lfr-workbench/lfw-split/1:{name}".encode()).hexdigest()
