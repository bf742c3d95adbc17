"""Options of the `ssh` transport, read from a Target. The port is the target's, default 22.

ssh.username         login; no default
ssh.device_type      netmiko's platform name; default the target's platform, else `generic`
ssh.encoding         of what the device prints: utf-8 (default), cp1251, …
ssh.enable           true: enter privileged mode after the login (secret ssh.enable_secret);
                     default true when that secret is given
ssh.legacy           true: also SHA-1 key exchange, ssh-rsa keys, CBC ciphers and MD5, which old
                     switches have nothing better than; default false
ssh.key_file         private key file (secret ssh.key_passphrase), instead of or beside a password
ssh.known_hosts      file of host keys, as ssh writes it: only hosts in it are talked to. Without it
                     any host key is accepted and none is remembered
ssh.delay_factor     2, 4, …: for devices that lose letters typed fast; default 1
secrets ssh.password, ssh.enable_secret, ssh.key_passphrase
"""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.model.secret import Secret
from netdiag.model.wire import Target
from netdiag.transports.options import OptionError, encoding, flag, missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """All that is needed to log in. Equal options share a session."""

    device: str
    host: str
    port: int
    device_type: str  # "": by the platform
    platform: str
    username: str
    password: Secret | None
    enable: bool
    enable_secret: Secret | None
    legacy: bool
    encoding: str
    key_file: str | None
    key_passphrase: Secret | None
    known_hosts: str | None
    delay_factor: float


def read_options(target: Target) -> Options:
    """The options of this target; raises OptionError for what cannot be used."""
    given, secrets = target.options, target.secrets
    username = given.get("ssh.username")
    if not username:
        raise missing(target, "ssh.username")
    if "ssh.password" not in secrets and "ssh.key_file" not in given:
        raise missing(target, "ssh.password")
    device_type = given.get("ssh.device_type", "")
    if device_type.endswith(("_telnet", "_serial")):
        raise OptionError(
            f"ssh.device_type of {target.device} is {device_type!r}; give netmiko's name of its "
            "platform, such as cisco_ios or linux. Telnet is not spoken."
        )
    return Options(
        device=target.device,
        host=target.host,
        port=target.port or 22,
        device_type=device_type,
        platform=target.platform,
        username=username,
        password=secrets.get("ssh.password"),
        enable=flag(target, "ssh.enable", "ssh.enable_secret" in secrets),
        enable_secret=secrets.get("ssh.enable_secret"),
        legacy=flag(target, "ssh.legacy"),
        encoding=encoding(target, "ssh.encoding"),
        key_file=given.get("ssh.key_file"),
        key_passphrase=secrets.get("ssh.key_passphrase"),
        known_hosts=given.get("ssh.known_hosts"),
        delay_factor=_factor(given.get("ssh.delay_factor", "1")),
    )


def _factor(word: str) -> float:
    try:
        factor = float(word)
    except ValueError:
        factor = 0.0
    if not 1 <= factor <= 20:
        raise OptionError(f"ssh.delay_factor must be a number from 1 to 20, not {word!r}.")
    return factor
