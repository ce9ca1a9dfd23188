"""When a search asks again what another of its case asked, and who is not blind to it any more.

Two examiners who differ are shown each other's words. Were they to examine a repeat of the same
search, they could agree on it, and its report would say that they concluded apart.
"""

from __future__ import annotations

from typing import Final, NoReturn

from workbench.errors import NotPermittedError
from workbench.governance.reviews import Review
from workbench.governance.searches import SearchRecord
from workbench.governance.sources import Source, Standing

__all__ = [
    "REPEAT_SOURCE",
    "asks_nothing_new",
    "refuse_repeat",
    "share_a_probe",
    "was_shown_others",
]

REPEAT_SOURCE: Final = Source(
    text="Whoever was shown what another concluded does not examine the same search made again",
    where="what is known of the bias that a first conclusion gives; no procedure was read for it",
    standing=Standing.OWN_CHOICE,
)


def share_a_probe(one: SearchRecord, other: SearchRecord) -> bool:
    """Return whether two searches were made with one picture, or with one appearance.

    One picture may show several people: whether the same of them was meant is not told by it.
    """
    first, second = one.probe, other.probe
    if first is None or second is None:
        return False
    if first.appearance is not None and first.appearance == second.appearance:
        return True
    return not set(first.every_picture).isdisjoint(second.every_picture)


def asks_nothing_new(later: SearchRecord, earlier: SearchRecord) -> bool:
    """Return whether all that a search went through was gone through by another."""
    return set(later.target) <= set(earlier.target)


def was_shown_others(review: Review, actor: str) -> bool:
    """Return whether `actor` concluded on a search, and then may read what another said of it."""
    return review.has_examined(actor) and len(review.examinations) > 1


def refuse_repeat(actor: str, search: str, earlier: str) -> NoReturn:
    """Refuse to let somebody examine a search as if blind.

    Args:
        actor: who would.
        search: id of the search.
        earlier: id of the one on which they know what another said.

    Raises:
        NotPermittedError: always.
    """
    msg = (
        f"{actor} concluded on search {earlier}, of the same probe in the same target, and was "
        f"shown what another said of it, so may not examine search {search} as if blind. Ask "
        "another examiner, who has not concluded on that search, to conclude on this one."
    )
    raise NotPermittedError(msg)
