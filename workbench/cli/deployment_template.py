"""An application as a file to fill in, with every field explained."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

__all__ = ["TEMPLATE", "template"]

_STARTS: Final = datetime(2026, 11, 25, 10, tzinfo=UTC)
_DATED: Final = re.compile(r"\b\d{4}-\d\d-\d\d(?P<time>T\d\d:\d\d:\d\d\+00:00)?\b")


def template(now: datetime) -> str:
    """Return the application with a window that begins at the next full hour in UTC.

    Every other date in it, of the notice and of the assessments, keeps its distance from that.
    """
    starts = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    moved = starts - _STARTS

    def dated(found: re.Match[str]) -> str:
        if found["time"] is None:
            return (date.fromisoformat(found[0]) + timedelta(days=moved.days)).isoformat()
        return (datetime.fromisoformat(found[0]) + moved).isoformat()

    return _DATED.sub(dated, TEMPLATE)


TEMPLATE: Final = """\
# An application for one deployment. Fill it in and hand it over with
#   workbench deployment draft FILE
# What is left out can be added later with workbench deployment amend; workbench deployment show
# says what is missing.

# The reference of the deployment: letters, digits and . _ / : -
reference = "2026-11/HIGH-ST-1"

# The police force.
force = "Example Police"

# One purpose or more of the closed list: offences, wanted-by-courts, risk-of-harm, restrictions.
purposes = ["offences", "wanted-by-courts"]

# The use case of the closed list: crime-hotspot, missing-person-hotspot, cni-protection,
# event-protection, intelligence.
use_case = "crime-hotspot"

# The grounds to expect people of the watchlist at that place.
presence_grounds = "Robberies on this street; several of those wanted for them live nearby."

# The start, with its time zone.
starts = 2026-11-25T10:00:00+00:00

# The end, with its time zone.
ends = 2026-11-25T16:00:00+00:00

# Whether a protest or other assembly is expected there. If so, write under assembly_necessity
# why it is necessary in spite of the assembly (articles 10 and 11); a higher rank must authorise.
assembly = false
# assembly_necessity = "..."

# Why the deployment is necessary.
necessity = "Other means were tried for six months and did not find them."

# Why it is proportionate.
proportionality = "Six hours, one street, a list of those wanted for robbery."

# The id of the threshold policy; workbench policy list names them.
policy = "default-fused/1"

# The lowest threshold, in the policy's unit; not below the policy's own minimum.
minimum_threshold = 2.3102

# Whether two people verify each alert on their own.
two_person = true

# The most entries on the list; leave it out for the limit of the force.
# watchlist_limit = 2000

# The place, at street level, with its area: the spot, its street and its town; where the cameras
# stand, in degrees (WGS 84); and the corners of the ground that they see.
[location]
name = "High Street, outside the market hall"
street = "High Street"
town = "Exampleton"
coordinates = { latitude = 51.3753, longitude = -0.1008 }
area.corners = [
  { latitude = 51.3750, longitude = -0.1012 },
  { latitude = 51.3750, longitude = -0.1003 },
  { latitude = 51.3757, longitude = -0.1003 },
  { latitude = 51.3757, longitude = -0.1012 },
]

# One feed or more, by name; an address is given when the search starts, never here. A zone has
# its corners in shares of the frame, [0, 0] top left; faces outside it are not compared.
[[feeds]]
name = "gate"
place = "lamp post 12, looking north"
# zone = [[0.1, 0.2], [0.9, 0.2], [0.9, 1.0], [0.1, 1.0]]

# The data protection impact assessment.
[dpia]
title = "LFR DPIA"
version = "2.0"
date = 2026-01-15

# The equality impact assessment.
[eia]
title = "LFR EIA"
version = "1.3"
date = 2026-02-01

# The appropriate policy document.
[appropriate_policy]
title = "LFR appropriate policy document"
version = "2.0"
date = 2026-01-15

# How the public is told. Where it cannot be announced before it starts, leave out published_at
# and write the reason under urgency.
[notice]
signs = 6
signs_where = "Both ends of the street and at each side road."
leaflets = true
published_at = 2026-11-23T10:00:00+00:00
website = "https://police.example/lfr"
# urgency = "..."

# What it costs, as far as that is known, in pounds; a line without an amount is unknown.
[costs]
lines = [
  { what = "hire of the van", amount = 1250.00 },
  { what = "officers", amount = "unknown" },
]
"""
"""TOML has no null: `amount = "unknown"` stands for an amount that nobody knows."""
