"""Durable work: one flow per file. What happens outside memory stands in named steps."""
