"""The register's use cases: announced, answered from, replayed, reported."""
