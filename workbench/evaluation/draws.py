"""Galleries of any size from one protocol: which people are listed, drawn the same way anywhere.

A draw is named by a number. Who is drawn follows from a hash of that number and the name, so that
it depends neither on the order of rows nor on a random generator, and a larger gallery of the same
draw holds the smaller one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Final

import dataframely as dy
import polars as pl

from workbench.errors import ProtocolError
from workbench.evaluation.protocols import PROBE, REFERENCE, Protocol, as_protocol

__all__ = ["DRAW_RULE", "draw_protocol", "leave_out", "repeated_draws", "require_both_kinds"]

DRAW_RULE: Final = (
    "the references of people who are searched for, then those of people who are not, then the "
    "first image of non-mated people, who are searched for no more; people in each sorted by the "
    "SHA-256 of 'lfr-workbench/lfw-fillers/1:' + name, for draw k > 0 of 'lfr-workbench/draw/1:' + "
    "k + ':' + name"
)

_MATED: Final = 0
_FILLER: Final = 1
_NON_MATED: Final = 2


def draw_protocol(
    protocol: pl.DataFrame, list_size: int, *, draw: int = 0
) -> dy.DataFrame[Protocol]:
    """Return the protocol with a gallery of exactly so many references.

    References are taken in this order until there are enough:

    1. those of mated people, who have probes too;
    2. fillers: those of people who have references alone;
    3. further fillers: the first image, by path, of non-mated people. Whoever becomes a filler so
       is searched for no more, so all other images of that person are left out: the mated probes
       are the same in every gallery that lists all mated people.

    In each the people come in the order of a hash of the draw and their names, a person's images
    by path. References that are not drawn are left out. Where the gallery is too small for all
    mated people, the probes of those who are not drawn stay and are non-mated, as everybody is who
    has no reference.

    Args:
        protocol: with the schema `Protocol`; of one split, if it has any.
        list_size: references of the gallery, N.
        draw: which draw, from 0; 0 is that of the figures published for LFW.

    Returns:
        The rows of the gallery and its probes, in the order of the protocol.

    Raises:
        ProtocolError: when the frame does not fit or mixes splits, the size is below 1 or above
            the references that can be had, or nobody is left who is not listed, or who is.
    """
    checked = as_protocol(protocol)
    _require_draw(checked, list_size, draw)
    ranked = _ranked(checked, draw)
    references = ranked.filter("may_be_reference").sort("kind", "order", "path")
    if list_size > len(references):
        with_reference = len(checked.filter(pl.col("role") == REFERENCE))
        msg = (
            f"list_size {list_size:,} is more than the {len(references):,} references that the "
            f"protocol can give: {with_reference:,} of its references, and one image of each "
            f"non-mated person, {len(references) - with_reference:,}. Ask for less, or extrapolate."
        )
        raise ProtocolError(msg)
    gallery = references.head(list_size).select("path", "identity", "kind")
    turned = gallery.filter(pl.col("kind") == _NON_MATED)["identity"].implode()
    listed = pl.col("path").is_in(gallery["path"].implode())
    searched = (pl.col("role") == PROBE) & ~pl.col("identity").is_in(turned)
    drawn = checked.filter(listed | searched).with_columns(
        role=pl.when(listed).then(pl.lit(REFERENCE)).otherwise("role")
    )
    require_both_kinds(drawn, f"a gallery of {list_size:,}")
    return as_protocol(drawn)


def repeated_draws(
    protocol: pl.DataFrame, list_size: int, draws: int
) -> list[dy.DataFrame[Protocol]]:
    """Return so many galleries of one size, of draws 0, 1 and so on; see `draw_protocol`.

    They share people, so figures of them are not independent: they show how much depends on who
    is listed, and widen no interval.

    Raises:
        ProtocolError: as `draw_protocol`, or when no draw is asked for.
    """
    if draws < 1:
        msg = f"draws is {draws}; at least 1 draw is needed. Give a number from 1."
        raise ProtocolError(msg)
    return [draw_protocol(protocol, list_size, draw=draw) for draw in range(draws)]


def leave_out(protocol: pl.DataFrame, paths: Collection[str]) -> dy.DataFrame[Protocol]:
    """Return the protocol without some images, such as those under a wrong name.

    Who is listed stays listed where there is an image for it: in place of a person's last
    reference their first probe, by path, becomes one. A filler who has no other image goes, and
    is not replaced.

    Args:
        protocol: with the schema `Protocol`.
        paths: of the images, as the protocol names them; each must be in it.

    Raises:
        ProtocolError: when the frame does not fit or has no such image.
    """
    checked = as_protocol(protocol)
    unknown = sorted(set(paths) - set(checked["path"]))
    if unknown:
        msg = f"there is no image {unknown[0]} in the column path of the protocol. Correct it."
        raise ProtocolError(msg)
    listed = pl.col("identity").is_in(
        checked.filter(pl.col("role") == REFERENCE)["identity"].implode()
    )
    kept = checked.filter(
        ~pl.col("path").is_in(pl.Series(sorted(paths), dtype=pl.String).implode())
    )
    bereft = listed & ~(pl.col("role") == REFERENCE).any().over("identity")
    first = pl.col("path") == pl.col("path").min().over("identity")
    promoted = pl.when(bereft & first).then(pl.lit(REFERENCE)).otherwise("role")
    return as_protocol(kept.with_columns(role=promoted))


def require_both_kinds(protocol: pl.DataFrame, what: str = "the protocol") -> None:
    """Refuse a protocol of one class: error rates take mated probes and non-mated ones.

    Args:
        protocol: with the columns of `Protocol`.
        what: what to call it in the message.

    Raises:
        ProtocolError: says which kind there is none of, and what to do.
    """
    references = protocol.filter(pl.col("role") == REFERENCE)["identity"]
    probes = protocol.filter(pl.col("role") == PROBE)["identity"]
    mated = int(probes.is_in(references.implode()).sum())
    for kind, count, cure in (
        ("mated", mated, "List people who have probes in the column role."),
        ("non-mated", len(probes) - mated, "Leave people with probes without a reference."),
    ):
        if not count:
            msg = f"{what} has no {kind} probe among its {len(probes):,}. {cure}"
            raise ProtocolError(msg)


def _require_draw(protocol: dy.DataFrame[Protocol], list_size: int, draw: int) -> None:
    if list_size < 1 or draw < 0:
        msg = f"list_size is {list_size} and draw {draw}; give a size from 1 and a draw from 0."
        raise ProtocolError(msg)
    parts = protocol["split"].drop_nulls().unique().sort().to_list()
    if len(parts) > 1:
        msg = (
            "the column split of the protocol names tuning and test, and a gallery of both mixes "
            "them. Take one with take_split first."
        )
        raise ProtocolError(msg)


def _ranked(protocol: dy.DataFrame[Protocol], draw: int) -> pl.DataFrame:
    """Return the rows with the `kind` of person, the `order` of the draw and who may be listed."""
    is_reference = pl.col("role") == REFERENCE
    has_reference, has_probe = is_reference.any(), (pl.col("role") == PROBE).any()
    kind = (
        pl.when(has_reference.over("identity") & has_probe.over("identity"))
        .then(_MATED)
        .when(has_reference.over("identity"))
        .then(_FILLER)
        .otherwise(_NON_MATED)
    )
    names = protocol["identity"].unique()
    order = {name: _order(name, draw) for name in names}
    first = pl.col("path") == pl.col("path").min().over("identity")
    return protocol.with_columns(
        kind=kind,
        order=pl.col("identity").replace_strict(order, return_dtype=pl.String),
    ).with_columns(may_be_reference=is_reference | ((pl.col("kind") == _NON_MATED) & first))


def _order(name: str, draw: int) -> str:
    # Another order than that of the split, so that who is a filler does not follow from it.
    prefix = f"draw/1:{draw}" if draw else "lfw-fillers/1"
    return hashlib.sha256(f"lfr-workbench/{prefix}:{name}".encode()).hexdigest()
