"""The keys of a bench, as its settings say where they are: made once, then opened each time."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workbench.bench.places import BenchPlaces
from workbench.errors import CredentialError, KeyStoreError, RefusedError
from workbench.identity.credentials import CredentialKey
from workbench.identity.private_files import create_private, read_private
from workbench.identity.users_file import UsersFile
from workbench.records.audit.checkpoints import Signer
from workbench.records.vault.files import as_store_error, shred
from workbench.records.vault.key_files import FolderKeyStore
from workbench.records.vault.key_store import KeyStore, require_apart
from workbench.records.vault.keyring_masters import KeyringMasters
from workbench.records.vault.keys import DataKeys
from workbench.records.vault.kms import KeyService, token_from_environment
from workbench.records.vault.kv_keys import KvKeyStore
from workbench.records.vault.master_sets import (
    FollowingWrapper,
    MasterFiles,
    MasterSet,
    MasterVariables,
)
from workbench.records.vault.masters import FileMaster
from workbench.records.vault.transit import TransitWrapper
from workbench.records.vault.wrapping import Wrapper
from workbench.settings import KmsSettings, Settings

__all__ = ["BenchSecrets", "create_secrets", "destroy_secrets", "load_signer", "open_secrets"]

_SIGNER: Final = "the signing key of the audit log"
_SIGNER_FILE: Final = "signing.key"
_USERS_FILE: Final = "users.json"


@dataclass(frozen=True, slots=True, eq=False)
class BenchSecrets:
    """What opens a bench; none of it shows in text.

    Attributes:
        keys: the data keys.
        signer: signs the newest entry of the audit log; `None` where a team's store is opened by
            somebody who holds no such key.
        masters: the master keys; `None` where a key service holds them.
        wrapper: makes what wraps data keys by the newest master key.
        credential_key: signs who was logged in; `None` likewise.
        users_file: accounts and password hashes; `None` likewise.
    """

    keys: DataKeys
    signer: Signer | None
    masters: MasterSet | None
    wrapper: Callable[[], Wrapper]
    credential_key: CredentialKey | None
    users_file: UsersFile | None

    @property
    def credentials(self) -> CredentialKey:
        """What signs who was logged in.

        Raises:
            CredentialError: when it is not here, as with the people of a team.
        """
        if self.credential_key is None:
            raise CredentialError(_NOT_HERE)
        return self.credential_key

    @property
    def users(self) -> UsersFile:
        """Accounts and password hashes.

        Raises:
            CredentialError: when they are not here, as with the people of a team.
        """
        if self.users_file is None:
            raise CredentialError(_NOT_HERE)
        return self.users_file


_NOT_HERE: Final = (
    "no password and no credential is checked on this machine: in a team's store you are whoever "
    "your connection is. Open it without a credential, as your own database user."
)


def create_secrets(places: BenchPlaces, bench_id: str, settings: Settings) -> BenchSecrets:
    """Make all keys of a new bench.

    Raises:
        KeyStoreError: when one is there already, or cannot be kept.
        RefusedError: when a team's keys would lie in a folder, and the settings do not say so.
    """
    _require_apart(places, settings)
    if settings.keys.kms is None:
        FolderKeyStore.create(places.keys / "data", bench_id)
        _create_master(places, bench_id, settings)
    create_private(
        places.keys / _SIGNER_FILE, Signer.generate().private_bytes().hex().encode(), what=_SIGNER
    )
    CredentialKey.create(_credential_file(places))
    return open_secrets(places, bench_id, settings)


def open_secrets(places: BenchPlaces, bench_id: str, settings: Settings) -> BenchSecrets:
    """Open the keys of a bench.

    Raises:
        KeyStoreError: when one is missing, open to others, or not of this bench.
        RefusedError: when a team's keys lie in a folder, and the settings do not say so.
    """
    _require_apart(places, settings)
    masters: MasterSet | None = None
    wrapper: Callable[[], Wrapper]
    if settings.keys.kms is None:
        masters = _masters(places, bench_id, settings)
        store: KeyStore = FolderKeyStore(places.keys / "data", bench_id)
        wrapper = functools.partial(FollowingWrapper, masters)
    else:
        store, wrapper = _service(settings.keys.kms, bench_id)
    keys = DataKeys(wrapper(), store)
    if places.folder is not None or masters is not None:
        keys.require_opens()  # of a team's key service each person may use a part, or nothing
    credential_file = _credential_file(places)
    return BenchSecrets(
        keys,
        load_signer(places) if _is_due(places, places.keys / _SIGNER_FILE) else None,
        masters,
        wrapper,
        CredentialKey.load(credential_file) if _is_due(places, credential_file) else None,
        UsersFile(places.keys / _USERS_FILE) if _is_due(places, places.keys) else None,
    )


def destroy_secrets(places: BenchPlaces, bench_id: str, settings: Settings) -> None:
    """Destroy all keys of a bench; those that are gone already stay gone.

    Files are overwritten before they are removed, as far as the disk allows. A master key in the
    environment is out of reach.

    Raises:
        KeyStoreError: when one is left; call it again.
    """
    if settings.keys.kms is not None:
        store, _ = _service(settings.keys.kms, bench_id)
        for key_id in store.ids():
            store.destroy(key_id)
    elif settings.keys.master == "keyring":
        KeyringMasters(_service_name(bench_id)).destroy()
    if places.keys.is_symlink():
        msg = f"the keys in {places.keys}: that is a link. Remove what it leads to by hand."
        raise KeyStoreError(msg)
    with as_store_error(f"the keys in {places.keys}", KeyStoreError):
        for path in sorted(places.keys.rglob("*")):
            if path.is_file() and not path.is_symlink():
                shred(path)
        if places.keys.exists():
            shutil.rmtree(places.keys)


def _is_due(places: BenchPlaces, path: Path) -> bool:
    """Return whether a key must be there; the people of a team's store hold none of these."""
    return places.folder is not None or path.exists()


def _create_master(places: BenchPlaces, bench_id: str, settings: Settings) -> None:
    if settings.keys.master == "keyring":
        KeyringMasters(_service_name(bench_id)).create()
    elif settings.keys.master == "file":  # a variable is set before, by the person
        FileMaster(places.keys / "master.key").create()


def _masters(places: BenchPlaces, bench_id: str, settings: Settings) -> MasterSet:
    """Return where the master keys of a bench are."""
    if settings.keys.master == "environment":
        return MasterVariables(settings.keys.master_variable, settings.keys.new_master_variable)
    if settings.keys.master == "keyring":
        return KeyringMasters(_service_name(bench_id))
    return MasterFiles(places.keys)


def _service_name(bench_id: str) -> str:
    return f"lfr-workbench {bench_id}"


def _service(kms: KmsSettings, bench_id: str) -> tuple[KeyStore, Callable[[], Wrapper]]:
    service = KeyService(kms.address, token_from_environment(kms.token_variable))
    store = KvKeyStore(service, bench_id, mount=kms.kv)
    return store, functools.partial(TransitWrapper, service, kms.key, mount=kms.transit)


def load_signer(places: BenchPlaces) -> Signer:
    """Return what signs the audit log of a bench.

    Raises:
        KeyStoreError: when its key is missing, open to others, or damaged.
    """
    path = places.keys / _SIGNER_FILE
    content = read_private(path, what=_SIGNER, largest=256)
    if content is None:
        msg = (
            f"{_SIGNER} {path} is not there. Restore the key store, or set WORKBENCH_KEYS__FOLDER."
        )
        raise KeyStoreError(msg)
    try:
        raw = bytes.fromhex(content.decode("ascii"))
    except ValueError:
        msg = f"{_SIGNER} {path} is damaged. Restore it."
        raise KeyStoreError(msg) from None
    return Signer.load(raw)


def _credential_file(places: BenchPlaces) -> Path:
    return places.keys / "credential.key"


def _require_apart(places: BenchPlaces, settings: Settings) -> None:
    if places.folder is not None:
        require_apart(places.folder, places.keys)
    elif settings.keys.kms is None and not settings.keys.shared:
        msg = (
            "a team's store needs a key service, which gives each person the keys of their role: "
            "set WORKBENCH_KEYS__KMS__ADDRESS. Or set WORKBENCH_KEYS__SHARED=true, which trusts "
            "everybody who can read the folder of the keys with everything."
        )
        raise RefusedError(msg)
