"""Values of a deployment that is in order, for tests to change one thing of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.governance.authorisation import Authority
from workbench.governance.deployments import Application

STARTS = datetime(2026, 11, 25, 10, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=6)
APPLICANT = "a.khan"
OFFICER = "s.reid"


def location_values(**changes: Any) -> dict[str, Any]:
    """A street in Croydon and the 60 m by 80 m in front of the cameras."""
    south, west, north, east = 51.3750, -0.1012, 51.3757, -0.1003
    return {
        "name": "North End, outside the Whitgift Centre",
        "street": "North End",
        "coordinates": {"latitude": 51.3753, "longitude": -0.1008},
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
        "town": "Croydon",
    } | changes


def application_values(**changes: Any) -> dict[str, Any]:
    """A complete application, as plain values."""
    return {
        "reference": "2026-11/CROYDON-1",
        "force": "Metropolitan Police Service",
        "purposes": ["offences", "wanted-by-courts"],
        "use_case": "crime-hotspot",
        "presence_grounds": "Robberies on this street; 14 of those wanted for them live nearby.",
        "location": location_values(),
        "starts": STARTS.isoformat(),
        "ends": ENDS.isoformat(),
        "feeds": [
            {"name": "camera-1", "place": "lamp post 12, looking north"},
            {
                "name": "camera-2",
                "place": "lamp post 14, looking south",
                "zone": [[0.1, 0.2], [0.9, 0.2], [0.9, 1.0], [0.1, 1.0]],
            },
        ],
        "assembly": False,
        "dpia": {"title": "LFR DPIA", "version": "2.0", "date": "2026-01-15"},
        "eia": {"title": "LFR EIA", "version": "1.3", "date": "2026-02-01"},
        "appropriate_policy": {"title": "LFR APD", "version": "2.0", "date": "2026-01-15"},
        "notice": {
            "signs": 6,
            "signs_where": "Both ends of the street and at each side road.",
            "leaflets": True,
            "published_at": (STARTS - timedelta(days=2)).isoformat(),
            "website": "https://police.example/lfr",
        },
        "necessity": "Other means were tried for six months and did not find them.",
        "proportionality": "Six hours, one street, a list of those wanted for robbery.",
        "minimum_threshold": 1.5,
        "policy": "policy-1",
        "costs": {"lines": [{"what": "officers", "amount": None}]},
    } | changes


def application(**changes: Any) -> Application:
    """A complete application."""
    return Application.read(application_values(**changes), what="application")


def assembly_application(**changes: Any) -> Application:
    """An application where an assembly is expected."""
    return application(
        assembly=True, assembly_necessity="A march passes; the suspects travel with it.", **changes
    )


def authority_values(**changes: Any) -> dict[str, Any]:
    """A superintendent's authority for all of the application's time, given the day before."""
    return {
        "officer": OFFICER,
        "officer_rank": "superintendent",
        "at": (STARTS - timedelta(days=1)).isoformat(),
        "starts": STARTS.isoformat(),
        "ends": ENDS.isoformat(),
        "necessity": "I have read the intelligence case and see no other way.",
        "proportionality": "Short, small, announced.",
    } | changes


def authority(**changes: Any) -> Authority:
    """An authority that is in order."""
    return Authority.read(authority_values(**changes), what="authority")


def urgent_authority(**changes: Any) -> Authority:
    """An inspector's authority given as the deployment starts, to be reviewed in two hours."""
    return authority(
        **{
            "officer_rank": "inspector",
            "at": STARTS.isoformat(),
            "urgent": True,
            "urgent_reason": "A threat to life was reported at 09:30.",
            "review_due": (STARTS + timedelta(hours=2)).isoformat(),
        }
        | changes
    )
