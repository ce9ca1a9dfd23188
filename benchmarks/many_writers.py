"""Eight processes write alerts and verdicts to one bench for a minute, on each store.

Run: python benchmarks/many_writers.py [--processes 8] [--seconds 60]

Each process stores alerts as a live search does, gives both verdicts on each, and tries alerts that
the others try to decide too. What was acknowledged to each is held against the records afterwards,
and the whole bench is checked (`tests/plugins/soundness.py`). PostgreSQL is a real server, started
for this; both stores write through to the disk before they acknowledge.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from harness import markdown_table
from proof_log import logged  # first, since it names where the next ones lie

from postgresql_server import start_postgresql  # isort: skip
from worked_bench import make_worked_bench  # isort: skip
from writing import Written, write_at_once  # isort: skip


def on_store(store: str, processes: int, seconds: float) -> Written:
    """Write to a fresh bench on a store."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="writers-")))
        address = None
        if store == "postgresql":
            server = stack.enter_context(start_postgresql())
            address = server.address(server.new_database())
        return write_at_once(make_worked_bench(folder, address), folder, processes, seconds)


def main() -> None:
    """Write on each store, print the table, and keep the log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    with logged("many-writers") as say:
        written = [
            on_store(store, options.processes, options.seconds)
            for store in ("sqlite", "postgresql")
        ]
        say(markdown_table([asdict(one) for one in written]))
        for one in written:
            say(
                f"{one.store}: {one.alerts_a_second:g} alerts and {one.verdicts_a_second:g} "
                f"verdicts a second, nothing lost, the chain of {one.entries:,} entries whole"
            )


if __name__ == "__main__":
    main()
