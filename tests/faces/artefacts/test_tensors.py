"""What is written is what the safetensors library reads, and the same bytes every time."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import load_file

from workbench.faces.artefacts.tensors import write_safetensors

ARRAYS = hnp.arrays(
    st.sampled_from([np.dtype("<f4"), np.dtype("<i8")]),
    hnp.array_shapes(min_dims=0, max_dims=4, max_side=3),
)


@pytest.mark.slow
@given(tensors=st.dictionaries(st.text("abc.é/", min_size=1, max_size=8), ARRAYS, max_size=6))
def test_the_library_reads_what_was_written(tensors: dict[str, np.ndarray]) -> None:
    with TemporaryDirectory() as folder:
        path, again = Path(folder) / "a.safetensors", Path(folder) / "b.safetensors"
        write_safetensors(tensors, path)
        write_safetensors(dict(reversed(tensors.items())), again)
        assert path.read_bytes() == again.read_bytes()
        read = load_file(path)
    assert set(read) == set(tensors)
    for name, array in tensors.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)


def test_another_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_safetensors({"a": np.zeros(1, np.float64)}, tmp_path / "a")
