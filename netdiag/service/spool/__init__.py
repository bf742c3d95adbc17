"""A worker that is cut off from the store: it sweeps on, and brings the results later."""
