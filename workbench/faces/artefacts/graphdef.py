"""Read the constants of a frozen TensorFlow graph without TensorFlow.

Only the messages and fields that a frozen graph of constants needs are described, with the
numbers of TensorFlow's own `graph.proto`, `node_def.proto`, `attr_value.proto`, `tensor.proto`
and `tensor_shape.proto`; everything else is carried past unread.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from workbench.arrays import FloatArray
from workbench.errors import ArtefactError

__all__ = ["read_constants"]

_DT_FLOAT = 1
# (field name, number, type, repeated, message); types of `FieldDescriptorProto.Type`.
_BYTES, _STRING, _INT64, _INT32, _FLOAT, _MESSAGE = 12, 9, 3, 5, 2, 11
_SCHEMA: dict[str, tuple[tuple[str, int, int, bool, str], ...]] = {
    "Dim": (("size", 1, _INT64, False, ""),),
    "TensorShapeProto": (("dim", 2, _MESSAGE, True, "Dim"),),
    "TensorProto": (
        ("dtype", 1, _INT32, False, ""),
        ("tensor_shape", 2, _MESSAGE, False, "TensorShapeProto"),
        ("tensor_content", 4, _BYTES, False, ""),
        ("float_val", 5, _FLOAT, True, ""),
    ),
    "AttrValue": (("tensor", 8, _MESSAGE, False, "TensorProto"),),
    # A protobuf map is a repeated message of key and value on the wire.
    "AttrEntry": (
        ("key", 1, _STRING, False, ""),
        ("value", 2, _MESSAGE, False, "AttrValue"),
    ),
    "NodeDef": (
        ("name", 1, _STRING, False, ""),
        ("op", 2, _STRING, False, ""),
        ("attr", 5, _MESSAGE, True, "AttrEntry"),
    ),
    "GraphDef": (("node", 1, _MESSAGE, True, "NodeDef"),),
}


def read_constants(path: Path) -> dict[str, FloatArray]:
    """Return every float32 constant of the graph by its node name, in TensorFlow's own layout.

    Args:
        path: a binary `GraphDef`.

    Raises:
        ArtefactError: when the file is not one.
    """
    # protobuf comes with onnx; its import is left to the one conversion that needs it.
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415

    try:
        graph = _message_class("GraphDef").FromString(path.read_bytes())
    except DecodeError as error:
        msg = f"{path} is not a TensorFlow graph ({error}). Give the catalogued file."
        raise ArtefactError(msg) from error
    constants: dict[str, FloatArray] = {}
    for node in graph.node:
        if node.op != "Const":
            continue
        for entry in node.attr:
            if entry.key == "value" and entry.value.tensor.dtype == _DT_FLOAT:
                constants[node.name] = _array(entry.value.tensor, node.name)
    return constants


def _array(tensor: Any, name: str) -> FloatArray:  # noqa: ANN401 - a class made at run time
    """Return a tensor as an array; one value stands for all, as TensorFlow writes it."""
    shape = tuple(int(dim.size) for dim in tensor.tensor_shape.dim)
    if tensor.tensor_content:
        values = np.frombuffer(tensor.tensor_content, dtype="<f4").astype(np.float32)
    else:
        values = np.asarray(tensor.float_val, dtype=np.float32)
        if values.size == 1:
            values = np.full(math.prod(shape), values[0], dtype=np.float32)
    if values.size != math.prod(shape):
        msg = f"constant {name} has {values.size} values for shape {shape}; the file is damaged"
        raise ArtefactError(msg)
    return values.reshape(shape)


@cache
def _message_class(name: str) -> Any:  # noqa: ANN401 - a class made at run time
    """Return the protobuf class of one message of `_SCHEMA`."""
    from google.protobuf import (  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415
        descriptor_pb2,
        descriptor_pool,
        message_factory,
    )

    file = descriptor_pb2.FileDescriptorProto(
        name="workbench_graphdef.proto", package="workbench_graphdef", syntax="proto3"
    )
    for message, fields in _SCHEMA.items():
        described = file.message_type.add(name=message)
        for field, number, kind, repeated, refers in fields:
            described.field.add(
                name=field,
                number=number,
                type=kind,
                label=3 if repeated else 1,
                type_name=f".workbench_graphdef.{refers}" if refers else None,
            )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    descriptor = pool.FindMessageTypeByName(f"workbench_graphdef.{name}")
    return message_factory.GetMessageClass(descriptor)
