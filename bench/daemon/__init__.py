"""The daemon under load and under fire, beside its lab and a real HTTP receiver."""
