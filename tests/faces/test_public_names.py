"""The public face of `workbench.faces`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbench import faces

pytestmark = pytest.mark.slow


def test_every_name_is_there_and_no_other_is_listed() -> None:
    assert dir(faces) == sorted(faces.__all__)
    for name in faces.__all__:
        assert getattr(faces, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = faces.nothing


def test_the_import_is_light_and_reaches_no_network() -> None:
    """Neither the package nor facenet-pytorch may fetch anything when imported."""
    code = (
        "import sys, socket\n"
        "def refuse(*_): raise AssertionError('a connection was opened')\n"
        "socket.socket.connect = refuse\n"
        "import workbench.faces, workbench.faces.types, workbench.faces.quality\n"
        "import workbench.faces.analysis\n"
        "assert 'torch' not in sys.modules\n"
        "import workbench.faces.mtcnn, workbench.faces.runtimes.facenet_module\n"
        "assert 'facenet_pytorch' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
