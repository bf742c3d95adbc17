"""The daemon and its workers: accepted work, durable flows, reload, several processes."""
