"""From a verdict to a desk with a clock. Pure."""
