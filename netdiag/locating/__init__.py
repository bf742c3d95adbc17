"""Where somebody is seen, and what hangs on what: pure inference over what devices told."""
