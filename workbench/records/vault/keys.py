"""Data keys: one for each retention class, made, found, destroyed and wrapped anew.

What is sealed with a data key lives as long as that key: a watchlist, an alert, a case or an
evaluation set has its own, and destroying it is what erases them, wherever copies may be.
"""

from __future__ import annotations

import os
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Final

from workbench.errors import KeyDestroyedError, KeyStoreError
from workbench.records.vault.key_records import from_record
from workbench.records.vault.key_store import KeyStore
from workbench.records.vault.sealing import KEY_BYTES
from workbench.records.vault.secret import Secret, wipe
from workbench.records.vault.wrapping import AnyWrapper, Wrapper

__all__ = ["DataKey", "DataKeys"]

_REMEMBERED: Final = 256
_TRIED: Final = 3


class DataKey(Secret):
    """A data key in the memory of this process.

    Attributes:
        id: of the key.
    """

    __slots__ = ("id",)

    def __init__(self, id: str, secret: bytearray) -> None:  # noqa: A002 - the word of the record
        """Take the memory over."""
        self.id = id
        super().__init__(f"data key {id}", secret)


class DataKeys:
    """The data keys of one bench.

    Keys that were used lately are remembered, at most `remembered` of them. A key that another
    process destroys is remembered here until `forget`: whoever opens something asks the records
    first whether its key is to be gone (`Vault.get` does).
    """

    def __init__(self, wrapper: Wrapper, store: KeyStore, *, remembered: int = _REMEMBERED) -> None:
        """Take what wraps the keys, and where they are kept."""
        self._wrapper = wrapper
        self._store = store
        self._remembered: OrderedDict[str, DataKey] = OrderedDict()
        self._most = max(1, remembered)
        self._memory = threading.Lock()
        # Held while a key is fetched or destroyed, so that none is remembered after its end.
        self._changing = threading.RLock()

    @property
    def store(self) -> KeyStore:
        """Where the keys are kept."""
        return self._store

    def create(self, key_id: str) -> DataKey:
        """Make a key; on return it is kept, safe from a power cut.

        Raises:
            KeyStoreError: when there is one of that id, or it cannot be wrapped or kept.
        """
        key = DataKey(key_id, bytearray(os.urandom(KEY_BYTES)))
        with key.opened() as secret:
            wrapped = self._wrapper.wrap(secret, key_id)
        with self._changing:
            self._store.put(key_id, wrapped)
            self._remember(key)
        return key

    def get(self, key_id: str) -> DataKey:
        """Return a key.

        Raises:
            KeyDestroyedError: when it is not in the store.
            KeyStoreError: when it cannot be unwrapped, for example by another master key.
        """
        with self._memory:
            if key_id in self._remembered:
                self._remembered.move_to_end(key_id)
                return self._remembered[key_id]
        with self._changing:
            key = DataKey(key_id, self._wrapper.unwrap(self._store.get(key_id), key_id))
            self._remember(key)
        return key

    def destroy(self, key_id: str) -> None:
        """Destroy a key, in the store and in memory; one that is gone already stays gone.

        Raises:
            KeyStoreError: when the store could not destroy all of it; call this again.
        """
        with self._changing:
            self._store.destroy(key_id)
            with self._memory:
                key = self._remembered.pop(key_id, None)
            if key is not None:
                key.wipe()

    def forget(self, key_id: str | None = None) -> None:
        """Drop a key from memory, or all of them; each is overwritten once nobody uses it."""
        with self._memory:
            if key_id is None:
                self._remembered.clear()
            else:
                self._remembered.pop(key_id, None)

    def wrapped_by(self) -> dict[str, int]:
        """Return how many keys each wrapper has wrapped, by its name.

        Raises:
            KeyStoreError: when the store cannot be read.
        """
        counts: Counter[str] = Counter()
        for key_id in self._store.ids():
            try:
                counts[from_record(self._store.get(key_id), key_id).wrapper] += 1
            except KeyDestroyedError:
                continue
        return dict(counts)

    def require_opens(self) -> None:
        """Raise unless a key of the store, if it has any, can be unwrapped: the right master key.

        A record that is none is passed by: its destruction was cut off once it was overwritten,
        and a bench that could not be opened for it could never finish that. So is one that is
        damaged, as long as another opens; whoever needs it is told.

        Raises:
            KeyStoreError: names the master key that is needed and the one that was given.
        """
        failures: list[KeyStoreError] = []
        for key_id in sorted(self._store.ids(), reverse=True):
            try:
                wrapped = self._store.get(key_id)
            except KeyDestroyedError:
                continue
            try:
                from_record(wrapped, key_id)
            except KeyStoreError:
                continue
            try:
                wipe(self._wrapper.unwrap(wrapped, key_id))
            except KeyStoreError as error:
                failures.append(error)
                if len(failures) < _TRIED:
                    continue
                break
            return
        if failures:
            raise failures[0]

    def rotate(self, wrapper: Wrapper, progress: Callable[[int, int], None] | None = None) -> int:
        """Wrap every key anew; what they seal is not touched.

        Cut off at any point it can be run again: each record names what wrapped it, and a bench
        that is given both opens meanwhile. Other processes must be given the new wrapper too: a
        key that they wrap by the former one after the end of this is found by `wrapped_by`, and
        what `wrapped_by` names must not be thrown away.

        Args:
            wrapper: what wraps the keys from now on.
            progress: told after each key how many of how many are done.

        Returns:
            How many keys were wrapped anew.

        Raises:
            KeyStoreError: when a key cannot be unwrapped, wrapped or kept; it is still wrapped as
                it was.
        """
        both = AnyWrapper(wrapper, [self._wrapper])
        with DataKey("trial", bytearray(os.urandom(KEY_BYTES))).opened() as trial:
            _require_same(wrapper.unwrap(wrapper.wrap(trial, "trial"), "trial"), trial, "trial")
        # From here on this process makes keys by the new one, and opens those of both.
        self._wrapper = both
        done = 0
        seen: set[str] = set()
        while fresh := sorted(frozenset(self._store.ids()) - seen):
            for place, key_id in enumerate(fresh, len(seen) + 1):
                done += self._wrap_anew(both, key_id)
                if progress is not None:
                    progress(place, len(seen) + len(fresh))
            seen.update(fresh)
        return done

    def _wrap_anew(self, wrapper: Wrapper, key_id: str) -> bool:
        """Wrap one key anew, unless it is so already or gone; return whether it was."""
        try:
            wrapped = self._store.get(key_id)
            if wrapper.is_current(wrapped, key_id):
                return False
            secret = wrapper.unwrap(wrapped, key_id)
            try:
                anew = wrapper.wrap(secret, key_id)
                _require_same(wrapper.unwrap(anew, key_id), secret, key_id)
            finally:
                wipe(secret)
            self._store.replace(key_id, anew)
        except KeyDestroyedError:
            return False
        return True

    def _remember(self, key: DataKey) -> None:
        with self._memory:
            self._remembered[key.id] = key
            self._remembered.move_to_end(key.id)
            while len(self._remembered) > self._most:
                self._remembered.popitem(last=False)


def _require_same(unwrapped: bytearray, secret: bytearray, key_id: str) -> None:
    same = unwrapped == secret
    wipe(unwrapped)
    if not same:
        msg = f"data key {key_id} did not unwrap as it was wrapped, so it was left as it is. Retry."
        raise KeyStoreError(msg)
