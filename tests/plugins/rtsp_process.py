"""An RTSP server, run by the system's Python, which has GStreamer; the tests kill it.

Arguments: port (0 for any), properties of videotestsrc or a folder of pictures `0000.jpg` and on,
password ("" for none). Prints its port.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

USER = "viewer"
ROLE = "viewers"


def main(port: str, picture: str, password: str) -> None:
    """Serve `/live` on loopback until killed."""
    gi = import_module("gi")  # of the system, and no package of this project's environment
    for name in ("Gst", "GstRtsp", "GstRtspServer"):
        gi.require_version(name, "1.0")
    names = ("GLib", "Gst", "GstRtsp", "GstRtspServer")
    glib, gst, rtsp, rtsp_server = (import_module(f"gi.repository.{name}") for name in names)
    gst.init(None)
    server = rtsp_server.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = rtsp_server.RTSPMediaFactory()
    factory.set_launch(
        f"( {_pictures(picture)} "
        "! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 bitrate=2000 "
        "! rtph264pay name=pay0 pt=96 config-interval=1 )"
    )
    factory.set_shared(True)
    if password:
        _protect(rtsp, rtsp_server, server, factory, password)
    server.get_mount_points().add_factory("/live", factory)
    server.attach(None)
    print("port", server.get_bound_port(), flush=True)  # noqa: T201 - read by whoever started it
    glib.MainLoop().run()


def _pictures(picture: str) -> str:
    """Return what gives the pictures: a test pattern, or files again and again, 12.5 a second."""
    if not Path(picture).is_dir():
        size = "width=320,height=240,framerate=25/1"
        return f"videotestsrc is-live=true {picture} ! video/x-raw,{size}"
    return (
        f"multifilesrc location={picture}/%04d.jpg loop=true caps=image/jpeg,framerate=25/2 "
        "! jpegdec ! videoconvert ! video/x-raw,format=I420"
    )


def _protect(rtsp: Any, rtsp_server: Any, server: Any, factory: Any, password: str) -> None:
    auth = rtsp_server.RTSPAuth()
    auth.set_supported_methods(rtsp.RTSPAuthMethod.DIGEST)
    token = rtsp_server.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    auth.add_digest(USER, password, token)
    server.set_auth(auth)
    rights = rtsp_server.RTSPPermissions()
    rights.add_permission_for_role(ROLE, "media.factory.access", True)
    rights.add_permission_for_role(ROLE, "media.factory.construct", True)
    factory.set_permissions(rights)


if __name__ == "__main__":
    main(*sys.argv[1:])
