"""A list of alerts to step through with the arrow keys, the two pictures side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from workbench.reports import STATES, AlertsPage, AlertView, clock

__all__ = ["AlertTable"]

_STATIC = Path(__file__).parent / "static"


class AlertTable(anywidget.AnyWidget):
    """Alerts for one person to look through; it shows them and decides nothing.

    Attributes:
        alerts: one dictionary for each alert, words and numbers only.
        pictures: JPEG bytes, probe and reference of each alert in turn: `2 * len(alerts)` of them.
            They travel as binary buffers.
        selected: index of the alert shown, -1 where there is none.
        unit: unit of every score.
        threshold: at which an alert is raised, in that unit.
        category: `demonstration` marks the widget as one, empty for none.
        states: how each state looks.
    """

    _esm = _STATIC / "alerts.js"
    _css = _STATIC / "alerts.css"

    alerts = traitlets.List(traitlets.Dict()).tag(sync=True)
    pictures = traitlets.List(traitlets.Bytes()).tag(sync=True)
    selected = traitlets.Int(-1).tag(sync=True)
    unit = traitlets.Unicode("").tag(sync=True)
    threshold = traitlets.Float(0.0).tag(sync=True)
    category = traitlets.Unicode("").tag(sync=True)
    states = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        alerts: Sequence[AlertView] = (),
        *,
        unit: str = "",
        threshold: float = 0.0,
        category: str = "",
    ) -> None:
        """Show `alerts` with the first one selected."""
        super().__init__(
            alerts=[_words(alert) for alert in alerts],
            pictures=[side.jpeg for alert in alerts for side in (alert.probe, alert.reference)],
            selected=0 if alerts else -1,
            unit=unit,
            threshold=threshold,
            category=category,
            states={
                word: {
                    "explanation": state.explanation,
                    "shape": state.shape,
                    "colour": state.colour,
                    "dark_colour": state.dark_colour,
                }
                for word, state in STATES.items()
            },
        )

    @classmethod
    def of_page(cls, page: AlertsPage) -> AlertTable:
        """Show the alerts of a page."""
        return cls(
            page.alerts,
            unit=page.unit,
            threshold=page.threshold,
            category=page.category or "",
        )

    @traitlets.validate("selected")
    def _within(self, proposal: traitlets.Bunch) -> int:
        count = len(self.alerts)
        if not -1 <= proposal["value"] < max(count, 1):
            msg = f"selected must be -1 to {count - 1} for {count} alerts, not {proposal['value']}"
            raise traitlets.TraitError(msg)
        return int(proposal["value"])

    @traitlets.validate("pictures")
    def _two_each(self, proposal: traitlets.Bunch) -> list[bytes]:
        pictures: list[bytes] = proposal["value"]
        if len(pictures) != 2 * len(self.alerts):
            msg = (
                f"pictures must hold two for each alert, probe then reference: "
                f"{2 * len(self.alerts)}, not {len(pictures)}"
            )
            raise traitlets.TraitError(msg)
        return pictures


def _words(alert: AlertView) -> dict[str, Any]:
    truth = alert.truth
    return {
        "number": alert.number,
        "time": clock(alert.time_s),
        "person": alert.person,
        "score": alert.score,
        "meaning": alert.meaning,
        "meaning_detail": alert.meaning_detail,
        "state": alert.state,
        "captions": [alert.probe.caption, alert.reference.caption],
        "alts": [alert.probe.alt, alert.reference.alt],
        "quality": [
            {"of": of, "verdict": view.verdict, "reasons": list(view.reasons)}
            for of, view in (
                ("Face in the feed", alert.probe_quality),
                ("Reference", alert.reference_quality),
            )
        ],
        "others": [
            {"person": other.person, "score": other.score, "meaning": other.meaning}
            for other in alert.others
        ],
        "notes": list(alert.notes),
        "truth": None
        if truth is None
        else {"right": truth.right, "word": truth.word, "note": truth.note},
    }
