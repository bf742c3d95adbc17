"""A cable is cut in a network of real agents: one alert, one parent ticket, the right root.

Long (some minutes): `make test-outage` runs it, `make test` does not.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator

import pytest
from realnet import tree
from realnet.space import Space, remove_leftovers
from realnet.story import Story
from realnet.story import story as told

from tests.desks.rt_peer import missing
from tests.notify.alertmanagers import needed

pytestmark = pytest.mark.story
INSIDE_S = 60.0


def _reason() -> str:
    if os.geteuid() != 0:
        return "needs root, to make network namespaces"
    absent = [t for t in ("ip", "snmpd", "snmpget", "ping") if not shutil.which(t)]
    return f"needs {', '.join(absent)}" if absent else needed() or missing() or ""


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    reason = _reason()
    if reason:
        pytest.skip(reason)
    remove_leftovers()
    with Space() as space, told(space) as made:
        yield made


def test_a_cut_is_one_alert_and_its_end_no_burst(story: Story) -> None:
    assert story.alerts() == []
    assert story.letters("confirmed") == []
    assert story.parents() == []

    # An aggregation loses its uplink: three switches and eighteen flats are behind it.
    begin = time.time()
    tree.cut(story.space, "agg1")
    assert not tree.reachable(story.space, "acc11")
    story.until(lambda: story.pages("firing"), INSIDE_S, "a page")
    took = story.pages("firing")[0][0] - begin
    (labels,) = story.alerts()
    assert (labels["root_device"], labels["parent_device"]) == ("agg1", "core")
    assert (labels["scope"], labels["site"]) == ("aggregation", "north")
    assert took < INSIDE_S
    print(f"paged {took:.1f} s after the cut")

    # Three ring: one parent, they hang below it, nobody is sent.
    calls = [story.call(who) for who in ("acc11-1", "acc12-4", "acc13-6")]
    story.until(story.parents, INSIDE_S, "a parent")
    took = time.time() - begin
    print(f"parent ticket {took:.1f} s after the cut")
    assert took < INSIDE_S
    story.until(lambda: all(story.rt.show(one)["parents"] for one in calls), 120, "the links")
    print(f"three tickets below it {time.time() - begin:.1f} s after the cut")
    (parent,) = story.parents()
    assert "agg1" in parent["Subject"]
    assert parent["fields"]["Outage"] == labels["outage"]
    assert {tuple(story.rt.show(one)["parents"]) for one in calls} == {(str(parent["id"]),)}
    assert {story.rt.show(one)["Queue"] for one in calls} == {"helpdesk"}

    # Another fault elsewhere, and one inside that nobody can see yet.
    tree.cut(story.space, "acc21")
    tree.cut(story.space, "acc13")
    roots = lambda: {root for _, root in story.pages("firing")}  # noqa: E731
    second = story.until(lambda: "acc21" in roots(), INSIDE_S, "the second fault")
    print(f"the second fault {second:.1f} s after its cut")
    story.until(lambda: "acc21" in story.letters("confirmed"), 20, "the letter of the second")
    assert sorted(story.letters("confirmed")) == ["acc21", "agg1"]
    assert roots() == {"agg1", "acc21"}
    other = story.call("acc21-2")
    story.until(lambda: story.rt.show(other)["parents"], INSIDE_S, "a parent of the second")
    assert story.rt.show(other)["parents"] != [str(parent["id"])]

    # The aggregation is back; what was inside stays down and is found, and nothing else is said.
    tree.mend(story.space, "agg1")
    story.until(lambda: "agg1" in [r for _, r in story.pages("resolved")], 180, "the end")
    story.until(lambda: "acc13" in roots(), 180, "the fault inside the first")
    state = lambda one: story.rt.show(str(one))["Status"]  # noqa: E731
    story.until(lambda: state(parent["id"]) == "resolved", 60, "the end of the parent")
    for one in calls[:2]:
        story.until(lambda one=one: state(one) == "resolved", 120, "the end of a ticket")
    inner = story.rt.show(calls[2])
    assert inner["Status"] != "resolved"
    assert inner["Queue"] == "helpdesk"

    tree.mend(story.space, "acc21")
    tree.mend(story.space, "acc13")
    story.until(lambda: story.alerts() == [], 240, "the end of all")
    time.sleep(10)
    firing = [root for _, root in story.pages("firing")]
    assert sorted(dict.fromkeys(firing)) == ["acc13", "acc21", "agg1"]
    assert len(firing) == 3
    assert sorted(story.letters("cleared")) == ["acc13", "acc21", "agg1"]
    assert sorted(story.letters("confirmed")) == ["acc13", "acc21", "agg1"]
    assert len(story.parents()) <= 3
