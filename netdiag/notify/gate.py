"""The one gate for all that is told to people: what goes now, what is held back, and why. Pure.

Nothing vanishes here: what does not go is held or dropped with a reason that can be listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from netdiag.model.notice import News, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours of the destination's own day in which only what is large is told."""

    begin: time
    end: time
    unless_subscribers: int

    def until(self, local: datetime) -> datetime | None:
        """When the quiet hours end that are now; None when there are none now."""
        now = local.time()
        over_midnight = self.begin > self.end
        inside = (
            now >= self.begin or now < self.end if over_midnight else self.begin <= now < self.end
        )
        if not inside:
            return None
        day = local.date() + timedelta(days=1 if over_midnight and now >= self.begin else 0)
        return datetime.combine(day, self.end, tzinfo=local.tzinfo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a destination wants to be told."""

    wait_s: float = 20.0  # what belongs together gathers before the first word
    most_per_hour: int = 12  # messages; more wait and go as one
    least_subscribers: int = 1
    quiet: Quiet | None = None
    sites: tuple[str, ...] = ()  # empty: all


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """What is known now of the outage that a notice is about."""

    subscribers: int | None
    site: str | None
    over: bool
    maintenance: str = ""  # why it is expected; empty: it is not
    warning: bool = False  # nobody is cut off: it can wait for the end of quiet hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Ids of notices: those that go in one message now, those held and those dropped, with why."""

    send: tuple[int, ...] = ()
    hold: Mapping[int, str] = field(default_factory=dict)
    drop: Mapping[int, str] = field(default_factory=dict)


def decide(
    waiting: Sequence[Notice],
    told: Callable[[str], bool],
    concerns: Mapping[str, Concern],
    policy: Policy,
    *,
    messages: Sequence[datetime],
    now: datetime,
    local: datetime,
) -> Decision:
    """What becomes of a destination's waiting notices.

    `told(outage)`: was its beginning told there? `messages`: when messages left in the last hour;
    `local`: now, in the destination's own time.
    """
    drop = _pointless(waiting, told, concerns, policy)
    hold: dict[int, str] = {}
    ready: list[Notice] = []
    for notice in waiting:
        if notice.id in drop:
            continue
        why = _kept_quiet(notice, concerns[notice.outage], policy, local)
        if why:
            hold[notice.id] = why
        else:
            ready.append(notice)
    storm = _storm(messages, policy, now)
    if ready and storm:
        return Decision(hold=hold | {one.id: storm for one in ready}, drop=drop)
    if ready and now - min(one.at for one in ready) < timedelta(seconds=policy.wait_s):
        ready = []
    return Decision(send=tuple(one.id for one in ready), hold=hold, drop=drop)


def _pointless(
    waiting: Iterable[Notice],
    told: Callable[[str], bool],
    concerns: Mapping[str, Concern],
    policy: Policy,
) -> dict[int, str]:
    """An end is told only where the beginning was; what was over before it was told is not told."""
    drop = {}
    for notice in waiting:
        concern = concerns[notice.outage]
        if told(notice.outage):
            continue
        if concern.over:
            drop[notice.id] = "over before it was told"
        elif policy.sites and concern.site not in policy.sites:
            drop[notice.id] = f"not among the sites of {notice.destination}"
        elif notice.kind is News.CLEARED:
            drop[notice.id] = "its beginning was not told"
    return drop


def _kept_quiet(notice: Notice, concern: Concern, policy: Policy, local: datetime) -> str:
    """Why it waits; empty when it need not."""
    if notice.kind is News.CLEARED:
        return ""  # whoever was woken by the beginning may hear of the end
    if concern.maintenance:
        return concern.maintenance
    if (concern.subscribers or 0) < policy.least_subscribers:
        return f"fewer than {policy.least_subscribers} subscribers"
    until = policy.quiet.until(local) if policy.quiet else None
    large = (
        not concern.warning
        and policy.quiet is not None
        and (concern.subscribers or 0) >= policy.quiet.unless_subscribers
    )
    if until and not large:
        return f"quiet hours until {until:%H:%M}"
    return ""


def _storm(messages: Sequence[datetime], policy: Policy, now: datetime) -> str:
    hour = [moment for moment in messages if now - moment < timedelta(hours=1)]
    if len(hour) < policy.most_per_hour:
        return ""
    free = sorted(hour)[-policy.most_per_hour] + timedelta(hours=1)
    left = max(1, round((free - now).total_seconds() / 60))
    return f"a storm: {len(hour)} messages in the last hour; the next in {left} min"
