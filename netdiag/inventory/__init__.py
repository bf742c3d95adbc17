"""Who is connected where: the operator's own sources, looked up, never loaded whole."""
