"""What became of verdicts and tickets: figures over rows. Pure; nothing is asked or read here."""
