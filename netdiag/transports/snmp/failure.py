"""What can go wrong with one question, inside the SNMP transport. Never leaves it."""

from __future__ import annotations

from netdiag.model.words import AbsenceReason

# error-status of RFC 3416 section 3
TOO_BIG = 1
NO_SUCH_NAME = 2  # SNMPv1 only: error-index names the object that does not exist
GEN_ERR = 5
NO_ACCESS = 6
AUTHORIZATION_ERROR = 16
_NAMES = {
    TOO_BIG: "tooBig",
    NO_SUCH_NAME: "noSuchName",
    3: "badValue",
    GEN_ERR: "genErr",
    NO_ACCESS: "noAccess",
    13: "resourceUnavailable",
    AUTHORIZATION_ERROR: "authorizationError",
}


class Failure(Exception):  # noqa: N818 (it carries an absence, not a fault of the program)
    """The question stays without an answer: why, and a sentence without secrets."""

    def __init__(self, why: AbsenceReason, detail: str, *, at_the_door: bool = False) -> None:
        super().__init__(detail)
        self.why = why
        self.detail = detail
        self.at_the_door = at_the_door


class AgentError(Exception):
    """The agent answered with an error status; `index` counts varbinds from 1, 0 is none."""

    def __init__(self, status: int, index: int = 0) -> None:
        self.status = status
        self.index = index
        self.name = _NAMES.get(status, f"error {status}")
        super().__init__(self.name)


class StaleSessionError(Exception):
    """An SNMPv3 session is out of the agent's time window (it restarted): open a new one."""

    def __init__(self, code: int) -> None:
        super().__init__(f"usmStats {code}")
        self.code = code
