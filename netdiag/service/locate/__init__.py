"""Where is it now: a MAC, address, login, phone or id in, the edge port out."""
