"""An RTSP server, run by the system's Python, which has GStreamer; the tests kill it.

Arguments: port (0 for any), pattern of videotestsrc, password ("" for none). Prints its port.
`fixed` stops the pattern's motion; `grain` adds a sensor's noise to a still picture.
"""

from __future__ import annotations

import sys
from typing import Any

USER = "viewer"
ROLE = "viewers"


def main(port: str, picture: str, password: str) -> None:
    """Serve `/live` on loopback until killed."""
    import gi  # type: ignore[import-not-found]

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtsp", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # type: ignore[import-not-found]

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f"( videotestsrc is-live=true {picture} ! video/x-raw,width=320,height=240,framerate=25/1 "
        "! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 bitrate=500 "
        "! rtph264pay name=pay0 pt=96 config-interval=1 )"
    )
    factory.set_shared(True)
    if password:
        _protect(GstRtsp, GstRtspServer, server, factory, password)
    server.get_mount_points().add_factory("/live", factory)
    server.attach(None)
    print("port", server.get_bound_port(), flush=True)  # noqa: T201 - read by whoever started it
    GLib.MainLoop().run()


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
