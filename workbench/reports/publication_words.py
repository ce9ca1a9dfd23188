"""What every publication says in the same words: headings, definitions, limits of figures."""

from __future__ import annotations

from typing import Final

__all__ = [
    "COLUMNS",
    "DEFINITIONS",
    "INTERVALS",
    "NOT_HELD",
    "NOT_SHOWN",
    "SMALL_NUMBERS",
]

COLUMNS: Final = (
    "Deployment Location",
    "Date",
    "Duration of Deployment",
    "LFR Use Case",
    "Watchlist Size",
    "Min Threshold Setting",
    "Total Alerts",
    "True Alerts - Confirmed",
    "True Alerts - Unconfirmed",
    "False Alerts - Confirmed",
    "False Alerts - Unconfirmed",
    "False Alert Rate",
    "Engagement Outcomes - Arrest",
    "Engagement Outcomes - Other Disposal",
    "Engagement Outcomes - No Action",
    "Faces seen (Estimate)",
)
"""The sixteen columns of the Metropolitan Police Service's published grids since 2023, in order and
as headed there. Three headings vary: of 2025 are `Duration` and `Outcome - Other`, and until
September 2024 the fourth was `LFR Purpose Reference`."""

DEFINITIONS: Final = (
    (
        "Deployment",
        (
            "One use of live facial recognition at one place on one day. Where several "
            "sites were used at once, each published row counts."
        ),
    ),
    (
        "Faces seen",
        (
            "An estimate of how often the system picked out a face. It is not a number of "
            "people: one person may be seen several times, or not at all."
        ),
    ),
    (
        "Alert",
        (
            "The system put a face forward as like one on the list. A person then decides; an "
            "alert is no identification."
        ),
    ),
    (
        "True alert",
        (
            "People decided that the face is that of the person on the list. Confirmed: "
            "that was verified. Unconfirmed: it could not be, or nobody was spoken to."
        ),
    ),
    (
        "False alert",
        (
            "People decided that the face is that of somebody else. Confirmed and "
            "unconfirmed as above."
        ),
    ),
    (
        "Unresolved",
        (
            "Nobody could say which, or nobody decided in time. It is counted as neither, "
            "and as false in the rate at worst."
        ),
    ),
    ("False alert rate of faces seen", "False alerts divided by faces seen."),
    (
        "False alert rate of alerts",
        (
            "False alerts divided by alerts. The same false alerts are a "
            "small share of faces and a larger share of alerts; both are given."
        ),
    ),
    (
        "At worst",
        (
            "Alerts that are unresolved, and true alerts that were never confirmed, are "
            "counted as false too."
        ),
    ),
    (
        "95 % interval",
        (
            "The exact interval of Clopper and Pearson. A rate of few false alerts has a "
            "wide one: the true rate may well lie at either end."
        ),
    ),
    ("Watchlist size", "How many images, or people, the list held, whichever the record counts."),
    (
        "Threshold",
        (
            "The least score at which an alert is raised, in the unit of that system; not a "
            "percentage, and not to be compared between systems."
        ),
    ),
    (
        "Arrest, other disposal, no action",
        (
            "What came of alerts, as the record says. One alert may "
            "be in more than one column where a record was kept so."
        ),
    ),
)
"""Terms, and what they mean here."""

NOT_SHOWN: Final = (
    (
        "Whether crime was deterred, moved elsewhere or reduced. Nothing here measures it, and no "
        "figure here may be read as a measure of it."
    ),
    (
        "How many people on a list walked past without an alert. Alerts cannot tell; "
        "it takes a test with people whose passes are known."
    ),
    "How many people walked past. Faces seen are an estimate of faces, not of people.",
    (
        "Whether the system errs more for some groups of people than for others. The published "
        "columns count nobody by group, and so few false alerts could not settle it."
    ),
    "What became of an arrest: charge, release, conviction.",
    (
        "Why a threshold, a list or a way of counting changed. The order of events is shown; no "
        "cause is asserted."
    ),
)
"""What no figure of a publication shows."""

INTERVALS: Final = (
    "The intervals take each face for independent of the others. Faces of one deployment share a "
    "camera, a crowd and a list, so that the truth is less certain than the interval says."
)
SMALL_NUMBERS: Final = (
    "Small numbers: counts of deployments, alerts, arrests and other outcomes are given however "
    "few they are. Counts of a list by category are given only where there are five or more, and "
    "no figure is given for a group of people."
)
NOT_HELD: Final = "The published records that these figures are made of do not say it."
