"""A key service: whom it is asked, how often, and what is said when it fails."""

from __future__ import annotations

import base64
import ipaddress
import logging
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kms_stand_in import TOKEN, KeyServiceStandIn, serve

from workbench.errors import KeyDestroyedError, KeyStoreError, StoreError
from workbench.records.vault.keys import DataKeys
from workbench.records.vault.kms import KeyService, token_from_environment, token_from_file
from workbench.records.vault.kv_keys import KvKeyStore
from workbench.records.vault.masters import MasterKey, Masters
from workbench.records.vault.transit import TransitWrapper
from workbench.records.vault.wrapping import LocalWrapper

DATA_KEY = bytes(range(32))
FOLDER = "lfr-workbench/bench-1"


@pytest.fixture
def stand_in() -> Iterator[KeyServiceStandIn]:
    made = KeyServiceStandIn()
    server = serve(made)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def service(stand_in: KeyServiceStandIn) -> Iterator[KeyService]:
    made = KeyService(stand_in.address, lambda: TOKEN, pause_s=0.001, timeout_s=5)
    yield made
    made.close()


@pytest.fixture
def wrapper(service: KeyService) -> TransitWrapper:
    return TransitWrapper(service, "lfr")


@pytest.fixture
def store(service: KeyService) -> KvKeyStore:
    return KvKeyStore(service, "bench-1")


class TestService:
    @pytest.mark.parametrize(
        "address",
        [
            "",
            "bao",
            "http://bao.example:8200",
            "http://127.0.0.1.example",
            "http://10.0.0.1:8200",
            "https://user:do-not-show@bao.example",
            "https://bao.example/?a=do-not-show",
            "ftp://127.0.0.1",
            "https://",
            "https://a:b:c",
        ],
    )
    def test_an_address_that_would_show_the_token_is_refused(self, address: str) -> None:
        with pytest.raises(
            KeyStoreError, match="must be https, or http on this machine"
        ) as refused:
            KeyService(address, lambda: TOKEN)
        assert "show" not in str(refused.value)

    @pytest.mark.parametrize(
        "address",
        [
            "https://bao.example:8200/",
            "http://127.0.0.2:8200",
            "http://[::1]:8200",
            "http://localhost",
        ],
    )
    def test_https_and_this_machine_are_taken(self, address: str) -> None:
        service = KeyService(address, lambda: TOKEN)
        assert service.where == f"the key service {address.rstrip('/')}"
        service.close()

    def test_a_refused_token_is_not_shown(
        self, stand_in: KeyServiceStandIn, wrapper: TransitWrapper
    ) -> None:
        stand_in.token = "another"  # noqa: S105
        with pytest.raises(KeyStoreError, match=r"refused the token \(403\).*POST transit/encrypt"):
            wrapper.wrap(DATA_KEY, "key-1")
        assert len(stand_in.asked) == 1

    def test_failures_that_pass_are_waited_out(
        self, stand_in: KeyServiceStandIn, wrapper: TransitWrapper
    ) -> None:
        stand_in.faults += [500, 429, 503]
        assert wrapper.unwrap(wrapper.wrap(DATA_KEY, "key-1"), "key-1") == DATA_KEY
        assert len(stand_in.asked) == 5

    def test_failures_that_do_not_pass_are_named(
        self, stand_in: KeyServiceStandIn, wrapper: TransitWrapper
    ) -> None:
        stand_in.sealed = True
        with pytest.raises(
            KeyStoreError, match=r"sealed \(it answered 503\).*nothing was done"
        ) as e:
            wrapper.wrap(DATA_KEY, "key-1")
        assert len(stand_in.asked) == 4
        assert TOKEN not in str(e.value)

    def test_a_service_that_is_not_there_is_named(self) -> None:
        service = KeyService("http://127.0.0.1:9", lambda: TOKEN, attempts=2, pause_s=0.001)
        with pytest.raises(KeyStoreError, match=r"127\.0\.0\.1:9 does not answer \(ConnectError\)"):
            TransitWrapper(service, "lfr").wrap(DATA_KEY, "key-1")
        service.close()

    def test_one_that_never_answers_is_not_waited_for(self, stand_in: KeyServiceStandIn) -> None:
        import socket

        with socket.create_server(("127.0.0.1", 0)) as silent:
            address = f"http://127.0.0.1:{silent.getsockname()[1]}"
            service = KeyService(address, lambda: TOKEN, timeout_s=0.2, attempts=2, pause_s=0.001)
            began = time.monotonic()
            with pytest.raises(KeyStoreError, match=r"does not answer \(ReadTimeout\)"):
                service.ask("GET", "secret/data/a")
            assert time.monotonic() - began < 10
            service.close()

    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            (307, r"points elsewhere \(307\)"),
            (b"<html>", "answered no JSON"),
            (b"[]", "answered no JSON"),
            (b'{"data": {"ciphertext": 7}}', "could not encrypt"),
            (b'{"data": {"ciphertext": "plain"}}', "answered no ciphertext"),
            (b'{"data": null, "errors": "no"}', "could not encrypt"),
        ],
    )
    def test_an_answer_that_is_none_is_named(
        self, stand_in: KeyServiceStandIn, wrapper: TransitWrapper, fault: object, words: str
    ) -> None:
        stand_in.faults.append(fault)
        with pytest.raises(KeyStoreError, match=words):
            wrapper.wrap(DATA_KEY, "key-1")

    def test_what_the_service_repeats_of_a_secret_is_not_repeated(
        self, stand_in: KeyServiceStandIn, wrapper: TransitWrapper
    ) -> None:
        text = base64.b64encode(DATA_KEY).decode()
        said = f'{{"errors": ["{TOKEN} sent {text} \\u001b[2J\\n"]}}'
        stand_in.faults.append(said.encode())
        with pytest.raises(KeyStoreError, match=r"… sent …") as refused:
            wrapper.wrap(DATA_KEY, "key-1")
        assert TOKEN not in str(refused.value)
        assert text not in str(refused.value)
        assert str(refused.value).isprintable()

    def test_the_token_is_in_no_log_and_no_repr(
        self, service: KeyService, wrapper: TransitWrapper, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            wrapper.wrap(DATA_KEY, "key-1")
        assert "127.0.0.1" in caplog.text
        assert TOKEN not in caplog.text
        assert base64.b64encode(DATA_KEY).decode() not in caplog.text
        assert TOKEN not in f"{service!r} {wrapper!r}"

    def test_certificates_that_cannot_be_read_are_named(self, tmp_path: Path) -> None:
        (tmp_path / "empty.pem").write_text("")
        for name in ("absent.pem", "empty.pem"):
            with pytest.raises(KeyStoreError, match=f"{name} holds no certificates"):
                KeyService("https://bao.example", lambda: TOKEN, authorities=tmp_path / name)


def certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate of this machine that signed itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_only_a_trusted_service_is_given_the_token(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    stand_in = KeyServiceStandIn()
    server = serve(stand_in, tls)
    address = f"https://127.0.0.1:{stand_in.port}"
    stranger = KeyService(address, lambda: TOKEN, attempts=1)
    with pytest.raises(KeyStoreError, match=r"does not answer \(ConnectError\).*certificate"):
        TransitWrapper(stranger, "lfr").wrap(DATA_KEY, "key-1")
    assert stand_in.asked == []
    known = KeyService(address, lambda: TOKEN, authorities=cert)
    wrapper = TransitWrapper(known, "lfr")
    assert wrapper.unwrap(wrapper.wrap(DATA_KEY, "key-1"), "key-1") == DATA_KEY
    for one in (stranger, known):
        one.close()
    server.shutdown()
    server.server_close()


class TestToken:
    def test_it_is_read_anew_each_time(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "token"
        sources = token_from_file(path), token_from_environment("LFR_TOKEN")
        for token in ("hvs.first", "hvs.second"):
            path.write_text(f"{token}\n")
            monkeypatch.setenv("LFR_TOKEN", token)
            assert [source() for source in sources] == [token, token]

    @pytest.mark.parametrize("text", ["", "\n", "do-not-show\nthis", "é"])
    def test_what_is_none_is_refused_and_not_shown(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
    ) -> None:
        (tmp_path / "token").write_text(text)
        monkeypatch.setenv("LFR_TOKEN", text)
        sources: list[Callable[[], str]] = [
            token_from_file(tmp_path / "token"),
            token_from_file(tmp_path / "absent"),
            token_from_environment("LFR_TOKEN"),
        ]
        for source in sources:
            with pytest.raises(KeyStoreError, match="holds no token") as refused:
                source()
            assert "show" not in str(refused.value)


class TestTransit:
    def test_a_wrapped_key_unwraps_and_names_its_wrapper(
        self, stand_in: KeyServiceStandIn, wrapper: TransitWrapper
    ) -> None:
        wrapped = wrapper.wrap(bytearray(DATA_KEY), "key-1")
        assert wrapper.unwrap(wrapped, "key-1") == DATA_KEY
        assert wrapped.startswith(b"LFRK\x01\x0btransit/lfrvault:v1:")
        assert stand_in.asked == [
            ("POST", "/v1/transit/encrypt/lfr"),
            ("POST", "/v1/transit/decrypt/lfr"),
        ]

    def test_the_record_of_another_key_does_not_unwrap(self, wrapper: TransitWrapper) -> None:
        wrapped = wrapper.wrap(DATA_KEY, "key-1")
        with pytest.raises(
            KeyStoreError, match=r"could not decrypt data key key-2.*authentication"
        ):
            wrapper.unwrap(wrapped, "key-2")

    def test_damage_is_named_and_not_repeated(self, wrapper: TransitWrapper) -> None:
        wrapped = wrapper.wrap(DATA_KEY, "key-1")
        for damaged in (wrapped[:-5], wrapped[:-1] + b"!", wrapped + b"\x1b[2J\xff"):
            with pytest.raises(KeyStoreError, match="could not decrypt data key key-1") as refused:
                wrapper.unwrap(damaged, "key-1")
            assert str(refused.value).isprintable()
            assert wrapped[30:50].decode() not in str(refused.value)

    def test_an_unknown_key_of_the_service_is_named(self, service: KeyService) -> None:
        absent = TransitWrapper(service, "absent")
        with pytest.raises(KeyStoreError, match=r"could not encrypt.*encryption key not found"):
            absent.wrap(DATA_KEY, "key-1")
        with pytest.raises(KeyStoreError, match="could not tell the version of transit/absent"):
            absent.is_current(b"LFRK\x01\x0etransit/absentvault:v1:AAAA", "key-1")
        with pytest.raises(KeyStoreError, match="no handler for route"):
            TransitWrapper(service, "lfr", mount="elsewhere").wrap(DATA_KEY, "key-1")

    def test_names_that_lead_elsewhere_are_refused(self, service: KeyService) -> None:
        for name, mount in (("../x", "transit"), ("lfr", "../transit"), ("", "transit"), ("a", "")):
            with pytest.raises(StoreError, match="cannot name"):
                TransitWrapper(service, name, mount=mount)

    def test_a_key_that_the_service_rotated_is_found_by_a_new_wrapper(
        self, stand_in: KeyServiceStandIn, service: KeyService, wrapper: TransitWrapper
    ) -> None:
        wrapped = wrapper.wrap(DATA_KEY, "key-1")
        assert wrapper.is_current(wrapped, "key-1")
        stand_in.rotate()
        assert not TransitWrapper(service, "lfr").is_current(wrapped, "key-1")
        assert wrapper.unwrap(wrapped, "key-1") == DATA_KEY

    def test_keys_of_another_wrapper_are_named(self, wrapper: TransitWrapper) -> None:
        master = MasterKey.generate()
        wrapped = LocalWrapper(Masters(master)).wrap(DATA_KEY, "key-1")
        assert not wrapper.is_current(wrapped, "key-1")
        with pytest.raises(KeyStoreError, match=f"by master/{master.id}, you gave .*transit/lfr"):
            wrapper.unwrap(wrapped, "key-1")


class TestKv:
    def test_an_empty_store_has_no_keys(self, store: KvKeyStore) -> None:
        assert store.ids() == frozenset()
        assert store.written("key-1") is None
        store.destroy("key-1")
        for call in (lambda: store.get("key-1"), lambda: store.replace("key-1", b"x")):
            with pytest.raises(KeyDestroyedError, match="key-1 is not in the key service"):
                call()

    def test_what_was_put_is_there_until_it_is_destroyed(
        self, store: KvKeyStore, stand_in: KeyServiceStandIn
    ) -> None:
        began = datetime.now(UTC)
        store.put("key-1", b"one")
        store.put("key-2", b"two")
        assert (store.get("key-1"), store.get("key-2")) == (b"one", b"two")
        assert store.ids() == {"key-1", "key-2"}
        written = store.written("key-1")
        assert written is not None
        assert began <= written <= datetime.now(UTC)
        with pytest.raises(KeyStoreError, match="has a data key key-1 already"):
            store.put("key-1", b"another")
        for key_id in ("key-1", "key-1", "key-2"):
            store.destroy(key_id)
        assert store.ids() == frozenset()
        assert stand_in.secrets == {}

    def test_a_replaced_version_is_destroyed(
        self, store: KvKeyStore, stand_in: KeyServiceStandIn
    ) -> None:
        store.put("key-1", b"one")
        store.replace("key-1", b"two")
        store.replace("key-1", b"three")
        assert store.get("key-1") == b"three"
        assert stand_in.secrets[f"{FOLDER}/key-1"].versions[:2] == [None, None]

    def test_a_destroyed_key_does_not_come_back_by_being_replaced(
        self, store: KvKeyStore, stand_in: KeyServiceStandIn
    ) -> None:
        store.put("key-1", b"one")
        read = store._read
        store._read = lambda key_id: (read(key_id), stand_in.secrets.clear())[0]  # type: ignore[method-assign]
        with pytest.raises(KeyDestroyedError):
            store.replace("key-1", b"two")
        assert stand_in.secrets == {}

    def test_one_that_another_process_replaced_is_left(
        self, store: KvKeyStore, stand_in: KeyServiceStandIn
    ) -> None:
        store.put("key-1", b"one")
        read, other = store._read, KvKeyStore(store._service, "bench-1")
        reads: list[str] = []

        def overtaken(key_id: str) -> tuple[bytes, int]:
            found = read(key_id)
            if not reads:
                other.replace(key_id, b"by another")
            reads.append(key_id)
            return found

        store._read = overtaken  # type: ignore[method-assign]
        with pytest.raises(KeyStoreError, match="was changed by another process"):
            store.replace("key-1", b"two")
        assert other.get("key-1") == b"by another"

    def test_a_write_whose_answer_was_lost_counts_once(
        self, store: KvKeyStore, stand_in: KeyServiceStandIn
    ) -> None:
        stand_in.faults.append("lost answer")
        store.put("key-1", b"one")
        assert store.get("key-1") == b"one"
        stand_in.faults += [None, "lost answer"]
        store.replace("key-1", b"two")
        assert store.get("key-1") == b"two"
        stand_in.faults.append("lost answer")
        store.destroy("key-1")
        assert stand_in.secrets == {}

    def test_a_key_that_can_be_undeleted_is_not_called_destroyed(
        self, store: KvKeyStore, stand_in: KeyServiceStandIn, service: KeyService
    ) -> None:
        store.put("key-1", b"one")
        service.ask("DELETE", f"secret/data/{FOLDER}/key-1")
        with pytest.raises(KeyStoreError, match="deleted there, but not for good"):
            store.get("key-1")
        assert store.ids() == {"key-1"}
        store.destroy("key-1")
        assert stand_in.secrets == {}

    def test_two_benches_do_not_see_each_other(
        self, store: KvKeyStore, service: KeyService
    ) -> None:
        other = KvKeyStore(service, "bench-2")
        store.put("key-1", b"one")
        assert other.ids() == frozenset()
        other.destroy("key-1")
        assert store.get("key-1") == b"one"

    def test_an_engine_that_is_not_there_does_not_look_empty(self, service: KeyService) -> None:
        absent = KvKeyStore(service, "bench-1", mount="elsewhere")
        for call in (absent.get, absent.destroy, absent.written, lambda _: absent.ids()):
            with pytest.raises(KeyStoreError, match="no handler for route"):
                call("key-1")

    @pytest.mark.parametrize(
        "answer", [b"{}", b'{"data": {"data": {"wrapped": "!"}, "metadata": {"version": 1}}}']
    )
    def test_an_answer_that_is_none_is_named(
        self, store: KvKeyStore, stand_in: KeyServiceStandIn, answer: bytes
    ) -> None:
        for call, words in (
            (store.get, "give data key key-1 whole"),
            (lambda _: store.ids(), "list the data keys"),
            (store.written, "tell when data key key-1 was written"),
        ):
            stand_in.faults.append(answer)
            with pytest.raises(KeyStoreError, match=words):
                call("key-1")


def test_data_keys_live_and_die_in_the_service(
    service: KeyService, wrapper: TransitWrapper, store: KvKeyStore, stand_in: KeyServiceStandIn
) -> None:
    keys = DataKeys(wrapper, store)
    with keys.create("key-1").opened() as secret:
        made = bytes(secret)
    assert base64.b64encode(made) not in repr(stand_in.secrets).encode()
    stand_in.rotate()
    assert keys.rotate(TransitWrapper(service, "lfr")) == 1
    assert keys.rotate(TransitWrapper(service, "lfr")) == 0
    again = DataKeys(TransitWrapper(service, "lfr"), store)
    with again.get("key-1").opened() as secret:
        assert secret == made
    again.destroy("key-1")
    keys.forget()
    for one in (keys, again):
        with pytest.raises(KeyDestroyedError):
            one.get("key-1")


def test_a_bench_moves_from_a_master_key_to_the_service(
    service: KeyService, wrapper: TransitWrapper, store: KvKeyStore
) -> None:
    local = LocalWrapper(Masters(MasterKey.generate()))
    keys = DataKeys(local, store)
    with keys.create("key-1").opened() as secret:
        made = bytes(secret)
    assert keys.wrapped_by() == {local.current_id: 1}
    assert keys.rotate(wrapper) == 1
    assert keys.wrapped_by() == {"transit/lfr": 1}
    with DataKeys(wrapper, store).get("key-1").opened() as secret:
        assert secret == made
