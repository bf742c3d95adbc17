"""What may be typed into a device: the allow-list of commands over SSH.

This is the one place that decides what the SSH transport types. Commands come from probe files,
their placeholders from billing, RADIUS and the devices themselves: a login such as `x; reboot` must
stay a login. So a command consists of harmless characters only, and each must be a reading one.
"""

from __future__ import annotations

import re

# No quotes, brackets, dollar, semicolon, pipe or redirection; no control characters.
_PLAIN = re.compile(r"[A-Za-z0-9 ._:/@,=+%-]+")

_FILE = r"/(?:sys/class/net|proc/net)/[\w./:@-]+"  # what the kernel shows
_LEASES = r"/[\w./-]*lease[\w.-]*"  # a DHCP server's lease file, wherever it is kept
_READABLE = rf"(?:{_FILE}|{_LEASES})"
_SHOW = r"(?: -(?:4|6|j|json|p|pretty|s|stats|statistics|d|details|o|oneline|br|brief))*"
_NAME = r"[\w.:@/][\w.:@/-]*"

# Commands that read, whole. A first word alone would not do: `ip link set` begins like `ip neigh`.
READING: tuple[str, ...] = (
    # Switches, routers, OLTs. Configurations hold passwords, and tech-support loads the device.
    r"(?:show|display)(?! (?:run|start|conf|curr|saved|tech|diag|secret)) .+",
    r"info(?: .+)?",
    # RouterOS over SSH: prints, and monitors that end.
    r"(?:/[a-z0-9-]+)(?:[ /][a-z0-9-]+)* print(?!.*\b(?:file|append|follow|follow-only)\b)(?: .+)?",
    r"(?:/[a-z0-9-]+)(?:[ /][a-z0-9-]+)* monitor(?!.*\b(?:file|append|do)\b) .*\bonce\b.*",
    # Linux as BNG or resolver.
    rf"(?:/sbin/)?ip{_SHOW} (?:n|neigh|neighbour|neighbor|a|addr|address|l|link|r|route|rule)"
    r"(?: (?:show|list|ls|get)(?: .+)?)?",
    rf"(?:/sbin/)?bridge{_SHOW} (?:fdb|link|vlan|mdb)(?: (?:show|list|ls)(?: .+)?)?",
    rf"tc{_SHOW} (?:qdisc|class) (?:show|list|ls)(?: .+)?",
    rf"ethtool(?: -[SmigkacT])? {_NAME}",
    rf"iw dev {_NAME} (?:info|link|station dump|station get {_NAME})",
    rf"cat(?: {_READABLE})+",
    rf"grep(?: -[isnHEFwxc]+)* {_NAME}(?: {_READABLE})+",
    rf"test -r {_READABLE}",
    r"echo \w+",
    r"(?:lldpcli|accel-cmd|birdc|brctl)(?: -f \w+)? (?:show|showmacs|showstp) .+",
    # Neither a flood (-f, -A, -l) nor an announcement (-U, -A, -S, -s of arping).
    r"ping(?!.* -\w*[fAl])(?: .+)",
    r"arping(?=.* -c ?\d)(?!.* -\w*[UASs])(?: .+)",
    r"trace(?:route|path)(?: .+)",
)

# Commands that act on the service. Their probes declare `disruption` and `consent`; whether the
# consent was given is decided before the transport is asked. Cable tests stop the link for seconds.
CONSENTED: tuple[str, ...] = (
    r"cable_diag ports [\w:/,-]+",
    r"cable-diagnostics [\w:/,-]+",
    r"test cable-diagnostics(?: tdr)?(?: interface)? [\w ./:-]+",
    r"virtual-cable-test(?: interface [\w ./:-]+)?",
    r"system-view\ninterface [\w./:-]+\nvirtual-cable-test\ny\nquit\nquit",
    r"system-view\ninterface [\w./:-]+\nloopback internal\nquit\nquit",  # ends by itself
)

# Lines that change a port for a while and change it back, in tests under consent alone (SshChange).
_IN_PORT = r"(?:conf(?:igure)?(?: terminal)?|system-view)\n(?:interface [\w ./:-]+)\n"
_OUT = r"(?:\n(?:exit|end|quit|return))*"
CHANGING: tuple[str, ...] = (
    rf"{_IN_PORT}(?:no shutdown|undo shutdown|shutdown){_OUT}",
    rf"{_IN_PORT}(?:no loopback|undo loopback|loopback internal|loopback){_OUT}",
    r"config ports [\w:/,-]+ state (?:enable|disable)",
)

_CHANGING = re.compile("|".join(CHANGING))
_READING = re.compile("|".join(READING))
_CONSENTED = re.compile("|".join(CONSENTED))
_AND_OR = re.compile(r" (?:&&|\|\|) ")


def change_refusal(command: str) -> str | None:
    """Why these lines are not typed although the test has consent; None when they may be."""
    if _CHANGING.fullmatch(command):
        return None
    return (
        f"{command.splitlines()[0][:40]!r} and what follows is not typed: netdiag changes nothing "
        "but a port's own state, by the lines that docs/howto/test-the-line.md lists."
    )


def refusal(command: str) -> str | None:
    """Why this command is not typed, as a sentence; None when it may be."""
    if _CONSENTED.fullmatch(command):
        return None
    for part in _AND_OR.split(command):
        odd = _PLAIN.sub("", part)
        if odd or not part:
            return (
                f"The command is not sent: it holds {odd[:1]!r}. "
                "Only plain words are typed into a device."
            )
        if ".." in part or not _READING.fullmatch(part):
            return (
                f"{part.split(' ')[0]!r} is not sent like this: netdiag types only commands that "
                "read (show, display, print, ip, ping and others)."
            )
    return None
