"""Texts of the interface per language: gettext catalogues, read as they are."""
