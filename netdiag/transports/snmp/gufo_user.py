"""The SNMPv3 user in gufo-snmp's words."""

from __future__ import annotations

from functools import lru_cache

from gufo.snmp import (
    Aes128Key,
    Aes192Key,
    Aes256Key,
    BaseAuthKey,
    BasePrivKey,
    DesKey,
    KeyExpansion,
    Md5Key,
    Sha1Key,
    Sha224Key,
    Sha256Key,
    Sha384Key,
    Sha512Key,
    User,
)
from gufo.snmp.user import KeyType

from netdiag.model.secret import Secret
from netdiag.transports.snmp.settings import SnmpSettings

_AUTH: dict[str, type[BaseAuthKey]] = {
    "MD5": Md5Key,
    "SHA": Sha1Key,
    "SHA224": Sha224Key,
    "SHA256": Sha256Key,
    "SHA384": Sha384Key,
    "SHA512": Sha512Key,
}
_PRIV: dict[str, type[BasePrivKey]] = {
    "DES": DesKey,
    "AES": Aes128Key,
    "AES192": Aes192Key,
    "AES256": Aes256Key,
    "AES192C": Aes192Key,
    "AES256C": Aes256Key,
}


@lru_cache(maxsize=256)
def _master(protocol: str, password: Secret) -> bytes:
    """A password becomes a key by hashing a megabyte (RFC 3414 appendix A.2): once is enough."""
    return _AUTH[protocol].get_master_key(password.reveal().encode())


def make_user(settings: SnmpSettings) -> User:
    """User with keys from passwords; noAuthNoPriv when the settings name no protocol."""
    auth = priv = None
    if settings.auth and settings.auth_key:
        hashed_by = _AUTH[settings.auth]
        auth = hashed_by(_master(settings.auth, settings.auth_key), KeyType.Master)
        if settings.priv and settings.priv_key:
            key = _master(settings.auth, settings.priv_key)
            priv = _PRIV[settings.priv](key, KeyType.Master)
    cisco = (settings.priv or "").endswith("C")
    expansion = KeyExpansion.Cisco if cisco else KeyExpansion.Blumenthal
    return User(settings.user, auth_key=auth, priv_key=priv, key_expansion=expansion)
