"""How much longer than its deadline a thing may take on a busy machine."""

# Who keeps no deadline takes a minute or for ever in the tests that use it.
BUSY_S = 10.0
