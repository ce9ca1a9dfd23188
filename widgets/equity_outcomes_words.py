"""What stands on the page of equity whatever the figures are: what cannot be said, and terms."""

from __future__ import annotations

from typing import Final

__all__ = ["DEFINITIONS", "LIMITS", "MEANINGS", "NO_PUBLISHED"]

NO_PUBLISHED: Final = (
    "Published by others: none is shown. A published figure stands on these pages only once it "
    "was read where it was published, and no breakdown of false alerts by group was."
)

LIMITS: Final = (
    (
        "How often people of one group are alerted on falsely in the street",
        (
            "That takes the faces seen of each group, and nobody counts those: no software here "
            "looks at a face to say what group it is of. Counts of false alerts by group say how "
            "many there were, and nothing of how likely one was."
        ),
    ),
    (
        "That the system treats groups alike",
        (
            "That a difference was not found does not mean there is none. A set of few people "
            "leaves large differences unseen; the report of the comparison says how large."
        ),
    ),
    (
        "What a suppressed group does",
        "It is not 0, and nothing says that it is like the others: this set does not tell.",
    ),
    (
        "How the rates are in a deployment",
        (
            "They were measured on labelled images, in a list of one size, at one threshold. "
            "Light, distance, cameras and people are others in the street. At another threshold, "
            "or with a longer list, groups may differ where they did not here."
        ),
    ),
    (
        "Who a person is",
        (
            "Groups are the words of whoever labelled the set, or of the officer who spoke to "
            "somebody in the street. They need not be those the person would choose."
        ),
    ),
    (
        "Whether a policy that says nothing is worse",
        (
            "Not measured means that nobody looked. It says nothing for a policy, and nothing "
            "against it."
        ),
    ),
)
"""What cannot be said from the figures of the page, and why."""

DEFINITIONS: Final = (
    (
        "False alarm rate (FPIR)",
        "Of searches with people who are not on the list: the share that raised an alert.",
    ),
    (
        "Miss rate (FNIR)",
        "Of searches with people who are on the list: the share in which they were not found.",
    ),
    (
        "95 % interval",
        (
            "Where the rate may well lie, given so many searches (Clopper and Pearson, exact). It"
            " takes searches for independent; several of one person are not, so it is rather too "
            "narrow."
        ),
    ),
    (
        "Not measurable here",
        ("Fewer than three errors were counted: no rate is told, but how high it may be at most."),
    ),
    (
        "Suppressed (fewer than 30 people)",
        "Of so few people a rate says more about them than about their group.",
    ),
    (
        "Suppressed (fewer than 5)",
        (
            "So few false alerts of a group, beside a street and an hour, may point at a person. "
            "More is suppressed where such a count could else be worked out by subtraction."
        ),
    ),
    (
        "Comparison, Holm's correction",
        (
            "Each pair of groups was tested by rate and threshold. The more pairs, the more seem "
            "to differ by chance; the p-values are corrected for all of them (Holm)."
        ),
    ),
    (
        "Policy in use",
        "A threshold policy that somebody approved, or that an authorised deployment names.",
    ),
    (
        "Scheme",
        (
            "What the groups are in the field, and who assigned them, in the force's own words. "
            "Deployments are added up within one scheme alone."
        ),
    ),
)

MEANINGS: Final = {
    "policies": (
        "In use is a policy that somebody approved or that an authorised deployment names. Its "
        "equity is measured when it carries a comparison of groups of a labelled set that was "
        "made with what it scores with, at its threshold."
    ),
    "rates": (
        "Both error rates of each group, at the threshold of each policy that was measured. The "
        "others are suppressed, or had too few errors for a rate."
    ),
    "field": (
        "An officer who spoke to somebody may write down the group, in the scheme of the force. "
        "Nothing is inferred from a face."
    ),
    "rule": (
        "A force may decide that no policy is approved, and none searched under, whose error "
        "rates by group were not compared (rule needs_equity)."
    ),
}
"""What the large figures count."""
