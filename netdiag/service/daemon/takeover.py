"""What the dead had under way goes back into the queues. Work that three processes died over is not
tried by a fourth: it is cancelled and said."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from netdiag.service.daemon.jobs import Jobs
from netdiag.store.fleet import Fleet, Worker

_log = logging.getLogger(__name__)
_DEATHS = 3


@dataclass(slots=True, kw_only=True)
class Takeover:
    """Put the unfinished work of dead processes back into the queues of these sites."""

    fleet: Fleet
    jobs: Jobs
    sites: tuple[str, ...]
    given_back: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)

    def of(self, dead: list[Worker]) -> None:
        """Those who are still dead, now that nobody can come back meanwhile."""
        names = {one.name for one in dead}
        for one in self.fleet.everybody():
            if one.name in names and not one.alive:
                for job, site in self.jobs.begun_by(one.name):
                    if site in self.sites:
                        self._one(job, site, one)

    def _one(self, job: str, site: str, dead: Worker) -> None:
        deaths = self.fleet.taken_over(job, dead.name)
        if deaths > _DEATHS:
            self.jobs.give_up(job)
            self.given_up.append(job)
            _log.error("job %s: %d processes died over it, it is cancelled", job, _DEATHS)
            return
        self.jobs.give_back(job, site)
        self.given_back.append(job)
        _log.warning("job %s of %s, which is dead, is taken over for site %s", job, dead.name, site)
