"""Outages and verdicts → people and their systems."""
