"""Outages on a generated network: netdiag beside three baselines, on the same stream."""
