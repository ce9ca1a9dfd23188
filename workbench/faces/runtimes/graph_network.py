"""An ONNX graph on whichever runtime reads such graphs."""

from __future__ import annotations

from workbench.errors import UsageError
from workbench.faces.runtimes.int8_numbers import Int8Numbers
from workbench.faces.runtimes.network import Network, Runtime

__all__ = ["graph_network"]


def graph_network(
    model: bytes,
    *,
    runtime: Runtime,
    int8: Int8Numbers | None,
    what: str,
    side: int,
    dimension: int,
    device: str = "cpu",
    threads: int | None = None,
    middle: float = 0.0,
    span: float = 1.0,
) -> Network:
    """Load a graph.

    Args:
        model: the ONNX file, in fp32.
        runtime: any but torch.
        int8: what its int8 form needs.
        what: its name for messages: the path of the file it comes from.
        side: of its input, px.
        dimension: of its output.
        device: as `Settings.device`; OpenVINO runs on the processor alone.
        threads: of the runtime; `None` leaves it.
        middle: what is taken off each value of a pixel, 0 to 255.
        span: what it is divided by then.

    Raises:
        ArtefactError: when the runtime cannot load it, or it is another network.
        UsageError: when the runtime is not installed, or int8 is asked for without its numbers.
    """
    if runtime is Runtime.ONNXRUNTIME:
        from workbench.faces.runtimes.onnx_network import OnnxNetwork  # noqa: PLC0415

        return OnnxNetwork(
            model,
            what=what,
            dimension=dimension,
            device=device,
            threads=threads,
            middle=middle,
            span=span,
        )
    from workbench.faces.runtimes.openvino_network import OpenVinoNetwork  # noqa: PLC0415

    if runtime is Runtime.OPENVINO_INT8:
        if int8 is None:
            msg = f"{what}: no int8 form of these weights was accepted. Run them in fp32."
            raise UsageError(msg)
        from workbench.faces.runtimes.equalising import equalised  # noqa: PLC0415
        from workbench.faces.runtimes.quantising import quantised  # noqa: PLC0415

        model = equalised(model, int8.scales, what=what)
        model = quantised(model, int8.ranges, steps=int8.weight_steps, what=what)
    return OpenVinoNetwork(
        model,
        what=what,
        side=side,
        dimension=dimension,
        threads=threads,
        middle=middle,
        span=span,
    )
