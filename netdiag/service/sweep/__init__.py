"""Sweeps: every device is visited, what moved is judged, what is new is told."""
