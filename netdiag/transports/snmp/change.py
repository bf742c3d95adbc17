"""SET: the only thing that netdiag changes over SNMP, in tests under consent."""

from __future__ import annotations

from netdiag.model.wire import SnmpSet
from netdiag.model.words import AbsenceReason
from netdiag.transports.snmp.failure import AgentError, Failure
from netdiag.transports.snmp.pysnmp_session import PysnmpSession
from netdiag.transports.snmp.settings import SnmpSettings

# RFC 3416: what an agent says of an object that this community or user may not write.
_NOT_YOURS = {2: "noSuchName", 4: "readOnly", 6: "noAccess", 16: "authorizationError"}
_NOT_AT_ALL = {11: "noCreation", 17: "notWritable", 18: "inconsistentName"}


async def change(session: PysnmpSession, settings: SnmpSettings, question: SnmpSet) -> None:
    """Set the integers. Raises Failure with the way out."""
    try:
        await session.set({oid.lstrip("."): value for oid, value in question.oids.items()})
    except AgentError as error:
        raise _failure(settings, error) from None


def _failure(settings: SnmpSettings, error: AgentError) -> Failure:
    if error.status in _NOT_YOURS:
        return Failure(
            AbsenceReason.ACCESS_DENIED,
            f"{settings.name} does not let us write ({_NOT_YOURS[error.status]}). Add "
            "snmp.write_community to its credentials, or let the user write ifAdminStatus.",
        )
    word = _NOT_AT_ALL.get(error.status, error.name)
    return Failure(AbsenceReason.NOT_SUPPORTED, f"{settings.name} refuses the SET: {word}.")
