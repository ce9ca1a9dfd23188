"""Checks a frame against its schema, and says in one line what does not fit, and where."""

from __future__ import annotations

from typing import TypeVar

import dataframely as dy
import polars as pl
from dataframely.exc import SchemaError, ValidationError

from workbench.errors import ProtocolError

__all__ = ["check_frame"]

_Schema = TypeVar("_Schema", bound=dy.Schema)


def check_frame(schema: type[_Schema], frame: pl.DataFrame, what: str) -> dy.DataFrame[_Schema]:
    """Return `frame` as one that has the schema; columns beyond it are dropped.

    Args:
        schema: the columns and rules.
        frame: the table, in any order of rows and columns.
        what: what to call it in the message.

    Raises:
        ProtocolError: when a column is missing or of another type, or a row breaks a rule; names
            the column, and the first such row, counted from 1.
    """
    where = ""
    try:
        return schema.validate(frame)
    except ValidationError as error:
        fault, where = str(error), _first_row(schema, frame)
    except (SchemaError, pl.exceptions.PolarsError) as error:
        fault = str(error)
    lines = fault.split("\n\n", 1)[0].splitlines()
    line = "; ".join(part.strip(" -") for part in lines if part.strip())
    msg = f"{what} cannot be evaluated ({line}{where}). Give the columns of {schema.__name__}."
    raise ProtocolError(msg) from None


def _first_row(schema: type[dy.Schema], frame: pl.DataFrame) -> str:
    """Return, in words, the first row that breaks a rule, and the column of one of a cell.

    A rule is named as dataframely does: `column|rule`, or by itself where it is of the row.
    """
    names = list(schema.columns())
    failure = schema.filter(frame).failure
    wrong = failure.invalid().row(0)
    is_it = pl.all_horizontal(
        pl.col(name).eq_missing(pl.lit(value, frame.schema[name]))
        for name, value in zip(names, wrong, strict=True)
    )
    row = frame.select(is_it.arg_max()).item() + 1
    verdicts = failure.details().row(0, named=True)
    broken = [name for name in verdicts if name not in names and verdicts[name] == "invalid"]
    # The fault of a cell says more than that of the row that it spoils.
    rule = next((name for name in broken if "|" in name), broken[0])
    column = f", column {rule.split('|')[0]}" if "|" in rule else f" ({rule})"
    return f"; first in row {row}{column}"
