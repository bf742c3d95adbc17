"""Evidence in, outages inferred, people told."""
