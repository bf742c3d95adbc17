"""Lost and given answers, and whom to ask when a few were lost."""

from __future__ import annotations

import pytest

from netdiag.outages.answers import Answers
from netdiag.outages.flicker import lost_in_a_row, of_losses
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch
from tests.outages.small_town import EVERYBODY, NOON, all_up, confirmed, on, resources, seen


@pytest.mark.parametrize("order", [(5, 7, 40, 41, 7), (41, 7, 5, 40), (7, 41, 40, 5, 5)])
def test_answers_are_the_same_in_any_order_and_twice(order):
    answers = Answers(1)
    for at in order:
        answers.note(0, at)
    assert answers.ages(0, 41, 20) == [0, 1]
    assert answers.ages(0, 43, 20) == [2, 3]
    assert answers.ages(0, 70, 20) == []


def test_somebody_who_is_simply_off_tells_less_the_longer_he_is_asked():
    row = [lost_in_a_row(count, 0.002) for count in range(1, 12)]
    assert row[0] == pytest.approx(4.13, abs=0.01)
    assert row[1] > row[0] > row[5] > row[10]


def test_what_was_lost_before_the_failure_began_counts_for_nothing():
    steps = of_losses([2, 9], [5], 0.002)
    assert [age for age, _ in steps] == [2, 9]
    assert [worth for _, worth in steps] == pytest.approx(2 * [lost_in_a_row(1, 0.002)])


def test_two_lost_answers_behind_a_switch_are_asked_after_and_no_outage_yet():
    watch = Watch(AccessTree(resources()))
    for one in all_up() + seen(EVERYBODY, "up", -100, "probe", apart=0.5):
        watch.observe(one)
    watch.tick(NOON)
    assert watch.suspicions() == ()
    for one in seen(on("sw-12")[:2], "down", 10, "probe"):
        watch.observe(one)
    assert watch.tick(NOON + 30) == ()
    (suspicion,) = watch.suspicions()
    assert suspicion.outage == ""
    assert suspicion.roots == ("sw-12",)
    assert 4 <= sum(person in on("sw-12") for person in suspicion.ask) < len(suspicion.ask) <= 8


def test_asked_often_enough_a_grey_failure_is_told_within_four_minutes():
    """Every second packet is lost; everybody is asked every five minutes, and who else is asked
    answers within half a minute."""
    watch = Watch(AccessTree(resources()))
    for one in all_up():
        watch.observe(one)
    changes, asked, packets = [], [], 0
    for step in range(-10, 12):
        now = 30 * step
        sweep = EVERYBODY[step % 10 :: 10]
        for person in (*sweep, *asked):
            packets += person in on("sw-12")
            lost = step >= 0 and person in on("sw-12") and packets % 2
            for one in seen([person], "down" if lost else "up", now + 5, "probe"):
                watch.observe(one)
        changes += watch.tick(NOON + now + 30)
        asked = [one for suspicion in watch.suspicions() for one in suspicion.ask if "/" in one]
    assert confirmed(changes) == {("sw-12",)}
    assert min(c.t for c in changes if c.state == "confirmed") <= NOON + 240
