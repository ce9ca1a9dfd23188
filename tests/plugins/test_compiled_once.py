"""What one engine compiled serves another of the same kind, with that one's own rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Column, Connection, Integer, MetaData, Table, create_engine, event, select

NUMBERS = Table("numbers", MetaData(), Column("number", Integer))


@contextmanager
def holding(number: int) -> Iterator[Connection]:
    """Give a connection to a database of its own that holds one number."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        NUMBERS.metadata.create_all(connection)
        connection.execute(NUMBERS.insert().values(number=number))
        yield connection
    engine.dispose()


def test_a_statement_is_compiled_once_whichever_engine_runs_it() -> None:
    compiled = []
    with holding(1) as first, holding(2) as second:
        for connection in (first, second):
            event.listen(
                connection,
                "after_cursor_execute",
                lambda *said: compiled.append(said[4].compiled),
            )
        found = [one.execute(select(NUMBERS.c.number)).scalar_one() for one in (first, second)]
    assert found == [1, 2]
    assert compiled[0] is compiled[1]
