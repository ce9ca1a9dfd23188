"""How a staged crowd is made: plan, cut-outs, street, painting, compression."""
