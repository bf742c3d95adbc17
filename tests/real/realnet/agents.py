"""snmpd and sshd of the nodes."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from realnet import plan
from realnet.shell import run, until
from realnet.space import Space

HANDLER = Path(__file__).with_name("bridge_mib.py")
IF_TABLE, IFX_TABLE = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
DOT3_TABLE = "1.3.6.1.2.1.10.7.2.1"
SYS_NAME = "1.3.6.1.2.1.1.5.0"
SSH_USER = "noc"
_CACHE_TIMEOUT = "1.3.6.1.4.1.8072.1.5.3.1.2"  # nsCacheTimeout
_CACHED = ("1.3.6.1.2.1.2.2", "1.3.6.1.2.1.4.35")  # ifTable, ipNetToPhysicalTable


def start_snmpd(space: Space, node: str) -> None:
    """The node's agent on its management address, with a second's memory of its tables."""
    config = space.folder / f"snmpd-{node}.conf"
    config.write_text(_snmpd_conf(node))
    state = space.folder / f"snmpd-{node}"
    words = ["snmpd", "-f", "-Lo", "-C", "-c", str(config), "-I", "-smux"]
    env = {"SNMP_PERSISTENT_DIR": str(state), "SNMPCONFPATH": str(state)}
    space.start(node, f"snmpd-{node}", words, env=env)


def snmpd_ready(space: Space, node: str) -> None:
    """Wait for the agent, then shorten its caches."""
    until(lambda: get(space, node, SYS_NAME) == node, f"the agent of {node}")
    for table in _CACHED:
        snmpset(space, node, f"{_CACHE_TIMEOUT}.{table}", "i", "1")


def get(space: Space, node: str, oid: str) -> str:
    """One value as snmpget prints it from the management side; empty when there is none."""
    words = ("snmpget", "-v2c", "-c", plan.COMMUNITY, "-t", "0.5", "-r", "1", "-Oqv")
    text = space.run("mgmt", *words, plan.ADDRESSES[node], oid, check=False).strip()
    return "" if text.startswith("No Such") else text.strip('"')


def walk(space: Space, node: str, oid: str) -> dict[str, str]:
    """Instance → value below a column, by snmpbulkwalk."""
    words = ("snmpbulkwalk", "-v2c", "-c", plan.COMMUNITY, "-t", "1", "-r", "1", "-Onq")
    text = space.run("mgmt", *words, plan.ADDRESSES[node], oid, check=False)
    pairs = (line.split(" ", 1) for line in text.splitlines() if line.startswith(f".{oid}."))
    return {name[len(oid) + 2 :]: value.strip().strip('"') for name, value in pairs}


def snmpset(space: Space, node: str, oid: str, kind: str, value: str, check: bool = True) -> None:
    """Set one value with the write community."""
    words = ("snmpset", "-v2c", "-c", plan.WRITE_COMMUNITY, "-t", "1", "-r", "1")
    space.run("mgmt", *words, plan.ADDRESSES[node], oid, kind, value, check=check)


def _snmpd_conf(node: str) -> str:
    lines = [
        f"agentaddress udp:{plan.ADDRESSES[node]}:161",
        # hrProcessorLoad and ssCpu tell of the machine that runs the tests, not of a switch.
        "view own included .1",
        "view own excluded .1.3.6.1.2.1.25.3.3",
        "view own excluded .1.3.6.1.4.1.2021.11",
        f"rocommunity {plan.COMMUNITY} {plan.MGMT} -V own",
        f"rwcommunity {plan.WRITE_COMMUNITY} {plan.MGMT}",
        f"sysName {node}",
        'sysLocation "Lenina 5, attic"',
    ]
    if node in plan.SWITCHES:
        handler = f"{sys.executable} -S {HANDLER}"
        lines += [
            f"pass_persist .1.3.6.1.2.1.17 {handler} bridge br0 {plan.VLAN}",
            f"pass_persist -p 1 .{DOT3_TABLE} {handler} ethernet br0",
            f"pass_persist -p 1 .{IFX_TABLE}.8 {handler} multicast br0",
            f"pass_persist -p 1 .{IFX_TABLE}.9 {handler} broadcast br0",
        ]
    return "\n".join(lines) + "\n"


class SshKeys:
    """Host key and one user that exists in the nodes only, never on this machine."""

    def __init__(self, space: Space) -> None:
        self.password = secrets.token_urlsafe(12)
        self._space = space
        self._folder = space.folder / "ssh"
        self._folder.mkdir()
        self._key = self._folder / "host_key"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self._key))
        hashed = run("openssl", "passwd", "-6", "-stdin", text_in=self.password).strip()
        user = f"{SSH_USER}:x:64990:64990:NOC:/tmp:/bin/sh\n"
        self._passwd = self._with("/etc/passwd", user, 0o644)
        self._shadow = self._with("/etc/shadow", f"{SSH_USER}:{hashed}:19000:0:99999:7:::\n", 0o600)

    def start(self, node: str, mounts: dict[Path, str] | None = None) -> None:
        """sshd of a node; `mounts` are files of the node that its users see."""
        config = self._folder / f"sshd-{node}.conf"
        config.write_text(
            f"ListenAddress {plan.ADDRESSES[node]}\nHostKey {self._key}\nPidFile none\n"
            "UsePAM no\nPasswordAuthentication yes\nUseDNS no\nStrictModes no\n"
            "MaxStartups 50:30:100\nPrintMotd no\n"
        )
        Path("/run/sshd").mkdir(exist_ok=True)
        over = {self._passwd: "/etc/passwd", self._shadow: "/etc/shadow", **(mounts or {})}
        words = ["/usr/sbin/sshd", "-D", "-e", "-f", str(config)]
        self._space.start(node, f"sshd-{node}", words, mounts=over)

    def _with(self, system: str, line: str, mode: int) -> Path:
        own = self._folder / Path(system).name
        own.touch(mode=mode)
        own.write_text(Path(system).read_text() + line)
        return own
