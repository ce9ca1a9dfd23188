"""How long it takes to open a watchlist and to be ready to search it, and what memory it takes.

Run: python benchmarks/open_watchlist.py [--root ../shared/data/lfw] [--references 20000]

The references are made up: random unit templates of both encoders (512 and 128 numbers), two
references a person, every measure of quality, and one real photograph as thumbnail of them all.

Each round opens a real bench (SQLite, keys and vault in files), opens the sealed list as a live
search does (every entry checked, reviewed and counted, the list decrypted and checked whole), makes
a matcher, and searches once. Beside it, round by round, since machines drift: the document alone,
without bench and vault; hashing the same bytes, which no reader that finds damage can do without;
opening with every thumbnail decoded at once; and numpy, which reads the same arrays from a plain
`.npz`, unencrypted and unchecked but for its CRC. Last, how long a search of a photograph for the
list takes to start, all checks and the opening of the list included, models loaded before.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np
from directions import directions
from harness import LFW, machine, markdown_table, photographs, resident, versions, write_result
from sealed_list import CATEGORY, REFERENCE, ListBench, later, make_list_bench

from workbench.bench import Workbench
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.quality import MEASURES
from workbench.faces.templates import Templates
from workbench.images import encode_jpeg, load_image
from workbench.live.detection import build_live_analyser
from workbench.matching import (
    Calibration,
    Thumbnails,
    Watchlist,
    WatchlistReference,
    decode_watchlist,
    encode_watchlist,
    load_calibration,
)

TARGET_S = 1.5
"""For a list of 20,000 references, decryption included, on 2 cores."""
MIDDLE = slice(45, 205)
"""160 px from the middle of a photograph of 250: where LFW has the face."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


def made_up(n: int, picture: bytes, calibration: Calibration) -> Watchlist:
    """Return a watchlist of `n` references of people who do not exist."""
    measured = np.random.default_rng(9).normal(50.0, 20.0, (n, len(MEASURES)))
    reasons = ("Distance between the eyes is 28 px, below the least recommended, 30 px.",)
    references = tuple(
        WatchlistReference(
            subject=f"person-{row // 2:05d}",
            source=f"photograph {row:05d}.jpg",
            sha256=hashlib.sha256(str(row).encode()).hexdigest(),
            verdict="accept" if row % 3 else "warn",
            reasons=() if row % 3 else reasons,
            quality=dict(zip(MEASURES, measured[row].tolist(), strict=True)),
            entry=f"entry-{row:05d}",
            category=CATEGORY,
        )
        for row in range(n)
    )
    encoders = [record.identity() for record in calibration.encoders.values()]
    return Watchlist(
        name="made up",
        created=datetime.now(UTC),
        detector="yunet",
        references=references,
        templates={
            one.name: Templates(directions(np.random.default_rng(seed), n, one.dimension), one)
            for seed, one in enumerate(encoders)
        },
        thumbnails=Thumbnails.from_encoded([picture] * n),
    )


def timed(
    call: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
) -> tuple[float, Result]:
    """Return how many seconds a call took, and what it gave."""
    start = time.perf_counter()
    result = call(*args, **kwargs)
    return time.perf_counter() - start, result


def memory_of_opening(document: bytes) -> float:
    """Return by how many MB opening raises the memory of this process at its highest."""
    forget = Path("/proc/self/clear_refs")
    if not forget.exists():
        return 0.0
    forget.write_text("5", "utf-8")
    before = resident("VmRSS")
    watchlist = opened(document)
    grown = resident("VmHWM") - before
    assert len(watchlist)
    return grown / 2**20


def opened(document: bytes) -> Watchlist:
    """Open a document as the workbench does."""
    return decode_watchlist(document, source="made up")


def look_at_all(watchlist: Watchlist) -> int:
    """Decode every thumbnail and return how many there are."""
    return sum(image.shape[0] > 0 for image in watchlist.thumbnails)


def write_plain(watchlist: Watchlist, path: Path) -> None:
    """Write the arrays of a list as numpy does, for the peer to read."""
    arrays = {f"templates_{name}": one.vectors for name, one in watchlist.templates.items()}
    np.savez(
        path,
        pictures=watchlist.thumbnails.pictures,
        offsets=watchlist.thumbnails.offsets,
        subjects=np.array([one.subject for one in watchlist.references]),
        **arrays,
    )


def read_plain(path: Path) -> dict[str, np.ndarray]:
    """Read all of them."""
    with np.load(path) as arrays:
        return {name: arrays[name] for name in arrays.files}


def from_bench(bench: ListBench, calibration: Calibration) -> dict[str, float]:
    """Open the bench, its list, and a matcher, and search once."""
    open_s, workbench = timed(bench.open)
    with workbench:
        list_s, watchlist = timed(bench.opened, workbench)
        matcher_s, matcher = timed(watchlist.matcher, "fused", calibration)
        probe = {name: templates[:1] for name, templates in watchlist.templates.items()}
        search_s, found = timed(matcher.search, probe, 10)
        assert found[0].subjects[0] == "person-00000"
    return {
        "bench, s": open_s,
        "sealed list, s": list_s,
        "matcher, s": matcher_s,
        "bench to matcher, s": open_s + list_s + matcher_s,
        "first search, s": search_s,
    }


def starts(bench: ListBench, photograph: Path, times: int) -> list[float]:
    """Return the seconds of starting a search for the list, its models loaded before.

    Comes last: it turns the clock to when the authority has begun, and a log goes no way back.
    """
    store = ArtefactStore.from_settings(bench.settings)
    analyser = build_live_analyser(bench.settings, store, "fused")
    taken = []
    for _ in range(times):
        with Workbench.open(
            bench.folder, credential=bench.credential, settings=bench.settings, clock=later
        ) as workbench:
            start_s, session = timed(workbench.live.start, REFERENCE, photograph, analyser=analyser)
            session.close()
        taken.append(start_s)
    return taken


def one_round(
    bench: ListBench, document: bytes, plain: Path, calibration: Calibration
) -> dict[str, float]:
    """Open, be ready, search and look; beside it the others."""
    sealed = from_bench(bench, calibration)
    plain_s, arrays = timed(read_plain, plain)
    assert len(arrays["subjects"])
    del arrays
    hashing_s, _ = timed(hashlib.sha256, document)
    opening_s, watchlist = timed(opened, document)
    look_s, _ = timed(watchlist.thumbnails.__getitem__, len(watchlist) - 1)
    pictures_s, _ = timed(look_at_all, watchlist)
    total_s = sealed["bench to matcher, s"]
    return sealed | {
        "document alone, s": opening_s,
        "one thumbnail, s": look_s,
        "hashing alone, s": hashing_s,
        "document with every thumbnail, s": opening_s + pictures_s,
        "plain npz, s": plain_s,
        "bench to matcher / plain npz": total_s / plain_s,
        "document / hashing": opening_s / hashing_s,
    }


def main() -> None:
    """Make the list, open it round by round, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--references", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--place", type=Path, help="where the bench is made; a temporary folder")
    options = parser.parse_args()
    calibration = load_calibration()
    path = next(paths[0] for paths in photographs(options.root).values() if paths)
    picture = encode_jpeg(load_image(options.root / path)[MIDDLE, MIDDLE])
    people = made_up(options.references, picture, calibration)
    encoding_s, document = timed(encode_watchlist, people)
    memory_mb = memory_of_opening(document)
    with tempfile.TemporaryDirectory(dir=options.place) as place:
        sealing_s, bench = timed(make_list_bench, Path(place), people)
        plain = Path(place) / "plain.npz"
        write_plain(people, plain)
        del people
        from_bench(bench, calibration)  # what is imported and read from disk once
        rounds = [one_round(bench, document, plain, calibration) for _ in range(options.rounds)]
        started = starts(bench, options.root / path, options.rounds)
    medians = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
    shown = [
        {"round": name} | {key: f"{value:.3g}" for key, value in one.items()}
        for name, one in [
            *((str(at), one) for at, one in enumerate(rounds, 1)),
            ("median", medians),
        ]
    ]
    megabytes = len(document) / 1e6
    print(f"{options.references:,} references, {megabytes:.0f} MB, written in {encoding_s:.2f} s")
    print(f"sealed, recorded, checked and reviewed in {sealing_s:.1f} s")
    print(f"opening takes {memory_mb:.0f} MB beside the document; target {TARGET_S} s in all")
    print("starting a search for it, models loaded:", ", ".join(f"{one:.2f} s" for one in started))
    print(f"{machine()}\n{versions()}\n\n{markdown_table(shown)}")
    write_result(
        "open_watchlist",
        {
            "references": options.references,
            "document_mb": round(megabytes, 1),
            "encoding_s": round(encoding_s, 3),
            "bench_made_s": round(sealing_s, 3),
            "memory_beside_document_mb": round(memory_mb, 1),
            "target_s": TARGET_S,
            "starting_s": [round(one, 3) for one in started],
            "medians": {key: round(value, 4) for key, value in medians.items()},
            "rounds": [{key: round(value, 4) for key, value in one.items()} for one in rounds],
        },
    )


if __name__ == "__main__":
    main()
