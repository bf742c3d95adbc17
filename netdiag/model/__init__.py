"""The words of netdiag: frozen values and enums. Standard library only, no I/O."""
