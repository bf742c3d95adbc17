"""Ticket systems: one file each, all behind one interface (desk.py)."""
