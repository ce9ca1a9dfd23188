"""What a report of a search does not show, in plain words, for whoever has to rely on it.

Each limit is said where it holds for the search at hand, with the numbers of that search.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from workbench.governance.conclusions import LEAD_ONLY, LEAD_ONLY_SOURCE
from workbench.reports.search_parts import Probe, SearchedCollection, SearchedFootage
from workbench.reports.search_report import SearchReport

__all__ = ["OLD_YEARS", "SMALL_EYES_PX", "Limit", "limits"]

OLD_YEARS: Final = 5
"""From which age on a report says how many pictures are old."""
SMALL_EYES_PX: Final = 30
"""Between the eyes, below which a report says that the probe is small."""
_YEAR: Final = timedelta(days=365.25)


class Limit(NamedTuple):
    """One limit.

    Attributes:
        heading: it, in a few words.
        text: what it means here.
    """

    heading: str
    text: str


def limits(report: SearchReport) -> tuple[Limit, ...]:
    """Return what a report does not show, the most important first."""
    return tuple(_limits(report))


def _limits(report: SearchReport) -> Iterator[Limit]:
    found = report.found
    yield Limit(LEAD_ONLY, f"Source: {LEAD_ONLY_SOURCE.describe()}.")
    yield Limit(
        "The person may not be there at all.",
        f"{_length(report)} It would be as long if the person in the probe were not in what was "
        "searched. That somebody heads the list says only that nobody else there scored higher.",
    )
    yield Limit(
        "The list gathers people who look alike.",
        "The program picks out the faces most like the probe, among them those of strangers who "
        "resemble the person. The examiners chose from that one list. To find likeness in it is "
        "weaker than to find it in people who came to notice for another reason.",
    )
    if not found.full_scan:
        yield Limit("Not every reference was compared.", found.stated)
    yield _meaning(report)
    yield Limit(
        "Examiners err.",
        f"{_apart(report)} guards against agreement out of courtesy, not against an error that all "
        "make because the pictures mislead them all. What they noted and concluded is recorded; "
        "whether, and for how long, they looked at the pictures is not. How often these examiners "
        "err was not measured here.",
    )
    yield Limit(
        "Examiners saw the order of the list.",
        "Candidates are shown by rank, so that each knew whom the program puts first. On the page "
        "scores are hidden from an examiner until their conclusion is saved; in a terminal they "
        "may be asked for before. Section 5 says of each whether this bench showed them scores, "
        "not what they saw elsewhere. What training an examiner has is not recorded.",
    )
    yield from _probe(report)
    yield from _ages(report)
    if not isinstance(report.searched, SearchedCollection):
        yield Limit(
            "Not seen does not mean not there.",
            "A person who passed with the face turned away, hidden, dark or small may have left "
            "no appearance, and so may one who is in none of the pictures that were looked at.",
        )
        yield _times(report.searched)
    yield Limit(
        "Other people are hidden.",
        f"{_hidden(report)} Their faces are replaced by "
        "blocks of one mean colour, which cannot be undone from this document. They are named by "
        "the references that the force has for them, so that what was considered can be checked.",
    )


def _apart(report: SearchReport) -> str:
    if not report.knew:
        return "Each concluded without knowing what another concluded. That"
    rest = "That each concludes without knowing what another concluded"
    return f"Not all were blind. {report.knew} {rest}"


def _hidden(report: SearchReport) -> str:
    if isinstance(report.searched, SearchedCollection):
        return (
            "Candidates whom no examiner put forward, and other people whose faces were found in "
            "the probe, have nothing to do with this case as far as is known."
        )
    return (
        "Candidates whom no examiner put forward, and other people whose faces were found in the "
        "probe, are nobody of whom anything is said here. An examiner puts one appearance "
        "forward, so that another may be of the same person all the same."
    )


def _times(searched: SearchedFootage) -> Limit:
    known = [one for one in searched.files if one.correction_s is not None]
    said = []
    if known:
        said.append(
            "A time in UTC is the clock of its file, corrected as section 3 says. If that clock, "
            "or when it began, was read wrongly, every time of that file is wrong by as much."
        )
    if len(known) < len(searched.files):
        said.append(
            "Where nobody knows when a file begins, times count from its start, and say nothing "
            "of the day or the hour."
        )
    doubtful = [one.id for one in searched.files if one.doubtful]
    if doubtful:
        said.append(
            f"Times of {', '.join(doubtful)} were counted, at least from some place on, and may be "
            "wrong by any amount; section 3 says why."
        )
    return Limit("A time is as good as the clock of its camera.", " ".join(said))


def _length(report: SearchReport) -> str:
    count, length = len(report.found.candidates), report.found.length
    if count < length:
        return f"The list has {count} candidates, all there are; {length} were asked for."
    return f"The list has {count} candidates because so many were asked for."


def _meaning(report: SearchReport) -> Limit:
    every = "No score is a percentage of a match or a chance that it is the person."
    if not any(one.meaning.measured for one in report.found.candidates):
        return Limit(
            "What the scores mean was not measured.",
            f"How often a search for somebody else reaches such scores is not known here. {every}",
        )
    return Limit(
        "Error rates were measured on other pictures.",
        f"What a score means was measured on {report.settings.measured_on}. Those pictures and "
        "people differ from these in light, size, angle and age, the program may have seen some "
        "of those people while it was made, and rates can differ between groups of people. So the "
        "rates need not carry to this search, and may be worse here. For a list of this size they "
        "are reckoned as if comparisons were independent; those of the measurement share people, "
        f"so that intervals are rather too narrow. {every}",
    )


def _probe(report: SearchReport) -> Iterator[Limit]:
    probe = report.probe
    if probe.log.is_enhanced:
        yield Limit(
            "An enhanced copy was searched with.",
            "Every step is listed with its digests and can be repeated on the original, which is "
            "unchanged. Enhancing adds nothing that the camera did not see, but can make chance "
            "patterns of light and noise look like features, or remove real ones. What scores mean "
            "was not measured with enhanced pictures.",
        )
    if probe.by_hand is not None:
        yield Limit(
            "The eyes were placed by hand.",
            f"{probe.by_hand.describe()} {_placed_by(report)} placed them. The face was cut out "
            "by them alone, with nose and mouth taken to be where a face of mean shape has them; "
            "a head that is turned, or an eye that is placed elsewhere, changes every score.",
        )
    if probe.frames > 1:
        yield Limit(
            "Several pictures were joined.",
            f"The probe is made of {probe.joined}. {_should_they_differ(probe)} How often a "
            "joined probe of somebody who is not there scores as high was not measured.",
        )
    # Enlarging adds pixels and no detail: what counts is the smaller of the two.
    known = [one.eyes_px for one in (probe.original, probe.picture) if one.eyes_px is not None]
    if known and min(known) < SMALL_EYES_PX:
        yield Limit(
            "The face is small.",
            f"It has {min(known):.0f} px between the eyes, fewer than {SMALL_EYES_PX}. In "
            "so small a face moles, scars and the shapes of eyes, ears and mouth may not show, and "
            "different people look more alike. Enlarging it for print does not bring them back.",
        )


def _placed_by(report: SearchReport) -> str:
    earlier = report.probe.earlier
    return report.searched_by if earlier is None else earlier.by


def _should_they_differ(probe: Probe) -> str:
    if probe.cut_from is None:
        return "Should they not all show the same person, it is of none of those whom they show."
    return "Should the track have passed from one person to another, it is of neither."


def _ages(report: SearchReport) -> Iterator[Limit]:
    if not isinstance(report.searched, SearchedCollection) or not report.considered:
        return
    day = report.searched_at.date()
    dates = [one.image_date for one in report.considered]
    known = [one for one in dates if one is not None]
    old = sum(_years(one, day) >= OLD_YEARS for one in known)
    said = [f"Of the {len(dates)} pictures, {old} were {OLD_YEARS} years old or older"]
    if known:
        said.append(f"the oldest {_years(min(known), day):.0f} years")
    said.append(f"and of {len(dates) - len(known)} nobody knows when they were taken")
    yield Limit(
        "Faces age.",
        f"{', '.join(said)}. Faces change with time, weight, hair and injury; the longer, the more "
        "likely it is that a person who is there was missed or ranks low.",
    )


def _years(one: date, day: date) -> float:
    return (day - one) / _YEAR
