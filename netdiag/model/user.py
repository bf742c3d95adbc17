"""Who uses the board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class UserRole(StrEnum):
    """What a person may do; each may do what those before it may."""

    VIEWER = "viewer"  # look at the board; sees no contact data
    OPERATOR = "operator"  # diagnose subscribers
    NOC = "noc"  # write outages, see contacts of those behind one
    ADMIN = "admin"  # everything

    def allows(self, wanted: UserRole) -> bool:
        """Does this role include that one?"""
        order = list(UserRole)
        return order.index(self) >= order.index(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One person (or wall screen) by name, without the password."""

    name: str
    role: UserRole
    created_at: datetime
    changed_at: datetime
    seen_at: datetime | None = None
