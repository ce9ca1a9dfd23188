"""Models that are loaded once, however many feeds are searched at a time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.settings import Settings

__all__ = ["SharedAnalysers"]


class SharedAnalysers:
    """The analysers of live searches, by the settings that they were loaded with.

    Whoever asks while another loads waits for that. Detectors and encoders take turns by
    themselves where several threads use one.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._loaded: dict[str, FaceAnalyser] = {}

    def get(self, settings: Settings) -> FaceAnalyser:
        """Return the analyser of settings, which is loaded if it is not there yet.

        Raises:
            ArtefactError: when a model cannot be had or loaded.
        """
        from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415 - loads torch
        from workbench.live.detection import build_live_analyser  # noqa: PLC0415

        key = settings.model_dump_json()
        with self._lock:
            found = self._loaded.get(key)
            if found is None:
                found = build_live_analyser(settings, ArtefactStore.from_settings(settings))
                self._loaded[key] = found
            return found

    def forget(self) -> None:
        """Let go of all of them; searches that use one keep it until they end."""
        with self._lock:
            self._loaded.clear()
