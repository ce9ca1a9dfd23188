"""Real servers on loopback, and settings whose times are short."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from camera_servers import HttpServer, RtspServer, TcpServer, lacks_gstreamer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from workbench.settings import CameraSettings


@pytest.fixture
def rtsp() -> Iterator[Callable[..., RtspServer]]:
    """Return what starts an RTSP server."""
    if lacks := lacks_gstreamer():
        pytest.skip(f"needs Debian's GStreamer RTSP server and its plugins: {lacks} is not there")
    started: list[RtspServer] = []

    def start(*given: str, **named: str) -> RtspServer:
        server = RtspServer(*given, **named)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.kill()


@pytest.fixture
def http() -> Iterator[HttpServer]:
    """Return a running HTTP server without answers."""
    server = HttpServer()
    yield server
    server.close()


@pytest.fixture
def tcp() -> Iterator[Callable[..., TcpServer]]:
    """Return what starts a TCP server."""
    started: list[TcpServer] = []

    def start(serve: Callable[[socket.socket], None]) -> TcpServer:
        started.append(TcpServer(serve))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def tls(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """Return the file of a certificate for 127.0.0.1 that signs itself, and what serves with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = tmp_path / "camera.pem", tmp_path / "camera.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    return certificate, context


@pytest.fixture
def quick() -> CameraSettings:
    """Return settings whose times are short."""
    return CameraSettings(
        open_s=6.0,
        dead_s=1.0,
        frozen_s=1.0,
        dark_s=0.5,
        covered_s=0.5,
        first_wait_s=0.1,
        longest_wait_s=0.4,
        give_up_s=20.0,
    )
