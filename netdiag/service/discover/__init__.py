"""Whom devices hear, proposed as links."""
