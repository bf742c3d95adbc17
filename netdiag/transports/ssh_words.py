"""What may be typed on a device: the allow-list of command lines, and what refusals look like.

A question only reads. The few lines that act (cable tests) belong to probes that declare their
disruption and consent; nothing else that changes a device is ever sent, whoever asks for it.
"""

from __future__ import annotations

import re

READING = re.compile(
    r"^(show|display|ping|arping|ip (-\w+ )*(neigh|link|addr|route)|bridge (-\w+ )*(fdb|link|vlan)"
    r"|grep|cat|traceroute)\b"
)
# Cable tests: D-Link, Eltex and Cisco, Huawei (which wants its interface view for it).
CONSENTED = re.compile(
    r"^(cable_diag ports \S+|test cable-diagnostics tdr interface \S+.*"
    r"|system-view|interface \S+|virtual-cable-test|y|quit)$"
)
_NOT_KNOWN = re.compile(
    r"^\s*(%\s*(Invalid|Unknown|Unrecognized|Incomplete|Ambiguous)|Error:\s*(Unrecognized|Wrong"
    r"|Incomplete)|Unknown command|Invalid (command|input)|Available commands"
    r"|Next possible completions|.*command not found|syntax error|Command not recognized)",
    re.IGNORECASE | re.MULTILINE,
)


def refusal(command: str) -> str | None:
    """Why this command is not typed, as a sentence; None when it may be."""
    lines = command.split("\n")
    for line in lines:
        if not READING.match(line) and not CONSENTED.match(line):
            return f"{line.split()[0] if line.split() else line!r} is no command that only reads"
    return None


def not_known(output: str) -> bool:
    """Does the device say that it does not know the command?"""
    return len(output) < 2000 and bool(_NOT_KNOWN.search(output))
