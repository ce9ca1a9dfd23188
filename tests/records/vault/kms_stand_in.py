"""A stand-in for OpenBao or HashiCorp Vault on loopback: a transit and a KV (version 2) engine.

Paths, documents, states and words of errors are those of the services' HTTP API. What a test wants
to go wrong is put into `faults`.
"""

from __future__ import annotations

import base64
import json
import os
import ssl
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "hvs.do-not-show-this-token"  # noqa: S105 - of the stand-in

Document = dict[str, Any]


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """An answer with errors."""

    def __init__(self, status: int, *errors: str, data: Document | None = None) -> None:
        super().__init__(status)
        self.status, self.errors, self.data = status, errors, data


@dataclass
class Secret:
    """A secret of the KV engine: its versions, `None` where one was destroyed."""

    versions: list[Document | None] = field(default_factory=list)
    deleted: set[int] = field(default_factory=set)
    updated: str = ""


@dataclass
class KeyServiceStandIn:
    """What the service holds, what it was asked, and what is to go wrong."""

    token: str = TOKEN
    keys: dict[str, list[bytes]] = field(default_factory=lambda: {"lfr": [os.urandom(32)]})
    secrets: dict[str, Secret] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    faults: list[object] = field(default_factory=list)
    sealed: bool = False
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rotate(self) -> None:
        self.keys["lfr"].append(os.urandom(32))

    def answer(self, method: str, path: str, token: str | None, body: bytes) -> tuple[int, bytes]:
        self.asked.append((method, path))
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, int):
            return fault, json.dumps({"errors": [f"upstream failed for {token}"]}).encode()
        if isinstance(fault, bytes):
            return 200, fault
        try:
            found = self._answer(method, path, token, json.loads(body or b"{}"))
        except Refused as refused:
            document: Document = {"errors": list(refused.errors)}
            if refused.data is not None:
                document = {"data": refused.data}
            found = (refused.status, document)
        if fault == "lost answer":
            found = (502, {"errors": []})
        status, document_or_none = found
        return status, b"" if document_or_none is None else json.dumps(document_or_none).encode()

    def _answer(
        self, method: str, path: str, token: str | None, document: Document
    ) -> tuple[int, Document | None]:
        if self.sealed:
            raise Refused(503, "Vault is sealed")
        if token != self.token:
            raise Refused(403, "permission denied")
        url = urlsplit(path)
        match url.path.split("/"):
            case ["", "v1", "transit", verb, name]:
                return 200, {"data": self._transit(method, verb, name, document)}
            case ["", "v1", "secret", kind, *rest]:
                listing = parse_qs(url.query).get("list") == ["true"]
                data = self._kv(method, kind, "/".join(rest), document, listing=listing)
                return (204, None) if data is None else (200, {"data": data})
        raise Refused(404, f'no handler for route "{url.path[4:]}". route entry not found.')

    def _transit(self, method: str, verb: str, name: str, document: Document) -> Document:
        versions = self.keys.get(name)
        if method == "GET" and verb == "keys":
            if versions is None:
                raise Refused(404)
            return {"name": name, "type": "aes256-gcm96", "latest_version": len(versions)}
        if method != "POST" or verb not in {"encrypt", "decrypt"}:
            raise Refused(405, "unsupported operation")
        if versions is None:
            raise Refused(400, "encryption key not found")
        bound = base64.b64decode(document.get("associated_data", ""))
        if verb == "encrypt":
            nonce = os.urandom(12)
            plaintext = base64.b64decode(document["plaintext"])
            body = nonce + AESGCM(versions[-1]).encrypt(nonce, plaintext, bound)
            return {"ciphertext": f"vault:v{len(versions)}:{base64.b64encode(body).decode()}"}
        try:
            start, version, text = document["ciphertext"].split(":")
            body = base64.b64decode(text, validate=True)
            if start != "vault":
                raise Refused(400, "invalid ciphertext: no prefix")
            plaintext = AESGCM(versions[int(version[1:]) - 1]).decrypt(body[:12], body[12:], bound)
        except (ValueError, IndexError):
            raise Refused(400, f"invalid ciphertext: {document['ciphertext']}") from None
        except InvalidTag:
            raise Refused(400, "cipher: message authentication failed") from None
        return {"plaintext": base64.b64encode(plaintext).decode()}

    def _kv(
        self, method: str, kind: str, path: str, document: Document, *, listing: bool
    ) -> Document | None:
        if kind == "data" and method in {"POST", "PUT"}:
            return self._write(path, document)
        if kind == "metadata" and listing:
            return self._list(path.rstrip("/") + "/")
        if kind == "metadata" and method == "DELETE":
            self.secrets.pop(path, None)
            return None
        if path not in self.secrets:
            raise Refused(404)
        secret = self.secrets[path]
        match method, kind:
            case "GET", "metadata":
                return {"current_version": len(secret.versions), "updated_time": secret.updated}
            case "GET", "data":
                return self._read(secret)
            case "DELETE", "data":
                secret.deleted.add(len(secret.versions))
            case (("POST" | "PUT"), "destroy"):
                for version in document["versions"]:
                    secret.versions[version - 1] = None
            case _:
                raise Refused(405, "unsupported operation")
        return None

    def _list(self, start: str) -> Document:
        below = [name.removeprefix(start) for name in self.secrets if name.startswith(start)]
        names = {name.partition("/")[0] + "/" * ("/" in name) for name in below}
        if not names:
            raise Refused(404)
        return {"keys": sorted(names)}

    @staticmethod
    def _read(secret: Secret) -> Document:
        latest = len(secret.versions)
        metadata: Document = {"version": latest, "destroyed": False, "deletion_time": ""}
        if secret.versions[-1] is None or latest in secret.deleted:
            metadata["deletion_time"] = secret.updated
            raise Refused(404, data={"data": None, "metadata": metadata})
        return {"data": secret.versions[-1], "metadata": metadata}

    def _write(self, path: str, document: Document) -> Document:
        secret = self.secrets.get(path)
        current = 0 if secret is None else len(secret.versions)
        if document.get("options", {}).get("cas", current) != current:
            raise Refused(400, "check-and-set parameter did not match the current version")
        secret = self.secrets.setdefault(path, Secret())
        secret.versions.append(document["data"])
        secret.updated = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "123Z"
        return {"version": len(secret.versions), "created_time": secret.updated}


def serve(stand_in: KeyServiceStandIn, tls: ssl.SSLContext | None = None) -> ThreadingHTTPServer:
    """Answer on a free port of loopback, in a thread, until the server is shut down."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer = stand_in.answer(
                self.command, self.path, self.headers.get("X-Vault-Token"), body
            )
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "http://127.0.0.1:1/v1/elsewhere")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - the names of the base

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    stand_in.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server
