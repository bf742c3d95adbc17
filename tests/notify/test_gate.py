"""What goes to people now, what is held back, and why."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from netdiag.model.notice import News, Notice, NoticeState
from netdiag.notify.gate import Concern, Decision, Policy, Quiet, decide

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
NIGHT = Quiet(begin=time(22), end=time(7), unless_subscribers=200)


def notice(number: int, outage: str = "out-1", kind: News = News.RAISED, age_s: float = 60):
    return Notice(
        id=number, key=f"k{number}", outage=outage, destination="noc", kind=kind,
        state=NoticeState.DUE, at=NOON - timedelta(seconds=age_s),
    )  # fmt: skip


def concern(subscribers: int = 40, *, over: bool = False, maintenance: str = "", site: str = "x"):
    return Concern(subscribers=subscribers, site=site, over=over, maintenance=maintenance)


def decided(
    waiting: list[Notice],
    policy: Policy | None = None,
    *,
    concerns: dict[str, Concern] | None = None,
    told: tuple[str, ...] = (),
    messages: tuple[datetime, ...] = (),
    local: datetime = NOON,
) -> Decision:
    known = concerns or {}
    return decide(
        waiting,
        told.__contains__,
        {one.outage: known.get(one.outage, concern()) for one in waiting},
        policy or Policy(),
        messages=messages,
        now=NOON,
        local=local,
    )


def test_what_belongs_together_gathers_and_goes_as_one_message():
    fresh = [notice(1, "out-1", age_s=5), notice(2, "out-2", age_s=1)]
    assert decided(fresh) == Decision()
    assert decided([notice(1, age_s=25), notice(2, "out-2", age_s=1)]).send == (1, 2)


def test_an_outage_that_is_over_before_it_was_told_is_not_told():
    over = {"out-1": concern(over=True)}
    both = [notice(1), notice(2, kind=News.CLEARED)]
    assert set(decided(both, concerns=over).drop.values()) == {"over before it was told"}


def test_an_end_is_told_where_the_beginning_was_also_at_night():
    over = {"out-1": concern(over=True)}
    end = [notice(2, kind=News.CLEARED)]
    policy = Policy(quiet=NIGHT)
    night = NOON.replace(hour=23)
    assert decided(end, policy, concerns=over, told=("out-1",), local=night).send == (2,)


def test_quiet_hours_hold_small_outages_and_let_large_ones_through():
    policy = Policy(quiet=NIGHT)
    small, large = notice(1, "small"), notice(2, "large")
    concerns = {"small": concern(12), "large": concern(900)}
    night = decided([small, large], policy, concerns=concerns, local=NOON.replace(hour=23))
    assert night.send == (2,)
    assert night.hold == {1: "quiet hours until 07:00"}
    assert decided([small], policy, concerns=concerns, local=NOON.replace(hour=8)).send == (1,)


def test_quiet_hours_end_on_the_day_that_they_end():
    assert NIGHT.until(NOON.replace(hour=23)) == NOON.replace(hour=7) + timedelta(days=1)
    assert NIGHT.until(NOON.replace(hour=3)) == NOON.replace(hour=7)
    assert NIGHT.until(NOON) is None


def test_a_storm_is_capped_and_what_waits_says_so():
    policy = Policy(most_per_hour=3)
    hour = tuple(NOON - timedelta(minutes=minutes) for minutes in (50, 20, 10))
    held = decided([notice(1), notice(2, "out-2")], policy, messages=hour)
    assert held.send == ()
    assert held.hold[1] == held.hold[2]
    assert "a storm: 3 messages in the last hour; the next in 10 min" in held.hold[1]
    assert decided([notice(1), notice(2, "out-2")], policy, messages=hour[1:]).send == (1, 2)


def test_planned_work_is_held_with_the_name_of_its_window():
    planned = {"out-1": concern(maintenance="maintenance mw-1 until 14:00")}
    assert decided([notice(1)], concerns=planned).hold == {1: "maintenance mw-1 until 14:00"}


def test_what_is_too_small_or_elsewhere_for_a_destination_stands_in_the_list():
    assert "fewer than 50" in decided([notice(1)], Policy(least_subscribers=50)).hold[1]
    assert "not among the sites" in decided([notice(1)], Policy(sites=("y",))).drop[1]
