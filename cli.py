"""Doorway for a bare checkout: `python cli.py diagnose 100234`. Not part of the wheel."""

from netdiag.cli import main

if __name__ == "__main__":
    main()
