"""From columns to findings: what to ask of a device, what moved, what is new. Pure."""
