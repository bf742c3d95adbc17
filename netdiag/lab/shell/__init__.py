"""Command lines of the lab's switches, over SSH."""
