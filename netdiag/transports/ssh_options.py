"""Options of the `ssh` transport, read from a Target.

ssh.username     login; no default
ssh.device_type  netmiko's name of the platform; default `generic`
ssh.port         through the target's port; default 22
ssh.legacy       true: also SHA-1 key exchange, ssh-rsa and CBC ciphers of old switches
ssh.host_key     `accept` (default: the key is not checked; management networks of access switches
                 rarely have known keys) or `known_hosts`: only keys in the user's known_hosts
ssh.encoding     of the device's texts; default utf-8
ssh.key_file     a private key instead of a password
secrets ssh.password, ssh.enable_secret, ssh.key_passphrase
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netdiag.model.secret import Secret
from netdiag.model.wire import Target
from netdiag.transports.options import OptionError, encoding, flag, missing

# What paramiko 4 still offers and current advice refuses (RFC 9142, RFC 8332, RFC 8758).
_OLD: Mapping[str, tuple[str, ...]] = {
    "kex": (
        "diffie-hellman-group1-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group-exchange-sha1",
    ),
    "keys": ("ssh-rsa", "ssh-dss"),
    "pubkeys": ("ssh-rsa", "ssh-dss"),
    "ciphers": ("aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"),
    "macs": ("hmac-md5", "hmac-md5-96", "hmac-sha1-96"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """All that is needed to log in. Equal options share a session."""

    host: str
    port: int
    username: str
    password: Secret | None
    enable: Secret | None
    key_file: str | None
    passphrase: Secret | None
    device_type: str
    legacy: bool
    known_hosts: bool
    encoding: str

    def arguments(self, seconds: float) -> dict[str, Any]:
        """Keyword arguments of netmiko's ConnectHandler; every wait is at most `seconds`."""
        given: dict[str, Any] = {
            "device_type": self.device_type,
            "host": self.host,
            "port": self.port,
            "username": self.username,
            "password": self.password.reveal() if self.password else None,
            "secret": self.enable.reveal() if self.enable else "",
            "use_keys": self.key_file is not None,
            "key_file": self.key_file,
            "passphrase": self.passphrase.reveal() if self.passphrase else None,
            "allow_agent": False,
            "ssh_strict": self.known_hosts,
            "system_host_keys": self.known_hosts,
            "encoding": self.encoding,
            "fast_cli": True,
            "auto_connect": True,
        }
        waits = ("conn_timeout", "auth_timeout", "banner_timeout", "blocking_timeout")
        given |= dict.fromkeys((*waits, "timeout", "session_timeout"), seconds)
        if not self.legacy:
            given["disabled_algorithms"] = {kind: list(names) for kind, names in _OLD.items()}
        return given


def read_options(target: Target) -> Options:
    """The options of a target. Raises OptionError with the way out."""
    options, secrets = target.options, target.secrets
    if "ssh.username" not in options:
        raise missing(target, "ssh.username")
    key_file = options.get("ssh.key_file")
    if "ssh.password" not in secrets and key_file is None:
        raise missing(target, "ssh.password")
    policy = options.get("ssh.host_key", "accept")
    if policy not in ("accept", "known_hosts"):
        raise OptionError(f"ssh.host_key of {target.device} is accept or known_hosts.")
    return Options(
        host=target.host,
        port=target.port or 22,
        username=options["ssh.username"],
        password=secrets.get("ssh.password"),
        enable=secrets.get("ssh.enable_secret"),
        key_file=key_file,
        passphrase=secrets.get("ssh.key_passphrase"),
        device_type=options.get("ssh.device_type", "generic"),
        legacy=flag(target, "ssh.legacy"),
        known_hosts=policy == "known_hosts",
        encoding=encoding(target, "ssh.encoding"),
    )
