"""The folder that groups are compared of: what was looked for in it, and how to make one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from workbench.errors import AbsentError, ProtocolError
from workbench.evaluation.measurement import MEASUREMENT_FILES, Measurement, read_measurement

__all__ = ["HOW_TO_MEASURE", "read_grouped"]

HOW_TO_MEASURE: Final = (
    "Make one of a protocol whose people are labelled: workbench evaluate identification "
    "PROTOCOL.csv --root IMAGES --report DIR."
)
"""How a folder comes about that groups can be compared of."""


def read_grouped(folder: Path) -> Measurement:
    """Read the measurement of a folder, whose set gives somebody a group.

    Raises:
        AbsentError: when it is not there.
        ProtocolError: when it is no folder of a report, with what was looked for and how to make
            one; when nobody in it has a group; and as `read_measurement`.
    """
    looked_for = f"{', '.join(MEASUREMENT_FILES[:-1])} and {MEASUREMENT_FILES[-1]}"
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "there is no such file or folder"
        msg = f"{folder}: {what}. One with {looked_for} is needed. {HOW_TO_MEASURE}"
        raise ProtocolError(msg) if folder.exists() else AbsentError(msg)
    absent = [name for name in MEASUREMENT_FILES if not (folder / name).exists()]
    if absent:
        msg = (
            f"{folder}: is no folder that --report wrote. It was looked through for {looked_for}; "
            f"not there: {', '.join(absent)}. {HOW_TO_MEASURE}"
        )
        raise ProtocolError(msg)
    found = read_measurement(folder)
    if not found.has_groups:
        msg = (
            f"{folder / MEASUREMENT_FILES[0]}: column group is empty in all "
            f"{len(found.searches):,} rows, so equity is not measured. Measure on a protocol with "
            "a column group, of people who are labelled; the program never infers one."
        )
        raise ProtocolError(msg)
    return found
