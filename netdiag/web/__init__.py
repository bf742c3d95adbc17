"""The HTTP API of the daemon, and the NOC board."""
