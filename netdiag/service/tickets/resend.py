"""A person sends a dead letter again: from the command line, with the daemon running or not."""

from __future__ import annotations

from datetime import UTC, datetime

from netdiag.model.errors import ContentError
from netdiag.model.letter import Letter, LetterState
from netdiag.service.daemon.jobs import Jobs
from netdiag.service.tickets.desk import line_of
from netdiag.store.letters import Letters


class LetterError(ContentError):
    """There is no such dead letter."""


async def resend(letters: Letters, jobs: Jobs, number: int, *, site: str) -> str:
    """Begin its work once more: what was done already is not done twice. The new job's id.
    Raises LetterError."""
    letter = letters.get(number)
    if letter is None or letter.state is not LetterState.DEAD:
        raise LetterError(
            f"There is no dead letter {number}. `netdiag tickets dead` shows those that wait."
        )
    job = f"{letter.work['key']}-again-{number}-{letter.attempts}"
    await jobs.enqueue(flow_of(letter), job, dict(letter.work), site=line_of(site))
    letters.resent(letter.key, datetime.now(UTC))
    return job


def flow_of(letter: Letter) -> str:
    """Which flow the letter belongs to."""
    if "reason" in letter.work:
        return "ticket-after"
    return "ticket-open" if {"diagnosis", "outage"} & set(letter.work) else "ticket"
