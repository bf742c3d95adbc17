"""What the NOC sees at one moment, put together of the store, the topology and the daemon."""
