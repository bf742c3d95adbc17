"""Failures of an SNMP question as sentences with the way out. No secrets in them."""

from __future__ import annotations

from netdiag.model.words import AbsenceReason
from netdiag.transports.snmp.failure import (
    AUTHORIZATION_ERROR,
    NO_ACCESS,
    TOO_BIG,
    AgentError,
    Failure,
)
from netdiag.transports.snmp.header import (
    DECRYPTION,
    DIGEST,
    ENGINE_ID,
    SECURITY_LEVEL,
    TIME_WINDOW,
    USER_NAME,
)
from netdiag.transports.snmp.settings import SnmpSettings

_REFUSED = {
    SECURITY_LEVEL: "does not allow user {user!r} at this security level. Set snmp.auth and "
    "snmp.priv as the device has them.",
    TIME_WINDOW: "keeps refusing our engine time. Look at its clock and engineBoots.",
    USER_NAME: "does not know the SNMPv3 user {user!r}. Create it there or correct snmp.user.",
    ENGINE_ID: "disowns the engine ID that it gave. Look for a second agent at that address.",
    DIGEST: "refuses the password of user {user!r}. Correct the secret snmp.auth_key or snmp.auth.",
    DECRYPTION: "cannot decrypt. Correct the secret snmp.priv_key or the option snmp.priv.",
}


def no_time(settings: SnmpSettings) -> Failure:
    """The deadline was over before the request could be sent."""
    return Failure(AbsenceReason.NOT_ASKED, f"{settings.name}: no time was left to ask over SNMP.")


def silent(settings: SnmpSettings, asked: int, seconds: float, garbage: int, heard: int) -> Failure:
    """No usable reply. A device that has said something in this question is not a dead one."""
    said = f"asked {asked} times in {seconds:.1f} s"
    if garbage:
        return unreadable(settings, f"sent only damaged or foreign datagrams ({garbage}; {said}).")
    if heard:
        return unreadable(
            settings,
            f"fell silent in the middle of the question after {heard} replies ({said}). Give it "
            "more time, or lower snmp.max_repetitions and snmp.max_oids.",
        )
    key = "" if settings.version == "3" else ", and that the community is right"
    return Failure(
        AbsenceReason.TIMED_OUT,
        f"{settings.name} does not answer SNMP {settings.version} ({said}). Check that it is up, "
        f"that it lets this host ask{key}.",
    )


def unreachable(settings: SnmpSettings, text: str) -> Failure:
    """The kernel or the far end's kernel says that nobody is there."""
    reason = text.split(" (os error")[0]
    return Failure(
        AbsenceReason.NOT_REACHABLE,
        f"{settings.name} is not reachable over SNMP: {reason}. Check the route, the port and "
        "that SNMP is switched on.",
    )


def unreadable(settings: SnmpSettings, text: str) -> Failure:
    """An answer came, but not a usable one."""
    return Failure(AbsenceReason.UNREADABLE, f"{settings.name} {text}")


def hollow(settings: SnmpSettings) -> Failure:
    """A reply without error and without a single varbind (RFC 3416 never allows it)."""
    return unreadable(
        settings, "answers with empty replies. Try snmp.walk: getnext or a smaller snmp.max_oids."
    )


def refused(settings: SnmpSettings, code: int) -> Failure:
    """SNMPv3 turned us away; `code` is the last number of the usmStats counter, 0 is silence."""
    text = _REFUSED.get(
        code,
        "answers SNMPv3 discovery but not user {user!r}: the privacy password or protocol is "
        "wrong, or the security level. Correct snmp.priv_key, snmp.priv or snmp.auth.",
    )
    detail = f"{settings.name} {text.format(user=settings.user)}"
    return Failure(AbsenceReason.ACCESS_DENIED, detail, at_the_door=True)


def agent_said(settings: SnmpSettings, error: AgentError) -> Failure:
    """The agent answered with an error status that no other way of asking could mend."""
    if error.status in (NO_ACCESS, AUTHORIZATION_ERROR):
        return Failure(
            AbsenceReason.ACCESS_DENIED,
            f"{settings.name} forbids reading this ({error.name}). Widen its SNMP view.",
        )
    if error.status == TOO_BIG:
        return unreadable(settings, "cannot fit even one object into a reply (tooBig).")
    return unreadable(settings, f"answers this question with the SNMP error {error.name}.")
