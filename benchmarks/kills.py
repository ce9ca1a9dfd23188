"""kill -9 at random moments of what people do on a bench, on both stores.

Run: python benchmarks/kills.py [--acts import indexing] [--kills 50] [--store sqlite]
     [--seed 20261125]

The acts: enrolment, alerting, adjudication, purge, import and indexing; each is killed as often as
is asked for. After each kill the bench is opened and all of it is checked
(`tests/plugins/soundness.py`, and `part_soundness.py` for the last two); the first thing that does
not hold ends the run with an error. PostgreSQL is a real server, started for this.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from harness import markdown_table
from proof_log import Say, logged  # first, since it names where the next ones lie

from killing import ACTS, Toll, kill_during  # isort: skip
from postgresql_server import start_postgresql  # isort: skip
from worked_bench import make_worked_bench  # isort: skip


def on_store(store: str, acts: Sequence[str], kills: int, seed: int, say: Say) -> list[Toll]:
    """Kill each act on a bench of its own."""
    tolls = []
    with ExitStack() as stack:
        server = stack.enter_context(start_postgresql()) if store == "postgresql" else None
        for act in acts:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kills-")))
            address = None if server is None else server.address(server.new_database())
            bench = make_worked_bench(folder, address)
            toll = kill_during(act, bench, folder, kills, seed + list(ACTS).index(act))
            say(f"{store}, {act}: {toll.kills} killed, all sound, {toll.seconds:.0f} s")
            tolls.append(toll)
    return tolls


def main() -> None:
    """Kill on each store, print the table, and keep the log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acts", nargs="+", choices=list(ACTS), default=list(ACTS))
    parser.add_argument("--kills", type=int, default=50, help="of each act on each store")
    parser.add_argument("--store", choices=["sqlite", "postgresql"])
    parser.add_argument("--seed", type=int, default=20261125)
    options = parser.parse_args()
    stores = [options.store] if options.store else ["sqlite", "postgresql"]
    which = [] if options.acts == list(ACTS) else list(options.acts)
    which += [options.store] if options.store else []
    with logged("-".join(["kills", *which])) as say:
        say(f"{options.kills} kills of each act on each store, seed {options.seed}")
        tolls = [
            toll
            for store in stores
            for toll in on_store(store, options.acts, options.kills, options.seed, say)
        ]
        rows = [asdict(toll) | {"seconds": f"{toll.seconds:.0f}"} for toll in tolls]
        say(markdown_table(rows))
        say(
            "in_time: ended by themselves before their moment, not counted; orphans: left for the "
            "sweep, which took them; finished: erasures that the next opening finished; entries: "
            "of the audit log, which verified after each kill."
        )


if __name__ == "__main__":
    main()
