"""What the demo shows: faults that do not touch one another, and three healthy homes."""

from __future__ import annotations

HEALTHY = "none.ok"

# fault, home; None is a healthy one
STORY: tuple[tuple[str | None, str], ...] = (
    ("account-blocked", "100201"),
    ("duplex-mismatch", "100203"),
    ("no-dhcp-request", "100204"),
    ("router-replaced", "100205"),
    ("cable-cut", "100207"),
    ("router-off", "100208"),
    ("cable-unplugged", "100209"),
    ("pair-broken", "100212"),
    ("wrong-vlan", "100213"),
    ("port-bpdu-block", "100217"),
    ("not-provisioned", "100218"),
    ("wrong-password", "100227"),
    ("loop", "100228"),
    ("port-shut", "100233"),
    ("wrong-static-ip", "100236"),
    ("switch-dead", "100237"),
    (None, "100202"),
    (None, "100214"),
    (None, "100230"),
)
