"""How well it goes: rows of the store into one report."""
