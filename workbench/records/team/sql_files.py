"""The statements of this package: files of SQL, in which `@name@` stands for a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Final

from sqlalchemy import Connection

__all__ = ["array", "literal", "name", "run", "sql_file"]

_PLACE: Final = re.compile(r"@([a-z_]+)@")


def sql_file(file: str, values: Mapping[str, str]) -> str:
    """Return the statements of a file, each `@name@` replaced by its value.

    Args:
        file: its name, without `.sql`.
        values: SQL by name, as `literal`, `name` and `array` write it.
    """
    text = (resources.files(__package__) / "sql" / f"{file}.sql").read_text("utf-8")
    return _PLACE.sub(lambda found: values[found.group(1)], text)


def literal(text: str) -> str:
    """Return a text as a constant of SQL."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def name(text: str) -> str:
    """Return a text as the name of something in SQL."""
    escaped = text.replace('"', '""')
    return f'"{escaped}"'


def array(texts: Iterable[str]) -> str:
    """Return texts as a constant array of SQL."""
    return f"ARRAY[{', '.join(map(literal, texts))}]::text[]"


def run(connection: Connection, statements: str) -> None:
    """Run statements as they stand: nothing in them is taken for a parameter."""
    connection.exec_driver_sql(statements, execution_options={"no_parameters": True})
