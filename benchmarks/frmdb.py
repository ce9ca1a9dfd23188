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
from frmdb_galleries import GALLERIES, Fillers, matchers, portraits
from frmdb_probes import PLACES, WAYS, Analysers, Found, stills
from harness import LFW, SHARED, machine, markdown_table, write_result

from workbench.faces.templates import Templates
from workbench.intervals import clopper_pearson
from workbench.matching import Matcher
from workbench.retrospective import joined_probe
from workbench.settings import Settings

RANKS: Final = (1, 10, 50)
DRAWS: Final = 10_000
JOINED: Final = ("mean", "mean by worth", "best score", "worth most")
JOINED_WAYS: Final = tuple(way.name for way in WAYS[:6])

Probes = Mapping[tuple[str, str], Found | None]
"""By person and place; `None` where no face is found."""
Ranks = dict[tuple[str, str], int | None]
"""Rank of each probe's own person; `None` beyond 50 or where there is no face."""


def stacked(found: Sequence[Found], matcher: Matcher) -> dict[str, Templates]:
    """Return the templates of several pictures, a row each, by encoder."""
    return {
        name: Templates(np.concatenate([one.templates[name].vectors for one in found]), identity)
        for name, identity in matcher.identities.items()
    }


def rank_in(person: str, subjects: Sequence[str]) -> int | None:
    """Return which of them a person is, from 1."""
    return subjects.index(person) + 1 if person in subjects else None


def single_ranks(probes: Probes, matcher: Matcher) -> Ranks:
    """Search for each still."""
    usable = {key: found for key, found in probes.items() if found is not None}
    ranks: Ranks = dict.fromkeys(probes)
    templates = stacked(list(usable.values()), matcher)
    for key, candidates in zip(usable, matcher.search(templates, max(RANKS)), strict=True):
        ranks[key] = rank_in(key[0], candidates.subjects)
    return ranks


def joined_ranks(probes: Probes, matcher: Matcher, how: str) -> Ranks:
    """Search for each person once, by all their stills that show a face."""
    ranks: Ranks = {}
    for person in sorted({person for person, _ in probes}):
        own = [found for (one, _), found in probes.items() if one == person and found is not None]
        ranks[person, "all"] = rank_of_person(person, own, matcher, how) if own else None
    return ranks


def rank_of_person(person: str, own: Sequence[Found], matcher: Matcher, how: str) -> int | None:
    """Return the rank of a person whose stills are joined in one of the ways of `JOINED`."""
    templates = stacked(own, matcher)
    weights = np.array([one.weight for one in own], np.float32)
    if how == "best score":
        lists = matcher.search(templates, max(RANKS))
        union = sorted({subject for one in lists for subject in one.subjects})
        best = matcher.scores(templates, union).max(axis=0)
        order = np.argsort(-best, kind="stable")[: max(RANKS)]
        return rank_in(person, [union[at] for at in order])
    if how == "worth most":
        at = int(weights.argmax())
        probe = {name: one[at : at + 1] for name, one in templates.items()}
    else:
        probe = joined_probe(templates, weights if how == "mean by worth" else None)
    (candidates,) = matcher.search(probe, max(RANKS))
    return rank_in(person, candidates.subjects)


def by_people(ranks: Ranks, most: int) -> tuple[float, float]:
    """Return the 95 % interval of the share found, people drawn with all their probes."""
    people = sorted({person for person, _ in ranks})
    hits, counts = np.zeros(len(people)), np.zeros(len(people))
    for (person, _), rank in ranks.items():
        at = people.index(person)
        counts[at] += 1
        hits[at] += rank is not None and rank <= most
    drawn = np.random.default_rng(13).integers(0, len(people), (DRAWS, len(people)))
    shares = hits[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)


def cells(ranks: Ranks) -> dict[str, object]:
    """Return what is said of each rank: how many, and both intervals."""
    said: dict[str, object] = {}
    for most in RANKS:
        hits = sum(rank is not None and rank <= most for rank in ranks.values())
        low, high = clopper_pearson(hits, len(ranks))
        said[f"rank {most}"] = {
            "found": hits,
            "interval": [round(low, 3), round(high, 3)],
            "interval_by_people": [round(one, 3) for one in by_people(ranks, most)],
        }
    return said


def rows_of(
    about: dict[str, object], ranks: Ranks, probes: Probes | None = None
) -> list[dict[str, Any]]:
    """Return a row for all probes, and one for each place."""
    rows = []
    for place in ["all", *(letter for letter in PLACES if any(key[1] == letter for key in ranks))]:
        own = {key: rank for key, rank in ranks.items() if place in ("all", key[1])}
        lost = 0 if probes is None else sum(probes[key] is None for key in own)
        where = {"place": PLACES.get(place, "all"), "probes": len(own), "no face": lost}
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
    matcher: Matcher, about: dict[str, object], probes: Mapping[str, Probes]
) -> list[dict[str, Any]]:
    """Return the rows of one matcher: every way for the fused one, the first for the others."""
    rows: list[dict[str, Any]] = []
    of_ways: dict[str, Ranks] = {}
    wanted = list(probes) if matcher.name == "fused" else [WAYS[0].name]
    for way in wanted:
        asked = about | {"probe": way}
        of_ways[way] = single_ranks(probes[way], matcher)
        rows += rows_of(asked | {"stills": "one"}, of_ways[way], probes[way])
        for how in JOINED if way in JOINED_WAYS else ():
            rows += rows_of(asked | {"stills": how}, joined_ranks(probes[way], matcher, how))
    if len(wanted) > 1:
        ways = chosen_by_others(of_ways)
        keys = list(probes[wanted[0]])
        chosen = {key: of_ways[ways[key[0]]][key] for key in keys}
        looked = {key: probes[ways[key[0]]][key] for key in keys}
        asked = about | {"probe": "the way that the others chose", "stills": "one"}
        rows += rows_of(asked | {"ways": Counter(ways.values())}, chosen, looked)
    return rows


def printed(row: Mapping[str, Any]) -> dict[str, object]:
    """Return a row as it is printed."""
    about = {k: row[k] for k in ("enrolled", "among", "matcher", "probe", "stills", "place")}
    said = {}
    for most in RANKS:
        one = row[f"rank {most}"]
        (low, high), (least, top) = one["interval"], one["interval_by_people"]
        said[f"rank {most}"] = f"{one['found']} ({low:.2f} to {high:.2f}; {least:.2f} to {top:.2f})"
    return about | {"no face": f"{row['no face']} of {row['probes']}"} | said


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
        for name, matcher in matchers(enrolment, own, fillers).items():
            about: dict[str, object] = {
                "enrolled": enrolment.name, "among": enrolment.among, "matcher": name,
            }  # fmt: skip
            rows += measured(matcher, about, probes)
        print(f"searched: {enrolment.name} among {enrolment.among}", flush=True)
    print(markdown_table([printed(row) for row in rows if row["place"] == "all"]))
    if not options.no_write:
        written = write_result("frmdb", {"people": len(people), "rows": rows})
        print(f"\nwritten: {written.name}")


if __name__ == "__main__":
    main()
