"""Users of SNMPv3 whose notifications are taken."""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.model.secret import Secret

AUTH = ("NONE", "MD5", "SHA", "SHA224", "SHA256", "SHA384", "SHA512")
PRIV = ("NONE", "DES", "AES", "AES192", "AES256", "AES192C", "AES256C")  # …C: key as Cisco extends


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user. Keys are passphrases (RFC 3414, A.2)."""

    name: str
    auth: str = "NONE"  # of AUTH
    auth_key: Secret | None = None
    priv: str = "NONE"  # of PRIV
    priv_key: Secret | None = None

    @property
    def level(self) -> int:
        """1 noAuthNoPriv, 2 authNoPriv, 3 authPriv: nothing below it is taken from this user."""
        return 1 + (self.auth != "NONE") + (self.priv != "NONE")
