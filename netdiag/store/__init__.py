"""What outlives a run: readings for the next one, and the audit record."""
