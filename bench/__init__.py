"""Speed, as ratios against a named floor or peer in one run. Never part of the tests."""
