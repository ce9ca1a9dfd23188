"""Who put a record right, as pages and publications say it: a role, and never a name.

What `workbench.governance` calls its roles is repeated here, since neither part knows the other; a
test holds both against each other.
"""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from workbench.outcomes.records import OutcomeRecords

__all__ = ["REASON_KEPT", "author_words", "without_people"]

_MAKERS: Final = "lfr-workbench"
_MAKERS_WORDS: Final = "the makers of the software, who ship the example"
_NAMED: Final = "whoever keeps the records, who is named there"
_ROLES: Final = {
    name: f"{'an' if name[0] in 'aeiou' else 'a'} {name.replace('-', ' ')}"
    for name in (
        "analyst", "operator", "engagement-officer", "authorising-officer", "reviewer",
        "investigator", "examiner", "data-protection-officer", "data-scientist", "manager",
        "administrator",
    )
}  # fmt: skip
_SAID: Final = frozenset({_MAKERS_WORDS, _NAMED, *_ROLES.values()})

REASON_KEPT: Final = "Why is kept with the records, since a reason may name people."
"""What stands in place of a reason that somebody wrote."""


def author_words(author: str) -> str:
    """Return in which role a correction was made; words that say so already stay.

    >>> author_words("lfr-workbench"), author_words("reviewer")
    ('the makers of the software, who ship the example', 'a reviewer')
    >>> author_words("A. Analyst")
    'whoever keeps the records, who is named there'
    """
    if author in _SAID:
        return author
    if author == _MAKERS:
        return _MAKERS_WORDS
    return _ROLES.get(author.strip().casefold().replace(" ", "-"), _NAMED)


def without_people(records: dy.DataFrame[OutcomeRecords]) -> dy.DataFrame[OutcomeRecords]:
    """Return records with the role of each author in place of a name, and no reason of theirs.

    The reasons of the example that the workbench ships stay: they are its makers' own words.
    """
    by = pl.col("corrected_by")
    makers = by.is_in([_MAKERS, _MAKERS_WORDS])
    reason = pl.when(by.is_null() | makers).then(pl.col("correction_reason"))
    return OutcomeRecords.cast(
        records.with_columns(
            corrected_by=by.map_elements(author_words, return_dtype=pl.String),
            correction_reason=reason.otherwise(pl.lit(REASON_KEPT)),
        )
    )
