"""`bench.keys`: the master key, and putting another in its place.

A rotation wraps every data key anew and touches nothing that they seal. Cut off at any point it is
run again: each record names what wrapped it, and a bench opens with both meanwhile. The former
master key is thrown away only when nothing names it any more; that is looked at in a transaction,
so that no other process can make a data key at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.bench.context import Context
from workbench.bench.secrets import BenchSecrets
from workbench.errors import KeyStoreError
from workbench.governance.permissions import Permission
from workbench.records.audit.verbs import Verb

__all__ = ["KeyStatus", "Keys", "Rotation"]


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """How the data keys of a bench are wrapped; no key material.

    Attributes:
        where: the master keys are.
        current: name of what wraps new data keys.
        wrapped_by: how many data keys each wrapper has wrapped, by its name.
        is_rotating: whether a rotation was begun and has not ended.
    """

    where: str
    current: str
    wrapped_by: Mapping[str, int]
    is_rotating: bool

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "where": self.where,
            "current": self.current,
            "wrapped_by": dict(self.wrapped_by),
            "is_rotating": self.is_rotating,
        }


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did.

    Attributes:
        rewrapped: how many data keys were wrapped anew.
        current: name of what wraps them now.
        resumed: whether it went on with one that was cut off.
        advice: what is left for a person to do; empty where nothing is.
    """

    rewrapped: int
    current: str
    resumed: bool
    advice: str

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "rewrapped": self.rewrapped,
            "current": self.current,
            "resumed": self.resumed,
            "advice": self.advice,
        }


class Keys:
    """The keys of a bench."""

    def __init__(self, context: Context, secrets: BenchSecrets) -> None:
        """Take what is worked with."""
        self._context = context
        self._secrets = secrets

    def status(self) -> KeyStatus:
        """Return how the data keys are wrapped.

        Raises:
            NotPermittedError: when the role may not.
            KeyStoreError: when the key store cannot be read.
        """
        with self._context.acting(Permission.KEYS_ROTATE) as acting:
            acting.log(Verb.CONSULT, justification="looking at how keys are wrapped, no person")
        masters = self._secrets.masters
        return KeyStatus(
            where=self._context.keys.store.where if masters is None else masters.where,
            current=self._secrets.wrapper().current_id,
            wrapped_by=self._context.keys.wrapped_by(),
            is_rotating=masters is not None and masters.is_rotating,
        )

    def rotate(self, progress: Callable[[int, int], None] | None = None) -> Rotation:
        """Wrap every data key by a new master key; one that was cut off before is finished.

        A key service makes its new version by itself beforehand: this wraps by the latest.

        Args:
            progress: told how many of how many data keys are done.

        Raises:
            NotPermittedError: when the role may not.
            KeyStoreError: when a key cannot be unwrapped, wrapped or kept; the bench opens all the
                same, and this is to be called again.
        """
        masters, keys = self._secrets.masters, self._context.keys
        resumed = masters is not None and masters.is_rotating
        with self._context.acting(Permission.KEYS_ROTATE) as acting:
            acting.log(Verb.ROTATE, details={"step": "begun", "resumed": resumed})
        if masters is not None:
            masters.begin()
        wrapper = self._secrets.wrapper()
        rewrapped = keys.rotate(wrapper, progress)
        with self._context.acting(Permission.KEYS_ROTATE) as acting:
            # Nobody makes a data key while this transaction is open, and from its end on everybody
            # wraps by the new master key.
            rewrapped += keys.rotate(wrapper)
            earlier = set(keys.wrapped_by()) - {wrapper.current_id}
            if earlier:
                msg = f"{', '.join(sorted(earlier))} is still needed, so it was kept. Rotate again."
                raise KeyStoreError(msg)
            if masters is not None:
                masters.end()
            acting.log(
                Verb.ROTATE,
                details={"step": "ended", "keys": rewrapped, "wrapper": wrapper.current_id},
            )
        return Rotation(rewrapped, wrapper.current_id, resumed, self._advice())

    def _advice(self) -> str:
        settings = self._context.settings.keys
        if settings.kms is not None:
            return (
                "Raise min_decryption_version of the service's key, so that it forgets what came "
                "before."
            )
        if settings.master == "environment":
            return (
                f"Set {settings.master_variable} to what {settings.new_master_variable} holds, "
                "wherever the bench is started, and unset the other."
            )
        return "Replace the copy of the master key that you keep apart; the former opens nothing."
