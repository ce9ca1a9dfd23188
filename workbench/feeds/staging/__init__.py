"""How a staged crowd is made: plan, cut-outs, street, painting, compression."""

__all__: list[str] = []
