"""netdiag: whose fault is it, and why."""

__version__ = "0.1.0"
