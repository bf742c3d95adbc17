"""The engineer's bench: probes and rules taught, tried and proven."""
