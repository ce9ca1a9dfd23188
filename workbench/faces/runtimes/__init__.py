"""What runs an encoder's network: torch or ONNX Runtime, which give the same numbers to 1e-5."""
