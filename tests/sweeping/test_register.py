"""A changed verdict, not a state, is the news."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from netdiag.content.load import load
from netdiag.model.condition import Truth
from netdiag.model.sweep import Finding, Hit
from netdiag.sweeping.register import Changes, Votes, gathered, settle

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
RULES = {rule.id: rule for rule in load().findings}
HIT = Hit(rule="port.damaged-frames", device="sw-1", index="7", port="ge7", sure=0.85,
          evidence={"port.fcs_errors_rate": 900.0})  # fmt: skip


def settled(
    known: list[Finding],
    hits: list[Hit],
    truth: Truth = Truth.FALSE,
    votes: Mapping[str, Votes] | None = None,
    now: datetime = NOW,
) -> Changes:
    return settle(
        known,
        hits,
        rules=RULES,
        stands=lambda _: truth,
        site_of=lambda _: "north",
        hurt=lambda _: 3,
        votes=votes or {},
        now=now,
    )


def test_what_is_found_first_is_news_and_later_it_is_not() -> None:
    first = settled([], [HIT])
    assert [one.where for one in first.new] == ["sw-1:ge7"]
    again = settled(first.new, [HIT], now=NOW + timedelta(hours=1))
    assert not again.new
    assert again.again[0].seen == 2
    assert again.again[0].since == NOW


def test_it_is_over_when_its_rule_was_false_twice() -> None:
    found = settled([], [HIT]).new
    once = settled(found, [])
    assert [one.missed for one in once.again] == [1]
    assert [one.state for one in settled(once.again, []).gone] == ["closed"]


def test_between_two_misses_a_hit_counts_anew() -> None:
    found = settled([], [HIT]).new
    once = settled(found, []).again
    assert settled(once, [HIT]).again[0].missed == 0


def test_not_being_able_to_ask_closes_nothing() -> None:
    found = settled([], [HIT]).new
    for _ in range(5):
        changes = settled(found, [], truth=Truth.UNKNOWN)
        assert not changes.gone
        found = changes.again or found


def test_after_a_month_in_which_nobody_could_tell_it_is_dropped() -> None:
    found = settled([], [HIT]).new
    assert not settled(found, [], truth=Truth.UNKNOWN, now=NOW + timedelta(days=29)).gone
    assert settled(found, [], truth=Truth.UNKNOWN, now=NOW + timedelta(days=31)).gone


def test_a_silent_device_that_answers_is_over_at_once() -> None:
    hit = Hit(rule="device.silent", device="sw-1", index="", port="", sure=0.9, evidence={})
    assert settled(settled([], [hit]).new, []).gone


def test_what_was_called_nonsense_does_not_come_again() -> None:
    old = replace(settled([], [HIT]).new[0], state="nonsense")
    changes = settled([old], [HIT])
    assert (changes.new, changes.again, changes.gone) == ([], [], [])


def test_a_finding_whose_rule_is_gone_is_closed() -> None:
    old = replace(settled([], [HIT]).new[0], rule="port.no-such")
    assert settled([old], []).gone


def test_votes_lower_the_rank_and_mute_a_rule_that_is_mostly_wrong() -> None:
    good = settled([], [HIT]).new[0].rank
    bad = settled([], [HIT], votes={HIT.rule: Votes(useful=1, nonsense=7)}).new[0].rank
    assert bad < good / 2
    assert Votes(useful=1, nonsense=7).muted
    assert not Votes(useful=0, nonsense=3).muted  # three are not many
    assert not Votes(useful=5, nonsense=5).muted


def test_more_customers_rank_higher() -> None:
    def rank(people: int) -> float:
        changes = settle([], [HIT], rules=RULES, stands=lambda _: Truth.FALSE, site_of=lambda _: "",
                         hurt=lambda _: people, votes={}, now=NOW)  # fmt: skip
        return changes.new[0].rank

    assert rank(40) > rank(1) > 0


@pytest.mark.parametrize(("restarted", "expected"), [(4, {"site:north"}), (2, {"sw-0", "sw-1"})])
def test_half_a_site_with_the_same_is_one_finding_of_the_site(
    restarted: int, expected: set[str]
) -> None:
    hits = [
        Hit(rule="device.restarts", device=f"sw-{n}", index="", port="", sure=0.8,
            evidence={"device.reboots_7d": 2})
        for n in range(restarted)
    ]  # fmt: skip
    left = gathered([*hits, HIT], RULES, lambda _: "north", {"north": 8})
    assert {hit.device for hit in left if hit.rule == "device.restarts"} == expected
    assert HIT in left
