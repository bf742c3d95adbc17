"""Observations over the topology → outages. Pure: clock and evidence come in as arguments."""
