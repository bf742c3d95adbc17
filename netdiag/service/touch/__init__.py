"""Tests that change a device: consent, journal, guard and undo."""
