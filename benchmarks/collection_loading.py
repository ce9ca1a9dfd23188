"""How long a sealed collection takes to load through a bench, in how much memory, and to search.

Run: python benchmarks/collection_loading.py [--root ../shared/data/lfw] [--size 10000]

Its references are made up: directions around real templates of LFW, of both encoders. They are
kept as an import keeps them, in parts of 4,096 that are sealed, logged and held against the log;
no image is read for them, and one grey square is the picture of all. A process of its own then
opens the bench as an investigator does, has its models ready, loads the collection (every part
decrypted and checked whole), and searches it for a real photograph, all checks, the sealing of
what is found and the pictures of candidates included: once, and then again. Memory is what that
process holds more than before the collection was loaded; at its peak while it is loaded, and
afterwards.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import tempfile
import time
from collections.abc import Generator, Mapping
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl
from directions import turned
from harness import LFW, machine, markdown_table, photographs, resident, write_result
from lfw_templates import lfw_templates
from open_watchlist import timed
from sealed_list import PASSWORD, credential_of

from workbench.bench import Workbench
from workbench.bench.collection_importing import CollectionImport
from workbench.bench.collection_removed import removed_people
from workbench.bench.search_views import ProbeRequest
from workbench.faces.analysis import build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.templates import Templates
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.images import encode_jpeg, load_image
from workbench.records.collections import find_collection
from workbench.retrospective.importing import PART_ROWS, ImportedPart, PartCounts
from workbench.retrospective.manifests import Manifest, References, Refusals
from workbench.retrospective.reference_pictures import pictures_of
from workbench.retrospective.shards import Shard, ShardRows
from workbench.settings import Settings

AROUND = 0.5
"""Cosine of a made-up reference and the real template that it lies around."""
PEOPLE = 100
NAME, CASE = "made-up", "CASE/2026/1"
SIDE = 160


def listed_of(count: int) -> Manifest:
    """Return a manifest of so many images that do not exist."""
    numbers = pl.DataFrame({"row": np.arange(1, count + 1, dtype=np.uint32)})
    rows = numbers.select(
        "row",
        path=pl.format("{}.jpg", "row"),
        subject=pl.format("person-{}", "row"),
        image_date=pl.lit(None, pl.Date),
        source=pl.lit("custody"),
        legal_basis=pl.lit("police-function"),
    )
    return Manifest(References.validate(rows, cast=True), Refusals.create_empty())


def parts_of(listed: Manifest, real: Mapping[str, Templates]) -> Generator[ImportedPart]:
    """Give what an import would have made of them."""
    rng = np.random.default_rng(11)
    grey = encode_jpeg(np.full((SIDE, SIDE, 3), 128, np.uint8), 80)
    encoders = {name: one.encoder for name, one in real.items()}
    for number, start in enumerate(range(0, listed.references.height, PART_ROWS)):
        rows = listed.references.slice(start, PART_ROWS)
        n = rows.height
        known = ShardRows.validate(
            rows.select(
                pl.exclude("row", "path"),
                number="row",
                sha256=pl.Series(
                    [hashlib.sha256(str(one).encode()).hexdigest() for one in rows["row"]]
                ),
                verdict=pl.lit("accept"),
                reasons=pl.lit(""),
            ),
            cast=True,
        )
        around = np.arange(start, start + n)
        templates = {
            name: turned(one.vectors[around % len(one)], AROUND, rng).astype(np.float16)
            for name, one in real.items()
        }
        eyes = np.tile(np.array([[60, 70], [100, 70]], np.float32), (n, 1, 1))
        pictures = pictures_of(known, [grey] * n, [grey] * n, eyes)
        counts = PartCounts(rows=n, accepted=n, warned=0, refused=0)
        shard = Shard(known, encoders, templates)
        yield ImportedPart(number, shard, pictures, Refusals.create_empty(), counts, 0.0)


def made_bench(place: Path, count: int, real: Mapping[str, Templates]) -> Settings:
    """Make a bench with a case and a collection; return its settings."""
    settings = Settings(keys={"folder": place / "keys"}, witness=place / "witness")
    folder, now = place / "bench", datetime.now(UTC)
    Workbench.create(folder, "administrator", PASSWORD, settings=settings)

    def opened(name: str) -> Workbench:
        credential = credential_of(folder, settings, name)
        return Workbench.open(folder, credential=credential, settings=settings)

    with opened("administrator") as administrator:
        for role in (Role.ANALYST, Role.INVESTIGATOR):
            administrator.users.add(role.value, role)
        administrator.users.add("officer", Role.AUTHORISING_OFFICER, rank=Rank.SUPERINTENDENT)
    with opened("investigator") as investigator:
        investigator.cases.open(
            {
                "number": CASE,
                "offence": "Robbery, Theft Act 1968, s.8",
                "authority": "Common law power to investigate crime",
                "purpose": "To measure how long a search takes.",
                "necessity": "Nobody knows how long it takes.",
                "expiry": (now + timedelta(days=10)).isoformat(),
            }
        )
    with opened("officer") as officer:
        officer.cases.authorise(CASE, "There is no other way to find that out.")
    values = {
        "name": NAME,
        "use": "To measure how long it takes to load.",
        "origin": "nobody's images",
        "evidence": "made up for a measurement",
        "ends": (now + timedelta(days=30)).isoformat(),
    }
    with opened("analyst") as analyst:
        steps = CollectionImport(analyst._context)  # noqa: SLF001 - as `import_` does
        listed = listed_of(count)
        row = steps.begun(values, listed)
        nobody = removed_people(analyst._context, row)  # noqa: SLF001 - as above
        steps.take(row, listed, parts_of(listed, real), [], nobody)
        steps.finished(row)
    return settings


def measured(place: Path, settings: Settings, picture: bytes) -> dict[str, float]:
    """Load the collection and search it; seconds and MB of 2**20 bytes."""
    credential = credential_of(place / "bench", settings, "investigator")
    analyser = build_analyser(settings, ArtefactStore.from_settings(settings))
    analyser.analyse(load_image(picture))
    probe = ProbeRequest((picture,), "a photograph", kind="photograph")
    with Workbench.open(place / "bench", credential=credential, settings=settings) as bench:
        with bench._context.store.reading() as connection:  # noqa: SLF001 - as a search does
            row = find_collection(connection, NAME)
        gc.collect()
        if (forget := Path("/proc/self/clear_refs")).exists():
            forget.write_text("5", "utf-8")  # what was the peak before is none
        before = resident("VmRSS")
        start = time.perf_counter()
        with bench._galleries.using(row):  # noqa: SLF001 - it stays loaded afterwards
            load_s = time.perf_counter() - start
        peak, held = (resident(field) - before for field in ("VmHWM", "VmRSS"))

        def search() -> object:
            return bench.searches.against_collection(
                CASE, probe, NAME, reason="How long does it take?", analyser=analyser
            )

        first_s, _ = timed(search)
        second_s, _ = timed(search)
    return {
        "load, s": round(load_s, 2),
        "peak, MB": round(peak / 2**20),
        "held, MB": round(held / 2**20),
        "first search, s": round(first_s, 2),
        "second search, s": round(second_s, 2),
    }


def main() -> None:
    """Print one line and write it."""
    given = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    given.add_argument("--root", type=Path, default=LFW)
    given.add_argument("--size", type=int, default=10_000, help="references")
    given.add_argument("--templates", type=Path, help="file of the real templates, kept")
    asked = given.parse_args()
    paths = [one[0] for one in photographs(asked.root).values()][:PEOPLE]
    real = lfw_templates(paths, asked.root, Settings(), asked.templates).templates
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        making_s, settings = timed(made_bench, place, asked.size, real)
        sealed = sum(one.stat().st_size for one in (place / "bench" / "vault").rglob("*.sealed"))
        with get_context("spawn").Pool(1) as process:
            picture = (asked.root / paths[0]).read_bytes()
            found = process.apply(measured, (place, settings, picture))
    row = {
        "references": f"{asked.size:,}",
        **found,
        "sealed, MB": round(sealed / 2**20),
        "sealing them, s": round(making_s),
    }
    print(markdown_table([row]))
    load = [round(one, 1) for one in os.getloadavg()]
    print(f"{machine()}, load {load}")
    write_result("collection_loading", {"encoders": list(real), "load": load, "found": row})


if __name__ == "__main__":
    main()
