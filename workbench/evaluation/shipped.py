"""The measurements that come with the workbench: LFW people, searched for by each matcher.

They hold scores and who was found, by number. Whoever has the photographs can tell who is who, so
they are pseudonymous and not anonymous; LFW is public. `benchmarks/accuracy.py --ship` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Final, Literal, get_args

from workbench.errors import UsageError
from workbench.evaluation.measurement import Measurement, read_measurement

__all__ = ["ShippedSplit", "shipped_measurements"]

ShippedSplit = Literal["tuning", "test"]

_MATCHERS: Final = ("facenet", "sface", "fused")
_NUMBERS: Final = ("fp32", "int8")


def shipped_measurements(split: ShippedSplit = "tuning") -> Mapping[str, Measurement]:
    """Return the measurements of a split of LFW people by `matcher numbers`, as in `fused int8`.

    Those of the locked test were looked at for the product's own figures, before openings were on
    record, so that none is claimed; whoever chooses by them has no locked test any more.

    Args:
        split: `tuning` for choosing, `test` for what was found in the end.

    Raises:
        UsageError: when there is no such split.
        ProtocolError: when this copy of the workbench is damaged.
    """
    if split not in get_args(ShippedSplit):
        msg = f"no measurement of split {split!r} ships. Use {' or '.join(get_args(ShippedSplit))}."
        raise UsageError(msg)
    root = resources.files("workbench.evaluation").joinpath("data")
    shipped: dict[str, Measurement] = {}
    for matcher in _MATCHERS:
        for numbers in _NUMBERS:
            # A wheel may be imported from an archive, where there is no folder to read.
            with resources.as_file(root.joinpath(f"{split}-{matcher}-{numbers}")) as folder:
                shipped[f"{matcher} {numbers}"] = read_measurement(folder)
    return shipped
