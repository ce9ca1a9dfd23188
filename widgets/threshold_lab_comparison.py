"""Several encoders or runtimes side by side on one protocol: rates, differences, DET curves."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from widgets.panels import Panel, Surface, joined
from widgets.plotly_script import plotly_script
from widgets.threshold_lab import fault_words
from widgets.threshold_lab_differences import COMPARED_AT, comparison_words
from workbench.evaluation.bootstrap import REPLICATES
from workbench.evaluation.measurement import Measurement, read_measurement

__all__ = ["EncoderComparison"]

EMPTY: Final = (
    "Measure each encoder on the same protocol and give the folders: workbench evaluate "
    "identification PROTOCOL.csv --root IMAGES --encoder NAME --report FOLDER."
)
_LONGEST_WAIT_S: Final = 1800.0


class _ComparisonSurface(Surface):
    _esm = joined("parts.js", "lab_parts.js", "lab_compare.js")
    _css = joined("panel.css", "lab.css")


class EncoderComparison(Panel):
    """Holds measurements of one protocol against one of them: TPIR at FPIR, paired differences.

    A difference has an interval of its own, from draws of people that both share: two intervals
    that overlap say nothing about it. No person and no picture is on the page.
    """

    surface = _ComparisonSurface

    def __init__(
        self,
        measurements: Mapping[str, Measurement] | Sequence[Measurement | Path | str] = (),
        *,
        reference: str | None = None,
        targets: Sequence[float] = COMPARED_AT,
        replicates: int = REPLICATES,
    ) -> None:
        """Begin to reckon; the page says how long it has been at it.

        Args:
            measurements: of one protocol, by name, or as measurements or their folders, which are
                then called what their facts call them.
            reference: name of the one that the others are held against; what a fresh bench compares
                with when left out, and the first where there is none of that.
            targets: each FPIR at which they are compared.
            replicates: of the bootstrap by identity.
        """
        self._held = threading.RLock()
        self._ready = threading.Event()
        self._began_s = time.monotonic()
        self._state: dict[str, Any] = {"state": "loading", "words": EMPTY}
        super().__init__()
        if measurements:
            self._worker.do(lambda: self._reckon(measurements, reference, targets, replicates))
        else:
            self._state["state"] = "empty"
            self._ready.set()

    @property
    def words(self) -> dict[str, Any]:
        """What the page is told, for whoever reads figures in Python."""
        with self._held:
            return dict(self._state)

    def wait(self) -> None:
        """Wait until everything is reckoned, or it is clear that it cannot be."""
        self._ready.wait(_LONGEST_WAIT_S)

    def _reckon(
        self,
        given: Mapping[str, Measurement] | Sequence[Measurement | Path | str],
        reference: str | None,
        targets: Sequence[float],
        replicates: int,
    ) -> None:
        try:
            known = dict(given) if isinstance(given, Mapping) else _named(given)
            words = comparison_words(known, targets, reference, replicates=replicates)
            state = {"state": "ready", **words}
        except BaseException as error:  # noqa: BLE001 - said in the page, also a panic of polars
            state = {"state": "error", "words": fault_words(error)}
        with self._held:
            self._state = state
        self._ready.set()
        self._greet()

    def _greet(self) -> None:
        since_s = time.monotonic() - self._began_s
        self.say({"kind": "comparison", "since_s": since_s, **self.words})

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        if kind == "plotly":
            self.say({"kind": "plotly", "to": str(content["view"])}, [plotly_script()])


def _named(given: Sequence[Measurement | Path | str]) -> dict[str, Measurement]:
    """Return measurements by their names, told apart by a number where two have the same."""
    named: dict[str, Measurement] = {}
    for one in given:
        measurement = one if isinstance(one, Measurement) else read_measurement(Path(one))
        name, number = measurement.facts.name, 2
        while name in named:
            name, number = f"{measurement.facts.name} ({number})", number + 1
        named[name] = measurement
    return named
