"""What is written in the demonstration: an application for a street that does not exist."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from workbench.demonstration.portraits import SamplePerson
from workbench.governance.entries import WatchlistEntry
from workbench.governance.policies import ThresholdPolicy

__all__ = ["FEED", "FORCE", "LASTS", "application", "entry"]

FORCE: Final = "Demonstration Constabulary (does not exist)"
FEED: Final = "staged-crowd"
LASTS: Final = timedelta(hours=2)
_NOTHING_REAL: Final = "This is a demonstration: nobody is sought and no street is watched."


def application(reference: str, policy: ThresholdPolicy, now: datetime) -> dict[str, Any]:
    """Return an application as plain values, for `LASTS` from now.

    Args:
        reference: of the deployment.
        policy: whose minimum threshold it takes.
        now: the moment.
    """
    south, west, north, east = 54.0000, -4.6005, 54.0006, -4.5995
    document = {"title": "None: demonstration", "version": "1", "date": now.date().isoformat()}
    return {
        "reference": reference,
        "force": FORCE,
        "purposes": ["wanted-by-courts"],
        "use_case": "crime-hotspot",
        "presence_grounds": f"{_NOTHING_REAL} Three of the five people staged are on the list.",
        "location": {
            "name": "Sample Street at Example Lane, in the Irish Sea",
            "street": "Sample Street",
            "coordinates": {"latitude": 54.0003, "longitude": -4.6000},
            "area": {
                "corners": [
                    {"latitude": latitude, "longitude": longitude}
                    for latitude, longitude in (
                        (south, west),
                        (south, east),
                        (north, east),
                        (north, west),
                    )
                ]
            },
            "town": "Exampleton",
        },
        "starts": now.isoformat(),
        "ends": (now + LASTS).isoformat(),
        "feeds": [{"name": FEED, "place": "a file made from sample photographs"}],
        "assembly": False,
        "dpia": document,
        "eia": document,
        "appropriate_policy": document,
        "notice": {
            "signs": 1,
            "signs_where": "On every page: demonstration.",
            "leaflets": False,
            "urgency": f"{_NOTHING_REAL} There is nobody to be told beforehand.",
        },
        "necessity": f"{_NOTHING_REAL} It shows the way of an application.",
        "proportionality": "Five people, all of whom held public office when photographed.",
        "policy": policy.id,
        "minimum_threshold": policy.minimum_threshold,
        "two_person": True,
        "costs": {"lines": [{"what": "sample photographs", "amount": "0.00"}]},
    }


def entry(person: SamplePerson) -> WatchlistEntry:
    """Return the entry of a listed person of the demonstration.

    Raises:
        ValueError: when the person is not one who is listed.
    """
    if person.enrolled is None:
        msg = f"{person.name} is not on the list of the demonstration"
        raise ValueError(msg)
    year = person.enrolled.year
    return WatchlistEntry.read(
        {
            "subject": person.reference,
            "image": f"{person.enrolled.artefact.name.rpartition('/')[2]}.jpg",
            "category": "demonstration",
            "legal_basis": "demonstration",
            "source": "demonstration-sample",
            "image_date": None if year is None else f"{year}-01-01",
            "rationale": f"{_NOTHING_REAL} A credited photograph of somebody in public life.",
            "lawfully_held": True,
        },
        what=f"the entry of {person.name}",
    )
