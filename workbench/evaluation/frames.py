"""Checks a frame against its schema, and says in one line what does not fit."""

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
        ProtocolError: when a column is missing or of another type, or a row breaks a rule.
    """
    try:
        return schema.validate(frame)
    except (SchemaError, ValidationError, pl.exceptions.PolarsError) as error:
        fault = str(error).split("\n\n", 1)[0]
        line = "; ".join(part.strip(" -") for part in fault.splitlines() if part.strip())
        msg = f"{what} cannot be evaluated ({line}). Give the columns of {schema.__name__}."
        raise ProtocolError(msg) from None
