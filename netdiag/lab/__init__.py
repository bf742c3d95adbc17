"""netdiag lab: a small provider on loopback, for the demo, for tests and for anyone to try.

It knows nothing of probes and rules: a fault is a change of the world, never of an answer.
"""

from __future__ import annotations

from netdiag.lab.files import Ports
from netdiag.lab.lab import FaultInfo, Lab, StoryItem, all_faults

__all__ = ["FaultInfo", "Lab", "Ports", "StoryItem", "all_faults"]
