"""Probes and rules in, checked objects out. The only place that reads YAML."""
