"""What the command line says: the catalogue of `netdiag.locale`."""

from netdiag.locale.words import (
    Translate,
    foreign,
    isolate,
    line,
    listed,
    translator,
    value_word,
)

__all__ = ["Translate", "foreign", "isolate", "line", "listed", "translator", "value_word"]
