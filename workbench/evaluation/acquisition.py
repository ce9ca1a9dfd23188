"""Failures to acquire (probes) and to enrol (references), kept apart and counted.

ISO/IEC 19795-1 keeps the two apart, since one is lost at the camera and the other on the list.
Neither is dropped from a rate: see `workbench.evaluation.identification`.
"""

from __future__ import annotations

import dataframely as dy
import polars as pl

from workbench.evaluation.frames import check_frame
from workbench.evaluation.searches import References, Searches
from workbench.intervals import clopper_pearson

__all__ = ["AcquisitionFailures", "acquisition_failures"]


class AcquisitionFailures(dy.Schema):
    """One row for each kind of failure.

    - `kind`: `mated probe` and `nonmated probe` (to acquire), `reference` (to enrol an image) and
      `listed person` (to enrol any image of theirs, so that they cannot be found).
    - `failed` of `trials`; `rate` with its exact 95 % interval, null where there is no trial.
    """

    kind = dy.String(primary_key=True)
    failed = dy.Int64(nullable=False, min=0)
    trials = dy.Int64(nullable=False, min=0)
    rate = dy.Float64(nullable=True, min=0.0, max=1.0)
    low = dy.Float64(nullable=True, min=0.0, max=1.0)
    high = dy.Float64(nullable=True, min=0.0, max=1.0)


def acquisition_failures(
    searches: pl.DataFrame, references: pl.DataFrame
) -> dy.DataFrame[AcquisitionFailures]:
    """Return how many probes could not be acquired and how many references not enrolled.

    Args:
        searches: with the schema `Searches`.
        references: with the schema `References`.

    Raises:
        ProtocolError: when a frame does not fit.
    """
    probes = check_frame(Searches, searches, "the searches")
    listed = check_frame(References, references, "the references")
    people = listed.group_by("identity").agg(pl.col("acquired").any())
    kinds = {
        "mated probe": probes.filter("mated")["acquired"],
        "nonmated probe": probes.filter(~pl.col("mated"))["acquired"],
        "reference": listed["acquired"],
        "listed person": people["acquired"],
    }
    rows = []
    for kind, acquired in kinds.items():
        n = len(acquired)
        failed = n - int(acquired.sum())
        low, high = clopper_pearson(failed, n) if n else (None, None)
        rows.append((kind, failed, n, failed / n if n else None, low, high))
    schema = AcquisitionFailures.create_empty().schema
    return AcquisitionFailures.validate(pl.DataFrame(rows, schema=schema, orient="row"))
