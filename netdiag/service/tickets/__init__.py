"""The desk's work: tickets in, diagnosed, routed, verified. Steps that the durable flows join."""
