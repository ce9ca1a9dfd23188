"""Whoever passes by and raises no alert is nowhere afterwards; after a purge, nobody is: in full.

Run: python benchmarks/nothing_kept.py [--encoder fused] [--frames 105]

The whole street clip is searched through a bench, by a process under strace, for one person who is
in it and others who are not; then again by a build that keeps what it must not, then everything is
purged. All bytes that were written or lie about are looked through (`tests/fault/leaks.py`). What
`tests/fault/test_nothing_kept.py` does with 25 frames and one encoder is done here with all frames
and both. A run in which anything does not hold ends with an error and leaves no log.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from harness import LFW, SHARED, markdown_table
from proof_log import Say, logged  # first, since it names where the next ones lie

from workbench.faces.analysis import FaceAnalyser
from workbench.faces.artefacts import ArtefactStore
from workbench.live.detection import build_live_analyser
from workbench.settings import Settings

from leaks import LEAST_FACE, LEAST_TEMPLATE, Leak, leaks  # isort: skip
from passers import Looks, of_clip  # isort: skip
from search_child import LEAKS  # isort: skip
from watched import Stream, Watched  # isort: skip

CLIP = SHARED / "videos" / "street_crowd_1080p.mp4"
LISTED = "track-5"
OTHERS = 20
POLICIES = {"fused": "default-fused/1", "sface": "default-sface/1"}


def everything(watched: Watched, streams: Sequence[Stream]) -> list[Stream]:
    """Return all bytes that there are."""
    return [*streams, *watched.decrypted(), *watched.files(), *watched.cells()]


def likest(
    streams: Sequence[Stream], looks: Looks, analyser: FaceAnalyser
) -> tuple[float, float, list[Leak]]:
    """Return the highest cosines of a template and of a face in some bytes, and what leaks."""
    found = list(leaks(streams, looks, analyser, least_template=0.3, least_face=0.3, every=1))
    faces = [one for one in found if one.form.startswith(("picture", "frame", "rows", "grey"))]
    others = [one for one in found if one not in faces]
    kept = [one for one in faces if one.cosine >= LEAST_FACE]
    kept += [one for one in others if one.cosine >= LEAST_TEMPLATE]
    return (
        max((one.cosine for one in others), default=0.0),
        max((one.cosine for one in faces), default=0.0),
        kept,
    )


def row(
    what: str, streams: Sequence[Stream], looks: Looks, analyser: FaceAnalyser
) -> tuple[dict[str, object], list[Leak]]:
    """Look through some bytes for some people, and return a line of the table."""
    template, face, kept = likest(streams, looks, analyser)
    return {
        "looked through": what,
        "places": len(streams),
        "MB": f"{sum(len(data) for _, data in streams) / 1e6:.1f}",
        "people": len(set(looks.people)),
        "looks": len(looks),
        "likest template": f"{template:.2f}",
        "likest face": f"{face:.2f}",
        "found": len(kept),
    }, kept


def run(encoder: str, frames: int, folder: Path, say: Say) -> None:
    """Search, search with leaks, purge; say what was found."""
    settings = Settings()
    analyser = build_live_analyser(settings, ArtefactStore.from_settings(settings), encoder)  # type: ignore[arg-type]
    looks = of_clip(CLIP, analyser, frames)
    passers = looks.without(LISTED)
    strangers = islice((one for one in sorted(LFW.iterdir()) if one.is_dir()), OTHERS)
    listed = [
        (LISTED, looks.pictures[LISTED]),
        *((one.name, min(one.glob("*.jpg"))) for one in strangers),
    ]
    rows = []

    clean = Watched(folder / "clean", encoder, POLICIES[encoder])
    searched = clean.search(CLIP, frames, listed)
    assert searched.written.unseen == []
    say(
        f"{encoder}, {frames} frames: {searched.said['comparisons']} comparisons, alerts for "
        f"{[alert['subject'] for alert in searched.said['alerts']]}, "
        f"{searched.written.size / 1e6:.1f} MB written in {len(searched.written.parts)} places"
    )
    streams = everything(clean, [*searched.written.streams()])
    found, kept = row("after the search", streams, passers, analyser)
    assert kept == [], kept
    rows.append(found)
    found, kept = row("sealed, the one listed", searched.decrypted, looks.of(LISTED), analyser)
    assert kept, "the check is blind"
    rows.append(found)

    leaky = Watched(folder / "leaky", encoder, POLICIES[encoder])
    searched = leaky.search(CLIP, frames, listed, LEAKS)
    streams = everything(leaky, [*searched.written.streams()])
    found, kept = row("a build that keeps some", streams, passers, analyser)
    places = sorted({leak.place.removeprefix(f"{leaky.folder}/") for leak in kept})
    assert len(places) >= len(LEAKS), places
    rows.append(found)
    say(f"a build that keeps some is caught by: {', '.join(places)}")

    written = clean.purge()
    assert written.unseen == []
    streams = everything(clean, [*written.streams()])
    streams = [one for one in streams if not one[0].startswith("out/")]
    found, kept = row("after the purge", streams, looks, analyser)
    assert kept == [], kept
    assert list(clean.decrypted()) == []
    rows.append(found)
    say(markdown_table(rows))
    say(
        f"found: templates from a cosine of {LEAST_TEMPLATE} on, faces from {LEAST_FACE}; the "
        "exported video was taken away before the purge, as a disclosure"
    )


def main() -> None:
    """Run it, and keep the log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", choices=[*POLICIES], default="fused")
    parser.add_argument("--frames", type=int, default=105)
    options = parser.parse_args()
    with logged("nothing-kept") as say, tempfile.TemporaryDirectory(prefix="kept-") as folder:
        run(options.encoder, options.frames, Path(folder), say)


if __name__ == "__main__":
    main()
