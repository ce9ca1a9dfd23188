"""An ONNX model where torch code calls a module."""

from __future__ import annotations

import torch

from workbench.faces.runtimes.onnx_network import open_session

__all__ = ["OnnxModule"]


class OnnxModule(torch.nn.Module):
    """Runs a model on ONNX Runtime; takes and gives tensors on the processor."""

    def __init__(self, model: bytes, *, what: str, threads: int | None = None) -> None:
        """Load a model.

        Args:
            model: the ONNX file, of one input.
            what: its name for messages.
            threads: of this session; `None` leaves it to ONNX Runtime.

        Raises:
            ArtefactError: when ONNX Runtime cannot load it.
        """
        super().__init__()
        self._session = open_session(model, what=what, threads=threads)
        self._input = self._session.get_inputs()[0].name
        # Whoever calls asks for the type of the first parameter.
        self.kind = torch.nn.Parameter(torch.zeros(1), requires_grad=False)

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return the outputs for `(n, 3, height, width)` float32."""
        made = self._session.run(None, {self._input: pixels.contiguous().numpy()})
        return tuple(torch.from_numpy(one) for one in made)
