"""The states of a camera, one after the other, and the gaps between its live stretches."""

from __future__ import annotations

from typing import Final

from workbench.feeds.cameras.health import CameraGap, Health, HealthChange, Look
from workbench.settings import CameraSettings

__all__ = ["HealthWatch"]

_MOST_REASONS: Final = 4
_SEVERITY: Final = tuple(Health)


class HealthWatch:
    """Judges a camera by looks at its pictures and by their absence; touches no clock itself.

    A picture in which nothing moves, well compressed, is not to be told from a frozen one: an
    empty street by night may be called frozen. A camera that freezes beneath a running clock that
    it writes into its pictures is not found.
    """

    def __init__(self, settings: CameraSettings) -> None:
        """Start live at second 0, when the first picture is there."""
        self._settings = settings
        self._health = Health.LIVE
        self._gaps: list[CameraGap] = []
        self._over_s = 0.0
        self._since: dict[Health, float] = {}
        self._anchor: Look | None = None
        self._seen_s = 0.0
        self._reasons: list[str] = []

    @property
    def health(self) -> Health:
        """What the camera is."""
        return self._health

    @property
    def gaps(self) -> tuple[CameraGap, ...]:
        """The gaps so far, in order and apart from each other; the last may still go on."""
        return tuple(self._gaps)

    @property
    def seen_s(self) -> float:
        """When the last picture came."""
        return self._seen_s

    def seen(self, now_s: float) -> None:
        """Note that a picture came."""
        self._seen_s = now_s

    def look(self, look: Look, now_s: float) -> HealthChange | None:
        """Judge a picture that came at `now_s` seconds; return what changed, if anything did."""
        self._seen_s = now_s
        settings = self._settings
        self._hold(Health.DARK, now_s, holds=look.brightness < settings.dark_level)
        self._hold(Health.COVERED, now_s, holds=look.texture < settings.covered_texture)
        if self._anchor is None or look.differs(self._anchor, settings.frozen_levels):
            self._anchor = look
            self._since[Health.FROZEN] = now_s
        found = Health.LIVE
        for kind, most_s in (
            (Health.FROZEN, settings.frozen_s),
            (Health.COVERED, settings.covered_s),
            (Health.DARK, settings.dark_s),
        ):
            if self._held_s(kind, now_s) >= most_s:
                found = kind
        why = self._reason(found)
        return self._become(found, now_s, self._since.get(found, now_s), why)

    def lost(self, now_s: float, why: str) -> HealthChange | None:
        """Take that the camera stopped, or does not come back; return what changed.

        The gap begins with the last picture that came. Further reasons are added to it.
        """
        if self._health is Health.DEAD:
            if why not in self._reasons and len(self._reasons) < _MOST_REASONS:
                self._reasons.append(why)
                last = self._gaps.pop()
                reasons = "; then ".join(self._reasons)
                self._gaps.append(CameraGap(last.start_s, None, last.kind, reasons))
            return None
        self._reasons = [why]
        self._since.clear()
        self._anchor = None
        return self._become(Health.DEAD, now_s, self._seen_s, why)

    def silence(self, now_s: float) -> HealthChange | None:
        """Take that it is `now_s`; return what changed, if there was no picture for too long."""
        silent_s = now_s - self._seen_s
        if self._health is Health.DEAD or silent_s < self._settings.dead_s:
            return None
        return self.lost(now_s, f"no picture came for {self._settings.dead_s:g} s")

    def _reason(self, found: Health) -> str:
        settings = self._settings
        if found is Health.LIVE and self._health is Health.DEAD:
            return "pictures come again"
        return {
            Health.LIVE: "its pictures show something again",
            Health.FROZEN: f"nothing in the picture has changed for {settings.frozen_s:g} s: it is "
            "frozen, or nothing moves",
            Health.COVERED: f"the picture has had no texture for {settings.covered_s:g} s: it is "
            "covered, or out of focus",
            Health.DARK: f"the picture has been dark for {settings.dark_s:g} s",
        }[found]

    def _hold(self, kind: Health, now_s: float, *, holds: bool) -> None:
        if holds:
            self._since.setdefault(kind, now_s)
        else:
            self._since.pop(kind, None)

    def _held_s(self, kind: Health, now_s: float) -> float:
        return now_s - self._since[kind] if kind in self._since else -1.0

    def _become(self, now: Health, at_s: float, since_s: float, why: str) -> HealthChange | None:
        was = self._health
        if now is was:
            return None
        # Something worse began where it was first seen, something better where the worse ended.
        worse = _SEVERITY.index(now) > _SEVERITY.index(was)
        border_s = max(since_s if worse else at_s, self._over_s)
        ended = None
        if was is not Health.LIVE:
            last = self._gaps.pop()
            border_s = max(border_s, last.start_s)
            ended = CameraGap(last.start_s, border_s, last.kind, last.why)
            self._gaps.append(ended)
            self._over_s = border_s
        if now is not Health.LIVE:
            self._gaps.append(CameraGap(border_s, None, now, why))
        self._health = now
        return HealthChange(at_s, was, now, why, ended)
