"""An identity-disjoint split of people into tuning and locked test, the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Literal, TypeAlias

from workbench.errors import ProtocolError

__all__ = ["SPLIT_RULE", "TUNING_SHARE", "Part", "split_people"]

Part: TypeAlias = Literal["tuning", "test"]

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


def _order(name: str) -> str:
    return hashlib.sha256(f"lfr-workbench/lfw-split/1:{name}".encode()).hexdigest()
