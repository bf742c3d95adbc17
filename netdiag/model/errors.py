"""Errors that a person reads. The docstring of each class is its way out."""

from __future__ import annotations


class NetdiagError(Exception):
    """Something netdiag can explain in a sentence. Printed as it stands, without a traceback."""


class ContentError(NetdiagError):
    """Configuration, inventory, probes or rules are wrong; the text names file and line."""


class UnknownSubscriberError(NetdiagError):
    """No subscriber has that key, or he has no attachment (exit code 3)."""


class InventoryUnavailableError(NetdiagError):
    """An inventory source could not be asked (database down, file gone)."""


def sentence(*parts: str) -> str:
    """Join what is wrong and the way out into one text."""
    return " ".join(part.strip() for part in parts if part)
