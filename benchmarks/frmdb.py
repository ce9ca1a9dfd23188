"""CCTV stills against custody-style portraits: the hard case of a retrospective search.

Run: python benchmarks/frmdb.py [--faces ../shared/data/frmdb] [--root ../shared/data/lfw]
     [--scratch FOLDER]

Thirteen consenting volunteers of FRMDB (Contardo et al., Sensors 2023, 23, 1939) are enrolled with
a portrait each, or several, among 1,000 and 4,000 people of LFW and, marked as such, 20,000
directions that are no person's (around real templates). Probes are their stills of five places,
352x288, mostly from the side or from above. Where no face is found there is no template: a failure
to acquire, which counts as not found at any rank.

Each still is prepared in each way of `frmdb_probes.WAYS`, alone; and the stills of a person
together, in four ways: their mean, the mean by what each is worth (what the workbench does), the
best score that any still gives, and the still that is worth most, alone.

Everybody is scored with every encoder, so ranks are exact, and those of a full scan of the
workbench.

Two intervals of 95 %: Clopper and Pearson's, as if stills were drawn independently, and a bootstrap
that draws people with all their stills. Where everybody or nobody is found the second is no
interval. Choosing the best row of a table of thirteen people flatters it: the way that the twelve
others would have chosen is given beside it.

Templates are kept in the scratch folder, and a run that was cut off goes on with them. They are of
faces: keep it outside the checkout and delete it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from frmdb_galleries import GALLERIES, Fillers, portraits, references
from frmdb_probes import PLACES, WAYS, Analysers, Found, stills
from harness import LFW, SHARED, machine, markdown_table, write_result

from workbench.arrays import FloatArray
from workbench.faces.templates import Templates
from workbench.intervals import clopper_pearson
from workbench.matching import load_calibration
from workbench.matching.fusion import fused_score
from workbench.retrospective import joined_probe
from workbench.settings import Settings

RANKS: Final = (1, 10, 50)
MATCHERS: Final = ("facenet", "sface", "fused")
DRAWS: Final = 10_000
JOINED: Final = ("mean", "mean by worth", "best score", "worth most")
JOINED_WAYS: Final = tuple(way.name for way in WAYS[:6])

Probes = Mapping[tuple[str, str], Found | None]
"""By person and place; `None` where no face is found."""
Ranks = dict[tuple[str, str], int | None]
"""Rank of each probe's own person; `None` beyond 50 or where there is no face."""


class References:
    """References of a gallery, several of a person or one, and what a matcher scores them."""

    def __init__(self, names: Sequence[str], templates: Mapping[str, Templates]) -> None:
        """Take references of which those of one person lie together."""
        self._templates = dict(templates)
        begins = [at for at in range(len(names)) if at == 0 or names[at] != names[at - 1]]
        self._begins = np.array(begins)
        self.row = {names[at]: row for row, at in enumerate(begins)}
        self._calibration = load_calibration()

    def scores(self, matcher: str, probes: Mapping[str, Templates]) -> FloatArray:
        """Return the score of every person for every probe; of their references the best counts."""
        used = {n: of for n, of in self._templates.items() if matcher in ("fused", n)}
        cosines = {name: probes[name].vectors @ of.vectors.T for name, of in used.items()}
        scores = fused_score(cosines, self._calibration) if matcher == "fused" else cosines[matcher]
        return np.asarray(np.maximum.reduceat(scores, self._begins, axis=1), np.float32)


def stacked(found: Sequence[Found]) -> dict[str, Templates]:
    """Return the templates of several pictures, a row each, by encoder."""
    return {
        name: Templates(np.concatenate([one.templates[name].vectors for one in found]), of.encoder)
        for name, of in found[0].templates.items()
    }


def rank_of(scores: FloatArray, row: int) -> int | None:
    """Return the rank of a person, those who score the same counted before them."""
    rank = int(np.count_nonzero(scores >= scores[row]))
    return rank if rank <= max(RANKS) else None


def single_ranks(probes: Probes, references: References, matcher: str) -> Ranks:
    """Search for each still."""
    usable = {key: found for key, found in probes.items() if found is not None}
    ranks: Ranks = dict.fromkeys(probes)
    scores = references.scores(matcher, stacked(list(usable.values())))
    for key, of_one in zip(usable, scores, strict=True):
        ranks[key] = rank_of(of_one, references.row[key[0]])
    return ranks


def joined_ranks(probes: Probes, references: References, matcher: str) -> dict[str, Ranks]:
    """Search once for each person, by all their stills with a face, in each way of `JOINED`."""
    ranks: dict[str, Ranks] = {how: {} for how in JOINED}
    for person in sorted({person for person, _ in probes}):
        own = [found for (one, _), found in probes.items() if one == person and found is not None]
        if not own:
            for of_one in ranks.values():
                of_one[person, "all"] = None
            continue
        each = stacked(own)
        weights = np.array([one.weight for one in own], np.float32)
        means = [joined_probe(each), joined_probe(each, weights)]
        probe = {
            name: Templates(
                np.concatenate([of.vectors, *(mean[name].vectors for mean in means)]), of.encoder
            )
            for name, of in each.items()
        }
        scores = references.scores(matcher, probe)
        alone = scores[: len(own)]
        for how, of_one in zip(
            JOINED,
            (scores[-2], scores[-1], alone.max(axis=0), alone[int(weights.argmax())]),
            strict=True,
        ):
            ranks[how][person, "all"] = rank_of(of_one, references.row[person])
    return ranks


def by_people(ranks: Ranks, most: int) -> tuple[float, float]:
    """Return the 95 % interval of the share found, people drawn with all their probes."""
    people = sorted({person for person, _ in ranks})
    hits, counts = np.zeros(len(people)), np.zeros(len(people))
    for (person, _), rank in ranks.items():
        at = people.index(person)
        counts[at] += 1
        hits[at] += rank is not None and rank <= most
    times = np.random.default_rng(13).multinomial(
        len(people), [1 / len(people)] * len(people), DRAWS
    )
    low, high = np.quantile((times @ hits) / (times @ counts), [0.025, 0.975])
    return float(low), float(high)


def cells(ranks: Ranks) -> dict[str, object]:
    """Return what is said of each rank: how many, Clopper and Pearson's interval, by people."""
    said: dict[str, object] = {}
    for most in RANKS:
        hits = sum(rank is not None and rank <= most for rank in ranks.values())
        low, high = clopper_pearson(hits, len(ranks))
        least, top = by_people(ranks, most)
        said[f"rank {most}"] = f"{hits} ({low:.2f} to {high:.2f}; {least:.2f} to {top:.2f})"
    return said


def rows_of(
    about: dict[str, object], ranks: Ranks, probes: Probes | None = None
) -> list[dict[str, Any]]:
    """Return a row for all probes, and where they are as they were one for each place."""
    rows = []
    shown = [letter for letter in PLACES if any(key[1] == letter for key in ranks)]
    for place in ["all", *(shown if about["probe"] == WAYS[0].name else ())]:
        own = {key: rank for key, rank in ranks.items() if place in ("all", key[1])}
        lost = 0 if probes is None else sum(probes[key] is None for key in own)
        where = {"place": PLACES.get(place, "all"), "no face": f"{lost} of {len(own)}"}
        rows.append(about | where | cells(own))
    return rows


def chosen_by_others(of_ways: Mapping[str, Ranks]) -> dict[str, str]:
    """Return each person's way, chosen on all the others.

    Best is the highest mean of 1 / rank.
    """

    def worth(ranks: Ranks, without: str) -> float:
        return float(
            np.mean([1 / r if r else 0.0 for key, r in ranks.items() if key[0] != without])
        )

    return {
        person: max(of_ways, key=lambda name, person=person: worth(of_ways[name], person))
        for person in sorted({person for one in of_ways.values() for person, _ in one})
    }


def measured(
    references: References, matcher: str, about: dict[str, object], probes: Mapping[str, Probes]
) -> list[dict[str, Any]]:
    """Return the rows of one matcher: every way for the fused one, the first for the others."""
    rows: list[dict[str, Any]] = []
    of_ways: dict[str, Ranks] = {}
    wanted = list(probes) if matcher == "fused" else [WAYS[0].name]
    for way in wanted:
        asked = about | {"probe": way}
        of_ways[way] = single_ranks(probes[way], references, matcher)
        rows += rows_of(asked | {"stills": "one"}, of_ways[way], probes[way])
        if way in JOINED_WAYS:
            for how, ranks in joined_ranks(probes[way], references, matcher).items():
                rows += rows_of(asked | {"stills": how}, ranks)
    if len(wanted) > 1:
        ways = chosen_by_others(of_ways)
        keys = list(probes[wanted[0]])
        chosen = {key: of_ways[ways[key[0]]][key] for key in keys}
        looked = {key: probes[ways[key[0]]][key] for key in keys}
        asked = about | {"probe": "the way that the others chose", "stills": "one"}
        rows += rows_of(asked | {"ways": Counter(ways.values())}, chosen, looked)
    return rows


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", type=Path, default=SHARED / "frmdb")
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--scratch", type=Path, help="folder, outside the checkout, for templates")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    if options.scratch is not None:
        options.scratch.mkdir(parents=True, exist_ok=True)
    settings = Settings(threads=options.threads)
    analysers = Analysers(settings)
    print(machine())
    people = sorted(path.name for path in options.faces.iterdir() if path.is_dir())
    own = portraits(people, options.faces, analysers, options.scratch)
    probes: dict[str, Probes] = {}
    for way in WAYS:
        probes[way.name] = stills(way, people, options.faces, analysers, options.scratch)
        print(f"{way.name}: {sum(one is None for one in probes[way.name].values())} without a face")
    fillers = Fillers(options.root, settings, analysers, options.scratch)
    rows: list[dict[str, Any]] = []
    for enrolment in GALLERIES:
        gallery = References(*references(enrolment, own, fillers))
        for matcher in MATCHERS:
            about: dict[str, object] = {
                "enrolled": enrolment.name, "among": enrolment.among, "matcher": matcher,
            }  # fmt: skip
            rows += measured(gallery, matcher, about, probes)
        print(f"searched: {enrolment.name} among {enrolment.among}", flush=True)
    columns = [name for name in rows[0] if name != "place"]
    shown = [{name: row[name] for name in columns} for row in rows if row["place"] == "all"]
    print(markdown_table(shown))
    if not options.no_write:
        written = write_result("frmdb", {"people": len(people), "rows": rows})
        print(f"\nwritten: {written.name}")


if __name__ == "__main__":
    main()
